#include "analyzer/picture/severities.h"

#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

/* The findings taken so far, each with its role. */
struct taking {
    struct taken {
        struct colour colour;
        uint32_t role;
    } * list;
    size_t count, room;
};

static void take(void *context, const struct finding *finding)
{
    struct taking *taking = context;
    if (finding->at.who == NULL || finding->at.statement == NULL || finding->danger.who == DANGER_NOBODY ||
        finding->suppression != NULL)
        return;
    ARRAY_ADD(taking->list, taking->count, taking->room,
              (struct taken){{finding->at.statement, finding->severity, finding->danger.who}, finding->at.role});
}

/* By role, the worst first. */
static void sort(struct severities *severities, const struct taking *taking, uint32_t principals)
{
    uint32_t *next = memory_zeroed((size_t)principals + 1, sizeof *next);
    severities->first = memory_zeroed((size_t)principals + 1, sizeof *severities->first);
    severities->list = memory_zeroed(taking->count, sizeof *severities->list);
    for (size_t i = 0; i < taking->count; i++)
        severities->first[taking->list[i].role + 1]++;
    for (uint32_t i = 0; i < principals; i++) {
        severities->first[i + 1] += severities->first[i];
        next[i] = severities->first[i];
    }
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
        for (size_t i = 0; i < taking->count; i++)
            if ((int)taking->list[i].colour.severity == severity)
                severities->list[next[taking->list[i].role]++] = taking->list[i].colour;
    free(next);
}

void severities_open(struct severities *severities, struct analysis *analysis, bool all)
{
    struct taking taking = {.count = 0};
    *severities = (struct severities){
        .analysis = analysis,
        .findings = {.brief = true, .patches_unseen = true, .take = all ? NULL : take, .take_context = &taking},
        .all = all,
    };
    findings_compute(analysis, &severities->findings);
    for (size_t i = 0; i < severities->findings.count; i++)
        take(&taking, &severities->findings.list[i]);
    sort(severities, &taking, analysis->model->principal_count);
    free(taking.list);
    if (!all)
        findings_free(&severities->findings);
}

void severities_close(struct severities *severities)
{
    findings_free(&severities->findings);
    free(severities->first);
    free(severities->list);
    *severities = (struct severities){0};
}

int severities_of_role(const struct severities *severities, uint32_t role, bool for_outsiders)
{
    for (uint32_t i = severities->first[role]; i < severities->first[role + 1]; i++)
        if (!for_outsiders || severities->list[i].who >= DANGER_OUTSIDERS)
            return (int)severities->list[i].severity;
    return NO_SEVERITY;
}

static bool can_use(const struct severities *severities, uint32_t role, const struct colour *colour, uint32_t node)
{
    const struct edges *edges = severities->analysis->edges;
    bool anyone = edges->nodes[node].kind == CALLER_ANYONE, outside = danger_is_outside(edges, node);
    if (colour->who == DANGER_ANYONE ? !anyone && !outside : colour->who == DANGER_OUTSIDERS && !outside)
        return false;
    const struct decision_question question = {
        .caller = edges->nodes[node], .role = role, .now = severities->analysis->now, .verdict_only = true};
    return decision_statement_matches(severities->analysis->evaluator, &question, colour->statement) !=
           CONSTRAINT_FALSE;
}

/* Whether some arc from one of these blocks to the other would get worse. */
static bool would_colour(struct blocks *blocks, const uint32_t *from, uint32_t count, uint32_t to, int severity)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct block_arc *arc = blocks_arc(blocks, from[i], to);
        if (arc != NULL && arc->severity < severity)
            return true;
    }
    return false;
}

/* Members of one end are the same to the statement, except that an end can contain users and roles. */
static void colour_end(const struct severities *severities, struct blocks *blocks, edge_end end,
                       const struct colour *colour, uint32_t role)
{
    uint32_t count, member_count, to = blocks->of[role];
    int severity = (int)colour->severity;
    const uint32_t *from = blocks_of_end(blocks, end, &count);
    const uint32_t *members = edges_members(blocks->edges, &end, &member_count);
    if (member_count == 0 || !would_colour(blocks, from, count, to, severity) ||
        !can_use(severities, role, colour, members[0]))
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct block_arc *arc = blocks_arc(blocks, from[i], to);
        if (arc != NULL && arc->severity < severity)
            arc->severity = severity;
    }
}

/* Whether an earlier finding that is at least as bad colours the same arcs: a statement has a finding for each
 * principal it names. Only a few are remembered. */
struct colours_met {
    const struct colour *list[16];
    uint32_t count;
};

static bool was_met(struct colours_met *met, const struct colour *colour)
{
    for (uint32_t i = 0; i < met->count; i++)
        if (met->list[i]->statement == colour->statement && met->list[i]->who == colour->who)
            return true;
    if (met->count < sizeof met->list / sizeof met->list[0])
        met->list[met->count++] = colour;
    return false;
}

static void colour_role(const struct severities *severities, struct blocks *blocks, uint32_t role)
{
    const struct edges *edges = blocks->edges;
    edge_end targets[EDGES_ENDS];
    uint32_t count = edges_targets(edges, role, targets);
    struct colours_met met = {.count = 0};
    for (uint32_t f = severities->first[role]; f < severities->first[role + 1]; f++) {
        if (was_met(&met, &severities->list[f]))
            continue;
        for (uint32_t t = 0; t < count; t++) {
            uint32_t first, last;
            edges_in(edges, targets[t], &first, &last);
            for (uint32_t i = first; i < last; i++)
                colour_end(severities, blocks, edges->edges[edges->in_edges[i]].from, &severities->list[f], role);
        }
    }
}

void severities_colour(const struct severities *severities, struct blocks *blocks)
{
    for (uint32_t role = 0; role < severities->analysis->model->principal_count; role++)
        if (blocks->of[role] != MODEL_NONE && severities->first[role] < severities->first[role + 1])
            colour_role(severities, blocks, role);
}
