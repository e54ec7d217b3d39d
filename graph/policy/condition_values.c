#include "graph/policy/condition_values.h"

#include "graph/policy/condition.h"
#include "graph/policy/pattern.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

#define FEW 16u /* up to this many are compared one by one */

static bool finds_by_text(const struct condition_operator *op)
{
    return (op->family == CONDITION_STRING || op->family == CONDITION_ARN) && !op->folds_case && !op->form;
}

static bool is_plain(const char *value)
{
    return value[strcspn(value, (const char[]){'*', '?', PATTERN_ESCAPE, '\0'})] == '\0' && strstr(value, "${") == NULL;
}

static int compare_values(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const struct condition_values *condition_values_make(struct arena *arena, const struct statement_condition *condition)
{
    uint32_t count = condition->value_count, plain = 0, others = 0;
    if (count <= FEW || !finds_by_text(condition->name.op))
        return NULL;
    struct condition_values *made = arena_allocate(arena, sizeof *made);
    const char **values = arena_allocate_array(arena, count, sizeof *values);
    *made = (struct condition_values){.plain = values};
    for (uint32_t i = 0; i < count; i++) {
        const char *value = condition->values[i];
        if (is_plain(value))
            values[plain++] = value;
        else
            values[count - ++others] = value;
        made->variables = made->variables || strstr(value, "${") != NULL;
    }
    qsort(values, plain, sizeof *values, compare_values);
    made->plain_count = plain;
    made->others = values + plain;
    made->other_count = others;
    return made;
}

const char *condition_values_find(const struct condition_values *values, const char *text)
{
    const char *const *found = values->plain_count > 0 ? bsearch(&text, values->plain, values->plain_count,
                                                                 sizeof *values->plain, compare_values)
                                                       : NULL;
    return found != NULL ? *found : NULL;
}

bool condition_values_hold(const struct condition_values *policy, const struct condition_name *name,
                           const char *const *values, size_t count)
{
    const char **asked = memory_zeroed(policy->other_count + count, sizeof *asked);
    size_t asked_count = policy->other_count;
    if (policy->other_count > 0)
        memcpy(asked, policy->others, policy->other_count * sizeof *asked);
    for (size_t i = 0; i < count; i++) {
        const char *found = condition_values_find(policy, values[i]);
        if (found != NULL)
            asked[asked_count++] = found;
    }
    bool holds = condition_holds(name, values, count, asked, asked_count);
    free(asked);
    return holds;
}
