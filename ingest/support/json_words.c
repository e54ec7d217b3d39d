#include "ingest/support/json_words.h"

#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- scalars */

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether one of eight bytes is zero. */
static bool has_zero(uint64_t bytes)
{
    return ((bytes - EIGHT(1)) & ~bytes & EIGHT(0x80)) != 0;
}

/* Whether a byte needs no escape in a JSON string. */
static bool is_plain(char c)
{
    return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* How many such bytes the string begins with. */
static size_t plain_length(const char *string, size_t length)
{
    size_t plain = 0;
    uint64_t bytes;
    for (; length - plain >= sizeof bytes; plain += sizeof bytes) {
        memcpy(&bytes, string + plain, sizeof bytes);
        bool control = ((bytes - EIGHT(' ')) & ~bytes & EIGHT(0x80)) != 0;
        if (control || has_zero(bytes ^ EIGHT('"')) || has_zero(bytes ^ EIGHT('\\')))
            break;
    }
    while (plain < length && is_plain(string[plain]))
        plain++;
    return plain;
}

static void append_escaped(struct text *text, char c)
{
    static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = c != '\0' ? strchr(escaped, c) : NULL;
    if (at != NULL) {
        text_append_char(text, '\\');
        text_append_char(text, letters[at - escaped]);
    } else {
        text_format(text, "\\u%04X", (unsigned)c);
    }
}

/* For texts of such bytes only. */
static void append_plain(struct text *text, const char *string, size_t length)
{
    text_reserve(text, length + 2);
    char *at = text->data + text->length;
    *at = '"';
    memcpy(at + 1, string, length);
    at[length + 1] = '"';
    at[length + 2] = '\0';
    text->length += length + 2;
}

void json_append_quoted(struct text *text, const char *string, size_t length)
{
    if (plain_length(string, length) == length) {
        append_plain(text, string, length);
        return;
    }
    text_append_char(text, '"');
    for (size_t i = 0; i < length; i++) {
        size_t plain = plain_length(string + i, length - i);
        text_append(text, string + i, plain);
        i += plain;
        if (i < length)
            append_escaped(text, string[i]);
    }
    text_append_char(text, '"');
}

static void append_integer(struct text *text, json_int_t number)
{
    char digits[32], *at = digits + sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (number < 0)
        *--at = '-';
    text_append(text, at, (size_t)(digits + sizeof digits - at));
}

static int append_piece(const char *piece, size_t length, void *text)
{
    text_append(text, piece, length);
    return 0;
}

void json_append_scalar(struct text *text, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        json_append_quoted(text, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        append_integer(text, json_integer_value(value));
        break;
    case JSON_TRUE:
        text_append_string(text, "true");
        break;
    case JSON_FALSE:
        text_append_string(text, "false");
        break;
    case JSON_NULL:
        text_append_string(text, "null");
        break;
    default:
        json_write(value, append_piece, text, JSON_ENCODE_ANY);
    }
}

/* ---- arrays and objects */

struct member {
    const char *name;
    json_t *value;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static void append_member(struct text *text, const struct member *member, bool sorted)
{
    json_append_quoted(text, member->name, strlen(member->name));
    text_append_char(text, ':');
    json_append_compact(text, member->value, sorted);
}

static void append_sorted(struct text *text, json_t *object)
{
    struct member few[16], *members = few;
    size_t count = 0;
    const char *name;
    json_t *value;
    if (json_object_size(object) > sizeof few / sizeof few[0])
        members = memory_zeroed(json_object_size(object), sizeof *members);
    json_object_foreach(object, name, value) members[count++] = (struct member){name, value};
    qsort(members, count, sizeof *members, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_append_char(text, ',');
        append_member(text, &members[i], true);
    }
    if (members != few)
        free(members);
}

static void append_members(struct text *text, json_t *object)
{
    const char *name;
    json_t *value;
    bool first = true;
    json_object_foreach(object, name, value)
    {
        if (!first)
            text_append_char(text, ',');
        append_member(text, &(struct member){name, value}, false);
        first = false;
    }
}

void json_append_compact(struct text *text, const json_t *value, bool sorted)
{
    if (json_is_object(value)) {
        text_append_char(text, '{');
        if (sorted)
            append_sorted(text, (json_t *)value);
        else
            append_members(text, (json_t *)value);
        text_append_char(text, '}');
    } else if (json_is_array(value)) {
        text_append_char(text, '[');
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (i > 0)
                text_append_char(text, ',');
            json_append_compact(text, json_array_get(value, i), sorted);
        }
        text_append_char(text, ']');
    } else {
        json_append_scalar(text, value);
    }
}

#define ORDINARY 1000u /* bytes, typical for a policy */

char *json_words(const json_t *value, size_t flags)
{
    struct text text = {0};
    text_reserve(&text, ORDINARY);
    if ((flags & JSON_COMPACT) != 0 && (flags & ~(size_t)(JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY)) == 0)
        json_append_compact(&text, value, (flags & JSON_SORT_KEYS) != 0);
    else
        json_write(value, append_piece, &text, flags);
    return text_release(&text);
}
