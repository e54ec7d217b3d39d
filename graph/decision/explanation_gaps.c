/*
 * Everything that a denied call lacks to be allowed.
 */
#include "graph/decision/explanation_inside.h"

#include "ingest/policy/statement_name.h"
#include "ingest/support/json_build.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct decision_gap *add_gap(struct explaining *work, enum decision_layer_kind layer, const char *action,
                                    struct text *text)
{
    struct decision *decision = work->decision;
    if (work->says != NULL)
        text_format(text, "; you asked with %s, but in fact %s", work->says, work->known);
    decision->gaps =
        explaining_reserve(work, decision->gaps, decision->gap_count, &work->gap_room, sizeof *decision->gaps);
    struct decision_gap *gap = &decision->gaps[decision->gap_count++];
    *gap = (struct decision_gap){
        .layer = layer, .action = action, .text = explaining_keep(work, text), .known = work->known};
    return gap;
}

/* "1st statement of the trust policy", "statement "NoRoots" of SCP guard at ou-1" */
static void append_denying(struct text *text, const struct decision_statement *statement)
{
    const struct policy_use *use = statement->use;
    statement_name_append(text, statement->statement->sid, statement->statement->position);
    switch (use->kind) {
    case USE_TRUST:
        text_append_string(text, " of the trust policy");
        break;
    case USE_SCP:
        text_format(text, " of SCP %s at %s", use->name, use->holder);
        break;
    case USE_RCP:
        text_format(text, " of RCP %s at %s", use->name, use->holder);
        break;
    case USE_BOUNDARY:
        text_format(text, " of the permissions boundary %s", use->name);
        break;
    default:
        text_format(text, " of policy %s", use->name);
    }
}

static void append_role(struct text *text, const struct explaining *work)
{
    text_format(text, "role %s", work->evaluator->model->principals[work->question->role].name);
}

static void find_denies(struct explaining *work, const char *action, const struct action_parts *parts)
{
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        if (!explaining_is_certain(work, parts->deny[layer]))
            continue;
        for (uint32_t i = 0; i < work->noted_count; i++) {
            const struct noted *noted = &work->noted[i];
            if ((int)noted->layer != layer || noted->statement.statement->allow ||
                strcmp(noted->statement.action, action) != 0)
                continue;
            struct text text = {0};
            append_denying(&text, &noted->statement);
            text_format(&text, " denies %s", action);
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
        if (strcmp(level->action, action) != 0 || !explaining_is_impossible(work, level->allows))
            continue;
        struct text text = {0};
        text_format(&text, "no SCP at %s%s%s allows %s", level->level->id, level->level->name[0] != '\0' ? " " : "",
                    level->level->name, action);
        add_gap(work, LAYER_SCP, action, &text)->level = level->level->id;
    }
}

/* What the trust policy would require if the question fixed no key: the caller may have passed a wrong external ID. */
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

/* A statement that names the caller but has a condition that the caller cannot meet. */
static bool add_near_miss(struct explaining *work, const char *action, struct text *text)
{
    struct request request;
    const struct statement *statement = NULL;
    question_request(work->evaluator, work->question, action, &request);
    const struct statement_condition *condition = evaluator_near_miss(&request, &statement);
    if (condition == NULL)
        return false;
    text_append_string(text, ": ");
    statement_name_append(text, statement->sid, statement->position);
    char *name = condition_name_text(&condition->name);
    text_format(text, " names it, but requires %s %s", name, condition->key);
    free(name);
    for (uint32_t i = 0; i < condition->value_count && i < 4; i++)
        text_format(text, "%s \"%s\"", i == 0 ? "" : " or", condition->values[i]);
    text_append_string(text, condition->value_count > 4 ? " …, which is not met" : ", which is not met");
    return true;
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
    const char *broken = why_unreadable(work);
    bool main_action = strcmp(action, sts_actions[caller_action(caller)].name) == 0;
    struct text text = {0}, words = {0};
    if (caller_is_federated(caller) && caller->account != NULL && !parts->same_account) {
        text_format(&text, "a role can only trust identity providers of its own account; this one is in account %s",
                    caller->account);
        add_gap(work, LAYER_TRUST, action, &text)->denied = true;
        return;
    }
    if (broken != NULL) {
        text_append_string(&text, "the trust policy of ");
        append_role(&text, work);
        text_format(&text, " is not valid: %s", broken);
        add_gap(work, LAYER_TRUST, action, &text);
        return;
    }
    constraint demands = trust_demands(work, action);
    text_append_string(&text, "the trust policy of ");
    append_role(&text, work);
    if (work->says != NULL || demands <= CONSTRAINT_TRUE) {
        text_append_string(&text, main_action ? " does not trust " : " does not allow ");
        caller_append_name(&text, caller);
        if (!main_action)
            text_format(&text, " to call %s", action);
        bool near_miss = work->says == NULL && add_near_miss(work, action, &text);
        add_gap(work, LAYER_TRUST, action, &text)->on_purpose = near_miss;
        return;
    }
    json_t *list = constraint_words(work->evaluator->pool, demands), *word;
    size_t i;
    json_array_foreach(list, i, word) text_format(&words, "%s%s", i == 0 ? "" : " and ", json_string_value(word));
    json_decref(list);
    text_append_string(&text, main_action ? " trusts " : " allows ");
    caller_append_name(&text, caller);
    if (!main_action)
        text_format(&text, " to call %s", action);
    text_format(&text, " only if %s", words.data != NULL ? words.data : "");
    add_gap(work, LAYER_TRUST, action, &text)->demands = explaining_keep(work, &words);
}

enum { REPAIR_IDENTITY = 1, REPAIR_TRUST = 2, REPAIR_BOUNDARY = 4, REPAIRS = 8 };

/* The parts with a statement added to each layer that needs one. */
static struct action_parts repaired(const struct caller *caller, const struct action_parts *parts, int repairs)
{
    struct action_parts result = *parts;
    enum trust_way way = caller->kind == CALLER_SERVICE   ? WAY_SERVICE
                         : caller_is_federated(caller)    ? WAY_FEDERATED
                         : caller->kind == CALLER_ACCOUNT ? WAY_DELEGATED
                         : caller_is_stranger(caller)     ? WAY_ANYONE
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

/* Whether the call would be allowed with the parts repaired. */
static bool is_hopeless(struct explaining *work, const struct action_parts *fixed)
{
    struct constraint_pool *pool = work->evaluator->pool;
    constraint formula = constraint_and(pool, work->together, parts_formula(pool, fixed));
    return explaining_is_impossible(work, explaining_passing_only(pool, formula, work->pulled));
}

/* Each layer could allow, but not all together: the smallest set of layers that would be enough if unconditional. */
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
            text_format(&text, "%s allows %s only under conditions that contradict those of the other policies",
                        layers[j].policy, action);
            add_gap(work, layers[j].layer, action, &text)->on_purpose = true;
        }
        return orders[i];
    }
    return -1;
}

/* "no identity policy of user A/x allows sts:AssumeRole on role B/y" */
static void add_caller_gap(struct explaining *work, enum decision_layer_kind layer, const char *action,
                           const char *lacks, const char *verb)
{
    struct text text = {0};
    text_append_string(&text, lacks);
    caller_append_name(&text, &work->question->caller);
    text_format(&text, " %s %s on ", verb, action);
    append_role(&text, work);
    add_gap(work, layer, action, &text);
}

void explaining_find_gaps(struct explaining *work, const char *action, const struct action_parts *parts)
{
    struct constraint_pool *pool = work->evaluator->pool;
    const struct caller *caller = &work->question->caller;
    bool identity_side = caller_has_iam_credentials(caller);
    uint32_t before = work->decision->gap_count;
    int known = 0;
    find_denies(work, action, parts);
    find_missing_levels(work, action);
    bool stopped = work->decision->gap_count > before;
    bool trusted = !explaining_is_impossible(work, parts_trusted(pool, parts));
    if (!trusted) {
        add_trust_gap(work, action, parts);
        known |= REPAIR_TRUST;
    }
    /* If a trust policy in the same account names the caller, or will after the change, no identity policy is
     * needed. */
    bool named = parts->same_account && caller->kind != CALLER_ACCOUNT && !caller_is_stranger(caller);
    bool direct =
        trusted ? !explaining_is_impossible(work, parts_direct(pool, parts)) : named && caller->kind == CALLER_USER;
    bool by_role_arn = parts->same_account && (trusted ? parts->ways[WAY_ROLE] != CONSTRAINT_FALSE : named);
    if (identity_side && !direct && !by_role_arn && explaining_is_impossible(work, parts->identity)) {
        add_caller_gap(work, LAYER_IDENTITY, action, "no identity policy of ", "allows");
        known |= REPAIR_IDENTITY;
    }
    if (identity_side && !direct && explaining_is_impossible(work, parts->boundary)) {
        add_caller_gap(work, LAYER_BOUNDARY, action, "the permissions boundary of ", "does not allow");
        known |= REPAIR_BOUNDARY;
    }
    if (stopped) {
        work->stopped = true;
        return;
    }
    /* A missing permission is best added for this action alone, for calls that require no other action. */
    unsigned may_pull = work->pulled;
    int repairs = -1;
    if (known != 0 && may_pull == PULL_ALL) {
        struct action_parts added = repaired(caller, parts, known);
        work->pulled = 0;
        repairs = is_hopeless(work, &added) ? -1 : known;
        work->pulled = may_pull;
    }
    if (repairs < 0)
        repairs = add_contradiction(work, action, parts, known);
    if (repairs < 0) {
        struct text text = {0};
        text_format(&text, "conditional Deny statements leave no call to %s that could be allowed", action);
        add_gap(work, LAYER_TRUST, action, &text)->denied = true;
        work->stopped = true;
        return;
    }
    struct action_parts fixed = repaired(caller, parts, repairs);
    work->together = constraint_and(pool, work->together, parts_formula(pool, &fixed));
}

/* The gaps of the users and roles of an account: missing permissions of their own, or unmet requirements of other
 * layers. */
void explaining_find_member_gaps(struct explaining *work, const char *action)
{
    const struct model *model = work->evaluator->model;
    const struct model_account *account = caller_whole_account(model, &work->question->caller);
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
        text_format(&text, "no user or role in account %s has an identity policy that allows %s on ", account->id,
                    action);
        append_role(&text, work);
        add_gap(work, LAYER_IDENTITY, action, &text);
        explaining_set_layer(work, LAYER_IDENTITY, LAYER_SILENT);
    } else if (work->decision->gap_count == 0) {
        text_format(&text, "the users and roles in account %s whose identity policies allow %s on ", account->id,
                    action);
        append_role(&text, work);
        text_append_string(&text, " are stopped by other policies");
        add_gap(work, LAYER_IDENTITY, action, &text)->denied = true;
    }
}

void explaining_find_contradiction(struct explaining *work, const char *const *actions, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (int layer = LAYER_TRUST; layer <= LAYER_IDENTITY; layer++) {
            struct text text = {0};
            text_format(&text, "%s allows %s only under conditions that contradict those of the other policies",
                        layer == LAYER_TRUST ? "the trust policy" : "an identity policy", actions[i]);
            add_gap(work, (enum decision_layer_kind)layer, actions[i], &text)->on_purpose = true;
        }
}

void explaining_add_refusal(struct explaining *work, const char *action, const char *refusal)
{
    struct text text = {0};
    text_append_string(&text, refusal);
    add_gap(work, LAYER_TRUST, action, &text)->denied = true;
    work->stopped = true;
}
