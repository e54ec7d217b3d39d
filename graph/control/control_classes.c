/*
 * Classes of principals with the same rights: those that no policy about control distinguishes.
 */
#include "graph/control/control_inside.h"

#include "graph/model/model_trial.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <stdlib.h>

static void add_number(struct text *words, uint32_t number)
{
    text_append(words, (const char *)&number, sizeof number);
}

/* Appends how its conditions on the holder's ARN compare with it. */
static void add_marks(const struct model *model, uint32_t document, const char *arn, struct text *words)
{
    for (uint32_t i = 0; i < model->documents[document].statement_count; i++) {
        const struct statement *statement = &model->statements[model->documents[document].first_statement + i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            const struct statement_condition *condition = &statement->conditions[j];
            bool compares = condition->about->source == SOURCE_PRINCIPAL_ARN;
            for (uint32_t k = 0; k < condition->value_count && compares; k++)
                add_number(words, control_arn_mark(condition->values[k], arn));
        }
    }
}

/* Appends what the policies distinguish the principal by, and which of them are about control, or limit it; false: each
 * holder is different. */
static bool add_policies(struct control *control, const struct policy_use *uses, uint32_t count, bool denies,
                         const char *arn, struct text *words)
{
    for (uint32_t i = 0; i < count; i++) {
        if (uses[i].document == MODEL_NONE)
            return false;
        const struct document_actions *actions = control_document(control, uses[i].document);
        if (denies && !actions->denies)
            continue;
        if (actions->apart == APART_EACH)
            return false;
        if (actions->bears)
            add_number(words, uses[i].document);
        if (actions->apart == APART_BY_ARN)
            add_marks(control->model, uses[i].document, arn, words);
    }
    return true;
}

#define NOT_ASKED 0

/* The number of what SCPs distinguish the principal by; MODEL_NONE: it differs from all others. */
static uint32_t scp_class(struct control *control, uint32_t principal)
{
    const struct model_principal *who = &control->model->principals[principal];
    const struct model_guardrails *scps = &control->model->scps[who->account];
    if (control->scp_class_of == NULL)
        control->scp_class_of = memory_zeroed(control->model->principal_count, sizeof *control->scp_class_of);
    uint32_t *known = &control->scp_class_of[principal];
    if (*known != NOT_ASKED)
        return *known == MODEL_NONE ? MODEL_NONE : *known - 1;
    struct text words = {0};
    bool shared = true;
    add_number(&words, who->account);
    for (uint32_t i = 0; i < scps->level_count && shared; i++)
        shared = add_policies(control, &control->model->uses[scps->levels[i].first_policy],
                              scps->levels[i].policy_count, false, who->arn, &words);
    uint32_t class = shared ? intern_add(&control->scp_classes, words.data, words.length) : MODEL_NONE;
    *known = shared ? class + 1 : MODEL_NONE;
    text_free(&words);
    return class;
}

static bool describe(struct control *control, uint32_t principal, const struct decision_gain *gain, struct text *words)
{
    const struct model *model = control->model;
    const struct model_principal *who = &model->principals[principal];
    const struct policy_use *boundary = gain->no_boundary ? NULL : who->boundary;
    const bool bits[] = {who->is_role,         who->service_linked,  boundary != NULL,
                         gain->any_permission, gain->account_usable, gain->group != NULL};
    uint32_t flags = 0;
    bool shared = who->identity_known;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        flags |= (uint32_t)bits[i] << i;
    add_number(words, who->account);
    add_number(words, flags);
    if (boundary != NULL) {
        add_number(words, boundary->document);
        shared = shared && add_policies(control, boundary, 1, false, who->arn, words);
    }
    uint32_t scps = scp_class(control, principal);
    shared = shared && scps != MODEL_NONE;
    add_number(words, scps);
    /* With any permission, an Allow adds nothing. */
    shared = shared && add_policies(control, &model->uses[who->first_policy], who->policy_count, gain->any_permission,
                                    who->arn, words);
    if (gain->group != NULL)
        shared = shared && add_policies(control, &model->uses[gain->group->first_policy], gain->group->policy_count,
                                        gain->any_permission, who->arn, words);
    return shared;
}

static uint32_t find_class(struct control *control, uint32_t principal, const struct decision_gain *gain)
{
    struct text words = {0};
    uint32_t class = MODEL_NONE;
    if (describe(control, principal, gain, &words))
        class = intern_add(&control->classes, words.data, words.length);
    text_free(&words);
    return class;
}

uint32_t control_class_of(struct control_rights *rights)
{
    if (model_principal_is_tried(rights->control->model, rights->principal))
        return MODEL_NONE;
    if (rights->class == CONTROL_NOT_ASKED)
        rights->class = find_class(rights->control, rights->principal, &rights->gain);
    return rights->class;
}

uint32_t control_rights_class(struct control *control, uint32_t principal)
{
    static const struct decision_gain nothing = {.any_permission = false};
    /* Policies on trial will be different next time. */
    if (model_principal_is_tried(control->model, principal))
        return find_class(control, principal, &nothing);
    if (control->class_of == NULL)
        control->class_of = memory_zeroed(control->model->principal_count, sizeof *control->class_of);
    uint32_t *known = &control->class_of[principal];
    if (*known == NOT_ASKED) {
        uint32_t class = find_class(control, principal, &nothing);
        *known = class == MODEL_NONE ? MODEL_NONE : class + 1;
    }
    return *known == MODEL_NONE ? MODEL_NONE : *known - 1;
}

bool control_rights_alike(struct control *control, uint32_t a, uint32_t b)
{
    uint32_t class = control_rights_class(control, a);
    return class != MODEL_NONE && class == control_rights_class(control, b);
}

/* By account, then users before roles, then class. */
static int compare_principals(const void *a, const void *b, void *context)
{
    struct control *control = context;
    const uint32_t *one = a, *other = b;
    const struct model_principal *x = &control->model->principals[*one], *y = &control->model->principals[*other];
    const uint64_t keys[][2] = {{x->account, y->account},
                                {x->is_role, y->is_role},
                                {control_rights_class(control, *one), control_rights_class(control, *other)},
                                {*one, *other}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

void control_rights_sort(struct control *control, uint32_t *principals, uint32_t count)
{
    /* Numbers in this order, so that the order is always the same. */
    for (uint32_t i = 0; i < count; i++)
        control_rights_class(control, principals[i]);
    if (count > 1)
        qsort_r(principals, count, sizeof *principals, compare_principals, control);
}
