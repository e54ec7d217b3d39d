/*
 * Conditions that do something else than they look: decided by evaluating the statement for those it is about, with the
 * key absent or with several values, not by its text.
 *
 * Keys of identity providers, external ids and MFA have findings of their own where they are passed by leaving them
 * out; here they count where a condition can never hold.
 */
#include "analyzer/findings/policies.h"
#include "analyzer/findings/rules.h"
#include "analyzer/findings/trust_walk.h"
#include "graph/context_key.h"
#include "graph/request.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CALLERS 64u

/* One condition of one statement, and whom the statement is about. */
struct reading {
    struct analysis *analysis;
    struct arena *arena;
    const struct owned_policy *policy;
    const struct statement *statement;
    const struct statement_condition *condition;
    const struct context_key *about;
    uint32_t role; /* trust policies; else MODEL_NONE */
    struct caller callers[CALLERS];
    uint32_t caller_count;
    const struct caller *caller; /* the first for whom it holds */
};

static struct request request_of(const struct reading *reading, const struct caller *caller)
{
    const struct model *model = reading->analysis->model;
    return (struct request){.model = model,
                            .pool = reading->analysis->pool,
                            .arena = reading->arena,
                            .caller = caller,
                            .role = reading->role,
                            .resource = reading->role != MODEL_NONE ? model->principals[reading->role].arn : "*",
                            .action = "sts:AssumeRole"};
}

/* All conditions of the statement but one, for the caller. */
static constraint others_hold(const struct reading *reading, const struct request *request,
                              const struct statement_condition *but)
{
    struct constraint_pool *pool = reading->analysis->pool;
    constraint result = request_axioms(request, reading->analysis->now);
    for (uint32_t i = 0; i < reading->statement->condition_count && result != CONSTRAINT_FALSE; i++)
        if (&reading->statement->conditions[i] != but)
            result = constraint_and(
                pool, result,
                request_condition(request, &reading->statement->conditions[i], reading->statement->variables));
    return result;
}

/* Whether the caller can make a call without the key for which all conditions hold, or all but this one. */
static bool holds_without_key(const struct reading *reading, const struct caller *caller, bool this_one)
{
    struct constraint_pool *pool = reading->analysis->pool;
    struct request request = request_of(reading, caller);
    struct key_value value = request_value(&request, reading->condition->key);
    constraint formula = others_hold(reading, &request, this_one ? NULL : reading->condition);
    if (value.state == VALUE_KNOWN && value.count > 0)
        return false;
    if (value.state != VALUE_KNOWN)
        formula = constraint_fix(pool, formula, value.key, NULL, 0);
    return constraint_satisfiable(pool, formula) == CONSTRAINT_YES;
}

static bool some_caller(struct reading *reading, bool (*holds)(const struct reading *, const struct caller *))
{
    for (uint32_t i = 0; i < reading->caller_count; i++)
        if (holds(reading, &reading->callers[i])) {
            reading->caller = &reading->callers[i];
            return true;
        }
    return false;
}

static bool every_caller(struct reading *reading, bool (*holds)(const struct reading *, const struct caller *))
{
    for (uint32_t i = 0; i < reading->caller_count; i++)
        if (!holds(reading, &reading->callers[i]))
            return false;
    reading->caller = &reading->callers[0];
    return reading->caller_count > 0;
}

static bool passes_without_key(const struct reading *reading, const struct caller *caller)
{
    return holds_without_key(reading, caller, true);
}

static bool comes_without_key(const struct reading *reading, const struct caller *caller)
{
    return holds_without_key(reading, caller, false);
}

/* ---- keys */

static bool is_key(const struct reading *reading, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(reading->about->name, names[i]) == 0)
            return true;
    return false;
}

/* Lists of what a call passes: without them it passes nothing, which is what such conditions are for. */
static bool is_list_of_passed(const struct reading *reading)
{
    static const char *const names[] = {"aws:TagKeys", "sts:TransitiveTagKeys", "sts:RequestContextProviders"};
    return is_key(reading, names, sizeof names / sizeof names[0]);
}

/* Where the absence of the key says that a call comes from outside: denying it then is the point. */
static bool is_of_perimeter(const struct reading *reading)
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
static bool has_own_finding(const struct reading *reading)
{
    static const char *const names[] = {"sts:ExternalId", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"};
    return reading->about->class == KEY_PROVIDER || reading->about->class == KEY_SERVICE ||
           is_key(reading, names, sizeof names / sizeof names[0]);
}

/* ---- the pitfalls */

static bool opens_without_key(struct reading *reading)
{
    return reading->statement->allow && reading->about->class != KEY_UNRECOGNIZED && !has_own_finding(reading) &&
           some_caller(reading, passes_without_key);
}

static bool allow_forallvalues(struct reading *reading)
{
    return reading->condition->name.set == CONDITION_FOR_ALL_VALUES && !is_list_of_passed(reading) &&
           opens_without_key(reading);
}

static bool allow_if_exists(struct reading *reading)
{
    return reading->condition->name.if_exists && !reading->condition->name.op->negated && !is_list_of_passed(reading) &&
           opens_without_key(reading);
}

static bool allow_negated(struct reading *reading)
{
    return reading->condition->name.op->negated && reading->condition->name.set == CONDITION_SINGLE &&
           !is_list_of_passed(reading) && opens_without_key(reading);
}

static bool deny_if_exists(struct reading *reading)
{
    return !reading->statement->allow && reading->condition->name.if_exists && reading->condition->name.op->negated &&
           reading->condition->name.set != CONDITION_FOR_ANY_VALUE && reading->about->class != KEY_UNRECOGNIZED &&
           !is_of_perimeter(reading) && some_caller(reading, passes_without_key);
}

static bool deny_for_any_value(struct reading *reading)
{
    return !reading->statement->allow && reading->condition->name.set == CONDITION_FOR_ANY_VALUE &&
           reading->condition->name.op->negated && reading->about->class != KEY_UNRECOGNIZED &&
           !is_list_of_passed(reading) && some_caller(reading, comes_without_key);
}

/* Only of calls to assume roles is known which keys they never have. */
static bool is_only_about_assuming(const struct statement *statement)
{
    static const char *const actions[] = {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"};
    for (uint32_t i = 0; i < statement->action_count; i++) {
        bool one = strncasecmp(statement->actions[i], "sts:AssumeRole", 14) == 0;
        for (size_t j = 0; j < sizeof actions / sizeof actions[0]; j++)
            one = one || strcasecmp(statement->actions[i], actions[j]) == 0;
        if (!one)
            return false;
    }
    return !statement->not_action;
}

static bool never_has_key(const struct reading *reading, const struct caller *caller)
{
    struct request request = request_of(reading, caller);
    struct key_value value = request_value(&request, reading->condition->key);
    bool federated = caller->kind == CALLER_SAML_PROVIDER || caller->kind == CALLER_WEB_IDENTITY;
    bool possible = reading->about->class == KEY_NEVER || reading->about->class == KEY_SERVICE ||
                    reading->about->class == KEY_PROVIDER ||
                    (federated && strcmp(reading->about->name, "sts:ExternalId") == 0);
    /* The keys of another provider are the business of oidc-key-wrong-issuer. */
    return possible && !(federated && reading->about->class == KEY_PROVIDER) && value.state == VALUE_KNOWN &&
           value.count == 0;
}

static bool key_never_present(struct reading *reading)
{
    bool asks_for_absence = reading->condition->name.op->family == CONDITION_NULL;
    bool trust = reading->policy->use->kind == USE_TRUST;
    return !asks_for_absence && (trust || is_only_about_assuming(reading->statement)) &&
           reading->policy->use->kind != USE_RCP && every_caller(reading, never_has_key);
}

static bool literal_wildcard(struct reading *reading)
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

static bool single_with_set(struct reading *reading)
{
    bool known = reading->about->class != KEY_UNRECOGNIZED && reading->about->class != KEY_PROVIDER;
    reading->caller = &reading->callers[0];
    return known && !reading->about->multivalued && reading->condition->name.set != CONDITION_SINGLE &&
           reading->condition->name.op->family != CONDITION_NULL && reading->caller_count > 0;
}

static bool multi_without_set(struct reading *reading)
{
    reading->caller = &reading->callers[0];
    return reading->about->multivalued && reading->condition->name.set == CONDITION_SINGLE &&
           reading->condition->name.op->family != CONDITION_NULL && reading->caller_count > 0;
}

struct pitfall {
    const char *code;
    bool (*is)(struct reading *reading);
    int steps;  /* from the rule's severity */
    bool opens; /* one step up more if a trust lets somebody in so */
    const char *says, *fix;
};

static const struct pitfall pitfalls[] = {
    {"key-never-present", key_never_present, 0, false, "calls of those it is about never have this key",
     "Take the condition out, or use the key that such calls have."},
    {"allow-forallvalues-missing-key", allow_forallvalues, 0, true,
     "ForAllValues also holds for calls without the key, so it is passed by leaving the key out",
     "Use ForAnyValue, or demand the key besides: \"Null\": {KEY: \"false\"}."},
    {"allow-ifexists", allow_if_exists, 0, true,
     "IfExists also holds for calls without the key, so it is passed by leaving the key out",
     "Take IfExists away: without it a call that lacks the key is not allowed."},
    {"allow-negated-missing-key", allow_negated, 0, false,
     "a negated operator also holds for calls without the key, so it is passed by leaving the key out",
     "Name what is allowed instead of what is not, or demand the key besides: \"Null\": {KEY: \"false\"}."},
    {"deny-foranyvalue-missing-key", deny_for_any_value, 0, false,
     "ForAnyValue never holds for calls without the key, so the Deny spares those",
     "Use ForAllValues, or deny calls without the key by a statement of its own: \"Null\": {KEY: \"true\"}."},
    {"deny-ifexists-negated", deny_if_exists, -1, false,
     "a negated operator holds for calls without the key whether IfExists is there or not, so the Deny meets those too",
     "If calls without the key are to be spared, add \"Null\": {KEY: \"false\"}; else take IfExists away."},
    {"stringequals-literal-wildcard", literal_wildcard, 0, false, "",
     "Use StringLike, StringNotLike, ArnLike or ArnNotLike for patterns."},
    {"single-value-key-with-set-operator", single_with_set, -1, false,
     "the key has one value, and set operators are for keys with several", "Take ForAllValues or ForAnyValue away."},
    {"multivalue-key-without-set-operator", multi_without_set, -1, false,
     "the key can have several values, and AWS does not say what an operator without ForAllValues or ForAnyValue makes "
     "of those",
     "Say which is meant: ForAnyValue or ForAllValues."},
};

static const char *const codes[] = {"allow-forallvalues-missing-key",
                                    "allow-ifexists",
                                    "allow-negated-missing-key",
                                    "deny-foranyvalue-missing-key",
                                    "deny-ifexists-negated",
                                    "deny-notprincipal",
                                    "key-never-present",
                                    "multivalue-key-without-set-operator",
                                    "single-value-key-with-set-operator",
                                    "stringequals-literal-wildcard",
                                    "unknown-operator"};

const char *const *condition_pitfall_codes(size_t *count)
{
    *count = sizeof codes / sizeof codes[0];
    return codes;
}

/* ---- MFA */

/* Those who may have MFA at all. */
static bool may_have_mfa(const struct caller *caller)
{
    return caller->kind == CALLER_USER || caller->kind == CALLER_ACCOUNT || caller->kind == CALLER_ANYONE;
}

static bool passes_without_mfa(const struct reading *reading, const struct caller *caller)
{
    return may_have_mfa(caller) && holds_without_key(reading, caller, true);
}

static bool comes_without_mfa(const struct reading *reading, const struct caller *caller)
{
    return may_have_mfa(caller) && holds_without_key(reading, caller, false);
}

static bool is_about_mfa(const struct reading *reading)
{
    return strcmp(reading->about->name, "aws:MultiFactorAuthPresent") == 0 &&
           reading->condition->name.op->family == CONDITION_BOOL;
}

static bool mfa_if_exists(struct reading *reading)
{
    return reading->statement->allow && is_about_mfa(reading) && reading->condition->name.if_exists &&
           some_caller(reading, passes_without_mfa);
}

static bool mfa_deny_false(struct reading *reading)
{
    return !reading->statement->allow && is_about_mfa(reading) && !reading->condition->name.if_exists &&
           reading->condition->value_count == 1 && strcasecmp(reading->condition->values[0], "false") == 0 &&
           some_caller(reading, comes_without_mfa);
}

/* Whether all conditions hold for a caller whose MFA was years ago. */
static bool passes_with_old_mfa(const struct reading *reading, const struct caller *caller)
{
    static const char *const old[] = {"1000000000"};
    struct request request = request_of(reading, caller);
    constraint formula = others_hold(reading, &request, NULL);
    formula = constraint_fix(reading->analysis->pool, formula, "aws:MultiFactorAuthAge", old, 1);
    return may_have_mfa(caller) && constraint_satisfiable(reading->analysis->pool, formula) == CONSTRAINT_YES;
}

static bool mfa_age(struct reading *reading)
{
    return reading->statement->allow && strcmp(reading->about->name, "aws:MultiFactorAuthAge") == 0 &&
           reading->condition->name.op->family == CONDITION_NUMERIC && some_caller(reading, passes_with_old_mfa);
}

static const struct pitfall mfa_pitfalls[] = {
    {"boolifexists-true", mfa_if_exists, 0, true,
     "calls with long-term access keys lack this key, so they pass without MFA",
     "Use Bool instead of BoolIfExists: then calls without the key are not allowed."},
    {"deny-bool-false", mfa_deny_false, 0, false,
     "calls with long-term access keys lack this key, so the Deny spares those who have no MFA",
     "Use BoolIfExists in the Deny: then it meets calls without the key too."},
    {"age-without-limit", mfa_age, 0, false, "it sets no upper limit, so MFA of long ago counts",
     "Use NumericLessThan with the seconds for which MFA is to count."},
};

static const char *const mfa_codes[] = {"age-without-limit", "boolifexists-true", "deny-bool-false"};

const char *const *mfa_missing_codes(size_t *count)
{
    *count = sizeof mfa_codes / sizeof mfa_codes[0];
    return mfa_codes;
}

/* ---- whom a statement is about */

static void add_caller(struct reading *reading, const struct caller *caller)
{
    if (reading->caller_count < CALLERS)
        reading->callers[reading->caller_count++] = *caller;
}

static void add_principals(struct reading *reading, const struct statement *statement)
{
    struct caller caller;
    for (uint32_t i = 0; i < statement->principal_count && !statement->not_principal; i++)
        if (trust_caller(reading->analysis, &statement->principals[i], &caller))
            add_caller(reading, &caller);
    if (statement->not_principal && caller_parse(reading->analysis->model, reading->arena, "*", &caller))
        add_caller(reading, &caller);
}

/* A Deny for everybody is about those whom the policy allows. */
static void find_callers(struct reading *reading)
{
    const struct model *model = reading->analysis->model;
    const struct policy_use *use = reading->policy->use;
    struct caller caller;
    reading->caller_count = 0;
    reading->role = use->kind == USE_TRUST ? reading->policy->holders[0] : MODEL_NONE;
    if (use->kind == USE_TRUST) {
        const struct model_document *document = &model->documents[use->document];
        if (reading->statement->allow)
            add_principals(reading, reading->statement);
        for (uint32_t i = 0; i < document->statement_count && !reading->statement->allow; i++) {
            const struct statement *other = &model->statements[document->first_statement + i];
            if (other->allow && other->broken == NULL)
                add_principals(reading, other);
        }
        return;
    }
    bool user = false, role = false;
    for (uint32_t i = 0; i < reading->policy->holder_count && !(user && role); i++) {
        bool *have = model->principals[reading->policy->holders[i]].is_role ? &role : &user;
        caller_of_principal(model, reading->policy->holders[i], &caller);
        if (!*have)
            add_caller(reading, &caller);
        *have = true;
    }
    if (reading->policy->bound == MODEL_NONE)
        return;
    const char *text = use->kind == USE_RCP ? "*" : model->accounts[reading->policy->bound].id;
    if (caller_parse(model, reading->arena, text, &caller))
        add_caller(reading, &caller);
}

/* ---- findings */

/* A trust that lets the caller in with a call without the key. */
static bool lets_in_without_key(const struct reading *reading)
{
    struct fixed_key without = {.key = reading->condition->key};
    struct decision decision = {0};
    struct decision_question question = {.caller = *reading->caller,
                                         .role = reading->role,
                                         .fixed = &without,
                                         .fixed_count = 1,
                                         .now = reading->analysis->now};
    struct request request = request_of(reading, reading->caller);
    if (request_value(&request, reading->condition->key).state == VALUE_KNOWN)
        question.fixed_count = 0;
    return reading->role != MODEL_NONE && decision_decide(reading->analysis->evaluator, &question, &decision) &&
           decision.verdict != VERDICT_DENIED;
}

static const char *operator_words(struct findings *findings, const struct statement_condition *condition)
{
    const char *set = condition->name.set == CONDITION_FOR_ALL_VALUES  ? "ForAllValues:"
                      : condition->name.set == CONDITION_FOR_ANY_VALUE ? "ForAnyValue:"
                                                                       : "";
    return finding_text(findings, "%s%s%s", set, condition->name.op->name, condition->name.if_exists ? "IfExists" : "");
}

/* What a condition does whose wildcards are plain characters. */
static const char *wildcard_words(const struct reading *reading)
{
    bool allow = reading->statement->allow, negated = reading->condition->name.op->negated;
    if (allow)
        return negated ? "* and ? are plain characters here, so nothing is excluded"
                       : "* and ? are plain characters here, so such values never match and are not allowed";
    return negated ? "* and ? are plain characters here, so nothing is spared"
                   : "* and ? are plain characters here, so such values never match and are not denied";
}

static struct finding *add_finding(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
                                   const char *subject)
{
    const struct policy_use *use = reading->policy->use;
    struct finding *finding = finding_add(findings, reading->analysis, rule, reading->policy->account,
                                          policy_resource(use), subject, reading->statement);
    finding_evidence_add(findings, finding, use, reading->statement);
    return finding;
}

static const char *holders_words(struct findings *findings, const struct owned_policy *policy)
{
    if (policy->use->kind == USE_TRUST)
        return finding_text(findings, " of %s", policy->use->holder);
    if (policy->holder_count > 1)
        return finding_text(findings, " (%u users and roles have it)", policy->holder_count);
    return policy->holder_count == 1 && policy->use->arn == NULL ? finding_text(findings, " of %s", policy->use->holder)
                                                                 : "";
}

static void report(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfall *pitfall)
{
    const char *name = operator_words(findings, reading->condition);
    struct finding *finding =
        add_finding(reading, rule, findings, finding_text(findings, "%s %s", name, reading->condition->key));
    char *policy = policy_words(reading->policy->use);
    finding->code = pitfall->code;
    finding->fix = pitfall->fix;
    finding_raise(finding, pitfall->steps);
    const char *administrator = "";
    if (pitfall->opens && lets_in_without_key(reading)) {
        finding_raise(finding, 1);
        administrator = finding_raise_for_administrator(finding, reading->analysis, reading->role);
    }
    finding->detail =
        finding_text(findings, "%s%s has the condition %s on %s: %s.%s", policy != NULL ? policy : "",
                     holders_words(findings, reading->policy), name, reading->condition->key,
                     pitfall->is == literal_wildcard ? wildcard_words(reading) : pitfall->says, administrator);
    free(policy);
}

/* A Deny with NotPrincipal meets one whom it names, since it walks account, user or role, and session. */
static void judge_not_principal(struct reading *reading, const struct finding_rule *rule, struct findings *findings)
{
    const struct statement *statement = reading->statement;
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
        struct finding *finding = add_finding(reading, rule, findings, principal->value);
        finding->code = "deny-notprincipal";
        finding->fix = "Deny everybody (Principal *) with a condition ArnNotLike on aws:PrincipalArn instead.";
        bool boundary = question.caller.principal != MODEL_NONE &&
                        reading->analysis->model->principals[question.caller.principal].boundary != NULL;
        finding->detail = finding_text(
            findings, "The trust policy of %s denies all but %s, and yet denies it too: %s.",
            reading->policy->use->holder, principal->value,
            boundary ? "it has a permissions boundary, and such a statement spares nobody who has one"
                     : "NotPrincipal spares a user, role or session only if its account (and role) is in the list too");
        break;
    }
}

static void judge(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
                  const struct pitfall *table, size_t count)
{
    const struct statement *statement = reading->statement;
    find_callers(reading);
    if (table == pitfalls && statement->not_principal && !statement->allow && reading->role != MODEL_NONE)
        judge_not_principal(reading, rule, findings);
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        reading->condition = &statement->conditions[i];
        reading->about = context_key_find(reading->condition->key);
        for (size_t j = 0; j < count; j++)
            if (table[j].is(reading)) {
                report(reading, rule, findings, &table[j]);
                break;
            }
    }
    arena_reset(reading->arena);
}

/* Statements that can be about assuming roles and have conditions at all, or spare some. */
static bool is_wanted(const struct statement *statement)
{
    return statement->broken == NULL && (classes_statement_bears(statement) || trust_is_about_assuming(statement)) &&
           (statement->condition_count > 0 || (statement->not_principal && !statement->allow));
}

static void judge_all(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                      const struct pitfall *table, size_t count)
{
    const struct model *model = analysis->model;
    bool *wanted = calloc((size_t)model->document_count + 1, sizeof *wanted);
    struct policies policies = {0};
    struct arena arena = {0};
    struct reading reading = {.analysis = analysis, .arena = &arena};
    for (uint32_t i = 0; wanted != NULL && i < model->document_count; i++)
        for (uint32_t j = 0; j < model->documents[i].statement_count; j++)
            wanted[i] = wanted[i] || is_wanted(&model->statements[model->documents[i].first_statement + j]);
    findings->failed = wanted == NULL || !policies_collect(model, wanted, NULL, NULL, &policies) || findings->failed;
    for (uint32_t i = 0; i < policies.count && !findings->failed; i++) {
        const struct model_document *document = &model->documents[policies.list[i].use->document];
        reading.policy = &policies.list[i];
        for (uint32_t j = 0; j < document->statement_count && !policy_is_of_aws(reading.policy->use); j++) {
            reading.statement = &model->statements[document->first_statement + j];
            if (is_wanted(reading.statement))
                judge(&reading, rule, findings, table, count);
        }
    }
    policies_free(&policies);
    arena_free(&arena);
    free(wanted);
}

void find_condition_pitfall(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    judge_all(analysis, rule, findings, pitfalls, sizeof pitfalls / sizeof pitfalls[0]);
    report_unknown_operators(analysis, rule, findings);
}

void report_mfa_conditions(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    judge_all(analysis, rule, findings, mfa_pitfalls, sizeof mfa_pitfalls / sizeof mfa_pitfalls[0]);
}
