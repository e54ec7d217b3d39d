#include "ingest/readers/template_values.h"

#include "ingest/policy/context_key.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* Before what is not known; a ')' stands behind it. U+FDD0, which no text has: it is no character. */
#define UNRESOLVED "\xEF\xB7\x90"

/* Functions can be nested so that texts double with each: more than this is no template that works. */
#define DEEPEST 64u
#define MOST_STEPS 2000000u
#define MOST_TEXT ((size_t)32 << 20)

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

static json_t *unresolved(const char *what)
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

/* What the parameter is taken to be; NULL: nothing. */
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
    return value != NULL ? value : unresolved(name);
}

static json_t *resolve_attribute(struct template_values *values, const char *id, const char *attribute)
{
    const struct planned_entity *entity = entity_of(values, id);
    bool arn = strcmp(attribute, "Arn") == 0 || strcmp(attribute, "PolicyArn") == 0;
    return entity != NULL && arn ? json_text(entity->arn) : unresolved(id);
}

/* "ID.Attribute" or ["ID", "Attribute"] */
static json_t *resolve_get_att(struct template_values *values, const json_t *argument)
{
    const char *text = json_string_value(argument), *id = json_string_value(json_array_get(argument, 0)),
               *attribute = json_string_value(json_array_get(argument, 1));
    const char *dot = text != NULL ? strchr(text, '.') : NULL;
    if (id != NULL && attribute != NULL)
        return resolve_attribute(values, id, attribute);
    if (dot == NULL)
        return unresolved("Fn::GetAtt");
    char *copy = memory_text_part(text, (size_t)(dot - text));
    json_t *value = resolve_attribute(values, copy, dot + 1);
    free(copy);
    return value;
}

/* ---- Fn::Sub, Fn::Join and the like */

/* The text of a scalar; NULL if it is none. */
static bool append_scalar(struct text *out, const json_t *value)
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
    json_t *value = values->written > MOST_TEXT ? unresolved("too long")
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
    if (value == NULL || !append_scalar(out, value))
        text_format(out, UNRESOLVED "%s)", name);
    json_decref(value);
}

/* "text with ${Name}" or ["text", {"Name": value}]; ${!Name} is ${Name} itself. */
static json_t *resolve_sub(struct template_values *values, json_t *argument)
{
    json_t *own = json_array_get(argument, 1);
    const char *text = json_string_value(json_is_array(argument) ? json_array_get(argument, 0) : argument);
    struct text out = {0};
    if (text == NULL)
        return unresolved("Fn::Sub");
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
            good = append_scalar(&out, item) && good;
        }
    json_decref(list);
    if (good)
        return text_value(values, &out);
    text_free(&out);
    return unresolved("Fn::Join");
}

static json_t *resolve_select(struct template_values *values, json_t *argument)
{
    json_t *index = json_array_get(argument, 0), *list = template_resolve(values, json_array_get(argument, 1));
    long long number = json_is_string(index) ? strtoll(json_string_value(index), NULL, 10) : json_integer_value(index);
    bool known = json_is_string(index) || json_is_integer(index);
    json_t *value = known && number >= 0 ? json_incref(json_array_get(list, (size_t)number)) : NULL;
    json_decref(list);
    return value != NULL ? value : unresolved("Fn::Select");
}

/* Cases that are told apart in one value: more are not known. AWS has some forty regions. */
#define MOST_BRANCHES 64u

static json_t *function_argument(json_t *value, const char *name)
{
    return json_object_size(value) == 1 ? json_object_get(value, name) : NULL;
}

/* That the value depends on which member of the map the reference names. With a DefaultValue it may be another. */
static void ask_for_key(struct template_values *values, json_t *argument, json_t *key, json_t *map)
{
    const char *name = json_string_value(function_argument(key, "Ref"));
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
    bool known = true; /* a key that is not known may be one of the map */
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
    return unresolved("Fn::FindInMap");
}

/* The value as JSON. */
static json_t *resolve_text_of(struct template_values *values, json_t *argument)
{
    json_t *value = template_resolve(values, argument);
    if (value == NULL)
        return unresolved("Fn::ToJsonString");
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
    return list != NULL ? list : unresolved("Fn::Split");
}

/* ---- conditions */

enum truth { NO, YES, OPEN };

static enum truth truth_of(struct template_values *values, json_t *condition);

/* All that hold gives YES, or one that does not NO; with the two words exchanged for Fn::Or. */
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
        bool scalars = append_scalar(&one, a) && append_scalar(&other, b);
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

/* ["CONDITION", then, else]: the branch that counts; NULL: neither is known to. */
static json_t *branch_of(struct template_values *values, json_t *argument)
{
    const char *name = json_string_value(json_array_get(argument, 0));
    bool known = false,
         holds = name != NULL && json_array_size(argument) == 3 && template_condition(values, name, &known);
    if (name != NULL && !known && values->asked == NULL)
        values->asked = name;
    return known ? json_array_get(argument, holds ? 1 : 2) : NULL;
}

static json_t *resolve_if(struct template_values *values, json_t *argument)
{
    json_t *branch = branch_of(values, argument);
    return branch != NULL ? template_resolve(values, branch) : unresolved("Fn::If");
}

/* ---- any value */

static json_t *resolve_function(struct template_values *values, const char *name, json_t *argument)
{
    if (strcmp(name, "Ref") == 0 && json_is_string(argument))
        return resolve_ref(values, json_string_value(argument));
    if (strcmp(name, "Fn::GetAtt") == 0)
        return resolve_get_att(values, argument);
    if (strcmp(name, "Fn::Sub") == 0)
        return resolve_sub(values, argument);
    if (strcmp(name, "Fn::Join") == 0)
        return resolve_join(values, argument);
    if (strcmp(name, "Fn::Select") == 0)
        return resolve_select(values, argument);
    if (strcmp(name, "Fn::FindInMap") == 0)
        return resolve_map(values, argument);
    if (strcmp(name, "Fn::ToJsonString") == 0)
        return resolve_text_of(values, argument);
    if (strcmp(name, "Fn::Split") == 0)
        return resolve_split(values, argument);
    if (strcmp(name, "Fn::If") == 0)
        return resolve_if(values, argument);
    return unresolved(name);
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
        return unresolved("nested too deep");
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

/* ---- what depends on conditions */

static void add_branch(json_t *list, json_t *value, json_t *conditions)
{
    json_t *branch = json_object();
    json_put(branch, "value", value);
    json_put(branch, "if", conditions != NULL ? json_deep_copy(conditions) : json_object());
    json_add(list, branch);
}

typedef void (*each_case)(struct template_values *values, json_t *value, json_t *list);

/* Assumes that it is so, and calls the rest. */
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

/* Calls `each` in all cases of what was asked. */
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
    const char *name = json_string_value(function_argument(value, "Ref"));
    return name != NULL && strcmp(name, "AWS::NoValue") == 0;
}

/* The cases of Fn::If as the whole value. */
static void look_through(struct template_values *values, json_t *value, json_t *list)
{
    json_t *argument = function_argument(value, "Fn::If");
    ask_nothing(values);
    json_t *branch = argument != NULL ? branch_of(values, argument) : NULL;
    if (argument == NULL || (branch == NULL && values->asked == NULL) || json_array_size(list) >= MOST_BRANCHES ||
        values->depth >= DEEPEST) {
        if (value != NULL && !is_no_value(value))
            add_branch(list, json_incref(value), values->assumed);
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

/* The cases of all conditions and keys of maps that are met anywhere in the value. */
static void resolve_cases(struct template_values *values, json_t *value, json_t *list)
{
    ask_nothing(values);
    json_t *resolved = template_resolve(values, value);
    if (values->asked != NULL && json_array_size(list) < MOST_BRANCHES && values->depth < DEEPEST)
        in_all_cases(values, value, list, resolve_cases);
    else if (resolved != NULL)
        add_branch(list, json_incref(resolved), values->assumed);
    json_decref(resolved);
}

/* Calls `each` with the conditions of the branch (NULL: none) assumed. */
static json_t *with_branch(struct template_values *values, json_t *value, const json_t *branch, each_case each)
{
    json_t *list = json_array(), *before = values->assumed, *conditions = json_object_get(branch, "if");
    values->assumed = conditions != NULL ? json_deep_copy(conditions) : json_object();
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

/* Adds what is assumed to the members of a Condition: of a condition of the template that it is true or false, of what
 * only the deployment knows that it is a text. Values are lists if `listed`, as in the normal form. */
static void add_conditions(const struct template_values *values, json_t *assumed, bool listed, json_t *condition)
{
    json_t *value;
    const char *name;
    json_object_foreach(assumed, name, value)
    {
        const char *word = json_is_string(value) ? "StringEquals" : "Bool";
        json_t *keys = json_object_get(condition, word),
               *is = json_is_string(value) ? json_incref(value) : json_text(json_is_true(value) ? "true" : "false");
        struct text key = {0};
        if (json_is_string(value))
            text_append_string(&key, name);
        else
            text_format(&key, TEMPLATE_CONDITION "/%s%s", name, values->planned->label);
        if (!json_is_object(keys))
            json_put(condition, word, keys = json_object());
        json_put(keys, key.data, listed ? json_pack("[o]", is) : is);
        text_free(&key);
    }
}

void template_provided(const struct template_values *values, const json_t *branch, struct text *out)
{
    json_t *condition = json_object();
    add_conditions(values, json_object_get(branch, "if"), true, condition);
    if (json_object_size(condition) > 0) {
        char *words = json_words(condition, JSON_COMPACT | JSON_SORT_KEYS);
        text_append_string(out, words);
        free(words);
    }
    json_decref(condition);
}

/* A statement that counts if the conditions are so. */
static json_t *conditional(const struct template_values *values, json_t *statement, json_t *conditions)
{
    json_t *copy = json_deep_copy(statement), *condition = json_object_get(copy, "Condition");
    if (!json_is_object(copy) || json_object_size(conditions) == 0 || (condition != NULL && !json_is_object(condition)))
        return copy;
    if (condition == NULL)
        json_put(copy, "Condition", condition = json_object());
    add_conditions(values, conditions, false, condition);
    return copy;
}

static void add_statements(const struct template_values *values, json_t *out, json_t *statements, json_t *conditions)
{
    json_t *statement;
    size_t i;
    if (!json_is_array(statements)) {
        json_add(out, conditional(values, statements, conditions));
        return;
    }
    json_array_foreach(statements, i, statement) json_add(out, conditional(values, statement, conditions));
}

/* All cases of one statement, or of a function that gives some. */
static void add_cases(struct template_values *values, json_t *out, json_t *statement, const json_t *branch)
{
    json_t *cases = with_branch(values, statement, branch, resolve_cases), *one;
    size_t i;
    json_array_foreach(cases, i, one)
        add_statements(values, out, json_object_get(one, "value"), json_object_get(one, "if"));
    json_decref(cases);
}

/* A document that is no function: statement by statement. */
static json_t *document_of_statements(struct template_values *values, json_t *document, const json_t *branch)
{
    json_t *statements = json_object_get(document, "Statement"), *out = json_array(), *rest = json_copy(document),
           *statement;
    size_t i;
    json_object_del(rest, "Statement");
    json_t *result = template_resolve(values, rest);
    if (json_is_array(statements))
        json_array_foreach(statements, i, statement) add_cases(values, out, statement, branch);
    else if (statements != NULL)
        add_cases(values, out, statements, branch);
    bool one = json_is_object(statements) && json_array_size(out) == 1;
    if (statements != NULL)
        json_put(result, "Statement", json_incref(one ? json_array_get(out, 0) : out));
    json_decref(out);
    json_decref(rest);
    return result;
}

static bool is_function(json_t *value)
{
    const char *name = json_object_size(value) == 1 ? json_object_iter_key(json_object_iter(value)) : "";
    return strcmp(name, "Ref") == 0 || strncmp(name, "Fn::", strlen("Fn::")) == 0;
}

/* Adds another case of the document to those before; false: it cannot be told in one document. */
static bool join_document(const struct template_values *values, json_t **whole, json_t *document, json_t *conditions)
{
    json_t *tree = json_is_string(document) ? json_loads(json_string_value(document), JSON_REJECT_DUPLICATES, NULL)
                                            : json_incref(document);
    bool good = json_is_object(tree);
    if (good && *whole == NULL && json_object_size(conditions) == 0) {
        *whole = tree;
        return true;
    }
    if (good && *whole == NULL) {
        *whole = json_copy(tree);
        json_put(*whole, "Statement", json_array());
    } else if (good) {
        json_t *a = json_object_get(*whole, "Version"), *b = json_object_get(tree, "Version");
        good = a == b || (a != NULL && b != NULL && json_equal(a, b));
    }
    if (good && json_object_get(tree, "Statement") != NULL)
        add_statements(values, json_object_get(*whole, "Statement"), json_object_get(tree, "Statement"), conditions);
    json_decref(tree);
    return good;
}

json_t *template_document(struct template_values *values, json_t *value, const json_t *branch)
{
    json_t *pieces = with_branch(values, value, branch, look_through), *piece, *whole = NULL, *last = NULL;
    bool good = true;
    size_t i, j, count = 0;
    json_array_foreach(pieces, i, piece)
    {
        json_t *raw = json_object_get(piece, "value"), *cases, *one;
        if (json_is_object(raw) && !is_function(raw)) {
            cases = json_array();
            add_branch(cases, document_of_statements(values, raw, piece), NULL);
        } else {
            cases = with_branch(values, raw, piece, resolve_cases);
        }
        json_array_foreach(cases, j, one)
        {
            json_t *document = json_object_get(one, "value");
            json_decref(last);
            last = json_incref(document);
            count++;
            good = join_document(values, &whole, document, json_object_get(one, "if")) && good;
        }
        json_decref(cases);
    }
    json_decref(pieces);
    if (!good) {
        json_decref(whole);
        /* What is no document at all is for the reader of policies. */
        bool alone = count == 1 && !(json_is_string(last) && template_is_unresolved(json_string_value(last)));
        whole = alone ? json_incref(last) : unresolved("document");
    }
    json_decref(last);
    return whole;
}
