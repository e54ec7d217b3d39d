/*
 * issuers: what is known of web identity providers, as of 2026-11. ONE table: whose tokens they give out, which claims
 * say whose a token is, what their subjects look like, and tokens that a careless trust policy lets in. Which claims
 * AWS hands on: ingest/policy/issuer_claims.h.
 *
 * Sources: https://docs.github.com/actions/reference/security/oidc,
 * https://docs.gitlab.com/ci/secrets/id_token_authentication/, https://docs.gitlab.com/ci/cloud_services/aws/,
 * https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens,
 * https://circleci.com/docs/openid-connect-tokens/, https://buildkite.com/docs/pipelines/security/oidc,
 * https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/,
 * https://vercel.com/docs/oidc/reference,
 * https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (keys of each provider)
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ISSUERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ISSUERS_H

#include "analyzer/findings/rules.h"
#include "graph/model/model.h"
#include <stdbool.h>

/* When the table was last compared with these pages. */
#define ISSUERS_AS_OF "2026-11"

struct issuer_claim {
    const char *name, *value;
};

/* A token that somebody other than intended can have. Its subject has one of these forms (ingest/policy/form.h). */
struct issuer_probe {
    enum finding_code code;   /* of oidc-sub-broad */
    const char *who;          /* who has such a token: "a pull request of the repository" */
    const char *subjects[12]; /* ends with NULL */
    struct issuer_claim claims[6];
};

/* Which rule looks at its subjects. */
enum issuer_rule {
    ISSUER_OF_PROJECTS, /* oidc-sub-missing, oidc-sub-broad */
    ISSUER_OF_PODS,     /* eks-subject-broad */
    ISSUER_OF_POOLS,    /* cognito-open */
};

struct issuer {
    const char *name;  /* of the provider, with wildcards */
    const char *label; /* "GitHub Actions"; NULL: it is called by its name */
    enum issuer_rule rule;
    bool shared;                    /* one issuer for all customers of the platform: only claims tell them apart */
    bool many_audiences;            /* tokens for any audience come from it, meant for anybody */
    bool anywhere;                  /* software that runs at any address: known by what its subjects begin with */
    bool unknown;                   /* the row of all others */
    const char *subject, *audience; /* names of these claims */
    const char *tenants;            /* "repositories of any owner": whom a token of another customer comes from */
    /* Where a subject holds its tenant: after `opens`, up to `ends` ('\0': all of it), and what stands between the
     * tenant's name and its id ('\0': it has none there). opens NULL: it does not. */
    const char *opens;
    char ends, before_id;
    char separator;                 /* between the parts of a subject; '\0': ':' */
    const char *any_subject[3];     /* the forms of all its subjects; ends with NULL, none: any text */
    const char *usual[3];           /* what most of them look like, for examples; none: nothing to say */
    struct issuer_claim others[10]; /* what else a token of another customer (or project) says for certain */
    const char *form;    /* the subject of one token, see subject_fill; NULL: who gets one is decided by the audience */
    const char *advice;  /* a sentence on what else the subject may be; NULL: none */
    const char *for_aws; /* the audience of tokens that are meant for AWS, unless somebody chose another; "<id>": what
                            the name of the provider ends with, so too in form. NULL: everybody has their own */
    const char *inside[6];         /* claims that bind it to one project, if demanded */
    struct issuer_probe probes[6]; /* tokens of the same tenant; worst first */
};

/* The row of a provider by the name that its ARN ends with. Where that says nothing, software that runs at any address
 * is known by the subjects that the trust policy (NULL: none) demands. Never NULL: all others share one row. */
const struct issuer *issuer_find(const struct model *model, const struct policy_use *trust, const char *name);

#define ISSUER_COGNITO "cognito-identity.amazonaws.com"
#define ISSUER_SERVICE_ACCOUNT "system:serviceaccount:"

#endif
