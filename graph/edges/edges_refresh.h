/*
 * edges_refresh: updates stored edges after a load that changed little (ingest/store/changes.h), from edges over the
 * part that it touched (touched.h).
 *
 * Afterwards the rows of the view assumable, and the kind and caller of the outside parties, are the same as after a
 * complete load. The groups of principals that they are stored by need not be: a group loses its changed members, which
 * come back in groups of their own, so that groups crumble until everything is derived again (touched.c says when).
 *
 * Why that is right: an edge between groups says that each pair of their members has it; without its changed members it
 * says so for fewer pairs, none of which can have changed (changes.h). All pairs with a changed end are in the part,
 * and of its edges only those pairs are added. Only new edges cover such a pair, so the narrowest of them is the exact
 * one.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_REFRESH_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_REFRESH_H

#include "graph/edges/edges.h"
#include "ingest/store/changes.h"

/* Updates tables edge, party_member and outside_party, inside the caller's transaction. `edges` are those of
 * touched_load's model. Failures are the store's (store.h). */
void edges_refresh(const struct edges *edges, struct store *store);

#endif
