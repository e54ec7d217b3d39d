/*
 * Columns are made of invisible edges: from the end of each part of a column to a node between it and the next, and
 * from there to the beginning of each part of the next.
 */
#include "analyzer/picture/dot_inside.h"
#include "ingest/support/memory.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What a level and a row of nodes take, about, and how wide a picture should be for its height. */
#define LEVEL_WIDTH 190.0
#define ROW_HEIGHT 38.0
#define SHAPE 1.3

/* A picture of more rows than this that is so many times as high as wide is a tower. */
#define TOWER_ROWS 60
#define TOWER 2.0

struct part {
    uint32_t depth, height;
};

struct layout {
    const struct picture *picture;
    struct columns *columns;
    uint32_t *root;     /* per node: union-find, then the first node of its part */
    uint32_t *level;    /* per node: edges from a beginning of its part */
    uint32_t *rows;     /* per level of a part */
    struct part *parts; /* at the first node of each */
    uint32_t part_count;
    uint32_t height, tallest, depth; /* rows of all parts, of the highest; levels of the deepest */
};

static uint32_t find(uint32_t *root, uint32_t node)
{
    while (root[node] != node)
        node = root[node] = root[root[node]];
    return node;
}

/* The smaller index becomes the root. */
static void join(uint32_t *root, uint32_t a, uint32_t b)
{
    a = find(root, a);
    b = find(root, b);
    if (a < b)
        root[b] = a;
    else
        root[a] = b;
}

static void find_parts(struct layout *layout)
{
    const struct picture *picture = layout->picture;
    const bool *repeated = layout->columns->repeated;
    for (uint32_t i = 0; i < picture->node_count; i++)
        layout->root[i] = i;
    for (uint32_t i = 0; i < picture->edge_count; i++)
        if (!repeated[picture->edges[i].from])
            join(layout->root, picture->edges[i].from, picture->edges[i].to);
    /* Nodes of a cluster stay together. */
    for (uint32_t i = 0; i < picture->node_count; i++)
        for (uint32_t j = i + 1; j < picture->node_count && picture->nodes[i].cluster != PICTURE_OUTSIDE; j++)
            if (picture->nodes[i].cluster == picture->nodes[j].cluster) {
                join(layout->root, i, j);
                break;
            }
    for (uint32_t i = 0; i < picture->node_count; i++)
        layout->root[i] = find(layout->root, i);
}

static void find_levels(struct layout *layout)
{
    const struct picture *picture = layout->picture;
    uint32_t *level = layout->level;
    bool changed = true;
    for (uint32_t i = 0; i < picture->node_count; i++)
        layout->columns->begins[i] = layout->columns->ends[i] = true;
    for (uint32_t i = 0; i < picture->edge_count; i++)
        if (picture->edges[i].from != picture->edges[i].to)
            layout->columns->begins[picture->edges[i].to] = layout->columns->ends[picture->edges[i].from] = false;
    for (uint32_t i = 0; i < picture->node_count; i++)
        level[i] = layout->columns->begins[i] ? 0 : UINT32_MAX;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < picture->edge_count; i++) {
            uint32_t from = level[picture->edges[i].from], *to = &level[picture->edges[i].to];
            if (picture->edges[i].from != picture->edges[i].to && from != UINT32_MAX && from + 1 < *to) {
                *to = from + 1;
                changed = true;
            }
        }
    }
    /* Circles without a beginning. */
    for (uint32_t i = 0; i < picture->node_count; i++)
        level[i] = level[i] == UINT32_MAX ? 0 : level[i];
}

/* The parts and their sizes. What is drawn more than once is none. */
static void measure(struct layout *layout)
{
    const struct picture *picture = layout->picture;
    const bool *repeated = layout->columns->repeated;
    find_parts(layout);
    layout->part_count = layout->height = layout->tallest = layout->depth = 0;
    for (uint32_t i = 0; i < picture->node_count; i++)
        layout->parts[i] = (struct part){0};
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct part *part = &layout->parts[layout->root[i]];
        if (layout->level[i] + 1 > part->depth)
            part->depth = layout->level[i] + 1;
    }
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct part *part = &layout->parts[i];
        if (layout->root[i] != i || repeated[i])
            continue;
        for (uint32_t j = 0; j < part->depth; j++)
            layout->rows[j] = 0;
        for (uint32_t j = i; j < picture->node_count; j++)
            if (layout->root[j] == i && ++layout->rows[layout->level[j]] > part->height)
                part->height = layout->rows[layout->level[j]];
        part->height++; /* the name of the account */
        layout->part_count++;
        layout->height += part->height;
        layout->tallest = part->height > layout->tallest ? part->height : layout->tallest;
        layout->depth = part->depth > layout->depth ? part->depth : layout->depth;
    }
}

static uint32_t count_columns(const struct layout *layout)
{
    double wanted = sqrt(SHAPE * layout->height * ROW_HEIGHT / (layout->depth * LEVEL_WIDTH));
    uint32_t count = wanted < 1.5 ? 1 : (uint32_t)(wanted + 0.5);
    count = count > layout->part_count / 2 ? layout->part_count / 2 : count;
    return count > 1 ? count : 1;
}

static bool is_tower(const struct layout *layout, uint32_t count)
{
    uint32_t rows = layout->height / count > layout->tallest ? layout->height / count : layout->tallest;
    return rows > TOWER_ROWS && rows * ROW_HEIGHT > TOWER * LEVEL_WIDTH * layout->depth * count;
}

/* Outside parties that lead to several accounts are taken out of the parts. False: there are none. */
static bool repeat_outside(struct layout *layout)
{
    const struct picture *picture = layout->picture;
    struct columns *columns = layout->columns;
    uint32_t *cluster = layout->rows; /* per node: of the first node that it leads to; free until the next measure */
    for (uint32_t i = 0; i < picture->node_count; i++)
        cluster[i] = PICTURE_OUTSIDE;
    for (uint32_t i = 0; i < picture->edge_count; i++) {
        uint32_t from = picture->edges[i].from, to = picture->nodes[picture->edges[i].to].cluster;
        if (picture->nodes[from].cluster != PICTURE_OUTSIDE || !columns->begins[from] || to == PICTURE_OUTSIDE)
            continue;
        if (cluster[from] == PICTURE_OUTSIDE)
            cluster[from] = to;
        else if (cluster[from] != to)
            columns->repeated[from] = columns->any_repeated = true;
    }
    return columns->any_repeated;
}

static void repeat_nothing(struct layout *layout)
{
    for (uint32_t i = 0; i < layout->picture->node_count; i++)
        layout->columns->repeated[i] = false;
    layout->columns->any_repeated = false;
}

/* Parts follow each other from column to column. */
static void place(struct layout *layout)
{
    const struct picture *picture = layout->picture;
    struct columns *columns = layout->columns;
    uint32_t passed = 0;
    for (uint32_t i = 0; i < picture->node_count; i++) {
        uint32_t root = layout->root[i], height = layout->parts[root].height;
        if (columns->repeated[i]) {
            columns->column[i] = UINT32_MAX;
        } else if (root == i) {
            columns->column[i] = (uint32_t)((uint64_t)(passed + height / 2) * columns->count / layout->height);
            passed += height;
        } else {
            columns->column[i] = columns->column[root];
        }
    }
    for (uint32_t i = 0; i < picture->edge_count; i++) {
        uint32_t *first = &columns->column[picture->edges[i].from], to = columns->column[picture->edges[i].to];
        if (columns->repeated[picture->edges[i].from] && to < *first)
            *first = to;
    }
}

void columns_plan(struct columns *columns, const struct picture *picture)
{
    size_t room = picture->node_count;
    *columns = (struct columns){.count = 1,
                                .column = memory_zeroed(room, sizeof *columns->column),
                                .repeated = memory_zeroed(room, sizeof *columns->repeated),
                                .begins = memory_zeroed(room, sizeof *columns->begins),
                                .ends = memory_zeroed(room, sizeof *columns->ends)};
    if (picture->node_count == 0)
        return;
    struct layout layout = {.picture = picture,
                            .columns = columns,
                            .root = memory_zeroed(room, sizeof *layout.root),
                            .level = memory_zeroed(room, sizeof *layout.level),
                            .rows = memory_zeroed(room, sizeof *layout.rows),
                            .parts = memory_zeroed(room, sizeof *layout.parts)};
    find_levels(&layout);
    measure(&layout);
    columns->count = count_columns(&layout);
    if (is_tower(&layout, columns->count) && repeat_outside(&layout)) {
        measure(&layout);
        columns->count = count_columns(&layout);
        if (columns->count == 1) {
            repeat_nothing(&layout);
            measure(&layout);
            columns->count = count_columns(&layout);
        }
    }
    if (columns->count > 1)
        place(&layout);
    free(layout.root);
    free(layout.level);
    free(layout.rows);
    free(layout.parts);
}

void columns_free(struct columns *columns)
{
    free(columns->column);
    free(columns->repeated);
    free(columns->begins);
    free(columns->ends);
    *columns = (struct columns){0};
}

static void add_hidden_edge(Agraph_t *graph, Agnode_t *from, Agnode_t *to)
{
    Agedge_t *edge = agedge(graph, from, to, NULL, 1);
    agsafeset(edge, "style", "invis", "");
    agsafeset(edge, "weight", "0", "1");
}

/* The node between a column and the next. */
static Agnode_t *between(Agraph_t *graph, uint32_t column)
{
    char name[32];
    snprintf(name, sizeof name, "column %u", column);
    Agnode_t *node = agnode(graph, name, 1);
    agsafeset(node, "shape", "point", "");
    agsafeset(node, "style", "invis", "");
    return node;
}

void columns_hold(const struct columns *columns, Agraph_t *graph, Agnode_t *node, uint32_t index, uint32_t column)
{
    Agnode_t *before = column > 0 && columns->begins[index] ? between(graph, column) : NULL,
             *after = column + 1 < columns->count && columns->ends[index] ? between(graph, column + 1) : NULL;
    if (before != NULL)
        add_hidden_edge(graph, before, node);
    if (after != NULL)
        add_hidden_edge(graph, node, after);
}
