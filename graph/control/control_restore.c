/*
 * Control edges as control_store.c wrote them, read back over the whole model.
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

/* What a stored group is, by the rows that use it. */
enum use { USED_NOT, USED_CONTROLLERS, USED_CONTROLLED, USED_BY_EACH };

struct group {
    uint32_t first, count; /* of members */
    enum use use;
    uint32_t block;
};

struct demand {
    const char *packed; /* NULL: there is no such row */
    enum verdict verdict;
    constraint formula; /* if it is known, as it names nobody */
    bool known;
};

struct stored_way {
    const char *how; /* NULL: there is no such row */
    enum edge_kind kind;
};

struct row {
    uint32_t from, to; /* node, or group with EDGE_GROUP by its place in groups */
    uint32_t way, residual;
};

struct restoring {
    struct edges *edges;
    struct store *store;
    struct arena arena;
    struct id_map nodes, parties;
    uint32_t *members, member_count, member_room;
    struct group *groups; /* by party */
    uint32_t group_count, group_room;
    struct stored_way *ways;
    uint32_t way_room;
    struct demand *demands;
    uint32_t demand_room;
    struct id_map of_roles; /* by demand and role: the formula */
    struct row *rows;
    uint32_t row_count, row_room;
    struct edge *list;
    uint32_t count, room;
    bool broken; /* it is not as it was stored */
};

/* ---- tables */

static void number_principals(struct restoring *work)
{
    const struct model *model = work->edges->model;
    bool fresh;
    for (uint32_t i = 0; i < model->principal_count; i++)
        *id_map_add(&work->nodes, model->principals[i].id, &fresh) = i;
}

static void read_members(struct restoring *work)
{
    struct query *rows =
        query_open(work->store, "SELECT party, principal FROM control_member ORDER BY party, principal");
    while (!work->broken && query_next(rows)) {
        bool fresh = false;
        int64_t party = query_integer(rows, 0);
        const uint32_t *node = id_map_find(&work->nodes, query_integer(rows, 1));
        work->broken = node == NULL || party >= 0;
        if (work->broken)
            break;
        uint32_t *place = id_map_add(&work->parties, party, &fresh);
        if (fresh) {
            *place = work->group_count;
            ARRAY_ADD(work->groups, work->group_count, work->group_room, (struct group){.first = work->member_count});
        }
        work->groups[*place].count++;
        ARRAY_ADD(work->members, work->member_count, work->member_room, *node);
    }
    query_close(rows);
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

static void read_ways(struct restoring *work)
{
    struct query *rows = query_open(work->store, "SELECT id, kind, actions FROM control_way");
    while (!work->broken && query_next(rows)) {
        int64_t id = query_integer(rows, 0);
        const char *actions = query_text(rows, 2);
        struct stored_way way = {.how = NULL};
        work->broken = !is_row_id(id) || actions == NULL || !find_kind(query_text(rows, 1), &way.kind);
        if (work->broken)
            break;
        way.how = arena_copy_text(&work->edges->arena, actions, strlen(actions));
        ARRAY_REACH(work->ways, (uint32_t)id, work->way_room);
        work->ways[id] = way;
    }
    query_close(rows);
}

static void read_demands(struct restoring *work)
{
    struct query *rows = query_open(work->store, "SELECT id, verdict = 'allowed', formula FROM residual WHERE id IN "
                                                 "(SELECT residual FROM control_edge)");
    while (!work->broken && query_next(rows)) {
        int64_t id = query_integer(rows, 0);
        const char *packed = query_text(rows, 2);
        work->broken = !is_row_id(id) || packed == NULL;
        if (work->broken)
            break;
        ARRAY_REACH(work->demands, (uint32_t)id, work->demand_room);
        work->demands[id] =
            (struct demand){.packed = arena_copy_text(&work->arena, packed, strlen(packed)),
                            .verdict = query_integer(rows, 1) != 0 ? VERDICT_ALLOWED : VERDICT_CONDITIONAL};
    }
    query_close(rows);
}

/* A principal, or a group that is used so and never otherwise. */
static uint32_t read_party(struct restoring *work, int64_t party, enum use use)
{
    const uint32_t *found = id_map_find(party > 0 ? &work->nodes : &work->parties, party);
    if (found == NULL) {
        work->broken = true;
        return 0;
    }
    if (party > 0)
        return *found;
    struct group *group = &work->groups[*found];
    work->broken = work->broken || (group->use != USED_NOT && group->use != use);
    group->use = use;
    return EDGE_GROUP | *found;
}

static void read_rows(struct restoring *work)
{
    struct query *rows = query_open(work->store, "SELECT source, target, way, residual FROM control_edge");
    while (!work->broken && query_next(rows)) {
        int64_t way = query_integer(rows, 2), residual = query_integer(rows, 3);
        work->broken = way <= 0 || way >= work->way_room || work->ways[way].how == NULL || residual <= 0 ||
                       residual >= work->demand_room || work->demands[residual].packed == NULL;
        if (work->broken)
            break;
        bool each = edge_kind_is_of_service(work->ways[way].kind);
        struct row row = {.from = read_party(work, query_integer(rows, 0), USED_CONTROLLERS),
                          .to = read_party(work, query_integer(rows, 1), each ? USED_BY_EACH : USED_CONTROLLED),
                          .way = (uint32_t)way,
                          .residual = (uint32_t)residual};
        ARRAY_ADD(work->rows, work->row_count, work->row_room, row);
    }
    query_close(rows);
}

/* ---- groups and edges */

static void make_partition(struct restoring *work, enum use use, struct partition *partition)
{
    uint32_t principals = work->edges->model->principal_count;
    partition_open(partition, principals);
    for (uint32_t i = 0; i < work->group_count; i++) {
        struct group *group = &work->groups[i];
        if (group->use != use)
            continue;
        group->block = partition->count++;
        for (uint32_t j = group->first; j < group->first + group->count; j++) {
            work->broken = work->broken || partition->of[work->members[j]] != MODEL_NONE;
            partition->of[work->members[j]] = group->block;
        }
    }
    partition_close(partition, principals);
}

static constraint unpack(struct restoring *work, const struct demand *demand, const char *subject, bool *about)
{
    constraint formula = CONSTRAINT_FALSE;
    if (!work->broken)
        work->broken = !constraint_unpack_about(work->edges->pool, demand->packed, subject, &formula, about);
    return formula;
}

/* What a row demands of the one to whom it leads; MODEL_NONE: of a group. */
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

static edge_end end_of(const struct restoring *work, uint32_t party, uint32_t base)
{
    return (party & EDGE_GROUP) != 0 ? EDGE_GROUP | (base + work->groups[party & ~EDGE_GROUP].block) : party;
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

static void make_edges(struct restoring *work, const struct partition *controllers)
{
    uint32_t base = work->edges->group_count;
    for (uint32_t i = 0; i < work->row_count && !work->broken; i++) {
        const struct row *row = &work->rows[i];
        edge_end from = end_of(work, row->from, base);
        const struct group *group = (row->to & EDGE_GROUP) != 0 ? &work->groups[row->to & ~EDGE_GROUP] : NULL;
        if (group == NULL || group->use != USED_BY_EACH)
            add_edge(work, row, from, end_of(work, row->to, base + controllers->count));
        else
            for (uint32_t j = group->first; j < group->first + group->count; j++)
                add_edge(work, row, from, work->members[j]);
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
    free(work->members);
    free(work->groups);
    free(work->ways);
    free(work->demands);
    free(work->rows);
    free(work->list);
}

bool control_edges_restore(struct edges *edges, struct store *store)
{
    struct restoring work = {.edges = edges, .store = store};
    struct partition controllers = {.count = 0}, controlled = {.count = 0};
    number_principals(&work);
    read_members(&work);
    read_ways(&work);
    read_demands(&work);
    read_rows(&work);
    make_partition(&work, USED_CONTROLLERS, &controllers);
    make_partition(&work, USED_CONTROLLED, &controlled);
    make_edges(&work, &controllers);
    work.broken = work.broken || store_error(store) != NULL;
    if (!work.broken)
        append(&work, &controllers, &controlled);
    partition_free(&controllers);
    partition_free(&controlled);
    forget(&work);
    return !work.broken;
}
