/*
 * trust_names: whom a role that trusts anyone admits by name after all, since conditions of its trust policy, or of the
 * RCPs on its account, require or exempt them (graph/policy/named_callers.h).
 */
#ifndef ROLECHAIN_GRAPH_MODEL_TRUST_NAMES_H
#define ROLECHAIN_GRAPH_MODEL_TRUST_NAMES_H

#include "graph/model/model.h"

/* Calls `visit` once for each named caller that was not exported: also for our own organization as long as it has such
 * accounts, and for a pattern of accounts or organizations as well as for each of these that it matches. The argument
 * of `visit` lives as long as the call. Only if the trust policy has an Allow statement for anyone. */
typedef void (*trust_names_visit)(const struct statement_principal *principal, void *context);
void trust_names_each(const struct model *model, uint32_t role, trust_names_visit visit, void *context);

/* The same for callers that were exported, or whose account was; ids_only: only users and roles that are named by their
 * unique id. */
void trust_names_each_exported(const struct model *model, uint32_t role, bool ids_only, trust_names_visit visit,
                               void *context);

/* Whether conditions of a role that trusts anyone mention the account's number, or a part of it. */
bool trust_names_tell(const struct model *model, uint32_t role, const char *account);

/* Whether the named user or role (for a session its role) is in the database, even outside the part in the model. */
bool trust_names_is_stored(const struct model *model, const struct statement_principal *principal);

/* Whether the statement allows anyone, or anyone with exceptions. */
bool trust_names_allows_anyone(const struct statement *statement);

#endif
