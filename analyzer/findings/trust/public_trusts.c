/*
 * Trusts that let anyone in: a principal of an account of a stranger, who has every permission there.
 */
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "ingest/policy/context_key.h"

#include <string.h>
#include <strings.h>

enum openness { CLOSED, BOUND, WEAK, OPEN };

/* A stranger chooses what it calls itself, its tags and what it passes, has MFA if it wants, and waits. The network,
 * the provider's claims and what was not exported are not its choice. */
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
static bool admits_outsider(struct constraint_pool *pool, constraint formula)
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

/* That what a stranger is compared with is not what only a template's deployment knows. */
static bool not_put_off(const struct constraint_key *key, bool fact, void *context)
{
    struct guessing *guessing = context;
    if (fact && context_key_is_put_off(key->name)) {
        constraint same = constraint_fact(guessing->pool, key->name);
        guessing->formula = constraint_and(guessing->pool, guessing->formula, constraint_not(guessing->pool, same));
    }
    return true;
}

/* Whom only the deployment of a template names is no stranger. */
static bool needs_deployment(struct constraint_pool *pool, constraint formula)
{
    struct guessing guessing = {pool, formula};
    constraint_each_key(pool, formula, not_put_off, &guessing);
    return guessing.formula != formula && constraint_satisfiable(pool, guessing.formula) == CONSTRAINT_NO;
}

static enum openness judge(struct analysis *analysis, const struct trust_statement *at, constraint *formula)
{
    const struct caller anyone = {
        .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};
    *formula = trust_admits(analysis, &anyone, at);
    if (*formula == CONSTRAINT_FALSE || !admits_outsider(analysis->pool, *formula) ||
        needs_deployment(analysis->pool, *formula))
        return CLOSED;
    if (*formula == CONSTRAINT_TRUE)
        return OPEN;
    return constraint_each_key(analysis->pool, *formula, stranger_can, NULL) ? WEAK : BOUND;
}

static bool names_anyone(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (statement->principals[i].form == PRINCIPAL_ANYONE)
            return true;
    return false;
}

static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct trust_statement *at, enum openness openness, constraint formula, const char *who)
{
    const struct caller anyone = {.kind = CALLER_ANYONE, .text = "*"};
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, "*");
    finding_holds_if(findings, finding, &anyone, formula);
    if (openness == BOUND)
        finding_raise(finding, -1);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    const char *condition = openness == OPEN   ? ""
                            : openness == WEAK ? ", under conditions that anyone can meet or guess"
                                               : ", where the conditions hold; they do not say who the caller is";
    finding->detail = finding_text(findings, "%s can become %s%s.%s", who, at->who->name, condition, administrator);
}

static void find(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings, bool weak)
{
    struct trust_statement at = {0};
    constraint formula;
    while (trust_walk(analysis, findings, &at)) {
        if (!at.statement->allow || at.statement->not_principal || !names_anyone(at.statement) ||
            party_is_put_off(at.statement, "aws:PrincipalArn"))
            continue;
        enum openness openness = judge(analysis, &at, &formula);
        if (openness != CLOSED && (openness == WEAK) == weak)
            report(analysis, rule, findings, &at, openness, formula, "Any principal of any AWS account");
    }
}

void find_public(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    find(analysis, rule, findings, false);
}

void find_public_weak(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    find(analysis, rule, findings, true);
}

/* Strangers are kept out by something else, such as an RCP. */
static void report_inside(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, uint32_t callers)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, "*");
    finding_raise(finding, -1);
    finding->detail =
        finding_text(findings,
                     "%s trusts everyone but the principals that are listed. Other policies keep strangers "
                     "out today; %u users and roles of the exports can become it.%s",
                     at->who->name, callers, finding_raise_for_administrator(finding, analysis, at->role));
}

void find_not_principal(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    constraint formula;
    while (trust_walk(analysis, findings, &at)) {
        if (!at.statement->allow || !at.statement->not_principal)
            continue;
        enum openness openness = judge(analysis, &at, &formula);
        uint32_t callers = edges_count_callers(analysis->edges, at.role);
        if (openness != CLOSED)
            report(analysis, rule, findings, &at, openness, formula, "Everyone but the principals that are listed");
        else if (callers > 0)
            report_inside(analysis, rule, findings, &at, callers);
    }
}
