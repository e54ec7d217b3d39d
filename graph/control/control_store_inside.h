/*
 * Internals of control_store.h: control_store.c (writes edges), control_refresh.c (updates after a load),
 * control_restore.c (reads them back).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_INSIDE_H

#include "graph/control/control_store.h"

/* Which edges are new: all that leave some accounts, and others that lead to changed principals. */
struct control_renewal {
    const bool *accounts; /* per account of the model */
    const bool *changed;  /* per principal */
};

/* Adds edges and their groups to what is stored; renewal NULL: all edges. Groups get the numbers from `next`
 * downwards. */
void control_edges_write(const struct edges *edges, const struct control_renewal *renewal, int64_t next,
                         struct store *store);

#endif
