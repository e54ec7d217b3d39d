/*
 * listed_providers: which identity providers the exports know, and of which accounts they list all.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_LISTED_PROVIDERS_H
#define ROLECHAIN_GRAPH_MODEL_LISTED_PROVIDERS_H

#include "graph/model/model.h"

/* Zero-initialise ({0}). */
struct listed_providers {
    struct intern known; /* ARNs, and "KIND ACCOUNT" where all of an account are listed */
    bool read;
};

/* What is known of a SAML or web identity provider of the account by its ARN: UNKNOWN if it is not known and its
 * account's were not listed. The first question reads the store. */
enum fact listed_provider(struct listed_providers *providers, struct store *store, enum principal_form form,
                          const char *account, const char *arn);
void listed_providers_free(struct listed_providers *providers);

#endif
