/*
 * former_members: accounts that left the organization, according to successive loads of its list of accounts.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_FORMER_MEMBERS_H
#define ROLECHAIN_GRAPH_MODEL_FORMER_MEMBERS_H

#include "graph/model/model.h"

struct former_member {
    const char *listed;  /* the day on which the last list that names it was loaded, "2024-01-02"; "": unknown */
    const char *missing; /* the day of the first list that does not name it; NULL: it did not leave */
};

/* Per account of the model, in the arena; NULL: none left. Failures are the store's (store_error). */
struct former_member *former_members_read(const struct model *model, struct store *store, struct arena *arena);

#endif
