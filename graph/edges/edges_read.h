/*
 * edges_read: turns stored edges back into those of edges.h, without deciding anything again.
 *
 * For a slice (graph/model/slice.h) they are read over a model of its principals. Their ends are made from the stored
 * groups: principals in the same stored groups form a group again. So these groups are not those of classes.h, of which
 * only the four partitions that ends are made of exist; and a caller that is not in the slice has no edges. For the
 * whole database the edges are as if they had just been decided: see edges_restore.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_READ_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_READ_H

#include "graph/edges/edges.h"
#include "graph/model/slice.h"

/* The part of reading a slice that does not need a model. */
struct edges_reading {
    const struct slice *slice;
    struct constraint_pool *pool;
    struct arena arena;
    struct id_map rows; /* of table residual: index in residuals */
    struct read_residual {
        constraint formula;
        enum verdict verdict;
    } * residuals;
    struct read_party { /* sources that are not exported principals */
        int64_t party;
        const char *kind, *caller, *partition; /* partition: NULL for any */
    } * parties;
    uint32_t residual_count, residual_room, party_count, party_room;
};

/* Reads the conditions of the slice's edges into the pool, and the outside parties. False: something cannot be read.
 * Must be closed in either case; slice and pool must outlive it. */
bool edges_reading_open(struct edges_reading *reading, struct store *store, struct constraint_pool *pool,
                        const struct slice *slice);
void edges_reading_close(struct edges_reading *reading);

/* The edges over the model of the slice's principals, for questions at that time (slice_is_current). Model and pool
 * must outlive them. NULL: an outside party cannot be read. */
struct edges *edges_read(const struct edges_reading *reading, const struct model *model, double now);

/* All edges over the whole model, as edges_compute would find them at that time (slice_is_current). NULL: parts were
 * updated since (edges_refresh.h), so that the stored groups are no longer those of classes.h, or something cannot be
 * read. */
struct edges *edges_restore(const struct model *model, struct constraint_pool *pool, double now, struct store *store);

#endif
