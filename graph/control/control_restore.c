/*
 * Control edges as control_store.c and control_refresh.c wrote them, read back: over the whole model, or over a slice.
 *
 * Loads that bring up to date a part add groups that overlap with those that are there. So principals that are in the
 * same groups become one end, and a row is as many edges as its groups have such ends.
 */
#include "graph/control/control_store.h"

#include "graph/control/control_edges.h"
#include "graph/control/control_inside.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/id_map.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* What a stored group is used as, by the rows. */
enum use { USED_BY_CONTROLLERS, USED_BY_CONTROLLED, USED_BY_EACH };

/* A stored group as ends: single nodes if it is used by `each`, else blocks of its partition. */
struct group {
    int64_t party;
    enum use use;
    uint32_t *ends, count, room;
};

struct demand {
    const char *packed; /* NULL: not read yet */
    enum verdict verdict;
    constraint formula; /* set if it contains no name */
    bool known;
};

struct stored_way {
    const char *how; /* NULL: not read yet */
    enum edge_kind kind;
};

struct row {
    uint32_t from, to; /* node, or with EDGE_GROUP an index into groups */
    uint32_t way, residual;
};

struct membership {
    uint32_t node, group;
    int64_t party;
};

struct restoring {
    struct edges *edges;
    const struct slice *slice; /* NULL: the whole */
    struct store *store;
    struct arena arena;
    struct id_map nodes, parties;
    struct query *find_way, *find_demand;
    struct membership *members;
    uint32_t member_count, member_room;
    struct group *groups; /* by party */
    uint32_t group_count, group_room;
    struct stored_way *ways;
    uint32_t way_room;
    struct demand *demands;
    uint32_t demand_room;
    struct id_map of_roles; /* by row of residual and role: the formula */
    struct row *rows;
    uint32_t row_count, row_room;
    struct edge *list;
    uint32_t count, room;
    bool *direct; /* per principal: some row leads to it alone */
    bool broken;  /* it is not as it was stored */
};

/* ---- tables */

static void number_principals(struct restoring *work)
{
    const struct model *model = work->edges->model;
    bool fresh;
    for (uint32_t i = 0; i < model->principal_count; i++)
        *id_map_add(&work->nodes, model->principals[i].id, &fresh) = i;
}

static bool find_kind(const char *word, enum edge_kind *kind)
{
    for (int i = EDGE_EDIT_TRUST; i <= EDGE_TAKE_OVER; i++)
        if (word != NULL && strcmp(edge_kind_word((enum edge_kind)i), word) == 0) {
            *kind = (enum edge_kind)i;
            return true;
        }
    return false;
}

static bool is_row_id(int64_t id)
{
    return id > 0 && id <= UINT32_MAX / 2;
}

static bool read_way(struct restoring *work, int64_t id)
{
    if (!is_row_id(id))
        return false;
    ARRAY_REACH(work->ways, (uint32_t)id, work->way_room);
    struct stored_way *way = &work->ways[id];
    if (way->how != NULL)
        return true;
    query_bind_integer(work->find_way, 1, id);
    const char *actions = query_next(work->find_way) ? query_text(work->find_way, 1) : NULL;
    bool good = actions != NULL && find_kind(query_text(work->find_way, 0), &way->kind);
    if (good)
        way->how = arena_copy_text(&work->edges->arena, actions, strlen(actions));
    query_reset(work->find_way);
    return good;
}

static bool read_demand(struct restoring *work, int64_t id)
{
    if (!is_row_id(id))
        return false;
    ARRAY_REACH(work->demands, (uint32_t)id, work->demand_room);
    struct demand *demand = &work->demands[id];
    if (demand->packed != NULL)
        return true;
    query_bind_integer(work->find_demand, 1, id);
    const char *packed = query_next(work->find_demand) ? query_text(work->find_demand, 1) : NULL;
    if (packed != NULL) {
        demand->packed = arena_copy_text(&work->arena, packed, strlen(packed));
        demand->verdict = query_integer(work->find_demand, 0) != 0 ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
    }
    query_reset(work->find_demand);
    return demand->packed != NULL;
}

/* A principal, or a group with only this use. */
static uint32_t read_party(struct restoring *work, int64_t party, enum use use)
{
    bool fresh = false;
    if (party > 0) {
        const uint32_t *node = id_map_find(&work->nodes, party);
        work->broken = work->broken || node == NULL;
        return node != NULL ? *node : 0;
    }
    uint32_t *place = id_map_add(&work->parties, party, &fresh);
    if (fresh) {
        *place = work->group_count;
        ARRAY_ADD(work->groups, work->group_count, work->group_room, (struct group){.party = party, .use = use});
    }
    work->broken = work->broken || work->groups[*place].use != use;
    return EDGE_GROUP | *place;
}

static void read_row(struct restoring *work, int64_t source, int64_t target, int64_t way, int64_t residual)
{
    work->broken = work->broken || !read_way(work, way) || !read_demand(work, residual);
    if (work->broken)
        return;
    bool each = edge_kind_is_of_service(work->ways[way].kind);
    struct row row = {.from = read_party(work, source, USED_BY_CONTROLLERS),
                      .to = read_party(work, target, each ? USED_BY_EACH : USED_BY_CONTROLLED),
                      .way = (uint32_t)way,
                      .residual = (uint32_t)residual};
    if (target > 0 && !work->broken && !each)
        work->direct[row.to] = true;
    ARRAY_ADD(work->rows, work->row_count, work->row_room, row);
}

static void read_rows(struct restoring *work)
{
    for (size_t i = 0; work->slice != NULL && i < work->slice->control_count; i++) {
        const struct slice_control *edge = &work->slice->control[i];
        read_row(work, edge->source, edge->target, edge->way, edge->residual);
    }
    if (work->slice != NULL)
        return;
    struct query *rows = query_open(work->store, "SELECT source, target, way, residual FROM control_edge");
    while (!work->broken && query_next(rows))
        read_row(work, query_integer(rows, 0), query_integer(rows, 1), query_integer(rows, 2), query_integer(rows, 3));
    query_close(rows);
}

/* ---- groups */

static void read_member(struct restoring *work, int64_t party, int64_t principal)
{
    const uint32_t *node = id_map_find(&work->nodes, principal), *group = id_map_find(&work->parties, party);
    work->broken = work->broken || node == NULL;
    if (node == NULL || group == NULL)
        return;
    struct group *of = &work->groups[*group];
    if (of->use == USED_BY_EACH)
        ARRAY_ADD(of->ends, of->count, of->room, *node);
    else
        ARRAY_ADD(work->members, work->member_count, work->member_room, (struct membership){*node, *group, party});
}

static int compare_members(const void *a, const void *b)
{
    const struct membership *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return (x->party > y->party) - (x->party < y->party);
}

static void read_members(struct restoring *work)
{
    for (size_t i = 0; work->slice != NULL && i < work->slice->control_member_count; i++)
        read_member(work, work->slice->control_members[i].party, work->slice->control_members[i].principal);
    if (work->slice == NULL) {
        struct query *rows = query_open(work->store, "SELECT party, principal FROM control_member");
        while (!work->broken && query_next(rows))
            read_member(work, query_integer(rows, 0), query_integer(rows, 1));
        query_close(rows);
    }
    if (work->member_count > 1)
        qsort(work->members, work->member_count, sizeof *work->members, compare_members);
}

/* Principals in the same groups; sorted by their first group, then by the first principal. */
struct same_groups {
    int64_t party;
    uint32_t node, number, size;
};

static int compare_same(const void *a, const void *b)
{
    const struct same_groups *x = a, *y = b;
    if (x->party != y->party)
        return x->party < y->party ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

struct dividing {
    struct intern keys;
    struct same_groups *list;
    uint32_t count, room;
    int64_t *key;
    uint32_t key_room;
};

/* Gives the node in the groups of members [first, last) its number for that use. */
static void divide_node(struct restoring *work, uint32_t first, uint32_t last, enum use use, struct dividing *dividing,
                        struct partition *partition)
{
    uint32_t length = 0, known = dividing->keys.count;
    for (uint32_t i = first; i < last; i++)
        if (work->groups[work->members[i].group].use == use)
            ARRAY_ADD(dividing->key, length, dividing->key_room, work->members[i].party);
    uint32_t node = work->members[first].node;
    if (length == 0)
        return;
    /* Positive numbers are no groups: users are apart from roles, and those to whom some row leads alone. */
    const struct model_principal *who = &work->edges->model->principals[node];
    if (use == USED_BY_CONTROLLED)
        ARRAY_ADD(dividing->key, length, dividing->key_room, work->direct[node] ? who->id : INT64_MAX - who->is_role);
    uint32_t number = intern_add(&dividing->keys, (const char *)dividing->key, length * sizeof *dividing->key);
    partition->of[node] = number;
    if (number == known)
        ARRAY_ADD(dividing->list, dividing->count, dividing->room,
                  (struct same_groups){dividing->key[0], node, number, 0});
    dividing->list[number].size++;
}

/* Adds the end to the groups that its principals are in. */
static void add_end(struct restoring *work, const struct dividing *dividing, uint32_t number, edge_end end)
{
    const char *key = intern_text(&dividing->keys, number);
    size_t length = intern_length(&dividing->keys, number);
    for (size_t at = 0; at < length; at += sizeof(int64_t)) {
        int64_t party;
        memcpy(&party, key + at, sizeof party);
        if (party > 0)
            continue;
        struct group *group = &work->groups[*id_map_find(&work->parties, party)];
        ARRAY_ADD(group->ends, group->count, group->room, end);
    }
}

/* As control_groups.h numbers them: blocks of controllers in the order of groups, even of one principal; those under
 * control by their first principal, and one alone is no block. */
static void number_blocks(struct restoring *work, struct dividing *dividing, enum use use, uint32_t base,
                          struct partition *partition)
{
    uint32_t *blocks = memory_zeroed((size_t)dividing->count + 1, sizeof *blocks);
    if (dividing->count > 1 && use == USED_BY_CONTROLLERS)
        qsort(dividing->list, dividing->count, sizeof *dividing->list, compare_same);
    for (uint32_t i = 0; i < dividing->count; i++) {
        const struct same_groups *same = &dividing->list[i];
        bool alone = use == USED_BY_CONTROLLED && same->size == 1;
        blocks[same->number] = alone ? MODEL_NONE : partition->count++;
        add_end(work, dividing, same->number, alone ? same->node : EDGE_GROUP | (base + blocks[same->number]));
    }
    for (uint32_t i = 0; i < work->edges->model->principal_count; i++)
        if (partition->of[i] != MODEL_NONE)
            partition->of[i] = blocks[partition->of[i]];
    free(blocks);
}

static void make_partition(struct restoring *work, enum use use, uint32_t base, struct partition *partition)
{
    uint32_t principals = work->edges->model->principal_count;
    struct dividing dividing = {.count = 0};
    partition_open(partition, principals);
    for (uint32_t i = 0, next; i < work->member_count; i = next) {
        for (next = i; next < work->member_count && work->members[next].node == work->members[i].node;)
            next++;
        divide_node(work, i, next, use, &dividing, partition);
    }
    number_blocks(work, &dividing, use, base, partition);
    partition_close(partition, principals);
    intern_free(&dividing.keys);
    free(dividing.list);
    free(dividing.key);
}

/* ---- edges */

static constraint unpack(struct restoring *work, const struct demand *demand, const char *subject, bool *about)
{
    constraint formula = CONSTRAINT_FALSE;
    if (!work->broken)
        work->broken = !constraint_unpack_about(work->edges->pool, demand->packed, subject, &formula, about);
    return formula;
}

/* The conditions of a row for the principal that it leads to; MODEL_NONE: a group. */
static constraint formula_of(struct restoring *work, uint32_t residual, uint32_t about)
{
    struct demand *demand = &work->demands[residual];
    bool fresh, names = false;
    if (demand->known)
        return demand->formula;
    if (about == MODEL_NONE) {
        demand->formula = unpack(work, demand, NULL, &names);
        demand->known = true;
        return demand->formula;
    }
    constraint *formula = id_map_add(&work->of_roles, (int64_t)residual << 32 | about, &fresh);
    if (!fresh)
        return *formula;
    char *subject = control_name(work->edges->model, about);
    *formula = unpack(work, demand, subject, &names);
    demand->known = !names;
    demand->formula = *formula;
    free(subject);
    return *formula;
}

/* The ends of a party: *alone, or those of its group. */
static uint32_t ends_of(const struct restoring *work, const uint32_t *alone, const uint32_t **ends)
{
    const struct group *group = (*alone & EDGE_GROUP) != 0 ? &work->groups[*alone & ~EDGE_GROUP] : NULL;
    *ends = group != NULL ? group->ends : alone;
    return group != NULL ? group->count : 1;
}

static void add_edge(struct restoring *work, const struct row *row, edge_end from, edge_end to)
{
    const struct stored_way *way = &work->ways[row->way];
    if (from == to)
        return;
    uint32_t about = (to & EDGE_GROUP) == 0 ? to : MODEL_NONE;
    ARRAY_ADD(work->list, work->count, work->room,
              (struct edge){.from = from,
                            .to = to,
                            .verdict = work->demands[row->residual].verdict,
                            .residual = formula_of(work, row->residual, about),
                            .kind = way->kind,
                            .how = way->how});
}

static void make_edges(struct restoring *work)
{
    for (uint32_t i = 0; i < work->group_count; i++)
        work->broken = work->broken || work->groups[i].count == 0;
    for (uint32_t i = 0; i < work->row_count && !work->broken; i++) {
        const uint32_t *from, *to;
        uint32_t from_count = ends_of(work, &work->rows[i].from, &from),
                 to_count = ends_of(work, &work->rows[i].to, &to);
        for (uint32_t j = 0; j < from_count * to_count; j++)
            add_edge(work, &work->rows[i], from[j / to_count], to[j % to_count]);
    }
}

static void append(struct restoring *work, struct partition *controllers, struct partition *controlled)
{
    struct edges *edges = work->edges;
    uint32_t room = edges->edge_count;
    for (uint32_t i = 0; i < work->count; i++)
        ARRAY_ADD(edges->edges, edges->edge_count, room, work->list[i]);
    edges->classes.controllers = *controllers;
    edges->classes.controlled = *controlled;
    *controllers = *controlled = (struct partition){.count = 0};
    edges->group_count += edges->classes.controllers.count + edges->classes.controlled.count;
    edges->with_control = true;
    edges_index(edges);
}

static void forget(struct restoring *work)
{
    arena_free(&work->arena);
    id_map_free(&work->nodes);
    id_map_free(&work->parties);
    id_map_free(&work->of_roles);
    query_close(work->find_way);
    query_close(work->find_demand);
    for (uint32_t i = 0; i < work->group_count; i++)
        free(work->groups[i].ends);
    free(work->groups);
    free(work->members);
    free(work->direct);
    free(work->ways);
    free(work->demands);
    free(work->rows);
    free(work->list);
}

static bool restore(struct edges *edges, const struct slice *slice, struct store *store)
{
    struct restoring work = {.edges = edges,
                             .slice = slice,
                             .store = store,
                             .find_way = query_open(store, "SELECT kind, actions FROM control_way WHERE id = ?"),
                             .find_demand =
                                 query_open(store, "SELECT verdict = 'allowed', formula FROM residual WHERE id = ?")};
    struct partition controllers = {.count = 0}, controlled = {.count = 0};
    work.direct = memory_zeroed((size_t)edges->model->principal_count + 1, sizeof *work.direct);
    number_principals(&work);
    read_rows(&work);
    read_members(&work);
    make_partition(&work, USED_BY_CONTROLLERS, edges->group_count, &controllers);
    make_partition(&work, USED_BY_CONTROLLED, edges->group_count + controllers.count, &controlled);
    make_edges(&work);
    work.broken = work.broken || store_error(store) != NULL;
    if (!work.broken)
        append(&work, &controllers, &controlled);
    partition_free(&controllers);
    partition_free(&controlled);
    forget(&work);
    return !work.broken;
}

bool control_edges_restore(struct edges *edges, struct store *store)
{
    return restore(edges, NULL, store);
}

bool control_edges_read(struct edges *edges, const struct slice *slice, struct store *store)
{
    return restore(edges, slice, store);
}
