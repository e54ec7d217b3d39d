#include "analyzer/findings/facts/escalations.h"

#include <string.h>

bool escalates(const struct administrator *who)
{
    return who->verdict != VERDICT_DENIED && who->how == ADMINISTRATOR_BY_CONTROL;
}

bool escalates_by_trust(const struct administrator *who)
{
    return escalates(who) && (strcmp(who->actions, "iam:UpdateAssumeRolePolicy") == 0 ||
                              strcmp(who->actions, "iam:UpdateSAMLProvider") == 0);
}

bool is_administrator_otherwise(const struct administrator *who)
{
    return who->verdict != VERDICT_DENIED && who->sure && !escalates_by_trust(who);
}
