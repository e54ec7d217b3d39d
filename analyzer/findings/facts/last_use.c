#include "analyzer/findings/facts/last_use.h"

#include "graph/policy/condition.h"
#include <string.h>

#define DAY (24.0 * 3600)

unsigned last_use_days(const char *from, const char *to)
{
    double first, last;
    return condition_parse_date(from, &first) && condition_parse_date(to, &last) && last > first
               ? (unsigned)((last - first) / DAY)
               : 0;
}

const char *last_use_newest(const struct model *model, const struct model_account *account)
{
    const char *newest = "";
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *principal = &model->principals[account->first_principal + i];
        if (strcmp(principal->created, newest) > 0)
            newest = principal->created;
        if (principal->last_used != NULL && strcmp(principal->last_used, newest) > 0)
            newest = principal->last_used;
    }
    return newest;
}

bool last_use_is_recent(const struct model *model, uint32_t role)
{
    const struct model_principal *who = &model->principals[role];
    return who->last_used != NULL && who->last_used[0] != '\0' &&
           last_use_days(who->last_used, last_use_newest(model, &model->accounts[who->account])) < LAST_USE_LONG_AGO;
}
