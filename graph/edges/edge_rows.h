/*
 * edge_rows: rows of the tables edge, party_member and outside_party, for edges_store.c and edges_refresh.c. A failure
 * is the store's (store.h).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGE_ROWS_H
#define ROLECHAIN_GRAPH_EDGES_EDGE_ROWS_H

#include "graph/edges/edges.h"
#include "ingest/store/query.h"

struct edge_rows {
    const struct edges *edges;
    struct query *member, *edge, *outside;
    struct intern residuals; /* that were put into words */
    const char **conditions; /* per residual: as the table has them */
    uint32_t condition_room;
    struct arena texts;
};

void edge_rows_open(struct edge_rows *rows, const struct edges *edges, struct store *store);
void edge_rows_close(struct edge_rows *rows);

/* Parties as in table edge. Of two edges of a pair of parties the narrower stays. */
void edge_rows_add_edge(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target);
void edge_rows_add_member(struct edge_rows *rows, int64_t party, int64_t principal);
void edge_rows_add_outside(struct edge_rows *rows, int64_t party, const struct caller *caller);

#endif
