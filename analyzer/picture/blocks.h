/*
 * blocks: a partition of the nodes into sets that are drawn as one, and the arcs between them.
 *
 * Arcs are found between the ends of edges (groups of nodes), so their cost is that of the edges and the members of
 * groups, not that of the pairs of callers and roles; there is one arc a pair of blocks, however many edges it stands
 * for. A session that a policy names is drawn as its role; an account that is exported whole is drawn as those of its
 * principals that can use what it was trusted with.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_BLOCKS_H
#define ROLECHAIN_ANALYZER_PICTURE_BLOCKS_H

#include "graph/edges/edges.h"

#define BLOCKS_MOST 1024u /* arcs are found by a table of pairs */

/* The node that a node is drawn as; MODEL_NONE: none. */
uint32_t blocks_vertex(const struct edges *edges, uint32_t node);

struct block_arc {
    uint32_t from, to;
    bool sure;      /* one of its edges has no condition */
    unsigned kinds; /* 1 << enum edge_kind of its edges */
    int severity;   /* enum severity of the worst finding on its edges; below SEVERITY_INFO: none, see severities.h */
};

struct blocks {
    const struct edges *edges;
    uint32_t *of;   /* per node; MODEL_NONE: not drawn */
    uint32_t count; /* at most BLOCKS_MOST */
    /* Of ends (edges_place): the blocks of their members, ascending. */
    uint32_t *first, *lists;
    struct block_arc *arcs; /* in the order of from, then to */
    uint32_t arc_count;
    uint32_t *arc_of; /* count × count: the arc + 1; 0: none */
};

/* Takes `of` (per node, already of what it is drawn as; malloc'ed) over. wanted: which pairs of blocks are drawn at
 * all; NULL: all but those of a block with itself. */
void blocks_open(struct blocks *blocks, const struct edges *edges, uint32_t *of, uint32_t count,
                 bool (*wanted)(const void *context, uint32_t from, uint32_t to), const void *context);
void blocks_close(struct blocks *blocks);

/* The blocks of an end. */
const uint32_t *blocks_of_end(const struct blocks *blocks, edge_end end, uint32_t *count);
/* NULL: there is none. */
struct block_arc *blocks_arc(struct blocks *blocks, uint32_t from, uint32_t to);

#endif
