/*
 * trust_names: whom a role that lets in anyone lets in by name after all, since conditions of its trust policy, or of
 * the RCPs on its account, demand or spare them (graph/policy/named_callers.h).
 */
#ifndef ROLECHAIN_GRAPH_MODEL_TRUST_NAMES_H
#define ROLECHAIN_GRAPH_MODEL_TRUST_NAMES_H

#include "graph/model/model.h"

/* Calls `visit` once for each who was not exported, and for one's own organization while it has such accounts; for a
 * pattern of accounts or organizations and for each of these that it matches. What `visit` gets lives as long as the
 * call. Only where the trust policy has an Allow statement for anyone. */
typedef void (*trust_names_visit)(const struct statement_principal *principal, void *context);
void trust_names_each(const struct model *model, uint32_t role, trust_names_visit visit, void *context);

/* The same of those who were exported, or whose account was; ids_only: of users and roles that are named by their
 * unique id. */
void trust_names_each_exported(const struct model *model, uint32_t role, bool ids_only, trust_names_visit visit,
                               void *context);

/* Whether conditions of a role that lets in anyone tell the account's number, or a part that it has. */
bool trust_names_tell(const struct model *model, uint32_t role, const char *account);

/* Whether the user or role that is named (of a session its role) is exported, be it outside the part of the database
 * that the model is. */
bool trust_names_is_stored(const struct model *model, const struct statement_principal *principal);

/* Whether the statement allows anyone, or anyone but some. */
bool trust_names_allows_anyone(const struct statement *statement);

#endif
