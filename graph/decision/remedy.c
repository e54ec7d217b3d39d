#include "graph/decision/remedy.h"

#include "graph/decision/evaluator.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/json_build.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct proposing {
    const struct model *model;
    const struct decision_question *question;
    const struct decision *decision;
    struct arena *arena;
    struct remedy *list;
    uint32_t count;
};

const char *remedy_kind_word(enum remedy_kind kind)
{
    static const char *const words[] = {[REMEDY_IDENTITY] = "identity",
                                        [REMEDY_TRUST] = "trust",
                                        [REMEDY_BOUNDARY] = "boundary",
                                        [REMEDY_CALL] = "call",
                                        [REMEDY_SCP] = "scp",
                                        [REMEDY_RCP] = "rcp",
                                        [REMEDY_DENY] = "deny",
                                        [REMEDY_CONDITION] = "condition",
                                        [REMEDY_CORRECTION] = "correction",
                                        [REMEDY_NONE] = "none"};
    return words[kind];
}

/* The actions that a layer lacks, without duplicates. */
static json_t *missing_actions(const struct decision *decision, enum decision_layer_kind layer)
{
    json_t *actions = json_array();
    for (uint32_t i = 0; i < decision->gap_count; i++) {
        const struct decision_gap *gap = &decision->gaps[i];
        bool seen = gap->denied || gap->on_purpose || gap->layer != layer;
        for (size_t j = 0; j < json_array_size(actions); j++)
            seen = seen || strcmp(json_string_value(json_array_get(actions, j)), gap->action) == 0;
        if (!seen)
            json_add(actions, json_text(gap->action));
    }
    return actions;
}

static json_t *one_member(const char *name, json_t *value)
{
    json_t *object = json_object();
    json_put(object, name, value);
    return object;
}

static json_t *principal_of(const struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    switch (caller->kind) {
    case CALLER_SERVICE:
        return one_member("Service", json_text(caller->text));
    case CALLER_SAML_PROVIDER:
    case CALLER_WEB_IDENTITY:
        return one_member("Federated", json_text(caller->text));
    case CALLER_ACCOUNT:
        return one_member("AWS",
                          json_text_format("arn:%s:iam::%s:root", caller->partition != NULL ? caller->partition : "aws",
                                           caller->account));
    default:
        return one_member(
            "AWS",
            json_text(caller->principal != MODEL_NONE ? work->model->principals[caller->principal].arn : caller->text));
    }
}

static json_t *one_or_list(json_t *actions)
{
    if (json_array_size(actions) != 1)
        return actions;
    json_t *one = json_incref(json_array_get(actions, 0));
    json_decref(actions);
    return one;
}

static void add(struct proposing *work, const char *account, const char *attach_to, enum remedy_kind kind,
                json_t *policy, const char *format, ...) __attribute__((format(printf, 6, 7)));

static void add(struct proposing *work, const char *account, const char *attach_to, enum remedy_kind kind,
                json_t *policy, const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_append_arguments(&text, format, arguments);
    va_end(arguments);
    work->list[work->count++] = (struct remedy){account, attach_to, kind, policy, text_keep(&text, work->arena)};
}

/* "user carol", "role deploy"; lives in the arena. */
static const char *name_of(const struct proposing *work, const struct caller *caller)
{
    struct text text = {0};
    caller_append_name(&text, caller);
    return text_keep(&text, work->arena);
}

/* "account 111122223333 (production)"; lives in the arena. */
static const char *account_named(const struct proposing *work, const char *id)
{
    struct text text = {0};
    text_append_string(&text, "account ");
    model_append_account(&text, work->model, id);
    return text_keep(&text, work->arena);
}

/* "the management account, 111122223333 (root)": guardrails are changed there, or by the accounts that it delegates to.
 */
static const char *management_account(const struct proposing *work)
{
    for (uint32_t i = 0; i < work->model->account_count; i++)
        if (work->model->accounts[i].management) {
            struct text text = {0};
            text_format(&text, "the management %s", account_named(work, work->model->accounts[i].id));
            return text_keep(&text, work->arena);
        }
    return "the organization's management account";
}

static bool has_gap(const struct decision *decision, enum decision_layer_kind layer)
{
    for (uint32_t i = 0; i < decision->gap_count; i++)
        if (decision->gaps[i].layer == layer && !decision->gaps[i].denied && !decision->gaps[i].on_purpose)
            return true;
    return false;
}

static json_t *policy_of(json_t *statement)
{
    json_t *policy = one_member("Version", json_text("2012-10-17")), *statements = json_array();
    json_add(statements, statement);
    json_put(policy, "Statement", statements);
    return policy;
}

static json_t *identity_policy(json_t *actions, const char *role)
{
    json_t *statement = one_member("Effect", json_text("Allow"));
    json_put(statement, "Action", one_or_list(actions));
    json_put_text(statement, "Resource", role);
    return policy_of(statement);
}

/* The values that the question passes also limit the new statement: it allows what was asked for and no more. */
static json_t *passed_conditions(const struct decision_question *question)
{
    json_t *block = json_object();
    for (uint32_t i = 0; i < question->fixed_count; i++) {
        const struct fixed_key *fixed = &question->fixed[i];
        const struct context_key *about = context_key_find(fixed->key);
        bool says_who = about->class == KEY_CHOSEN || about->class == KEY_PROVIDER;
        if (fixed->count != 1 || !says_who || about->multivalued)
            continue;
        json_put_text(block, fixed->key, fixed->values[0]);
    }
    if (json_object_size(block) > 0)
        return one_member("StringEquals", block);
    json_decref(block);
    return NULL;
}

/* A condition of the trust policy must not be removed: the call has to change. */
static bool propose_call(struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    const char *demands = NULL;
    for (uint32_t i = 0; i < work->decision->gap_count; i++)
        if (work->decision->gaps[i].layer == LAYER_TRUST && !work->decision->gaps[i].denied) {
            if (work->decision->gaps[i].demands == NULL)
                return false;
            demands = work->decision->gaps[i].demands;
        }
    if (demands == NULL)
        return false;
    add(work, caller->account, caller->text, REMEDY_CALL, NULL, "Make the call with what the trust policy requires: %s",
        demands);
    return true;
}

/* If the question contradicts what is known, there is nothing to add to policies. */
static bool propose_question(struct proposing *work)
{
    const struct decision *decision = work->decision;
    if (decision->gap_count == 0 || decision->gaps[0].known == NULL)
        return false;
    add(work, work->question->caller.account, work->question->caller.text, REMEDY_CALL, NULL,
        "Run explain again with what you know: %s", decision->gaps[0].known);
    return true;
}

/* Why nothing added to the document can grant the call; NULL: it can. */
static const char *unreadable_because(const struct model *model, const struct policy_use *use)
{
    if (use == NULL || use->document == MODEL_NONE)
        return NULL;
    const struct model_document *document = &model->documents[use->document];
    if (document->broken != NULL)
        return document->broken;
    bool known = document->version[0] == '\0' || strcmp(document->version, "2012-10-17") == 0 ||
                 strcmp(document->version, "2008-10-17") == 0;
    return known ? NULL : "it has a Version that does not exist";
}

/* What must be fixed besides the addition. */
static void propose_corrections(struct proposing *work)
{
    const struct model *model = work->model;
    const struct caller *caller = &work->question->caller;
    const struct model_principal *role = &model->principals[work->question->role];
    const struct policy_use *boundary =
        caller->principal != MODEL_NONE ? model->principals[caller->principal].boundary : NULL;
    const char *account = model->accounts[role->account].id, *why = unreadable_because(model, boundary);
    if (why != NULL && has_gap(work->decision, LAYER_BOUNDARY))
        add(work, caller->account, boundary->arn != NULL ? boundary->arn : caller->text, REMEDY_CORRECTION, NULL,
            "Correct the permissions boundary %s, which is not valid: %s", boundary->name, why);
    bool provider = caller_is_federated(caller);
    if (provider && caller->account != NULL && strcmp(caller->account, account) != 0)
        add(work, account, role->arn, REMEDY_CORRECTION, NULL,
            "Create the identity provider in %s: a role can only trust providers of its own account",
            account_named(work, account));
}

/* Whether the question says which of the identity provider's users is meant. */
static bool names_subject(const struct decision_question *question)
{
    for (uint32_t i = 0; i < question->fixed_count; i++) {
        const char *claim = strrchr(question->fixed[i].key, ':');
        if (question->fixed[i].count == 1 && claim != NULL && strcasecmp(claim, ":sub") == 0)
            return true;
    }
    return false;
}

static void propose_trust(struct proposing *work)
{
    const struct model_principal *role = &work->model->principals[work->question->role];
    bool unreadable = unreadable_because(work->model, role->trust) != NULL;
    if (work->question->caller.kind == CALLER_WEB_IDENTITY && !names_subject(work->question)) {
        add(work, work->model->accounts[role->account].id, role->arn, REMEDY_CORRECTION, NULL,
            "Run explain again with the token's subject (--context %s:sub=VALUE): without it, the new statement would "
            "admit everyone who signs in through the identity provider",
            work->question->caller.name);
        return;
    }
    json_t *conditions = passed_conditions(work->question);
    json_t *statement = one_member("Effect", json_text("Allow"));
    json_put(statement, "Principal", principal_of(work));
    json_put(statement, "Action", one_or_list(missing_actions(work->decision, LAYER_TRUST)));
    if (conditions != NULL)
        json_put(statement, "Condition", conditions);
    if (unreadable)
        statement = policy_of(statement);
    add(work, work->model->accounts[role->account].id, role->arn, REMEDY_TRUST, statement,
        unreadable ? "Replace the trust policy of role %s in %s, which is not valid, with this one"
                   : "Add this statement to the trust policy of role %s in %s",
        role->name, account_named(work, work->model->accounts[role->account].id));
}

static void propose_stops(struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    const struct model_principal *role = &work->model->principals[work->question->role];
    for (uint32_t i = 0; i < work->decision->gap_count && work->count < 32; i++) {
        const struct decision_gap *gap = &work->decision->gaps[i];
        const char *own = work->model->accounts[role->account].id;
        const char *account = gap->layer == LAYER_TRUST && gap->deny != NULL ? own
                              : caller->account != NULL                      ? caller->account
                                                                             : "";
        if (gap->layer == LAYER_SCP)
            add(work, account, gap->level, REMEDY_SCP, NULL, "Change the SCP in %s: %s", management_account(work),
                gap->text);
        else if (gap->layer == LAYER_RCP)
            add(work, own, gap->level, REMEDY_RCP, NULL, "Change the RCP in %s: %s", management_account(work),
                gap->text);
        else if (gap->denied && gap->deny != NULL)
            add(work, account, gap->deny->use->holder, REMEDY_DENY, NULL,
                "Change the Deny in %s (no Allow overrides it): %s", account_named(work, account), gap->text);
        else if (gap->on_purpose)
            add(work, gap->layer == LAYER_TRUST ? own : account, gap->layer == LAYER_TRUST ? role->arn : caller->text,
                REMEDY_CONDITION, NULL, "Ask the owner of the condition in %s; it may be there on purpose: %s",
                account_named(work, gap->layer == LAYER_TRUST ? own : account), gap->text);
        else if (gap->denied)
            add(work, account, caller->text, REMEDY_NONE, NULL, "%s", gap->text);
    }
}

static void propose_identity(struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    const char *holder =
        caller->principal != MODEL_NONE ? work->model->principals[caller->principal].arn : caller->text;
    add(work, caller->account, holder, REMEDY_IDENTITY,
        identity_policy(missing_actions(work->decision, LAYER_IDENTITY),
                        work->model->principals[work->question->role].arn),
        "Add this identity policy to %s in %s",
        caller->kind == CALLER_ACCOUNT ? "a user or role" : name_of(work, caller),
        account_named(work, caller->account));
}

static void propose_boundary(struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    const struct policy_use *boundary = work->model->principals[caller->principal].boundary;
    const char *target = boundary != NULL && boundary->arn != NULL ? boundary->arn : caller->text;
    add(work, caller->account, target, REMEDY_BOUNDARY,
        identity_policy(missing_actions(work->decision, LAYER_BOUNDARY),
                        work->model->principals[work->question->role].arn),
        "Add this statement to the permissions boundary %s in %s", boundary != NULL ? boundary->name : target,
        account_named(work, caller->account));
}

/* Whether the caller is one to whom a tool should not propose to open a role. */
static bool is_outsider(const struct model *model, const struct caller *caller)
{
    if (caller_is_stranger(caller))
        return !caller_is_own_members(model, caller);
    if (!caller_has_iam_credentials(caller) || caller->account == NULL)
        return false;
    const struct model_account *account =
        caller->account_index != MODEL_NONE ? &model->accounts[caller->account_index] : NULL;
    return account == NULL || (account->detail == ACCOUNT_NOT_EXPORTED && account->in_organization != FACT_YES);
}

void remedy_propose(struct evaluator *evaluator, const struct decision_question *question,
                    const struct decision *decision, struct arena *arena, struct remedy **list, uint32_t *count)
{
    struct proposing work = {.model = evaluator->model, .question = question, .decision = decision, .arena = arena};
    const struct caller *caller = &question->caller;
    *list = NULL;
    *count = 0;
    if (decision->verdict != VERDICT_DENIED || is_outsider(evaluator->model, caller))
        return;
    work.list = arena_allocate_array(arena, 40, sizeof *work.list);
    if (propose_question(&work)) {
        *list = work.list;
        *count = work.count;
        return;
    }
    propose_stops(&work);
    propose_corrections(&work);
    if (!decision_reason_is_refusal(decision->reason)) {
        bool iam = caller->kind == CALLER_USER || caller_is_role(caller) || caller->kind == CALLER_ACCOUNT;
        /* No statement can open a role to just one stranger. */
        if (has_gap(decision, LAYER_TRUST) && !propose_call(&work) && !caller_is_stranger(caller) &&
            caller->kind != CALLER_UNIQUE_ID && !caller_is_known_later(caller))
            propose_trust(&work);
        if (iam && has_gap(decision, LAYER_IDENTITY))
            propose_identity(&work);
        if (caller->principal != MODEL_NONE && has_gap(decision, LAYER_BOUNDARY))
            propose_boundary(&work);
    }
    *list = work.list;
    *count = work.count;
}
