/*
 * What was decided of an action on users, roles, groups and policies of an account, kept as long as the same account is
 * asked about, since the question who is an administrator comes back to it: once for all of them where the policies at
 * hand do not tell them apart, else for each.
 */
#include "graph/control/control_inside.h"

#include "graph/model/model_trial.h"
#include "ingest/support/array.h"
#include <string.h>
#include <strings.h>

#define DEPENDS UINT32_MAX   /* on what it is done to */
#define MOST_KEPT (1u << 17) /* answers: of an account of some hundred principals all, of a larger one the last */

/* What was asked: of a principal with what it was given, an action, and what it is done to (NULL: anything). */
struct asked_action {
    const struct model_group *group;
    const char *resource; /* its place: those of the model stay where they are */
    uint32_t principal, action;
};

/* Keys about it: aws:ResourceTag, iam:ResourceTag, aws:ResourceAccount … */
static bool looks_at_resource(const struct statement_condition *condition)
{
    if (strcasestr(condition->key, "resource") != NULL)
        return true;
    for (uint32_t i = 0; i < condition->value_count; i++)
        if (strcasestr(condition->values[i], "resource") != NULL)
            return true;
    return false;
}

static bool is_about_all(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->condition_count; i++)
        if (looks_at_resource(&statement->conditions[i]))
            return false;
    return statement->has_resource && !statement->not_resource && statement->resource_count == 1 &&
           strcmp(statement->resources[0], "*") == 0;
}

static bool document_is_about_all(const struct model *model, uint32_t number, const char *action)
{
    if (number == MODEL_NONE)
        return true;
    const struct model_document *document = &model->documents[number];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken == NULL && statement_covers_action(statement, action) && !is_about_all(statement))
            return false;
    }
    return true;
}

static bool uses_are_about_all(const struct model *model, uint32_t first, uint32_t count, const char *action)
{
    for (uint32_t i = 0; i < count; i++)
        if (!document_is_about_all(model, model->uses[first + i].document, action))
            return false;
    return true;
}

static bool is_same_everywhere(const struct control_rights *rights, const char *action,
                               const struct decision_gain *gain)
{
    const struct model *model = rights->control->model;
    const struct model_principal *who = &model->principals[rights->principal];
    const struct model_guardrails *scps = &model->scps[who->account];
    if (!uses_are_about_all(model, who->first_policy, who->policy_count, action) ||
        (who->boundary != NULL && !document_is_about_all(model, who->boundary->document, action)) ||
        (gain->group != NULL &&
         !uses_are_about_all(model, gain->group->first_policy, gain->group->policy_count, action)))
        return false;
    for (uint32_t i = 0; i < scps->level_count; i++)
        if (!uses_are_about_all(model, scps->levels[i].first_policy, scps->levels[i].policy_count, action))
            return false;
    return true;
}

/* The number of the key; *is_new: it was not asked before. */
static uint32_t number_of(struct control_anywhere *memo, const struct asked_action *key, bool *is_new)
{
    if (memo->keys.count == MOST_KEPT)
        intern_free(&memo->keys);
    uint32_t known = memo->keys.count, number = intern_add(&memo->keys, (const char *)key, sizeof *key);
    *is_new = number == known;
    if (*is_new)
        ARRAY_RESERVE(memo->answers, number + 1, memo->room);
    return number;
}

constraint control_allows_way(struct control_rights *rights, size_t way, const char *resource,
                              const struct model_principal *target, const struct decision_gain *gain)
{
    struct control *control = rights->control;
    struct control_anywhere *memo = &control->anywhere;
    const struct decision_gain *with = gain != NULL ? gain : &rights->gain;
    const char *action = ways[way].steps[0].action;
    uint32_t account = control->model->principals[rights->principal].account, number;
    struct asked_action key = {with->group, NULL, rights->principal,
                               control->steps[way][0] * 4u + with->any_permission * 2u + with->no_boundary};
    bool is_new;
    if (model_principal_is_tried(control->model, rights->principal))
        return control_allows(rights, action, resource, target, gain);
    if (memo->account != account)
        intern_free(&memo->keys);
    memo->account = account;
    number = number_of(memo, &key, &is_new);
    if (is_new)
        memo->answers[number] =
            is_same_everywhere(rights, action, with) ? control_allows(rights, action, resource, target, gain) : DEPENDS;
    if (memo->answers[number] != DEPENDS)
        return memo->answers[number];
    key.resource = resource;
    number = number_of(memo, &key, &is_new);
    if (is_new)
        memo->answers[number] = control_allows(rights, action, resource, target, gain);
    return memo->answers[number];
}
