#include "ingest/readers/template_inside.h"

#include "ingest/support/json_build.h"
#include <string.h>

void template_add_branch(json_t *list, json_t *value, json_t *conditions)
{
    json_t *branch = json_object();
    json_put(branch, "value", value);
    json_put(branch, "if", conditions != NULL ? json_like(conditions) : json_object());
    json_add(list, branch);
}

typedef void (*each_case)(struct template_values *values, json_t *value, json_t *list);

/* Makes an assumption, and calls the rest. */
static void in_case(struct template_values *values, const char *name, json_t *is, json_t *value, json_t *list,
                    each_case each)
{
    json_put(values->assumed, name, is);
    each(values, value, list);
    json_object_del(values->assumed, name);
}

static void ask_nothing(struct template_values *values)
{
    values->asked = NULL;
    values->choices = NULL;
}

/* Calls `each` for all cases of the unknowns that were needed. */
static void in_all_cases(struct template_values *values, json_t *value, json_t *list, each_case each)
{
    const char *name = values->asked, *choice;
    json_t *choices = values->choices, *member;
    struct text key = {0};
    values->depth++;
    if (choices == NULL) {
        in_case(values, name, json_true(), value, list, each);
        in_case(values, name, json_false(), value, list, each);
    } else {
        template_value_key(values, name, 0, &key);
        json_object_foreach(choices, choice, member) in_case(values, key.data, json_text(choice), value, list, each);
    }
    text_free(&key);
    values->depth--;
}

static bool is_no_value(json_t *value)
{
    const char *name = json_string_value(template_function_argument(value, "Ref"));
    return name != NULL && strcmp(name, "AWS::NoValue") == 0;
}

/* The cases of Fn::If as the whole value. */
static void look_through(struct template_values *values, json_t *value, json_t *list)
{
    json_t *argument = template_function_argument(value, "Fn::If");
    ask_nothing(values);
    json_t *branch = argument != NULL ? template_branch_of(values, argument) : NULL;
    if (argument == NULL || (branch == NULL && values->asked == NULL) || json_array_size(list) >= MOST_BRANCHES ||
        values->depth >= DEEPEST) {
        if (value != NULL && !is_no_value(value))
            template_add_branch(list, json_incref(value), values->assumed);
        return;
    }
    if (branch == NULL) {
        in_all_cases(values, value, list, look_through);
        return;
    }
    values->depth++;
    look_through(values, branch, list);
    values->depth--;
}

/* The cases for all conditions and keys of maps anywhere in the value. */
static void resolve_cases(struct template_values *values, json_t *value, json_t *list)
{
    ask_nothing(values);
    json_t *resolved = template_resolve(values, value);
    if (values->asked != NULL && json_array_size(list) < MOST_BRANCHES && values->depth < DEEPEST)
        in_all_cases(values, value, list, resolve_cases);
    else if (resolved != NULL)
        template_add_branch(list, json_incref(resolved), values->assumed);
    json_decref(resolved);
}

/* Calls `each` with the conditions of the branch (NULL: none) assumed. */
static json_t *with_branch(struct template_values *values, json_t *value, const json_t *branch, each_case each)
{
    json_t *list = json_array(), *before = values->assumed, *conditions = json_object_get(branch, "if");
    values->assumed = conditions != NULL ? json_like(conditions) : json_object();
    each(values, value, list);
    json_decref(values->assumed);
    values->assumed = before;
    ask_nothing(values);
    return list;
}

json_t *template_branches(struct template_values *values, json_t *value, const json_t *outer)
{
    return with_branch(values, value, outer, look_through);
}

json_t *template_cases(struct template_values *values, json_t *value, const json_t *outer)
{
    return with_branch(values, value, outer, resolve_cases);
}
