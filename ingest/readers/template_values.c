#include "ingest/readers/template_inside.h"

#include "ingest/policy/context_key.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* Marks the beginning of an unknown part, which ends with ')'. U+FDD0 is not a character, so no text contains it. */
#define UNRESOLVED "\xEF\xB7\x90"

bool template_is_unresolved(const char *text)
{
    return strstr(text, UNRESOLVED) != NULL;
}

void template_replace(struct text *out, const char *text, template_replacing replacing, void *context)
{
    for (const char *mark, *name, *end; (mark = strstr(text, UNRESOLVED)) != NULL; text = end) {
        name = mark + strlen(UNRESOLVED);
        end = strchr(name, ')');
        end = end != NULL ? end : name + strlen(name);
        text_append(out, text, (size_t)(mark - text));
        replacing(out, name, (size_t)(end - name), context);
        end += *end == ')';
    }
    text_append_string(out, text);
}

static void spell(struct text *out, const char *name, size_t length, void *context)
{
    (void)context;
    text_append_string(out, POLICY_UNKNOWN_PART);
    text_append(out, name, length);
    text_append_char(out, ')');
}

void template_spell(struct text *out, const char *text)
{
    template_replace(out, text, spell, NULL);
}

json_t *template_unresolved(const char *what)
{
    return json_text_format(UNRESOLVED "%s)", what);
}

static const struct planned_entity *entity_of(const struct template_values *values, const char *id)
{
    uint32_t number = values->placed ? intern_find(&values->planned->keys, id, strlen(id)) : INTERN_NONE;
    return number != INTERN_NONE ? values->planned->by_key[number] : NULL;
}

static const char *partition_of(const struct template_values *values)
{
    return values->planned->partition != NULL ? values->planned->partition : "aws";
}

/* ---- Ref and Fn::GetAtt */

/* The parts of a text between separators; space around them is left out if `trim`. */
static json_t *split(const char *text, const char *separator, bool trim)
{
    json_t *list = json_array();
    for (const char *end; text != NULL; text = end != NULL ? end + strlen(separator) : NULL) {
        end = strstr(text, separator);
        size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        const char *at = text;
        for (; trim && length > 0 && *at == ' '; at++)
            length--;
        while (trim && length > 0 && at[length - 1] == ' ')
            length--;
        json_add(list, json_stringn(at, length));
    }
    return list;
}

static json_t *parameter(struct template_values *values, const char *name)
{
    json_t *standard = json_object_get(json_object_get(values->parameters, name), "Default");
    const char *type = json_string_value(json_object_get(json_object_get(values->parameters, name), "Type"));
    bool list = type != NULL && (strcmp(type, "CommaDelimitedList") == 0 || strcmp(type, "List<Number>") == 0);
    if (standard == NULL || values->constants_only || json_is_object(standard) || json_is_array(standard) ||
        (list && !json_is_string(standard)) ||
        (type != NULL && !list &&
         (strstr(type, "List") != NULL || strncmp(type, "AWS::SSM::", strlen("AWS::SSM::")) == 0)))
        return NULL;
    if (values->used == NULL)
        values->used = json_object();
    json_put(values->used, name, json_true());
    return list ? split(json_string_value(standard), ",", true) : json_incref(standard);
}

void template_value_key(const struct template_values *values, const char *name, uint32_t number, struct text *key)
{
    struct text plain = {0};
    text_format(&plain, "%s%s", name, values->planned->label);
    if (number > 0)
        text_format(&plain, ".%u", number);
    text_append_string(key, KEY_TEMPLATE_VALUE);
    for (const char *at = plain.data; *at != '\0'; at++)
        text_append_char(key, (char)(strchr("${}*?,'/: ", *at) != NULL ? '-' : *at));
    text_free(&plain);
}

/* The assumed value of the parameter; NULL: none. */
static json_t *assumed_value(const struct template_values *values, const char *name)
{
    struct text key = {0};
    template_value_key(values, name, 0, &key);
    json_t *value = json_object_get(values->assumed, key.data);
    text_free(&key);
    return value;
}

/* NULL: AWS::NoValue. */
static json_t *resolve_ref(struct template_values *values, const char *name)
{
    const struct planned_entity *entity = entity_of(values, name);
    json_t *assumed = values->assumed != NULL ? assumed_value(values, name) : NULL;
    if (strcmp(name, "AWS::NoValue") == 0)
        return NULL;
    if (assumed != NULL)
        return json_incref(assumed);
    if (strcmp(name, "AWS::AccountId") == 0 && values->account != NULL)
        return json_text(values->account);
    if (strcmp(name, "AWS::Partition") == 0)
        return json_text(partition_of(values));
    if (strcmp(name, "AWS::URLSuffix") == 0)
        return json_text(strcmp(partition_of(values), "aws-cn") == 0 ? "amazonaws.com.cn" : "amazonaws.com");
    if (entity != NULL)
        return json_text(entity->kind == PLANNED_POLICY ? entity->arn : entity->name);
    json_t *value = parameter(values, name);
    return value != NULL ? value : template_unresolved(name);
}

static json_t *resolve_attribute(struct template_values *values, const char *id, const char *attribute)
{
    const struct planned_entity *entity = entity_of(values, id);
    bool arn = strcmp(attribute, "Arn") == 0 || strcmp(attribute, "PolicyArn") == 0;
    return entity != NULL && arn ? json_text(entity->arn) : template_unresolved(id);
}

/* "ID.Attribute" or ["ID", "Attribute"] */
static json_t *resolve_get_att(struct template_values *values, json_t *argument)
{
    const char *text = json_string_value(argument), *id = json_string_value(json_array_get(argument, 0)),
               *attribute = json_string_value(json_array_get(argument, 1));
    const char *dot = text != NULL ? strchr(text, '.') : NULL;
    if (id != NULL && attribute != NULL)
        return resolve_attribute(values, id, attribute);
    if (dot == NULL)
        return template_unresolved("Fn::GetAtt");
    char *copy = memory_text_part(text, (size_t)(dot - text));
    json_t *value = resolve_attribute(values, copy, dot + 1);
    free(copy);
    return value;
}

/* ---- Fn::Sub, Fn::Join and the like */

bool template_append_scalar(struct text *out, const json_t *value)
{
    if (json_is_string(value)) {
        text_append(out, json_string_value(value), json_string_length(value));
        return true;
    }
    if (!json_is_number(value) && !json_is_boolean(value))
        return false;
    char *text = json_words(value, JSON_ENCODE_ANY);
    text_append_string(out, text);
    free(text);
    return true;
}

static json_t *text_value(struct template_values *values, struct text *text)
{
    values->written += text->length;
    json_t *value = values->written > MOST_TEXT ? template_unresolved("too long")
                                                : json_stringn(text->data != NULL ? text->data : "", text->length);
    text_free(text);
    return value;
}

static void append_variable(struct template_values *values, json_t *own, char *name, struct text *out)
{
    json_t *value = NULL;
    char *dot = strchr(name, '.');
    if (json_object_get(own, name) != NULL)
        value = template_resolve(values, json_object_get(own, name));
    else if (dot != NULL) {
        *dot = '\0';
        value = resolve_attribute(values, name, dot + 1);
    } else
        value = resolve_ref(values, name);
    if (value == NULL || !template_append_scalar(out, value))
        text_format(out, UNRESOLVED "%s)", name);
    json_decref(value);
}

/* "text with ${Name}" or ["text", {"Name": value}]; ${!Name} is a literal ${Name}. */
static json_t *resolve_sub(struct template_values *values, json_t *argument)
{
    json_t *own = json_array_get(argument, 1);
    const char *text = json_string_value(json_is_array(argument) ? json_array_get(argument, 0) : argument);
    struct text out = {0};
    if (text == NULL)
        return template_unresolved("Fn::Sub");
    while (*text != '\0') {
        const char *end = strncmp(text, "${", 2) == 0 ? strchr(text, '}') : NULL;
        if (end == NULL) {
            text_append_char(&out, *text++);
        } else if (text[2] == '!') {
            text_append_string(&out, "${");
            text_append(&out, text + 3, (size_t)(end + 1 - (text + 3)));
            text = end + 1;
        } else {
            char *name = memory_text_part(text + 2, (size_t)(end - (text + 2)));
            append_variable(values, own, name, &out);
            free(name);
            text = end + 1;
        }
    }
    return text_value(values, &out);
}

static json_t *resolve_join(struct template_values *values, json_t *argument)
{
    const char *between = json_string_value(json_array_get(argument, 0));
    json_t *list = template_resolve(values, json_array_get(argument, 1)), *item;
    struct text out = {0};
    bool good = between != NULL && json_is_array(list);
    size_t i;
    if (good)
        json_array_foreach(list, i, item)
        {
            text_append_string(&out, i > 0 ? between : "");
            good = template_append_scalar(&out, item) && good;
        }
    json_decref(list);
    if (good)
        return text_value(values, &out);
    text_free(&out);
    return template_unresolved("Fn::Join");
}

static json_t *resolve_select(struct template_values *values, json_t *argument)
{
    json_t *index = json_array_get(argument, 0), *list = template_resolve(values, json_array_get(argument, 1));
    long long number = json_is_string(index) ? strtoll(json_string_value(index), NULL, 10) : json_integer_value(index);
    bool known = json_is_string(index) || json_is_integer(index);
    json_t *value = known && number >= 0 ? json_incref(json_array_get(list, (size_t)number)) : NULL;
    json_decref(list);
    return value != NULL ? value : template_unresolved("Fn::Select");
}

json_t *template_function_argument(json_t *value, const char *name)
{
    return json_object_size(value) == 1 ? json_object_get(value, name) : NULL;
}

/* The value depends on which member of the map the reference selects. With a DefaultValue, it may be none of them. */
static void ask_for_key(struct template_values *values, json_t *argument, json_t *key, json_t *map)
{
    const char *name = json_string_value(template_function_argument(key, "Ref"));
    size_t count = json_object_size(map);
    if (name == NULL || values->constants_only || values->asked != NULL || count == 0 || count > MOST_BRANCHES ||
        json_object_get(json_array_get(argument, 3), "DefaultValue") != NULL)
        return;
    values->asked = name;
    values->choices = map;
}

static json_t *resolve_map(struct template_values *values, json_t *argument)
{
    json_t *found = values->mappings;
    bool known = true; /* an unknown key may be any member of the map */
    for (size_t i = 0; i < 3; i++) {
        json_t *key = template_resolve(values, json_array_get(argument, i));
        bool given = json_is_string(key) && !template_is_unresolved(json_string_value(key));
        if (known && !given)
            ask_for_key(values, argument, json_array_get(argument, i), found);
        known = known && given;
        found = json_is_string(key) ? json_object_get(found, json_string_value(key)) : NULL;
        json_decref(key);
    }
    if (found != NULL)
        return json_incref(found);
    json_t *standard = template_resolve(values, json_object_get(json_array_get(argument, 3), "DefaultValue"));
    if (standard != NULL && known)
        return standard;
    json_decref(standard);
    return template_unresolved("Fn::FindInMap");
}

/* The value as JSON. */
static json_t *resolve_text_of(struct template_values *values, json_t *argument)
{
    json_t *value = template_resolve(values, argument);
    if (value == NULL)
        return template_unresolved("Fn::ToJsonString");
    char *words = json_words(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct text text = {0};
    text_append_string(&text, words);
    free(words);
    json_decref(value);
    return text_value(values, &text);
}

static json_t *resolve_split(struct template_values *values, json_t *argument)
{
    const char *separator = json_string_value(json_array_get(argument, 0));
    json_t *text = template_resolve(values, json_array_get(argument, 1)), *list = NULL;
    if (separator != NULL && separator[0] != '\0' && json_is_string(text) &&
        !template_is_unresolved(json_string_value(text)))
        list = split(json_string_value(text), separator, false);
    json_decref(text);
    return list != NULL ? list : template_unresolved("Fn::Split");
}

static json_t *resolve_if(struct template_values *values, json_t *argument)
{
    json_t *branch = template_branch_of(values, argument);
    return branch != NULL ? template_resolve(values, branch) : template_unresolved("Fn::If");
}

/* ---- any value */

static json_t *resolve_reference(struct template_values *values, json_t *argument)
{
    return json_is_string(argument) ? resolve_ref(values, json_string_value(argument)) : template_unresolved("Ref");
}

static const struct {
    const char *name;
    json_t *(*resolve)(struct template_values *values, json_t *argument);
} functions[] = {
    {"Ref", resolve_reference},   {"Fn::GetAtt", resolve_get_att}, {"Fn::Sub", resolve_sub},
    {"Fn::Join", resolve_join},   {"Fn::Select", resolve_select},  {"Fn::FindInMap", resolve_map},
    {"Fn::Split", resolve_split}, {"Fn::If", resolve_if},          {"Fn::ToJsonString", resolve_text_of},
};

static json_t *resolve_function(struct template_values *values, const char *name, json_t *argument)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (strcmp(functions[i].name, name) == 0)
            return functions[i].resolve(values, argument);
    return template_unresolved(name);
}

static json_t *resolve_members(struct template_values *values, json_t *object)
{
    json_t *result = json_object(), *member;
    const char *name;
    json_object_foreach(object, name, member)
    {
        json_t *value = template_resolve(values, member);
        if (value != NULL)
            json_put(result, name, value);
    }
    return result;
}

static json_t *resolve_elements(struct template_values *values, json_t *array)
{
    json_t *result = json_array(), *element;
    size_t i;
    json_array_foreach(array, i, element)
    {
        json_t *value = template_resolve(values, element);
        if (value != NULL)
            json_add(result, value);
    }
    return result;
}

json_t *template_resolve(struct template_values *values, json_t *value)
{
    json_t *result = NULL;
    const char *name;
    json_t *argument;
    bool function = false;
    if (value == NULL)
        return NULL;
    if (values->depth >= DEEPEST || ++values->steps > MOST_STEPS)
        return template_unresolved("nested too deeply");
    values->depth++;
    if (json_object_size(value) == 1)
        json_object_foreach(value, name, argument) if (!function && (strcmp(name, "Ref") == 0 ||
                                                                     strncmp(name, "Fn::", strlen("Fn::")) == 0))
        {
            function = true;
            result = resolve_function(values, name, argument);
        }
    if (!function)
        result = json_is_object(value)  ? resolve_members(values, value)
                 : json_is_array(value) ? resolve_elements(values, value)
                                        : json_incref(value);
    values->depth--;
    return result;
}
