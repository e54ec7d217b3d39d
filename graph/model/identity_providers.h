/*
 * identity_providers: the identity providers of accounts, as exported.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_IDENTITY_PROVIDERS_H
#define ROLECHAIN_GRAPH_MODEL_IDENTITY_PROVIDERS_H

#include "ingest/store/store.h"

/* Calls each with the ARN of every SAML provider of the account, ascending; the text lives until it returns. Failures
 * are the store's (store_error). */
void identity_providers_saml(struct store *store, const char *account, void (*each)(const char *arn, void *context),
                             void *context);

#endif
