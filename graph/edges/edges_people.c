#include "graph/edges/edges_people.h"

#include "graph/edges/classes_inside.h"
#include "graph/edges/edges_inside.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* The `how` of edges of people. */
#define HOW_ASSIGNMENT "sso-assignment"
#define HOW_ENTITLEMENT "aam-entitlement"

bool edge_is_assignment(const struct edge *edge)
{
    return strcmp(edge->how, HOW_ASSIGNMENT) == 0;
}

struct joining {
    struct edges *edges;
    struct people *people;
    const struct person *list;
    uint32_t count;
    uint32_t room;    /* of edges */
    uint32_t service; /* node of account access manager; MODEL_NONE: no role trusts it */
    struct people_way *ways;
    uint32_t way_count, way_room;
};

/* ---- providers that give way */

static void add_edge(struct joining *work, const struct edge *edge)
{
    ARRAY_ADD(work->edges->edges, work->edges->edge_count, work->room, *edge);
}

/* For roles whose people are all known. */
static void let_go(struct joining *work, uint32_t provider)
{
    struct hop_cursor cursor;
    struct hop hop;
    for (hop_cursor_begin(&cursor, work->edges, provider); hop_cursor_next(&cursor, &hop);)
        if (people_role_known(work->people, hop.to) == FACT_YES)
            edges_give_way(work->edges, provider, hop.to);
}

static void drop_providers(struct joining *work)
{
    struct edges *edges = work->edges;
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++)
        if (edges->nodes[node].kind == CALLER_SAML_PROVIDER)
            let_go(work, node);
    edges_drop_given_way(edges);
}

/* ---- nodes */

static bool may_enter(const struct joining *work, const struct person *person)
{
    uint32_t count;
    const struct people_group *groups = people_groups(work->people, &count);
    uint32_t ways = person->ways.count;
    for (uint32_t i = 0; i < person->group_count; i++)
        ways += groups[person->groups[i]].ways.count;
    return ways > 0 && person->enabled != FACT_NO;
}

static void add_nodes(struct joining *work)
{
    struct edges *edges = work->edges;
    bool sorted = edges->sorted_nodes == edges->node_count;
    edges->first_person = edges->node_count;
    edges->nodes = memory_resize(edges->nodes, (size_t)edges->node_count + work->count + 1, sizeof *edges->nodes);
    edges->person_of = memory_zeroed((size_t)work->count + 1, sizeof *edges->person_of);
    for (uint32_t i = 0; i < work->count; i++) {
        const struct person *person = &work->list[i];
        if (!may_enter(work, person))
            continue;
        edges->person_of[edges->person_count++] = i;
        edges->nodes[edges->node_count++] = (struct caller){.kind = CALLER_PERSON,
                                                            .principal = MODEL_NONE,
                                                            .account_index = MODEL_NONE,
                                                            .text = person->text,
                                                            .name = person->text + sizeof PERSON_PREFIX - 1};
    }
    if (sorted)
        edges->sorted_nodes = edges->node_count;
}

/* A person in more groups than a node can have ends gets the groups' ways as their own. */
static bool has_room(const struct person *person)
{
    return person->group_count < EDGES_ENDS;
}

/* Which people are in which groups: blocks of classes.people are groups, in order. */
static void add_groups(struct joining *work)
{
    struct edges *edges = work->edges;
    struct partition *groups = &edges->classes.people;
    uint32_t total = 0, *next;
    people_groups(work->people, &groups->count);
    groups->first = memory_zeroed((size_t)groups->count + 2, sizeof *groups->first);
    edges->person_first = memory_zeroed((size_t)edges->person_count + 1, sizeof *edges->person_first);
    for (uint32_t i = 0; i < edges->person_count; i++) {
        const struct person *person = &work->list[edges->person_of[i]];
        for (uint32_t j = 0; j < person->group_count && has_room(person); j++)
            groups->first[person->groups[j] + 1]++;
        total += has_room(person) ? person->group_count : 0;
        edges->person_first[i + 1] = total;
    }
    for (uint32_t i = 0; i < groups->count; i++)
        groups->first[i + 1] += groups->first[i];
    groups->members = memory_zeroed((size_t)total + 1, sizeof *groups->members);
    edges->person_groups = memory_zeroed((size_t)total + 1, sizeof *edges->person_groups);
    next = memory_copy(groups->first, (size_t)groups->count + 1, sizeof *next);
    for (uint32_t i = 0; i < edges->person_count; i++) {
        const struct person *person = &work->list[edges->person_of[i]];
        for (uint32_t j = 0; j < person->group_count && has_room(person); j++) {
            edges->person_groups[edges->person_first[i] + j] = person->groups[j];
            groups->members[next[person->groups[j]]++] = edges->first_person + i;
        }
    }
    edges->classes.people_base = edges->group_count;
    edges->group_count += groups->count;
    free(next);
}

/* ---- edges */

/* The role's condition for account access manager, for this application. */
static constraint entitled(const struct joining *work, const struct people_way *way)
{
    struct edges *edges = work->edges;
    const struct edge *edge = work->service != MODEL_NONE ? edges_between(edges, work->service, way->role) : NULL;
    struct arn arn;
    if (edge == NULL)
        return CONSTRAINT_FALSE;
    if (way->application == NULL || !arn_parse(way->application, strlen(way->application), &arn))
        return edge->residual;
    constraint formula = constraint_fix(edges->pool, edge->residual, "aws:SourceArn", &way->application, 1);
    char *account = memory_text_part(arn.account.at, arn.account.length);
    const char *value = account;
    formula = constraint_fix(edges->pool, formula, "aws:SourceAccount", &value, 1);
    free(account);
    return constraint_satisfiable(edges->pool, formula) == CONSTRAINT_NO ? CONSTRAINT_FALSE : formula;
}

static constraint in_use(struct constraint_pool *pool, const struct model *model, uint32_t role)
{
    const struct model_account *account = &model->accounts[model->principals[role].account];
    return decision_account_usable(pool, account);
}

static void add_way(struct joining *work, edge_end from, const struct people_way *way)
{
    constraint residual = way->entitlement == NULL ? CONSTRAINT_TRUE : entitled(work, way);
    residual = constraint_and(work->edges->pool, residual, in_use(work->edges->pool, work->edges->model, way->role));
    if (residual == CONSTRAINT_FALSE)
        return;
    const struct edge edge = {.from = from,
                              .to = way->role,
                              .verdict = residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                              .residual = residual,
                              .how = way->entitlement == NULL ? HOW_ASSIGNMENT : HOW_ENTITLEMENT};
    add_edge(work, &edge);
}

static int compare_ways(const void *a, const void *b)
{
    const struct people_way *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return (x->entitlement != NULL) - (y->entitlement != NULL);
}

static void collect(struct joining *work, const struct people_ways *ways)
{
    for (uint32_t i = 0; i < ways->count; i++)
        ARRAY_ADD(work->ways, work->way_count, work->way_room, ways->list[i]);
}

/* One edge to each collected role: an assignment wins over entitlements. */
static void add_ways(struct joining *work, edge_end from)
{
    if (work->way_count > 1)
        qsort(work->ways, work->way_count, sizeof *work->ways, compare_ways);
    for (uint32_t i = 0; i < work->way_count; i++)
        if (i == 0 || work->ways[i].role != work->ways[i - 1].role || work->ways[i].entitlement != NULL)
            add_way(work, from, &work->ways[i]);
    work->way_count = 0;
}

static void add_edges(struct joining *work)
{
    const struct edges *edges = work->edges;
    uint32_t count;
    const struct people_group *groups = people_groups(work->people, &count);
    for (uint32_t i = 0; i < count; i++) {
        bool anybody = edges->classes.people.first[i + 1] > edges->classes.people.first[i];
        collect(work, &groups[i].ways);
        work->way_count = anybody ? work->way_count : 0;
        add_ways(work, EDGE_GROUP | (edges->classes.people_base + i));
    }
    for (uint32_t i = 0; i < edges->person_count; i++) {
        const struct person *person = &work->list[edges->person_of[i]];
        collect(work, &person->ways);
        for (uint32_t j = 0; j < person->group_count && !has_room(person); j++)
            collect(work, &groups[person->groups[j]].ways);
        add_ways(work, edges->first_person + i);
    }
}

void edges_add_people(struct edges *edges, struct people *people)
{
    static const struct caller manager = {
        .kind = CALLER_SERVICE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = ACCESS_MANAGER};
    if (people == NULL || edges->people != NULL)
        return;
    struct joining work = {.edges = edges, .people = people};
    work.list = people_list(people, &work.count);
    edges->people = people;
    work.service = edges_find_node(edges, &manager);
    drop_providers(&work);
    work.room = edges->edge_count;
    add_nodes(&work);
    add_groups(&work);
    edges_index(edges);
    add_edges(&work);
    free(work.ways);
    edges_index(edges);
}

/* ---- looking up people */

bool edges_has_people(const struct edges *edges)
{
    return edges->person_count > 0;
}

const struct person *edges_person(const struct edges *edges, uint32_t node)
{
    uint32_t count;
    if (node < edges->first_person || node - edges->first_person >= edges->person_count)
        return NULL;
    return &people_list(edges->people, &count)[edges->person_of[node - edges->first_person]];
}

static bool visit(const struct people_ways *ways, uint32_t role, const struct people_group *group, edges_way_visit each,
                  void *context)
{
    for (uint32_t i = 0; i < ways->count; i++)
        if (ways->list[i].role == role && !each(&ways->list[i], group, context))
            return false;
    return true;
}

bool edges_each_way(const struct edges *edges, const struct person *person, uint32_t role, edges_way_visit each,
                    void *context)
{
    uint32_t count;
    const struct people_group *groups = people_groups(edges->people, &count);
    bool more = visit(&person->ways, role, NULL, each, context);
    for (uint32_t i = 0; i < person->group_count && more; i++)
        more = visit(&groups[person->groups[i]].ways, role, &groups[person->groups[i]], each, context);
    return more;
}

static bool append_way(const struct people_way *way, const struct people_group *group, void *context)
{
    struct text *text = context;
    if (group != NULL)
        text_format(text, "%sgroup %s", text->length > 0 ? ", " : "", group->name);
    if (way->entitlement != NULL)
        text_format(text, "%saccount access manager entitlement %s", text->length > 0 ? ", " : "", way->entitlement);
    return true;
}

void edges_append_ways(const struct edges *edges, const struct person *person, uint32_t role, struct text *text)
{
    struct text ways = {0};
    edges_each_way(edges, person, role, append_way, &ways);
    if (ways.length > 0)
        text_append_string(text, ways.data);
    text_free(&ways);
}
