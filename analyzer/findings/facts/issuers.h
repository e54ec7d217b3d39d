/*
 * issuers: what is known of web identity providers. ONE table: whose tokens they give out, which claims say whose a
 * token is, and tokens that a careless trust policy lets in.
 *
 * Sources: https://docs.github.com/actions/reference/security/oidc,
 * https://docs.gitlab.com/ci/cloud_services/aws/,
 * https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens,
 * https://circleci.com/docs/openid-connect-tokens/, https://buildkite.com/docs/pipelines/security/oidc,
 * https://vercel.com/docs/oidc/reference,
 * https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (keys of each provider)
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ISSUERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ISSUERS_H

#include "analyzer/findings/rules.h"
#include <stdbool.h>

/* When the table was last compared with these pages. */
#define ISSUERS_AS_OF "2026-11"

struct issuer_claim {
    const char *name, *value;
};

/* A token that somebody other than intended can have. Its subject is a pattern; claims ends in a NULL name. */
struct issuer_probe {
    enum finding_code code; /* of oidc-sub-broad */
    const char *who;        /* who has such a token: "a pull request of the repository" */
    const char *subject;
    struct issuer_claim claims[6];
};

struct issuer {
    const char *name;               /* of the provider, with wildcards */
    const char *label;              /* "GitHub Actions" */
    bool shared;                    /* one issuer for all customers of the platform: only claims tell them apart */
    bool many_audiences;            /* tokens for any audience come from it, meant for anybody */
    const char *subject, *audience; /* names of these claims */
    const char *tenants;            /* "repositories of any owner": whom a token of another customer comes from */
    /* Where a subject holds its tenant: after `opens`, up to `ends` ('\0': all of it). NULL: it does not. */
    const char *opens;
    char ends;
    char separator;                 /* never inside a part of a probe's subject, but the last; '\0': ':' */
    const char *any_subject;        /* every subject of the issuer, as a pattern */
    const char *usual;              /* what most of them look like, for examples; NULL: nothing to say */
    struct issuer_claim others[10]; /* what else a token of another customer says for certain */
    const char *form;    /* the subject of one token, see subject_fill; NULL: who gets one is decided by the audience */
    const char *advice;  /* a sentence on what else the subject may be; NULL: none */
    const char *for_aws; /* the audience of tokens that are meant for AWS, unless somebody chose another; "<id>": what
                            the name of the provider ends with, so too in form. NULL: everybody has his own */
    const char *inside[6];         /* claims that bind it to one project, if demanded */
    struct issuer_probe probes[6]; /* tokens of the same tenant; worst first */
};

/* The row of a provider by the name that its ARN ends with; NULL: none of the table. */
const struct issuer *issuer_find(const char *name);

#define ISSUER_COGNITO "cognito-identity.amazonaws.com"
#define ISSUER_EKS "oidc.eks.*.amazonaws.com*/id/*"
bool issuer_is_eks(const char *name);

#endif
