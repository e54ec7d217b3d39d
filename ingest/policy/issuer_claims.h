/*
 * issuer_claims: which claims of a token AWS hands on as condition keys. Of the issuers in this table it
 * hands on these and no others; of every other issuer nothing is known.
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

/* The web identity providers that IAM knows without an ARN of an account; a list of strings. Source: "AWS: Federated
 * principals" in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
#define ISSUERS_BUILT_IN "accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"

enum claim_use {
    CLAIM_OF_OTHERS,      /* not an issuer of the table */
    CLAIM_HANDED_ON,      /* with one value */
    CLAIM_PLAIN,          /* with one value, in which neither '*' nor '?' can be */
    CLAIM_LIST_HANDED_ON, /* with several values */
    CLAIM_KEPT_BACK,      /* AWS never hands it on: the key is always absent */
};

/* Of a key ISSUER:CLAIM, without regard to case. */
enum claim_use issuer_claims_find(const char *key);

#endif
