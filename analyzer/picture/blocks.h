/*
 * blocks: a partition of the nodes into sets that are drawn as one, and the arcs between them.
 *
 * Arcs are found between the ends of edges (groups of nodes). So the cost depends on the number of edges and of group
 * members, not on the number of pairs of caller and role. There is at most one arc per pair of blocks, however many
 * edges it stands for. A session that a policy names is drawn as its role; an account that is exported whole is drawn
 * as the principals in it that can use the trust.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_BLOCKS_H
#define ROLECHAIN_ANALYZER_PICTURE_BLOCKS_H

#include "graph/edges/edges.h"

#define BLOCKS_MOST 1024u /* limited by the table of pairs that finds arcs */

/* The node that represents this node in the picture; MODEL_NONE: none. */
uint32_t blocks_vertex(const struct edges *edges, uint32_t node);

struct block_arc {
    uint32_t from, to;
    bool sure;      /* at least one of its edges has no condition */
    unsigned kinds; /* bits 1 << enum edge_kind of its edges */
    int severity;   /* enum severity of the worst finding on its edges; below SEVERITY_INFO: none, see severities.h */
};

struct blocks {
    const struct edges *edges;
    uint32_t *of;   /* per node; MODEL_NONE: not drawn */
    uint32_t count; /* at most BLOCKS_MOST */
    /* Per end (edges_place): the blocks of its members, ascending. */
    uint32_t *first, *lists;
    struct block_arc *arcs; /* sorted by from, then to */
    uint32_t arc_count;
    uint32_t *arc_of; /* count × count: index of the arc + 1; 0: none */
};

/* Takes ownership of `of` (per node, set for the nodes of blocks_vertex; malloc'ed). wanted: which pairs of blocks get
 * an arc; NULL: all except a block with itself. */
void blocks_open(struct blocks *blocks, const struct edges *edges, uint32_t *of, uint32_t count,
                 bool (*wanted)(const void *context, uint32_t from, uint32_t to), const void *context);
void blocks_close(struct blocks *blocks);

/* The blocks of the members of an end. */
const uint32_t *blocks_of_end(const struct blocks *blocks, edge_end end, uint32_t *count);
/* NULL: there is none. */
struct block_arc *blocks_arc(struct blocks *blocks, uint32_t from, uint32_t to);

#endif
