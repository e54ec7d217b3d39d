/*
 * Conditions on MFA that do not hold what they promise.
 */
#include "analyzer/findings/conditions/pitfalls.h"
#include "analyzer/findings/rules.h"

#include <string.h>
#include <strings.h>

/* Those who may have MFA at all. */
static bool may_have_mfa(const struct caller *caller)
{
    return caller->kind == CALLER_USER || caller->kind == CALLER_ACCOUNT || caller_is_stranger(caller);
}

static bool passes_without_mfa(const struct reading *reading, const struct caller *caller)
{
    return may_have_mfa(caller) && reading_holds_without_key(reading, caller, true);
}

static bool comes_without_mfa(const struct reading *reading, const struct caller *caller)
{
    return may_have_mfa(caller) && reading_holds_without_key(reading, caller, false);
}

static bool is_about_mfa(const struct reading *reading)
{
    return strcmp(reading->about->name, "aws:MultiFactorAuthPresent") == 0 &&
           reading->condition->name.op->family == CONDITION_BOOL;
}

static bool mfa_if_exists(struct reading *reading)
{
    return reading->statement->allow && is_about_mfa(reading) && reading->condition->name.if_exists &&
           reading_some_caller(reading, passes_without_mfa);
}

static bool mfa_deny_false(struct reading *reading)
{
    return !reading->statement->allow && is_about_mfa(reading) && !reading->condition->name.if_exists &&
           reading->condition->value_count == 1 && strcasecmp(reading->condition->values[0], "false") == 0 &&
           reading_some_caller(reading, comes_without_mfa);
}

/* Whether all conditions hold for a caller whose MFA was years ago. */
static bool passes_with_old_mfa(const struct reading *reading, const struct caller *caller)
{
    static const char *const old[] = {"1000000000"};
    struct request request = reading_request(reading, caller);
    constraint formula = reading_holds(reading, &request, NULL);
    formula = constraint_fix(reading->analysis->pool, formula, "aws:MultiFactorAuthAge", old, 1);
    return may_have_mfa(caller) && constraint_satisfiable(reading->analysis->pool, formula) == CONSTRAINT_YES;
}

static bool mfa_age(struct reading *reading)
{
    return reading->statement->allow && strcmp(reading->about->name, "aws:MultiFactorAuthAge") == 0 &&
           reading->condition->name.op->family == CONDITION_NUMERIC &&
           reading_some_caller(reading, passes_with_old_mfa);
}

static const struct pitfall list[] = {
    {CODE_MFA_BOOLIFEXISTS_TRUE, mfa_if_exists, 0, true,
     "calls with long-term access keys lack this key, so they pass without MFA", NULL,
     "Use Bool instead of BoolIfExists: then calls without the key are not allowed.", MEND_DROP_IF_EXISTS},
    {CODE_MFA_DENY_BOOL_FALSE, mfa_deny_false, 0, false,
     "calls with long-term access keys lack this key, so the Deny spares those who have no MFA", NULL,
     "Use BoolIfExists in the Deny: then it meets calls without the key too.", MEND_ADD_IF_EXISTS},
    {CODE_MFA_AGE_WITHOUT_LIMIT, mfa_age, 0, false, "it sets no upper limit, so MFA of long ago counts", NULL,
     "Use NumericLessThan with the seconds for which MFA is to count.", MEND_NONE},
};

static const struct pitfalls table = {list, sizeof list / sizeof list[0], NULL};

void report_mfa_conditions(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    pitfalls_find(analysis, rule, findings, &table);
}
