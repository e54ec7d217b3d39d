/*
 * The long answer: what every layer says, and everything that is missing.
 */
#include "graph/decision/evaluator.h"

#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_STATEMENTS 64u
#define MAXIMUM_MEMBERS 4u

struct noted {
    enum decision_layer_kind layer;
    struct decision_statement statement;
};

struct noted_level {
    const struct model_level *level;
    const char *action;
    constraint allows;
};

struct explaining {
    struct recorder recorder; /* first: callbacks get a pointer to it */
    struct evaluator *evaluator;
    const struct decision_question *question;
    struct arena *arena;
    struct decision *decision;
    struct noted *noted;
    uint32_t noted_count, noted_room;
    struct noted_level *levels;
    uint32_t level_count, level_room;
    uint32_t gap_room;
    constraint together; /* what the actions explained so far demand, with what they lack added */
    unsigned pulled;     /* of pulls[]: what calls may pass */
    bool stopped;        /* nothing that can be added helps */
    bool failed;
};

static void *keep_array(struct explaining *work, const void *old, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return (void *)old;
    uint32_t wanted = *room == 0 ? 16 : *room * 2;
    void *grown = arena_allocate_array(work->arena, wanted, size);
    if (grown == NULL) {
        work->failed = true;
        return (void *)old;
    }
    if (count > 0)
        memcpy(grown, old, count * size);
    *room = wanted;
    return grown;
}

static void note_statement(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                           const struct statement *statement, const char *action, constraint condition)
{
    struct explaining *work = (struct explaining *)recorder;
    work->noted = keep_array(work, work->noted, work->noted_count, &work->noted_room, sizeof *work->noted);
    if (!work->failed)
        work->noted[work->noted_count++] = (struct noted){layer, {use, statement, action, condition}};
}

static void note_level(struct recorder *recorder, const struct model_level *level, const char *action,
                       constraint allows)
{
    struct explaining *work = (struct explaining *)recorder;
    work->levels = keep_array(work, work->levels, work->level_count, &work->level_room, sizeof *work->levels);
    if (!work->failed)
        work->levels[work->level_count++] = (struct noted_level){level, action, allows};
}

static const char *keep_text(struct explaining *work, struct text *text)
{
    const char *copy = text->data != NULL ? arena_copy_text(work->arena, text->data, text->length) : NULL;
    work->failed = work->failed || copy == NULL;
    text_free(text);
    return copy != NULL ? copy : "";
}

/* ---- layers */

static bool is_impossible(struct explaining *work, constraint formula)
{
    return question_satisfiable(work->evaluator, work->question, formula) == CONSTRAINT_NO;
}

static bool is_certain(struct explaining *work, constraint formula)
{
    return is_impossible(work, constraint_not(work->evaluator->pool, formula));
}

static enum layer_result result_of(struct explaining *work, constraint allow, constraint deny)
{
    if (is_certain(work, deny))
        return LAYER_DENIES;
    if (is_impossible(work, allow))
        return LAYER_SILENT;
    return deny == CONSTRAINT_FALSE && is_certain(work, allow) ? LAYER_ALLOWS : LAYER_CONDITIONAL;
}

/* The worse of two actions' results counts. */
static enum layer_result worse(enum layer_result a, enum layer_result b)
{
    static const int rank[] = {
        [LAYER_ALLOWS] = 1, [LAYER_CONDITIONAL] = 2, [LAYER_SILENT] = 3, [LAYER_DENIES] = 4, [LAYER_ABSENT] = 0};
    return rank[a] >= rank[b] ? a : b;
}

static void set_layer(struct explaining *work, enum decision_layer_kind layer, enum layer_result result)
{
    work->decision->layers[layer].result = worse(work->decision->layers[layer].result, result);
}

static void choose_statements(struct explaining *work)
{
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        struct decision_layer *target = &work->decision->layers[layer];
        bool denies = target->result == LAYER_DENIES;
        struct decision_statement *list = arena_allocate_array(work->arena, MAXIMUM_STATEMENTS, sizeof *list);
        if (list == NULL) {
            work->failed = true;
            return;
        }
        for (uint32_t i = 0; i < work->noted_count && target->statement_count < MAXIMUM_STATEMENTS; i++) {
            const struct noted *noted = &work->noted[i];
            if ((int)noted->layer != layer || (denies && noted->statement.statement->allow))
                continue;
            list[target->statement_count++] = noted->statement;
        }
        target->statements = list;
    }
}

/* ---- gaps */

static struct decision_gap *add_gap(struct explaining *work, enum decision_layer_kind layer, const char *action,
                                    struct text *text)
{
    static struct decision_gap spare;
    struct decision *decision = work->decision;
    decision->gaps = keep_array(work, decision->gaps, decision->gap_count, &work->gap_room, sizeof *decision->gaps);
    const char *kept = keep_text(work, text);
    if (work->failed)
        return &spare;
    struct decision_gap *gap = &decision->gaps[decision->gap_count++];
    *gap = (struct decision_gap){.layer = layer, .action = action, .text = kept};
    return gap;
}

static const char *statement_name(const struct decision_statement *statement, char *buffer, size_t size)
{
    const struct policy_use *use = statement->use;
    const char *sid = statement->statement->sid;
    if (sid[0] != '\0')
        snprintf(buffer, size, "statement \"%s\"", sid);
    else
        snprintf(buffer, size, "statement %u", statement->statement->position);
    size_t used = strlen(buffer);
    if (use->kind == USE_TRUST)
        snprintf(buffer + used, size - used, " of the trust policy of %s", use->holder);
    else
        snprintf(buffer + used, size - used, " of policy %s on %s", use->name, use->holder);
    return buffer;
}

static void find_denies(struct explaining *work, const char *action, const struct action_parts *parts)
{
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        if (!is_certain(work, parts->deny[layer]))
            continue;
        for (uint32_t i = 0; i < work->noted_count; i++) {
            const struct noted *noted = &work->noted[i];
            if ((int)noted->layer != layer || noted->statement.statement->allow ||
                strcmp(noted->statement.action, action) != 0)
                continue;
            char name[600];
            struct text text = {0};
            text_format(&text, "%s denies %s", statement_name(&noted->statement, name, sizeof name), action);
            struct decision_gap *gap = add_gap(work, noted->layer, action, &text);
            gap->denied = true;
            gap->deny = &noted->statement;
            gap->level = layer == LAYER_SCP || layer == LAYER_RCP ? noted->statement.use->holder : NULL;
        }
    }
}

static void find_missing_levels(struct explaining *work, const char *action)
{
    for (uint32_t i = 0; i < work->level_count; i++) {
        const struct noted_level *level = &work->levels[i];
        if (strcmp(level->action, action) != 0 || !is_impossible(work, level->allows))
            continue;
        struct text text = {0};
        text_format(&text, "no SCP at %s%s%s allows %s", level->level->id, level->level->name[0] != '\0' ? " " : "",
                    level->level->name, action);
        add_gap(work, LAYER_SCP, action, &text)->level = level->level->id;
    }
}

/* What the trust policy would demand if the question fixed no key: the caller may have passed a wrong external id. */
static constraint trust_demands(struct explaining *work, const char *action)
{
    struct decision_question open = *work->question;
    struct request request;
    struct action_parts parts;
    open.fixed_count = 0;
    if (work->question->fixed_count == 0)
        return CONSTRAINT_FALSE;
    question_request(work->evaluator, &open, action, &request);
    evaluator_parts(work->evaluator, &request, NULL, &parts);
    constraint trusted = parts_trusted(work->evaluator->pool, &parts);
    return question_satisfiable(work->evaluator, &open, trusted) == CONSTRAINT_NO ? CONSTRAINT_FALSE : trusted;
}

/* A statement that names the caller but for a condition that the caller cannot meet. */
static void add_near_miss(struct explaining *work, const char *action, struct text *text)
{
    struct request request;
    const struct statement *statement = NULL;
    question_request(work->evaluator, work->question, action, &request);
    const struct statement_condition *condition = evaluator_near_miss(&request, &statement);
    if (condition == NULL)
        return;
    if (statement->sid[0] != '\0')
        text_format(text, ": statement \"%s\" names it", statement->sid);
    else
        text_format(text, ": statement %u names it", statement->position);
    char *name = condition_name_text(&condition->name);
    text_format(text, ", but its condition %s %s", name, condition->key);
    free(name);
    for (uint32_t i = 0; i < condition->value_count && i < 4; i++)
        text_format(text, "%s \"%s\"", i == 0 ? "" : " or", condition->values[i]);
    text_append_string(text, condition->value_count > 4 ? " … cannot hold" : " cannot hold");
}

static const char *why_unreadable(const struct explaining *work)
{
    const struct model *model = work->evaluator->model;
    const struct policy_use *trust = model->principals[work->question->role].trust;
    return trust != NULL && trust->document != MODEL_NONE ? model->documents[trust->document].broken : NULL;
}

static void add_trust_gap(struct explaining *work, const char *action, const struct action_parts *parts)
{
    const struct caller *caller = &work->question->caller;
    const char *role = work->evaluator->model->principals[work->question->role].arn, *broken = why_unreadable(work);
    struct text text = {0}, words = {0};
    if (caller_is_federated(caller) && caller->account != NULL && !parts->same_account) {
        text_format(&text, "an identity provider lets into roles of its own account only, and %s is of another one",
                    caller->text);
        add_gap(work, LAYER_TRUST, action, &text)->denied = true;
        return;
    }
    if (broken != NULL) {
        text_format(&text, "the trust policy of %s cannot be read: %s", role, broken);
        add_gap(work, LAYER_TRUST, action, &text);
        return;
    }
    constraint demands = trust_demands(work, action);
    if (demands == CONSTRAINT_FALSE) {
        text_format(&text, "the trust policy of %s does not let %s call %s", role, caller->text, action);
        add_near_miss(work, action, &text);
        add_gap(work, LAYER_TRUST, action, &text);
        return;
    }
    json_t *list = constraint_words(work->evaluator->pool, demands), *word;
    size_t i;
    json_array_foreach(list, i, word) text_format(&words, "%s%s", i == 0 ? "" : " and ", json_string_value(word));
    json_decref(list);
    text_format(&text, "the trust policy of %s lets %s call %s only if %s", role, caller->text, action,
                words.data != NULL ? words.data : "");
    add_gap(work, LAYER_TRUST, action, &text)->demands = keep_text(work, &words);
}

static constraint parts_formula(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint formula = constraint_and(pool, parts_granted(pool, parts), parts->scp);
    return constraint_and(pool, formula, constraint_not(pool, parts_denied(pool, parts)));
}

enum { REPAIR_IDENTITY = 1, REPAIR_TRUST = 2, REPAIR_BOUNDARY = 4, REPAIRS = 8 };

/* The parts as they would be with a statement added where repairs say. */
static struct action_parts repaired(const struct caller *caller, const struct action_parts *parts, int repairs)
{
    struct action_parts result = *parts;
    enum trust_way way = caller->kind == CALLER_SERVICE   ? WAY_SERVICE
                         : caller_is_federated(caller)    ? WAY_FEDERATED
                         : caller->kind == CALLER_ACCOUNT ? WAY_DELEGATED
                         : caller->kind == CALLER_ANYONE  ? WAY_ANYONE
                         : caller->kind == CALLER_USER    ? WAY_USER
                                                          : WAY_ROLE;
    if (repairs & REPAIR_IDENTITY)
        result.identity = CONSTRAINT_TRUE;
    if (repairs & REPAIR_TRUST)
        result.ways[way] = CONSTRAINT_TRUE;
    if (repairs & REPAIR_BOUNDARY)
        result.boundary = CONSTRAINT_TRUE;
    return result;
}

/* What a call may pass, which pulls in another action. */
static const struct {
    const char *action;
    const char *keys[3];
} pulls[] = {{"sts:TagSession", {"aws:RequestTag/*", "aws:TagKeys", "sts:TransitiveTagKeys"}},
             {"sts:SetSourceIdentity", {"sts:SourceIdentity"}},
             {"sts:SetContext", {"sts:RequestContext/*", "sts:RequestContextProviders"}}};
enum { PULLS = sizeof pulls / sizeof pulls[0], PULL_ALL = (1 << PULLS) - 1 };

/* The formula for calls that pass nothing but what pulls in one of those actions. */
static constraint passing_only(struct constraint_pool *pool, constraint formula, unsigned pulled)
{
    constraint result = formula;
    for (unsigned i = 0; i < PULLS; i++)
        for (size_t j = 0; (pulled >> i & 1) == 0 && j < 3 && pulls[i].keys[j] != NULL; j++)
            result = constraint_and(pool, result, constraint_absent(pool, formula, pulls[i].keys[j]));
    return result;
}

/* Whether what is missing would be there with the parts repaired. */
static bool is_hopeless(struct explaining *work, const struct action_parts *fixed)
{
    struct constraint_pool *pool = work->evaluator->pool;
    constraint formula = constraint_and(pool, work->together, parts_formula(pool, fixed));
    return is_impossible(work, passing_only(pool, formula, work->pulled));
}

/* Each layer could allow, but not together: the fewest that, made unconditional, would do. */
static int add_contradiction(struct explaining *work, const char *action, const struct action_parts *parts, int known)
{
    static const int orders[] = {0,
                                 REPAIR_IDENTITY,
                                 REPAIR_TRUST,
                                 REPAIR_BOUNDARY,
                                 REPAIR_TRUST | REPAIR_IDENTITY,
                                 REPAIR_IDENTITY | REPAIR_BOUNDARY,
                                 REPAIR_TRUST | REPAIR_BOUNDARY,
                                 REPAIR_TRUST | REPAIR_IDENTITY | REPAIR_BOUNDARY};
    static const struct {
        int repair;
        enum decision_layer_kind layer;
        const char *policy;
    } layers[] = {{REPAIR_TRUST, LAYER_TRUST, "the trust policy"},
                  {REPAIR_IDENTITY, LAYER_IDENTITY, "an identity policy"},
                  {REPAIR_BOUNDARY, LAYER_BOUNDARY, "the permissions boundary"}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if ((orders[i] & known) != known)
            continue;
        struct action_parts fixed = repaired(&work->question->caller, parts, orders[i]);
        if (is_hopeless(work, &fixed))
            continue;
        for (size_t j = 0; j < sizeof layers / sizeof layers[0]; j++) {
            if (!(orders[i] & layers[j].repair & ~known))
                continue;
            struct text text = {0};
            text_format(&text, "%s allows %s only under conditions that cannot hold together with those of the others",
                        layers[j].policy, action);
            add_gap(work, layers[j].layer, action, &text);
        }
        return orders[i];
    }
    return -1;
}

static void find_gaps(struct explaining *work, const char *action, const struct action_parts *parts)
{
    struct constraint_pool *pool = work->evaluator->pool;
    const struct caller *caller = &work->question->caller;
    const char *role = work->evaluator->model->principals[work->question->role].arn;
    bool identity_side = caller->kind != CALLER_SERVICE && !caller_is_federated(caller);
    uint32_t before = work->decision->gap_count;
    int known = 0;
    find_denies(work, action, parts);
    find_missing_levels(work, action);
    bool stopped = work->decision->gap_count > before;
    bool trusted = !is_impossible(work, parts_trusted(pool, parts));
    if (!trusted) {
        add_trust_gap(work, action, parts);
        known |= REPAIR_TRUST;
    }
    /* A trust policy of the same account that names the caller needs no identity policy, nor will one that is to. */
    bool named = parts->same_account && caller->kind != CALLER_ACCOUNT && caller->kind != CALLER_ANYONE;
    bool direct = trusted ? !is_impossible(work, parts_direct(pool, parts)) : named && caller->kind == CALLER_USER;
    bool by_role_arn = parts->same_account && (trusted ? parts->ways[WAY_ROLE] != CONSTRAINT_FALSE : named);
    if (identity_side && !direct && !by_role_arn && is_impossible(work, parts->identity)) {
        struct text text = {0};
        text_format(&text, "no identity policy of %s allows %s on %s", caller->text, action, role);
        add_gap(work, LAYER_IDENTITY, action, &text);
        known |= REPAIR_IDENTITY;
    }
    if (identity_side && !direct && is_impossible(work, parts->boundary)) {
        struct text text = {0};
        text_format(&text, "the permissions boundary of %s does not allow %s on %s", caller->text, action, role);
        add_gap(work, LAYER_BOUNDARY, action, &text);
        known |= REPAIR_BOUNDARY;
    }
    if (stopped) {
        work->stopped = true;
        return;
    }
    /* Where something is missing, it is best added for this action alone, for calls that pull in no other. */
    unsigned may_pull = work->pulled;
    int repairs = -1;
    if (known != 0 && may_pull == PULL_ALL) {
        work->pulled = 0;
        repairs = add_contradiction(work, action, parts, known);
        work->pulled = may_pull;
    }
    if (repairs < 0)
        repairs = add_contradiction(work, action, parts, known);
    if (repairs < 0) {
        struct text text = {0};
        text_format(&text, "for %s, what is denied under conditions leaves nothing that could be allowed", action);
        add_gap(work, LAYER_TRUST, action, &text)->denied = true;
        work->stopped = true;
        return;
    }
    struct action_parts fixed = repaired(caller, parts, repairs);
    work->together = constraint_and(pool, work->together, parts_formula(pool, &fixed));
}

/* ---- notes */

static void add_note(struct explaining *work, const char **notes, uint32_t *count, const char *format,
                     const char *detail)
{
    struct text text = {0};
    text_format(&text, format, detail);
    notes[*count] = keep_text(work, &text);
    ++*count;
}

static void add_notes(struct explaining *work)
{
    const struct model *model = work->evaluator->model;
    const struct caller *caller = &work->question->caller;
    const struct model_principal *role = &model->principals[work->question->role];
    const char **notes = arena_allocate_array(work->arena, 8, sizeof *notes);
    uint32_t count = 0;
    if (notes == NULL) {
        work->failed = true;
        return;
    }
    bool signed_by_iam =
        caller->kind != CALLER_SERVICE && caller->kind != CALLER_SAML_PROVIDER && caller->kind != CALLER_WEB_IDENTITY;
    bool slr = caller_service_linked(model, caller);
    if (signed_by_iam && !slr && caller->kind != CALLER_ANYONE &&
        (caller->account_index == MODEL_NONE || model->scps[caller->account_index].apply == FACT_UNKNOWN))
        add_note(work, notes, &count, "SCPs that bind account %s are not in the export; they could deny this",
                 caller->account != NULL ? caller->account : "?");
    if (model->rcps[role->account].apply == FACT_UNKNOWN)
        add_note(work, notes, &count, "RCPs that bind account %s are not in the export; they could deny this",
                 model->accounts[role->account].id);
    if (work->decision->undecided)
        add_note(work, notes, &count, "%s", "not fully decided: the conditions are too many to search through");
    for (int kind = 0; kind < 2; kind++) {
        uint32_t account = kind == 0 ? caller->account_index : role->account;
        const struct model_guardrails *guardrails = account == MODEL_NONE ? NULL
                                                    : kind == 0           ? &model->scps[account]
                                                                          : &model->rcps[account];
        for (uint32_t i = 0;
             guardrails != NULL && guardrails->apply == FACT_YES && i < guardrails->level_count && count < 7; i++)
            if (!guardrails->levels[i].complete && (kind == 1 || (signed_by_iam && !slr)))
                add_note(work, notes, &count,
                         kind == 0 ? "the SCPs at %s are not all in the export; others could deny this"
                                   : "the RCPs at %s are not all in the export; others could deny this",
                         strcmp(guardrails->levels[i].id, "?") == 0 ? "the levels between root and account"
                                                                    : guardrails->levels[i].id);
        if (account != MODEL_NONE && (kind == 1 || signed_by_iam) && model->organization != NULL &&
            model->accounts[account].in_organization == FACT_NO &&
            model->accounts[account].detail != ACCOUNT_NOT_EXPORTED && count < 7)
            add_note(
                work, notes, &count,
                kind == 0
                    ? "account %s is not in list-accounts: no SCP of the exported organization is taken to bind it"
                    : "account %s is not in list-accounts: no RCP of the exported organization is taken to bind it",
                model->accounts[account].id);
    }
    work->decision->notes = notes;
    work->decision->note_count = count;
}

/* Why no SCP or RCP counts. */
static const char *why_no_guardrail(const struct model *model, const struct model_guardrails *guardrails,
                                    uint32_t account, bool service_linked)
{
    if (service_linked)
        return "service-linked roles are exempt";
    if (account != MODEL_NONE && model->accounts[account].management)
        return "the management account is exempt";
    if (account == MODEL_NONE || guardrails[account].apply == FACT_UNKNOWN)
        return "not in the export";
    return model->accounts[account].in_organization == FACT_NO ? "the account is not in the exported organization"
                                                               : "this type of policy is not enabled";
}

/* Who of an account can, or that nobody can. */
static const char *name_members(struct explaining *work, enum layer_result *result)
{
    const struct model *model = work->evaluator->model;
    const struct model_account *account = caller_whole_account(model, &work->question->caller);
    struct text text = {0};
    uint32_t able = 0;
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *member = &model->principals[account->first_principal + i];
        struct decision one;
        if (!decide_member(work->evaluator, work->question, account->first_principal + i, &one)) {
            work->failed = true;
            break;
        }
        if (one.verdict == VERDICT_DENIED || able++ >= MAXIMUM_MEMBERS)
            continue;
        text_format(&text, "%s%s %s%s", able > 1 ? ", " : "", member->is_role ? "role" : "user", member->name,
                    one.verdict == VERDICT_CONDITIONAL ? " (under conditions)" : "");
    }
    if (able == 0) {
        *result = LAYER_SILENT;
        text_format(&text, "none of its %u users and roles can", account->principal_count);
    } else if (able > MAXIMUM_MEMBERS) {
        text_format(&text, " and %u more of its %u users and roles can", able - MAXIMUM_MEMBERS,
                    account->principal_count);
    } else {
        text_format(&text, ": %u of its %u users and roles can", able, account->principal_count);
    }
    return keep_text(work, &text);
}

/* What the users and roles of an account lack: permissions of their own, or what the others demand of them. */
static void find_member_gaps(struct explaining *work, const char *action)
{
    const struct model *model = work->evaluator->model;
    const struct model_account *account = caller_whole_account(model, &work->question->caller);
    const char *role = model->principals[work->question->role].arn;
    bool permitted = false;
    struct text text = {0};
    for (uint32_t i = 0; i < account->principal_count && !permitted; i++) {
        struct decision_question own = *work->question;
        struct request request;
        struct action_parts parts;
        caller_of_principal(model, account->first_principal + i, &own.caller);
        question_request(work->evaluator, &own, action, &request);
        evaluator_parts(work->evaluator, &request, NULL, &parts);
        permitted = question_satisfiable(work->evaluator, &own,
                                         constraint_and(work->evaluator->pool, parts.identity, parts.boundary)) !=
                    CONSTRAINT_NO;
    }
    if (!permitted) {
        text_format(&text, "no identity policy of a user or role of account %s allows %s on %s", account->id, action,
                    role);
        add_gap(work, LAYER_IDENTITY, action, &text);
        set_layer(work, LAYER_IDENTITY, LAYER_SILENT);
    } else if (work->decision->gap_count == 0) {
        text_format(&text, "those of account %s whose identity policies allow %s on %s are let in by no policy",
                    account->id, action, role);
        add_gap(work, LAYER_IDENTITY, action, &text)->denied = true;
    }
}

static void note_absent_layers(struct explaining *work, const struct action_parts *parts)
{
    struct decision_layer *layers = work->decision->layers;
    const struct caller *caller = &work->question->caller;
    const struct model *model = work->evaluator->model;
    struct constraint_pool *pool = work->evaluator->pool;
    layers[LAYER_SESSION].note = "session policies are part of a call, not of an export; none is assumed";
    bool signed_by_iam =
        caller->kind != CALLER_SERVICE && caller->kind != CALLER_SAML_PROVIDER && caller->kind != CALLER_WEB_IDENTITY;
    bool exported = caller_whole_account(model, caller) != NULL;
    bool somebody = exported || caller->kind == CALLER_ANYONE;
    bool known = somebody || (caller->principal != MODEL_NONE && model->principals[caller->principal].identity_known);
    if (layers[LAYER_BOUNDARY].result == LAYER_ABSENT)
        layers[LAYER_BOUNDARY].note = somebody                  ? "differs from principal to principal"
                                      : known || !signed_by_iam ? "no permissions boundary"
                                                                : "permissions boundaries are not in the export";
    const struct model_principal *role = &model->principals[work->question->role];
    if (layers[LAYER_SCP].result == LAYER_ABSENT)
        layers[LAYER_SCP].note = signed_by_iam ? why_no_guardrail(model, model->scps, caller->account_index,
                                                                  caller_service_linked(model, caller))
                                               : "SCPs bind IAM principals only";
    if (layers[LAYER_RCP].result == LAYER_ABSENT)
        layers[LAYER_RCP].note = why_no_guardrail(model, model->rcps, role->account, role->service_linked);
    if (layers[LAYER_IDENTITY].result == LAYER_ABSENT)
        layers[LAYER_IDENTITY].note = "no IAM principal calls: identity policies play no part";
    else if (exported)
        layers[LAYER_IDENTITY].note = name_members(work, &layers[LAYER_IDENTITY].result);
    else if (caller->kind == CALLER_ANYONE)
        layers[LAYER_IDENTITY].note = "anyone's own account may let them";
    else if (!known)
        layers[LAYER_IDENTITY].note = "identity policies are not in the export";
    else if (layers[LAYER_IDENTITY].result == LAYER_SILENT && parts_direct(pool, parts) != CONSTRAINT_FALSE)
        layers[LAYER_IDENTITY].note = "not needed: the trust policy of the same account names the caller itself";
}

static void explain_action(struct explaining *work, const char *action, struct action_parts *parts)
{
    struct request request;
    const struct caller *caller = &work->question->caller;
    const struct model *model = work->evaluator->model;
    bool signed_by_iam =
        caller->kind != CALLER_SERVICE && caller->kind != CALLER_SAML_PROVIDER && caller->kind != CALLER_WEB_IDENTITY;
    question_request(work->evaluator, work->question, action, &request);
    evaluator_parts(work->evaluator, &request, &work->recorder, parts);
    set_layer(work, LAYER_TRUST,
              result_of(work, parts_trusted(work->evaluator->pool, parts), parts->deny[LAYER_TRUST]));
    if (signed_by_iam) {
        set_layer(work, LAYER_IDENTITY, result_of(work, parts->identity, parts->deny[LAYER_IDENTITY]));
        if (caller->principal != MODEL_NONE && model->principals[caller->principal].boundary != NULL)
            set_layer(work, LAYER_BOUNDARY, result_of(work, parts->boundary, parts->deny[LAYER_BOUNDARY]));
        if (!caller_service_linked(model, caller) && caller->account_index != MODEL_NONE &&
            model->scps[caller->account_index].apply == FACT_YES)
            set_layer(work, LAYER_SCP, result_of(work, parts->scp, parts->deny[LAYER_SCP]));
    }
    const struct model_principal *role = &model->principals[work->question->role];
    if (model->rcps[role->account].apply == FACT_YES && !role->service_linked)
        set_layer(work, LAYER_RCP, result_of(work, CONSTRAINT_TRUE, parts->deny[LAYER_RCP]));
}

/* The gaps of the actions that a call pulls in which passes only that. */
static void explain_pulled(struct explaining *work, unsigned pulled, unsigned asked, struct action_parts *parts)
{
    work->pulled = pulled | asked;
    for (unsigned i = 0; i < PULLS; i++)
        if (pulled >> i & 1) {
            explain_action(work, pulls[i].action, parts);
            find_gaps(work, pulls[i].action, parts);
        }
}

/* Every action could be allowed by itself, or with what it lacks: but conditions demand that something be passed, and
 * that pulls in another action. As few as possible, and if possible none of which can be allowed only by others. */
static void explain_pulls(struct explaining *work, const char *const *actions, uint32_t count,
                          struct action_parts *parts)
{
    static const unsigned subsets[] = {0, 1, 2, 4, 3, 5, 6, 7};
    const struct explaining before = *work;
    const struct decision decision = *work->decision;
    unsigned asked = 0, first = 0;
    for (unsigned i = 0; i < PULLS; i++)
        for (uint32_t j = 0; j < count; j++)
            asked |= strcmp(actions[j], pulls[i].action) == 0 ? 1u << i : 0;
    for (size_t i = 0; i < sizeof subsets / sizeof subsets[0] && !work->failed; i++) {
        constraint formula = passing_only(work->evaluator->pool, before.together, subsets[i] | asked);
        if ((subsets[i] & asked) != 0 || is_impossible(work, formula))
            continue;
        explain_pulled(work, subsets[i], asked, parts);
        if (!work->stopped)
            return;
        first = first == 0 ? subsets[i] : first;
        work->noted_count = before.noted_count;
        work->level_count = before.level_count;
        work->together = before.together;
        work->stopped = false;
        work->decision->gap_count = decision.gap_count;
        memcpy(work->decision->layers, decision.layers, sizeof decision.layers);
    }
    if (first != 0)
        explain_pulled(work, first, asked, parts);
}

static void explain_contradiction(struct explaining *work, const char *const *actions, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (int layer = LAYER_TRUST; layer <= LAYER_IDENTITY; layer++) {
            struct text text = {0};
            text_format(&text, "%s allows %s only under conditions that cannot hold together with all the others",
                        layer == LAYER_TRUST ? "the trust policy" : "an identity policy", actions[i]);
            add_gap(work, (enum decision_layer_kind)layer, actions[i], &text);
        }
}

bool decision_explain(struct evaluator *evaluator, const struct decision_question *question, struct arena *arena,
                      struct decision *decision)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    struct explaining work = {.recorder = {note_statement, note_level},
                              .evaluator = evaluator,
                              .question = question,
                              .arena = arena,
                              .decision = decision,
                              .together = CONSTRAINT_TRUE,
                              .pulled = PULL_ALL};
    struct action_parts parts = {0};
    if (!decision_decide(evaluator, question, decision))
        return false;
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        decision->layers[layer] = (struct decision_layer){.result = LAYER_ABSENT};
    uint32_t count = question_actions(question, implied, &actions);
    const struct model_account *whole = caller_whole_account(evaluator->model, &question->caller);
    for (uint32_t i = 0; i < count && !work.failed; i++) {
        const char *refusal = caller_refusal(evaluator->model, &question->caller, question->role, actions[i]);
        if (refusal != NULL) {
            struct text text = {0};
            text_append_string(&text, refusal);
            add_gap(&work, LAYER_TRUST, actions[i], &text)->denied = true;
            work.stopped = true;
            continue;
        }
        explain_action(&work, actions[i], &parts);
        if (decision->verdict != VERDICT_DENIED)
            continue;
        if (whole == NULL || is_impossible(&work, parts_formula(evaluator->pool, &parts)))
            find_gaps(&work, actions[i], &parts);
        if (whole != NULL)
            find_member_gaps(&work, actions[i]);
    }
    if (decision->verdict == VERDICT_DENIED && question->action_count == 0 && !work.stopped && whole == NULL)
        explain_pulls(&work, actions, count, &parts);
    if (decision->verdict == VERDICT_DENIED && decision->gap_count == 0)
        explain_contradiction(&work, actions, count);
    choose_statements(&work);
    note_absent_layers(&work, &parts);
    add_notes(&work);
    arena_reset(&evaluator->scratch);
    return !work.failed;
}
