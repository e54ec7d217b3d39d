/*
 * Chains by which non-administrators can become administrators.
 *
 * Each is reported once, for the role that is reached, not for everyone who reaches it, and not if the chain leads
 * through a role that is reported itself.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/findings/facts/chain_ends.h"
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/control_hops.h"
#include "analyzer/findings/facts/controllers.h"
#include "analyzer/findings/facts/surest_chains.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "graph/chains/chokepoints.h"
#include "ingest/policy/statement_name.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

enum { ASKED = 1, PLAIN = 2, ENTERED = 4 };

/* Per end: whether one of its nodes is a non-administrator; whether one of those is a role that somebody else can
 * become. */
struct entrances {
    struct analysis *analysis;
    uint8_t *of_sources, *of_targets; /* per end: nodes, then groups */
    bool *entered;                    /* per node */
};

static bool is_plain(struct analysis *analysis, uint32_t node)
{
    return node < analysis->model->principal_count && !administrators_has(analysis, node);
}

static uint8_t flags_of_source(struct entrances *entrances, edge_end end)
{
    const struct edges *edges = entrances->analysis->edges;
    uint8_t *flags = &entrances->of_sources[edges_place(edges, end)];
    uint32_t count;
    if (*flags != 0)
        return *flags;
    const uint32_t *members = edges_members(edges, &end, &count);
    *flags = ASKED;
    for (uint32_t i = 0; i < count; i++)
        if (is_plain(entrances->analysis, members[i]))
            *flags |= entrances->entered[members[i]] ? PLAIN | ENTERED : PLAIN;
    return *flags;
}

static uint8_t flags_of_target(struct entrances *entrances, edge_end end)
{
    const struct edges *edges = entrances->analysis->edges;
    uint8_t *flags = &entrances->of_targets[edges_place(edges, end)];
    uint32_t first, last;
    if (*flags != 0)
        return *flags;
    edges_in(edges, end, &first, &last);
    *flags = ASKED;
    for (uint32_t i = first; i < last; i++)
        *flags |= flags_of_source(entrances, edges->edges[edges->in_edges[i]].from);
    return *flags;
}

static uint8_t flags_of_role(struct entrances *entrances, uint32_t role)
{
    edge_end ends[EDGES_ENDS];
    uint8_t flags = 0;
    uint32_t count = edges_targets(entrances->analysis->edges, role, ends);
    for (uint32_t i = 0; i < count; i++)
        flags |= flags_of_target(entrances, ends[i]);
    return flags;
}

/* ---- where to cut */

/* In larger organizations, a cut for each of very many findings takes too long; `rolechain chokepoints --target` finds
 * it.
 */
#define CUT_EDGES 5000u
#define CUT_SHOWN 3u

static json_t *cut_statement(const struct removable *what)
{
    bool shared = what->use->kind == USE_MANAGED && what->statement != NULL;
    json_t *object = json_object();
    json_put(object, "policy", json_text(wording_policy_name(what->use)));
    json_put(object, "holder", json_text(shared ? what->use->arn : what->use->holder));
    json_put(object, "statement", what->statement != NULL ? json_integer(what->statement->position) : json_null());
    return object;
}

static void append_cut(struct text *text, const struct removable *what)
{
    bool shared = what->use->kind == USE_MANAGED && what->statement != NULL;
    text_append_string(text, text->length > 0 ? "; " : "");
    if (what->statement == NULL)
        text_format(text, "the attachment of policy %s to %s", what->use->name, what->use->holder);
    else {
        text_append_string(text, what->statement->sid[0] == '\0' ? "the " : "");
        statement_name_append(text, what->statement->sid, what->statement->position);
    }
    if (what->statement != NULL && what->use->kind == USE_TRUST)
        text_format(text, " of the trust policy of %s", what->use->holder);
    else if (what->statement != NULL)
        text_format(text, " of policy %s", what->use->name);
    if (what->statement != NULL && what->use->kind != USE_TRUST && !shared)
        text_format(text, " of %s", what->use->holder);
}

/* The smallest set of statements without which no non-administrator can become the role. */
static void name_cut(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    uint32_t role = model_find_arn(analysis->model, finding->resource);
    size_t nodes = (size_t)analysis->edges->node_count + 1;
    if (role == MODEL_NONE || analysis->edges->edge_count > CUT_EDGES)
        return;
    bool *targets = memory_zeroed(nodes, sizeof *targets), *sources = memory_zeroed(nodes, sizeof *sources),
         *excluded = memory_zeroed(nodes, sizeof *excluded);
    struct chokepoints points = {0};
    struct text text = {0};
    const struct chokepoints_question question = {targets, sources, excluded, 1};
    targets[role] = true;
    for (uint32_t i = 0; i < analysis->model->principal_count; i++) {
        excluded[i] = i != role && administrators_has(analysis, i);
        sources[i] = i != role && !excluded[i];
    }
    chokepoints_find(analysis->edges, &question, &points);
    json_t *list = json_array();
    for (uint32_t i = 0; points.cut_possible && i < points.cut_count; i++) {
        json_add(list, cut_statement(&points.cut[i].statement));
        if (i < CUT_SHOWN)
            append_cut(&text, &points.cut[i].statement);
    }
    if (points.cut_count > CUT_SHOWN)
        text_format(&text, "; and %u more", points.cut_count - CUT_SHOWN);
    if (text.length > 0)
        finding_set_fix(finding, finding_text(findings, "The fewest statements to remove or narrow: %s.", text.data));
    if (finding->facts != NULL) /* only if facts are shown */
        json_put(finding->facts, "cut", json_incref(list));
    json_decref(list);
    chokepoints_free(&points);
    text_free(&text);
    free(targets);
    free(sources);
    free(excluded);
}

/* Per node; shared by all findings. */
struct cut_marks {
    bool *plain, *administrators;
};

static void free_marks(void *notes)
{
    struct cut_marks *marks = notes;
    free(marks->plain);
    free(marks->administrators);
}

static const struct notes_kind marks_notes = {sizeof(struct cut_marks), free_marks, false};

static const struct cut_marks *marks_of(struct analysis *analysis, struct findings *findings)
{
    struct cut_marks *marks = findings_notes(findings, &marks_notes);
    if (marks->plain == NULL) {
        marks->administrators = chain_ends_mark(analysis, false);
        marks->plain = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *marks->plain);
        for (uint32_t i = 0; i < analysis->model->principal_count; i++)
            marks->plain[i] = is_plain(analysis, i);
    }
    return marks;
}

/* Cuts chains to the role, an administrator, from the non-administrators that can become it. */
static void offer_cut(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct cut_marks *marks = marks_of(analysis, findings);
    struct chain_cut cut = {.sources = marks->plain, .stops = marks->administrators, .shared = true};
    cut.hops = chain_hops(finding, &cut.count);
    chain_cut_offer(analysis, findings, finding, &cut);
}

static void elaborate_admin(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    chain_elaborate(analysis, findings, finding);
    name_cut(analysis, findings, finding);
    if (chain_can_be_cut(findings, finding))
        offer_cut(analysis, findings, finding);
}

/* A role that only it itself can become is not entered by others. */
static void mark_entered(struct entrances *entrances)
{
    const struct edges *edges = entrances->analysis->edges;
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        uint8_t *marked = &entrances->of_targets[edges_place(edges, edge->to)];
        uint32_t count, sources;
        if (*marked != 0)
            continue;
        const uint32_t *members = edges_members(edges, &edge->to, &count),
                       *from = edges_members(edges, &edge->from, &sources);
        bool itself = count == 1 && sources == 1 && members[0] == from[0];
        if (itself || (flags_of_source(entrances, edge->from) & PLAIN) == 0)
            continue;
        *marked = ASKED;
        for (uint32_t j = 0; j < count; j++)
            entrances->entered[members[j]] = true;
    }
    memset(entrances->of_sources, 0, (size_t)edges->node_count + edges->group_count);
    memset(entrances->of_targets, 0, (size_t)edges->node_count + edges->group_count);
}

static void report_admin(struct entrances *entrances, const struct finding_rule *rule, struct findings *findings,
                         const struct edges *plain, const struct sweeps *begins, const struct sweeps *all,
                         uint32_t role)
{
    struct analysis *analysis = entrances->analysis;
    struct hop *hops;
    uint8_t flags = flags_of_role(entrances, role);
    uint32_t count = surest_chain(begins, role, &hops);
    if (count == 0)
        count = surest_chain(all, role, &hops);
    if (count == 0 || (flags & PLAIN) == 0) {
        free(hops);
        return;
    }
    struct finding *finding = finding_add_principal(findings, analysis, rule, role, "");
    if (chain_depends_on_others(analysis, hops, count))
        finding_raise(finding, -1);
    struct controllers controllers;
    controllers_find(analysis, findings, hops[0].from, &controllers);
    bool direct = (flags & ENTERED) == 0 && count == 1;
    uint32_t callers = edges_count_callers(analysis->edges, role);
    if (direct && !controllers.sure && !controllers.more)
        finding_raise(finding, -1);
    finding->detail = finding_text(
        findings, "%s is %s. Non-administrators %s (%s: %u): %s.%s", analysis->model->principals[role].name,
        chain_end_words(analysis, findings, role), direct ? "can assume it" : "can become it, some through other roles",
        direct ? "callers" : "direct callers", callers, chain_words(findings, analysis, hops, count),
        controllers_words(findings, analysis, &controllers));
    json_t *facts = json_object();
    json_put(facts, "callers", json_integer(callers));
    chain_end_tell(analysis, role, facts);
    if (controllers.count > 0)
        json_put(facts, "controllers", controllers_json(analysis, &controllers));
    chain_attach_wide(analysis, findings, finding, plain, hops, count, facts);
    finding->elaborate = elaborate_admin;
    free(hops);
}

static void find_chains(struct entrances *entrances, const struct finding_rule *rule, struct findings *findings,
                        const struct edges *plain, const bool *targets)
{
    struct analysis *analysis = entrances->analysis;
    bool *sources = memory_zeroed((size_t)plain->node_count + 1, sizeof *sources);
    struct sweeps begins, all;
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        sources[i] = is_plain(analysis, i) && !entrances->entered[i];
    sweeps_run(&begins, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        sources[i] = is_plain(analysis, i);
    sweeps_run(&all, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (targets[i])
            report_admin(entrances, rule, findings, plain, &begins, &all, i);
    sweeps_close(&begins);
    sweeps_close(&all);
    free(sources);
}

/* Chains begin at users, and at roles that only administrators and services enter. */
void find_chain_to_admin(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct edges *plain = analysis->edges;
    size_t ends = (size_t)plain->node_count + plain->group_count + 1;
    struct entrances entrances = {analysis, memory_zeroed(ends, 1), memory_zeroed(ends, 1),
                                  memory_zeroed((size_t)plain->node_count + 1, sizeof(bool))};
    bool *targets = chain_ends_mark(analysis, false);
    mark_entered(&entrances);
    struct edges *wide = control_hops_add(analysis, findings, entrances.entered, targets);
    if (wide != NULL) {
        analysis->edges = wide;
        mark_entered(&entrances);
    }
    find_chains(&entrances, rule, findings, plain, targets);
    analysis->edges = plain;
    free(entrances.of_sources);
    free(entrances.of_targets);
    free(entrances.entered);
    free(targets);
}
