/*
 * issuer_claims: which claims of a token AWS exposes as condition keys. For the issuers in this table it exposes these
 * and no others; nothing is known about other issuers.
 *
 * Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 * (condition keys) and "Available keys for AWS OIDC federation" in
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
#ifndef ROLECHAIN_INGEST_POLICY_ISSUER_CLAIMS_H
#define ROLECHAIN_INGEST_POLICY_ISSUER_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

/* When the table was last compared (make check-tables). */
#define ISSUER_CLAIMS_AS_OF "2026-11"

/* The web identity providers that IAM accepts by name, without an ARN; a list of strings. Source: "AWS: Federated
 * principals" in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
#define ISSUERS_BUILT_IN "accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"

enum claim_use {
    CLAIM_OF_OTHERS,      /* the issuer is not in the table */
    CLAIM_HANDED_ON,      /* exposed, with one value */
    CLAIM_PLAIN,          /* exposed, with one value that contains neither '*' nor '?' */
    CLAIM_LIST_HANDED_ON, /* exposed, with several values */
    CLAIM_KEPT_BACK,      /* never exposed: the key is always absent */
};

/* For a key ISSUER:CLAIM, ignoring case. */
enum claim_use issuer_claims_find(const char *key);

#endif
