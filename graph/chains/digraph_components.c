/*
 * Strongly connected components (Tarjan, "Depth-first search and linear graph algorithms", 1972).
 */
#include "graph/chains/digraph.h"
#include "ingest/support/memory.h"

#include <stdlib.h>

struct search {
    const struct digraph *graph;
    uint32_t *index, *low; /* per vertex; index 0: not visited */
    uint32_t *arc;         /* per vertex: the next arc to follow */
    uint32_t *stack, *path;
    uint32_t next, height, count;
    uint32_t *component; /* DIGRAPH_NONE: not closed yet */
};

static void enter(struct search *search, uint32_t vertex)
{
    search->index[vertex] = search->low[vertex] = ++search->next;
    search->arc[vertex] = search->graph->out_first[vertex];
    search->stack[search->height++] = vertex;
}

static void close_component(struct search *search, uint32_t root)
{
    uint32_t member;
    do {
        member = search->stack[--search->height];
        search->component[member] = search->count;
    } while (member != root);
    search->count++;
}

static void visit(struct search *search, uint32_t root)
{
    uint32_t depth = 0;
    search->path[0] = root;
    enter(search, root);
    for (;;) {
        uint32_t vertex = search->path[depth];
        if (search->arc[vertex] < search->graph->out_first[vertex + 1]) {
            uint32_t head = search->graph->head[search->arc[vertex]++];
            if (search->index[head] == 0) {
                search->path[++depth] = head;
                enter(search, head);
            } else if (search->component[head] == DIGRAPH_NONE && search->index[head] < search->low[vertex]) {
                search->low[vertex] = search->index[head];
            }
            continue;
        }
        if (search->low[vertex] == search->index[vertex])
            close_component(search, vertex);
        if (depth == 0)
            return;
        uint32_t before = search->path[--depth];
        if (search->low[vertex] < search->low[before])
            search->low[before] = search->low[vertex];
    }
}

uint32_t digraph_components(const struct digraph *graph, uint32_t *component)
{
    uint32_t vertices = graph->vertex_count;
    struct search search = {.graph = graph,
                            .index = memory_zeroed(vertices, sizeof *search.index),
                            .low = memory_zeroed(vertices, sizeof *search.low),
                            .arc = memory_zeroed(vertices, sizeof *search.arc),
                            .stack = memory_zeroed(vertices, sizeof *search.stack),
                            .path = memory_zeroed(vertices, sizeof *search.path),
                            .component = component};
    for (uint32_t i = 0; i < vertices; i++)
        component[i] = DIGRAPH_NONE;
    for (uint32_t i = 0; i < vertices; i++)
        if (search.index[i] == 0)
            visit(&search, i);
    free(search.index);
    free(search.low);
    free(search.arc);
    free(search.stack);
    free(search.path);
    return search.count;
}
