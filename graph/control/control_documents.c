#include "graph/control/control_inside.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/policy.h"
#include "ingest/support/array.h"
#include <string.h>

/* ---- actions */

/* Many statements have the same few patterns. */
static const struct control_mask *mask_of_pattern(struct control *control, const char *pattern)
{
    uint32_t known = control->action_patterns.count;
    uint32_t number = intern_add(&control->action_patterns, pattern, strlen(pattern));
    if (number == known) {
        struct control_mask mask = {{0}};
        for (size_t i = 0; i < control->action_count; i++)
            if (policy_action_matches(pattern, control->actions[i]))
                mask.bits[i / 64] |= (uint64_t)1 << (i % 64);
        ARRAY_REACH(control->pattern_masks, number, control->pattern_room);
        control->pattern_masks[number] = mask;
    }
    return &control->pattern_masks[number];
}

static struct control_mask mask_of_statement(struct control *control, const struct statement *statement)
{
    struct control_mask mask = {{0}};
    for (uint32_t i = 0; i < statement->action_count; i++) {
        const struct control_mask *more = mask_of_pattern(control, statement->actions[i]);
        for (size_t j = 0; j < CONTROL_WORDS; j++)
            mask.bits[j] |= more->bits[j];
    }
    for (size_t i = 0; i < control->action_count && statement->not_action; i++)
        mask.bits[i / 64] ^= (uint64_t)1 << (i % 64);
    return mask;
}

static bool is_empty(const struct control_mask *mask)
{
    uint64_t any = 0;
    for (size_t i = 0; i < CONTROL_WORDS; i++)
        any |= mask->bits[i];
    return any == 0;
}

/* ---- whom they distinguish */

static bool has_variable(const char *const *texts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strstr(texts[i], "${") != NULL)
            return true;
    return false;
}

bool control_statement_is_of_each(const struct statement *statement)
{
    if (statement->broken != NULL || statement->doubt != NULL || statement->resource_completions > 0)
        return true;
    bool variable = statement->variables && has_variable(statement->resources, statement->resource_count);
    for (uint32_t i = 0; i < statement->condition_count && statement->variables; i++)
        variable = variable || has_variable(statement->conditions[i].values, statement->conditions[i].value_count);
    return variable;
}

bool control_condition_is_of_resource(const struct statement_condition *condition)
{
    switch (condition->about->source) {
    case SOURCE_RESOURCE_ACCOUNT:
    case SOURCE_RESOURCE_ORG_ID:
    case SOURCE_RESOURCE_ORG_PATHS:
    case SOURCE_RESOURCE_TAG:
        return true;
    default:
        return false;
    }
}

uint32_t control_arn_mark(const char *pattern, const char *arn)
{
    return (uint32_t)pattern_matches(pattern, arn) | (uint32_t)pattern_matches_arn(pattern, arn) << 1 |
           (uint32_t)(strcmp(pattern, arn) == 0) << 2;
}

static enum document_apart apart_by(const struct statement *statement)
{
    enum document_apart apart = control_statement_is_of_each(statement) ? APART_EACH : APART_NOBODY;
    for (uint32_t i = 0; i < statement->condition_count && apart != APART_EACH; i++)
        switch (statement->conditions[i].about->source) {
        case SOURCE_PRINCIPAL_ARN:
            apart = statement->conditions[i].name.op->folds_case ? APART_EACH : APART_BY_ARN;
            break;
        case SOURCE_PRINCIPAL_TAG:
        case SOURCE_USER_NAME:
        case SOURCE_USER_ID:
            apart = APART_EACH;
            break;
        default: /* the same for all users, and for all roles, of an account */
            break;
        }
    return apart;
}

/* ---- documents */

static void read_statement(struct control *control, const struct statement *statement, struct document_actions *actions)
{
    struct control_mask mask = mask_of_statement(control, statement);
    if (statement->broken == NULL && is_empty(&mask))
        return;
    enum document_apart apart = apart_by(statement);
    actions->bears = true;
    actions->denies = actions->denies || statement->broken != NULL || !statement->allow;
    actions->apart = apart > actions->apart ? apart : actions->apart;
    for (size_t i = 0; i < CONTROL_WORDS && statement->broken == NULL && statement->allow; i++)
        actions->allows.bits[i] |= mask.bits[i];
}

const struct document_actions *control_document(struct control *control, uint32_t number)
{
    const struct model_document *document = &control->model->documents[number];
    struct document_actions *actions = &control->documents[number];
    if (actions->known)
        return actions;
    /* The document of a trial (model_trial.h) will be another one next time. */
    *actions = (struct document_actions){.known = number < control->model->document_count};
    if (document->broken != NULL)
        actions->bears = actions->denies = true, actions->apart = APART_EACH;
    for (uint32_t i = 0; i < document->statement_count; i++)
        read_statement(control, &control->model->statements[document->first_statement + i], actions);
    return actions;
}
