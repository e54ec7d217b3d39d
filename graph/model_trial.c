#include "graph/model_trial.h"

#include "ingest/policy.h"
#include <string.h>

static bool has_errors(const struct policy *policy)
{
    for (size_t i = 0; i < policy->problem_count; i++)
        if (policy->problems[i].severity == POLICY_ERROR)
            return true;
    return policy->broken != NULL || policy->statement_count == 0;
}

static bool compile(struct model_trial *trial, const struct policy *policy)
{
    struct model *model = trial->model;
    uint32_t document = model->document_count, count = model->statement_count;
    bool variables = strcmp(policy->version, "2012-10-17") == 0;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct policy_statement *from = &policy->statements[i];
        struct statement *statement = &model->statements[count + i];
        if (!statement_compile(&model->arena, &model->strings, from->body, from->sid, from->effect, from->broken,
                               from->doubt, variables, statement))
            return false;
        statement->document = document;
        statement->position = (uint32_t)i;
    }
    model->documents[document] = (struct model_document){.id = -1,
                                                         .first_statement = count,
                                                         .statement_count = (uint32_t)policy->statement_count,
                                                         .version = variables ? "2012-10-17" : "2008-10-17"};
    return true;
}

bool model_trial_begin(struct model *model, uint32_t role, const char *policy_text, struct model_trial *trial)
{
    struct arena arena = {0};
    struct policy policy;
    *trial = (struct model_trial){.model = model, .role = role, .trust = model->principals[role].trust};
    bool good = policy_parse(&arena, policy_text, strlen(policy_text), POLICY_TRUST, &policy) && !has_errors(&policy) &&
                policy.statement_count <= MODEL_SPARE_STATEMENTS && compile(trial, &policy);
    if (good) {
        trial->use = (struct policy_use){
            .kind = USE_TRUST, .name = "", .holder = model->principals[role].arn, .document = model->document_count};
        model->principals[role].trust = &trial->use;
    } else {
        trial->model = NULL;
    }
    arena_free(&arena);
    return good;
}

void model_trial_end(struct model_trial *trial)
{
    if (trial->model == NULL)
        return;
    trial->model->principals[trial->role].trust = trial->trust;
    trial->model = NULL;
}
