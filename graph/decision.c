#include "graph/context_key.h"
#include "graph/evaluator.h"

#include "ingest/arn.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- matching principals */

static constraint key_equals(const struct request *request, const char *key, const char *value)
{
    struct condition_name name;
    const char *values[] = {value};
    condition_name_parse("StringEquals", &name);
    constraint atom = constraint_atom(request->pool, &name, key, "", values, 1);
    return constraint_satisfiable(request->pool, atom) == CONSTRAINT_NO ? CONSTRAINT_FALSE : atom;
}

/* A bare account id means the account in the role's own partition. */
static bool same_account_as(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    if (caller->account == NULL || principal->account == NULL || strcmp(caller->account, principal->account) != 0)
        return false;
    return principal->partition == NULL || caller->partition == NULL ||
           strcmp(principal->partition, caller->partition) == 0;
}

static const char *caller_unique_id(const struct request *request)
{
    uint32_t index = request->caller->principal;
    return index != MODEL_NONE ? request->model->principals[index].unique_id : "";
}

static const char *caller_arn(const struct request *request)
{
    uint32_t index = request->caller->principal;
    return index != MODEL_NONE ? request->model->principals[index].arn : request->caller->text;
}

static constraint match_user_or_role(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    bool user = principal->form == PRINCIPAL_USER_ARN;
    if (caller->kind == CALLER_ACCOUNT)
        return same_account_as(request, principal) ? key_equals(request, "aws:PrincipalArn", principal->value)
                                                   : CONSTRAINT_FALSE;
    if (user ? caller->kind != CALLER_USER : !caller_is_role(caller))
        return CONSTRAINT_FALSE;
    if (strcmp(caller_arn(request), principal->value) == 0)
        return CONSTRAINT_TRUE;
    /* A session's ARN does not tell the path of a role that was not exported. */
    return constraint_of(caller->kind == CALLER_ROLE_SESSION && caller->principal == MODEL_NONE &&
                         caller->name != NULL && same_account_as(request, principal) &&
                         strcmp(caller->name, principal->name) == 0);
}

/* Some principal of the account is the session if it is the role, whose path the session's ARN does not tell, under
 * that session name. */
static constraint match_unnamed_session(const struct request *request, const struct statement_principal *principal)
{
    struct constraint_pool *pool = request->pool;
    const char *partition = request->caller->partition != NULL ? request->caller->partition : "*";
    struct text plain = {0}, in_path = {0}, id = {0};
    struct condition_name like;
    text_format(&plain, "arn:%s:iam::%s:role/%s", partition, principal->account, principal->name);
    text_format(&in_path, "arn:%s:iam::%s:role/*/%s", partition, principal->account, principal->name);
    text_format(&id, "*:%s", principal->session);
    constraint result = CONSTRAINT_FALSE;
    if (!plain.failed && !in_path.failed && !id.failed) {
        const char *arns[] = {plain.data, in_path.data}, *ids[] = {id.data};
        condition_name_parse("ArnLike", &like);
        result = constraint_atom(pool, &like, "aws:PrincipalArn", "", arns, 2);
        condition_name_parse("StringLike", &like);
        result = constraint_and(pool, result, constraint_atom(pool, &like, "aws:userid", "", ids, 1));
    } else {
        result = constraint_fact(pool, "not fully decided");
    }
    text_free(&plain);
    text_free(&in_path);
    text_free(&id);
    return result;
}

static constraint match_session(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    if (caller->kind == CALLER_ACCOUNT)
        return same_account_as(request, principal) ? match_unnamed_session(request, principal) : CONSTRAINT_FALSE;
    if (!caller_is_role(caller) || caller->name == NULL || !same_account_as(request, principal) ||
        strcmp(caller->name, principal->name) != 0)
        return CONSTRAINT_FALSE;
    if (caller->kind == CALLER_ROLE_SESSION)
        return constraint_of(strcmp(caller->session, principal->session) == 0);
    return key_equals(request, KEY_CALLER_SESSION, principal->session);
}

/* A provider can be used only by roles of its own account. */
static constraint match_provider(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    enum caller_kind kind = principal->form == PRINCIPAL_SAML ? CALLER_SAML_PROVIDER : CALLER_WEB_IDENTITY;
    if (caller->kind != kind || strcmp(caller->text, principal->value) != 0)
        return CONSTRAINT_FALSE;
    if (principal->account == NULL || request->role == MODEL_NONE)
        return CONSTRAINT_TRUE;
    const struct model_principal *role = &request->model->principals[request->role];
    return constraint_of(strcmp(principal->account, request->model->accounts[role->account].id) == 0);
}

/* The condition under which the principal names the caller, and by which way it would let it in. */
static constraint match_principal(const struct request *request, const struct statement_principal *principal,
                                  bool allow, enum trust_way *way)
{
    const struct caller *caller = request->caller;
    const char *unique_id;
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
        /* In an Allow "*" does not open a role to services and federated identities; in a Deny it hits everybody. */
        *way = WAY_ANYONE;
        return constraint_of(!allow || (caller->kind != CALLER_SERVICE && !caller_is_federated(caller)));
    case PRINCIPAL_ACCOUNT:
        *way = WAY_DELEGATED;
        return constraint_of(same_account_as(request, principal) && !caller_is_federated(caller));
    case PRINCIPAL_USER_ARN:
        *way = WAY_USER;
        return match_user_or_role(request, principal);
    case PRINCIPAL_ROLE_ARN:
        *way = WAY_ROLE;
        return match_user_or_role(request, principal);
    case PRINCIPAL_SESSION_ARN:
        *way = WAY_SESSION;
        return match_session(request, principal);
    case PRINCIPAL_FEDERATED_USER:
        *way = WAY_USER;
        return constraint_of(caller->kind == CALLER_FEDERATED_USER && strcmp(caller->text, principal->value) == 0);
    case PRINCIPAL_UNIQUE_ID:
        unique_id = caller_unique_id(request);
        *way = caller->kind == CALLER_USER ? WAY_USER : WAY_ROLE;
        return constraint_of(unique_id[0] != '\0' && strcmp(unique_id, principal->value) == 0);
    case PRINCIPAL_SERVICE:
        *way = WAY_SERVICE;
        return constraint_of(caller->kind == CALLER_SERVICE && strcmp(caller->text, principal->value) == 0);
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        *way = WAY_FEDERATED;
        return match_provider(request, principal);
    case PRINCIPAL_INVALID:
        break;
    }
    *way = WAY_ANYONE;
    return CONSTRAINT_FALSE;
}

/* Deny with NotPrincipal walks account, then user or role, then session: the caller is spared only if every level is in
 * the list, and never if it has a permissions boundary. Sessions need an entry of their own only where the list names
 * sessions of the role. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
static constraint spared_by_not_principal(const struct request *request, const struct statement *statement)
{
    const struct caller *caller = request->caller;
    bool account = false, itself = false, sessions = false;
    constraint session = CONSTRAINT_FALSE, other = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        enum trust_way way;
        constraint match = match_principal(request, principal, false, &way);
        if (principal->form == PRINCIPAL_ACCOUNT)
            account = account || match == CONSTRAINT_TRUE;
        else if (principal->form == PRINCIPAL_SESSION_ARN) {
            sessions = sessions || (caller_is_role(caller) && caller->name != NULL &&
                                    same_account_as(request, principal) && strcmp(caller->name, principal->name) == 0);
            session = constraint_or(request->pool, session, match);
        } else if (principal->form == PRINCIPAL_USER_ARN || principal->form == PRINCIPAL_ROLE_ARN ||
                   principal->form == PRINCIPAL_UNIQUE_ID)
            itself = itself || match != CONSTRAINT_FALSE;
        else
            other = constraint_or(request->pool, other, match);
    }
    if (caller->principal != MODEL_NONE && request->model->principals[caller->principal].boundary != NULL)
        return CONSTRAINT_FALSE;
    constraint listed = constraint_of(account && itself);
    if (sessions)
        listed = constraint_and(request->pool, listed, session);
    return constraint_or(request->pool, other, listed);
}

/* ---- statements */

static constraint conditions_of(const struct request *request, const struct statement *statement)
{
    constraint result = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < statement->condition_count && result != CONSTRAINT_FALSE; i++)
        result = constraint_and(request->pool, result,
                                request_condition(request, &statement->conditions[i], statement->variables));
    return result;
}

static constraint fact_about(const struct request *request, const struct policy_use *use, const char *format,
                             const char *detail)
{
    struct text text = {0};
    if (use->kind == USE_TRUST)
        text_append_string(&text, "the trust policy");
    else
        text_format(&text, "policy %s", use->name[0] != '\0' ? use->name : "without a name");
    text_format(&text, " of %s %s", use->holder, format);
    if (detail != NULL)
        text_format(&text, " (%s)", detail);
    constraint fact = constraint_fact(request->pool, text.data != NULL ? text.data : "");
    text_free(&text);
    return fact;
}

/* The part of a statement that identity, boundary, SCP and RCP statements share: action, resource, conditions. */
static constraint match_request(const struct request *request, const struct statement *statement)
{
    if (!statement_covers_action(statement, request->action))
        return CONSTRAINT_FALSE;
    constraint result = statement->has_resource ? request_resources(request, statement) : CONSTRAINT_FALSE;
    return result == CONSTRAINT_FALSE ? result
                                      : constraint_and(request->pool, result, conditions_of(request, statement));
}

static void record(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                   const struct statement *statement, const char *action, constraint condition)
{
    if (recorder != NULL && condition != CONSTRAINT_FALSE)
        recorder->statement(recorder, layer, use, statement, action, condition);
}

/* Adds what a document says. Documents that are missing or cannot be read neither grant nor, for certain, stay silent:
 * facts stand for them. */
static void add_document(const struct request *request, const struct policy_use *use, enum decision_layer_kind layer,
                         struct recorder *recorder, constraint *allow, constraint *deny)
{
    struct constraint_pool *pool = request->pool;
    const struct model *model = request->model;
    if (use->document == MODEL_NONE) {
        constraint fact = fact_about(request, use, "(not in the export) allows it", NULL);
        *allow = constraint_or(pool, *allow, fact);
        /* AWS's own managed policies hold no Deny that bears on assuming roles, apart from the few that rolechain knows
         * itself. */
        bool aws_managed = use->arn != NULL && strstr(use->arn, ":iam::aws:policy/") != NULL;
        if (!aws_managed)
            *deny = constraint_or(
                pool, *deny,
                constraint_not(pool, fact_about(request, use, "(not in the export) does not deny it", NULL)));
        return;
    }
    const struct model_document *document = &model->documents[use->document];
    if (document->broken != NULL) {
        constraint fact = fact_about(request, use, "(which could not be read) does not deny it", document->broken);
        *deny = constraint_or(pool, *deny, constraint_not(pool, fact));
        return;
    }
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken != NULL) {
            if (!statement->effect_known || !statement->allow)
                *deny = constraint_or(
                    pool, *deny,
                    constraint_not(pool, fact_about(request, use,
                                                    "has a statement that could not be read and does not deny it",
                                                    statement->broken)));
            continue;
        }
        constraint match = match_request(request, statement);
        if (match != CONSTRAINT_FALSE && statement->has_principal && layer == LAYER_RCP) {
            constraint named = CONSTRAINT_FALSE;
            enum trust_way way;
            for (uint32_t j = 0; j < statement->principal_count; j++)
                named = constraint_or(pool, named, match_principal(request, &statement->principals[j], false, &way));
            match = constraint_and(pool, match, statement->not_principal ? constraint_not(pool, named) : named);
        }
        if (match != CONSTRAINT_FALSE && statement->doubt != NULL)
            match = constraint_and(
                pool, match,
                fact_about(request, use, "has a doubtful statement that IAM reads the same way", statement->doubt));
        record(recorder, layer, use, statement, request->action, match);
        if (statement->allow)
            *allow = constraint_or(pool, *allow, match);
        else
            *deny = constraint_or(pool, *deny, match);
    }
}

/* ---- layers */

static void add_trust_statement(const struct request *request, const struct policy_use *use,
                                const struct statement *statement, struct recorder *recorder,
                                struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    if (!statement_covers_action(statement, request->action))
        return;
    constraint conditions = conditions_of(request, statement);
    if (statement->doubt != NULL)
        conditions = constraint_and(
            pool, conditions,
            fact_about(request, use, "has a doubtful statement that IAM reads the same way", statement->doubt));
    if (conditions == CONSTRAINT_FALSE)
        return;
    enum trust_way way;
    if (statement->not_principal) {
        constraint listed = CONSTRAINT_FALSE;
        for (uint32_t i = 0; i < statement->principal_count; i++)
            listed = constraint_or(pool, listed, match_principal(request, &statement->principals[i], false, &way));
        bool outsider = request->caller->kind == CALLER_SERVICE || caller_is_federated(request->caller);
        constraint match = statement->allow
                               ? constraint_and(pool, constraint_of(!outsider), constraint_not(pool, listed))
                               : constraint_not(pool, spared_by_not_principal(request, statement));
        match = constraint_and(pool, match, conditions);
        record(recorder, LAYER_TRUST, use, statement, request->action, match);
        constraint *target = statement->allow ? &parts->ways[WAY_ANYONE] : &parts->deny[LAYER_TRUST];
        *target = constraint_or(pool, *target, match);
        return;
    }
    constraint all = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        constraint match = match_principal(request, &statement->principals[i], statement->allow, &way);
        if (match == CONSTRAINT_FALSE)
            continue;
        match = constraint_and(pool, match, conditions);
        all = constraint_or(pool, all, match);
        if (statement->allow)
            parts->ways[way] = constraint_or(pool, parts->ways[way], match);
    }
    if (!statement->allow)
        parts->deny[LAYER_TRUST] = constraint_or(pool, parts->deny[LAYER_TRUST], all);
    record(recorder, LAYER_TRUST, use, statement, request->action, all);
}

static bool names_caller(const struct request *request, const struct statement *statement)
{
    enum trust_way way;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (match_principal(request, &statement->principals[i], statement->allow, &way) != CONSTRAINT_FALSE)
            return true;
    return false;
}

const struct statement_condition *evaluator_near_miss(const struct request *request,
                                                      const struct statement **near_statement)
{
    const struct policy_use *use = request->model->principals[request->role].trust;
    const struct model_document *document =
        use != NULL && use->document != MODEL_NONE ? &request->model->documents[use->document] : NULL;
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &request->model->statements[document->first_statement + i];
        if (!statement->allow || statement->broken != NULL || statement->not_principal ||
            !statement_covers_action(statement, request->action) || !names_caller(request, statement))
            continue;
        for (uint32_t j = 0; j < statement->condition_count; j++)
            if (request_condition(request, &statement->conditions[j], statement->variables) == CONSTRAINT_FALSE) {
                *near_statement = statement;
                return &statement->conditions[j];
            }
    }
    return NULL;
}

static void add_trust(const struct request *request, struct recorder *recorder, struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    const struct policy_use *use = request->model->principals[request->role].trust;
    constraint *deny = &parts->deny[LAYER_TRUST];
    if (use == NULL || use->document == MODEL_NONE) {
        struct text text = {0};
        text_format(&text, "the trust policy of %s (not in the export) allows it", request->resource);
        parts->ways[WAY_DELEGATED] = constraint_fact(pool, text.data != NULL ? text.data : "");
        text_free(&text);
        return;
    }
    const struct model_document *document = &request->model->documents[use->document];
    if (document->broken != NULL) {
        parts->broken_trust = true;
        return;
    }
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &request->model->statements[document->first_statement + i];
        if (statement->broken == NULL) {
            add_trust_statement(request, use, statement, recorder, parts);
            continue;
        }
        parts->broken_trust = true;
        if (!statement->effect_known || !statement->allow)
            *deny = constraint_or(
                pool, *deny,
                constraint_not(pool,
                               fact_about(request, use, "has a statement that could not be read and does not deny it",
                                          statement->broken)));
    }
}

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
        for (uint32_t j = 0; j < level->policy_count; j++)
            add_document(request, &request->model->uses[level->first_policy + j], layer, recorder, &allow,
                         &parts->deny[layer]);
        if (layer != LAYER_SCP)
            continue; /* RCPFullAWSAccess hangs everywhere and cannot be detached: only denies count. */
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
        bool assumed = caller->kind == CALLER_ANYONE || request->gain.any_permission ||
                       (caller->kind == CALLER_ACCOUNT && account != NULL && account->detail == ACCOUNT_FULL);
        if (assumed) {
            parts->identity = CONSTRAINT_TRUE;
            return;
        }
        struct text text = {0};
        text_format(&text, "identity policies of account %s (not in the export) allow it",
                    caller->account != NULL ? caller->account : "?");
        parts->identity = constraint_fact(pool, text.data != NULL ? text.data : "");
        text_free(&text);
        /* They may also deny, whatever the trust policy grants. */
        parts->deny[LAYER_IDENTITY] = constraint_not(pool, parts->identity);
        return;
    }
    const struct model_principal *principal = &request->model->principals[caller->principal];
    for (uint32_t i = 0; i < principal->policy_count; i++)
        add_document(request, &request->model->uses[principal->first_policy + i], LAYER_IDENTITY, recorder,
                     &parts->identity, &parts->deny[LAYER_IDENTITY]);
    const struct decision_gain *gain = &request->gain;
    const struct model_principal *member = gain->group != NULL ? &request->model->principals[gain->member] : NULL;
    for (uint32_t i = 0; member != NULL && i < member->policy_count; i++) {
        const struct policy_use *use = &request->model->uses[member->first_policy + i];
        if (use->via_group && strcmp(use->holder, gain->group) == 0)
            add_document(request, use, LAYER_IDENTITY, recorder, &parts->identity, &parts->deny[LAYER_IDENTITY]);
    }
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
    return caller->kind == CALLER_ROLE && strstr(caller->text, ":role/aws-service-role/") != NULL;
}

void evaluator_parts(struct evaluator *evaluator, const struct request *request, struct recorder *recorder,
                     struct action_parts *parts)
{
    const struct model *model = evaluator->model;
    const struct caller *caller = request->caller;
    *parts = (struct action_parts){.boundary = CONSTRAINT_TRUE, .scp = CONSTRAINT_TRUE};
    bool signed_by_iam = caller->kind != CALLER_SERVICE && !caller_is_federated(caller);
    if (request->role != MODEL_NONE) {
        const struct model_principal *role = &model->principals[request->role];
        const struct model_account *account = &model->accounts[role->account];
        parts->same_account = caller->account != NULL && strcmp(caller->account, account->id) == 0;
        add_trust(request, recorder, parts);
        if (!role->service_linked)
            add_guardrails(request, &model->rcps[role->account], LAYER_RCP, recorder, parts);
    }
    if (!signed_by_iam)
        return;
    add_caller_policies(request, recorder, parts);
    if (caller->account_index != MODEL_NONE && !caller_service_linked(model, caller))
        add_guardrails(request, &model->scps[caller->account_index], LAYER_SCP, recorder, parts);
}

void evaluator_trust_statement(struct evaluator *evaluator, const struct request *request,
                               const struct statement *statement, struct action_parts *parts)
{
    if (statement->broken == NULL)
        add_trust_statement(request, evaluator->model->principals[request->role].trust, statement, NULL, parts);
}

constraint parts_trusted(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint result = CONSTRAINT_FALSE;
    for (int way = 0; way < WAY_COUNT; way++)
        result = constraint_or(pool, result, parts->ways[way]);
    return result;
}

constraint parts_direct(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint result = constraint_or(pool, parts->ways[WAY_SERVICE], parts->ways[WAY_FEDERATED]);
    if (!parts->same_account)
        return result;
    result = constraint_or(pool, result, parts->ways[WAY_USER]);
    result = constraint_or(pool, result, parts->ways[WAY_SESSION]);
    result = constraint_or(pool, result, parts->ways[WAY_ANYONE]);
    return constraint_or(pool, result, constraint_and(pool, parts->ways[WAY_ROLE], parts->boundary));
}

constraint parts_granted(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint own = constraint_and(pool, parts->identity, parts->boundary);
    constraint through = parts->same_account ? parts->ways[WAY_DELEGATED] : CONSTRAINT_FALSE;
    if (!parts->same_account)
        for (int way = 0; way < WAY_SERVICE; way++)
            through = constraint_or(pool, through, parts->ways[way]);
    return constraint_or(pool, parts_direct(pool, parts), constraint_and(pool, through, own));
}

constraint parts_denied(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint result = CONSTRAINT_FALSE;
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        result = constraint_or(pool, result, parts->deny[layer]);
    return result;
}

/* ---- the question */

static const char *base_action(const struct caller *caller)
{
    return caller->kind == CALLER_SAML_PROVIDER  ? "sts:AssumeRoleWithSAML"
           : caller->kind == CALLER_WEB_IDENTITY ? "sts:AssumeRoleWithWebIdentity"
                                                 : "sts:AssumeRole";
}

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

const char *caller_refusal(const struct model *model, const struct caller *caller, uint32_t role, const char *action)
{
    const struct model_account *account = &model->accounts[model->principals[role].account];
    if (caller->kind == CALLER_ROOT_USER)
        return "an account's root user cannot assume roles";
    if (caller->kind == CALLER_FEDERATED_USER)
        return "a session of GetFederationToken cannot assume roles";
    if (crosses_partitions(caller, &model->principals[role], account->partition))
        return "no call to assume a role crosses partitions";
    bool base = strcasecmp(action, "sts:AssumeRole") == 0 || strcasecmp(action, "sts:AssumeRoleWithSAML") == 0 ||
                strcasecmp(action, "sts:AssumeRoleWithWebIdentity") == 0;
    if (base && strcasecmp(action, base_action(caller)) != 0)
        return "this kind of caller cannot use that action";
    return NULL;
}

static bool fixes(const struct decision_question *question, const char *prefix)
{
    for (uint32_t i = 0; i < question->fixed_count; i++)
        if (question->fixed[i].count > 0 && strncasecmp(question->fixed[i].key, prefix, strlen(prefix)) == 0)
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
    implied[count++] = base_action(&question->caller);
    if (fixes(question, "aws:RequestTag/") || fixes(question, "aws:TagKeys") ||
        fixes(question, "sts:TransitiveTagKeys"))
        implied[count++] = "sts:TagSession";
    if (fixes(question, "sts:SourceIdentity"))
        implied[count++] = "sts:SetSourceIdentity";
    if (fixes(question, "sts:RequestContext"))
        implied[count++] = "sts:SetContext";
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
    struct constraint_pool *pool = evaluator->pool;
    question_request(evaluator, question, action, &request);
    evaluator_parts(evaluator, &request, NULL, &parts);
    constraint result = constraint_and(pool, parts_granted(pool, &parts), parts.scp);
    return constraint_and(pool, result, constraint_not(pool, parts_denied(pool, &parts)));
}

/* Passing tags (or a source identity, or a context of an identity provider) needs another action to be allowed: either
 * the formula holds without passing any, or that action is allowed too. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required */
static constraint with_implied_action(struct evaluator *evaluator, const struct decision_question *question,
                                      constraint formula, const char *const *keys, const char *action)
{
    struct constraint_pool *pool = evaluator->pool;
    constraint nothing_passed = CONSTRAINT_TRUE;
    bool looks = false;
    for (; *keys != NULL; keys++) {
        constraint without = constraint_absent(pool, formula, *keys);
        looks = looks || without != CONSTRAINT_TRUE;
        nothing_passed = constraint_and(pool, nothing_passed, without);
    }
    if (!looks)
        return formula;
    constraint also = action_formula(evaluator, question, action);
    if (constraint_implies(pool, formula, also) == CONSTRAINT_YES)
        return formula;
    constraint plain = constraint_and(pool, formula, nothing_passed);
    return constraint_or(pool, plain, constraint_and(pool, formula, also));
}

constraint question_formula(struct evaluator *evaluator, const struct decision_question *question)
{
    static const char *const tag_keys[] = {"aws:RequestTag/*", "aws:TagKeys", "sts:TransitiveTagKeys", NULL};
    static const char *const identity_keys[] = {"sts:SourceIdentity", NULL};
    static const char *const context_keys[] = {"sts:RequestContext/*", "sts:RequestContextProviders", NULL};
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    uint32_t count = question_actions(question, implied, &actions);
    constraint formula = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < count && formula != CONSTRAINT_FALSE; i++)
        formula = constraint_and(evaluator->pool, formula, action_formula(evaluator, question, actions[i]));
    if (question->action_count == 0 && formula > CONSTRAINT_TRUE) {
        /* "allowed whatever the keys are" is about the plain call: no growth then. */
        if (constraint_valid(evaluator->pool, formula) == CONSTRAINT_YES)
            return CONSTRAINT_TRUE;
        formula = with_implied_action(evaluator, question, formula, tag_keys, "sts:TagSession");
        formula = with_implied_action(evaluator, question, formula, identity_keys, "sts:SetSourceIdentity");
        formula = with_implied_action(evaluator, question, formula, context_keys, "sts:SetContext");
        /* What these are allowed for may be tags. */
        formula = with_implied_action(evaluator, question, formula, tag_keys, "sts:TagSession");
    }
    return formula;
}

enum constraint_answer question_satisfiable(struct evaluator *evaluator, const struct decision_question *question,
                                            constraint formula)
{
    if (formula <= CONSTRAINT_TRUE)
        return formula == CONSTRAINT_TRUE ? CONSTRAINT_YES : CONSTRAINT_NO;
    struct request request;
    question_request(evaluator, question, "", &request);
    constraint axioms = request_axioms(&request, question->now);
    /* Who brings no transitive tags makes only such transitive as are passed. */
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

bool decision_decide(struct evaluator *evaluator, const struct decision_question *question, struct decision *decision)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    *decision = (struct decision){.verdict = VERDICT_DENIED, .residual = CONSTRAINT_FALSE};
    const struct model_account *whole = caller_whole_account(evaluator->model, &question->caller);
    if (whole != NULL)
        return decide_members(evaluator, question, whole, decision);
    uint32_t count = question_actions(question, implied, &actions);
    for (uint32_t i = 0; i < count; i++)
        if (caller_refusal(evaluator->model, &question->caller, question->role, actions[i]) != NULL) {
            decision->reason = REASON_CANNOT_CALL;
            return true;
        }
    constraint formula = question_formula(evaluator, question);
    enum constraint_answer possible = question_satisfiable(evaluator, question, formula);
    if (possible == CONSTRAINT_NO) {
        decision->reason = reason_of_denial(evaluator, question);
    } else {
        constraint negation = constraint_not(evaluator->pool, formula);
        bool certain = question_satisfiable(evaluator, question, negation) == CONSTRAINT_NO;
        decision->verdict = certain ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
        decision->residual = certain ? CONSTRAINT_TRUE : formula;
        decision->reason = REASON_GRANTED;
        decision->undecided = possible == CONSTRAINT_UNDECIDED;
    }
    arena_reset(&evaluator->scratch);
    return !constraint_pool_failed(evaluator->pool);
}

constraint decision_statement_matches(struct evaluator *evaluator, const struct decision_question *question,
                                      const struct statement *statement)
{
    struct request request;
    struct action_parts parts = {.boundary = CONSTRAINT_TRUE, .scp = CONSTRAINT_TRUE};
    question_request(evaluator, question, base_action(&question->caller), &request);
    evaluator_trust_statement(evaluator, &request, statement, &parts);
    arena_reset(&evaluator->scratch);
    constraint result = parts.deny[LAYER_TRUST];
    for (int way = 0; way < WAY_COUNT; way++)
        result = constraint_or(evaluator->pool, result, parts.ways[way]);
    return result;
}

bool decision_takes_tags(const struct model *model, uint32_t role)
{
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return true;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken == NULL && statement->allow && statement_covers_action(statement, "sts:TagSession"))
            return true;
    }
    return false;
}

constraint decision_identity_allows(struct evaluator *evaluator, const struct caller *caller, const char *action,
                                    const char *resource, const struct fixed_key *fixed, uint32_t fixed_count,
                                    const struct decision_gain *gain)
{
    struct request request = {.model = evaluator->model,
                              .pool = evaluator->pool,
                              .arena = &evaluator->scratch,
                              .caller = caller,
                              .role = MODEL_NONE,
                              .resource = resource,
                              .action = action,
                              .fixed = fixed,
                              .fixed_count = fixed_count};
    struct action_parts parts;
    struct constraint_pool *pool = evaluator->pool;
    if (gain != NULL)
        request.gain = *gain;
    evaluator_parts(evaluator, &request, NULL, &parts);
    constraint result = constraint_and(pool, constraint_and(pool, parts.identity, parts.boundary), parts.scp);
    result = constraint_and(pool, result, constraint_not(pool, parts_denied(pool, &parts)));
    arena_reset(&evaluator->scratch);
    return result;
}

struct evaluator *evaluator_new(const struct model *model, struct constraint_pool *pool)
{
    struct evaluator *evaluator = calloc(1, sizeof *evaluator);
    if (evaluator != NULL) {
        evaluator->model = model;
        evaluator->pool = pool;
    }
    return evaluator;
}

void evaluator_free(struct evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    arena_free(&evaluator->scratch);
    free(evaluator);
}
