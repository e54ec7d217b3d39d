/*
 * federated_keys: what statements of trust policies must test and allow for the principals that they name.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_FEDERATED_KEYS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_FEDERATED_KEYS_H

#include "graph/model/model.h"

/* Whether it is a claim of some identity provider, but of none that the statement names. */
bool federated_key_is_foreign(const struct statement *statement, const char *key);

/* The first identity provider that it names; NULL: none. */
const struct statement_principal *federated_first(const struct statement *statement);

/* The action with which such a principal assumes roles; NULL: nobody, or anyone. */
const char *federated_action(const struct statement_principal *principal);

/* Whether an entry of Action allows by its wildcard also what goes with assuming: session tags and the like. */
bool federated_action_is_open(const char *action);

#endif
