#include "graph/chains/statement_graph_inside.h"

#include "graph/edges/edges_people.h"
#include "graph/edges/edges_workloads.h"
#include "graph/edges/trust_index.h"
#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include <stdlib.h>
#include <string.h>

/* If one step has more grants than this, every identity statement is assumed to work with every trust statement. */
#define PAIRS_TOLD_APART 256u

/* A role in the list from outside the account, or the first. Members of an account are adjacent. */
static uint32_t role_outside(const struct assembly *assembly, const uint32_t *roles, uint32_t count, uint32_t account)
{
    const struct model_principal *principals = assembly->model->principals;
    return principals[roles[0]].account != account ? roles[0] : roles[count - 1];
}

/* The representative of the group at the start of the edge, see trust_index_speaker. */
static uint32_t speaker(const struct assembly *assembly, edge_end group, uint32_t set, uint32_t account)
{
    const struct classes *classes = &assembly->edges->classes;
    uint32_t block = group & ~EDGE_GROUP;
    bool class = block < classes->permissions.count;
    return trust_index_speaker(assembly->edges->trust, class ? &classes->permissions : &classes->profiles,
                               class ? block : block - classes->permissions.count, set, account);
}

/* The representatives of the edge's start and of these roles at its end. Groups that span several accounts stand for
 * callers of other accounts. */
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

/* The way into these roles of the edge's end through one statement of their trust policies. */
static uint32_t entry_vertex(struct assembly *assembly, const struct edge *edge, const uint32_t *roles, uint32_t count,
                             uint32_t position)
{
    uint32_t all;
    edges_members(assembly->edges, &edge->to, &all);
    if ((edge->to & EDGE_GROUP) != 0 && count == all)
        return assembly_hub_vertex(assembly, edge->to, position);
    if (count == 1)
        return assembly_trust_vertex(assembly, roles[0], position);
    uint32_t vertex = assembly_add_vertex(assembly, MODEL_NONE);
    for (uint32_t i = 0; i < count; i++)
        assembly_add_arc(assembly, vertex, assembly_trust_vertex(assembly, roles[i], position));
    return vertex;
}

/* The step to roles that are all opened by the same statements. */
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
    uint32_t middle =
        assembly->grants.count > PAIRS_TOLD_APART ? assembly_add_vertex(assembly, MODEL_NONE) : DIGRAPH_NONE;
    for (uint32_t i = 0; i < assembly->grants.count; i++) {
        const struct grant *grant = &assembly->grants.list[i];
        uint32_t position = (uint32_t)(grant->trust - assembly->model->statements) - document->first_statement;
        uint32_t from =
            grant->use != NULL ? assembly_gate_vertex(assembly, grant->statement) : assembly_leave_vertex(assembly);
        bool seen = i > 0 && grant[-1].trust == grant->trust;
        to = seen ? to : entry_vertex(assembly, edge, roles, count, position);
        if (middle == DIGRAPH_NONE || grant->use == NULL) {
            assembly_add_arc(assembly, from, to);
            continue;
        }
        uint32_t *joined = &assembly->joined[assembly_gate_slot(assembly, grant->statement)];
        if (*joined != middle)
            assembly_add_arc(assembly, from, middle);
        *joined = middle;
        if (!seen)
            assembly_add_arc(assembly, middle, to);
    }
}

/* ---- roles of one end that different statements open */

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

/* Whether roles of one end may be opened by different statements; if so, the deciding patterns are collected. */
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

/* A role and what policies test about it: the patterns that match, and the tags. */
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

/* Whether people enter by the statement: one for Identity Center's provider, or for account access manager. */
static bool lets_people_in(const struct statement *statement, bool assigned)
{
    bool found = false;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        found = found || principal->form == PRINCIPAL_ANYONE || (assigned && principal->form == PRINCIPAL_SAML) ||
                (!assigned && principal->form == PRINCIPAL_SERVICE && strcmp(principal->value, ACCESS_MANAGER) == 0);
    }
    return found && statement->allow && statement->broken == NULL;
}

/* The same for a workload: a statement for its service, or for its cluster's tokens. */
static bool lets_workload_in(const struct statement *statement, const struct workload_way *way)
{
    bool found = false;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        found = found || principal->form == PRINCIPAL_ANYONE ||
                (way == NULL && principal->form == PRINCIPAL_WEB_IDENTITY) ||
                (way != NULL && principal->form == PRINCIPAL_SERVICE && strcmp(principal->value, way->service) == 0);
    }
    return found && statement->allow && statement->broken == NULL;
}

static bool is_on_the_way(const struct assembly *assembly, const struct edge *edge, const struct statement *statement)
{
    bool several = strcmp(edge->how, HOW_SEVERAL) == 0;
    if ((edge->from & EDGE_GROUP) != 0 || edges_workload(assembly->edges, edge->from) == NULL)
        return lets_people_in(statement, edge_is_assignment(edge));
    return several ? statement->allow && statement->broken == NULL
                   : lets_workload_in(statement, edges_workload_way(assembly->edges, edge));
}

/* People and workloads have no policies of their own; every trust statement that is about them is part of the path. */
static void add_step_before_roles(struct assembly *assembly, const struct edge *edge)
{
    const struct policy_use *trust = assembly->model->principals[edge->to].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return;
    const struct model_document *document = &assembly->model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++)
        if (is_on_the_way(assembly, edge, &assembly->model->statements[document->first_statement + i]))
            assembly_add_arc(assembly, assembly_leave_vertex(assembly), assembly_trust_vertex(assembly, edge->to, i));
}

static void add_step(struct assembly *assembly, const struct edge *edge)
{
    bool to_group = (edge->to & EDGE_GROUP) != 0;
    uint32_t count, kept = 0;
    if (edge->kind != EDGE_ASSUME ||
        !(to_group ? assembly->group_on_way[edge->to & ~EDGE_GROUP] : assembly->on_way[edge->to]))
        return;
    if (edge->how != NULL) {
        add_step_before_roles(assembly, edge);
        return;
    }
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

void assembly_add_steps(struct assembly *assembly, edge_end from)
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
        assembly_add_holders(assembly, assembly->gates[i]);
}
