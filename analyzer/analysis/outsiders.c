#include "analyzer/analysis/outsiders.h"

#include <string.h>

bool caller_is_outside(const struct model *model, const struct caller *caller, uint32_t role)
{
    const struct model_account *own = &model->accounts[model->principals[role].account];
    if (caller_is_federated(caller) || caller_is_of_pool(caller))
        return true;
    if (caller->kind == CALLER_PERSON)
        return false;
    if (caller_is_own_members(model, caller))
        return own->in_organization != FACT_YES;
    if (caller->account == NULL)
        return caller->kind != CALLER_SERVICE;
    if (strcmp(caller->account, own->id) == 0)
        return false;
    return caller->account_index == MODEL_NONE || model->accounts[caller->account_index].in_organization != FACT_YES ||
           own->in_organization != FACT_YES;
}
