#include "graph/chains/statement_graph_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include <stdio.h>
#include <stdlib.h>

uint32_t assembly_add_vertex(struct assembly *assembly, uint32_t removable)
{
    ARRAY_ADD(assembly->statements->part_of, assembly->vertex_count, assembly->vertex_room, removable);
    return assembly->vertex_count - 1;
}

void assembly_add_arc(struct assembly *assembly, uint32_t tail, uint32_t head)
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

uint32_t assembly_trust_vertex(struct assembly *assembly, uint32_t role, uint32_t position)
{
    const struct policy_use *use = assembly->model->principals[role].trust;
    uint32_t *vertex = &assembly->trust_vertex[assembly->trust_first[role] + position];
    if (*vertex == DIGRAPH_NONE) {
        const struct model_document *document = &assembly->model->documents[use->document];
        const struct statement *statement = &assembly->model->statements[document->first_statement + position];
        *vertex = assembly_add_vertex(assembly, add_removable(assembly, use, statement));
        assembly_add_arc(assembly, *vertex, assembly->statements->vertex_of[role]);
    }
    return *vertex;
}

/* The way into all roles of a local set or role set through one statement that their trust policies share. */
uint32_t assembly_hub_vertex(struct assembly *assembly, edge_end group, uint32_t position)
{
    uint32_t *vertex = &assembly->hub_vertex[assembly->hub_first[group & ~EDGE_GROUP] + position], count;
    const uint32_t *roles = edges_members(assembly->edges, &group, &count);
    if (*vertex != DIGRAPH_NONE)
        return *vertex;
    *vertex = assembly_add_vertex(assembly, MODEL_NONE);
    for (uint32_t i = 0; i < count; i++)
        if (assembly->on_way[roles[i]])
            assembly_add_arc(assembly, *vertex, assembly_trust_vertex(assembly, roles[i], position));
    return *vertex;
}

/* ---- identity policies */

static bool is_of_aws(const struct policy_use *use)
{
    return arn_is_aws_managed_policy(use->arn);
}

/* One number for everything that one edit removes, whoever holds it. */
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

/* All members of the end that can pass the gate, with the statements that let each of them pass. */
void assembly_add_holders(struct assembly *assembly, uint32_t slot)
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

uint32_t assembly_gate_slot(const struct assembly *assembly, const struct statement *statement)
{
    return statement != NULL ? (uint32_t)(statement - assembly->model->statements) : assembly->gate_slots - 1;
}

uint32_t assembly_gate_vertex(struct assembly *assembly, const struct statement *statement)
{
    uint32_t slot = assembly_gate_slot(assembly, statement);
    if (assembly->gate_stamp[slot] != assembly->stamp) {
        assembly->gate_stamp[slot] = assembly->stamp;
        assembly->gate[slot] = assembly_add_vertex(assembly, MODEL_NONE);
        assembly->gates[assembly->gate_count++] = slot;
    }
    return assembly->gate[slot];
}

uint32_t assembly_leave_vertex(struct assembly *assembly)
{
    uint32_t count;
    if (assembly->leave != DIGRAPH_NONE)
        return assembly->leave;
    if ((assembly->from & EDGE_GROUP) == 0)
        return assembly->leave = assembly->statements->vertex_of[assembly->from];
    assembly->leave = assembly_add_vertex(assembly, MODEL_NONE);
    const uint32_t *members = edges_members(assembly->edges, &assembly->from, &count);
    for (uint32_t i = 0; i < count; i++)
        assembly_add_arc(assembly, assembly->statements->vertex_of[members[i]], assembly->leave);
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

/* One vertex for some holdings of one removable, from its holders to all their gates. */
static void add_part(struct assembly *assembly, const struct holding *holdings, uint32_t count, uint32_t *seen)
{
    uint32_t vertex = assembly_add_vertex(assembly, holdings[0].removable);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || holdings[i].principal != holdings[i - 1].principal)
            assembly_add_arc(assembly, assembly->statements->vertex_of[holdings[i].principal], vertex);
        if (seen[holdings[i].gate] != vertex)
            assembly_add_arc(assembly, vertex, holdings[i].gate);
        seen[holdings[i].gate] = vertex;
    }
}

void assembly_add_parts(struct assembly *assembly)
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
