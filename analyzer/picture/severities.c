#include "analyzer/picture/severities.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

static bool is_about_trust(const struct finding *finding)
{
    return finding->at.who != NULL && finding->at.statement != NULL && finding->danger.who != DANGER_NOBODY &&
           finding->suppression == NULL;
}

void severities_open(struct severities *severities, struct analysis *analysis, bool trusts_alone)
{
    uint32_t principals = analysis->model->principal_count, *next;
    *severities = (struct severities){
        .analysis = analysis,
        .findings = {.brief = true, .patches_unseen = true, .trusts_alone = trusts_alone},
        .trusts_alone = trusts_alone,
    };
    findings_compute(analysis, &severities->findings);
    const struct findings *all = &severities->findings;
    severities->first = memory_zeroed((size_t)principals + 1, sizeof *severities->first);
    severities->list = memory_zeroed(all->count, sizeof(const struct finding *));
    next = memory_zeroed((size_t)principals + 1, sizeof *next);
    for (size_t i = 0; i < all->count; i++)
        if (is_about_trust(&all->list[i]))
            severities->first[all->list[i].at.role + 1]++;
    for (uint32_t i = 0; i < principals; i++) {
        severities->first[i + 1] += severities->first[i];
        next[i] = severities->first[i];
    }
    /* The list of all is sorted by severity. */
    for (size_t i = 0; i < all->count; i++)
        if (is_about_trust(&all->list[i]))
            severities->list[next[all->list[i].at.role]++] = &all->list[i];
    free(next);
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
        if (!for_outsiders || severities->list[i]->danger.who >= DANGER_OUTSIDERS)
            return (int)severities->list[i]->severity;
    return NO_SEVERITY;
}

static bool can_use(const struct severities *severities, const struct finding *finding, uint32_t node)
{
    const struct edges *edges = severities->analysis->edges;
    bool anyone = edges->nodes[node].kind == CALLER_ANYONE, outside = danger_is_outside(edges, node);
    if (finding->danger.who == DANGER_ANYONE ? !anyone && !outside
                                             : finding->danger.who == DANGER_OUTSIDERS && !outside)
        return false;
    const struct decision_question question = {
        .caller = edges->nodes[node], .role = finding->at.role, .now = severities->analysis->now, .verdict_only = true};
    return decision_statement_matches(severities->analysis->evaluator, &question, finding->at.statement) !=
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

/* Members of one end are alike to the statement; an end can hold users and roles, though. */
static void colour_end(const struct severities *severities, struct blocks *blocks, edge_end end,
                       const struct finding *finding, uint32_t to)
{
    uint32_t count, member_count;
    const uint32_t *from = blocks_of_end(blocks, end, &count);
    const uint32_t *members = edges_members(blocks->edges, &end, &member_count);
    if (member_count == 0 || !would_colour(blocks, from, count, to, (int)finding->severity) ||
        !can_use(severities, finding, members[0]))
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct block_arc *arc = blocks_arc(blocks, from[i], to);
        if (arc != NULL && arc->severity < (int)finding->severity)
            arc->severity = (int)finding->severity;
    }
}

static void colour_role(const struct severities *severities, struct blocks *blocks, uint32_t role)
{
    const struct edges *edges = blocks->edges;
    edge_end targets[EDGES_ENDS];
    uint32_t count = edges_targets(edges, role, targets);
    for (uint32_t f = severities->first[role]; f < severities->first[role + 1]; f++)
        for (uint32_t t = 0; t < count; t++) {
            uint32_t first, last;
            edges_in(edges, targets[t], &first, &last);
            for (uint32_t i = first; i < last; i++)
                colour_end(severities, blocks, edges->edges[edges->in_edges[i]].from, severities->list[f],
                           blocks->of[role]);
        }
}

void severities_colour(const struct severities *severities, struct blocks *blocks)
{
    for (uint32_t role = 0; role < severities->analysis->model->principal_count; role++)
        if (blocks->of[role] != MODEL_NONE && severities->first[role] < severities->first[role + 1])
            colour_role(severities, blocks, role);
}
