#include "graph/policy/named_callers.h"

#include "graph/policy/caller_pattern.h"
#include "graph/policy/condition_values.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

#define ACCOUNT_DIGITS 12

struct naming {
    struct intern *strings;
    struct intern met; /* form and value of those found */
    struct statement_principal *found;
    uint32_t count, room;
};

/* Equal interned strings have the same address. */
static void add(struct naming *naming, struct statement_principal principal)
{
    const uintptr_t key[] = {(uintptr_t)principal.form, (uintptr_t)principal.value};
    if (intern_add(&naming->met, (const char *)key, sizeof key) == naming->count)
        ARRAY_ADD(naming->found, naming->count, naming->room, principal);
}

static const char *keep(struct naming *naming, const char *text, size_t length)
{
    return intern_text(naming->strings, intern_add(naming->strings, text, length));
}

static void add_account(struct naming *naming, const char *account)
{
    add(naming, (struct statement_principal){.form = PRINCIPAL_ACCOUNT, .value = account, .account = account});
}

/* Every account whose whole number is in the text. */
static void add_accounts(struct naming *naming, const char *text)
{
    while (*text != '\0') {
        size_t digits = strspn(text, "0123456789");
        if (digits == ACCOUNT_DIGITS)
            add_account(naming, keep(naming, text, digits));
        text += digits > 0 ? digits : 1;
    }
}

/* Accounts whose numbers the text gives in part. */
static void add_accounts_like(const char *part, size_t length, void *context)
{
    struct naming *naming = context;
    char pattern[CALLER_PATTERN_SIZE];
    if (!caller_pattern_account(part, length, pattern))
        return;
    const char *kept = keep(naming, pattern, strlen(pattern));
    if (pattern_has_wildcard(kept))
        add(naming, (struct statement_principal){.form = PRINCIPAL_ACCOUNTS_LIKE, .value = kept});
    else
        add_account(naming, kept);
}

/* Whether the value is a pattern without policy variables, whose values are not in the policy. */
static bool is_glob(const struct statement_condition *condition, const char *value)
{
    return condition->name.op->glob && strstr(value, "${") == NULL;
}

/* A user or role, or some of an account. For this key a session has its role's ARN, and a root user assumes nothing. */
static void add_arn(struct naming *naming, const struct statement_condition *condition, const char *value)
{
    struct arn arn;
    bool whole = !pattern_has_wildcard(value) && strstr(value, "${") == NULL;
    if (!whole && (condition->name.op->glob || strstr(value, "${") != NULL)) {
        add_accounts(naming, value);
        if (is_glob(condition, value))
            caller_pattern_each_account_part(value, add_accounts_like, naming);
        return;
    }
    if (!whole || !arn_parse(value, strlen(value), &arn) || (arn.kind != ARN_USER && arn.kind != ARN_ROLE) ||
        !arn_is_account_id(arn.account.at, arn.account.length))
        return;
    add(naming, (struct statement_principal){.form = arn.kind == ARN_USER ? PRINCIPAL_USER_ARN : PRINCIPAL_ROLE_ARN,
                                             .value = keep(naming, value, strlen(value)),
                                             .account = keep(naming, arn.account.at, arn.account.length),
                                             .partition = keep(naming, arn.partition.at, arn.partition.length),
                                             .name = keep(naming, arn.name.at, arn.name.length)});
}

/* The organization with that ID, or whose ID begins the path; or those that match a partial ID. A star before the first
 * slash may stand for more of the path. */
static void add_organization(struct naming *naming, const struct statement_condition *condition, const char *value)
{
    char pattern[CALLER_PATTERN_SIZE];
    size_t length = strcspn(value, "/");
    if (is_glob(condition, value) && caller_pattern_organization(value, length, pattern))
        add(naming, (struct statement_principal){.form = PRINCIPAL_ORGANIZATIONS_LIKE,
                                                 .value = keep(naming, pattern, strlen(pattern))});
    if (arn_is_organization_id(value, length))
        add(naming, (struct statement_principal){.form = PRINCIPAL_ORGANIZATION, .value = keep(naming, value, length)});
}

/* The user or role of "AIDA…" or "AROA…:session". */
static void add_unique_id(struct naming *naming, const char *value)
{
    size_t length = strcspn(value, ":");
    bool assumes = strncmp(value, "AIDA", 4) == 0 || strncmp(value, "AROA", 4) == 0;
    if (assumes && arn_is_unique_id(value, length))
        add(naming, (struct statement_principal){.form = PRINCIPAL_UNIQUE_ID, .value = keep(naming, value, length)});
}

static void add_value(struct naming *naming, const struct statement_condition *condition, const char *value)
{
    switch (condition->about->source) {
    case SOURCE_PRINCIPAL_ARN:
        add_arn(naming, condition, value);
        break;
    case SOURCE_PRINCIPAL_ACCOUNT:
        add_accounts(naming, value);
        if (is_glob(condition, value))
            add_accounts_like(value, strlen(value), naming);
        break;
    case SOURCE_PRINCIPAL_ORG_ID:
    case SOURCE_PRINCIPAL_ORG_PATHS:
        add_organization(naming, condition, value);
        break;
    case SOURCE_USER_ID:
        add_unique_id(naming, value);
        break;
    default:
        break;
    }
}

static bool is_about_anyone(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (statement->principals[i].form == PRINCIPAL_ANYONE)
            return true;
    return statement->not_principal;
}

void named_callers_find(struct arena *arena, struct intern *strings, struct statement *statement)
{
    struct naming naming = {.strings = strings};
    if (!statement->has_principal || statement->broken != NULL || !is_about_anyone(statement))
        return;
    for (uint32_t i = 0; i < statement->principal_count && statement->not_principal && !statement->allow; i++)
        if (statement->principals[i].account != NULL)
            add(&naming, statement->principals[i]);
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        if (condition->name.op->family == CONDITION_NULL || condition->name.op->negated == statement->allow)
            continue;
        for (uint32_t j = 0; j < condition->value_count; j++)
            add_value(&naming, condition, condition->values[j]);
    }
    statement->named = arena_copy(arena, naming.found, naming.count, sizeof *naming.found);
    statement->named_count = naming.count;
    free(naming.found);
    intern_free(&naming.met);
}

/* A number without wildcards stands only for itself. */
static bool tells(const struct statement_condition *condition, const char *account)
{
    enum key_source source = condition->about->source;
    const char *const *values = condition->values;
    uint32_t count = condition->value_count;
    if (source == SOURCE_PRINCIPAL_ACCOUNT && condition->by_text != NULL) {
        if (condition_values_find(condition->by_text, account) != NULL)
            return true;
        values = condition->by_text->others;
        count = condition->by_text->other_count;
    }
    for (uint32_t i = 0; i < count; i++)
        if ((source == SOURCE_PRINCIPAL_ACCOUNT && caller_pattern_of_account(values[i], pattern_matches, account)) ||
            (source == SOURCE_PRINCIPAL_ARN && caller_pattern_of_arn(values[i], pattern_matches, account)))
            return true;
    return false;
}

bool named_callers_tell(const struct statement *statement, const char *account)
{
    for (uint32_t i = 0; i < statement->condition_count; i++)
        if (tells(&statement->conditions[i], account))
            return true;
    return false;
}
