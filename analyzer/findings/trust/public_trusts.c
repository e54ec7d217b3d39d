/*
 * Trusts for anyone: a principal in a stranger's account, who has every permission there.
 */
#include "analyzer/findings/facts/openness.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"

static bool names_anyone(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (statement->principals[i].form == PRINCIPAL_ANYONE)
            return true;
    return false;
}

static const struct caller anyone = {
    .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};

static const char *condition_words(enum openness openness)
{
    return openness == OPENNESS_OPEN   ? ""
           : openness == OPENNESS_WEAK ? ", under conditions that anyone can meet or guess"
                                       : ", if the conditions hold; they do not name an account, user or role";
}

static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct trust_statement *at, enum openness openness, constraint formula, const char *who)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, "*");
    finding_holds_if(findings, finding, &anyone, formula);
    if (openness == OPENNESS_BOUND)
        finding_raise(finding, -1);
    const char *rcps = openness_rcps(analysis, findings, at);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    finding->detail = finding_text(findings, "%s can assume %s%s.%s%s%s", who, at->who->name, condition_words(openness),
                                   rcps[0] != '\0' ? " " : "", rcps, administrator);
}

/* Only RCPs keep strangers out, and others may change those. */
static void report_held_back(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                             const struct trust_statement *at, enum openness without, constraint formula,
                             const char *who)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, "*");
    uint32_t callers = edges_count_callers(analysis->edges, at->role);
    if (formula != CONSTRAINT_FALSE)
        finding_holds_if(findings, finding, &anyone, formula);
    finding_raise(finding, without == OPENNESS_BOUND ? -2 : -1);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    finding->detail =
        finding_text(findings, "The trust policy of %s is public: it trusts %s%s. %s %s can assume it today.%s",
                     at->who->name, who, condition_words(without), openness_rcps(analysis, findings, at),
                     party_callers(findings, callers), administrator);
}

static void find(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings, bool weak)
{
    struct trust_statement at = {0};
    constraint formula;
    while (trust_walk(analysis, findings, &at)) {
        if (!at.statement->allow || at.statement->not_principal || !names_anyone(at.statement) ||
            party_is_put_off(at.statement, "aws:PrincipalArn"))
            continue;
        enum openness openness = openness_of(analysis, &at, false, &formula), without;
        if (openness != OPENNESS_CLOSED && (openness == OPENNESS_WEAK) == weak)
            report(analysis, rule, findings, &at, openness, formula, "Any principal of any AWS account");
        else if (openness == OPENNESS_CLOSED && (without = openness_of(analysis, &at, true, NULL)) != OPENNESS_CLOSED &&
                 (without == OPENNESS_WEAK) == weak)
            report_held_back(analysis, rule, findings, &at, without, formula, "any principal of any AWS account");
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

/* Other parts of the trust policy keep strangers out. */
static void report_inside(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, uint32_t callers)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, "*");
    finding_raise(finding, -1);
    finding->detail =
        finding_text(findings,
                     "%s trusts everyone but the listed principals. Conditions keep strangers out today; %u users and "
                     "roles in the export can assume it.%s",
                     at->who->name, callers, finding_raise_for_administrator(finding, analysis, at->role));
}

void find_not_principal(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    constraint formula;
    while (trust_walk(analysis, findings, &at)) {
        if (!at.statement->allow || !at.statement->not_principal)
            continue;
        enum openness openness = openness_of(analysis, &at, false, &formula);
        enum openness without = openness_of(analysis, &at, true, NULL);
        uint32_t callers = edges_count_callers(analysis->edges, at.role);
        if (openness != OPENNESS_CLOSED)
            report(analysis, rule, findings, &at, openness, formula, "Everyone but the listed principals");
        else if (without != OPENNESS_CLOSED)
            report_held_back(analysis, rule, findings, &at, without, formula, "everyone but the listed principals");
        else if (callers > 0)
            report_inside(analysis, rule, findings, &at, callers);
    }
}
