/*
 * The verdicts on random rules in random worlds are what the definition says, evaluated pair by pair: of every two
 * nodes that a rule is about, all chains one by one (chains_all), each by itself. With and without control edges.
 *
 * ROLECHAIN_RANDOM_COUNT worlds from ROLECHAIN_RANDOM_SEED, beginning with number ROLECHAIN_RANDOM_FIRST.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/outsiders.h"
#include "analyzer/rules/rule_check.h"
#include "analyzer/rules/rule_formulas.h"
#include "analyzer/rules/rule_parser.h"
#include "graph/control/control_edges.h"
#include "tests/graph/random/control_world.h"
#include "tests/graph/random/sketch.h"
#include "tests/support/scenario_analysed.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 60u
#define DEFAULT_SEED 20260701u
#define RULES 8u

static uint64_t told[3], musts, demands;

/* ---- random rules */

enum pick_kind { PICK_ANY, PICK_ANYONE, PICK_OUTSIDE, PICK_ACCOUNT, PICK_ONE, PICK_ROLES, PICK_ADMINISTRATORS, PICKS };

/* A selection as the test models it: one selector, possibly without another. */
struct pick {
    enum pick_kind kind;
    uint32_t which; /* account or principal */
};

struct drawn {
    struct pick from, without, to;
    bool has_without;
    enum rule_kind kind;
    uint32_t max_hops;
    enum demand_kind unless;
};

static struct pick draw_pick(const struct model *model, struct random *random, bool left)
{
    struct pick pick = {(enum pick_kind)random_below(random, PICKS), 0};
    if (!left && pick.kind == PICK_ANYONE)
        pick.kind = PICK_ROLES;
    if (pick.kind == PICK_ACCOUNT)
        pick.which = model->principals[random_below(random, model->principal_count)].account;
    if (pick.kind == PICK_ONE)
        pick.which = random_below(random, model->principal_count);
    return pick;
}

static void write_pick(const struct model *model, struct pick pick, struct text *text)
{
    static const char *const words[] = {[PICK_ANY] = "any",
                                        [PICK_ANYONE] = "anyone",
                                        [PICK_OUTSIDE] = "outside",
                                        [PICK_ROLES] = "optional role *",
                                        [PICK_ADMINISTRATORS] = "administrators"};
    if (pick.kind == PICK_ACCOUNT)
        text_format(text, "account %s", model->accounts[pick.which].id);
    else if (pick.kind == PICK_ONE)
        text_append_string(text, model->principals[pick.which].arn);
    else
        text_append_string(text, words[pick.kind]);
}

static struct drawn draw(const struct model *model, struct random *random)
{
    static const uint32_t hops[] = {0, 0, 0, 1, 2};
    struct drawn drawn = {.from = draw_pick(model, random, true),
                          .to = draw_pick(model, random, false),
                          .without = draw_pick(model, random, true),
                          .has_without = random_chance(random, 30),
                          .kind = random_chance(random, 50) ? RULE_NEVER : (enum rule_kind)random_below(random, 5),
                          .max_hops = hops[random_below(random, 5)]};
    if ((drawn.kind == RULE_NEVER || drawn.kind == RULE_ONLY) && random_chance(random, 50))
        drawn.unless = random_chance(random, 50) ? DEMAND_MFA : DEMAND_EXTERNAL_ID;
    return drawn;
}

static void write_rule(const struct model *model, const struct drawn *drawn, bool control, struct text *text)
{
    static const char *const kinds[] = {"never", "only", "must", "must some", "must surely"};
    text_format(text, "%s ", kinds[drawn->kind]);
    write_pick(model, drawn->from, text);
    if (drawn->has_without) {
        text_append_string(text, " except ");
        write_pick(model, drawn->without, text);
    }
    text_append_string(text, " -> ");
    write_pick(model, drawn->to, text);
    if (drawn->unless != DEMAND_NONE)
        text_format(text, " unless %s", drawn->unless == DEMAND_MFA ? "mfa" : "external-id");
    if (drawn->max_hops == 1)
        text_append_string(text, " direct");
    else if (drawn->max_hops > 1)
        text_format(text, " within %u hops", drawn->max_hops);
    text_format(text, "%s\n", control ? " control" : "");
}

/* ---- the definition */

struct naive {
    struct analysis *analysis;
    const struct edges *edges;
    uint32_t known;
    const struct drawn *drawn;
    enum constraint_answer best; /* of a pair's chains; by rank */
    bool evades;
};

static bool in_pick(const struct naive *naive, struct pick pick, uint32_t node, uint32_t role)
{
    const struct model *model = naive->edges->model;
    const struct caller *caller = &naive->edges->nodes[node];
    bool of_account = caller->account_index == pick.which && !caller_is_federated(caller);
    switch (pick.kind) {
    case PICK_ANY:
        return node < naive->known;
    case PICK_ANYONE:
        return caller->kind == CALLER_ANYONE;
    case PICK_OUTSIDE:
        return node < naive->known && caller_is_outside(model, node == role ? caller : caller, role);
    case PICK_ACCOUNT:
        return of_account && (node < naive->known || caller->kind == CALLER_ACCOUNT);
    case PICK_ONE:
        return node == pick.which;
    case PICK_ROLES:
        return node < model->principal_count && model->principals[node].is_role;
    case PICK_ADMINISTRATORS:
        return node < model->principal_count && administrators_get(naive->analysis, node)->verdict != VERDICT_DENIED;
    case PICKS:
        break;
    }
    return false;
}

/* Whether the rule applies to the pair. */
static bool is_about(const struct naive *naive, uint32_t from, uint32_t to)
{
    const struct drawn *drawn = naive->drawn;
    bool right = drawn->to.kind == PICK_OUTSIDE ? caller_is_outside(naive->edges->model, &naive->edges->nodes[from], to)
                                                : in_pick(naive, drawn->to, to, to);
    bool left =
        in_pick(naive, drawn->from, from, to) && !(drawn->has_without && in_pick(naive, drawn->without, from, to));
    if (drawn->kind == RULE_ONLY)
        left = !left && from < naive->known;
    return from != to && left && right;
}

static int rank(enum constraint_answer answer)
{
    return answer == CONSTRAINT_YES ? 2 : answer == CONSTRAINT_UNDECIDED ? 1 : 0;
}

static bool take(const struct chain *chain, void *context)
{
    struct naive *naive = context;
    struct constraint_pool *pool = naive->edges->pool;
    const struct demand unless = {.kind = naive->drawn->unless};
    constraint formula = chain->own;
    bool never = naive->drawn->kind == RULE_NEVER || naive->drawn->kind == RULE_ONLY;
    if (never && chain->hops[0].from >= naive->edges->model->principal_count)
        formula = rule_formula_of_outsider(pool, formula, naive->edges->edges[chain->hops[0].edge].residual);
    enum constraint_answer answer = rule_formula_possible(pool, rule_formula_without(pool, formula, &unless));
    if (rank(answer) > rank(naive->best))
        naive->best = answer;
    return naive->best != CONSTRAINT_YES;
}

static bool take_together(const struct chain *chain, void *context)
{
    struct naive *naive = context;
    naive->best = rule_formula_certain(naive->edges->pool, chain->residual);
    return true;
}

/* Whether `from` can become `to`, in the sense of the rule. */
static enum constraint_answer can(struct naive *naive, uint32_t from, uint32_t to)
{
    struct chain_limits limits = {.max_hops = naive->drawn->max_hops, .max_chains = 100000};
    naive->best = CONSTRAINT_NO;
    if (naive->drawn->kind == RULE_MUST_SURELY) {
        chains_between(naive->edges, from, to, &limits, take_together, naive);
    } else {
        limits.max_hops = limits.max_hops == 0 ? 1000 : limits.max_hops;
        chains_all(naive->edges, from, to, &limits, take, naive);
    }
    return naive->best;
}

/* Whether the rule is broken whatever is unknown; *open: whether it could be. */
static bool is_broken(struct naive *naive, bool *open)
{
    const struct edges *edges = naive->edges;
    enum rule_kind kind = naive->drawn->kind;
    bool broken = false;
    *open = false;
    for (uint32_t to = 0; to < edges->model->principal_count; to++) {
        int best = 0;
        bool any = false;
        for (uint32_t from = 0; from < edges->node_count; from++) {
            if (!is_about(naive, from, to))
                continue;
            enum constraint_answer answer = can(naive, from, to);
            any = true;
            best = rank(answer) > best ? rank(answer) : best;
            if (kind != RULE_NEVER && kind != RULE_ONLY && kind != RULE_MUST_SOME) {
                broken = broken || answer == CONSTRAINT_NO;
                *open = *open || answer == CONSTRAINT_UNDECIDED;
            }
        }
        if (kind == RULE_NEVER || kind == RULE_ONLY) {
            broken = broken || best == 2;
            *open = *open || best == 1;
        } else if (kind == RULE_MUST_SOME && any) {
            broken = broken || best == 0;
            *open = *open || best == 1;
        }
    }
    return broken;
}

static bool agrees(struct naive *naive, const struct rule *rule, const struct rule_result *result, struct text *story)
{
    bool open, broken = is_broken(naive, &open);
    told[result->outcome]++;
    musts += rule->kind >= RULE_MUST;
    demands += rule->unless.kind != DEMAND_NONE;
    /* What is unknown about trust policies and SCPs is reported besides the chains: rule_unknowns.c. */
    bool good = (result->outcome == RULE_BROKEN) == broken && (result->outcome != RULE_PASS || !open);
    for (uint32_t i = 0; good && i < result->chain_count; i++) {
        const struct rule_chain *chain = &result->chains[i];
        good = is_about(naive, chain->hops[0].from, chain->hops[chain->hop_count - 1].to);
    }
    if (!good)
        text_format(story, "%s: %s, expected %s\n", rule->text, rule_outcome_word(result->outcome),
                    broken ? "broken"
                    : open ? "undecidable"
                           : "no broken rule");
    return good;
}

static bool holds_in(const char *lines, struct text *story, bool control)
{
    struct scenario scenario = {0};
    struct analysis analysis = {0};
    struct drawn drawn[RULES];
    struct text text = {0};
    struct rule_file file = {.path = "rules"};
    struct rule_errors errors;
    struct rule_results results;
    struct random random = {strlen(lines)};
    bool good = true;
    scenario_analyse(lines, &scenario, &analysis);
    struct naive naive = {.analysis = &analysis};
    if (analysis.model->principal_count > 0) {
        naive.known = analysis_edges(&analysis)->node_count;
        for (uint32_t i = 0; i < RULES; i++) {
            drawn[i] = draw(analysis.model, &random);
            write_rule(analysis.model, &drawn[i], control, &text);
        }
        if (!rules_parse(text.data, text.length, &file, &errors))
            fail_msg("%u:%u %s\n%s", errors.list[0].place.line, errors.list[0].place.column, errors.list[0].text,
                     text.data);
        assert_true(rules_check(&analysis, &file, &results));
        naive.edges = analysis.edges;
        for (uint32_t i = 0; good && i < RULES; i++) {
            naive.drawn = &drawn[i];
            good = agrees(&naive, &file.rules[i], &results.list[i], story);
        }
        rule_results_free(&results);
        rule_file_free(&file);
    }
    text_free(&text);
    analysis_close(&analysis);
    scenario_free(&scenario);
    return good;
}

static bool holds_with_control(const char *lines, struct text *story)
{
    return holds_in(lines, story, true);
}

static void random_organizations(void **state)
{
    uint64_t seed = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED),
             count = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT),
             first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    (void)state;
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed * 0xD1342543DE82EF95u + number};
        struct sketch sketch;
        struct text lines = {0}, story = {0};
        sketch_roll(&sketch, &random);
        sketch_write(&sketch, &lines);
        if (!holds_in(lines.data, &story, false))
            fail_msg("seed %llu, world %llu\n%sin:\n%s", (unsigned long long)seed, (unsigned long long)number,
                     story.data, lines.data);
        text_free(&lines);
        text_free(&story);
    }
    print_message("%llu rules pass, %llu cannot be decided, %llu are broken; %llu must, %llu unless\n",
                  (unsigned long long)told[RULE_PASS], (unsigned long long)told[RULE_UNDECIDABLE],
                  (unsigned long long)told[RULE_BROKEN], (unsigned long long)musts, (unsigned long long)demands);
    assert_true(count < DEFAULT_COUNT || (told[RULE_PASS] > 0 && told[RULE_UNDECIDABLE] > 0 && told[RULE_BROKEN] > 0));
}

static void random_controllers(void **state)
{
    (void)state;
    control_worlds_ask(DEFAULT_COUNT / 3, DEFAULT_SEED, holds_with_control);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_organizations), cmocka_unit_test(random_controllers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
