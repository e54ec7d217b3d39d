#include "analyzer/findings/patches/patch_roles.h"
#include "analyzer/findings/facts/kept_access.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "graph/policy/pattern.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

#define ROLES_NAMED 20u
#define LEAST_PREFIX 3u /* shortest common prefix of names that is meaningful */

bool roles_any(const char *pattern)
{
    return pattern_matches(pattern, "arn:aws:iam::000000000000:role/a-name-that-no-policy-names") ||
           pattern_matches(pattern, "arn:aws-us-gov:iam::000000000000:role/a-name-that-no-policy-names") ||
           pattern_matches(pattern, "arn:aws-cn:iam::000000000000:role/a-name-that-no-policy-names");
}

json_t *roles_of_account(const char *pattern, const char *account)
{
    const char *part = pattern;
    for (int colons = 0; colons < 4 && part != NULL; colons++) {
        part = strchr(part, ':');
        part = part != NULL ? part + 1 : NULL;
    }
    return part != NULL
               ? json_text_format("%.*s%s%s", (int)(part - pattern), pattern, account, part + strcspn(part, ":"))
               : NULL;
}

void roles_leave(struct identity_patch *patch, json_t *statement, json_t *list)
{
    if (json_array_size(list) > 0)
        identity_set_resources(statement, list);
    else
        policy_json_remove(patch->policy, statement);
}

/* ---- roles as patterns */

static size_t shared(const char *a, const char *b, size_t most)
{
    size_t length = 0;
    while (length < most && a[length] == b[length])
        length++;
    return length;
}

/* The common prefix of the roles' paths and names, if it is meaningful; else only the account. */
static json_t *pattern_of(const struct model *model, const uint32_t *roles, size_t count)
{
    const char *first = model->principals[roles[0]].arn, *name = strstr(first, ":role/");
    size_t start = name != NULL ? (size_t)(name - first) + strlen(":role/") : strlen(first), length = strlen(first);
    if (count == 1)
        return json_text(first);
    for (size_t i = 1; i < count; i++)
        length = shared(first, model->principals[roles[i]].arn, length);
    return json_text_format("%.*s*", (int)(length >= start + LEAST_PREFIX ? length : start), first);
}

/* The same for all accounts; NULL: their names have nothing in common. */
static json_t *pattern_of_all(const struct model *model, const uint32_t *roles, size_t count)
{
    const char *first = model->principals[roles[0]].arn, *name = strstr(first, ":role/");
    size_t length = name != NULL ? strlen(name) : 0;
    bool same = true;
    for (size_t i = 1; i < count && name != NULL; i++) {
        const char *other = strstr(model->principals[roles[i]].arn, ":role/");
        same = same && other != NULL && strcmp(name, other) == 0;
        length = other != NULL ? shared(name, other, length) : 0;
    }
    if (length < strlen(":role/") + LEAST_PREFIX)
        return NULL;
    json_t *whole = json_text_format("%.*s%.*s%s", (int)(name - first), first, (int)length, name, same ? "" : "*");
    json_t *pattern = roles_of_account(json_string_value(whole), "*");
    json_decref(whole);
    return pattern;
}

static bool same_account(const struct model *model, uint32_t a, uint32_t b)
{
    return model->principals[a].account == model->principals[b].account;
}

/* Adds the roles (ascending, so by account) to the list. *of_organization: it means all roles with such a name, in any
 * account. False: there is no pattern for them. */
static bool add_roles(const struct model *model, const uint32_t *roles, size_t count, json_t *list,
                      bool *of_organization)
{
    size_t accounts = 0, last;
    *of_organization = false;
    for (size_t i = 0; i < count; i++)
        accounts += i == 0 || !same_account(model, roles[i - 1], roles[i]);
    if (accounts > ROLES_NAMED) {
        json_t *pattern = model->organization != NULL ? pattern_of_all(model, roles, count) : NULL;
        *of_organization = pattern != NULL;
        if (pattern != NULL)
            policy_json_add_once(list, pattern);
        return pattern != NULL;
    }
    for (size_t i = 0; i < count; i = last) {
        for (last = i + 1; last < count && (count > ROLES_NAMED && same_account(model, roles[i], roles[last]));)
            last++;
        policy_json_add_once(list, pattern_of(model, roles + i, last - i));
    }
    return true;
}

/* The roles that the kept calls are into, ascending, without duplicates. malloc'ed. */
static uint32_t *kept_roles(const struct kept_calls *calls, size_t *count)
{
    uint32_t *roles = memory_zeroed(calls->count, sizeof *roles);
    *count = 0;
    for (size_t i = 0; i < calls->count; i++)
        roles[i] = calls->list[i].role;
    order_sort_numbers(roles, calls->count);
    for (size_t i = 0; i < calls->count; i++)
        if (i == 0 || roles[i] != roles[i - 1])
            roles[(*count)++] = roles[i];
    return roles;
}

/* ---- any role */

/* Only patterns for some roles stay in Resource. */
static json_t *narrower(const json_t *statement)
{
    json_t *all = identity_resources(statement), *stay = json_array(), *value;
    size_t i;
    json_array_foreach(all, i, value)
    {
        const char *pattern = json_string_value(value);
        if (pattern != NULL && !roles_any(pattern) && strstr(pattern, ":role/") != NULL)
            json_add(stay, json_incref(value));
    }
    json_decref(all);
    return stay;
}

static bool is_covered(const json_t *patterns, const char *arn)
{
    json_t *pattern;
    size_t i;
    json_array_foreach(patterns, i, pattern) if (pattern_matches(json_string_value(pattern), arn)) return true;
    return false;
}

static bool narrow(struct identity_patch *patch, uint32_t *roles, size_t count)
{
    static const char *const equals[] = {"StringEquals", "StringLike", NULL};
    const struct model *model = patch->analysis->model;
    json_t *rest, *statement = identity_patch_part(patch, "sts:AssumeRole", &rest);
    json_t *list = statement != NULL ? narrower(statement) : NULL;
    size_t left = 0;
    bool of_organization = false, good = list != NULL, named = true;
    for (size_t i = 0; i < count && good; i++)
        if (!is_covered(list, model->principals[roles[i]].arn))
            roles[left++] = roles[i];
    if (good && left > 0)
        good = named = add_roles(model, roles, left, list, &of_organization);
    if (good && of_organization) {
        json_t *organization = json_text(model->organization);
        good =
            json_array_size(list) == 1 && trust_statement_require(statement, equals, "aws:ResourceOrgID", organization);
        json_decref(organization);
    }
    if (good)
        roles_leave(patch, statement, list);
    good = good && identity_patch_offer(patch, json_array_size(list) > 0 ? PATCH_RESOURCES : PATCH_REMOVED);
    if (!named)
        patch_not_offered(patch->findings, patch->finding,
                          "No patch is offered: it would have to name roles of more than 20 accounts, which have no "
                          "name in common.");
    json_decref(list);
    return good;
}

void patch_any_role(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct identity_patch patch;
    size_t count;
    if (!identity_patch_open_part(analysis, findings, finding, &patch))
        return;
    if (identity_patch_keep_roles(&patch)) {
        uint32_t *roles = kept_roles(&patch.kept, &count);
        patch.patch.caveat = ROLES_CAVEAT;
        narrow(&patch, roles, count);
        free(roles);
    }
    identity_patch_close(&patch);
}
