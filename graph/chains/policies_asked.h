/*
 * policies_asked: of a slice (graph/model/slice.h), the principals of which policies can matter to what chains demand:
 * those that stand before or after an edge that asks for tags or a source identity, or after a service that passes
 * some. Whether the hops of such a chain may pass them on is decided from policies (chaining_beside); chains without
 * such an edge demand nothing but what their edges say.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_POLICIES_ASKED_H
#define ROLECHAIN_GRAPH_CHAINS_POLICIES_ASKED_H

#include "graph/edges/edges_read.h"

/* Database ids, each once, ascending; to be freed. All principals of the slice must have been followed
 * (slice_follow). */
int64_t *policies_asked(const struct edges_reading *reading, size_t *count);

#endif
