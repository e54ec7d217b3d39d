#include "analyzer/picture/blocks.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

uint32_t blocks_vertex(const struct edges *edges, uint32_t node)
{
    const struct caller *caller = &edges->nodes[node];
    if (caller->kind == CALLER_ROLE_SESSION && caller->principal != MODEL_NONE)
        return caller->principal;
    if (caller->kind == CALLER_ACCOUNT && caller->account_index != MODEL_NONE &&
        edges->model->accounts[caller->account_index].detail == ACCOUNT_FULL)
        return MODEL_NONE;
    return node;
}

static edge_end end_at(const struct edges *edges, uint32_t place)
{
    return place < edges->node_count ? place : (place - edges->node_count) | EDGE_GROUP;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* The blocks of every end. */
static void list_blocks(struct blocks *blocks)
{
    const struct edges *edges = blocks->edges;
    uint32_t ends = edges->node_count + edges->group_count, listed = 0, room = 0;
    uint32_t *met = memory_zeroed(blocks->count, sizeof *met);
    blocks->first = memory_zeroed((size_t)ends + 1, sizeof *blocks->first);
    for (uint32_t place = 0; place < ends; place++) {
        edge_end end = end_at(edges, place);
        uint32_t count, first = listed;
        const uint32_t *members = edges_members(edges, &end, &count);
        blocks->first[place] = first;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t vertex = blocks_vertex(edges, members[i]);
            uint32_t block = vertex == MODEL_NONE ? MODEL_NONE : blocks->of[vertex];
            if (block == MODEL_NONE || met[block] == place + 1)
                continue;
            met[block] = place + 1;
            ARRAY_ADD(blocks->lists, listed, room, block);
        }
        if (listed - first > 1)
            qsort(blocks->lists + first, listed - first, sizeof *blocks->lists, compare_numbers);
    }
    blocks->first[ends] = listed;
    free(met);
}

const uint32_t *blocks_of_end(const struct blocks *blocks, edge_end end, uint32_t *count)
{
    uint32_t place = edges_place(blocks->edges, end);
    *count = blocks->first[place + 1] - blocks->first[place];
    return *count > 0 ? blocks->lists + blocks->first[place] : NULL;
}

struct block_arc *blocks_arc(struct blocks *blocks, uint32_t from, uint32_t to)
{
    uint32_t number = blocks->arc_of[(size_t)from * blocks->count + to];
    return number == 0 ? NULL : &blocks->arcs[number - 1];
}

/* A pair of blocks before it becomes an arc. */
struct pair {
    uint8_t met, sure, kinds;
};

static void add_pairs(struct blocks *blocks, const struct edge *edge, struct pair *pairs)
{
    uint32_t from_count, to_count;
    /* Whatever a session may do, its role may do as well, under the condition that it is that session. */
    bool session = (edge->from & EDGE_GROUP) == 0 && blocks_vertex(blocks->edges, edge->from) != edge->from;
    const uint32_t *from = blocks_of_end(blocks, edge->from, &from_count);
    const uint32_t *to = blocks_of_end(blocks, edge->to, &to_count);
    for (uint32_t i = 0; i < from_count; i++)
        for (uint32_t j = 0; j < to_count; j++) {
            struct pair *pair = &pairs[(size_t)from[i] * blocks->count + to[j]];
            pair->met = 1;
            pair->kinds |= (uint8_t)(1u << edge->kind);
            if (edge->verdict == VERDICT_ALLOWED && !session)
                pair->sure = 1;
        }
}

void blocks_open(struct blocks *blocks, const struct edges *edges, uint32_t *of, uint32_t count,
                 bool (*wanted)(const void *context, uint32_t from, uint32_t to), const void *context)
{
    *blocks = (struct blocks){.edges = edges, .of = of, .count = count};
    struct pair *pairs = memory_zeroed((size_t)count * count, sizeof *pairs);
    uint32_t room = 0;
    list_blocks(blocks);
    for (uint32_t i = 0; i < edges->edge_count; i++)
        add_pairs(blocks, &edges->edges[i], pairs);
    blocks->arc_of = memory_zeroed((size_t)count * count, sizeof *blocks->arc_of);
    for (uint32_t from = 0; from < count; from++)
        for (uint32_t to = 0; to < count; to++) {
            size_t place = (size_t)from * count + to;
            if (!pairs[place].met || (wanted != NULL ? !wanted(context, from, to) : from == to))
                continue;
            struct block_arc arc = {
                .from = from, .to = to, .sure = pairs[place].sure, .kinds = pairs[place].kinds, .severity = -1};
            ARRAY_ADD(blocks->arcs, blocks->arc_count, room, arc);
            blocks->arc_of[place] = blocks->arc_count;
        }
    free(pairs);
}

void blocks_close(struct blocks *blocks)
{
    free(blocks->of);
    free(blocks->first);
    free(blocks->lists);
    free(blocks->arcs);
    free(blocks->arc_of);
    *blocks = (struct blocks){0};
}
