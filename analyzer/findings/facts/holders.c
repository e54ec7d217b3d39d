#include "analyzer/findings/facts/holders.h"

#include "analyzer/analysis/administrators.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

bool document_allows_any(const struct model *model, const struct model_document *document, const char *const *actions)
{
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (const char *const *action = actions; statement->allow && *action != NULL; action++)
            if (statement->broken == NULL && statement_covers_action(statement, *action))
                return true;
    }
    return false;
}

static bool has_one(const struct model *model, uint32_t principal, const bool *allowing)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++) {
        uint32_t document = model->uses[who->first_policy + i].document;
        if (document != MODEL_NONE && allowing[document])
            return true;
    }
    return false;
}

void holders_find(struct analysis *analysis, const char *const *actions, bool administrators, struct holders *holders)
{
    const struct model *model = analysis->model;
    bool *allowing = memory_zeroed(model->document_count, sizeof *allowing);
    *holders = (struct holders){.principals = memory_resize(NULL, model->principal_count, sizeof *holders->principals),
                                .account_first =
                                    memory_zeroed((size_t)model->account_count + 1, sizeof *holders->account_first)};
    for (uint32_t i = 0; i < model->document_count; i++)
        allowing[i] = document_allows_any(model, &model->documents[i], actions);
    for (uint32_t account = 0; account < model->account_count; account++) {
        const struct model_account *of = &model->accounts[account];
        holders->account_first[account] = holders->count;
        for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++)
            if (!model->principals[i].service_linked && has_one(model, i, allowing) &&
                (administrators || !administrators_has(analysis, i)))
                holders->principals[holders->count++] = i;
        holders->account_first[account + 1] = holders->count;
    }
    free(allowing);
}

void holders_free(struct holders *holders)
{
    free(holders->principals);
    free(holders->account_first);
    *holders = (struct holders){0};
}

bool holder_may(struct analysis *analysis, uint32_t principal, const char *action, const char *resource,
                const struct fixed_key *fixed, uint32_t fixed_count)
{
    struct caller caller;
    caller_of_principal(analysis->model, principal, &caller);
    constraint formula = decision_permits(analysis->evaluator, &(struct permission_question){.caller = &caller,
                                                                                             .action = action,
                                                                                             .resource = resource,
                                                                                             .fixed = fixed,
                                                                                             .fixed_count = fixed_count,
                                                                                             .now = analysis->now});
    return constraint_satisfiable(analysis->pool, formula) != CONSTRAINT_NO;
}
