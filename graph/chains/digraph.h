/*
 * digraph: a plain directed graph, and what becomes unreachable when vertices are removed.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_DIGRAPH_H
#define ROLECHAIN_GRAPH_CHAINS_DIGRAPH_H

#include <stdbool.h>
#include <stdint.h>

#define DIGRAPH_NONE UINT32_MAX

/* Vertices are 0 … vertex_count-1. Zero-initialise, add arcs, then digraph_index. */
struct digraph {
    uint32_t vertex_count, arc_count;
    uint32_t *tail, *head; /* of arcs; by tail after digraph_index */
    uint32_t tail_room, head_room;
    uint32_t *out_first; /* vertex_count + 1 offsets into arcs */
    uint32_t *in_first;  /* likewise into in_arcs */
    uint32_t *in_arcs;   /* arcs by head */
};

void digraph_add(struct digraph *graph, uint32_t tail, uint32_t head);
/* Sorts arcs by tail (in order of addition for equal tails) and makes the offsets. No arc may be added afterwards. */
void digraph_index(struct digraph *graph, uint32_t vertex_count);
void digraph_free(struct digraph *graph);

/* Strongly connected components of an indexed graph: fills in component[vertex] and returns their number. Arcs between
 * components lead from greater numbers to lesser ones. */
uint32_t digraph_components(const struct digraph *graph, uint32_t *component);

/* Which vertices can reach a root (backwards), or are reached from one, and through which neighbour: a tree. Removing
 * vertices can only cut off those below them in the tree, so only these need to be checked. */
struct support {
    const struct digraph *graph;
    bool backwards;
    uint32_t *parent; /* in the tree; the vertex itself for roots; DIGRAPH_NONE: not reached */
    uint32_t *order;  /* reached vertices, nearest to the roots first */
    uint32_t count;
    uint32_t *child_first, *children;
    uint8_t *state;  /* of a search; cleared between searches */
    uint32_t *queue; /* of a search */
    uint32_t *lost;  /* of the last support_lose */
    uint32_t lost_count;
    uint64_t steps; /* arcs visited by all searches */
};

/* The graph must outlive it. */
void support_open(struct support *support, const struct digraph *graph, bool backwards, const uint32_t *roots,
                  uint32_t root_count);
void support_close(struct support *support);

/* Fills in `lost` with every reached vertex that is no longer reached without the given ones, which are included. No
 * root may be among them. */
void support_lose(struct support *support, const uint32_t *removed, uint32_t count);

/* Adds to each vertex's weight the weights of all vertices below it in the tree. */
void support_add_up(const struct support *support, uint64_t *weights);

#endif
