#include "graph/chains/ways.h"

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

struct building {
    struct ways *ways;
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

static uint32_t add_vertex(struct building *building, uint32_t removable)
{
    ARRAY_ADD(building->ways->part_of, building->vertex_count, building->vertex_room, removable);
    return building->vertex_count - 1;
}

static void add_arc(struct building *building, uint32_t tail, uint32_t head)
{
    digraph_add(&building->ways->graph, tail, head);
}

static uint32_t add_removable(struct building *building, const struct policy_use *use,
                              const struct statement *statement)
{
    struct ways *ways = building->ways;
    ARRAY_ADD(ways->removables, ways->removable_count, building->removable_room, (struct removable){use, statement});
    return ways->removable_count - 1;
}

/* ---- trust policies */

static uint32_t trust_vertex(struct building *building, uint32_t role, uint32_t position)
{
    const struct policy_use *use = building->model->principals[role].trust;
    uint32_t *vertex = &building->trust_vertex[building->trust_first[role] + position];
    if (*vertex == DIGRAPH_NONE) {
        const struct model_document *document = &building->model->documents[use->document];
        const struct statement *statement = &building->model->statements[document->first_statement + position];
        *vertex = add_vertex(building, add_removable(building, use, statement));
        add_arc(building, *vertex, building->ways->vertex_of[role]);
    }
    return *vertex;
}

/* The way into all roles of a local or role set by one statement that their trust policies have in common. */
static uint32_t hub_vertex(struct building *building, edge_end group, uint32_t position)
{
    uint32_t *vertex = &building->hub_vertex[building->hub_first[group & ~EDGE_GROUP] + position], count;
    const uint32_t *roles = edges_members(building->edges, &group, &count);
    if (*vertex != DIGRAPH_NONE)
        return *vertex;
    *vertex = add_vertex(building, MODEL_NONE);
    for (uint32_t i = 0; i < count; i++)
        if (building->on_way[roles[i]])
            add_arc(building, *vertex, trust_vertex(building, roles[i], position));
    return *vertex;
}

/* ---- identity policies */

static bool is_of_aws(const struct policy_use *use)
{
    return arn_is_aws_managed_policy(use->arn);
}

/* One number for what one edit takes away, whoever has it. */
static uint32_t identity_removable(struct building *building, const struct policy_use *use,
                                   const struct statement *statement)
{
    char key[4200];
    bool whole = statement == NULL || is_of_aws(use);
    bool shared = use->kind == USE_MANAGED && !whole;
    int length = snprintf(key, sizeof key, "%d %s %s %s %lld", (int)use->kind, shared ? "" : use->holder,
                          use->arn != NULL ? "" : use->name, use->arn != NULL ? use->arn : "",
                          whole ? -1LL : (long long)statement->position);
    if (length < 0 || (size_t)length >= sizeof key)
        return add_removable(building, use, whole ? NULL : statement);
    uint32_t known = building->keys.count, number = intern_add(&building->keys, key, (size_t)length);
    if (number == known) {
        ARRAY_RESERVE(building->by_key, known + 1, building->by_key_room);
        building->by_key[number] = add_removable(building, use, whole ? NULL : statement);
    }
    return building->by_key[number];
}

static void add_holding(struct building *building, uint32_t principal, uint32_t gate, const struct policy_use *use,
                        const struct statement *statement)
{
    bool alone = (building->from & EDGE_GROUP) == 0;
    uint32_t scope = alone ? principal : EDGE_GROUP | building->edges->classes.permissions.of[principal];
    ARRAY_ADD(building->holdings, building->holding_count, building->holding_room,
              (struct holding){identity_removable(building, use, statement), scope, principal, gate});
}

/* All members of the end who can pass the gate, with what lets each pass. */
static void add_holders(struct building *building, uint32_t slot)
{
    const struct model *model = building->model;
    const struct statement *statement = slot + 1 < building->gate_slots ? &model->statements[slot] : NULL;
    uint32_t document = statement != NULL ? statement->document : MODEL_NONE, count;
    const uint32_t *members = edges_members(building->edges, &building->from, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct model_principal *principal = &model->principals[members[i]];
        for (uint32_t j = 0; j < principal->policy_count; j++) {
            const struct policy_use *use = &model->uses[principal->first_policy + j];
            if (use->document == document)
                add_holding(building, members[i], building->gate[slot], use, statement);
        }
    }
}

static uint32_t gate_slot(const struct building *building, const struct statement *statement)
{
    return statement != NULL ? (uint32_t)(statement - building->model->statements) : building->gate_slots - 1;
}

static uint32_t gate_vertex(struct building *building, const struct statement *statement)
{
    uint32_t slot = gate_slot(building, statement);
    if (building->gate_stamp[slot] != building->stamp) {
        building->gate_stamp[slot] = building->stamp;
        building->gate[slot] = add_vertex(building, MODEL_NONE);
        building->gates[building->gate_count++] = slot;
    }
    return building->gate[slot];
}

static uint32_t leave_vertex(struct building *building)
{
    uint32_t count;
    if (building->leave != DIGRAPH_NONE)
        return building->leave;
    if ((building->from & EDGE_GROUP) == 0)
        return building->leave = building->ways->vertex_of[building->from];
    building->leave = add_vertex(building, MODEL_NONE);
    const uint32_t *members = edges_members(building->edges, &building->from, &count);
    for (uint32_t i = 0; i < count; i++)
        add_arc(building, building->ways->vertex_of[members[i]], building->leave);
    return building->leave;
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
static void add_part(struct building *building, const struct holding *holdings, uint32_t count, uint32_t *seen)
{
    uint32_t vertex = add_vertex(building, holdings[0].removable);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || holdings[i].principal != holdings[i - 1].principal)
            add_arc(building, building->ways->vertex_of[holdings[i].principal], vertex);
        if (seen[holdings[i].gate] != vertex)
            add_arc(building, vertex, holdings[i].gate);
        seen[holdings[i].gate] = vertex;
    }
}

static void add_parts(struct building *building)
{
    struct holding *list = building->holdings;
    uint32_t count = building->holding_count;
    uint32_t *seen = memory_zeroed(building->vertex_count, sizeof *seen);
    if (count > 1)
        qsort(list, count, sizeof *list, compare_holdings);
    for (uint32_t i = 0, end; i < count; i = end) {
        bool one = true;
        for (end = i + 1; end < count && list[end].removable == list[i].removable; end++)
            one = one && list[end].principal == list[i].principal;
        if (one) {
            add_part(building, &list[i], end - i, seen);
            continue;
        }
        for (uint32_t first = i, last; first < end; first = last) {
            for (last = first + 1; last < end && list[last].scope == list[first].scope; last++)
                continue;
            add_part(building, &list[first], last - first, seen);
        }
    }
    free(seen);
}

/* ---- steps */

/* A role of the list outside the account, or the first. Members of an account are neighbours. */
static uint32_t role_outside(const struct building *building, const uint32_t *roles, uint32_t count, uint32_t account)
{
    const struct model_principal *principals = building->model->principals;
    return principals[roles[0]].account != account ? roles[0] : roles[count - 1];
}

/* Who speaks for the group at the start of the edge, see trust_index_speaker. */
static uint32_t speaker(const struct building *building, edge_end group, uint32_t set, uint32_t account)
{
    const struct classes *classes = &building->edges->classes;
    uint32_t block = group & ~EDGE_GROUP;
    bool class = block < classes->permissions.count;
    return trust_index_speaker(building->edges->trust, class ? &classes->permissions : &classes->profiles,
                               class ? block : block - classes->permissions.count, set, account);
}

/* Who stands for the start of the edge and for these roles at its end. Groups that reach over several accounts speak
 * for callers of other accounts. */
static void pair_of(const struct building *building, const struct edge *edge, const uint32_t *roles, uint32_t count,
                    uint32_t *caller, uint32_t *role)
{
    const struct model_principal *principals = building->model->principals;
    bool group = (edge->from & EDGE_GROUP) != 0;
    *role = roles[0];
    uint32_t set = building->edges->classes.role_sets.of[*role];
    *caller = group ? speaker(building, edge->from, set, MODEL_NONE) : edge->from;
    if (*caller >= building->model->principal_count)
        return;
    *role = role_outside(building, roles, count, principals[*caller].account);
    if (!group || principals[*role].account != principals[*caller].account)
        return;
    uint32_t other = speaker(building, edge->from, set, principals[*role].account);
    *caller = other != MODEL_NONE ? other : *caller;
}

/* The way into these roles of the edge's end by one statement of their trust policies. */
static uint32_t entry_vertex(struct building *building, const struct edge *edge, const uint32_t *roles, uint32_t count,
                             uint32_t position)
{
    uint32_t all;
    edges_members(building->edges, &edge->to, &all);
    if ((edge->to & EDGE_GROUP) != 0 && count == all)
        return hub_vertex(building, edge->to, position);
    if (count == 1)
        return trust_vertex(building, roles[0], position);
    uint32_t vertex = add_vertex(building, MODEL_NONE);
    for (uint32_t i = 0; i < count; i++)
        add_arc(building, vertex, trust_vertex(building, roles[i], position));
    return vertex;
}

/* The step to roles that are all let in by the same statements. */
static void add_step_to(struct building *building, const struct edge *edge, const uint32_t *roles, uint32_t count)
{
    const struct edges *edges = building->edges;
    uint32_t caller, role, to = DIGRAPH_NONE;
    pair_of(building, edge, roles, count, &caller, &role);
    if (caller == MODEL_NONE)
        return;
    struct decision_question question = {.caller = edges->nodes[caller], .role = role, .now = edges->now};
    grants_find(building->evaluator, &question, &building->grants);
    const struct model_document *document =
        &building->model->documents[building->model->principals[role].trust->document];
    uint32_t middle = building->grants.count > PAIRS_TOLD_APART ? add_vertex(building, MODEL_NONE) : DIGRAPH_NONE;
    for (uint32_t i = 0; i < building->grants.count; i++) {
        const struct grant *grant = &building->grants.list[i];
        uint32_t position = (uint32_t)(grant->trust - building->model->statements) - document->first_statement;
        uint32_t from = grant->use != NULL ? gate_vertex(building, grant->statement) : leave_vertex(building);
        bool seen = i > 0 && grant[-1].trust == grant->trust;
        to = seen ? to : entry_vertex(building, edge, roles, count, position);
        if (middle == DIGRAPH_NONE || grant->use == NULL) {
            add_arc(building, from, to);
            continue;
        }
        uint32_t *joined = &building->joined[gate_slot(building, grant->statement)];
        if (*joined != middle)
            add_arc(building, from, middle);
        *joined = middle;
        if (!seen)
            add_arc(building, middle, to);
    }
}

/* ---- roles of one end that are let in by different statements */

/* The Resource patterns of the policies of the edge's callers, which are the same for all of them. */
static void add_patterns(struct building *building, const struct policy_use *use)
{
    const struct model *model = building->model;
    const struct model_document *document = use->document != MODEL_NONE ? &model->documents[use->document] : NULL;
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken != NULL || !classes_statement_bears(statement))
            continue;
        for (uint32_t j = 0; j < statement->resource_count; j++) {
            building->by_itself =
                building->by_itself || (statement->variables && strstr(statement->resources[j], "${"));
            ARRAY_ADD(building->patterns, building->pattern_count, building->pattern_room, statement->resources[j]);
        }
    }
}

/* Whether roles of one end may be let in by different statements; then the patterns that tell are at hand. */
static bool tells_roles_apart(struct building *building)
{
    const struct model *model = building->model;
    const struct classes *classes = &building->edges->classes;
    uint32_t count, member = edges_members(building->edges, &building->from, &count)[0];
    if (member >= model->principal_count)
        return false;
    enum role_detail detail = (enum role_detail)classes->role_details[classes->permissions.of[member]];
    if (detail == ROLE_BY_SET || building->patterns_of == building->stamp)
        return detail != ROLE_BY_SET;
    const struct model_principal *principal = &model->principals[member];
    building->patterns_of = building->stamp;
    building->pattern_count = 0;
    building->by_itself = detail == ROLE_BY_ITSELF;
    for (uint32_t i = 0; i < principal->policy_count; i++)
        add_patterns(building, &model->uses[principal->first_policy + i]);
    if (principal->boundary != NULL)
        add_patterns(building, principal->boundary);
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

static uint64_t see(const struct building *building, uint32_t role)
{
    const char *arn = building->model->principals[role].arn;
    uint64_t seen = building->edges->classes.role_tags[role];
    if (building->by_itself)
        return role;
    for (uint32_t i = 0; i < building->pattern_count; i++)
        seen = hash_number(seen << 1 ^ seen >> 63 ^ pattern_matches(building->patterns[i], arn));
    return seen;
}

static void add_step(struct building *building, const struct edge *edge)
{
    bool to_group = (edge->to & EDGE_GROUP) != 0;
    uint32_t count, kept = 0;
    if (edge->kind != EDGE_ASSUME ||
        !(to_group ? building->group_on_way[edge->to & ~EDGE_GROUP] : building->on_way[edge->to]))
        return;
    const uint32_t *roles = edges_members(building->edges, &edge->to, &count);
    if (count == 1 || !tells_roles_apart(building)) {
        add_step_to(building, edge, roles, count);
        return;
    }
    struct seen_role *list = memory_zeroed(count, sizeof *list);
    uint32_t *alike = memory_zeroed(count, sizeof *alike);
    bool same = true;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (struct seen_role){see(building, roles[i]), roles[i]};
        same = same && list[i].seen == list[0].seen;
    }
    if (!same)
        qsort(list, count, sizeof *list, compare_seen);
    for (uint32_t i = 0; i < count; i++) {
        if (same || building->on_way[list[i].role])
            alike[kept++] = list[i].role;
        if (kept > 0 && (i + 1 == count || list[i + 1].seen != list[i].seen)) {
            add_step_to(building, edge, alike, kept);
            kept = 0;
        }
    }
    free(list);
    free(alike);
}

static void add_steps(struct building *building, edge_end from)
{
    uint32_t first, last;
    building->from = from;
    building->leave = DIGRAPH_NONE;
    building->gate_count = 0;
    building->stamp++;
    edges_out(building->edges, from, &first, &last);
    for (uint32_t i = first; i < last; i++)
        add_step(building, &building->edges->edges[i]);
    for (uint32_t i = 0; i < building->gate_count; i++)
        add_holders(building, building->gates[i]);
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
static void place_trusts(struct building *building)
{
    const struct model *model = building->model;
    const struct edges *edges = building->edges;
    uint64_t roles = 0, hubs = 0;
    building->trust_first = memory_zeroed(model->principal_count, sizeof *building->trust_first);
    building->hub_first = memory_zeroed(edges->group_count, sizeof *building->hub_first);
    building->group_on_way = memory_zeroed(edges->group_count, sizeof *building->group_on_way);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        edge_end targets[3];
        building->trust_first[i] = (uint32_t)roles;
        if (!building->on_way[i])
            continue;
        roles += edges->classes.role_sets.of[i] != MODEL_NONE ? statements_of(model, i) : 0;
        for (uint32_t t = edges_targets(edges, i, targets); t-- > 1;)
            building->group_on_way[targets[t] & ~EDGE_GROUP] = true;
    }
    for (uint32_t i = 0; i < edges->group_count; i++) {
        uint32_t count;
        edge_end group = EDGE_GROUP | i;
        building->hub_first[i] = (uint32_t)hubs;
        hubs += building->group_on_way[i] ? statements_of(model, edges_members(edges, &group, &count)[0]) : 0;
    }
    if (roles >= UINT32_MAX || hubs >= UINT32_MAX)
        memory_exhausted();
    building->trust_vertex = none_of(roles);
    building->hub_vertex = none_of(hubs);
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

static void add_outside(struct building *building)
{
    const struct edges *edges = building->edges;
    uint32_t wider[2];
    for (uint32_t i = building->model->principal_count; i < edges->node_count; i++) {
        wider_nodes(edges, i, wider);
        for (uint32_t j = 0; j < 2; j++)
            if (wider[j] != MODEL_NONE && building->on_way[wider[j]])
                add_arc(building, building->ways->vertex_of[i], building->ways->vertex_of[wider[j]]);
    }
}

static void find_outside_on_way(struct building *building)
{
    const struct edges *edges = building->edges;
    uint32_t wider[2];
    /* Anyone comes after the accounts, and they after their users and roles. */
    for (uint32_t i = edges->node_count; i-- > building->model->principal_count;) {
        wider_nodes(edges, i, wider);
        for (uint32_t j = 0; j < 2; j++)
            building->on_way[i] = building->on_way[i] || (wider[j] != MODEL_NONE && building->on_way[wider[j]]);
    }
}

static void prepare(struct building *building)
{
    const struct edges *edges = building->edges;
    struct ways *ways = building->ways;
    building->gate_slots = building->model->statement_count + MODEL_SPARE_STATEMENTS + 1;
    building->on_way = memory_copy(building->targets, edges->node_count, sizeof *building->on_way);
    building->gate = memory_zeroed(building->gate_slots, sizeof *building->gate);
    building->gate_stamp = memory_zeroed(building->gate_slots, sizeof *building->gate_stamp);
    building->gates = memory_zeroed(building->gate_slots, sizeof *building->gates);
    building->joined = memory_zeroed(building->gate_slots, sizeof *building->joined);
    ways->vertex_of = none_of(edges->node_count);
    building->evaluator = evaluator_new(building->model, edges->pool);
    chains_reach_backwards(edges, building->on_way);
    place_trusts(building);
    find_outside_on_way(building);
    ways->sink = add_vertex(building, MODEL_NONE);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        if (!building->on_way[i])
            continue;
        ways->vertex_of[i] = add_vertex(building, MODEL_NONE);
        if (building->targets[i])
            add_arc(building, ways->vertex_of[i], ways->sink);
    }
    add_outside(building);
}

/* What the vertices are, by vertex and by removable. */
static void describe(struct building *building)
{
    struct ways *ways = building->ways;
    ways->node_of = none_of(building->vertex_count);
    ways->part_first = memory_zeroed((size_t)ways->removable_count + 2, sizeof *ways->part_first);
    ways->parts = memory_zeroed(building->vertex_count, sizeof *ways->parts);
    for (uint32_t i = 0; i < building->edges->node_count; i++)
        if (ways->vertex_of[i] != DIGRAPH_NONE)
            ways->node_of[ways->vertex_of[i]] = i;
    for (uint32_t i = 0; i < building->vertex_count; i++)
        if (ways->part_of[i] != MODEL_NONE)
            ways->part_first[ways->part_of[i] + 2]++;
    for (uint32_t i = 1; i <= ways->removable_count; i++)
        ways->part_first[i + 1] += ways->part_first[i];
    for (uint32_t i = 0; i < building->vertex_count; i++)
        if (ways->part_of[i] != MODEL_NONE)
            ways->parts[ways->part_first[ways->part_of[i] + 1]++] = i;
}

void ways_open(struct ways *ways, const struct edges *edges, const bool *targets)
{
    struct building building = {.ways = ways, .edges = edges, .model = edges->model, .targets = targets};
    *ways = (struct ways){0};
    prepare(&building);
    for (uint32_t i = 0; i < edges->node_count; i++)
        add_steps(&building, i);
    for (uint32_t i = 0; i < edges->group_count; i++)
        add_steps(&building, EDGE_GROUP | i);
    add_parts(&building);
    describe(&building);
    digraph_index(&ways->graph, building.vertex_count);
    evaluator_free(building.evaluator);
    grants_free(&building.grants);
    intern_free(&building.keys);
    free(building.by_key);
    free(building.on_way);
    free(building.group_on_way);
    free(building.trust_first);
    free(building.trust_vertex);
    free(building.hub_first);
    free(building.hub_vertex);
    free(building.gate);
    free(building.gate_stamp);
    free(building.gates);
    free(building.joined);
    free(building.holdings);
    free(building.patterns);
}

void ways_close(struct ways *ways)
{
    digraph_free(&ways->graph);
    free(ways->vertex_of);
    free(ways->node_of);
    free(ways->part_of);
    free(ways->removables);
    free(ways->part_first);
    free(ways->parts);
    *ways = (struct ways){0};
}
