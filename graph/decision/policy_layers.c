/*
 * What identity policies, boundary, SCPs and RCPs say about one action of the caller.
 */
#include "graph/decision/layers_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* ---- statements */

constraint layer_conditions(const struct request *request, const struct statement *statement)
{
    constraint result = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < statement->condition_count && result != CONSTRAINT_FALSE; i++)
        result = constraint_and(request->pool, result,
                                request_condition(request, &statement->conditions[i], statement->variables));
    return result;
}

/* A fact about a policy. */
static constraint fact_about(const struct request *request, enum constraint_fact kind, const struct policy_use *use,
                             const char *says, const char *detail)
{
    struct text text = {0};
    if (use->kind == USE_TRUST)
        text_append_string(&text, "the trust policy");
    else
        text_format(&text, "policy %s", use->name[0] != '\0' ? use->name : "without a name");
    text_format(&text, " of %s %s", use->holder, says);
    if (detail != NULL)
        text_format(&text, " (%s)", detail);
    constraint fact = constraint_fact_of(request->pool, kind, text.data);
    text_free(&text);
    return fact;
}

constraint layer_doubt(const struct request *request, const struct policy_use *use, const struct statement *statement)
{
    return statement->doubt == NULL
               ? CONSTRAINT_TRUE
               : fact_about(request, FACT_UNREADABLE, use,
                            "has an ambiguous statement, which IAM reads as rolechain does", statement->doubt);
}

constraint layer_unreadable(const struct request *request, const struct policy_use *use,
                            const struct statement *statement)
{
    if (statement->effect_known && statement->allow)
        return CONSTRAINT_FALSE;
    constraint fact = fact_about(request, FACT_UNREADABLE, use,
                                 "does not deny it in a statement that could not be read", statement->broken);
    return constraint_not(request->pool, fact);
}

/* A statement, and its resources that can match; places NULL: all of them. */
struct part {
    const struct statement *statement;
    const struct statement_place *places;
    uint32_t count;
};

/* What identity, boundary, SCP and RCP statements share: action, resource, conditions. */
static constraint match_request(const struct request *request, const struct part *part, bool guardrail)
{
    const struct statement *statement = part->statement;
    if (!statement_covers_action(statement, request->action))
        return CONSTRAINT_FALSE;
    constraint result = statement->has_resource
                            ? request_resources(request, statement, guardrail, part->places, part->count)
                            : CONSTRAINT_FALSE;
    return result == CONSTRAINT_FALSE ? result
                                      : constraint_and(request->pool, result, layer_conditions(request, statement));
}

void layer_record(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                  const struct statement *statement, const char *action, constraint condition)
{
    if (recorder != NULL && condition != CONSTRAINT_FALSE)
        recorder->statement(recorder, layer, use, statement, action, condition);
}

/* The callers that a statement of an RCP is about. */
static constraint match_principals(const struct request *request, const struct statement *statement)
{
    constraint named = CONSTRAINT_FALSE;
    enum trust_way way;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        named = constraint_or(request->pool, named, principal_matches(request, &statement->principals[i], false, &way));
    return statement->not_principal ? constraint_not(request->pool, named) : named;
}

static void add_statement(const struct request *request, const struct policy_use *use, enum decision_layer_kind layer,
                          const struct part *part, struct recorder *recorder, constraint *allow, constraint *deny)
{
    struct constraint_pool *pool = request->pool;
    const struct statement *statement = part->statement;
    if (statement->broken != NULL) {
        *deny = constraint_or(pool, *deny, layer_unreadable(request, use, statement));
        return;
    }
    constraint match = match_request(request, part, layer == LAYER_SCP || layer == LAYER_RCP);
    if (match != CONSTRAINT_FALSE && statement->has_principal && layer == LAYER_RCP)
        match = constraint_and(pool, match, match_principals(request, statement));
    if (match != CONSTRAINT_FALSE)
        match = constraint_and(pool, match, layer_doubt(request, use, statement));
    layer_record(recorder, layer, use, statement, request->action, match);
    constraint *target = statement->allow ? allow : deny;
    *target = constraint_or(pool, *target, match);
}

static void add_statements(const struct request *request, const struct policy_use *use, enum decision_layer_kind layer,
                           const struct model_document *document, struct recorder *recorder, constraint *allow,
                           constraint *deny)
{
    const struct statement *statements = request->model->statements + document->first_statement;
    if (document->resources == NULL) {
        for (uint32_t i = 0; i < document->statement_count; i++)
            add_statement(request, use, layer, &(struct part){.statement = &statements[i]}, recorder, allow, deny);
        return;
    }
    uint32_t count;
    const struct statement_place *places =
        resource_index_find(document->resources, request->resource, request->arena, &count);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && places[end].statement == places[i].statement;)
            end++;
        struct part part = {&statements[places[i].statement], places + i, end - i};
        add_statement(request, use, layer, &part, recorder, allow, deny);
    }
}

/* Adds what a document says. A missing or unreadable document may allow or deny: facts stand for both. */
static void add_document(const struct request *request, const struct policy_use *use, enum decision_layer_kind layer,
                         struct recorder *recorder, constraint *allow, constraint *deny)
{
    struct constraint_pool *pool = request->pool;
    const struct model *model = request->model;
    if (use->document == MODEL_NONE) {
        *allow = constraint_or(pool, *allow,
                               fact_about(request, FACT_NOT_EXPORTED, use, "(not in the export) allows it", NULL));
        /* AWS managed policies have no Deny that affects assuming roles, apart from the few that rolechain has built
         * in. */
        bool aws_managed = arn_is_aws_managed_policy(use->arn);
        if (!aws_managed)
            *deny = constraint_or(pool, *deny,
                                  constraint_not(pool, fact_about(request, FACT_NOT_EXPORTED, use,
                                                                  "(not in the export) does not deny it", NULL)));
        return;
    }
    const struct model_document *document = &model->documents[use->document];
    if (document->broken != NULL) {
        constraint fact =
            fact_about(request, FACT_UNREADABLE, use, "(which could not be read) does not deny it", document->broken);
        *deny = constraint_or(pool, *deny, constraint_not(pool, fact));
        return;
    }
    add_statements(request, use, layer, document, recorder, allow, deny);
}

/* ---- layers */

static void add_guardrails(const struct request *request, const struct model_guardrails *guardrails,
                           enum decision_layer_kind layer, struct recorder *recorder, struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    if (guardrails->apply != FACT_YES)
        return;
    for (uint32_t i = 0; i < guardrails->level_count; i++) {
        const struct model_level *level = &guardrails->levels[i];
        constraint allow = CONSTRAINT_FALSE;
        if (level->open && recorder == NULL && strncmp(request->action, "sts:", 4) == 0)
            continue;
        for (uint32_t j = 0; j < level->policy_count; j++) {
            const struct policy_use *use = &request->model->uses[level->first_policy + j];
            const char *only = layer == LAYER_RCP ? request->gain.only_rcp : NULL;
            if (only == NULL || (use->arn != NULL && strcmp(use->arn, only) == 0))
                add_document(request, use, layer, recorder, &allow, &parts->deny[layer]);
        }
        if (layer != LAYER_SCP)
            continue; /* RCPFullAWSAccess is attached everywhere and cannot be detached, so only denies count. */
        if (!level->complete)
            allow = CONSTRAINT_TRUE;
        if (recorder != NULL)
            recorder->level(recorder, level, request->action, allow);
        parts->scp = constraint_and(pool, parts->scp, allow);
    }
}

static void add_caller_policies(const struct request *request, struct recorder *recorder, struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    const struct caller *caller = request->caller;
    if (caller->principal == MODEL_NONE || !request->model->principals[caller->principal].identity_known) {
        const struct model_account *account =
            caller->account_index != MODEL_NONE ? &request->model->accounts[caller->account_index] : NULL;
        bool assumed = caller_is_stranger(caller) || request->gain.any_permission ||
                       (caller->kind == CALLER_ACCOUNT && account != NULL && account->detail == ACCOUNT_FULL);
        if (assumed) {
            parts->identity = CONSTRAINT_TRUE;
            return;
        }
        const char *account_words = caller->account != NULL ? "account " : "";
        char *fact = memory_print("identity policies of %s%s (not in the export) allow it", account_words,
                                  caller->account != NULL ? caller->account : caller->text);
        parts->identity = constraint_fact_of(pool, FACT_OF_IDENTITY, fact);
        free(fact);
        /* They may also deny what the trust policy grants. */
        parts->deny[LAYER_IDENTITY] = constraint_not(pool, parts->identity);
        return;
    }
    const struct model_principal *principal = &request->model->principals[caller->principal];
    for (uint32_t i = 0; i < principal->policy_count; i++)
        add_document(request, &request->model->uses[principal->first_policy + i], LAYER_IDENTITY, recorder,
                     &parts->identity, &parts->deny[LAYER_IDENTITY]);
    const struct decision_gain *gain = &request->gain;
    for (uint32_t i = 0; gain->group != NULL && i < gain->group->policy_count; i++)
        add_document(request, &request->model->uses[gain->group->first_policy + i], LAYER_IDENTITY, recorder,
                     &parts->identity, &parts->deny[LAYER_IDENTITY]);
    if (gain->any_permission)
        parts->identity = CONSTRAINT_TRUE;
    if (principal->boundary != NULL && !gain->no_boundary) {
        parts->boundary = CONSTRAINT_FALSE;
        add_document(request, principal->boundary, LAYER_BOUNDARY, recorder, &parts->boundary,
                     &parts->deny[LAYER_BOUNDARY]);
    }
}

/* A session's ARN does not tell the path of a role that was not exported. */
bool caller_service_linked(const struct model *model, const struct caller *caller)
{
    if (caller->principal != MODEL_NONE)
        return model->principals[caller->principal].service_linked;
    return caller->kind == CALLER_ROLE && arn_is_service_linked_role(caller->text);
}

/* The SCPs at the root, which apply to all members except the management account. They are taken from the role's own
 * account, so that a part of the model gives the same answer. False: they are unknown, or a caller may be in the
 * management account. */
static bool shared_by_members(const struct request *request, struct model_guardrails *shared)
{
    const struct model *model = request->model;
    uint32_t management =
        model->management_account != NULL ? model_find_account(model, model->management_account) : MODEL_NONE;
    const struct model_guardrails *own = &model->scps[model->principals[request->role].account];
    if (management == MODEL_NONE || model->accounts[management].detail != ACCOUNT_FULL || own->apply != FACT_YES ||
        own->level_count == 0 || strncmp(own->levels[0].id, "r-", 2) != 0)
        return false;
    *shared = *own;
    shared->level_count = 1;
    return true;
}

void evaluator_parts(struct evaluator *evaluator, const struct request *request, struct recorder *recorder,
                     struct action_parts *parts)
{
    const struct model *model = evaluator->model;
    const struct caller *caller = request->caller;
    *parts = (struct action_parts){.boundary = CONSTRAINT_TRUE, .scp = CONSTRAINT_TRUE};
    if (request->role != MODEL_NONE) {
        const struct model_principal *role = &model->principals[request->role];
        const struct model_account *account = &model->accounts[role->account];
        parts->same_account = caller->account != NULL && strcmp(caller->account, account->id) == 0;
        layer_add_trust(request, recorder, parts);
        if (!role->service_linked)
            add_guardrails(request, &model->rcps[role->account], LAYER_RCP, recorder, parts);
    }
    if (!caller_has_iam_credentials(caller))
        return;
    add_caller_policies(request, recorder, parts);
    if (caller->account_index != MODEL_NONE && !caller_service_linked(model, caller))
        add_guardrails(request, &model->scps[caller->account_index], LAYER_SCP, recorder, parts);
    struct model_guardrails shared;
    if (request->role != MODEL_NONE && caller_is_own_members(model, caller) && shared_by_members(request, &shared))
        add_guardrails(request, &shared, LAYER_SCP, recorder, parts);
}
