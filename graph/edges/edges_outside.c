/*
 * The edges of callers that are asked about after the edges were computed: outside callers that are admitted by roles
 * trusting anyone, or their account, without being named.
 */
#include "graph/decision/evaluator.h"
#include "graph/edges/edges_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- which roles might admit a caller */

/* Role sets by the callers their trust policies may match, for many callers: looks up what trust_index_may_admit would
 * check for each set. */
struct admitting {
    const struct trust_index *trust;
    struct intern keys;
    struct admitted {
        uint32_t key, set;
    } * list; /* sorted */
    size_t count, room;
    uint32_t *stamps, stamp; /* per set: the last caller that met it */
    uint32_t *sets, set_count;
    const bool *among; /* per role: whether it is wanted; NULL: all are */
    bool alone;        /* for a single caller: no look-up */
};

#define KEY_ANYONE "*"

static void append_key(struct text *key, char kind, const char *value)
{
    text_append_char(key, kind);
    for (; *value != '\0'; value++)
        text_append_char(key, (char)tolower((unsigned char)*value));
}

static void admit(struct admitting *work, uint32_t set, const struct text *key)
{
    struct admitted next = {intern_add(&work->keys, key->data, key->length), set};
    ARRAY_ADD(work->list, work->count, work->room, next);
}

static void admit_principal(struct admitting *work, uint32_t set, const struct statement_principal *principal)
{
    struct text key = {0};
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
    case PRINCIPAL_PUT_OFF:
        text_append_string(&key, KEY_ANYONE);
        break;
    case PRINCIPAL_ACCOUNT:
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        append_key(&key, 'a', principal->account);
        break;
    case PRINCIPAL_UNIQUE_ID:
    case PRINCIPAL_SERVICE:
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        append_key(&key, 'v', principal->value);
        break;
    case PRINCIPAL_FEDERATED_USER:
    case PRINCIPAL_ORGANIZATION:
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
    case PRINCIPAL_INVALID:
        return;
    }
    admit(work, set, &key);
    text_free(&key);
}

static int compare_admitted(const void *a, const void *b)
{
    const struct admitted *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->set > y->set) - (x->set < y->set);
}

/* Whether some role of the set is wanted. */
static bool is_asked(const struct trust_index *trust, const bool *among, uint32_t set)
{
    const struct partition *sets = &trust->classes->role_sets;
    bool asked = among == NULL;
    for (uint32_t i = sets->first[set]; i < sets->first[set + 1] && !asked; i++)
        asked = among[sets->members[i]];
    return asked;
}

static void admitting_open(struct admitting *work, const struct trust_index *trust, const bool *among, bool alone)
{
    uint32_t sets = trust->classes->role_sets.count;
    struct text anyone = {0};
    *work = (struct admitting){.trust = trust,
                               .among = among,
                               .alone = alone,
                               .stamps = memory_zeroed((size_t)sets + 1, sizeof(uint32_t)),
                               .sets = memory_zeroed((size_t)sets + 1, sizeof(uint32_t))};
    text_append_string(&anyone, KEY_ANYONE);
    for (uint32_t set = 0; set < sets && !alone; set++) {
        if (!is_asked(trust, among, set))
            continue;
        const struct model_document *document = trust_index_document(trust, set);
        for (uint32_t i = 0; i < document->statement_count; i++) {
            const struct statement *statement = &trust->model->statements[document->first_statement + i];
            if (statement->broken != NULL || !statement->allow)
                continue;
            if (statement->not_principal)
                admit(work, set, &anyone);
            for (uint32_t j = 0; j < statement->principal_count; j++)
                admit_principal(work, set, &statement->principals[j]);
        }
    }
    if (work->count > 1)
        qsort(work->list, work->count, sizeof *work->list, compare_admitted);
    text_free(&anyone);
}

static void admitting_close(struct admitting *work)
{
    intern_free(&work->keys);
    free(work->list);
    free(work->stamps);
    free(work->sets);
}

static int compare_key(const void *key, const void *item)
{
    uint32_t wanted = *(const uint32_t *)key;
    const struct admitted *admitted = item;
    return (wanted > admitted->key) - (wanted < admitted->key);
}

static void meet(struct admitting *work, const struct caller *caller, char kind, const char *value)
{
    struct text key = {0};
    if (value == NULL)
        return;
    if (kind == '\0')
        text_append_string(&key, value);
    else
        append_key(&key, kind, value);
    uint32_t number = intern_find(&work->keys, key.data, key.length);
    text_free(&key);
    if (number == INTERN_NONE)
        return;
    for (size_t i = order_lower_bound(&number, work->list, work->count, sizeof *work->list, compare_key);
         i < work->count && work->list[i].key == number; i++) {
        uint32_t set = work->list[i].set;
        if (work->stamps[set] == work->stamp)
            continue;
        work->stamps[set] = work->stamp;
        if (trust_index_may_admit(work->trust, set, caller))
            work->sets[work->set_count++] = set;
    }
}

/* Fills in sets, ascending. For a single caller building the look-up would cost more than checking each set. */
static void find_sets(struct admitting *work, const struct caller *caller)
{
    work->stamp++;
    work->set_count = 0;
    for (uint32_t set = 0; work->alone && set < work->trust->classes->role_sets.count; set++)
        if (trust_index_may_admit(work->trust, set, caller))
            work->sets[work->set_count++] = set;
    if (work->alone)
        return;
    meet(work, caller, '\0', KEY_ANYONE);
    meet(work, caller, 'a', caller->account);
    meet(work, caller, 'v', caller->text);
    if (caller->principal != MODEL_NONE)
        meet(work, caller, 'v', work->trust->model->principals[caller->principal].unique_id);
    order_sort_numbers(work->sets, work->set_count);
}

/* ---- callers */

/* The node of the caller, a new one at the end if it has none yet. */
static uint32_t node_for(struct edges *edges, const struct caller *caller)
{
    uint32_t node = edges_find_node(edges, caller);
    if (node != MODEL_NONE)
        return node;
    edges->nodes = memory_resize(edges->nodes, (size_t)edges->node_count + 1, sizeof *edges->nodes);
    edges->nodes[edges->node_count] = *caller;
    return edges->node_count++;
}

static uint32_t node_of_stored(struct edges *edges, const struct caller *caller)
{
    uint32_t known = edges->node_count, node = node_for(edges, caller);
    if (node == known)
        edges_index(edges);
    return node;
}

/* An account whose users and roles are all known can do what any of them can. */
static void add_member_edges(struct building *building, uint32_t node, const struct model_account *account)
{
    struct edges *edges = building->edges;
    const struct model *model = building->model;
    struct decision *best = memory_zeroed(model->principal_count, sizeof *best);
    uint32_t *seen = memory_zeroed(model->principal_count, sizeof *seen);
    for (uint32_t i = 0; i < account->principal_count; i++) {
        struct hop_cursor cursor;
        struct hop hop;
        for (hop_cursor_begin(&cursor, edges, account->first_principal + i); hop_cursor_next(&cursor, &hop);) {
            const struct edge *edge = &edges->edges[hop.edge];
            /* The first edge between a pair is the exact one. */
            if (edge->kind != EDGE_ASSUME || seen[hop.to] == i + 1)
                continue;
            seen[hop.to] = i + 1;
            best[hop.to].verdict = edge->verdict > best[hop.to].verdict ? edge->verdict : best[hop.to].verdict;
            best[hop.to].residual = constraint_or(edges->pool, best[hop.to].residual, edge->residual);
        }
    }
    for (uint32_t role = 0; role < model->principal_count; role++) {
        if (best[role].verdict == VERDICT_CONDITIONAL &&
            constraint_valid(edges->pool, best[role].residual) == CONSTRAINT_YES)
            best[role] = (struct decision){.verdict = VERDICT_ALLOWED, .residual = CONSTRAINT_TRUE};
        building_add_edge(building, node, role, &best[role]);
    }
    free(best);
    free(seen);
}

/* Decides the caller against all roles that might admit it and are not decided yet. */
static void add_edges_of(struct building *building, struct admitting *admitting, const struct caller *caller,
                         uint32_t node, bool new_node)
{
    const struct edges *edges = building->edges;
    const struct partition *sets = &edges->classes.role_sets;
    find_sets(admitting, caller);
    for (uint32_t i = 0; i < admitting->set_count; i++) {
        uint32_t set = admitting->sets[i];
        for (uint32_t j = sets->first[set]; j < sets->first[set + 1]; j++) {
            struct decision decision;
            if (admitting->among != NULL && !admitting->among[sets->members[j]])
                continue;
            if (!new_node && edges_between(edges, node, sets->members[j]) != NULL)
                continue;
            building_decide(building, caller, sets->members[j], &decision);
            building_add_edge(building, node, sets->members[j], &decision);
        }
    }
}

/* The caller's node; its missing edges are appended. */
static uint32_t add_caller(struct building *building, struct admitting *admitting, const struct caller *caller)
{
    struct edges *edges = building->edges;
    uint32_t known = edges->node_count, node = node_for(edges, caller);
    const struct model_account *whole = caller_whole_account(edges->model, caller);
    if (whole == NULL)
        add_edges_of(building, admitting, caller, node, node >= known);
    else if (node >= known)
        add_member_edges(building, node, whole);
    return node;
}

static bool is_own_node(const struct caller *caller)
{
    return caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION;
}

/* The node of one caller. */
static uint32_t add_one(struct building *building, struct admitting *admitting, const struct caller *caller)
{
    if (is_own_node(caller))
        return caller->principal;
    return building->edges->trust == NULL || caller_is_before_roles(caller) ? node_for(building->edges, caller)
                                                                            : add_caller(building, admitting, caller);
}

/* The nodes of several; returns the last. */
static uint32_t add_all(struct edges *edges, const struct caller *callers, uint32_t count, double now,
                        const bool *among)
{
    struct building building = {.edges = edges,
                                .model = edges->model,
                                .now = now,
                                .edge_room = edges->edge_count,
                                .evaluator = evaluator_new(edges->model, edges->pool)};
    struct admitting admitting = {.count = 0};
    uint32_t node = MODEL_NONE;
    if (edges->trust != NULL)
        admitting_open(&admitting, edges->trust, among, count == 1);
    for (uint32_t i = 0; i < count; i++)
        node = add_one(&building, &admitting, &callers[i]);
    admitting_close(&admitting);
    evaluator_free(building.evaluator);
    edges_index(edges);
    return node;
}

uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now)
{
    if (is_own_node(caller))
        return caller->principal;
    return edges->trust == NULL || caller_is_before_roles(caller) ? node_of_stored(edges, caller)
                                                                  : add_all(edges, caller, 1, now, NULL);
}

void edges_of_callers(struct edges *edges, const struct caller *callers, uint32_t count, double now, const bool *among)
{
    if (count > 0)
        add_all(edges, callers, count, now, among);
}
