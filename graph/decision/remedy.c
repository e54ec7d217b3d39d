#include "graph/decision/remedy.h"

#include "graph/decision/evaluator.h"
#include "graph/policy/context_key.h"
#include "ingest/support/text.h"
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
    bool failed;
};

static const char *keep(struct proposing *work, struct text *text)
{
    const char *copy = text->data != NULL ? arena_copy_text(work->arena, text->data, text->length) : NULL;
    work->failed = work->failed || copy == NULL;
    text_free(text);
    return copy != NULL ? copy : "";
}

/* The actions that a layer lacks, once each. */
static json_t *missing_actions(const struct decision *decision, enum decision_layer_kind layer)
{
    json_t *actions = json_array();
    for (uint32_t i = 0; i < decision->gap_count; i++) {
        const struct decision_gap *gap = &decision->gaps[i];
        bool seen = gap->denied || gap->layer != layer;
        for (size_t j = 0; j < json_array_size(actions); j++)
            seen = seen || strcmp(json_string_value(json_array_get(actions, j)), gap->action) == 0;
        if (!seen)
            json_array_append_new(actions, json_string(gap->action));
    }
    return actions;
}

static json_t *principal_of(const struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    const struct model *model = work->model;
    struct text text = {0};
    switch (caller->kind) {
    case CALLER_SERVICE:
        return json_pack("{s:s}", "Service", caller->text);
    case CALLER_SAML_PROVIDER:
    case CALLER_WEB_IDENTITY:
        return json_pack("{s:s}", "Federated", caller->text);
    case CALLER_ANYONE:
        return json_pack("{s:s}", "AWS", "*");
    case CALLER_ACCOUNT:
        text_format(&text, "arn:%s:iam::%s:root", caller->partition != NULL ? caller->partition : "aws",
                    caller->account);
        return json_pack("{s:s}", "AWS", keep((struct proposing *)work, &text));
    case CALLER_ROLE_SESSION:
        if (caller->principal == MODEL_NONE)
            return json_pack("{s:s}", "AWS", caller->text);
        break;
    default:
        break;
    }
    return json_pack("{s:s}", "AWS",
                     caller->principal != MODEL_NONE ? model->principals[caller->principal].arn : caller->text);
}

static json_t *one_or_list(json_t *actions)
{
    if (json_array_size(actions) != 1)
        return actions;
    json_t *one = json_incref(json_array_get(actions, 0));
    json_decref(actions);
    return one;
}

static void add(struct proposing *work, const char *account, const char *attach_to, const char *kind, json_t *policy,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

static void add(struct proposing *work, const char *account, const char *attach_to, const char *kind, json_t *policy,
                const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *copy = arena_copy_text(work->arena, text, strlen(text));
    work->failed = work->failed || copy == NULL;
    work->list[work->count++] = (struct remedy){account, attach_to, kind, policy, copy};
}

static bool has_gap(const struct decision *decision, enum decision_layer_kind layer)
{
    for (uint32_t i = 0; i < decision->gap_count; i++)
        if (decision->gaps[i].layer == layer && !decision->gaps[i].denied)
            return true;
    return false;
}

static json_t *identity_policy(json_t *actions, const char *role)
{
    return json_pack("{s:s, s:[{s:s, s:o, s:s}]}", "Version", "2012-10-17", "Statement", "Effect", "Allow", "Action",
                     one_or_list(actions), "Resource", role);
}

/* What the caller is said to pass binds the new statement too: it admits what was asked for and no more. */
static json_t *passed_conditions(const struct decision_question *question)
{
    json_t *block = json_object();
    for (uint32_t i = 0; i < question->fixed_count; i++) {
        const struct fixed_key *fixed = &question->fixed[i];
        const struct context_key *about = context_key_find(fixed->key);
        if (fixed->count != 1 || about->class != KEY_CHOSEN || about->multivalued)
            continue;
        json_object_set_new(block, fixed->key, json_string(fixed->values[0]));
    }
    if (json_object_size(block) > 0)
        return json_pack("{s:o}", "StringEquals", block);
    json_decref(block);
    return NULL;
}

/* What the trust policy demands is not to be taken out of it: the call must be another. */
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
    add(work, caller->account, caller->text, "call", NULL, "call with what the trust policy demands: %s", demands);
    return true;
}

/* Why nothing that is added to the document can grant; NULL if it can. */
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

/* What has to be put right besides what is added. */
static void propose_corrections(struct proposing *work)
{
    const struct model *model = work->model;
    const struct caller *caller = &work->question->caller;
    const struct model_principal *role = &model->principals[work->question->role];
    const struct policy_use *boundary =
        caller->principal != MODEL_NONE ? model->principals[caller->principal].boundary : NULL;
    const char *account = model->accounts[role->account].id, *why = unreadable_because(model, boundary);
    if (why != NULL && has_gap(work->decision, LAYER_BOUNDARY))
        add(work, caller->account, boundary->arn != NULL ? boundary->arn : caller->text, "none", NULL,
            "correct the permissions boundary %s, which cannot be read: %s", boundary->name, why);
    bool provider = caller_is_federated(caller);
    if (provider && caller->account != NULL && strcmp(caller->account, account) != 0)
        add(work, account, role->arn, "none", NULL,
            "create the identity provider in account %s too: a role trusts providers of its own account only", account);
}

static void propose_trust(struct proposing *work)
{
    const struct model_principal *role = &work->model->principals[work->question->role];
    bool unreadable = unreadable_because(work->model, role->trust) != NULL;
    json_t *conditions = passed_conditions(work->question);
    json_t *statement = json_pack("{s:s, s:o, s:o}", "Effect", "Allow", "Principal", principal_of(work), "Action",
                                  one_or_list(missing_actions(work->decision, LAYER_TRUST)));
    if (conditions != NULL)
        json_object_set_new(statement, "Condition", conditions);
    if (unreadable)
        statement = json_pack("{s:s, s:[o]}", "Version", "2012-10-17", "Statement", statement);
    bool anyone = work->question->caller.kind == CALLER_ANYONE;
    add(work, work->model->accounts[role->account].id, role->arn, "trust", statement,
        unreadable ? "put this trust policy in place of that of %s, which cannot be read"
        : anyone   ? "this statement in the trust policy of %s would let everybody in"
                   : "add this statement to the trust policy of %s",
        role->arn);
}

static void propose_stops(struct proposing *work)
{
    const struct caller *caller = &work->question->caller;
    for (uint32_t i = 0; i < work->decision->gap_count && work->count < 32; i++) {
        const struct decision_gap *gap = &work->decision->gaps[i];
        const char *own = work->model->accounts[work->model->principals[work->question->role].account].id;
        const char *account = gap->layer == LAYER_TRUST && gap->deny != NULL ? own
                              : caller->account != NULL                      ? caller->account
                                                                             : "";
        if (gap->layer == LAYER_SCP)
            add(work, account, gap->level, "scp", NULL, "%s; ask the organization's administrators", gap->text);
        else if (gap->layer == LAYER_RCP)
            add(work, own, gap->level, "rcp", NULL, "%s; ask the organization's administrators", gap->text);
        else if (gap->denied && gap->deny != NULL)
            add(work, account, gap->deny->use->holder, "deny", NULL, "%s; nothing that is added helps against it",
                gap->text);
        else if (gap->denied)
            add(work, account, caller->text, "none", NULL, "%s", gap->text);
    }
}

bool remedy_propose(struct evaluator *evaluator, const struct decision_question *question,
                    const struct decision *decision, struct arena *arena, struct remedy **list, uint32_t *count)
{
    struct proposing work = {.model = evaluator->model, .question = question, .decision = decision, .arena = arena};
    const struct caller *caller = &question->caller;
    const struct model_principal *role = &work.model->principals[question->role];
    *list = NULL;
    *count = 0;
    if (decision->verdict != VERDICT_DENIED)
        return true;
    work.list = arena_allocate_array(arena, 40, sizeof *work.list);
    if (work.list == NULL)
        return false;
    propose_stops(&work);
    propose_corrections(&work);
    if (decision->reason == REASON_CANNOT_CALL) {
        *list = work.list;
        *count = work.count;
        return !work.failed;
    }
    bool iam = caller->kind == CALLER_USER || caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION ||
               caller->kind == CALLER_ACCOUNT;
    if (has_gap(decision, LAYER_TRUST) && !propose_call(&work))
        propose_trust(&work);
    if (iam && has_gap(decision, LAYER_IDENTITY)) {
        const char *holder =
            caller->principal != MODEL_NONE ? work.model->principals[caller->principal].arn : caller->text;
        add(&work, caller->account, holder, "identity",
            identity_policy(missing_actions(decision, LAYER_IDENTITY), role->arn),
            caller->kind == CALLER_ACCOUNT ? "add this as an identity policy of a user or role of account %s"
                                           : "add this as an identity policy of %s",
            holder);
    }
    const struct policy_use *boundary =
        caller->principal != MODEL_NONE ? work.model->principals[caller->principal].boundary : NULL;
    if (caller->principal != MODEL_NONE && has_gap(decision, LAYER_BOUNDARY)) {
        const char *target = boundary != NULL && boundary->arn != NULL ? boundary->arn : caller->text;
        add(&work, caller->account, target, "boundary",
            identity_policy(missing_actions(decision, LAYER_BOUNDARY), role->arn),
            "add the statement of this document to the permissions boundary %s", target);
    }
    *list = work.list;
    *count = work.count;
    return !work.failed;
}
