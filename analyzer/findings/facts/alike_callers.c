#include "analyzer/findings/facts/alike_callers.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct model_document *trust_of(const struct alike_callers *alike)
{
    const struct policy_use *trust = alike->model->principals[alike->role].trust;
    return trust != NULL && trust->document != MODEL_NONE ? &alike->model->documents[trust->document] : NULL;
}

/* ---- what the policy looks at */

static bool has_variable(const struct statement *statement, const struct statement_condition *condition)
{
    for (uint32_t i = 0; i < condition->value_count && statement->variables; i++)
        if (strstr(condition->values[i], "${") != NULL)
            return true;
    return false;
}

/* Whether the condition only looks at the caller's account, its ARN, and whether it is a user or a role. */
static bool is_coarse(const struct statement *statement, const struct statement_condition *condition)
{
    switch (condition->about->source) {
    case SOURCE_PRINCIPAL_TAG:
    case SOURCE_USER_NAME:
    case SOURCE_USER_ID:
    case SOURCE_MFA_PRESENT:
    case SOURCE_MFA_AGE:
    case SOURCE_TOKEN_TIME:
        return false;
    case SOURCE_PRINCIPAL_ARN:
        return !condition->name.op->folds_case && !has_variable(statement, condition);
    default:
        return !has_variable(statement, condition);
    }
}

/* Session names do not distinguish roles. */
static bool names_sessions(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (statement->principals[i].form == PRINCIPAL_SESSION_ARN)
            return true;
    return false;
}

static bool looks_closely(const struct statement *statement)
{
    bool coarse = statement->broken == NULL && statement->doubt == NULL && !names_sessions(statement);
    for (uint32_t i = 0; i < statement->condition_count && coarse; i++)
        coarse = is_coarse(statement, &statement->conditions[i]);
    return !coarse;
}

/* Principals outside the exports are not among those distinguished. */
static void add_principal(struct alike_callers *alike, uint32_t principal)
{
    if (principal != MODEL_NONE)
        ARRAY_ADD(alike->tests, alike->test_count, alike->test_room, (struct alike_test){.principal = principal});
}

static void add_pattern(struct alike_callers *alike, const char *pattern)
{
    ARRAY_ADD(alike->tests, alike->test_count, alike->test_room, (struct alike_test){MODEL_NONE, pattern});
}

static void add_tests(struct alike_callers *alike, const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *named = &statement->principals[i];
        if (named->form == PRINCIPAL_USER_ARN || named->form == PRINCIPAL_ROLE_ARN)
            add_principal(alike, model_find_arn(alike->model, named->value));
        else if (named->form == PRINCIPAL_UNIQUE_ID)
            add_principal(alike, model_find_unique_id(alike->model, named->value));
    }
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        for (uint32_t j = 0; j < condition->value_count && condition->about->source == SOURCE_PRINCIPAL_ARN; j++) {
            const char *value = condition->values[j];
            bool pattern = value[strcspn(value, (const char[]){'*', '?', PATTERN_ESCAPE, '\0'})] != '\0';
            if (pattern)
                add_pattern(alike, value);
            else
                add_principal(alike, model_find_arn(alike->model, value));
        }
    }
}

void alike_callers_open(struct alike_callers *alike, const struct model *model, const struct partition *classes,
                        uint32_t role)
{
    *alike = (struct alike_callers){.model = model, .classes = classes, .role = role};
    const struct model_document *document = trust_of(alike);
    alike->told_apart = document == NULL || document->broken != NULL;
    for (uint32_t i = 0; !alike->told_apart && i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        alike->told_apart = looks_closely(statement);
        if (!alike->told_apart)
            add_tests(alike, statement);
    }
    alike->marks = memory_get(alike->test_count + 3 * sizeof(uint32_t));
}

void alike_callers_close(struct alike_callers *alike)
{
    intern_free(&alike->groups);
    free(alike->tests);
    free(alike->marks);
    *alike = (struct alike_callers){0};
}

/* ---- what it sees of one caller */

static char mark_of(const struct alike_callers *alike, const struct alike_test *test, uint32_t principal)
{
    const char *arn = alike->model->principals[principal].arn;
    if (test->pattern == NULL)
        return (char)(test->principal == principal);
    return (char)(pattern_matches(test->pattern, arn) | pattern_matches_arn(test->pattern, arn) << 1);
}

/* Its kind, apart from its name: a number below 8; from 4 on, the role itself. */
static unsigned kind_of(const struct alike_callers *alike, uint32_t principal)
{
    const struct model_principal *who = &alike->model->principals[principal];
    return who->is_role + 2u * who->service_linked + 4u * (principal == alike->role);
}

/* Sets its marks, from the start on. Returns whether any is set. */
static bool mark(struct alike_callers *alike, uint32_t principal)
{
    bool any = false;
    for (uint32_t i = 0; i < alike->test_count; i++) {
        alike->marks[i] = mark_of(alike, &alike->tests[i], principal);
        any = any || alike->marks[i] != 0;
    }
    return any;
}

/* The group of the current marks. */
static uint32_t group_of(struct alike_callers *alike, uint32_t principal, uint32_t class)
{
    const uint32_t numbers[] = {class, alike->model->principals[principal].account, kind_of(alike, principal)};
    memcpy(alike->marks + alike->test_count, numbers, sizeof numbers);
    return intern_add(&alike->groups, alike->marks, alike->test_count + sizeof numbers);
}

uint32_t alike_callers_group(struct alike_callers *alike, uint32_t principal)
{
    uint32_t class = principal < alike->model->principal_count ? alike->classes->of[principal] : MODEL_NONE;
    if (alike->told_apart || class == MODEL_NONE)
        return INTERN_NONE;
    mark(alike, principal);
    return group_of(alike, principal, class);
}

uint32_t alike_callers_trusted(struct alike_callers *alike, uint32_t principal)
{
    if (alike->told_apart)
        return INTERN_NONE;
    unsigned kind = kind_of(alike, principal);
    if (mark(alike, principal) || kind >= 4)
        return group_of(alike, principal, MODEL_NONE);
    struct alike_plain *plain = &alike->plain[kind];
    uint32_t account = alike->model->principals[principal].account;
    if (!plain->known || plain->account != account)
        *plain = (struct alike_plain){account, group_of(alike, principal, MODEL_NONE), true};
    return plain->group;
}
