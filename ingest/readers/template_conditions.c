#include "ingest/readers/template_inside.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

enum truth { NO, YES, OPEN };

static enum truth truth_of(struct template_values *values, json_t *condition);

/* YES if all are true, NO if one is false; with YES and NO swapped for Fn::Or. */
static enum truth truth_of_all(struct template_values *values, json_t *list, enum truth stops)
{
    enum truth answer = stops == NO ? YES : NO;
    json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
    {
        enum truth one = truth_of(values, item);
        if (one == stops)
            return stops;
        answer = one == OPEN ? OPEN : answer;
    }
    return json_is_array(list) ? answer : OPEN;
}

static bool holds_unresolved(const json_t *value)
{
    char *words = json_words(value, JSON_ENCODE_ANY);
    bool found = template_is_unresolved(words);
    free(words);
    return found;
}

static enum truth are_equal(struct template_values *values, json_t *pair)
{
    json_t *a = template_resolve(values, json_array_get(pair, 0)),
           *b = template_resolve(values, json_array_get(pair, 1));
    enum truth answer = OPEN;
    if (a != NULL && b != NULL && !holds_unresolved(a) && !holds_unresolved(b)) {
        struct text one = {0}, other = {0};
        bool scalars = template_append_scalar(&one, a) && template_append_scalar(&other, b);
        text_append(&one, "", 0);
        text_append(&other, "", 0);
        answer = scalars ? (strcmp(one.data, other.data) == 0 ? YES : NO) : json_equal(a, b) ? YES : NO;
        text_free(&one);
        text_free(&other);
    }
    json_decref(a);
    json_decref(b);
    return answer;
}

static enum truth truth_of_name(struct template_values *values, const char *name)
{
    json_t *assumed = json_object_get(values->assumed, name);
    return assumed != NULL ? (json_is_true(assumed) ? YES : NO)
                           : truth_of(values, json_object_get(values->conditions, name));
}

static enum truth truth_of(struct template_values *values, json_t *condition)
{
    const char *name = json_object_size(condition) == 1 ? json_object_iter_key(json_object_iter(condition)) : "";
    json_t *argument = json_object_get(condition, name);
    enum truth answer = OPEN;
    if (values->depth >= DEEPEST || ++values->steps > MOST_STEPS)
        return OPEN;
    values->depth++;
    if (strcmp(name, "Fn::Equals") == 0)
        answer = are_equal(values, argument);
    else if (strcmp(name, "Fn::And") == 0)
        answer = truth_of_all(values, argument, NO);
    else if (strcmp(name, "Fn::Or") == 0)
        answer = truth_of_all(values, argument, YES);
    else if (strcmp(name, "Condition") == 0 && json_is_string(argument))
        answer = truth_of_name(values, json_string_value(argument));
    else if (strcmp(name, "Fn::Not") == 0) {
        enum truth one = truth_of(values, json_array_get(argument, 0));
        answer = one == OPEN ? OPEN : one == YES ? NO : YES;
    }
    values->depth--;
    return answer;
}

bool template_condition(struct template_values *values, const char *name, bool *known)
{
    bool before = values->constants_only;
    values->constants_only = true;
    enum truth truth = truth_of_name(values, name);
    values->constants_only = before;
    *known = truth != OPEN;
    return truth == YES;
}

json_t *template_branch_of(struct template_values *values, json_t *argument)
{
    const char *name = json_string_value(json_array_get(argument, 0));
    bool known = false,
         holds = name != NULL && json_array_size(argument) == 3 && template_condition(values, name, &known);
    if (name != NULL && !known && values->asked == NULL)
        values->asked = name;
    return known ? json_array_get(argument, holds ? 1 : 2) : NULL;
}
