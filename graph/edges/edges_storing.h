/*
 * The inside of edges_store.c and edges_refresh.c: rows of the tables edge, party_member and outside_party.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_STORING_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_STORING_H

#include "graph/edges/edges.h"

struct edges_storing {
    sqlite3 *database;
    sqlite3_stmt *member, *edge, *outside;
    const struct edges *edges;
    struct intern residuals; /* that were put into words */
    const char **conditions; /* per residual: as the table has them */
    uint32_t condition_room;
    struct arena texts;
    char **error;
};

/* False with *error set; so do the others. */
bool edges_storing_open(struct edges_storing *storing, const struct edges *edges, struct store *store, char **error);
void edges_storing_close(struct edges_storing *storing);

bool edges_storing_fail(struct edges_storing *storing, const char *what);
bool edges_storing_run(struct edges_storing *storing, const char *sql);

/* Parties as in table edge. Of two edges of a pair of parties the narrower stays. */
bool edges_storing_edge(struct edges_storing *storing, const struct edge *edge, int64_t source, int64_t target);
bool edges_storing_member(struct edges_storing *storing, int64_t party, int64_t principal);
bool edges_storing_outside(struct edges_storing *storing, int64_t party, const struct caller *caller);

#endif
