/*
 * Chains that cross from one environment into one of higher trust, and chains that are long.
 *
 * An account's environment comes from the name of its organizational unit (the nearest that indicates one), else from
 * its own name or alias. Accounts without an indication are only passed through.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LONG_CHAIN 4u

/* The management account and members: trust-into-management-account. */
static const struct environment {
    const char *label;
    uint8_t rank; /* level of trust */
    const char *words[10];
} environments[] = {
    {"sandbox", 1, {"sandbox", "sandboxes", "playground", "experiments"}},
    {"development", 2, {"dev", "development", "test", "testing", "qa", "nonprod", "nonproduction", "notprod"}},
    {"staging", 3, {"stage", "staging", "uat", "preprod", "preproduction"}},
    {"production", 4, {"prod", "production", "live"}},
    {"security", 4, {"security", "audit", "logarchive"}},
};
#define UNKNOWN 0xFF

static uint8_t environment_of_word(const char *word)
{
    for (size_t i = 0; i < sizeof environments / sizeof environments[0]; i++)
        for (size_t j = 0; environments[i].words[j] != NULL; j++)
            if (strcmp(environments[i].words[j], word) == 0)
                return (uint8_t)i;
    return UNKNOWN;
}

/* Words are runs of letters, cut where a capital follows a small letter; two together may be one: Non-Prod. */
static uint8_t environment_of_name(const char *name)
{
    char words[2][32] = {"", ""}, both[64];
    uint8_t found = UNKNOWN;
    while (name != NULL && *name != '\0') {
        size_t length = 0;
        memcpy(words[0], words[1], sizeof words[0]);
        for (; isalpha((unsigned char)*name) &&
               (length == 0 || !(isupper((unsigned char)*name) && islower((unsigned char)name[-1])));
             name++)
            if (length + 1 < sizeof words[1])
                words[1][length++] = (char)tolower((unsigned char)*name);
        words[1][length] = '\0';
        while (*name != '\0' && !isalpha((unsigned char)*name))
            name++;
        memcpy(both, words[0], strlen(words[0]) + 1);
        memcpy(both + strlen(words[0]), words[1], length + 1);
        uint8_t of_both = words[0][0] != '\0' ? environment_of_word(both) : UNKNOWN;
        if (of_both != UNKNOWN)
            return of_both;
        found = found == UNKNOWN ? environment_of_word(words[1]) : found;
    }
    return found;
}

/* *unit, if not NULL: the organizational unit that indicates it; MODEL_NONE: the account's own name or alias. */
static uint8_t environment_of(const struct model *model, const struct model_account *account, uint32_t *unit)
{
    uint8_t found = UNKNOWN;
    uint32_t node = account->node, said_by = MODEL_NONE;
    for (uint32_t depth = 0; node != MODEL_NONE && depth <= model->node_count && found == UNKNOWN; depth++) {
        found = environment_of_name(model->nodes[node].name);
        said_by = node;
        node = model->nodes[node].parent;
    }
    if (unit != NULL)
        *unit = found != UNKNOWN ? said_by : MODEL_NONE;
    if (found == UNKNOWN)
        found = environment_of_name(account->name);
    return found == UNKNOWN ? environment_of_name(account->alias) : found;
}

struct crossing {
    struct analysis *analysis;
    uint8_t *environments; /* per account */
    bool *sources, *stops, *reported;
    uint32_t anyone; /* node; MODEL_NONE: no role trusts anyone */
};

static uint8_t rank_of(const struct crossing *crossing, uint32_t node)
{
    const struct model *model = crossing->analysis->model;
    uint8_t environment =
        node < model->principal_count ? crossing->environments[model->principals[node].account] : UNKNOWN;
    return environment == UNKNOWN ? 0 : environments[environment].rank;
}

static const char *place_words(struct findings *findings, const struct crossing *crossing, uint32_t node)
{
    const struct model *model = crossing->analysis->model;
    const struct model_account *account = &model->accounts[model->principals[node].account];
    uint32_t unit, environment = environment_of(model, account, &unit);
    struct text name = {0};
    model_append_account(&name, model, account->id);
    const char *by = unit == MODEL_NONE
                         ? "by its name"
                         : finding_text(findings, "by its organizational unit %s", model->nodes[unit].name);
    const char *words = finding_text(findings, "%s (account %s, %s)", environments[environment].label, name.data, by);
    text_free(&name);
    return words;
}

static void close_crossing(struct crossing *crossing)
{
    free(crossing->environments);
    free(crossing->sources);
    free(crossing->stops);
    free(crossing->reported);
}

static void open_crossing(struct analysis *analysis, struct crossing *crossing)
{
    const struct model *model = analysis->model;
    size_t nodes = (size_t)analysis->edges->node_count + 1;
    *crossing = (struct crossing){.analysis = analysis,
                                  .environments = memory_get(model->account_count),
                                  .sources = memory_zeroed(nodes, sizeof(bool)),
                                  .stops = memory_zeroed(nodes, sizeof(bool)),
                                  .reported = memory_zeroed(nodes, sizeof(bool)),
                                  .anyone = MODEL_NONE};
    for (uint32_t i = 0; i < model->account_count; i++)
        crossing->environments[i] =
            model->accounts[i].management ? UNKNOWN : environment_of(model, &model->accounts[i], NULL);
}

/* Sources are nodes of that trust level; nodes of higher trust are reached, but not left. False: there are no sources.
 */
static bool mark_rank(struct crossing *crossing, uint8_t rank)
{
    bool any = false;
    for (uint32_t i = 0; i < crossing->analysis->edges->node_count; i++) {
        uint8_t of_node = rank_of(crossing, i);
        crossing->sources[i] = of_node == rank;
        crossing->stops[i] = of_node > rank;
        any = any || crossing->sources[i];
    }
    return any;
}

static void elaborate_crossing(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct crossing crossing;
    struct chain_cut cut = {0};
    chain_elaborate(analysis, findings, finding);
    if (!chain_can_be_cut(findings, finding))
        return;
    cut.hops = chain_hops(finding, &cut.count);
    open_crossing(analysis, &crossing);
    if (mark_rank(&crossing, rank_of(&crossing, cut.hops[0].from))) {
        cut.sources = crossing.sources;
        cut.stops = crossing.stops;
        chain_cut_offer(analysis, findings, finding, &cut);
    }
    close_crossing(&crossing);
}

static void report_crossing(struct crossing *crossing, const struct finding_rule *rule, struct findings *findings,
                            const struct reachability *reach, uint32_t role)
{
    struct analysis *analysis = crossing->analysis;
    const struct model *model = analysis->model;
    const struct model_principal *who = &model->principals[role];
    struct hop *hops;
    uint32_t count = reachability_chain(reach, role, &hops);
    bool public = crossing->anyone != MODEL_NONE && edges_between(analysis->edges, crossing->anyone, role) != NULL;
    if (count > 0 && !public) {
        uint8_t from = crossing->environments[model->principals[hops[0].from].account];
        struct finding *finding = finding_add_principal(findings, analysis, rule, role, environments[from].label);
        bool conditional = true;
        for (uint32_t i = 0; i < count; i++)
            conditional = conditional && analysis->edges->edges[hops[i].edge].verdict == VERDICT_CONDITIONAL;
        if (conditional)
            finding_raise(finding, -1);
        const char *administrator = finding_raise_for_administrator(finding, analysis, role);
        finding->detail =
            finding_text(findings, "%s is in %s, and can be reached from %s: %s.%s", who->name,
                         place_words(findings, crossing, role), place_words(findings, crossing, hops[0].from),
                         chain_words(findings, analysis, hops, count), administrator);
        chain_attach(analysis, findings, finding, hops, count, NULL);
        finding->elaborate = elaborate_crossing;
        crossing->reported[role] = true;
    }
    free(hops);
}

/* For a role that several environments reach, the least trusted one is reported. */
static void cross_from(struct crossing *crossing, const struct finding_rule *rule, struct findings *findings,
                       uint8_t rank)
{
    const struct edges *edges = crossing->analysis->edges;
    struct reachability reach = {.edges = edges, .stops = crossing->stops};
    if (!mark_rank(crossing, rank))
        return;
    reachability_run(&reach, crossing->sources);
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (crossing->stops[i] && !crossing->reported[i] && reachability_has(&reach, i))
            report_crossing(crossing, rule, findings, &reach, i);
    reachability_close(&reach);
}

void find_chain_crossing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct crossing crossing;
    struct caller anyone;
    open_crossing(analysis, &crossing);
    if (caller_parse(analysis->model, &findings->arena, "*", &anyone))
        crossing.anyone = edges_find_node(analysis->edges, &anyone);
    for (uint8_t rank = 1; rank < 4; rank++)
        cross_from(&crossing, rule, findings, rank);
    close_crossing(&crossing);
}

/* ---- chain-long */

/* Chains begin at users and outside parties, and do not lead through administrators, who need none. */
static void mark_long(struct analysis *analysis, bool **sources, bool **stops)
{
    const struct model *model = analysis->model;
    *sources = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof **sources);
    *stops = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof **stops);
    for (uint32_t i = 0; i < analysis->edges->node_count; i++)
        (*sources)[i] =
            i >= model->principal_count || (!model->principals[i].is_role && !administrators_has(analysis, i));
    for (uint32_t i = 0; i < model->principal_count; i++)
        (*stops)[i] = administrators_has(analysis, i);
}

static void elaborate_long(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    bool *sources, *stops;
    chain_elaborate(analysis, findings, finding);
    if (!chain_can_be_cut(findings, finding))
        return;
    mark_long(analysis, &sources, &stops);
    struct chain_cut cut = {.sources = sources, .stops = stops};
    cut.hops = chain_hops(finding, &cut.count);
    chain_cut_offer(analysis, findings, finding, &cut);
    free(sources);
    free(stops);
}

static void report_long(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                        const struct reachability *reach, uint32_t role)
{
    const struct model_principal *who = &analysis->model->principals[role];
    struct hop *hops;
    uint32_t count = reachability_chain(reach, role, &hops);
    if (count >= LONG_CHAIN) {
        struct finding *finding = finding_add_principal(findings, analysis, rule, role, "");
        finding->detail = finding_text(findings, "Nobody can become %s in fewer than %u hops: %s.", who->name, count,
                                       chain_words(findings, analysis, hops, count));
        chain_attach(analysis, findings, finding, hops, count, NULL);
        finding->elaborate = elaborate_long;
    }
    free(hops);
}

/* If a chain continues, only its end is reported. */
void find_chain_long(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    const struct model *model = analysis->model;
    bool *sources, *stops;
    mark_long(analysis, &sources, &stops);
    struct reachability reach = {.edges = edges, .stops = stops};
    bool *leads_on = memory_zeroed((size_t)edges->node_count + 1, sizeof *leads_on);
    uint32_t *hops = memory_zeroed((size_t)edges->node_count + 1, sizeof *hops);
    reachability_run(&reach, sources);
    for (uint32_t i = 0; i < reach.count; i++) {
        uint32_t node = reach.order[i], from = reach.last[node].from;
        hops[node] = from == node ? 0 : hops[from] + 1;
        leads_on[from] = leads_on[from] || hops[node] > LONG_CHAIN;
    }
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (hops[i] >= LONG_CHAIN && !leads_on[i])
            report_long(analysis, rule, findings, &reach, i);
    reachability_close(&reach);
    free(sources);
    free(stops);
    free(leads_on);
    free(hops);
}
