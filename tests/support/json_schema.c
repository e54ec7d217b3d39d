#include "tests/support/json_schema.h"

#include "ingest/support/text.h"
#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct validation {
    const json_t *root;
    struct text path, violation;
};

static bool check(struct validation *run, const json_t *schema, const json_t *value);

static bool fail(struct validation *run, const char *keyword, const json_t *demand)
{
    char *words = json_dumps(demand, JSON_ENCODE_ANY | JSON_COMPACT);
    if (run->violation.length == 0)
        text_format(&run->violation, "%s: %s %s", run->path.data != NULL ? run->path.data : "", keyword,
                    words != NULL ? words : "");
    free(words);
    return false;
}

/* schema NULL: there must be no such value. */
static bool check_inside(struct validation *run, const char *step, const json_t *schema, const json_t *value)
{
    size_t before = run->path.length;
    text_format(&run->path, "/%s", step);
    bool good = schema != NULL ? check(run, schema, value) : fail(run, "must not be there, but is", value);
    run->path.length = before;
    run->path.data[before] = '\0';
    return good;
}

static bool has_type(const json_t *value, const char *type)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "object", [JSON_ARRAY] = "array",  [JSON_STRING] = "string", [JSON_INTEGER] = "integer",
        [JSON_REAL] = "number",   [JSON_TRUE] = "boolean", [JSON_FALSE] = "boolean", [JSON_NULL] = "null"};
    return strcmp(names[json_typeof(value)], type) == 0;
}

static bool check_type(struct validation *run, const json_t *type, const json_t *value)
{
    size_t i;
    json_t *one;
    if (json_is_string(type))
        return has_type(value, json_string_value(type)) || fail(run, "type", type);
    json_array_foreach(type, i, one)
    {
        if (has_type(value, json_string_value(one)))
            return true;
    }
    return fail(run, "type", type);
}

static bool check_enum(struct validation *run, const json_t *values, const json_t *value)
{
    size_t i;
    json_t *one;
    json_array_foreach(values, i, one)
    {
        if (json_equal(one, value))
            return true;
    }
    return fail(run, "enum", values);
}

static bool check_required(struct validation *run, const json_t *names, const json_t *value)
{
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name)
    {
        if (json_is_object(value) && json_object_get(value, json_string_value(name)) == NULL)
            return fail(run, "required", name);
    }
    return true;
}

/* Members of `properties`, and all others by `additionalProperties`. */
static bool check_members(struct validation *run, const json_t *schema, const json_t *value)
{
    const json_t *known = json_object_get(schema, "properties"),
                 *others = json_object_get(schema, "additionalProperties");
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        const json_t *of_it = json_object_get(known, name);
        if (of_it == NULL && json_is_false(others))
            return check_inside(run, name, NULL, member);
        if (of_it == NULL && !json_is_object(others))
            continue;
        if (!check_inside(run, name, of_it != NULL ? of_it : others, member))
            return false;
    }
    return true;
}

static bool check_items(struct validation *run, const json_t *schema, const json_t *value)
{
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item)
    {
        char step[24];
        snprintf(step, sizeof step, "%zu", i);
        if (!check_inside(run, step, schema, item))
            return false;
    }
    return true;
}

static bool check_pattern(struct validation *run, const json_t *pattern, const json_t *value)
{
    regex_t compiled;
    if (!json_is_string(value))
        return true;
    if (regcomp(&compiled, json_string_value(pattern), REG_EXTENDED | REG_NOSUB) != 0)
        return fail(run, "not a pattern:", pattern);
    bool good = regexec(&compiled, json_string_value(value), 0, NULL, 0) == 0;
    regfree(&compiled);
    return good || fail(run, "pattern", pattern);
}

static bool check_reference(struct validation *run, const json_t *reference, const json_t *value)
{
    static const char prefix[] = "#/$defs/";
    const char *text = json_string_value(reference);
    const json_t *schema = NULL;
    if (text != NULL && strncmp(text, prefix, strlen(prefix)) == 0)
        schema = json_object_get(json_object_get(run->root, "$defs"), text + strlen(prefix));
    return schema != NULL ? check(run, schema, value) : fail(run, "no such definition:", reference);
}

static bool check_keyword(struct validation *run, const json_t *schema, const char *keyword, const json_t *demand,
                          const json_t *value)
{
    static const char *const silent[] = {"$schema", "$defs", "title", "description", "additionalProperties"};
    if (strcmp(keyword, "$ref") == 0)
        return check_reference(run, demand, value);
    if (strcmp(keyword, "type") == 0)
        return check_type(run, demand, value);
    if (strcmp(keyword, "const") == 0)
        return json_equal(demand, value) || fail(run, keyword, demand);
    if (strcmp(keyword, "enum") == 0)
        return check_enum(run, demand, value);
    if (strcmp(keyword, "required") == 0)
        return check_required(run, demand, value);
    if (strcmp(keyword, "properties") == 0)
        return true;
    if (strcmp(keyword, "items") == 0)
        return check_items(run, demand, value);
    if (strcmp(keyword, "minItems") == 0)
        return !json_is_array(value) || (json_int_t)json_array_size(value) >= json_integer_value(demand) ||
               fail(run, keyword, demand);
    if (strcmp(keyword, "minLength") == 0)
        return !json_is_string(value) || (json_int_t)json_string_length(value) >= json_integer_value(demand) ||
               fail(run, keyword, demand);
    if (strcmp(keyword, "minimum") == 0)
        return !json_is_integer(value) || json_integer_value(value) >= json_integer_value(demand) ||
               fail(run, keyword, demand);
    if (strcmp(keyword, "pattern") == 0)
        return check_pattern(run, demand, value);
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        if (strcmp(keyword, silent[i]) == 0)
            return true;
    return fail(run, "a keyword that is not checked:", json_object_get(schema, keyword));
}

static bool check(struct validation *run, const json_t *schema, const json_t *value)
{
    const char *keyword;
    json_t *demand;
    json_object_foreach((json_t *)schema, keyword, demand)
    {
        if (!check_keyword(run, schema, keyword, demand, value))
            return false;
    }
    return check_members(run, schema, value);
}

char *json_schema_violation(const json_t *schema, const json_t *value)
{
    struct validation run = {.root = schema};
    text_append(&run.path, "", 0);
    bool good = json_is_object(schema) && value != NULL && check(&run, schema, value);
    if (!good && run.violation.length == 0)
        text_append_string(&run.violation, "no schema or no value");
    text_free(&run.path);
    return good ? NULL : text_release(&run.violation);
}
