#include "graph/control/control_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include <stdlib.h>
#include <string.h>

struct control_rights control_rights_of(struct control *control, uint32_t principal)
{
    struct control_rights rights = {.control = control,
                                    .principal = principal,
                                    .open = control_open_ways(control, principal),
                                    .class = CONTROL_NOT_ASKED};
    caller_of_principal(control->model, principal, &rights.caller);
    return rights;
}

/* Whether a gain gives permissions that its own policies do not. */
static bool widens(const struct decision_gain *gain)
{
    return gain->any_permission || gain->group != NULL;
}

struct control_rights control_rights_with(const struct control_rights *rights, const struct decision_gain *gain)
{
    struct control_rights with = *rights;
    with.gain = *gain;
    if (widens(gain))
        with.open = rights->control->all;
    with.launches = NULL;
    with.class = CONTROL_NOT_ASKED;
    return with;
}

/* ---- what it may do */

const struct model *control_model(const struct control_rights *rights)
{
    return rights->control->model;
}

struct constraint_pool *control_pool(const struct control_rights *rights)
{
    return rights->control->pool;
}

bool control_possible(const struct control_rights *rights, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(rights->control->pool, formula) != CONSTRAINT_NO;
}

constraint control_allows(struct control_rights *rights, const char *action, const char *resource,
                          const struct model_principal *target, const struct decision_gain *gain)
{
    struct control *control = rights->control;
    struct permission_question question = {
        .caller = &rights->caller, .action = action, .resource = resource, .target = target, .now = control->now};
    question.gain = gain != NULL ? *gain : rights->gain;
    return control_answers_ask(control->answers, &question, gain == NULL ? control_class_of(rights) : MODEL_NONE,
                               &control->of_resource);
}

/* The relevant ways for it: all, if it gains permissions. */
static const struct way_list *ways_for(const struct control_rights *rights, const struct decision_gain *gain)
{
    return gain != NULL && widens(gain) ? rights->control->all : rights->open;
}

static bool has_form(const struct way_list *list, enum way_form form)
{
    return list->first[form] < list->first[form + 1];
}

bool control_rights_over_others(const struct control_rights *rights)
{
    const struct way_list *open = rights->open;
    return open->first[WAY_FORMS] > open->first[WAY_JOIN_GROUP + 1] || open->first[WAY_JOIN_GROUP] > 0;
}

bool control_rights_over_permissions(const struct control_rights *rights)
{
    static const enum way_form forms[] = {WAY_POLICIES_OF_USER, WAY_POLICIES_OF_ROLE, WAY_POLICIES_OF_GROUP,
                                          WAY_POLICY_VERSIONS,  WAY_EARLIER_VERSION,  WAY_BOUNDARY_OF_USER,
                                          WAY_BOUNDARY_OF_ROLE};
    bool any = false;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        any = any || has_form(rights->open, forms[i]);
    return any;
}

bool control_rights_become(const struct control_rights *rights, bool surely)
{
    const struct way_list *open = rights->open;
    return open->first[WAY_POLICIES_OF_USER] > 0 || has_form(open, WAY_PASS_ROLE) ||
           (!surely && has_form(open, WAY_TAKE_OVER));
}

bool control_rights_change(const struct control_rights *rights)
{
    const struct way_list *open = rights->open;
    return open->first[WAY_JOIN_GROUP + 1] > open->first[WAY_POLICIES_OF_USER];
}

/* What is known about a form of ways that does not depend on the resource. */
struct form_answer {
    bool known;
    constraint result;
    const struct control_how *first, *sure; /* the first possible way, and the sure one, or NULL */
};

/* Indexed by form, then by whether it has any permission, then by whether no boundary applies. */
struct control_forms {
    struct form_answers {
        struct form_answer with[2][2];
    } * answers[WAY_FORMS]; /* NULL: not computed */
};

static struct form_answer *form_answer_of(struct control_rights *rights, enum way_form form,
                                          const struct decision_gain *gain)
{
    const struct decision_gain *with = gain != NULL ? gain : &rights->gain;
    if (with->group != NULL || with->account_usable)
        return NULL;
    if (rights->forms == NULL) {
        rights->forms = arena_allocate(&rights->control->arena, sizeof *rights->forms);
        *rights->forms = (struct control_forms){{NULL}};
    }
    struct form_answers **answers = &rights->forms->answers[form];
    if (*answers == NULL) {
        *answers = arena_allocate(&rights->control->arena, sizeof **answers);
        memset(*answers, 0, sizeof **answers);
    }
    return &(*answers)->with[with->any_permission][with->no_boundary];
}

/* For a way with one step. */
static const struct control_how *how_of(struct control *control, const struct way *way)
{
    const char *action = way->steps[0].action;
    const struct control_how **known = &control->way_hows[way - ways];
    if (*known == NULL)
        *known = control_how_keep(
            control, (struct control_how){.actions = action,
                                          .first = action,
                                          .by_trust = way->form == WAY_EDIT_TRUST || way->form == WAY_SAML_METADATA});
    return *known;
}

static struct form_answer ask_form(struct control_rights *rights, enum way_form form, const char *resource,
                                   const struct model_principal *target, const struct decision_gain *gain)
{
    struct control *control = rights->control;
    struct form_answer answer = {.result = CONSTRAINT_FALSE};
    const struct way_list *list = ways_for(rights, gain);
    for (uint16_t i = list->first[form]; i < list->first[form + 1] && answer.result != CONSTRAINT_TRUE; i++) {
        const struct way *way = &ways[list->ways[i]];
        constraint one = control_allows(rights, way->steps[0].action, resource, target, gain);
        if (way->exists != NULL && one != CONSTRAINT_FALSE)
            one = constraint_and(control->pool, one, constraint_fact(control->pool, way->exists));
        if (!control_possible(rights, one))
            continue;
        const struct control_how *how = how_of(control, way);
        answer.first = answer.first != NULL ? answer.first : how;
        answer.sure = one == CONSTRAINT_TRUE ? how : answer.sure;
        answer.result = constraint_or(control->pool, answer.result, one);
    }
    return answer;
}

constraint control_by(struct control_rights *rights, enum way_form form, const char *resource,
                      const struct model_principal *target, const struct decision_gain *gain,
                      const struct control_how **how)
{
    struct control *control = rights->control;
    if (!has_form(ways_for(rights, gain), form))
        return CONSTRAINT_FALSE;
    struct form_answer *known = form_answer_of(rights, form, gain), answer;
    if (known != NULL && known->known) {
        answer = *known;
    } else {
        control->of_resource = false;
        answer = ask_form(rights, form, resource, target, gain);
        answer.known = !control->of_resource;
        if (known != NULL)
            *known = answer;
    }
    if (how != NULL) {
        *how = *how != NULL ? *how : answer.first;
        *how = answer.sure != NULL ? answer.sure : *how;
    }
    return answer.result;
}

bool control_is_protected(const struct model_principal *target)
{
    return target->service_linked || arn_path_is_reserved(target->path);
}

constraint control_over(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                        const struct control_how **how)
{
    const struct model *model = rights->control->model;
    const struct model_principal *whom = &model->principals[target];
    if (whom->account != model->principals[rights->principal].account || control_is_protected(whom))
        return CONSTRAINT_FALSE;
    return control_by(rights, whom->is_role ? WAY_EDIT_TRUST : WAY_CREDENTIALS, whom->arn, whom, gain, how);
}

static bool has_versions(const struct way_list *open)
{
    return has_form(open, WAY_POLICY_VERSIONS) || has_form(open, WAY_EARLIER_VERSION);
}

/* A new version of a policy in the account, or another existing version. */
static constraint edit_versions(struct control_rights *rights, const struct policy_use *use,
                                const struct decision_gain *gain, const struct control_how **how)
{
    struct control *control = rights->control;
    if (use->arn == NULL || arn_is_aws_managed_policy(use->arn))
        return CONSTRAINT_FALSE;
    constraint result = control_by(rights, WAY_POLICY_VERSIONS, use->arn, NULL, gain, how);
    if (result == CONSTRAINT_TRUE || !has_form(ways_for(rights, gain), WAY_EARLIER_VERSION) ||
        model_policy_versions(control->model, use->arn) == 1)
        return result;
    return constraint_or(control->pool, result, control_by(rights, WAY_EARLIER_VERSION, use->arn, NULL, gain, how));
}

constraint control_edit_group(struct control_rights *rights, const struct model_group *group,
                              const struct decision_gain *gain, const struct control_how **how)
{
    const struct control *control = rights->control;
    constraint result = control_by(rights, WAY_POLICIES_OF_GROUP, group->arn, NULL, gain, how);
    bool versions = has_versions(ways_for(rights, gain));
    for (uint32_t i = 0; i < group->policy_count && versions && result != CONSTRAINT_TRUE; i++)
        result = constraint_or(control->pool, result,
                               edit_versions(rights, &control->model->uses[group->first_policy + i], gain, how));
    return result;
}

constraint control_edit_permissions(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                                    const struct control_how **how)
{
    struct constraint_pool *pool = rights->control->pool;
    const struct model *model = rights->control->model;
    const struct model_principal *whom = &model->principals[target];
    const struct way_list *open = ways_for(rights, gain);
    if (control_is_protected(whom))
        return CONSTRAINT_FALSE;
    constraint result =
        control_by(rights, whom->is_role ? WAY_POLICIES_OF_ROLE : WAY_POLICIES_OF_USER, whom->arn, whom, gain, how);
    bool groups = has_form(open, WAY_POLICIES_OF_GROUP), versions = has_versions(open);
    for (uint32_t i = 0; i < whom->group_count && groups && result != CONSTRAINT_TRUE; i++) {
        const struct model_group *group = &model->groups[model->memberships[whom->first_group + i]];
        result = constraint_or(pool, result, control_by(rights, WAY_POLICIES_OF_GROUP, group->arn, NULL, gain, how));
    }
    for (uint32_t i = 0; i < whom->policy_count && versions && result != CONSTRAINT_TRUE; i++)
        result = constraint_or(pool, result, edit_versions(rights, &model->uses[whom->first_policy + i], gain, how));
    return result;
}

constraint control_lift_boundary(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                                 const struct control_how **how)
{
    const struct model_principal *whom = &rights->control->model->principals[target];
    if (whom->boundary == NULL || control_is_protected(whom))
        return CONSTRAINT_FALSE;
    constraint result =
        control_by(rights, whom->is_role ? WAY_BOUNDARY_OF_ROLE : WAY_BOUNDARY_OF_USER, whom->arn, whom, gain, how);
    if (result == CONSTRAINT_TRUE)
        return result;
    return constraint_or(rights->control->pool, result, edit_versions(rights, whom->boundary, gain, how));
}

constraint control_saml_provider(struct control_rights *rights, const char *provider, const struct control_how **how)
{
    return control_by(rights, WAY_SAML_METADATA, provider, NULL, NULL, how);
}

/* AssumeRoleWithSAML does not work on roles of IAM Identity Center:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html */
constraint control_saml_role(struct control_rights *rights, uint32_t role, const struct control_how **how)
{
    struct control *control = rights->control;
    const struct model_principal *whom = &control->model->principals[role];
    constraint result = CONSTRAINT_FALSE;
    if (!has_form(rights->open, WAY_SAML_METADATA) || whom->trust == NULL || whom->trust->document == MODEL_NONE ||
        control_is_protected(whom))
        return result;
    const struct model_document *document = &control->model->documents[whom->trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &control->model->statements[document->first_statement + i];
        bool counts = statement->allow && statement->broken == NULL && !statement->not_principal;
        for (uint32_t j = 0; j < statement->principal_count && counts && result != CONSTRAINT_TRUE; j++) {
            const struct statement_principal *provider = &statement->principals[j];
            const struct control_how *by = NULL;
            if (provider->form != PRINCIPAL_SAML || provider->account == NULL ||
                strcmp(provider->account, rights->caller.account) != 0)
                continue;
            constraint one = control_saml_provider(rights, provider->value, &by);
            if (one != CONSTRAINT_FALSE)
                one = constraint_and(control->pool, one, control_becomes(control, provider->value, role));
            if (!control_possible(rights, one))
                continue;
            if (how != NULL)
                *how = by;
            result = constraint_or(control->pool, result, one);
        }
    }
    return result;
}
