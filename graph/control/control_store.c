#include "graph/control/control_store.h"

#include "graph/control/control_edges.h"
#include "graph/control/control_inside.h"
#include "graph/control/control_store_inside.h"
#include "graph/edges/edge_rows.h"
#include "ingest/support/array.h"
#include "ingest/support/id_map.h"
#include "ingest/support/intern.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* The placeholder for the role in the words of a form. */
#define ROLE_IN_WORDS "{role}"

/* A way through a service to a role: no padding, since it is compared as bytes. */
struct service_way {
    int64_t from, way, residual;
};

/* What an edge demands. */
struct stored_form {
    int64_t row; /* of table residual */
    bool names;  /* the one it leads to */
};

#define NO_FORM UINT32_MAX

struct storing {
    struct edge_rows rows;
    const struct edges *edges;
    struct store *store;
    const struct control_renewal *renewal; /* NULL: all are stored */
    struct intern ways;                    /* kind and text */
    int64_t *way_rows;                     /* rows of these */
    uint32_t way_room;
    struct id_map known_ways; /* by kind and address of the text: number in ways */
    int64_t last_way;
    struct query *insert_way;
    struct intern forms;           /* verdict and packed formula */
    struct stored_form *residuals; /* of these */
    struct id_map plain_forms;     /* by formula: number in forms, if it has no facts; else NO_FORM */
    struct id_map known_forms;     /* by formula and target: number in forms */
    uint32_t residual_room;
    struct control_row *list;
    struct target_sets sets;
    size_t count, room;
    uint32_t first_group, group_count; /* of control edges */
    int64_t least;                     /* the number of the first group; then come classes of roles */
    bool *used;         /* for a renewal, the changed half of each group; per such number: it has edges */
    uint32_t *class_of; /* per principal: its class of roles with the same ways; MODEL_NONE: none */
    uint32_t *class_size, class_count;
};

/* ---- what is stored */

/* Whether all edges that leave the end are stored, and not only those to changed principals. */
static bool is_whole(const struct storing *work, edge_end from)
{
    uint32_t count;
    if (work->renewal == NULL)
        return true;
    const uint32_t *members = edges_members(work->edges, &from, &count);
    return work->renewal->accounts[work->edges->model->principals[members[0]].account];
}

/* ---- what edges say */

static void read_ways(struct storing *work)
{
    struct query *rows = query_open(work->store, "SELECT id, kind || ' ' || actions FROM control_way");
    while (query_next(rows)) {
        const char *key = query_text(rows, 1);
        ARRAY_REACH(work->way_rows, work->ways.count, work->way_room);
        work->way_rows[intern_add(&work->ways, key, strlen(key))] = query_integer(rows, 0);
        if (query_integer(rows, 0) > work->last_way)
            work->last_way = query_integer(rows, 0);
    }
    query_close(rows);
}

static uint32_t find_way(struct storing *work, const struct edge *edge)
{
    struct text key = {0};
    const char *how = edge->how != NULL ? edge->how : "";
    text_format(&key, "%s %s", edge_kind_word(edge->kind), how);
    uint32_t known = work->ways.count, way = intern_add(&work->ways, key.data, key.length);
    text_free(&key);
    if (way == known) {
        ARRAY_REACH(work->way_rows, way, work->way_room);
        work->way_rows[way] = ++work->last_way;
        QUERY_BIND(work->insert_way, sql_integer(work->last_way), sql_text(edge_kind_word(edge->kind)), sql_text(how));
        query_run(work->insert_way);
    }
    return way;
}

/* The row of a way. */
static int64_t way_of(struct storing *work, const struct edge *edge)
{
    bool fresh;
    int64_t place = (int64_t)(uintptr_t)edge->how * 8 + edge->kind;
    uint32_t *known = id_map_add(&work->known_ways, place, &fresh);
    if (fresh)
        *known = find_way(work, edge);
    return work->way_rows[*known];
}

/* Adds a form; its number. */
static uint32_t add_form(struct storing *work, enum verdict verdict, const char *packed)
{
    char *key = memory_print("%s %s", verdict_word(verdict), packed);
    uint32_t known = work->forms.count, form = intern_add(&work->forms, key, strlen(key));
    free(key);
    if (form == known) {
        struct stored_form added = {.names = false};
        constraint in_words;
        constraint_unpack_about(work->edges->pool, packed, ROLE_IN_WORDS, &in_words, &added.names);
        added.row = edge_rows_residual(&work->rows, verdict, packed, in_words);
        ARRAY_ADD(work->residuals, known, work->residual_room, added);
    }
    return form;
}

static uint32_t form_about(struct storing *work, const struct edge *edge, const char *subject)
{
    char *packed = constraint_pack_about(work->edges->pool, edge->residual, subject);
    uint32_t form = add_form(work, edge->verdict, packed);
    free(packed);
    return form;
}

/* What the edge demands, from which the verdict follows; about: the one it leads to, or MODEL_NONE. */
static const struct stored_form *form_of(struct storing *work, const struct edge *edge, uint32_t about)
{
    bool fresh;
    uint32_t *plain = id_map_add(&work->plain_forms, edge->residual, &fresh);
    if (fresh)
        *plain = constraint_has_facts(work->edges->pool, edge->residual) ? NO_FORM : form_about(work, edge, NULL);
    if (*plain != NO_FORM)
        return &work->residuals[*plain];
    uint32_t *known = id_map_add(&work->known_forms, (int64_t)edge->residual << 32 | about, &fresh);
    if (fresh) {
        char *subject = about != MODEL_NONE ? control_name(work->edges->model, about) : NULL;
        *known = form_about(work, edge, subject);
        free(subject);
    }
    return &work->residuals[*known];
}

/* ---- classes of roles */

/* Finds the ways through services that lead to a role. */
static struct service_way *list_services(struct storing *work, uint32_t role, uint32_t *count)
{
    const struct edges *edges = work->edges;
    struct service_way *list = NULL;
    uint32_t first, last, room = 0;
    *count = 0;
    edges_in(edges, role, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[edges->in_edges[i]];
        if (edge_kind_is_of_service(edge->kind) && is_whole(work, edge->from))
            ARRAY_ADD(list, *count, room,
                      (struct service_way){edge->from, way_of(work, edge), form_of(work, edge, role)->row});
    }
    return list;
}

static void find_classes(struct storing *work)
{
    uint32_t principals = work->edges->model->principal_count;
    struct intern lists = {.count = 0};
    work->class_of = memory_zeroed((size_t)principals + 1, sizeof *work->class_of);
    work->class_size = memory_zeroed((size_t)principals + 1, sizeof *work->class_size);
    for (uint32_t i = 0; i < principals; i++) {
        uint32_t count;
        struct service_way *list = list_services(work, i, &count);
        work->class_of[i] = count > 0 ? intern_add(&lists, (const char *)list, count * sizeof *list) : MODEL_NONE;
        if (count > 0)
            work->class_size[work->class_of[i]]++;
        free(list);
    }
    work->class_count = lists.count;
    work->least -= work->class_count + (work->renewal != NULL ? work->group_count : 0);
    work->used = memory_zeroed((size_t)work->class_count + 2 * (size_t)work->group_count + 1, sizeof *work->used);
    intern_free(&lists);
}

/* ---- rows */

static int64_t use(struct storing *work, uint32_t place)
{
    work->used[place] = true;
    return work->least + place;
}

static int64_t number_of(struct storing *work, edge_end end)
{
    if ((end & EDGE_GROUP) == 0)
        return work->edges->model->principals[end].id;
    return use(work, (end & ~EDGE_GROUP) - work->first_group);
}

/* The number for the changed members of an end; 0: nobody changed. */
static int64_t number_of_changed(struct storing *work, edge_end end)
{
    uint32_t count, changed = 0;
    int64_t alone = 0;
    const uint32_t *members = edges_members(work->edges, &end, &count);
    for (uint32_t i = 0; i < count; i++)
        if (work->renewal->changed[members[i]]) {
            alone = work->edges->model->principals[members[i]].id;
            changed++;
        }
    return changed < 2 ? alone
                       : use(work, work->group_count + work->class_count + (end & ~EDGE_GROUP) - work->first_group);
}

/* The target of the edge's row; the edges of the first role of a class represent those of the others. 0: the edge is
 * not stored. */
static int64_t target_of(struct storing *work, const struct edge *edge, const bool *met)
{
    if (!is_whole(work, edge->from))
        return edge_kind_is_of_service(edge->kind) ? 0 : number_of_changed(work, edge->to);
    if (!edge_kind_is_of_service(edge->kind))
        return number_of(work, edge->to);
    uint32_t class = work->class_of[edge->to];
    if (met[class])
        return 0;
    return work->class_size[class] > 1 ? use(work, work->group_count + class) : number_of(work, edge->to);
}

/* about: the one to whom it leads, or MODEL_NONE. */
static struct control_row control_row_of(struct storing *work, const struct edge *edge, int64_t target, uint32_t about)
{
    struct control_row row = {number_of(work, edge->from), target, way_of(work, edge), 0, false};
    const struct stored_form *form = form_of(work, edge, about);
    row.residual = form->row;
    row.may_fold = !form->names && !edge_kind_is_of_service(edge->kind) && work->renewal == NULL;
    return row;
}

/* The edges that enter an end. */
static void list_rows_to(struct storing *work, edge_end end, bool *met)
{
    const struct edges *edges = work->edges;
    uint32_t first, last, of_services = MODEL_NONE, about = (end & EDGE_GROUP) == 0 ? end : MODEL_NONE;
    edges_in(edges, end, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[edges->in_edges[i]];
        int64_t target = edge->kind != EDGE_ASSUME ? target_of(work, edge, met) : 0;
        if (target == 0)
            continue;
        if (edge_kind_is_of_service(edge->kind))
            of_services = work->class_of[end];
        ARRAY_ADD(work->list, work->count, work->room, control_row_of(work, edge, target, about));
    }
    if (of_services != MODEL_NONE)
        met[of_services] = true;
}

static void list_rows(struct storing *work)
{
    const struct edges *edges = work->edges;
    bool *met = memory_zeroed((size_t)work->class_count + 1, sizeof *met); /* the class */
    for (uint32_t to = 0; to < edges->node_count + edges->group_count; to++)
        list_rows_to(work, to < edges->node_count ? to : EDGE_GROUP | (to - edges->node_count), met);
    free(met);
}

static void note_use(struct storing *work, int64_t party)
{
    int64_t place = party - work->least;
    if (place >= 0 && place < 2 * (int64_t)work->group_count + work->class_count)
        work->used[place] = true;
}

/* Of a group. */
static const uint32_t *members_of(const struct storing *work, int64_t party, uint32_t *count)
{
    const edge_end end = EDGE_GROUP | (work->first_group + (uint32_t)(party - work->least));
    return edges_members(work->edges, &end, count);
}

static uint32_t count_members(int64_t party, const void *context)
{
    uint32_t count;
    members_of(context, party, &count);
    return count;
}

/* The targets that several sources have in common become sets. */
static void fold_rows(struct storing *work)
{
    if (work->renewal != NULL)
        return;
    work->sets.members_of = count_members;
    work->sets.context = work;
    work->count = control_rows_fold(&work->sets, work->list, work->count, work->least - 1);
    memset(work->used, 0, work->group_count * sizeof *work->used);
    for (size_t i = 0; i < work->count; i++) {
        note_use(work, work->list[i].source);
        note_use(work, work->list[i].target);
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct control_row *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return (x->way > y->way) - (x->way < y->way);
}

/* In the order of the table. */
static void write_rows(struct storing *work)
{
    struct query *insert = query_open(work->store, "INSERT INTO control_edge VALUES (?, ?, ?, ?)");
    if (work->count > 1)
        qsort(work->list, work->count, sizeof *work->list, compare_rows);
    for (size_t i = 0; i < work->count; i++) {
        query_bind_integer(insert, 1, work->list[i].source);
        query_bind_integer(insert, 2, work->list[i].target);
        query_bind_integer(insert, 3, work->list[i].way);
        query_bind_integer(insert, 4, work->list[i].residual);
        query_run(insert);
    }
    query_close(insert);
}

static void write_member(struct query *insert, int64_t party, int64_t principal)
{
    query_bind_integer(insert, 1, party);
    query_bind_integer(insert, 2, principal);
    query_run(insert);
}

/* changed: only the changed members. */
static void write_groups(struct storing *work, struct query *insert, bool changed)
{
    const struct model *model = work->edges->model;
    uint32_t base = changed ? work->group_count + work->class_count : 0;
    for (uint32_t i = 0; i < work->group_count; i++) {
        edge_end end = EDGE_GROUP | (work->first_group + i);
        uint32_t count;
        const uint32_t *members = edges_members(work->edges, &end, &count);
        for (uint32_t j = 0; work->used[base + i] && j < count; j++)
            if (!changed || work->renewal->changed[members[j]])
                write_member(insert, work->least + base + i, model->principals[members[j]].id);
    }
}

/* Of a party: itself, or the members of its group. */
static void write_party(const struct storing *work, struct query *insert, int64_t set, int64_t party)
{
    if (party > 0) {
        write_member(insert, set, party);
        return;
    }
    uint32_t count;
    const uint32_t *members = members_of(work, party, &count);
    for (uint32_t i = 0; i < count; i++)
        write_member(insert, set, work->edges->model->principals[members[i]].id);
}

static void write_sets(const struct storing *work, struct query *insert)
{
    for (uint32_t set = work->sets.all.count; set > 0; set--) {
        size_t count = control_set_count(&work->sets, set - 1);
        for (size_t i = 0; control_set_is_used(&work->sets, set - 1) && i < count; i++)
            write_party(work, insert, work->sets.next - (set - 1), control_set_target(&work->sets, set - 1, i));
    }
}

static void write_members(struct storing *work)
{
    const struct model *model = work->edges->model;
    struct query *insert = query_open(work->store, "INSERT INTO control_member VALUES (?, ?)");
    write_sets(work, insert);
    write_groups(work, insert, false);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (work->class_of[i] != MODEL_NONE && work->class_size[work->class_of[i]] > 1)
            write_member(insert, work->least + work->group_count + work->class_of[i], model->principals[i].id);
    if (work->renewal != NULL)
        write_groups(work, insert, true);
    query_close(insert);
}

void control_edges_write(const struct edges *edges, const struct control_renewal *renewal, int64_t next,
                         struct store *store)
{
    struct storing work = {.edges = edges, .store = store, .renewal = renewal};
    work.group_count = edges->classes.controllers.count + edges->classes.controlled.count;
    work.first_group = edges->group_count - work.group_count;
    work.least = next + 1 - work.group_count;
    work.insert_way = query_open(store, "INSERT INTO control_way VALUES (?, ?, ?)");
    edge_rows_open(&work.rows, edges, store);
    read_ways(&work);
    find_classes(&work);
    list_rows(&work);
    fold_rows(&work);
    write_rows(&work);
    write_members(&work);
    edge_rows_close(&work.rows);
    query_close(work.insert_way);
    intern_free(&work.ways);
    id_map_free(&work.known_ways);
    intern_free(&work.forms);
    id_map_free(&work.known_forms);
    id_map_free(&work.plain_forms);
    control_sets_free(&work.sets);
    free(work.way_rows);
    free(work.residuals);
    free(work.list);
    free(work.class_of);
    free(work.class_size);
    free(work.used);
}

void control_edges_store(const struct edges *edges, struct store *store)
{
    uint32_t groups = edges->group_count - edges->classes.controllers.count - edges->classes.controlled.count;
    /* Indexes are built after the rows: that is faster than maintaining them. */
    store_execute(store, "DROP INDEX control_edge_target; DROP INDEX control_member_principal");
    control_edges_write(edges, NULL,
                        -(int64_t)groups - (int64_t)(edges->node_count - edges->model->principal_count) - 1, store);
    store_execute(store, "CREATE INDEX control_edge_target ON control_edge (target, source, way, residual);"
                         "CREATE INDEX control_member_principal ON control_member (principal);"
                         "UPDATE derivation SET control = 1");
}

bool control_edges_stored(struct store *store)
{
    return store_number(store, "SELECT control FROM derivation") != 0;
}
