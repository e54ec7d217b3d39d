/*
 * policies_asked: which principals of a slice (graph/model/slice.h) have policies that can affect the conditions of
 * chains: those before or after an edge that asks for tags or a source identity, or after a service that passes some.
 * Whether the hops of such a chain may pass them on is decided from policies (chaining_beside); chains without such an
 * edge have only the conditions of their edges.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_POLICIES_ASKED_H
#define ROLECHAIN_GRAPH_CHAINS_POLICIES_ASKED_H

#include "graph/edges/edges_read.h"

/* Database ids, ascending, without duplicates; the caller frees them. All principals of the slice must have been
 * followed (slice_follow). */
int64_t *policies_asked(const struct edges_reading *reading, size_t *count);

#endif
