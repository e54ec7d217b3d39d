/*
 * listed_providers: which identity providers the exports contain, and for which accounts they list all.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_LISTED_PROVIDERS_H
#define ROLECHAIN_GRAPH_MODEL_LISTED_PROVIDERS_H

#include "graph/model/model.h"

/* Zero-initialise ({0}). */
struct listed_providers {
    struct intern known; /* ARNs, and "KIND ACCOUNT" if all of an account's are listed */
    bool read;
};

/* Whether a SAML or web identity provider of the account exists, by its ARN; UNKNOWN if it is not in the exports and
 * the account's providers were not listed. The first question reads the store. */
enum fact listed_provider(struct listed_providers *providers, struct store *store, enum principal_form form,
                          const char *account, const char *arn);
void listed_providers_free(struct listed_providers *providers);

#endif
