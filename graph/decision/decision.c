#include "graph/decision/decision.h"

#include "graph/decision/evaluator.h"
#include "graph/decision/request_inside.h"
#include "graph/policy/service_sessions.h"
#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Account numbers are unique only within a partition: one account of the model may stand for two, so ARNs decide. */
static bool crosses_partitions(const struct caller *caller, const struct model_principal *role, const char *of_account)
{
    struct arn from, to;
    static const char usual[] = "arn:aws:";
    if (caller->principal != MODEL_NONE && strncmp(caller->text, usual, sizeof usual - 1) == 0 &&
        strncmp(role->arn, usual, sizeof usual - 1) == 0)
        return false;
    if (!arn_parse(role->arn, strlen(role->arn), &to))
        return caller->partition != NULL && strcmp(caller->partition, of_account) != 0;
    if (arn_parse(caller->text, strlen(caller->text), &from))
        return from.partition.length != to.partition.length ||
               memcmp(from.partition.at, to.partition.at, to.partition.length) != 0;
    return caller->partition != NULL && !span_equals(to.partition, caller->partition);
}

/* Accounts that cannot be used, with the sentences for the caller's and for the role's account. Source:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html */
static const char *account_refusal(const struct model_account *account, bool of_role)
{
    static const char *const words[][2] = {
        [ACCOUNT_OPEN] = {NULL, NULL},
        [ACCOUNT_CLOSING] = {NULL, NULL},
        [ACCOUNT_SUSPENDED] = {"the caller's account is suspended", "the role's account is suspended"},
        [ACCOUNT_CLOSED] = {"the caller's account is closed", "the role's account is closed"},
        [ACCOUNT_UNFINISHED] = {"the caller's account was never activated", "the role's account was never activated"}};
    return words[account->state][of_role];
}

static const char *kind_refusal(const struct model *model, const struct caller *caller, uint32_t role,
                                const char *action)
{
    const char *partition = model->accounts[model->principals[role].account].partition;
    if (caller->kind == CALLER_ROOT_USER)
        return "an account's root user cannot assume roles";
    if (caller->kind == CALLER_FEDERATED_USER)
        return "a session of GetFederationToken cannot assume roles";
    if (crosses_partitions(caller, &model->principals[role], partition))
        return "roles cannot be assumed across partitions (aws, aws-cn, aws-us-gov)";
    /* https://docs.amazonaws.cn/en_us/aws/latest/userguide/ARNs.html: outside China no service has such a name. */
    if (caller->kind == CALLER_SERVICE && caller_is_of_china(caller->text) && strcmp(partition, "aws-cn") != 0)
        return "a service of the partition aws-cn cannot assume roles outside it";
    enum sts_action_id asked = sts_action_find(action);
    return asked < STS_FIRST_BESIDE && asked != caller_action(caller) ? "this kind of caller cannot use that action"
                                                                      : NULL;
}

static const struct model_account *account_of_role(const struct model *model, const struct decision_question *question)
{
    return &model->accounts[model->principals[question->role].account];
}

/* NULL: there is no such account, it is unknown, or it counts as usable. */
static const struct model_account *account_of_caller(const struct model *model,
                                                     const struct decision_question *question)
{
    uint32_t index = question->caller.account_index;
    return index != MODEL_NONE && !question->gain.account_usable ? &model->accounts[index] : NULL;
}

const char *caller_refusal(const struct model *model, const struct decision_question *question, const char *action,
                           enum decision_reason *reason)
{
    const char *refusal = kind_refusal(model, &question->caller, question->role, action);
    const struct model_account *of_caller = account_of_caller(model, question);
    *reason = refusal != NULL ? REASON_CANNOT_CALL : REASON_ACCOUNT_CLOSED;
    if (refusal == NULL && of_caller != NULL)
        refusal = account_refusal(of_caller, false);
    return refusal != NULL ? refusal : account_refusal(account_of_role(model, question), true);
}

/* Whether the question fixes a key that requires this action, too. */
static bool fixes(const struct decision_question *question, const struct sts_action *action)
{
    for (uint32_t i = 0; i < question->fixed_count; i++)
        for (const char *const *key = action->passed; question->fixed[i].count > 0 && *key != NULL; key++)
            if (strncasecmp(question->fixed[i].key, *key, strcspn(*key, "*")) == 0)
                return true;
    return false;
}

uint32_t question_actions(const struct decision_question *question, const char **implied, const char *const **actions)
{
    if (question->actions != NULL && question->action_count > 0) {
        *actions = question->actions;
        return question->action_count;
    }
    uint32_t count = 0;
    implied[count++] = sts_actions[caller_action(&question->caller)].name;
    for (enum sts_action_id id = STS_FIRST_BESIDE; id < STS_ACTION_COUNT; id++)
        if (fixes(question, &sts_actions[id]) ||
            (question->caller.kind == CALLER_SERVICE && service_session_needs(question->caller.text, id)))
            implied[count++] = sts_actions[id].name;
    *actions = implied;
    return count;
}

void question_request(struct evaluator *evaluator, const struct decision_question *question, const char *action,
                      struct request *request)
{
    *request = (struct request){
        .model = evaluator->model,
        .pool = evaluator->pool,
        .arena = &evaluator->scratch,
        .caller = &question->caller,
        .role = question->role,
        .resource = evaluator->model->principals[question->role].arn,
        .action = action,
        .fixed = question->fixed,
        .fixed_count = question->fixed_count,
        .gain = question->gain,
    };
}

static constraint action_formula(struct evaluator *evaluator, const struct decision_question *question,
                                 const char *action)
{
    struct request request;
    struct action_parts parts;
    question_request(evaluator, question, action, &request);
    evaluator_parts(evaluator, &request, NULL, &parts);
    return parts_formula(evaluator->pool, &parts);
}

/* Passing tags (or a source identity, or a context of an identity provider) requires another action to be allowed:
 * either the formula is true without passing any, or that action is allowed as well. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required */
static constraint with_implied_action(struct evaluator *evaluator, const struct decision_question *question,
                                      constraint formula, enum sts_action_id action)
{
    struct constraint_pool *pool = evaluator->pool;
    constraint nothing_passed = CONSTRAINT_TRUE;
    bool looks = false;
    for (const char *const *key = sts_actions[action].passed; *key != NULL; key++) {
        constraint without = constraint_absent(pool, formula, *key);
        looks = looks || without != CONSTRAINT_TRUE;
        nothing_passed = constraint_and(pool, nothing_passed, without);
    }
    if (!looks)
        return formula;
    constraint also = action_formula(evaluator, question, sts_actions[action].name);
    if (constraint_implies(pool, formula, also) == CONSTRAINT_YES)
        return formula;
    constraint plain = constraint_and(pool, formula, nothing_passed);
    return constraint_or(pool, plain, constraint_and(pool, formula, also));
}

/* What the calling service passes may require another action, unless it passes nothing. */
static constraint with_service_actions(struct evaluator *evaluator, const struct decision_question *question,
                                       constraint formula)
{
    struct constraint_pool *pool = evaluator->pool;
    const struct service_session *session =
        question->caller.kind == CALLER_SERVICE ? service_session_find(question->caller.text) : NULL;
    if (session == NULL || session->unless == NULL || formula == CONSTRAINT_FALSE)
        return formula;
    constraint also = CONSTRAINT_TRUE;
    for (size_t i = 0; i < 2 && session->needs[i] != STS_ASSUME_ROLE; i++)
        also = constraint_and(pool, also, action_formula(evaluator, question, sts_actions[session->needs[i]].name));
    constraint nothing_passed = constraint_fact(pool, session->unless);
    return constraint_and(pool, formula, constraint_or(pool, nothing_passed, also));
}

/* An account that is being closed works until it is closed, and nobody knows when that is. */
static constraint still_usable(struct constraint_pool *pool, const struct model_account *account)
{
    if (account == NULL || account->state != ACCOUNT_CLOSING)
        return CONSTRAINT_TRUE;
    char *words = memory_print("account %s, which is being closed, can still be used", account->id);
    constraint fact = constraint_fact(pool, words);
    free(words);
    return fact;
}

constraint decision_account_usable(struct constraint_pool *pool, const struct model_account *account)
{
    bool open = account->state == ACCOUNT_OPEN || account->state == ACCOUNT_CLOSING;
    return open ? still_usable(pool, account) : CONSTRAINT_FALSE;
}

constraint question_formula(struct evaluator *evaluator, const struct decision_question *question)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    uint32_t count = question_actions(question, implied, &actions);
    const struct model *model = evaluator->model;
    constraint formula =
        constraint_and(evaluator->pool, still_usable(evaluator->pool, account_of_caller(model, question)),
                       still_usable(evaluator->pool, account_of_role(model, question)));
    for (uint32_t i = 0; i < count && formula != CONSTRAINT_FALSE; i++)
        formula = constraint_and(evaluator->pool, formula, action_formula(evaluator, question, actions[i]));
    if (question->action_count == 0)
        formula = with_service_actions(evaluator, question, formula);
    if (question->action_count == 0 && formula > CONSTRAINT_TRUE) {
        /* "allowed whatever the keys are" is about the plain call, which requires no other action. */
        if (constraint_valid(evaluator->pool, formula) == CONSTRAINT_YES)
            return CONSTRAINT_TRUE;
        for (enum sts_action_id id = STS_FIRST_BESIDE; id < STS_ACTION_COUNT; id++)
            formula = with_implied_action(evaluator, question, formula, id);
        /* The actions just added may be allowed only with tags. */
        formula = with_implied_action(evaluator, question, formula, STS_TAG_SESSION);
    }
    return formula;
}

static constraint axioms_of(struct evaluator *evaluator, const struct request *request, double now)
{
    const struct caller *caller = request->caller;
    const bool exported =
        caller->principal != MODEL_NONE && (caller->kind == CALLER_USER || caller->kind == CALLER_ROLE);
    const uint64_t returns = constraint_pool_returns(evaluator->pool);
    if (!exported || request->fixed_count > 0)
        return request_axioms(request, now);
    struct evaluator_axioms *kept = &evaluator->axioms[caller->kind == CALLER_ROLE][request_is_not_ours(request)];
    if (!kept->known || kept->now != now || kept->returns != returns)
        *kept = (struct evaluator_axioms){true, now, returns, request_axioms(request, now)};
    return kept->axioms;
}

enum constraint_answer question_satisfiable(struct evaluator *evaluator, const struct decision_question *question,
                                            constraint formula)
{
    if (formula <= CONSTRAINT_TRUE)
        return formula == CONSTRAINT_TRUE ? CONSTRAINT_YES : CONSTRAINT_NO;
    struct request request;
    question_request(evaluator, question, "", &request);
    constraint axioms = axioms_of(evaluator, &request, question->now);
    /* A caller without transitive tags can make only passed tags transitive. */
    bool brings_none = question->caller.kind == CALLER_USER || question->caller.kind == CALLER_SERVICE ||
                       caller_is_federated(&question->caller);
    if (brings_none)
        axioms = constraint_and(evaluator->pool, axioms,
                                constraint_contained(evaluator->pool, formula, "sts:TransitiveTagKeys", "aws:TagKeys"));
    return constraint_satisfiable(evaluator->pool, constraint_and(evaluator->pool, formula, axioms));
}

static enum decision_reason reason_of_denial(struct evaluator *evaluator, const struct decision_question *question)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    struct constraint_pool *pool = evaluator->pool;
    uint32_t count = question_actions(question, implied, &actions);
    for (uint32_t i = 0; i < count; i++) {
        static const struct {
            enum decision_layer_kind layer;
            enum decision_reason reason;
        } denies[] = {{LAYER_TRUST, REASON_EXPLICIT_DENY},
                      {LAYER_IDENTITY, REASON_EXPLICIT_DENY},
                      {LAYER_RCP, REASON_RCP},
                      {LAYER_SCP, REASON_SCP},
                      {LAYER_BOUNDARY, REASON_BOUNDARY}};
        struct request request;
        struct action_parts parts;
        question_request(evaluator, question, actions[i], &request);
        evaluator_parts(evaluator, &request, NULL, &parts);
        for (size_t j = 0; j < sizeof denies / sizeof denies[0]; j++)
            if (question_satisfiable(evaluator, question, constraint_not(pool, parts.deny[denies[j].layer])) ==
                CONSTRAINT_NO)
                return denies[j].reason;
        if (question_satisfiable(evaluator, question, parts.scp) == CONSTRAINT_NO)
            return REASON_SCP;
        if (question_satisfiable(evaluator, question, parts_trusted(pool, &parts)) == CONSTRAINT_NO)
            return parts.broken_trust ? REASON_INVALID_POLICY : REASON_NO_TRUST;
        if (question_satisfiable(evaluator, question, parts_granted(pool, &parts)) != CONSTRAINT_NO)
            continue;
        if (question_satisfiable(evaluator, question, parts.boundary) == CONSTRAINT_NO &&
            (question_satisfiable(evaluator, question, parts.identity) != CONSTRAINT_NO ||
             parts.ways[WAY_ROLE] != CONSTRAINT_FALSE))
            return REASON_BOUNDARY;
        if (question_satisfiable(evaluator, question, parts.identity) == CONSTRAINT_NO)
            return REASON_NO_IDENTITY_PERMISSION;
    }
    return REASON_UNSATISFIABLE_CONDITIONS;
}

/* Removes impossible cases: a role session has a time of issue, so conditions do not say "or absent". */
static constraint in_words(struct constraint_pool *pool, const struct caller *caller, constraint formula)
{
    static const char issue[] = "aws:TokenIssueTime";
    if (!caller_is_role(caller) || constraint_absent(pool, formula, issue) == CONSTRAINT_TRUE)
        return formula;
    return constraint_where_present(pool, formula, issue);
}

void decision_decide(struct evaluator *evaluator, const struct decision_question *question, struct decision *decision)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    *decision = (struct decision){.verdict = VERDICT_DENIED, .residual = CONSTRAINT_FALSE};
    const struct model_account *whole = caller_whole_account(evaluator->model, &question->caller);
    if (whole != NULL) {
        decide_members(evaluator, question, whole, decision);
        return;
    }
    uint32_t count = question_actions(question, implied, &actions);
    for (uint32_t i = 0; i < count; i++)
        if (caller_refusal(evaluator->model, question, actions[i], &decision->reason) != NULL)
            return;
    constraint formula = question_formula(evaluator, question);
    enum constraint_answer possible = question_satisfiable(evaluator, question, formula);
    if (possible == CONSTRAINT_NO && !question->verdict_only) {
        decision->reason = reason_of_denial(evaluator, question);
    } else if (possible != CONSTRAINT_NO) {
        constraint negation = constraint_not(evaluator->pool, formula);
        bool certain = question_satisfiable(evaluator, question, negation) == CONSTRAINT_NO;
        decision->verdict = certain ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
        decision->residual = certain ? CONSTRAINT_TRUE : in_words(evaluator->pool, &question->caller, formula);
        decision->reason = REASON_GRANTED;
        decision->undecided = possible == CONSTRAINT_UNDECIDED;
    }
    arena_reset(&evaluator->scratch);
}

constraint decision_statement_matches(struct evaluator *evaluator, const struct decision_question *question,
                                      const struct statement *statement)
{
    struct request request;
    struct action_parts parts = {.boundary = CONSTRAINT_TRUE, .scp = CONSTRAINT_TRUE};
    question_request(evaluator, question, sts_actions[caller_action(&question->caller)].name, &request);
    evaluator_trust_statement(evaluator, &request, statement, &parts);
    constraint result = constraint_or(evaluator->pool, parts.deny[LAYER_TRUST], parts_trusted(evaluator->pool, &parts));
    bool possible = question_satisfiable(evaluator, question, result) != CONSTRAINT_NO;
    arena_reset(&evaluator->scratch);
    return possible ? result : CONSTRAINT_FALSE;
}

bool decision_takes(const struct model *model, uint32_t role, enum sts_action_id action)
{
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return true;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken == NULL && statement->allow && statement_covers_sts(statement, action))
            return true;
    }
    return false;
}

bool decision_takes_tags(const struct model *model, uint32_t role)
{
    return decision_takes(model, role, STS_TAG_SESSION);
}

const char *decision_resource(struct evaluator *evaluator, const struct caller *caller,
                              const struct statement *statement, uint32_t number)
{
    const char *pattern = statement->resources[number];
    struct request request = {.model = evaluator->model,
                              .pool = evaluator->pool,
                              .arena = &evaluator->scratch,
                              .caller = caller,
                              .role = MODEL_NONE};
    if (statement->variables && request_substitute(&request, pattern, &pattern) == NULL_VALUE)
        return NULL;
    return pattern;
}

/* TRUE or FALSE if what is certain about the call decides it. */
static constraint settled(struct evaluator *evaluator, const struct request *request, double now, constraint formula)
{
    if (formula == CONSTRAINT_TRUE || formula == CONSTRAINT_FALSE)
        return formula;
    constraint axioms = axioms_of(evaluator, request, now);
    if (constraint_satisfiable(evaluator->pool, constraint_and(evaluator->pool, formula, axioms)) == CONSTRAINT_NO)
        return CONSTRAINT_FALSE;
    return constraint_implies(evaluator->pool, axioms, formula) == CONSTRAINT_YES ? CONSTRAINT_TRUE : formula;
}

constraint decision_permits(struct evaluator *evaluator, const struct permission_question *question)
{
    struct request request = {.model = evaluator->model,
                              .pool = evaluator->pool,
                              .arena = &evaluator->scratch,
                              .caller = question->caller,
                              .role = MODEL_NONE,
                              .target = question->target,
                              .resource = question->resource,
                              .action = question->action,
                              .fixed = question->fixed,
                              .fixed_count = question->fixed_count,
                              .gain = question->gain};
    struct action_parts parts;
    struct constraint_pool *pool = evaluator->pool;
    evaluator_parts(evaluator, &request, NULL, &parts);
    constraint result = constraint_and(pool, constraint_and(pool, parts.identity, parts.boundary), parts.scp);
    const struct model_account *account = request_caller_account(&request);
    if (account != NULL && !request.gain.account_usable)
        result = account_refusal(account, false) != NULL
                     ? CONSTRAINT_FALSE
                     : constraint_and(pool, result, still_usable(evaluator->pool, account));
    result = constraint_and(pool, result, constraint_not(pool, parts_denied(pool, &parts)));
    result = settled(evaluator, &request, question->now, result);
    arena_reset(&evaluator->scratch);
    return result;
}

struct evaluator *evaluator_new(const struct model *model, struct constraint_pool *pool)
{
    struct evaluator *evaluator = memory_zeroed(1, sizeof *evaluator);
    evaluator->model = model;
    evaluator->pool = pool;
    return evaluator;
}

void evaluator_free(struct evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    arena_free(&evaluator->scratch);
    free(evaluator);
}
