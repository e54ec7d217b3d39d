/*
 * control_store: control edges in the database (tables control_edge, control_way, control_member of
 * ingest/store/answers.sql), and back.
 *
 * Roles over which somebody has the same ways through services, but for what must run with each, are one group there: a
 * form (constraint_pack_about) stands for what each demands. So in an account they are a row for each service, not for
 * each role. Targets that several sources reach by the same way under the same conditions are a group, too; such groups
 * overlap.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_H

#include "graph/edges/edges.h"
#include "graph/model/slice.h"
#include "ingest/store/store.h"

/* Writes the control edges among the edges, behind edges_store, inside the caller's transaction: of all principals, and
 * none are stored yet. A failure is the store's (store.h). */
void control_edges_store(const struct edges *edges, struct store *store);

/* Whether control edges are stored, and match the other stored edges. */
bool control_edges_stored(struct store *store);

/* Updates the stored ones after a load that changed little, before edges_refresh, inside the caller's transaction; adds
 * them to the edges, which are those of touched_load's model. Afterwards the rows of the view controllable are the same
 * as after a complete load; groups crumble as those of other edges do (edges_refresh.h). */
void control_edges_refresh(struct edges *edges, struct store *store);

/* Adds them to the edges of the whole model as control_edges_add would, at a time for which they are valid
 * (slice_is_current). False: they cannot be read, and none were added. */
bool control_edges_restore(struct edges *edges, struct store *store);

/* The same for a slice that contains them (slice.with_control), to the edges of edges_read. */
bool control_edges_read(struct edges *edges, const struct slice *slice, struct store *store);

#endif
