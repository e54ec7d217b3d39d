/*
 * Chains that end in more than they begin with: administrators, roles that are marked as sensitive, production.
 *
 * Each is reported once for the role that is reached, not for everybody who reaches it, and not where the chain leads
 * over a role that is reported itself.
 */
#include "analyzer/analysis/wording.h"
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/controllers.h"
#include "analyzer/findings/facts/escalations.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/facts/strangers.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "graph/chains/chokepoints.h"
#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what is reached */

/* A tag with which people mark what deserves care: sensitive = true, criticality = high … */
static const struct model_tag *sensitive_tag(const struct model_principal *role)
{
    static const char *const keys[] = {"sensitive", "sensitivity", "criticality", "data-classification"},
                             *const values[] = {"true", "yes", "high", "critical", "restricted", "secret"};
    for (uint32_t i = 0; i < role->tag_count; i++)
        for (size_t j = 0; j < sizeof keys / sizeof keys[0]; j++)
            for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
                if (strcasecmp(role->tags[i].key, keys[j]) == 0 && strcasecmp(role->tags[i].value, values[k]) == 0)
                    return &role->tags[i];
    return NULL;
}

static bool *mark_targets(struct analysis *analysis, bool sensitive_too)
{
    const struct model *model = analysis->model;
    bool *targets = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *targets);
    for (uint32_t i = 0; i < model->principal_count; i++)
        targets[i] = model->principals[i].is_role && (administrators_has(analysis, i) ||
                                                      (sensitive_too && sensitive_tag(&model->principals[i]) != NULL));
    return targets;
}

/* ---- conditions */

static bool is_not_chosen(const struct constraint_key *key, bool fact, void *context)
{
    bool *found = context;
    enum key_class class = fact ? KEY_KNOWN : context_key_find(key->name)->class;
    *found = *found || class == KEY_ENVIRONMENT || class == KEY_PROVIDER || class == KEY_SERVICE;
    return !*found;
}

/* Whether some hop depends on what the caller cannot choose: MFA, the network, claims of a token. */
static bool depends_on_others(const struct analysis *analysis, const struct hop *hops, uint32_t count)
{
    bool found = false;
    for (uint32_t i = 0; i < count && !found; i++)
        constraint_each_key(analysis->pool, analysis->edges->edges[hops[i].edge].residual, is_not_chosen, &found);
    return found;
}

/* ---- the surest chain */

/* Chains without conditions, chains without any that the caller cannot fulfil alone, all chains. */
enum { SURE, CHOSEN, ANY, SURENESSES };

struct sweeps {
    struct reachability of[SURENESSES];
};

static bool is_sure(const struct edge *edge, void *context)
{
    (void)context;
    return edge->verdict == VERDICT_ALLOWED;
}

static bool is_free_to_choose(const struct edge *edge, void *context)
{
    const struct analysis *analysis = context;
    bool found = false;
    constraint_each_key(analysis->pool, edge->residual, is_not_chosen, &found);
    return !found;
}

static void sweeps_run(struct sweeps *sweeps, struct analysis *analysis, const bool *stops, const bool *sources)
{
    for (int i = 0; i < SURENESSES; i++)
        sweeps->of[i] = (struct reachability){.edges = analysis->edges, .stops = stops, .context = analysis};
    sweeps->of[SURE].follows = is_sure;
    sweeps->of[CHOSEN].follows = is_free_to_choose;
    for (int i = 0; i < SURENESSES; i++)
        reachability_run(&sweeps->of[i], sources);
}

static void sweeps_close(struct sweeps *sweeps)
{
    for (int i = 0; i < SURENESSES; i++)
        reachability_close(&sweeps->of[i]);
}

/* As reachability_chain: the surest, of these a shortest. */
static uint32_t surest_chain(const struct sweeps *sweeps, uint32_t role, struct hop **hops)
{
    uint32_t count = 0;
    *hops = NULL;
    for (int i = 0; i < SURENESSES && count == 0; i++)
        count = reachability_chain(&sweeps->of[i], role, hops);
    return count;
}

static struct finding *add_finding(struct analysis *analysis, const struct finding_rule *rule,
                                   struct findings *findings, uint32_t role, const char *subject,
                                   const struct hop *hops, uint32_t count)
{
    struct finding *finding = finding_add_principal(findings, analysis, rule, role, subject);
    if (depends_on_others(analysis, hops, count))
        finding_raise(finding, -1);
    return finding;
}

/* Whether it can make itself administrator under conditions, and no chain leads from it to one. */
static bool is_perhaps_one(struct analysis *analysis, uint32_t role)
{
    const struct administrator *itself = administrators_get(analysis, role);
    return escalates(itself) && !itself->sure && !administrators_reached(analysis, role) &&
           sensitive_tag(&analysis->model->principals[role]) == NULL;
}

static const char *what_it_is(struct analysis *analysis, struct findings *findings, uint32_t role)
{
    const struct administrator *itself = administrators_get(analysis, role);
    if (itself->sure)
        return escalates(itself) ? finding_text(findings, "as good as an administrator of its account (%s)",
                                                escalation_words(findings, analysis->model, itself))
                                 : "an administrator of its account";
    if (is_perhaps_one(analysis, role))
        return finding_text(findings, "able to make itself administrator of its account under conditions (%s)",
                            escalation_words(findings, analysis->model, itself));
    const struct model_tag *tag = sensitive_tag(&analysis->model->principals[role]);
    return tag != NULL ? finding_text(findings, "marked as sensitive (tag %s = %s)", tag->key, tag->value)
                       : "marked as sensitive";
}

/* The change of permissions, or the control over another, that makes the last role of a chain an administrator. */
static void tell_end(struct analysis *analysis, uint32_t role, json_t *facts)
{
    const struct administrator *itself = administrators_get(analysis, role);
    if (escalates(itself))
        json_put(facts, "control", escalation_json(analysis->model, role, itself));
}

/* How those get in with whom a chain begins. */
static const char *way_in(const struct model *model, struct findings *findings, const struct policy_use *trust,
                          const struct caller *from)
{
    if (standing_of(model, trust, from) != STANDING_SIGNS_IN)
        return "from outside";
    return from->kind == CALLER_SAML_PROVIDER
               ? finding_text(findings, "by whoever signs in through the SAML provider %s", from->name)
               : finding_text(findings, "with a token of %s", from->name);
}

/* ---- chain-to-admin */

enum { ASKED = 1, PLAIN = 2, ENTERED = 4 };

/* Of the nodes at ends: whether one is a user or role that is no administrator; whether one of those is a role that
 * another of those can become. */
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
    edge_end ends[3];
    uint8_t flags = 0;
    uint32_t count = edges_targets(entrances->analysis->edges, role, ends);
    for (uint32_t i = 0; i < count; i++)
        flags |= flags_of_target(entrances, ends[i]);
    return flags;
}

/* ---- where to cut */

/* In larger organizations a cut for each of very many findings takes too long; `rolechain chokepoints --target` tells.
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
    else if (what->use->kind == USE_TRUST)
        text_format(text, "statement %u of the trust policy of %s", what->statement->position, what->use->holder);
    else
        text_format(text, "statement %u of policy %s", what->statement->position, what->use->name);
    if (what->statement != NULL && what->use->kind != USE_TRUST && !shared)
        text_format(text, " of %s", what->use->holder);
}

/* The fewest statements without which nobody who is no administrator gets to the role. */
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
        finding->fix = finding_text(findings, "The fewest statements to take away or narrow: %s.", text.data);
    if (finding->facts != NULL) /* they are shown */
        json_put(finding->facts, "cut", json_incref(list));
    json_decref(list);
    chokepoints_free(&points);
    text_free(&text);
    free(targets);
    free(sources);
    free(excluded);
}

/* The role without those who are no administrators. */
static void offer_cut(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    bool *sources = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *sources);
    bool *stops = mark_targets(analysis, false);
    struct chain_cut cut = {.sources = sources, .stops = stops};
    cut.hops = chain_hops(finding, &cut.count);
    uint32_t role = cut.hops[cut.count - 1].to;
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        sources[i] = i != role && is_plain(analysis, i);
    chain_cut_offer(analysis, findings, finding, &cut);
    free(sources);
    free(stops);
}

static void elaborate_admin(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    chain_elaborate(analysis, findings, finding);
    name_cut(analysis, findings, finding);
    if (chain_can_be_cut(findings, finding))
        offer_cut(analysis, findings, finding);
}

/* A role that only itself can become is not entered. */
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
                         const struct sweeps *begins, const struct sweeps *all, uint32_t role)
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
    struct finding *finding = add_finding(analysis, rule, findings, role, "", hops, count);
    struct controllers controllers;
    controllers_find(analysis, hops[0].from, &controllers);
    bool direct = (flags & ENTERED) == 0 && count == 1;
    uint32_t callers = edges_count_callers(analysis->edges, role);
    if (direct && !controllers.sure)
        finding_raise(finding, -1);
    finding->detail = finding_text(
        findings, "%s is %s. Others who are none %s (callers %s: %u): %s.%s", analysis->model->principals[role].name,
        what_it_is(analysis, findings, role), direct ? "can assume it" : "end up as it, also through further roles",
        direct ? "in all" : "of its own", callers, chain_words(findings, analysis, hops, count),
        controllers_words(findings, analysis, &controllers));
    json_t *facts = json_object();
    json_put(facts, "callers", json_integer(callers));
    tell_end(analysis, role, facts);
    if (controllers.count > 0)
        json_put(facts, "controllers", controllers_json(analysis, &controllers));
    chain_attach(analysis, findings, finding, hops, count, facts);
    finding->elaborate = elaborate_admin;
    free(hops);
}

/* Chains begin at users, and at roles that nobody enters but administrators and services. */
void find_chain_to_admin(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    size_t ends = (size_t)edges->node_count + edges->group_count + 1;
    struct entrances entrances = {analysis, memory_zeroed(ends, 1), memory_zeroed(ends, 1),
                                  memory_zeroed((size_t)edges->node_count + 1, sizeof(bool))};
    bool *targets = mark_targets(analysis, false);
    bool *sources = memory_zeroed((size_t)edges->node_count + 1, sizeof *sources);
    struct sweeps begins, all;
    mark_entered(&entrances);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        sources[i] = is_plain(analysis, i) && !entrances.entered[i];
    sweeps_run(&begins, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        sources[i] = is_plain(analysis, i);
    sweeps_run(&all, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (targets[i])
            report_admin(&entrances, rule, findings, &begins, &all, i);
    sweeps_close(&begins);
    sweeps_close(&all);
    free(entrances.of_sources);
    free(entrances.of_targets);
    free(entrances.entered);
    free(targets);
    free(sources);
}

/* ---- chain-from-outside */

static bool *mark_outside(const struct edges *edges)
{
    bool *sources = memory_zeroed((size_t)edges->node_count + 1, sizeof *sources);
    for (uint32_t i = 0; i < edges->node_count; i++)
        sources[i] = danger_is_outside(edges, i);
    return sources;
}

static void elaborate_outside(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    chain_elaborate(analysis, findings, finding);
    if (!chain_can_be_cut(findings, finding))
        return;
    bool *sources = mark_outside(analysis->edges), *stops = mark_targets(analysis, true);
    struct chain_cut cut = {.sources = sources, .stops = stops};
    cut.hops = chain_hops(finding, &cut.count);
    uint32_t role = cut.hops[cut.count - 1].to;
    cut.indirect = !is_perhaps_one(analysis, role);
    stops[role] = true;
    chain_cut_offer(analysis, findings, finding, &cut);
    free(sources);
    free(stops);
}

static struct finding *add_outside(struct analysis *analysis, const struct finding_rule *rule,
                                   struct findings *findings, uint32_t role, const struct hop *hops, uint32_t count)
{
    const struct model *model = analysis->model;
    const struct caller *from = &analysis->edges->nodes[hops[0].from];
    const struct policy_use *trust = model->principals[hops[0].to].trust;
    struct finding *finding = add_finding(analysis, rule, findings, role, from->text, hops, count);
    json_t *facts = json_object();
    const char *through = "";
    if (count > 1)
        through = finding_text(findings, " through %u role%s", count - 1, count == 2 ? "" : "s");
    if (standing_of(model, trust, from) == STANDING_SIGNS_IN)
        finding_raise(finding, -1);
    finding->detail = finding_text(findings, "%s is %s, and can be reached %s%s: %s.", model->principals[role].name,
                                   what_it_is(analysis, findings, role), way_in(model, findings, trust, from), through,
                                   chain_words(findings, analysis, hops, count));
    tell_end(analysis, role, facts);
    chain_attach(analysis, findings, finding, hops, count, facts);
    finding->elaborate = elaborate_outside;
    return finding;
}

static void report_outside(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct sweeps *sweeps, uint32_t role)
{
    struct hop *hops;
    uint32_t count = surest_chain(sweeps, role, &hops);
    if (count > 1)
        add_outside(analysis, rule, findings, role, hops, count);
    free(hops);
}

/* One that may make itself administrator: of those who get in, whoever signs in as one's own people do is none from
 * outside. */
static void report_perhaps(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct sweeps *sweeps, uint32_t role)
{
    struct hop *hops;
    uint32_t count = surest_chain(sweeps, role, &hops);
    const struct caller *from = count > 0 ? &analysis->edges->nodes[hops[0].from] : NULL;
    if (count > 0 &&
        standing_of(analysis->model, analysis->model->principals[hops[0].to].trust, from) != STANDING_SIGNS_IN) {
        const struct administrator *itself = administrators_get(analysis, role);
        struct finding *finding = add_outside(analysis, rule, findings, role, hops, count);
        finding_raise(finding, -1);
        finding_holds_if(findings, finding, NULL, itself->residual);
        finding->in_doubt = true;
        finding->fix =
            finding_text(findings,
                         "Cut the chain at the role where it enters, or take %.*s away from %s: "
                         "privilege-escalation says how.",
                         (int)strcspn(itself->actions, ","), itself->actions, analysis->model->principals[role].name);
    }
    free(hops);
}

void find_chain_from_outside(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    bool *targets = mark_targets(analysis, true);
    bool *sources = mark_outside(edges);
    struct sweeps sweeps, perhaps;
    sweeps_run(&sweeps, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (targets[i] && reachability_has(&sweeps.of[ANY], i))
            report_outside(analysis, rule, findings, &sweeps, i);
    sweeps_close(&sweeps);
    for (uint32_t i = 0; i < edges->node_count; i++)
        sources[i] = sources[i] && edges->nodes[i].kind != CALLER_SAML_PROVIDER;
    sweeps_run(&perhaps, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (!targets[i] && reachability_has(&perhaps.of[ANY], i) && is_perhaps_one(analysis, i))
            report_perhaps(analysis, rule, findings, &perhaps, i);
    sweeps_close(&perhaps);
    free(targets);
    free(sources);
}
