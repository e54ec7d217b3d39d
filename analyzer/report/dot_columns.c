/*
 * Graphviz puts the parts of a graph that no edge connects below each other, which makes a tower of many accounts that
 * have nothing to do with each other. Here they are put into columns: invisible edges lead from the end of each part of
 * a column to the beginning of each part of the next.
 */
#include "analyzer/report/dot_inside.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What a level and a row of nodes take, about, and how wide a picture should be for its height. */
#define LEVEL_WIDTH 190.0
#define ROW_HEIGHT 38.0
#define SHAPE 1.3

struct part {
    uint32_t depth, height;
    uint32_t column;
};

struct columns {
    const struct picture *picture;
    uint32_t *root;      /* per node: union-find, then the first node of its part */
    uint32_t *level;     /* per node: edges from a beginning of its part */
    uint32_t *rows;      /* per node of a part: how many nodes its n-th level has is at the part's n-th node */
    bool *begins, *ends; /* per node: no edge of its part leads to it, or from it */
    struct part *parts;  /* at the first node of each */
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

static void find_parts(struct columns *columns)
{
    const struct picture *picture = columns->picture;
    for (uint32_t i = 0; i < picture->node_count; i++)
        columns->root[i] = i;
    for (uint32_t i = 0; i < picture->edge_count; i++)
        join(columns->root, picture->edges[i].from, picture->edges[i].to);
    /* Nodes of a cluster stay together. */
    for (uint32_t i = 0; i < picture->node_count; i++)
        for (uint32_t j = i + 1; j < picture->node_count && picture->nodes[i].cluster != PICTURE_OUTSIDE; j++)
            if (picture->nodes[i].cluster == picture->nodes[j].cluster) {
                join(columns->root, i, j);
                break;
            }
    for (uint32_t i = 0; i < picture->node_count; i++)
        columns->root[i] = find(columns->root, i);
}

static void find_levels(struct columns *columns)
{
    const struct picture *picture = columns->picture;
    uint32_t *level = columns->level;
    bool changed = true;
    for (uint32_t i = 0; i < picture->node_count; i++)
        columns->begins[i] = columns->ends[i] = true;
    for (uint32_t i = 0; i < picture->edge_count; i++)
        if (picture->edges[i].from != picture->edges[i].to)
            columns->begins[picture->edges[i].to] = columns->ends[picture->edges[i].from] = false;
    for (uint32_t i = 0; i < picture->node_count; i++)
        level[i] = columns->begins[i] ? 0 : UINT32_MAX;
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

/* Returns how many parts there are, and the rows of all below each other and the greatest depth. */
static uint32_t measure(struct columns *columns, uint32_t *height, uint32_t *depth)
{
    const struct picture *picture = columns->picture;
    uint32_t count = 0, parts = 0;
    *height = *depth = 0;
    for (uint32_t i = 0; i < picture->node_count; i++)
        if (columns->root[i] == i) {
            parts++;
        }
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct part *part = &columns->parts[columns->root[i]];
        if (columns->level[i] + 1 > part->depth)
            part->depth = columns->level[i] + 1;
    }
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct part *part = &columns->parts[i];
        if (columns->root[i] != i)
            continue;
        for (uint32_t j = 0; j < part->depth; j++)
            columns->rows[j] = 0;
        for (uint32_t j = i; j < picture->node_count; j++)
            if (columns->root[j] == i && (count = ++columns->rows[columns->level[j]]) > part->height)
                part->height = count;
        part->height++; /* the name of the account */
        *height += part->height;
        *depth = part->depth > *depth ? part->depth : *depth;
    }
    return parts;
}

static bool hidden_edge(Agraph_t *graph, Agnode_t *from, Agnode_t *to)
{
    Agedge_t *edge = agedge(graph, from, to, NULL, 1);
    if (edge == NULL)
        return false;
    agsafeset(edge, (char *)"style", (char *)"invis", (char *)"");
    return true;
}

/* The node between a column and the next. */
static Agnode_t *between(Agraph_t *graph, uint32_t column)
{
    char name[32];
    snprintf(name, sizeof name, "column %u", column);
    Agnode_t *node = agnode(graph, name, 1);
    if (node != NULL) {
        agsafeset(node, (char *)"shape", (char *)"point", (char *)"");
        agsafeset(node, (char *)"style", (char *)"invis", (char *)"");
    }
    return node;
}

static bool connect(Agraph_t *graph, Agnode_t *const *nodes, const struct columns *columns, uint32_t height,
                    uint32_t count)
{
    uint32_t passed = 0;
    bool good = true;
    for (uint32_t i = 0; good && i < columns->picture->node_count; i++) {
        struct part *part = &columns->parts[columns->root[i]];
        if (columns->root[i] == i) {
            part->column = (uint32_t)((uint64_t)(passed + part->height / 2) * count / height);
            passed += part->height;
        }
        Agnode_t *before = part->column > 0 ? between(graph, part->column) : NULL,
                 *after = part->column + 1 < count ? between(graph, part->column + 1) : NULL;
        if (before != NULL && columns->begins[i])
            good = hidden_edge(graph, before, nodes[i]);
        if (good && after != NULL && columns->ends[i])
            good = hidden_edge(graph, nodes[i], after);
    }
    return good;
}

bool dot_columns(Agraph_t *graph, Agnode_t *const *nodes, const struct picture *picture)
{
    size_t room = (size_t)picture->node_count + 1;
    struct columns columns = {.picture = picture,
                              .root = calloc(room, sizeof *columns.root),
                              .level = calloc(room, sizeof *columns.level),
                              .begins = calloc(room, sizeof *columns.begins),
                              .ends = calloc(room, sizeof *columns.ends),
                              .rows = calloc(room, sizeof *columns.rows),
                              .parts = calloc(room, sizeof *columns.parts)};
    bool good = columns.root != NULL && columns.level != NULL && columns.begins != NULL && columns.ends != NULL &&
                columns.rows != NULL && columns.parts != NULL;
    if (good && picture->node_count > 0) {
        uint32_t height, depth;
        find_parts(&columns);
        find_levels(&columns);
        uint32_t parts = measure(&columns, &height, &depth);
        double wanted = sqrt(SHAPE * height * ROW_HEIGHT / (depth * LEVEL_WIDTH));
        uint32_t count = wanted < 1.5 ? 1 : (uint32_t)(wanted + 0.5);
        count = count > parts / 2 ? parts / 2 : count;
        good = count < 2 || connect(graph, nodes, &columns, height, count);
    }
    free(columns.root);
    free(columns.level);
    free(columns.begins);
    free(columns.ends);
    free(columns.rows);
    free(columns.parts);
    return good;
}
