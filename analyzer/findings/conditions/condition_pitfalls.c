/*
 * Conditions that do not do what they appear to: decided by evaluating the statement for the callers it is about, with
 * the key absent or with several values, not by its text.
 *
 * If a condition on a key of an identity provider, an external id or MFA is passed by leaving the key out, other
 * findings report it; here such keys count only if the condition can never be true.
 */
#include "analyzer/findings/conditions/pitfalls.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "ingest/policy/issuer_claims.h"

#include <string.h>
#include <strings.h>

/* ---- keys */

static bool is_key(const struct condition_reading *reading, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(reading->about->name, names[i]) == 0)
            return true;
    return false;
}

/* Lists of what a call passes: calls without them pass nothing, and such conditions are written to allow that. */
static bool is_list_of_passed(const struct condition_reading *reading)
{
    static const char *const names[] = {"aws:TagKeys", "sts:TransitiveTagKeys", "sts:RequestContextProviders"};
    return is_key(reading, names, sizeof names / sizeof names[0]);
}

/* For keys whose absence says that a call comes from outside: denying that is the point. */
static bool is_of_perimeter(const struct condition_reading *reading)
{
    static const char *const names[] = {
        "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",   "aws:PrincipalAccount", "aws:PrincipalArn",
        "aws:ResourceOrgID",  "aws:ResourceOrgPaths",    "aws:ResourceAccount",  "aws:SourceIp",
        "aws:VpcSourceIp",    "aws:SourceVpc",           "aws:SourceVpce",       "aws:SourceVpcArn",
        "aws:VpceAccount",    "aws:VpceOrgID",           "aws:VpceOrgPaths",     "aws:SourceOrgID",
        "aws:SourceOrgPaths", "aws:SourceAccount",       "aws:SourceArn",        "aws:PrincipalIsAWSService",
        "aws:ViaAWSService",  "aws:Ec2InstanceSourceVpc"};
    return is_key(reading, names, sizeof names / sizeof names[0]);
}

/* Keys whose absence in an Allow has a finding of its own. */
static bool has_own_finding(const struct condition_reading *reading)
{
    static const char *const names[] = {"sts:ExternalId", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"};
    return reading->about->class == KEY_PROVIDER || reading->about->class == KEY_SERVICE ||
           is_key(reading, names, sizeof names / sizeof names[0]);
}

/* ---- the pitfalls */

static bool passes_without_key(const struct condition_reading *reading, const struct caller *caller)
{
    return reading_holds_without_key(reading, caller, true);
}

static bool comes_without_key(const struct condition_reading *reading, const struct caller *caller)
{
    return reading_holds_without_key(reading, caller, false);
}

static bool opens_without_key(struct condition_reading *reading)
{
    return reading->statement->allow && reading->about->class != KEY_UNRECOGNIZED && !has_own_finding(reading) &&
           reading_some_caller(reading, passes_without_key);
}

static bool allow_forallvalues(struct condition_reading *reading)
{
    return reading->condition->name.set == CONDITION_FOR_ALL_VALUES && !is_list_of_passed(reading) &&
           opens_without_key(reading);
}

static bool allow_if_exists(struct condition_reading *reading)
{
    return reading->condition->name.if_exists && !reading->condition->name.op->negated && !is_list_of_passed(reading) &&
           opens_without_key(reading);
}

static bool allow_negated(struct condition_reading *reading)
{
    return reading->condition->name.op->negated && reading->condition->name.set == CONDITION_SINGLE &&
           !is_list_of_passed(reading) && opens_without_key(reading);
}

static bool deny_if_exists(struct condition_reading *reading)
{
    return !reading->statement->allow && reading->condition->name.if_exists && reading->condition->name.op->negated &&
           reading->condition->name.set != CONDITION_FOR_ANY_VALUE && reading->about->class != KEY_UNRECOGNIZED &&
           !is_of_perimeter(reading) && reading_some_caller(reading, passes_without_key);
}

static bool deny_for_any_value(struct condition_reading *reading)
{
    return !reading->statement->allow && reading->condition->name.set == CONDITION_FOR_ANY_VALUE &&
           reading->condition->name.op->negated && reading->about->class != KEY_UNRECOGNIZED &&
           !is_list_of_passed(reading) && reading_some_caller(reading, comes_without_key);
}

/* Only for calls to assume roles is it known which keys they never have. */
static bool is_only_about_assuming(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->action_count; i++) {
        const char *action = statement->actions[i], *forms = sts_actions[STS_ASSUME_ROLE].name;
        if (strncasecmp(action, forms, strlen(forms)) != 0 &&
            strcasecmp(action, sts_actions[STS_TAG_SESSION].name) != 0 &&
            strcasecmp(action, sts_actions[STS_SET_SOURCE_IDENTITY].name) != 0 &&
            strcasecmp(action, sts_actions[STS_SET_CONTEXT].name) != 0)
            return false;
    }
    return !statement->not_action;
}

static bool never_has_key(const struct condition_reading *reading, const struct caller *caller)
{
    struct request request = reading_request(reading, caller);
    struct key_value value = request_value(&request, reading->condition->key);
    bool federated = caller_is_federated(caller);
    bool possible = reading->about->class == KEY_NEVER || reading->about->class == KEY_SERVICE ||
                    reading->about->class == KEY_PROVIDER ||
                    (federated && strcmp(reading->about->name, "sts:ExternalId") == 0);
    /* Keys of another provider are reported by oidc-key-wrong-issuer. */
    bool kept_back = reading->about->source == SOURCE_NEVER;
    return possible && !(federated && reading->about->class == KEY_PROVIDER && !kept_back) &&
           value.state == VALUE_KNOWN && value.count == 0;
}

static bool key_never_present(struct condition_reading *reading)
{
    bool asks_for_absence = reading->condition->name.op->family == CONDITION_NULL;
    bool trust = reading->policy->use->kind == USE_TRUST;
    return !asks_for_absence && (trust || is_only_about_assuming(reading->statement)) &&
           reading->policy->use->kind != USE_RCP && reading_every_caller(reading, never_has_key);
}

static const char *never_present_words(const struct condition_reading *reading)
{
    return reading->about->class == KEY_PROVIDER && reading->about->source == SOURCE_NEVER
               ? "AWS does not pass on this claim of the token (as of " ISSUER_CLAIMS_AS_OF "), so no call has this key"
               : "the calls that the statement covers never have this key";
}

static bool literal_wildcard(struct condition_reading *reading)
{
    const struct statement_condition *condition = reading->condition;
    if (condition->name.op->family != CONDITION_STRING || condition->name.op->glob || reading->caller_count == 0)
        return false;
    for (uint32_t i = 0; i < condition->value_count; i++)
        for (const char *at = condition->values[i]; *at != '\0'; at++) {
            bool wildcard = *at == '*' || *at == '?', variable = at > condition->values[i] + 1 && at[-1] == '{';
            if (wildcard && !variable) {
                reading->caller = &reading->callers[0];
                return true;
            }
        }
    return false;
}

static bool single_with_set(struct condition_reading *reading)
{
    bool known = reading->about->class != KEY_UNRECOGNIZED && reading->about->class != KEY_PROVIDER;
    reading->caller = &reading->callers[0];
    return known && !reading->about->multivalued && reading->condition->name.set != CONDITION_SINGLE &&
           reading->condition->name.op->family != CONDITION_NULL && reading->caller_count > 0;
}

static bool multi_without_set(struct condition_reading *reading)
{
    reading->caller = &reading->callers[0];
    return reading->about->multivalued && reading->condition->name.set == CONDITION_SINGLE &&
           reading->condition->name.op->family != CONDITION_NULL && reading->caller_count > 0;
}

/* What happens because the wildcards in a condition are plain characters. */
static const char *wildcard_words(const struct condition_reading *reading)
{
    bool allow = reading->statement->allow, negated = reading->condition->name.op->negated;
    if (allow)
        return negated ? "* and ? are plain characters here, so nothing is excluded"
                       : "* and ? are plain characters here, so values with them match nothing and allow nothing";
    return negated ? "* and ? are plain characters here, so the Deny applies to everything"
                   : "* and ? are plain characters here, so values with them match nothing and deny nothing";
}

static const struct pitfall list[] = {
    {CODE_PITFALL_KEY_NEVER_PRESENT, key_never_present, 0, false, NULL, never_present_words,
     "Remove the condition, or use a key that such calls have.", MEND_NONE},
    {CODE_PITFALL_ALLOW_FORALLVALUES_MISSING_KEY, allow_forallvalues, 0, true,
     "ForAllValues also holds for calls without the key, so leaving the key out meets it", NULL,
     "Use ForAnyValue, or also require the key: \"Null\": {KEY: \"false\"}.", MEND_DEMAND_KEY},
    {CODE_PITFALL_ALLOW_IFEXISTS, allow_if_exists, 0, true,
     "IfExists also holds for calls without the key, so leaving the key out meets it", NULL,
     "Remove IfExists: without it, a call that lacks the key is not allowed.", MEND_DROP_IF_EXISTS},
    {CODE_PITFALL_ALLOW_NEGATED_MISSING_KEY, allow_negated, 0, false,
     "a negated operator also holds for calls without the key, so leaving the key out meets it", NULL,
     "Name what is allowed instead of what is not, or also require the key: \"Null\": {KEY: \"false\"}.",
     MEND_DEMAND_KEY},
    {CODE_PITFALL_DENY_FORANYVALUE_MISSING_KEY, deny_for_any_value, 0, false,
     "ForAnyValue never holds for calls without the key, so the Deny does not apply to them", NULL,
     "Use ForAllValues, or deny calls without the key in a statement of its own: \"Null\": {KEY: \"true\"}.",
     MEND_ALL_VALUES},
    {CODE_PITFALL_DENY_IFEXISTS_NEGATED, deny_if_exists, -1, false,
     "a negated operator holds for calls without the key whether IfExists is there or not, so the Deny applies to "
     "those too",
     NULL, "To exempt calls without the key, add \"Null\": {KEY: \"false\"}; otherwise remove IfExists.",
     MEND_DROP_IF_EXISTS},
    {CODE_PITFALL_STRINGEQUALS_LITERAL_WILDCARD, literal_wildcard, 0, false, NULL, wildcard_words,
     "Use StringLike, StringNotLike, ArnLike or ArnNotLike for patterns.", MEND_LIKE},
    {CODE_PITFALL_SINGLE_VALUE_KEY_WITH_SET_OPERATOR, single_with_set, -1, false,
     "the key has a single value; ForAllValues and ForAnyValue are for keys with several values", NULL,
     "Remove ForAllValues or ForAnyValue.", MEND_DROP_SET},
    {CODE_PITFALL_MULTIVALUE_KEY_WITHOUT_SET_OPERATOR, multi_without_set, -1, false,
     "the key can have several values, and AWS does not document how an operator without ForAllValues or ForAnyValue "
     "treats them",
     NULL, "Use the one that is meant: ForAnyValue or ForAllValues.", MEND_ANY_VALUE},
};

/* A Deny with NotPrincipal matches a named caller too, unless account, user or role, and session are all named. */
static void judge_not_principal(struct condition_reading *reading, const struct finding_rule *rule,
                                struct findings *findings)
{
    const struct statement *statement = reading->statement;
    if (!statement->not_principal || statement->allow || reading->role == MODEL_NONE)
        return;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        struct decision_question question = {.role = reading->role, .now = reading->analysis->now};
        if ((principal->form != PRINCIPAL_USER_ARN && principal->form != PRINCIPAL_ROLE_ARN &&
             principal->form != PRINCIPAL_SESSION_ARN) ||
            !trust_caller(reading->analysis, principal, &question.caller))
            continue;
        constraint met = decision_statement_matches(reading->analysis->evaluator, &question, statement);
        if (constraint_satisfiable(reading->analysis->pool, met) == CONSTRAINT_NO)
            continue;
        struct finding *finding = pitfall_add(reading, rule, findings, principal->value);
        finding->code = finding_code_words[CODE_PITFALL_DENY_NOTPRINCIPAL];
        finding_set_fix(finding,
                        "Instead deny everyone (Principal *), with a condition ArnNotLike on aws:PrincipalArn.");
        bool boundary = question.caller.principal != MODEL_NONE &&
                        reading->analysis->model->principals[question.caller.principal].boundary != NULL;
        finding->detail = finding_text(
            findings, "The trust policy of %s is meant to exempt %s from its Deny, but denies it as well: %s.",
            reading->policy->use->holder, principal->value,
            boundary ? "it has a permissions boundary, and NotPrincipal never exempts principals that have one"
                     : "NotPrincipal exempts a user, role or session only if its account (and role) is listed too");
        break;
    }
}

/* An ARN with fewer than six fields still matches something: IAM completes it. */
static void judge_incomplete_arn(struct condition_reading *reading, const struct finding_rule *rule,
                                 struct findings *findings)
{
    const struct statement *statement = reading->statement;
    uint32_t written = statement->resource_count - statement->resource_completions;
    bool guardrail = reading->policy->use->kind == USE_SCP || reading->policy->use->kind == USE_RCP;
    char completed[2048];
    for (uint32_t i = 0; i < written; i++) {
        if (!statement_complete_arn(statement->resources[i], completed, sizeof completed))
            continue;
        struct finding *finding = pitfall_add(reading, rule, findings, statement->resources[i]);
        finding->code = finding_code_words[CODE_PITFALL_INCOMPLETE_ARN];
        finding_set_fix(finding, "Write the ARN with all six fields.");
        finding->detail = finding_text(
            findings,
            guardrail ? "%s \"%s\" has fewer than the six fields of an ARN. In identity policies it would stand for "
                        "\"%s\"; AWS does not document what it means in an SCP or RCP."
                      : "%s \"%s\" has fewer than the six fields of an ARN. IAM completes it: it stands for \"%s\".",
            statement->not_resource ? "NotResource" : "Resource", statement->resources[i], completed);
        break;
    }
}

static void judge_statement(struct condition_reading *reading, const struct finding_rule *rule,
                            struct findings *findings)
{
    judge_not_principal(reading, rule, findings);
    judge_incomplete_arn(reading, rule, findings);
}

static const struct pitfalls table = {list, sizeof list / sizeof list[0], judge_statement};

void find_condition_pitfall(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    pitfalls_find(analysis, rule, findings, &table);
    report_unknown_operators(analysis, rule, findings);
}
