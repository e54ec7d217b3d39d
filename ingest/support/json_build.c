#include "ingest/support/json_build.h"

#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void impossible(const char *what)
{
    char *message = memory_print("internal error: %s", what);
    memory_end(message);
}

/* The text, with bytes that are not UTF-8 as \xNN. */
static char *as_utf8(const char *string)
{
    struct text text = {0};
    while (*string != '\0') {
        uint32_t code;
        size_t length = text_decode(string, &code);
        if (length > 0)
            text_append(&text, string, length);
        else
            text_format(&text, "\\x%02X", (unsigned char)*string);
        string += length > 0 ? length : 1;
    }
    return text_release(&text);
}

bool json_is_ascii(const char *text, size_t length)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t eight = 0;
    for (; length >= sizeof eight; text += sizeof eight, length -= sizeof eight) {
        memcpy(&eight, text, sizeof eight);
        if ((eight & high) != 0)
            return false;
    }
    eight = 0;
    memcpy(&eight, text, length);
    return (eight & high) == 0;
}

json_t *json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    size_t length = strlen(text);
    json_t *value = json_is_ascii(text, length) ? json_stringn_nocheck(text, length) : json_stringn(text, length);
    if (value != NULL)
        return value;
    char *mended = as_utf8(text);
    value = json_string(mended);
    free(mended);
    if (value == NULL)
        impossible("text that is not UTF-8");
    return value;
}

json_t *json_text_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = memory_print_arguments(format, arguments);
    va_end(arguments);
    json_t *value = json_text(text);
    free(text);
    return value;
}

void json_put(json_t *object, const char *key, json_t *value)
{
    int failed = json_is_ascii(key, strlen(key)) ? json_object_set_nocheck(object, key, value)
                                                 : json_object_set(object, key, value);
    if (failed != 0) {
        char *mended = as_utf8(key);
        if (json_object_set(object, mended, value) != 0)
            impossible("a member that cannot be added to a JSON object");
        free(mended);
    }
    json_decref(value);
}

void json_add(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        impossible("a value that cannot be added to a JSON array");
}

json_t *json_object_of(const char *key, json_t *value)
{
    json_t *object = json_object();
    json_put(object, key, value);
    return object;
}

json_t *json_list_of(json_t *value)
{
    json_t *list = json_array();
    json_add(list, value);
    return list;
}

void json_insert(json_t *array, size_t place, json_t *value)
{
    if (json_array_insert_new(array, place, value) != 0)
        impossible("a value that cannot be added to a JSON array");
}

void json_replace(json_t *array, size_t place, json_t *value)
{
    if (json_array_set_new(array, place, value) != 0)
        impossible("a value that cannot be put into a JSON array");
}

void json_add_all(json_t *array, json_t *values)
{
    if (json_array_extend(array, values) != 0)
        impossible("values that cannot be added to a JSON array");
}

void json_put_all(json_t *object, json_t *members)
{
    if (json_object_update(object, members) != 0)
        impossible("members that cannot be added to a JSON object");
}

json_t *json_like(const json_t *value)
{
    if (json_is_array(value)) {
        json_t *array = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_add(array, json_like(json_array_get(value, i)));
        return array;
    }
    if (!json_is_object(value))
        return json_incref((json_t *)value);
    json_t *object = json_object(), *member;
    const char *name;
    json_object_foreach((json_t *)value, name,
                        member) if (json_object_set_new_nocheck(object, name, json_like(member)) != 0)
        impossible("a member that cannot be added to a JSON object");
    return object;
}

json_t *json_listed(json_t *value)
{
    json_t *list = json_array();
    if (json_is_array(value))
        json_add_all(list, value);
    else if (value != NULL)
        json_add(list, json_incref(value));
    return list;
}

void json_put_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL)
        json_put(object, key, json_text(text));
}

void json_write(const json_t *value, json_dump_callback_t write, void *context, size_t flags)
{
    if (json_dump_callback(value, write, context, flags) != 0)
        impossible("a value that cannot be written as JSON");
}
