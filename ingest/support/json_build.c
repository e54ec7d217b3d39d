#include "ingest/support/json_build.h"

#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>

static _Noreturn void impossible(const char *what)
{
    char *message = memory_print("internal error: %s", what);
    memory_end(message);
}

/* The text with what is not UTF-8 as \xNN. */
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

json_t *json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *value = json_string(text);
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
    if (json_object_set(object, key, value) != 0) {
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

char *json_words(const json_t *value, size_t flags)
{
    char *words = json_dumps(value, flags);
    if (words == NULL)
        impossible("a value that cannot be written as JSON");
    return words;
}
