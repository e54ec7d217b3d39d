/*
 * federated_keys: what statements of trust policies must test and allow for the federated principals that they name.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_FEDERATED_KEYS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_FEDERATED_KEYS_H

#include "graph/model/model.h"

/* Whether the key is a claim of some identity provider, but not of one that the statement names. */
bool federated_key_is_foreign(const struct statement *statement, const char *key);

/* The first identity provider that the statement names; NULL: none. */
const struct statement_principal *federated_first(const struct statement *statement);

/* The action with which such a principal assumes roles; NULL: the principal is nobody, or anyone. */
const char *federated_action(const struct statement_principal *principal);

/* Whether the wildcard in an entry of Action also allows the companions of assuming a role, such as session tags. */
bool federated_action_is_open(const char *action);

#endif
