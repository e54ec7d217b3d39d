#include "analyzer/findings/facts/service_sources.h"

#include "analyzer/findings/facts/account_lists.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DIGITS 12

const char *source_account(const char *key, const char *value)
{
    if (strcasecmp(key, "aws:SourceArn") == 0)
        for (int colon = 0; value != NULL && colon < 4; colon++) {
            value = strchr(value, ':');
            value = value != NULL ? value + 1 : NULL;
        }
    else if (strcasecmp(key, "aws:SourceAccount") != 0)
        return NULL;
    if (value == NULL || strspn(value, "0123456789") != DIGITS || (value[DIGITS] != '\0' && value[DIGITS] != ':'))
        return NULL;
    return value;
}

bool source_is_foreign(const struct analysis *analysis, const char *account)
{
    struct trusted_account trusted;
    char id[DIGITS + 1];
    snprintf(id, sizeof id, "%.12s", account);
    uint32_t index = model_find_account(analysis->model, id);
    bool ours = index != MODEL_NONE && (analysis->model->accounts[index].detail != ACCOUNT_NOT_EXPORTED ||
                                        analysis->model->accounts[index].in_organization == FACT_YES);
    return !ours && !(account_is_trusted(analysis->account_lists, id, &trusted) && !trusted.expired);
}
