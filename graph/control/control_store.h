/*
 * control_store: control edges in the database (tables control_edge, control_way, control_member of
 * ingest/store/answers.sql), and back.
 *
 * Roles over which somebody has the same ways through services, but for what must run with each, are one group there: a
 * form (constraint_pack_about) stands for what each demands. So in an account they are a row for each service, not for
 * each role.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_H

#include "graph/edges/edges.h"
#include "ingest/store/store.h"

/* Writes the control edges among the edges, behind edges_store, inside the caller's transaction: of all principals, and
 * none are stored yet. A failure is the store's (store.h). */
void control_edges_store(const struct edges *edges, struct store *store);

/* Whether control edges are stored, and belong to the edges that are stored. */
bool control_edges_stored(struct store *store);

/* Adds them to the edges of the whole model as control_edges_add would, at a time for which they stand
 * (slice_is_current). False: they cannot be read, and none were added. */
bool control_edges_restore(struct edges *edges, struct store *store);

/* Takes them away, since they may be others by now: questions find them anew until everything is derived. */
void control_edges_forget(struct store *store);

#endif
