#include "ingest/support/text.h"

#include "ingest/support/arena.h"
#include "ingest/support/array.h"
#include "ingest/support/format.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 120u

static void reserve(struct text *text, size_t more)
{
    if (more > SIZE_MAX / 2)
        memory_exhausted();
    size_t needed = text->length + more + 1;
    ARRAY_RESERVE(text->data, needed > FIRST_ROOM ? needed : FIRST_ROOM, text->capacity);
}

void text_reserve(struct text *text, size_t more)
{
    reserve(text, more);
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

bool text_append_file(struct text *text, FILE *file, size_t most)
{
    char buffer[4096];
    size_t size, length = 0;
    errno = 0;
    text_append(text, "", 0);
    while (length <= most && (size = fread(buffer, 1, sizeof buffer, file)) > 0) {
        text_append(text, buffer, size);
        length += size;
    }
    if (length > most)
        errno = EFBIG;
    return length <= most && !ferror(file);
}

void text_append_string(struct text *text, const char *string)
{
    if (string != NULL)
        text_append(text, string, strlen(string));
}

void text_append_char(struct text *text, char c)
{
    if (text->capacity - text->length < 2 || text->data == NULL)
        reserve(text, 1);
    text->data[text->length++] = c;
    text->data[text->length] = '\0';
}

void text_append_arguments(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    reserve(text, 63);
    va_copy(again, arguments);
    size_t room = text->capacity - text->length;
    int length = format_arguments(text->data + text->length, room, format, arguments);
    if (length >= 0 && (size_t)length >= room) {
        text->data[text->length] = '\0';
        reserve(text, (size_t)length);
        format_arguments(text->data + text->length, (size_t)length + 1, format, again);
    }
    if (length < 0)
        memory_exhausted();
    text->length += (size_t)length;
    text->data[text->length] = '\0';
    va_end(again);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_append_arguments(text, format, arguments);
    va_end(arguments);
}

const char *text_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

size_t text_decode(const char *string, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)string;
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >> 3 == 30 ? 4 : 0;
    if (length <= 1) {
        *code = at[0];
        return length;
    }
    *code = at[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (at[i] & 0x3F);
    }
    bool surrogate = *code >= 0xD800 && *code < 0xE000;
    return *code < smallest[length] || *code > 0x10FFFF || surrogate ? 0 : length;
}

bool text_is_treacherous(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
           (code >= 0xE0000 && code <= 0xE007F);
}

void text_append_printable(struct text *text, const char *string)
{
    const unsigned char *at = (const unsigned char *)string;
    while (at != NULL && *at != '\0') {
        uint32_t code = 0;
        size_t length = 0;
        while (at[length] >= 0x20 && at[length] < 0x7F)
            length++;
        if (length > 0) {
            text_append(text, (const char *)at, length);
            at += length;
            continue;
        }
        length = text_decode((const char *)at, &code);
        if (length == 0) {
            text_format(text, "\\x%02X", *at);
            at++;
            continue;
        }
        if (!text_is_treacherous(code))
            text_append(text, (const char *)at, length);
        else if (code < 0x80)
            text_format(text, "\\x%02X", (unsigned)code);
        else
            text_format(text, "\\u{%04X}", (unsigned)code);
        at += length;
    }
}

char *text_release(struct text *text)
{
    if (text->data == NULL)
        text_append(text, "", 0);
    char *data = text->data;
    *text = (struct text){0};
    return data;
}

char *text_keep(struct text *text, struct arena *arena)
{
    char *kept = arena_copy_text(arena, text->data != NULL ? text->data : "", text->length);
    text_free(text);
    return kept;
}

void text_free(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

int text_prefix(const char *text, int most)
{
    int length = (int)strnlen(text, (size_t)most);
    if (length == most)
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    return length;
}
