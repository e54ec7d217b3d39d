#include "ingest/policy/policy_json.h"

#include "ingest/policy/policy_duplicates.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- making trees */

static struct policy_json *make(struct arena *arena, enum policy_json_type type)
{
    struct policy_json *value = arena_allocate(arena, sizeof *value);
    value->type = type;
    return value;
}

static void append(struct policy_json *container, struct policy_json *value)
{
    if (container->last != NULL)
        container->last->next = value;
    else
        container->first = value;
    container->last = value;
    container->count++;
}

struct policy_json *policy_json_add(struct arena *arena, struct policy_json *array, enum policy_json_type type)
{
    struct policy_json *value = make(arena, type);
    append(array, value);
    return value;
}

struct policy_json *policy_json_add_text(struct arena *arena, struct policy_json *array, const char *text,
                                         size_t length)
{
    struct policy_json *value = policy_json_add(arena, array, POLICY_JSON_TEXT);
    value->text = text;
    value->length = length;
    return value;
}

struct policy_json *policy_json_put(struct arena *arena, struct policy_json *object, const char *name,
                                    size_t name_length, enum policy_json_type type)
{
    struct policy_json *value = policy_json_add(arena, object, type);
    value->name = name;
    value->name_length = name_length;
    return value;
}

/* ---- ordinary documents */

/* Deeper documents, and objects with more members, are left to jansson. */
enum { DEEPEST = 16, MOST_MEMBERS = 32 };

struct ordinary_reader {
    struct arena *arena;
    char *at; /* in a copy of the text, in which strings are terminated in place; a NUL follows it */
    int depth;
};

static void skip_space(struct ordinary_reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r')
        reader->at++;
}

/* Skips the character and the white space after it. */
static bool pass(struct ordinary_reader *reader, char c)
{
    if (*reader->at != c)
        return false;
    reader->at++;
    skip_space(reader);
    return true;
}

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static bool read_string(struct ordinary_reader *reader, const char **text, size_t *length)
{
    if (*reader->at != '"')
        return false;
    char *at = reader->at + 1;
    *text = at;
    while (is_plain(*at))
        at++;
    if (*at != '"')
        return false;
    *length = (size_t)(at - *text);
    *at = '\0';
    reader->at = at + 1;
    skip_space(reader);
    return true;
}

static bool read_word(struct ordinary_reader *reader, struct policy_json *value, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(reader->at, word, length) != 0)
        return false;
    value->text = word;
    value->length = length;
    reader->at += length;
    skip_space(reader);
    return true;
}

/* As many digits as any 64-bit number has. */
static bool read_number(struct ordinary_reader *reader, struct policy_json *value)
{
    size_t length = strspn(reader->at, "0123456789");
    if (length == 0 || length > 18 || (length > 1 && *reader->at == '0') ||
        (reader->at[length] != '\0' && strchr(".eE", reader->at[length]) != NULL))
        return false;
    value->type = POLICY_JSON_SCALAR;
    value->text = arena_copy_text(reader->arena, reader->at, length);
    value->length = length;
    reader->at += length;
    skip_space(reader);
    return true;
}

static bool read_value(struct ordinary_reader *reader, struct policy_json *value);

static bool read_array(struct ordinary_reader *reader, struct policy_json *array)
{
    array->type = POLICY_JSON_ARRAY;
    if (pass(reader, ']'))
        return true;
    do {
        struct policy_json *element = policy_json_add(reader->arena, array, POLICY_JSON_NULL);
        if (!read_value(reader, element))
            return false;
    } while (pass(reader, ','));
    return pass(reader, ']');
}

static bool read_object(struct ordinary_reader *reader, struct policy_json *object)
{
    const char *name;
    size_t length;
    object->type = POLICY_JSON_OBJECT;
    if (pass(reader, '}'))
        return true;
    do {
        if (!read_string(reader, &name, &length) || object->count == MOST_MEMBERS ||
            policy_json_member(object, name, length) != NULL || !pass(reader, ':'))
            return false;
        struct policy_json *member = policy_json_put(reader->arena, object, name, length, POLICY_JSON_NULL);
        if (!read_value(reader, member))
            return false;
    } while (pass(reader, ','));
    return pass(reader, '}');
}

static bool read_container(struct ordinary_reader *reader, struct policy_json *value, char first)
{
    if (++reader->depth > DEEPEST)
        return false;
    reader->at++;
    skip_space(reader);
    bool good = first == '{' ? read_object(reader, value) : read_array(reader, value);
    reader->depth--;
    return good;
}

static bool read_value(struct ordinary_reader *reader, struct policy_json *value)
{
    switch (*reader->at) {
    case '"':
        value->type = POLICY_JSON_TEXT;
        return read_string(reader, &value->text, &value->length);
    case '{':
    case '[':
        return read_container(reader, value, *reader->at);
    case 't':
        value->type = POLICY_JSON_SCALAR;
        return read_word(reader, value, "true");
    case 'f':
        value->type = POLICY_JSON_SCALAR;
        return read_word(reader, value, "false");
    case 'n':
        return read_word(reader, value, "null");
    default:
        return read_number(reader, value);
    }
}

struct policy_json *policy_json_read(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_copy_text(arena, text, length);
    struct ordinary_reader reader = {.arena = arena, .at = copy};
    struct policy_json *root = make(arena, POLICY_JSON_NULL);
    skip_space(&reader);
    bool good = *reader.at == '{' && read_value(&reader, root) && reader.at == copy + length;
    return good ? root : NULL;
}

/* ---- jansson's trees */

static void convert(struct arena *arena, const json_t *from, struct policy_json *value);

static void convert_members(struct arena *arena, const json_t *from, struct policy_json *object)
{
    const char *name;
    json_t *item;
    object->type = POLICY_JSON_OBJECT;
    json_object_foreach((json_t *)from, name, item)
    {
        const char *copy = arena_copy_text(arena, name, strlen(name));
        struct policy_json *member = policy_json_put(arena, object, copy, policy_name_length(copy), POLICY_JSON_NULL);
        member->repeated = policy_is_repeated(copy);
        convert(arena, item, member);
    }
}

static void convert_scalar(struct arena *arena, const json_t *from, struct policy_json *value)
{
    char number[64];
    if (json_is_integer(from))
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(from));
    else if (json_is_real(from))
        snprintf(number, sizeof number, "%.17g", json_real_value(from));
    else
        snprintf(number, sizeof number, "%s", json_is_true(from) ? "true" : "false");
    value->type = POLICY_JSON_SCALAR;
    value->length = strlen(number);
    value->text = arena_copy_text(arena, number, value->length);
}

static void convert(struct arena *arena, const json_t *from, struct policy_json *value)
{
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        convert_members(arena, from, value);
        break;
    case JSON_ARRAY:
        value->type = POLICY_JSON_ARRAY;
        for (size_t i = 0; i < json_array_size(from); i++)
            convert(arena, json_array_get(from, i), policy_json_add(arena, value, POLICY_JSON_NULL));
        break;
    case JSON_STRING:
        value->type = POLICY_JSON_TEXT;
        value->length = json_string_length(from);
        value->text = arena_copy_text(arena, json_string_value(from), value->length);
        break;
    case JSON_NULL:
        break;
    default:
        convert_scalar(arena, from, value);
    }
}

struct policy_json *policy_json_convert(struct arena *arena, const json_t *value)
{
    struct policy_json *root = make(arena, POLICY_JSON_NULL);
    convert(arena, value, root);
    return root;
}

static json_t *as_jansson(const struct policy_json *value)
{
    json_t *made;
    switch (value->type) {
    case POLICY_JSON_OBJECT:
        made = json_object();
        for (const struct policy_json *member = value->first; member != NULL; member = member->next)
            json_put(made, member->name, as_jansson(member));
        return made;
    case POLICY_JSON_ARRAY:
        made = json_array();
        for (const struct policy_json *element = value->first; element != NULL; element = element->next)
            json_add(made, as_jansson(element));
        return made;
    case POLICY_JSON_TEXT:
        return json_text(value->text);
    case POLICY_JSON_SCALAR: /* in an ordinary text: a whole number, or one of two words */
        if (value->text[0] == 't' || value->text[0] == 'f')
            return json_boolean(value->text[0] == 't');
        return json_integer(strtoll(value->text, NULL, 10));
    default:
        return json_null();
    }
}

json_t *policy_json_load(const char *text, size_t length, size_t flags)
{
    struct arena arena = {0};
    const struct policy_json *root = policy_json_read(&arena, text, length);
    json_t *value = root != NULL ? as_jansson(root) : json_loadb(text, length, flags, NULL);
    arena_free(&arena);
    return value;
}

/* ---- searching */

struct policy_json *policy_json_member(const struct policy_json *object, const char *name, size_t name_length)
{
    if (object == NULL || object->type != POLICY_JSON_OBJECT)
        return NULL;
    for (struct policy_json *member = object->first; member != NULL; member = member->next)
        if (member->name_length == name_length && !member->repeated && memcmp(member->name, name, name_length) == 0)
            return member;
    return NULL;
}

bool policy_json_is_named(const struct policy_json *member, const char *name)
{
    return strlen(name) == member->name_length && memcmp(member->name, name, member->name_length) == 0;
}

/* ---- writing */

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(const struct policy_json *const *)a)->name, (*(const struct policy_json *const *)b)->name);
}

static void write_members(const struct policy_json *object, struct text *out)
{
    const struct policy_json *few[16], **order = few;
    size_t count = 0;
    if (object->count > sizeof few / sizeof few[0])
        order = memory_get(object->count * sizeof *order);
    for (const struct policy_json *member = object->first; member != NULL; member = member->next)
        order[count++] = member;
    qsort(order, count, sizeof *order, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_append_char(out, ',');
        json_append_quoted(out, order[i]->name, order[i]->name_length);
        text_append_char(out, ':');
        policy_json_write(order[i], out);
    }
    if (order != few)
        free(order);
}

void policy_json_write(const struct policy_json *value, struct text *out)
{
    switch (value->type) {
    case POLICY_JSON_OBJECT:
        text_append_char(out, '{');
        write_members(value, out);
        text_append_char(out, '}');
        break;
    case POLICY_JSON_ARRAY:
        text_append_char(out, '[');
        for (const struct policy_json *element = value->first; element != NULL; element = element->next) {
            if (element != value->first)
                text_append_char(out, ',');
            policy_json_write(element, out);
        }
        text_append_char(out, ']');
        break;
    case POLICY_JSON_TEXT:
        json_append_quoted(out, value->text, value->length);
        break;
    case POLICY_JSON_SCALAR:
        text_append(out, value->text, value->length);
        break;
    case POLICY_JSON_NULL:
        text_append_string(out, "null");
    }
}
