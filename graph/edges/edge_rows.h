/*
 * edge_rows: writes rows of tables edge, residual, party_member and outside_party, for edges_store.c and
 * edges_refresh.c; and residuals for graph/control/control_store.c. Failures are the store's (store.h).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGE_ROWS_H
#define ROLECHAIN_GRAPH_EDGES_EDGE_ROWS_H

#include "graph/edges/edges.h"
#include "ingest/store/query.h"

struct edge_rows {
    const struct edges *edges;
    struct query *member, *edge, *narrower, *outside, *residual, *find_residual;
    int64_t *residuals; /* the row for each verdict and formula (residual_of), 0: not looked up yet */
    uint32_t residual_room;
};

void edge_rows_open(struct edge_rows *rows, const struct edges *edges, struct store *store);
void edge_rows_close(struct edge_rows *rows);

/* For a pair without a row. Parties as in table edge. */
void edge_rows_add_edge(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target);

/* For a pair that may have a row: the narrower of the two edges is kept. */
void edge_rows_add_narrower(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target);

/* The row of table residual for that packed formula; in_words: the formula to print in words if the row is new. */
int64_t edge_rows_residual(struct edge_rows *rows, enum verdict verdict, const char *packed, constraint in_words);

void edge_rows_add_member(struct edge_rows *rows, int64_t party, int64_t principal);
void edge_rows_add_outside(struct edge_rows *rows, int64_t party, const struct caller *caller);

#endif
