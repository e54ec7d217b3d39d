#include "graph/edges/edges_read.h"

#include "graph/edges/classes_inside.h"
#include "graph/edges/edges_inside.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include <stdlib.h>

/* ---- rows */

static bool read_residuals(struct edges_reading *reading, struct store *store)
{
    const struct slice *slice = reading->slice;
    struct query *row = query_open(store, "SELECT verdict = 'allowed', formula FROM residual WHERE id = ?");
    bool good = true;
    for (size_t i = 0; i < slice->edge_count && good; i++) {
        bool fresh;
        uint32_t *index = id_map_add(&reading->rows, slice->edges[i].residual, &fresh);
        if (!fresh)
            continue;
        *index = reading->residual_count;
        query_bind_integer(row, 1, slice->edges[i].residual);
        struct read_residual residual = {.formula = CONSTRAINT_FALSE};
        good = query_next(row) && !query_is_null(row, 1) &&
               constraint_unpack(reading->pool, query_text(row, 1), &residual.formula);
        if (good)
            residual.verdict = query_integer(row, 0) != 0 ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
        query_reset(row);
        ARRAY_ADD(reading->residuals, reading->residual_count, reading->residual_room, residual);
    }
    query_close(row);
    return good;
}

static const char *copy(struct edges_reading *reading, const char *text)
{
    return text != NULL ? arena_copy_text(&reading->arena, text, strlen(text)) : NULL;
}

static void read_parties(struct edges_reading *reading, struct store *store)
{
    const struct slice *slice = reading->slice;
    struct id_map seen = {.count = 0};
    struct query *row = query_open(store, "SELECT kind, caller, partition FROM outside_party WHERE party = ?");
    for (size_t i = 0; i < slice->edge_count; i++) {
        int64_t party = slice->edges[i].source;
        bool fresh = false;
        if (party < 0)
            id_map_add(&seen, party, &fresh);
        if (!fresh)
            continue;
        query_bind_integer(row, 1, party);
        if (query_next(row))
            ARRAY_ADD(reading->parties, reading->party_count, reading->party_room,
                      (struct read_party){party, copy(reading, query_text(row, 0)), copy(reading, query_text(row, 1)),
                                          copy(reading, query_text(row, 2))});
        query_reset(row);
    }
    query_close(row);
    id_map_free(&seen);
}

bool edges_reading_open(struct edges_reading *reading, struct store *store, struct constraint_pool *pool,
                        const struct slice *slice)
{
    *reading = (struct edges_reading){.slice = slice, .pool = pool};
    read_parties(reading, store);
    return read_residuals(reading, store);
}

void edges_reading_close(struct edges_reading *reading)
{
    arena_free(&reading->arena);
    id_map_free(&reading->rows);
    free(reading->residuals);
    free(reading->parties);
}

/* ---- ends */

/* The four partitions that ends belong to, in order. An edge's breadth tells between which two it is; a stored party
 * used in several becomes several ends. */
enum level { LEVEL_CLASS, LEVEL_PROFILE, LEVEL_LOCAL_SET, LEVEL_ROLE_SET, LEVELS };

/* A party as an end of one level. */
struct read_end {
    int64_t party;
    enum level level;
    uint32_t *blocks; /* the groups that it is made of */
    uint32_t block_count, block_room;
};

struct end_of_principal {
    uint32_t principal, end;
};

struct assembly {
    const struct edges_reading *reading;
    struct edges *edges;
    struct id_map nodes;        /* principals and outside parties → nodes */
    struct id_map ends[LEVELS]; /* parties → indexes in list */
    struct read_end *list;
    uint32_t end_count, end_room;
    struct end_of_principal *pairs; /* of one level */
    size_t pair_count, pair_room;
};

/* The level of an edge's source or target; LEVELS: a single node. */
static enum level level_of(const struct slice_edge *edge, bool source)
{
    int from = edge->breadth / 3, to = edge->breadth % 3;
    if (source)
        return from == 1 ? LEVEL_CLASS : from == 2 ? LEVEL_PROFILE : LEVELS;
    return to == 1 ? LEVEL_LOCAL_SET : to == 2 ? LEVEL_ROLE_SET : LEVELS;
}

static void note_end(struct assembly *work, int64_t party, enum level level)
{
    bool fresh;
    if (level == LEVELS)
        return;
    uint32_t *index = id_map_add(&work->ends[level], party, &fresh);
    if (!fresh)
        return;
    *index = work->end_count;
    ARRAY_ADD(work->list, work->end_count, work->end_room, (struct read_end){.party = party, .level = level});
}

static void note_ends(struct assembly *work)
{
    const struct slice *slice = work->reading->slice;
    for (size_t i = 0; i < slice->edge_count; i++) {
        note_end(work, slice->edges[i].source, level_of(&slice->edges[i], true));
        note_end(work, slice->edges[i].target, level_of(&slice->edges[i], false));
    }
}

static void add_pair(struct assembly *work, int64_t principal, uint32_t end)
{
    const uint32_t *node = id_map_find(&work->nodes, principal);
    if (node != NULL)
        ARRAY_ADD(work->pairs, work->pair_count, work->pair_room, (struct end_of_principal){*node, end});
}

static int compare_pairs(const void *a, const void *b)
{
    const struct end_of_principal *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Who has which ends of the level. */
static void find_pairs(struct assembly *work, enum level level)
{
    const struct slice *slice = work->reading->slice;
    work->pair_count = 0;
    for (size_t i = 0; i < slice->member_count; i++) {
        const uint32_t *end = id_map_find(&work->ends[level], slice->members[i].party);
        if (end != NULL)
            add_pair(work, slice->members[i].principal, *end);
    }
    for (uint32_t i = 0; i < work->end_count; i++)
        if (work->list[i].level == level && work->list[i].party > 0)
            add_pair(work, work->list[i].party, i);
    if (work->pair_count > 1)
        qsort(work->pairs, work->pair_count, sizeof *work->pairs, compare_pairs);
}

/* A block while they are put in order. */
struct read_block {
    int64_t party; /* the first of its ends; INT64_MAX: it has none */
    uint32_t number, first, last;
};

static int compare_blocks(const void *a, const void *b)
{
    const struct read_block *x = a, *y = b;
    if (x->party != y->party)
        return x->party < y->party ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Puts blocks in the order of the parties that they are made of, which is that of the groups that were stored, so that
 * searches meet them as over the whole. */
static void order_blocks(struct assembly *work, struct read_block *blocks, uint32_t count, struct partition *partition)
{
    uint32_t *places = memory_zeroed((size_t)count + 1, sizeof *places);
    if (count > 1)
        qsort(blocks, count, sizeof *blocks, compare_blocks);
    for (uint32_t i = 0; i < count; i++) {
        places[blocks[i].number] = i;
        for (uint32_t j = blocks[i].first; j < blocks[i].last; j++) {
            struct read_end *end = &work->list[work->pairs[j].end];
            ARRAY_ADD(end->blocks, end->block_count, end->block_room, i);
        }
    }
    for (uint32_t i = 0; i < work->edges->model->principal_count; i++)
        if (partition->of[i] != MODEL_NONE)
            partition->of[i] = places[partition->of[i]];
    partition->count = count;
    free(places);
}

static int64_t least_party(const struct assembly *work, size_t first, size_t last)
{
    int64_t least = INT64_MAX;
    for (size_t i = first; i < last; i++)
        if (work->list[work->pairs[i].end].party < least)
            least = work->list[work->pairs[i].end].party;
    return least;
}

/* Nodes with the same ends of the level, and the same values in `besides`, form a block; unless `all`, nodes without
 * ends are in no block. */
static void divide(struct assembly *work, enum level level, bool all, const uint32_t *besides,
                   struct partition *partition)
{
    uint32_t count = work->edges->model->principal_count, block_count = 0, block_room = 0;
    struct intern keys = {.count = 0};
    struct read_block *blocks = NULL;
    uint32_t *key = NULL;
    size_t room = 0, at = 0;
    find_pairs(work, level);
    partition_open(partition, count);
    for (uint32_t principal = 0; principal < count; principal++) {
        size_t first = at, length = 0;
        uint32_t known = keys.count;
        while (at < work->pair_count && work->pairs[at].principal == principal)
            at++;
        if (at == first && !all)
            continue;
        ARRAY_RESERVE(key, at - first + 1, room);
        key[length++] = besides != NULL ? besides[principal] : 0;
        for (size_t i = first; i < at; i++)
            key[length++] = work->pairs[i].end;
        partition->of[principal] = intern_add(&keys, (const char *)key, length * sizeof *key);
        if (keys.count > known)
            ARRAY_ADD(blocks, block_count, block_room,
                      ((struct read_block){least_party(work, first, at), known, (uint32_t)first, (uint32_t)at}));
    }
    order_blocks(work, blocks, block_count, partition);
    partition_close(partition, count);
    intern_free(&keys);
    free(blocks);
    free(key);
}

/* Classes are within one account, and are parts of profiles; a role in a local set needs a role set of its own. */
static void divide_all(struct assembly *work)
{
    const struct model *model = work->edges->model;
    struct classes *classes = &work->edges->classes;
    uint32_t *besides = memory_zeroed(model->principal_count, sizeof *besides);
    struct intern kinds = {.count = 0};
    divide(work, LEVEL_PROFILE, true, NULL, &classes->profiles);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const uint32_t kind[] = {classes->profiles.of[i], model->principals[i].account};
        besides[i] = intern_add(&kinds, (const char *)kind, sizeof kind);
    }
    divide(work, LEVEL_CLASS, true, besides, &classes->permissions);
    divide(work, LEVEL_LOCAL_SET, false, NULL, &classes->local_sets);
    divide(work, LEVEL_ROLE_SET, true, NULL, &classes->role_sets);
    intern_free(&kinds);
    free(besides);
}

/* ---- nodes */

bool edges_read_caller(struct edges *edges, const char *kind, const char *text, const char *partition,
                       struct caller *caller)
{
    if (!caller_parse(edges->model, &edges->arena, text, caller) || strcmp(caller_kind_word(caller->kind), kind) != 0 ||
        strcmp(caller->text, text) != 0)
        return false;
    caller->partition = partition != NULL ? arena_copy_text(&edges->arena, partition, strlen(partition)) : NULL;
    return true;
}

static bool make_nodes(struct assembly *work)
{
    struct edges *edges = work->edges;
    const struct edges_reading *reading = work->reading;
    uint32_t principals = edges->model->principal_count;
    bool fresh, good = true;
    edges->nodes = memory_zeroed((size_t)principals + reading->party_count, sizeof *edges->nodes);
    for (uint32_t i = 0; i < principals; i++) {
        caller_of_principal(edges->model, i, &edges->nodes[i]);
        *id_map_add(&work->nodes, edges->model->principals[i].id, &fresh) = i;
    }
    edges->node_count = principals;
    for (uint32_t i = 0; i < reading->party_count; i++) {
        const struct read_party *party = &reading->parties[i];
        *id_map_add(&work->nodes, party->party, &fresh) = edges->node_count;
        good = good &&
               edges_read_caller(edges, party->kind, party->caller, party->partition, &edges->nodes[edges->node_count]);
        edges->node_count++;
    }
    return good;
}

/* ---- edges */

/* The ends of an edge's source or target: a node, or groups. Returns how many. */
static uint32_t ends_of(const struct assembly *work, const struct slice_edge *edge, bool source, const uint32_t **ends)
{
    int64_t party = source ? edge->source : edge->target;
    enum level level = level_of(edge, source);
    if (level == LEVELS) {
        *ends = id_map_find(&work->nodes, party);
        /* In a damaged database, an outside party may be a target. */
        return *ends != NULL && (source || party > 0);
    }
    const struct read_end *end = &work->list[*id_map_find(&work->ends[level], party)];
    *ends = end->blocks;
    return end->block_count;
}

/* Numbers the blocks as ends. */
static void number_blocks(struct assembly *work)
{
    const struct classes *classes = &work->edges->classes;
    const uint32_t counts[LEVELS] = {classes->permissions.count, classes->profiles.count, classes->local_sets.count,
                                     classes->role_sets.count};
    uint32_t base[LEVELS] = {0};
    for (int level = 1; level < LEVELS; level++)
        base[level] = base[level - 1] + counts[level - 1];
    work->edges->group_count = base[LEVELS - 1] + counts[LEVELS - 1];
    for (uint32_t i = 0; i < work->end_count; i++)
        for (uint32_t j = 0; j < work->list[i].block_count; j++)
            work->list[i].blocks[j] = EDGE_GROUP | (base[work->list[i].level] + work->list[i].blocks[j]);
}

static void make_edges(struct assembly *work)
{
    struct edges *edges = work->edges;
    const struct edges_reading *reading = work->reading;
    uint32_t room = 0;
    for (size_t i = 0; i < reading->slice->edge_count; i++) {
        const struct slice_edge *row = &reading->slice->edges[i];
        const struct read_residual *residual = &reading->residuals[*id_map_find(&reading->rows, row->residual)];
        const uint32_t *from, *to;
        uint32_t from_count = ends_of(work, row, true, &from), to_count = ends_of(work, row, false, &to);
        for (uint32_t j = 0; j < from_count * to_count; j++)
            ARRAY_ADD(edges->edges, edges->edge_count, room,
                      (struct edge){.from = from[j / to_count],
                                    .to = to[j % to_count],
                                    .verdict = residual->verdict,
                                    .residual = residual->formula});
    }
}

/* ---- the whole */

static void assembly_close(struct assembly *work)
{
    id_map_free(&work->nodes);
    for (int level = 0; level < LEVELS; level++)
        id_map_free(&work->ends[level]);
    for (uint32_t i = 0; i < work->end_count; i++)
        free(work->list[i].blocks);
    free(work->list);
    free(work->pairs);
}

struct edges *edges_read(const struct edges_reading *reading, const struct model *model, double now)
{
    struct edges *edges = edges_new(model, reading->pool, now);
    struct assembly work = {.reading = reading, .edges = edges};
    bool good = make_nodes(&work);
    note_ends(&work);
    divide_all(&work);
    number_blocks(&work);
    make_edges(&work);
    edges_sort_outside(edges);
    edges_index(edges);
    assembly_close(&work);
    if (good)
        return edges;
    edges_free(edges);
    return NULL;
}
