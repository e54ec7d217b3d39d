/*
 * edge_rows: rows of the tables edge, residual, party_member and outside_party, for edges_store.c and edges_refresh.c;
 * and residuals for graph/control/control_store.c. A failure is the store's (store.h).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGE_ROWS_H
#define ROLECHAIN_GRAPH_EDGES_EDGE_ROWS_H

#include "graph/edges/edges.h"
#include "ingest/store/query.h"

struct edge_rows {
    const struct edges *edges;
    struct query *member, *edge, *narrower, *outside, *residual, *find_residual;
    int64_t *residuals; /* of verdict and formula (residual_of): their row, 0: not looked up yet */
    uint32_t residual_room;
};

void edge_rows_open(struct edge_rows *rows, const struct edges *edges, struct store *store);
void edge_rows_close(struct edge_rows *rows);

/* Parties as in table edge, where the pair has no row yet. */
void edge_rows_add_edge(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target);

/* Where it may have one: the narrower of the two edges stays. */
void edge_rows_add_narrower(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target);

/* The row of table residual with that formula, as it is packed; in_words: what the words are made of if it is new. */
int64_t edge_rows_residual(struct edge_rows *rows, enum verdict verdict, const char *packed, constraint in_words);

void edge_rows_add_member(struct edge_rows *rows, int64_t party, int64_t principal);
void edge_rows_add_outside(struct edge_rows *rows, int64_t party, const struct caller *caller);

#endif
