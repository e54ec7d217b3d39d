#include "graph/chains/statement_graph.h"

#include "graph/chains/chains.h"
#include "graph/decision/grants.h"
#include "graph/edges/trust_index.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above so many grants of one step, every identity statement is taken to go with every trust statement. */
#define PAIRS_TOLD_APART 256u

/* A principal that has a removable of an identity policy, which leads to the gate of a group of callers. */
struct holding {
    uint32_t removable, scope, principal, gate;
};

struct assembly {
    struct statement_graph *statements;
    const struct edges *edges;
    const struct model *model;
    const bool *targets;
    bool *on_way, *group_on_way; /* per node; per group: some role of the local or role set is */
    struct evaluator *evaluator;
    struct grants grants;
    uint32_t vertex_count, vertex_room, removable_room;
    /* Statements of trust policies: per role, or group of roles, and position in their documents. */
    uint32_t *trust_first, *trust_vertex, *hub_first, *hub_vertex;
    /* Gates of the callers' end at work: per statement; the last one is for policies without document. */
    uint32_t *gate, *gate_stamp, *gates, gate_count, gate_slots, stamp;
    uint32_t *joined; /* per slot: the vertex that stands for all pairs of the last such step */
    edge_end from;
    uint32_t leave; /* its vertex for steps that need no identity policy */
    struct holding *holdings;
    uint32_t holding_count, holding_room;
    const char **patterns; /* of Resource, in the policies of the callers' end whose stamp it is */
    uint32_t pattern_count, pattern_room, patterns_of;
    bool by_itself;     /* they tell every role from every other */
    struct intern keys; /* of removables of identity policies */
    uint32_t *by_key, by_key_room;
};

static uint32_t add_vertex(struct assembly *assembly, uint32_t removable)
{
    ARRAY_ADD(assembly->statements->part_of, assembly->vertex_count, assembly->vertex_room, removable);
    return assembly->vertex_count - 1;
}

static void add_arc(struct assembly *assembly, uint32_t tail, uint32_t head)
{
    digraph_add(&assembly->statements->graph, tail, head);
}

static uint32_t add_removable(struct assembly *assembly, const struct policy_use *use,
                              const struct statement *statement)
{
    struct statement_graph *statements = assembly->statements;
    ARRAY_ADD(statements->removables, statements->removable_count, assembly->removable_room,
              (struct removable){use, statement});
    return statements->removable_count - 1;
}

/* ---- trust policies */

static uint32_t trust_vertex(struct assembly *assembly, uint32_t role, uint32_t position)
{
    const struct policy_use *use = assembly->model->principals[role].trust;
    uint32_t *vertex = &assembly->trust_vertex[assembly->trust_first[role] + position];
    if (*vertex == DIGRAPH_NONE) {
        const struct model_document *document = &assembly->model->documents[use->document];
        const struct statement *statement = &assembly->model->statements[document->first_statement + position];
        *vertex = add_vertex(assembly, add_removable(assembly, use, statement));
        add_arc(assembly, *vertex, assembly->statements->vertex_of[role]);
    }
    return *vertex;
}

/* The way into all roles of a local or role set by one statement that their trust policies have in common. */
static uint32_t hub_vertex(struct assembly *assembly, edge_end group, uint32_t position)
{
    uint32_t *vertex = &assembly->hub_vertex[assembly->hub_first[group & ~EDGE_GROUP] + position], count;
    const uint32_t *roles = edges_members(assembly->edges, &group, &count);
    if (*vertex != DIGRAPH_NONE)
        return *vertex;
    *vertex = add_vertex(assembly, MODEL_NONE);
    for (uint32_t i = 0; i < count; i++)
        if (assembly->on_way[roles[i]])
            add_arc(assembly, *vertex, trust_vertex(assembly, roles[i], position));
    return *vertex;
}

/* ---- identity policies */

static bool is_of_aws(const struct policy_use *use)
{
    return arn_is_aws_managed_policy(use->arn);
}

/* One number for what one edit takes away, whoever has it. */
static uint32_t identity_removable(struct assembly *assembly, const struct policy_use *use,
                                   const struct statement *statement)
{
    char key[4200];
    bool whole = statement == NULL || is_of_aws(use);
    bool shared = use->kind == USE_MANAGED && !whole;
    int length = snprintf(key, sizeof key, "%d %s %s %s %lld", (int)use->kind, shared ? "" : use->holder,
                          use->arn != NULL ? "" : use->name, use->arn != NULL ? use->arn : "",
                          whole ? -1LL : (long long)statement->position);
    if (length < 0 || (size_t)length >= sizeof key)
        return add_removable(assembly, use, whole ? NULL : statement);
    uint32_t known = assembly->keys.count, number = intern_add(&assembly->keys, key, (size_t)length);
    if (number == known) {
        ARRAY_RESERVE(assembly->by_key, known + 1, assembly->by_key_room);
        assembly->by_key[number] = add_removable(assembly, use, whole ? NULL : statement);
    }
    return assembly->by_key[number];
}

static void add_holding(struct assembly *assembly, uint32_t principal, uint32_t gate, const struct policy_use *use,
                        const struct statement *statement)
{
    bool alone = (assembly->from & EDGE_GROUP) == 0;
    uint32_t scope = alone ? principal : EDGE_GROUP | assembly->edges->classes.permissions.of[principal];
    ARRAY_ADD(assembly->holdings, assembly->holding_count, assembly->holding_room,
              (struct holding){identity_removable(assembly, use, statement), scope, principal, gate});
}

/* All members of the end who can pass the gate, with what lets each pass. */
static void add_holders(struct assembly *assembly, uint32_t slot)
{
    const struct model *model = assembly->model;
    const struct statement *statement = slot + 1 < assembly->gate_slots ? &model->statements[slot] : NULL;
    uint32_t document = statement != NULL ? statement->document : MODEL_NONE, count;
    const uint32_t *members = edges_members(assembly->edges, &assembly->from, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct model_principal *principal = &model->principals[members[i]];
        for (uint32_t j = 0; j < principal->policy_count; j++) {
            const struct policy_use *use = &model->uses[principal->first_policy + j];
            if (use->document == document)
                add_holding(assembly, members[i], assembly->gate[slot], use, statement);
        }
    }
}

static uint32_t gate_slot(const struct assembly *assembly, const struct statement *statement)
{
    return statement != NULL ? (uint32_t)(statement - assembly->model->statements) : assembly->gate_slots - 1;
}

static uint32_t gate_vertex(struct assembly *assembly, const struct statement *statement)
{
    uint32_t slot = gate_slot(assembly, statement);
    if (assembly->gate_stamp[slot] != assembly->stamp) {
        assembly->gate_stamp[slot] = assembly->stamp;
        assembly->gate[slot] = add_vertex(assembly, MODEL_NONE);
        assembly->gates[assembly->gate_count++] = slot;
    }
    return assembly->gate[slot];
}

static uint32_t leave_vertex(struct assembly *assembly)
{
    uint32_t count;
    if (assembly->leave != DIGRAPH_NONE)
        return assembly->leave;
    if ((assembly->from & EDGE_GROUP) == 0)
        return assembly->leave = assembly->statements->vertex_of[assembly->from];
    assembly->leave = add_vertex(assembly, MODEL_NONE);
    const uint32_t *members = edges_members(assembly->edges, &assembly->from, &count);
    for (uint32_t i = 0; i < count; i++)
        add_arc(assembly, assembly->statements->vertex_of[members[i]], assembly->leave);
    return assembly->leave;
}

static int compare_holdings(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;
    if (x->removable != y->removable)
        return x->removable < y->removable ? -1 : 1;
    if (x->scope != y->scope)
        return x->scope < y->scope ? -1 : 1;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    return (x->gate > y->gate) - (x->gate < y->gate);
}

/* One vertex for some holdings of one removable: from who has it to all their gates. */
static void add_part(struct assembly *assembly, const struct holding *holdings, uint32_t count, uint32_t *seen)
{
    uint32_t vertex = add_vertex(assembly, holdings[0].removable);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || holdings[i].principal != holdings[i - 1].principal)
            add_arc(assembly, assembly->statements->vertex_of[holdings[i].principal], vertex);
        if (seen[holdings[i].gate] != vertex)
            add_arc(assembly, vertex, holdings[i].gate);
        seen[holdings[i].gate] = vertex;
    }
}

static void add_parts(struct assembly *assembly)
{
    struct holding *list = assembly->holdings;
    uint32_t count = assembly->holding_count;
    uint32_t *seen = memory_zeroed(assembly->vertex_count, sizeof *seen);
    if (count > 1)
        qsort(list, count, sizeof *list, compare_holdings);
    for (uint32_t i = 0, end; i < count; i = end) {
        bool one = true;
        for (end = i + 1; end < count && list[end].removable == list[i].removable; end++)
            one = one && list[end].principal == list[i].principal;
        if (one) {
            add_part(assembly, &list[i], end - i, seen);
            continue;
        }
        for (uint32_t first = i, last; first < end; first = last) {
            for (last = first + 1; last < end && list[last].scope == list[first].scope; last++)
                continue;
            add_part(assembly, &list[first], last - first, seen);
        }
    }
    free(seen);
}

/* ---- steps */

/* A role of the list outside the account, or the first. Members of an account are neighbours. */
static uint32_t role_outside(const struct assembly *assembly, const uint32_t *roles, uint32_t count, uint32_t account)
{
    const struct model_principal *principals = assembly->model->principals;
    return principals[roles[0]].account != account ? roles[0] : roles[count - 1];
}

/* Who speaks for the group at the start of the edge, see trust_index_speaker. */
static uint32_t speaker(const struct assembly *assembly, edge_end group, uint32_t set, uint32_t account)
{
    const struct classes *classes = &assembly->edges->classes;
    uint32_t block = group & ~EDGE_GROUP;
    bool class = block < classes->permissions.count;
    return trust_index_speaker(assembly->edges->trust, class ? &classes->permissions : &classes->profiles,
                               class ? block : block - classes->permissions.count, set, account);
}

/* Who stands for the start of the edge and for these roles at its end. Groups that reach over several accounts speak
 * for callers of other accounts. */
static void pair_of(const struct assembly *assembly, const struct edge *edge, const uint32_t *roles, uint32_t count,
                    uint32_t *caller, uint32_t *role)
{
    const struct model_principal *principals = assembly->model->principals;
    bool group = (edge->from & EDGE_GROUP) != 0;
    *role = roles[0];
    uint32_t set = assembly->edges->classes.role_sets.of[*role];
    *caller = group ? speaker(assembly, edge->from, set, MODEL_NONE) : edge->from;
    if (*caller >= assembly->model->principal_count)
        return;
    *role = role_outside(assembly, roles, count, principals[*caller].account);
    if (!group || principals[*role].account != principals[*caller].account)
        return;
    uint32_t other = speaker(assembly, edge->from, set, principals[*role].account);
    *caller = other != MODEL_NONE ? other : *caller;
}

/* The way into these roles of the edge's end by one statement of their trust policies. */
static uint32_t entry_vertex(struct assembly *assembly, const struct edge *edge, const uint32_t *roles, uint32_t count,
                             uint32_t position)
{
    uint32_t all;
    edges_members(assembly->edges, &edge->to, &all);
    if ((edge->to & EDGE_GROUP) != 0 && count == all)
        return hub_vertex(assembly, edge->to, position);
    if (count == 1)
        return trust_vertex(assembly, roles[0], position);
    uint32_t vertex = add_vertex(assembly, MODEL_NONE);
    for (uint32_t i = 0; i < count; i++)
        add_arc(assembly, vertex, trust_vertex(assembly, roles[i], position));
    return vertex;
}

/* The step to roles that are all let in by the same statements. */
static void add_step_to(struct assembly *assembly, const struct edge *edge, const uint32_t *roles, uint32_t count)
{
    const struct edges *edges = assembly->edges;
    uint32_t caller, role, to = DIGRAPH_NONE;
    pair_of(assembly, edge, roles, count, &caller, &role);
    if (caller == MODEL_NONE)
        return;
    struct decision_question question = {.caller = edges->nodes[caller], .role = role, .now = edges->now};
    grants_find(assembly->evaluator, &question, &assembly->grants);
    const struct model_document *document =
        &assembly->model->documents[assembly->model->principals[role].trust->document];
    uint32_t middle = assembly->grants.count > PAIRS_TOLD_APART ? add_vertex(assembly, MODEL_NONE) : DIGRAPH_NONE;
    for (uint32_t i = 0; i < assembly->grants.count; i++) {
        const struct grant *grant = &assembly->grants.list[i];
        uint32_t position = (uint32_t)(grant->trust - assembly->model->statements) - document->first_statement;
        uint32_t from = grant->use != NULL ? gate_vertex(assembly, grant->statement) : leave_vertex(assembly);
        bool seen = i > 0 && grant[-1].trust == grant->trust;
        to = seen ? to : entry_vertex(assembly, edge, roles, count, position);
        if (middle == DIGRAPH_NONE || grant->use == NULL) {
            add_arc(assembly, from, to);
            continue;
        }
        uint32_t *joined = &assembly->joined[gate_slot(assembly, grant->statement)];
        if (*joined != middle)
            add_arc(assembly, from, middle);
        *joined = middle;
        if (!seen)
            add_arc(assembly, middle, to);
    }
}

/* ---- roles of one end that are let in by different statements */

/* The Resource patterns of the policies of the edge's callers, which are the same for all of them. */
static void add_patterns(struct assembly *assembly, const struct policy_use *use)
{
    const struct model *model = assembly->model;
    const struct model_document *document = use->document != MODEL_NONE ? &model->documents[use->document] : NULL;
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken != NULL || !classes_statement_bears(statement))
            continue;
        for (uint32_t j = 0; j < statement->resource_count; j++) {
            assembly->by_itself =
                assembly->by_itself || (statement->variables && strstr(statement->resources[j], "${"));
            ARRAY_ADD(assembly->patterns, assembly->pattern_count, assembly->pattern_room, statement->resources[j]);
        }
    }
}

/* Whether roles of one end may be let in by different statements; then the patterns that tell are at hand. */
static bool tells_roles_apart(struct assembly *assembly)
{
    const struct model *model = assembly->model;
    const struct classes *classes = &assembly->edges->classes;
    uint32_t count, member = edges_members(assembly->edges, &assembly->from, &count)[0];
    if (member >= model->principal_count)
        return false;
    enum role_detail detail = (enum role_detail)classes->role_details[classes->permissions.of[member]];
    if (detail == ROLE_BY_SET || assembly->patterns_of == assembly->stamp)
        return detail != ROLE_BY_SET;
    const struct model_principal *principal = &model->principals[member];
    assembly->patterns_of = assembly->stamp;
    assembly->pattern_count = 0;
    assembly->by_itself = detail == ROLE_BY_ITSELF;
    for (uint32_t i = 0; i < principal->policy_count; i++)
        add_patterns(assembly, &model->uses[principal->first_policy + i]);
    if (principal->boundary != NULL)
        add_patterns(assembly, principal->boundary);
    return true;
}

/* A role, and what the policies tell of it: which patterns match, and tags that are looked at. */
struct seen_role {
    uint64_t seen;
    uint32_t role;
};

static int compare_seen(const void *a, const void *b)
{
    const struct seen_role *x = a, *y = b;
    if (x->seen != y->seen)
        return x->seen < y->seen ? -1 : 1;
    return (x->role > y->role) - (x->role < y->role);
}

static uint64_t see(const struct assembly *assembly, uint32_t role)
{
    const char *arn = assembly->model->principals[role].arn;
    uint64_t seen = assembly->edges->classes.role_tags[role];
    if (assembly->by_itself)
        return role;
    for (uint32_t i = 0; i < assembly->pattern_count; i++)
        seen = hash_number(seen << 1 ^ seen >> 63 ^ pattern_matches(assembly->patterns[i], arn));
    return seen;
}

static void add_step(struct assembly *assembly, const struct edge *edge)
{
    bool to_group = (edge->to & EDGE_GROUP) != 0;
    uint32_t count, kept = 0;
    if (edge->kind != EDGE_ASSUME ||
        !(to_group ? assembly->group_on_way[edge->to & ~EDGE_GROUP] : assembly->on_way[edge->to]))
        return;
    const uint32_t *roles = edges_members(assembly->edges, &edge->to, &count);
    if (count == 1 || !tells_roles_apart(assembly)) {
        add_step_to(assembly, edge, roles, count);
        return;
    }
    struct seen_role *list = memory_zeroed(count, sizeof *list);
    uint32_t *alike = memory_zeroed(count, sizeof *alike);
    bool same = true;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (struct seen_role){see(assembly, roles[i]), roles[i]};
        same = same && list[i].seen == list[0].seen;
    }
    if (!same)
        qsort(list, count, sizeof *list, compare_seen);
    for (uint32_t i = 0; i < count; i++) {
        if (same || assembly->on_way[list[i].role])
            alike[kept++] = list[i].role;
        if (kept > 0 && (i + 1 == count || list[i + 1].seen != list[i].seen)) {
            add_step_to(assembly, edge, alike, kept);
            kept = 0;
        }
    }
    free(list);
    free(alike);
}

static void add_steps(struct assembly *assembly, edge_end from)
{
    uint32_t first, last;
    assembly->from = from;
    assembly->leave = DIGRAPH_NONE;
    assembly->gate_count = 0;
    assembly->stamp++;
    edges_out(assembly->edges, from, &first, &last);
    for (uint32_t i = first; i < last; i++)
        add_step(assembly, &assembly->edges->edges[i]);
    for (uint32_t i = 0; i < assembly->gate_count; i++)
        add_holders(assembly, assembly->gates[i]);
}

/* ---- the whole */

static uint32_t *none_of(size_t count)
{
    uint32_t *list = memory_zeroed(count, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = DIGRAPH_NONE;
    return list;
}

static uint32_t statements_of(const struct model *model, uint32_t role)
{
    const struct policy_use *trust = model->principals[role].trust;
    return trust != NULL && trust->document != MODEL_NONE ? model->documents[trust->document].statement_count : 0;
}

/* Places for the vertices of trust policies, one after the other; gives their offsets. */
static void place_trusts(struct assembly *assembly)
{
    const struct model *model = assembly->model;
    const struct edges *edges = assembly->edges;
    uint64_t roles = 0, hubs = 0;
    assembly->trust_first = memory_zeroed(model->principal_count, sizeof *assembly->trust_first);
    assembly->hub_first = memory_zeroed(edges->group_count, sizeof *assembly->hub_first);
    assembly->group_on_way = memory_zeroed(edges->group_count, sizeof *assembly->group_on_way);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        edge_end targets[3];
        assembly->trust_first[i] = (uint32_t)roles;
        if (!assembly->on_way[i])
            continue;
        roles += edges->classes.role_sets.of[i] != MODEL_NONE ? statements_of(model, i) : 0;
        for (uint32_t t = edges_targets(edges, i, targets); t-- > 1;)
            assembly->group_on_way[targets[t] & ~EDGE_GROUP] = true;
    }
    for (uint32_t i = 0; i < edges->group_count; i++) {
        uint32_t count;
        edge_end group = EDGE_GROUP | i;
        assembly->hub_first[i] = (uint32_t)hubs;
        hubs += assembly->group_on_way[i] ? statements_of(model, edges_members(edges, &group, &count)[0]) : 0;
    }
    if (roles >= UINT32_MAX || hubs >= UINT32_MAX)
        memory_exhausted();
    assembly->trust_vertex = none_of(roles);
    assembly->hub_vertex = none_of(hubs);
}

static uint32_t outside_node(const struct edges *edges, enum caller_kind kind, const char *text)
{
    const struct caller caller = {.kind = kind, .principal = MODEL_NONE, .text = text};
    return edges_find_node(edges, &caller);
}

/* Outside parties have edges only where trust policies name them; but what an account may, its users and roles may, and
 * what anyone may, they may. (Or may not, where a policy leaves them out: then these are ways too many.) Gives those
 * two nodes, or MODEL_NONE. */
static void wider_nodes(const struct edges *edges, uint32_t node, uint32_t wider[2])
{
    const struct caller *caller = &edges->nodes[node];
    bool named = caller->kind == CALLER_USER || caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION;
    wider[0] = wider[1] = MODEL_NONE;
    bool somebody = named || caller->kind == CALLER_ACCOUNT || caller->kind == CALLER_ORGANIZATION ||
                    caller_is_pattern(caller) || caller->kind == CALLER_KNOWN_LATER || caller->kind == CALLER_UNIQUE_ID;
    if (node < edges->model->principal_count || !somebody)
        return;
    wider[0] = outside_node(edges, CALLER_ANYONE, "*");
    if (named)
        wider[1] = outside_node(edges, CALLER_ACCOUNT, caller->account);
}

static void add_outside(struct assembly *assembly)
{
    const struct edges *edges = assembly->edges;
    uint32_t wider[2];
    for (uint32_t i = assembly->model->principal_count; i < edges->node_count; i++) {
        wider_nodes(edges, i, wider);
        for (uint32_t j = 0; j < 2; j++)
            if (wider[j] != MODEL_NONE && assembly->on_way[wider[j]])
                add_arc(assembly, assembly->statements->vertex_of[i], assembly->statements->vertex_of[wider[j]]);
    }
}

static void find_outside_on_way(struct assembly *assembly)
{
    const struct edges *edges = assembly->edges;
    uint32_t wider[2];
    /* Anyone comes after the accounts, and they after their users and roles. */
    for (uint32_t i = edges->node_count; i-- > assembly->model->principal_count;) {
        wider_nodes(edges, i, wider);
        for (uint32_t j = 0; j < 2; j++)
            assembly->on_way[i] = assembly->on_way[i] || (wider[j] != MODEL_NONE && assembly->on_way[wider[j]]);
    }
}

static void prepare(struct assembly *assembly)
{
    const struct edges *edges = assembly->edges;
    struct statement_graph *statements = assembly->statements;
    assembly->gate_slots = assembly->model->statement_count + MODEL_SPARE_STATEMENTS + 1;
    assembly->on_way = memory_copy(assembly->targets, edges->node_count, sizeof *assembly->on_way);
    assembly->gate = memory_zeroed(assembly->gate_slots, sizeof *assembly->gate);
    assembly->gate_stamp = memory_zeroed(assembly->gate_slots, sizeof *assembly->gate_stamp);
    assembly->gates = memory_zeroed(assembly->gate_slots, sizeof *assembly->gates);
    assembly->joined = memory_zeroed(assembly->gate_slots, sizeof *assembly->joined);
    statements->vertex_of = none_of(edges->node_count);
    assembly->evaluator = evaluator_new(assembly->model, edges->pool);
    chains_reach_backwards(edges, assembly->on_way);
    place_trusts(assembly);
    find_outside_on_way(assembly);
    statements->sink = add_vertex(assembly, MODEL_NONE);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        if (!assembly->on_way[i])
            continue;
        statements->vertex_of[i] = add_vertex(assembly, MODEL_NONE);
        if (assembly->targets[i])
            add_arc(assembly, statements->vertex_of[i], statements->sink);
    }
    add_outside(assembly);
}

/* What the vertices are, by vertex and by removable. */
static void describe(struct assembly *assembly)
{
    struct statement_graph *statements = assembly->statements;
    statements->node_of = none_of(assembly->vertex_count);
    statements->part_first = memory_zeroed((size_t)statements->removable_count + 2, sizeof *statements->part_first);
    statements->parts = memory_zeroed(assembly->vertex_count, sizeof *statements->parts);
    for (uint32_t i = 0; i < assembly->edges->node_count; i++)
        if (statements->vertex_of[i] != DIGRAPH_NONE)
            statements->node_of[statements->vertex_of[i]] = i;
    for (uint32_t i = 0; i < assembly->vertex_count; i++)
        if (statements->part_of[i] != MODEL_NONE)
            statements->part_first[statements->part_of[i] + 2]++;
    for (uint32_t i = 1; i <= statements->removable_count; i++)
        statements->part_first[i + 1] += statements->part_first[i];
    for (uint32_t i = 0; i < assembly->vertex_count; i++)
        if (statements->part_of[i] != MODEL_NONE)
            statements->parts[statements->part_first[statements->part_of[i] + 1]++] = i;
}

void statement_graph_open(struct statement_graph *statements, const struct edges *edges, const bool *targets)
{
    struct assembly assembly = {.statements = statements, .edges = edges, .model = edges->model, .targets = targets};
    *statements = (struct statement_graph){0};
    prepare(&assembly);
    for (uint32_t i = 0; i < edges->node_count; i++)
        add_steps(&assembly, i);
    for (uint32_t i = 0; i < edges->group_count; i++)
        add_steps(&assembly, EDGE_GROUP | i);
    add_parts(&assembly);
    describe(&assembly);
    digraph_index(&statements->graph, assembly.vertex_count);
    evaluator_free(assembly.evaluator);
    grants_free(&assembly.grants);
    intern_free(&assembly.keys);
    free(assembly.by_key);
    free(assembly.on_way);
    free(assembly.group_on_way);
    free(assembly.trust_first);
    free(assembly.trust_vertex);
    free(assembly.hub_first);
    free(assembly.hub_vertex);
    free(assembly.gate);
    free(assembly.gate_stamp);
    free(assembly.gates);
    free(assembly.joined);
    free(assembly.holdings);
    free(assembly.patterns);
}

void statement_graph_close(struct statement_graph *statements)
{
    digraph_free(&statements->graph);
    free(statements->vertex_of);
    free(statements->node_of);
    free(statements->part_of);
    free(statements->removables);
    free(statements->part_first);
    free(statements->parts);
    *statements = (struct statement_graph){0};
}
