#include "graph/model/model_trial.h"

#include "graph/model/model_inside.h"
#include "ingest/policy/policy.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

static bool has_errors(const struct policy *policy)
{
    for (size_t i = 0; i < policy->problem_count; i++)
        if (policy_problem_refuses(&policy->problems[i]))
            return true;
    return policy->broken != NULL || policy->statement_count == 0;
}

static void compile(struct model_trial *trial, const struct policy *policy)
{
    struct model *model = trial->model;
    uint32_t document = model->document_count, count = model->statement_count;
    bool variables = strcmp(policy->version, "2012-10-17") == 0;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct policy_statement *from = &policy->statements[i];
        struct statement *statement = &model->statements[count + i];
        statement_compile(&model->arena, &model->strings, from->body, from->sid, from->effect, from->broken,
                          from->doubt, variables, statement);
        statement->document = document;
        statement->position = (uint32_t)i;
    }
    model->documents[document] = (struct model_document){.id = -1,
                                                         .first_statement = count,
                                                         .statement_count = (uint32_t)policy->statement_count,
                                                         .version = variables ? "2012-10-17" : "2008-10-17"};
    model_index_document(model, &model->documents[document]);
}

/* Reads the text as a document after the last one. False: IAM would not accept it. */
static bool read_policy(struct model_trial *trial, const char *text, enum policy_kind kind)
{
    struct arena arena = {0};
    struct policy policy;
    policy_parse(&arena, text, strlen(text), kind, &policy);
    bool good = !has_errors(&policy) && policy.statement_count <= MODEL_SPARE_STATEMENTS;
    if (good)
        compile(trial, &policy);
    arena_free(&arena);
    return good;
}

bool model_trial_begin(struct model *model, uint32_t role, const char *policy, struct model_trial *trial)
{
    *trial = (struct model_trial){.model = model, .role = role, .trust = model->principals[role].trust};
    if (!read_policy(trial, policy, POLICY_TRUST)) {
        trial->model = NULL;
        return false;
    }
    trial->use = (struct policy_use){
        .kind = USE_TRUST, .name = "", .holder = model->principals[role].arn, .document = model->document_count};
    model->principals[role].trust = &trial->use;
    return true;
}

/* A use with only the same name is another policy. */
static void replace(struct model_trial *trial, struct policy_use *use, const struct policy_use *tried)
{
    if (use->document != tried->document || !policy_use_is_same(use, tried))
        return;
    ARRAY_ADD(trial->changed, trial->changed_count, trial->changed_room, use);
    use->document = trial->model->document_count;
}

bool model_trial_begin_identity(struct model *model, const struct policy_use *use, const uint32_t *holders,
                                uint32_t holder_count, const char *policy, struct model_trial *trial)
{
    const struct policy_use tried = *use; /* may be one of the uses that change */
    *trial = (struct model_trial){.model = model, .role = MODEL_NONE, .document = use->document};
    if (!read_policy(trial, policy, POLICY_IDENTITY)) {
        trial->model = NULL;
        return false;
    }
    for (uint32_t i = 0; i < holder_count; i++) {
        const struct model_principal *holder = &model->principals[holders[i]];
        for (uint32_t j = 0; j < holder->policy_count; j++)
            replace(trial, &model->uses[holder->first_policy + j], &tried);
        if (holder->boundary != NULL)
            replace(trial, &model->uses[holder->boundary - model->uses], &tried);
    }
    return true;
}

static bool is_of_trial(const struct model *model, const struct policy_use *use)
{
    return use->document != MODEL_NONE && use->document >= model->document_count;
}

bool model_principal_is_tried(const struct model *model, uint32_t principal)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++)
        if (is_of_trial(model, &model->uses[who->first_policy + i]))
            return true;
    return who->boundary != NULL && is_of_trial(model, who->boundary);
}

void model_trial_end(struct model_trial *trial)
{
    if (trial->model == NULL)
        return;
    if (trial->role != MODEL_NONE)
        trial->model->principals[trial->role].trust = trial->trust;
    for (uint32_t i = 0; i < trial->changed_count; i++)
        trial->changed[i]->document = trial->document;
    free(trial->changed);
    *trial = (struct model_trial){0};
}
