#include "analyzer/findings/facts/openness.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/text.h"

#include <string.h>
#include <strings.h>

/* Strangers choose their names, their tags and what they pass, can have MFA, and can wait. They do not choose the
 * network, the provider's claims and what was not exported. */
static bool stranger_can(const struct constraint_key *key, bool fact, void *context)
{
    const struct context_key *about = context_key_find(key->name);
    (void)context;
    return !fact && (about->class == KEY_CHOSEN || about->class == KEY_KNOWN ||
                     (about->class == KEY_ENVIRONMENT &&
                      (about->domain == KEY_TIME || strncasecmp(about->name, "aws:MultiFactorAuth", 19) == 0 ||
                       strcasecmp(about->name, "aws:SourceIdentity") == 0)));
}

/* A stranger is in no organization, or in another one than those that policies name. */
static bool admits_stranger(struct constraint_pool *pool, constraint formula)
{
    static const char *const organization[] = {"o-zzzzzzzzzz"}, *const path[] = {"o-zzzzzzzzzz/r-zzzz/"};
    constraint none = constraint_fix(pool, formula, "aws:PrincipalOrgID", NULL, 0);
    none = constraint_fix(pool, none, "aws:PrincipalOrgPaths", NULL, 0);
    constraint other = constraint_fix(pool, formula, "aws:PrincipalOrgID", organization, 1);
    other = constraint_fix(pool, other, "aws:PrincipalOrgPaths", path, 1);
    return constraint_satisfiable(pool, none) != CONSTRAINT_NO || constraint_satisfiable(pool, other) != CONSTRAINT_NO;
}

struct guessing {
    struct constraint_pool *pool;
    constraint formula;
};

/* False for a comparison with something that is only known when a template is deployed. */
static bool not_put_off(const struct constraint_key *key, bool fact, void *context)
{
    struct guessing *guessing = context;
    if (fact && context_key_is_put_off(key->name)) {
        constraint same = constraint_fact(guessing->pool, key->name);
        guessing->formula = constraint_and(guessing->pool, guessing->formula, constraint_not(guessing->pool, same));
    }
    return true;
}

/* A principal that is only known when a template is deployed is not a stranger. */
static bool needs_deployment(struct constraint_pool *pool, constraint formula)
{
    struct guessing guessing = {pool, formula};
    constraint_each_key(pool, formula, not_put_off, &guessing);
    return guessing.formula != formula && constraint_satisfiable(pool, guessing.formula) == CONSTRAINT_NO;
}

/* rcp: the only RCP that counts, see struct decision_gain. */
static enum openness openness_with(struct analysis *analysis, const struct trust_statement *at, const char *rcp,
                                   constraint *formula)
{
    const struct caller anyone = {
        .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};
    const struct decision_gain gain = {.only_rcp = rcp};
    *formula = trust_admits_with(analysis, &anyone, &gain, at);
    if (*formula == CONSTRAINT_FALSE || !admits_stranger(analysis->pool, *formula) ||
        needs_deployment(analysis->pool, *formula))
        return OPENNESS_CLOSED;
    if (*formula == CONSTRAINT_TRUE)
        return OPENNESS_OPEN;
    return constraint_each_key(analysis->pool, *formula, stranger_can, NULL) ? OPENNESS_WEAK : OPENNESS_BOUND;
}

enum openness openness_of(struct analysis *analysis, const struct trust_statement *at, bool whatever_rcps,
                          constraint *formula)
{
    constraint ignored;
    return openness_with(analysis, at, whatever_rcps ? "" : NULL, formula != NULL ? formula : &ignored);
}

/* Where the policy with the ID is attached: "the root (r-xyz) and the OU Prod (ou-xyz)". */
static void add_places(struct text *text, const struct model *model, const struct model_guardrails *rcps,
                       const char *policy)
{
    const char *between = "";
    for (uint32_t i = 0; i < rcps->level_count; i++) {
        const struct model_level *level = &rcps->levels[i];
        bool here = false;
        for (uint32_t j = 0; j < level->policy_count; j++) {
            const char *id = model->uses[level->first_policy + j].arn;
            here = here || (id != NULL && strcmp(id, policy) == 0);
        }
        if (!here)
            continue;
        if (strncmp(level->id, "r-", 2) == 0)
            text_format(text, "%sthe root (%s)", between, level->id);
        else if (strncmp(level->id, "ou-", 3) == 0)
            text_format(text, "%sthe organizational unit %s (%s)", between, level->name, level->id);
        else
            text_format(text, "%saccount %s", between, level->id);
        between = " and ";
    }
}

/* Whether the policy is also attached further up. */
static bool seen_above(const struct model *model, const struct model_guardrails *rcps, uint32_t level, uint32_t index)
{
    const char *id = model->uses[index].arn;
    for (uint32_t i = 0; i <= level; i++)
        for (uint32_t j = 0; j < rcps->levels[i].policy_count; j++) {
            uint32_t other = rcps->levels[i].first_policy + j;
            if (other == index)
                return false;
            if (model->uses[other].arn != NULL && strcmp(model->uses[other].arn, id) == 0)
                return true;
        }
    return false;
}

/* Adds the policies that individually change how open the statement is; returns how many. */
static uint32_t add_policies(struct analysis *analysis, const struct trust_statement *at, enum openness without,
                             struct text *text)
{
    const struct model *model = analysis->model;
    const struct model_guardrails *rcps = &model->rcps[at->who->account];
    uint32_t count = 0;
    constraint formula;
    for (uint32_t i = 0; i < rcps->level_count; i++)
        for (uint32_t j = 0; j < rcps->levels[i].policy_count; j++) {
            uint32_t index = rcps->levels[i].first_policy + j;
            const struct policy_use *use = &model->uses[index];
            if (use->arn == NULL || seen_above(model, rcps, i, index) ||
                openness_with(analysis, at, use->arn, &formula) >= without)
                continue;
            text_format(text, "%s%s (%s), attached to ", count++ > 0 ? ", and " : "", use->name, use->arn);
            add_places(text, model, rcps, use->arn);
        }
    return count;
}

const char *openness_rcps(struct analysis *analysis, struct findings *findings, const struct trust_statement *at)
{
    enum openness now = openness_of(analysis, at, false, NULL), without = openness_of(analysis, at, true, NULL);
    if (now >= without)
        return "";
    struct text text = {0};
    uint32_t count = add_policies(analysis, at, without, &text);
    const char *words = count == 0 ? "Only the organization's RCPs together keep others out."
                                   : finding_text(findings, "Only the RCP%s %s, keep%s others out.",
                                                  count > 1 ? "s" : "", text.data, count > 1 ? "" : "s");
    text_free(&text);
    return words;
}
