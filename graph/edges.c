#include "graph/edges.h"

#include "graph/pattern.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a principal's policies could let it assume, roughly: a filter before the decision */

struct reach_filter {
    bool open;             /* something here cannot be told from patterns: ask the decision */
    uint32_t first, count; /* into patterns */
};

struct building {
    struct edges *edges;
    struct evaluator *evaluator;
    const struct model *model;
    double now;
    struct reach_filter *filters; /* per principal */
    const char **patterns;
    uint32_t pattern_count, pattern_room;
    uint32_t *assumers; /* principals with any permission to assume, ascending */
    uint32_t assumer_count;
    uint32_t edge_room, node_room;
    struct intern node_keys; /* "kind text" of outside parties */
    uint32_t *decided_for;   /* per class: role + 1 that `decisions` is about */
    struct decision *decisions;
    char **error;
    bool failed;
};

static bool fail(struct building *building)
{
    building->failed = true;
    if (*building->error == NULL)
        *building->error = strdup("out of memory");
    return false;
}

static void add_pattern(struct building *building, const char *pattern)
{
    if (building->pattern_count == building->pattern_room) {
        uint32_t room = building->pattern_room == 0 ? 1024 : building->pattern_room * 2;
        const char **grown = realloc(building->patterns, room * sizeof *grown);
        if (grown == NULL) {
            fail(building);
            return;
        }
        building->patterns = grown;
        building->pattern_room = room;
    }
    building->patterns[building->pattern_count++] = pattern;
}

static void make_filter(struct building *building, uint32_t principal)
{
    const struct model *model = building->model;
    const struct model_principal *who = &model->principals[principal];
    struct reach_filter *filter = &building->filters[principal];
    *filter = (struct reach_filter){!who->identity_known, building->pattern_count, 0};
    for (uint32_t i = 0; i < who->policy_count && !filter->open; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (use->document == MODEL_NONE) {
            filter->open = true;
            break;
        }
        const struct model_document *document = &model->documents[use->document];
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (!statement->allow || statement->broken != NULL || !statement_covers_action(statement, "sts:AssumeRole"))
                continue;
            filter->open = filter->open || statement->not_resource;
            for (uint32_t k = 0; k < statement->resource_count && !filter->open; k++) {
                if (statement->variables && strstr(statement->resources[k], "${") != NULL)
                    filter->open = true;
                else
                    add_pattern(building, statement->resources[k]);
            }
        }
    }
    filter->count = building->pattern_count - filter->first;
}

static bool could_assume(const struct building *building, uint32_t principal, const char *role)
{
    const struct reach_filter *filter = &building->filters[principal];
    for (uint32_t i = 0; i < filter->count && !filter->open; i++)
        if (pattern_matches(building->patterns[filter->first + i], role))
            return true;
    return filter->open;
}

/* ---- nodes and edges */

static uint32_t outside_node(struct building *building, const struct caller *caller)
{
    struct edges *edges = building->edges;
    char key[2300];
    int length = snprintf(key, sizeof key, "%d %s", (int)caller->kind, caller->text);
    if (length < 0 || (size_t)length >= sizeof key)
        return MODEL_NONE;
    uint32_t number = intern_add(&building->node_keys, key, (size_t)length);
    if (number == INTERN_NONE) {
        fail(building);
        return MODEL_NONE;
    }
    uint32_t node = building->model->principal_count + number;
    if (node < edges->node_count)
        return node;
    if (edges->node_count == building->node_room) {
        uint32_t room = building->node_room * 2 + 64;
        struct caller *grown = realloc(edges->nodes, room * sizeof *grown);
        if (grown == NULL) {
            fail(building);
            return MODEL_NONE;
        }
        edges->nodes = grown;
        building->node_room = room;
    }
    edges->nodes[edges->node_count++] = *caller;
    return node;
}

static void add_edge(struct building *building, uint32_t from, uint32_t to, const struct decision *decision)
{
    struct edges *edges = building->edges;
    if (decision->verdict == VERDICT_DENIED || from == MODEL_NONE)
        return;
    if (edges->edge_count == building->edge_room) {
        uint32_t room = building->edge_room == 0 ? 1024 : building->edge_room * 2;
        struct edge *grown = realloc(edges->edges, room * sizeof *grown);
        if (grown == NULL) {
            fail(building);
            return;
        }
        edges->edges = grown;
        building->edge_room = room;
    }
    edges->edges[edges->edge_count++] =
        (struct edge){.from = from, .to = to, .verdict = decision->verdict, .residual = decision->residual};
}

static void decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision)
{
    struct decision_question question = {.caller = *caller, .role = role, .now = building->now};
    if (!decision_decide(building->evaluator, &question, decision))
        fail(building);
}

static void try_principal(struct building *building, uint32_t principal, uint32_t role)
{
    const struct model *model = building->model;
    uint32_t class = model->principals[principal].class;
    if (building->decided_for[class] != role + 1) {
        struct caller caller;
        caller_of_principal(model, principal, &caller);
        decide(building, &caller, role, &building->decisions[class]);
        building->decided_for[class] = role + 1;
    }
    add_edge(building, principal, role, &building->decisions[class]);
}

static void try_outside(struct building *building, const struct caller *caller, uint32_t role)
{
    struct decision decision;
    decide(building, caller, role, &decision);
    if (decision.verdict != VERDICT_DENIED)
        add_edge(building, outside_node(building, caller), role, &decision);
}

/* ---- candidates of one role */

struct candidates {
    uint8_t *seen; /* per principal: stamp of the role, see `stamp` */
    uint32_t *list;
    uint32_t count;
};

static void add_candidate(struct candidates *candidates, uint32_t principal)
{
    if (candidates->seen[principal])
        return;
    candidates->seen[principal] = 1;
    candidates->list[candidates->count++] = principal;
}

/* Principals of the role's own account that its trust policy may let in by "*" need no permission of their own. */
static void add_account(struct building *building, struct candidates *candidates, uint32_t account, const char *role,
                        bool direct)
{
    const struct model_account *of = &building->model->accounts[account];
    for (uint32_t i = 0; i < of->principal_count; i++)
        if (direct || could_assume(building, of->first_principal + i, role))
            add_candidate(candidates, of->first_principal + i);
}

static void add_everyone(struct building *building, struct candidates *candidates, uint32_t role)
{
    const struct model_principal *target = &building->model->principals[role];
    add_account(building, candidates, target->account, target->arn, true);
    for (uint32_t i = 0; i < building->assumer_count; i++)
        if (could_assume(building, building->assumers[i], target->arn))
            add_candidate(candidates, building->assumers[i]);
    struct caller anyone = {.kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};
    try_outside(building, &anyone, role);
}

/* A principal that is named but not in the export. */
static void try_named(struct building *building, const struct statement_principal *principal, uint32_t role)
{
    struct caller caller;
    const char *name = principal->form == PRINCIPAL_ACCOUNT ? principal->account : principal->value;
    if (!caller_parse(building->model, &building->edges->arena, name, &caller))
        return;
    if (caller.kind == CALLER_ACCOUNT && principal->partition != NULL)
        caller.partition = principal->partition;
    try_outside(building, &caller, role);
}

static void add_principal(struct building *building, struct candidates *candidates,
                          const struct statement_principal *principal, uint32_t role)
{
    const struct model *model = building->model;
    const struct model_principal *target = &model->principals[role];
    uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
    bool exported =
        account != MODEL_NONE && model->accounts[account].detail == ACCOUNT_FULL && !model->accounts[account].truncated;
    uint32_t found;
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
        add_everyone(building, candidates, role);
        break;
    case PRINCIPAL_ACCOUNT:
        if (account != MODEL_NONE)
            add_account(building, candidates, account, target->arn, false);
        if (!exported)
            try_named(building, principal, role);
        break;
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        found = model_find_arn(model, principal->value);
        if (found != MODEL_NONE)
            add_candidate(candidates, found);
        else if (!exported)
            try_named(building, principal, role);
        break;
    case PRINCIPAL_UNIQUE_ID:
        found = model_find_unique_id(model, principal->value);
        if (found != MODEL_NONE)
            add_candidate(candidates, found);
        break;
    case PRINCIPAL_SERVICE:
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        try_named(building, principal, role);
        break;
    case PRINCIPAL_FEDERATED_USER:
    case PRINCIPAL_INVALID:
        break;
    }
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void add_role(struct building *building, struct candidates *candidates, uint32_t role)
{
    const struct model *model = building->model;
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count && !building->failed; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken != NULL || !statement->allow)
            continue;
        if (statement->not_principal)
            add_everyone(building, candidates, role);
        else
            for (uint32_t j = 0; j < statement->principal_count; j++)
                add_principal(building, candidates, &statement->principals[j], role);
    }
    qsort(candidates->list, candidates->count, sizeof *candidates->list, compare_numbers);
    for (uint32_t i = 0; i < candidates->count; i++) {
        candidates->seen[candidates->list[i]] = 0;
        if (!building->failed)
            try_principal(building, candidates->list[i], role);
    }
    candidates->count = 0;
}

/* ---- order and indexes */

static int compare_edges(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static const struct caller *sorting_nodes;

static int compare_outside(const void *a, const void *b)
{
    const struct caller *x = &sorting_nodes[*(const uint32_t *)a], *y = &sorting_nodes[*(const uint32_t *)b];
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Outside parties get their final order: by kind, then text. */
static bool sort_outside(struct edges *edges)
{
    uint32_t base = edges->model->principal_count, count = edges->node_count - base;
    uint32_t *order = calloc((size_t)count + 1, sizeof *order), *place = calloc((size_t)count + 1, sizeof *place);
    struct caller *sorted = calloc((size_t)count + 1, sizeof *sorted);
    bool good = order != NULL && place != NULL && sorted != NULL;
    if (good) {
        for (uint32_t i = 0; i < count; i++)
            order[i] = base + i;
        sorting_nodes = edges->nodes;
        qsort(order, count, sizeof *order, compare_outside);
        for (uint32_t i = 0; i < count; i++) {
            sorted[i] = edges->nodes[order[i]];
            place[order[i] - base] = base + i;
        }
        memcpy(edges->nodes + base, sorted, count * sizeof *sorted);
        for (uint32_t i = 0; i < edges->edge_count; i++)
            if (edges->edges[i].from >= base)
                edges->edges[i].from = place[edges->edges[i].from - base];
    }
    free(order);
    free(place);
    free(sorted);
    return good;
}

bool edges_index(struct edges *edges)
{
    free(edges->out_first);
    free(edges->in_first);
    free(edges->in_edges);
    if (edges->edge_count > 1)
        qsort(edges->edges, edges->edge_count, sizeof *edges->edges, compare_edges);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < edges->edge_count; i++)
        if (kept == 0 || compare_edges(&edges->edges[i], &edges->edges[kept - 1]) != 0)
            edges->edges[kept++] = edges->edges[i];
    edges->edge_count = kept;
    edges->out_first = calloc((size_t)edges->node_count + 2, sizeof *edges->out_first);
    edges->in_first = calloc((size_t)edges->node_count + 2, sizeof *edges->in_first);
    edges->in_edges = calloc((size_t)kept + 1, sizeof *edges->in_edges);
    uint32_t *next = calloc((size_t)edges->node_count + 1, sizeof *next);
    if (edges->out_first == NULL || edges->in_first == NULL || edges->in_edges == NULL || next == NULL) {
        free(next);
        return false;
    }
    for (uint32_t i = 0; i < kept; i++) {
        edges->out_first[edges->edges[i].from + 1]++;
        edges->in_first[edges->edges[i].to + 1]++;
    }
    for (uint32_t i = 0; i < edges->node_count; i++) {
        edges->out_first[i + 1] += edges->out_first[i];
        edges->in_first[i + 1] += edges->in_first[i];
        next[i] = edges->in_first[i];
    }
    for (uint32_t i = 0; i < kept; i++)
        edges->in_edges[next[edges->edges[i].to]++] = i;
    free(next);
    return true;
}

static bool prepare(struct building *building)
{
    const struct model *model = building->model;
    struct edges *edges = building->edges;
    size_t count = (size_t)model->principal_count + 1;
    building->node_room = model->principal_count + 64;
    edges->nodes = calloc(building->node_room, sizeof *edges->nodes);
    building->filters = calloc(count, sizeof *building->filters);
    building->assumers = calloc(count, sizeof *building->assumers);
    building->decided_for = calloc((size_t)model->class_count + 1, sizeof *building->decided_for);
    building->decisions = calloc((size_t)model->class_count + 1, sizeof *building->decisions);
    if (edges->nodes == NULL || building->filters == NULL || building->assumers == NULL ||
        building->decided_for == NULL || building->decisions == NULL)
        return fail(building);
    edges->node_count = model->principal_count;
    for (uint32_t i = 0; i < model->principal_count && !building->failed; i++) {
        caller_of_principal(model, i, &edges->nodes[i]);
        make_filter(building, i);
        if (building->filters[i].open || building->filters[i].count > 0)
            building->assumers[building->assumer_count++] = i;
    }
    return !building->failed;
}

struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now, char **error)
{
    struct building building = {.model = model, .now = now, .error = error};
    struct candidates candidates = {0};
    *error = NULL;
    building.edges = calloc(1, sizeof *building.edges);
    building.evaluator = evaluator_new(model, pool);
    candidates.seen = calloc((size_t)model->principal_count + 1, sizeof *candidates.seen);
    candidates.list = calloc((size_t)model->principal_count + 1, sizeof *candidates.list);
    bool good =
        building.edges != NULL && building.evaluator != NULL && candidates.seen != NULL && candidates.list != NULL;
    if (good) {
        building.edges->model = model;
        building.edges->pool = pool;
        building.edges->now = now;
        good = prepare(&building);
    }
    for (uint32_t i = 0; good && i < model->principal_count && !building.failed; i++)
        if (model->principals[i].is_role)
            add_role(&building, &candidates, i);
    good = good && !building.failed && sort_outside(building.edges) && edges_index(building.edges);
    if (!good && *error == NULL)
        *error = strdup("out of memory");
    evaluator_free(building.evaluator);
    intern_free(&building.node_keys);
    free(building.filters);
    free(building.patterns);
    free(building.assumers);
    free(building.decided_for);
    free(building.decisions);
    free(candidates.seen);
    free(candidates.list);
    if (!good) {
        edges_free(building.edges);
        return NULL;
    }
    return building.edges;
}

/* The node of the caller, a new one at the end if it has none yet. */
static uint32_t node_for(struct building *building, const struct caller *caller)
{
    struct edges *edges = building->edges;
    uint32_t node = edges_find_node(edges, caller);
    if (node != MODEL_NONE)
        return node;
    struct caller *grown = realloc(edges->nodes, ((size_t)edges->node_count + 1) * sizeof *grown);
    if (grown == NULL) {
        fail(building);
        return MODEL_NONE;
    }
    edges->nodes = grown;
    edges->nodes[edges->node_count] = *caller;
    return edges->node_count++;
}

uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now, char **error)
{
    struct building building = {
        .edges = edges, .model = edges->model, .now = now, .error = error, .edge_room = edges->edge_count};
    *error = NULL;
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    building.evaluator = evaluator_new(edges->model, edges->pool);
    uint32_t known = edges->node_count, node = node_for(&building, caller);
    if (building.evaluator == NULL)
        fail(&building);
    for (uint32_t role = 0; role < edges->model->principal_count && !building.failed; role++) {
        struct decision decision;
        if (!edges->model->principals[role].is_role || (node < known && edges_between(edges, node, role) != NULL))
            continue;
        decide(&building, caller, role, &decision);
        if (!building.failed)
            add_edge(&building, node, role, &decision);
    }
    evaluator_free(building.evaluator);
    if (!building.failed && !edges_index(edges))
        fail(&building);
    return building.failed ? MODEL_NONE : node;
}

void edges_free(struct edges *edges)
{
    if (edges == NULL)
        return;
    arena_free(&edges->arena);
    free(edges->nodes);
    free(edges->edges);
    free(edges->out_first);
    free(edges->in_first);
    free(edges->in_edges);
    free(edges);
}

uint32_t edges_find_node(const struct edges *edges, const struct caller *caller)
{
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++)
        if (edges->nodes[i].kind == caller->kind && strcmp(edges->nodes[i].text, caller->text) == 0)
            return i;
    return MODEL_NONE;
}

const struct edge *edges_between(const struct edges *edges, uint32_t from, uint32_t to)
{
    uint32_t low = edges->out_first[from], high = edges->out_first[from + 1], end = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (edges->edges[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    /* Kinds are in order, and assuming is the first. */
    const struct edge *edge = &edges->edges[low];
    return low < end && edge->to == to && edge->kind == EDGE_ASSUME ? edge : NULL;
}
