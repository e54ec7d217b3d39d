/*
 * edges_refresh: updates stored edges after a load that changed little (ingest/store/changes.h), from edges over the
 * part that it touched (touched.h).
 *
 * The same as after a complete load are the rows of the view assumable, and the kind and caller of the outside parties.
 * Which groups of principals they are stored by need not be: a group loses its changed members, which come back in
 * groups of their own, so groups crumble until everything is derived anew (touched.c says when).
 *
 * Why that is right: an edge between groups says that each pair of their members has it; without its changed members it
 * says so of fewer pairs, none of which can have become another (changes.h). All pairs with a changed end are in the
 * part; of its edges those pairs alone are added. And only new edges cover such a pair, so the narrowest of them is the
 * one that is exact.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_REFRESH_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_REFRESH_H

#include "graph/edges/edges.h"
#include "ingest/store/changes.h"

/* Brings the tables edge, party_member and outside_party up to date, inside the caller's transaction. `edges` are those
 * of touched_load's model. A failure is the store's (store.h). */
void edges_refresh(const struct edges *edges, struct store *store);

#endif
