/*
 * issuers: what is known about web identity providers, as of 2026-11. ONE table: who gets their tokens, which claims
 * identify the owner of a token, what their subjects look like, and which tokens a careless trust policy lets in. The
 * claims that AWS passes on are in ingest/policy/issuer_claims.h.
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

/* A token that somebody unintended can have. Its subject has one of these forms (ingest/policy/form.h). */
struct issuer_probe {
    enum finding_code code;   /* of oidc-sub-broad */
    const char *who;          /* who has such a token: "a pull request of the repository" */
    const char *subjects[12]; /* ends with NULL */
    struct issuer_claim claims[6];
};

/* The rule that checks its subjects. */
enum issuer_rule {
    ISSUER_OF_PROJECTS, /* oidc-sub-missing, oidc-sub-broad */
    ISSUER_OF_PODS,     /* eks-subject-broad */
    ISSUER_OF_POOLS,    /* cognito-open */
};

struct issuer {
    const char *name;  /* of the provider, with wildcards */
    const char *label; /* "GitHub Actions"; NULL: use the provider's name */
    enum issuer_rule rule;
    bool shared;                    /* one issuer for all customers of the platform: only claims tell them apart */
    bool many_audiences;            /* it issues tokens for any audience, not only for AWS */
    bool anywhere;                  /* software that can run at any address: recognized by how its subjects begin */
    bool unknown;                   /* the row for all other providers */
    const char *subject, *audience; /* names of these claims */
    const char *tenants;            /* "repositories of any owner": where a token of another customer comes from */
    /* Where a subject holds its tenant: after `opens`, up to `ends` ('\0': to the end). before_id: the character
     * between the tenant's name and its id ('\0': there is no id). opens NULL: the subject does not hold it. */
    const char *opens;
    char ends, before_id;
    char separator;                 /* between the parts of a subject; '\0': ':' */
    const char *any_subject[3];     /* the forms that all its subjects have; ends with NULL; none: any text */
    const char *usual[3];           /* the forms of most subjects, for examples; none: no example */
    struct issuer_claim others[10]; /* other claims that a token of another customer (or project) is certain to have */
    const char *form;    /* the subject of one token, see subject_fill; NULL: the audience decides who gets one */
    const char *advice;  /* a sentence on other possible subjects; NULL: none */
    const char *for_aws; /* the audience of tokens meant for AWS, unless the customer chose another; "<id>": the end of
                            the provider's name, in form as well. NULL: everybody has their own */
    const char *inside[6];         /* claims that, if required, bind the token to one project */
    struct issuer_probe probes[6]; /* tokens of the same tenant; worst first */
};

/* The row of a provider, by the name at the end of its ARN. If the name says nothing, software that can run at any
 * address is recognized by the subjects that the trust policy (NULL: none) requires. Never NULL: all other providers
 * share one row. */
const struct issuer *issuer_find(const struct model *model, const struct policy_use *trust, const char *name);

#define ISSUER_COGNITO "cognito-identity.amazonaws.com"
#define ISSUER_SERVICE_ACCOUNT "system:serviceaccount:"

#endif
