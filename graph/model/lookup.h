/*
 * lookup: finds what a name may mean, in a model or directly in a database, so that a question about one role need not
 * load everything. It only finds candidates; analyzer/analysis/names.h decides between them.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_LOOKUP_H
#define ROLECHAIN_GRAPH_MODEL_LOOKUP_H

#include "graph/model/model.h"

struct lookup {
    const struct model *model; /* NULL: the database is asked */
    struct store *store;
    struct arena *arena; /* of what is found */
};

struct lookup_principal {
    const char *arn, *name, *path;
    const char *account, *alias, *account_name; /* of its account; "" unknown */
    bool is_role;
};

/* The users and roles of that bare name, by account and ARN; returns how many. */
size_t lookup_principals(const struct lookup *lookup, const char *name, struct lookup_principal **list);

/* The id of the first account that has this alias or name; NULL: none has. */
const char *lookup_account(const struct lookup *lookup, const char *name);

/* The ARNs of the identity providers of that name that trust policies name (in a database: of those that they let in);
 * returns how many. */
size_t lookup_providers(const struct lookup *lookup, const char *name, const char ***list);

/* The people of Identity Center of that name or id, as caller_parse reads them; returns how many. */
size_t lookup_people(const struct lookup *lookup, const char *name, const char ***list);

/* What runs with roles under that name: an ARN or its last part, a pod as workloads.h has it, NAMESPACE/ACCOUNT or
 * CLUSTER:NAMESPACE/ACCOUNT; as caller_of_workload reads them; returns how many. */
size_t lookup_workloads(const struct lookup *lookup, const char *name, const char ***list);

#endif
