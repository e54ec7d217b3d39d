/*
 * Strangers whom a condition tells by a pattern within the number of an account or the id of an organization. Who they
 * are cannot be listed, but there may be some: what the pattern says stays in the answer about anyone. Ids of roots and
 * units are unique within an organization only, so a path that begins with a wildcard means those of any. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
 */
#include "graph/decision/request_inside.h"

#include "graph/policy/pattern.h"
#include <stdio.h>
#include <string.h>

/* The part of the value that tells whose the caller is: the fifth field of an ARN, the first of a path. */
static bool part_of_owner(const struct statement_condition *condition, const char *value, char *part, size_t size)
{
    const char *at = value;
    size_t length = strlen(value);
    switch (condition->about->source) {
    case SOURCE_PRINCIPAL_ACCOUNT:
    case SOURCE_PRINCIPAL_ORG_ID:
        break;
    case SOURCE_PRINCIPAL_ORG_PATHS:
        length = strcspn(value, "/");
        break;
    case SOURCE_PRINCIPAL_ARN:
        for (int i = 0; i < 4; i++) {
            at += strcspn(at, ":");
            if (*at++ == '\0')
                return false;
        }
        length = strcspn(at, ":");
        break;
    default:
        return false;
    }
    return snprintf(part, size, "%.*s", (int)length, at) < (int)size;
}

bool request_means_strangers(const struct request *request, const struct statement *statement,
                             const struct statement_condition *condition, const char *value)
{
    enum key_source source = condition->about->source;
    bool path = source == SOURCE_PRINCIPAL_ORG_PATHS, organization = path || source == SOURCE_PRINCIPAL_ORG_ID;
    const char *stranger = organization ? REQUEST_STRANGER_ORGANIZATION : REQUEST_STRANGER_ACCOUNT;
    const char *all = organization ? "o-??????????*" : "????????????";
    char part[64], someone[64];
    /* An Allow that spares some, or a Deny of some, leaves all other strangers as they are. */
    return request->caller->kind == CALLER_ANYONE && condition->name.op->glob &&
           condition->name.op->negated != statement->allow && strstr(value, "${") == NULL &&
           part_of_owner(condition, value, part, sizeof part) && pattern_has_wildcard(part) &&
           !(path ? pattern_matches(value, REQUEST_STRANGER_PATH) : pattern_matches(part, stranger)) &&
           pattern_meet(part, all, someone, sizeof someone);
}
