/*
 * lookup: finds what a name may mean, in a model or directly in a database, so that a question about one role need not
 * load everything. It only finds candidates; analyzer/analysis/names.h chooses.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_LOOKUP_H
#define ROLECHAIN_GRAPH_MODEL_LOOKUP_H

#include "graph/model/model.h"

struct lookup {
    const struct model *model; /* NULL: search the database */
    struct store *store;
    struct arena *arena; /* for the results */
};

struct lookup_principal {
    const char *arn, *name, *path;
    const char *account, *alias, *account_name; /* of its account; "": unknown */
    bool is_role;
};

/* The users and roles with that bare name, sorted by account and ARN; returns how many. */
size_t lookup_principals(const struct lookup *lookup, const char *name, struct lookup_principal **list);

/* The id of the first account that has this alias or name; NULL: none has. */
const char *lookup_account(const struct lookup *lookup, const char *name);

/* The ARNs of the identity providers with that name in trust policies (in a database: those that are admitted); returns
 * how many. */
size_t lookup_providers(const struct lookup *lookup, const char *name, const char ***list);

/* The people of Identity Center with that name or id, as texts for caller_parse; returns how many. */
size_t lookup_people(const struct lookup *lookup, const char *name, const char ***list);

/* The workloads with that name: an ARN or its last part, a pod as in workloads.h, NAMESPACE/ACCOUNT or
 * CLUSTER:NAMESPACE/ACCOUNT; as texts for caller_of_workload; returns how many. */
size_t lookup_workloads(const struct lookup *lookup, const char *name, const char ***list);

#endif
