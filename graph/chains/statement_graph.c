#include "graph/chains/statement_graph_inside.h"

#include "graph/chains/chains.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

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

/* Reserves places for the vertices of trust policies; returns their offsets. */
static void place_trusts(struct assembly *assembly)
{
    const struct model *model = assembly->model;
    const struct edges *edges = assembly->edges;
    uint64_t roles = 0, hubs = 0;
    assembly->trust_first = memory_zeroed(model->principal_count, sizeof *assembly->trust_first);
    assembly->hub_first = memory_zeroed(edges->group_count, sizeof *assembly->hub_first);
    assembly->group_on_way = memory_zeroed(edges->group_count, sizeof *assembly->group_on_way);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        edge_end targets[EDGES_ENDS];
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

/* Outside parties have edges only if trust policies name them; but users and roles may do what their account may, and
 * everybody what anyone may. (If a policy excludes them, these are paths too many.) Returns those two nodes, or
 * MODEL_NONE. */
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
                assembly_add_arc(assembly, assembly->statements->vertex_of[i],
                                 assembly->statements->vertex_of[wider[j]]);
    }
}

static void find_outside_on_way(struct assembly *assembly)
{
    const struct edges *edges = assembly->edges;
    uint32_t wider[2];
    /* Anyone comes after the accounts, and accounts after their users and roles. */
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
    statements->sink = assembly_add_vertex(assembly, MODEL_NONE);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        if (!assembly->on_way[i])
            continue;
        statements->vertex_of[i] = assembly_add_vertex(assembly, MODEL_NONE);
        if (assembly->targets[i])
            assembly_add_arc(assembly, statements->vertex_of[i], statements->sink);
    }
    add_outside(assembly);
}

/* Indexes the vertices by vertex and by removable. */
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
        assembly_add_steps(&assembly, i);
    for (uint32_t i = 0; i < edges->group_count; i++)
        assembly_add_steps(&assembly, EDGE_GROUP | i);
    assembly_add_parts(&assembly);
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
