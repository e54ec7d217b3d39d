#include "tests/bench/json_writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *reserve(struct json_writer *writer, size_t length)
{
    if (writer->length + length > writer->room) {
        size_t room = (writer->length + length) * 2 + 4096;
        char *text = realloc(writer->text, room);
        if (text == NULL) {
            fputs("out of memory\n", stderr);
            exit(1);
        }
        writer->text = text;
        writer->room = room;
    }
    return writer->text + writer->length;
}

static void append(struct json_writer *writer, const char *text, size_t length)
{
    memcpy(reserve(writer, length), text, length);
    writer->length += length;
}

static void new_line(struct json_writer *writer)
{
    if (writer->compact)
        return;
    size_t length = 1 + 4 * (size_t)writer->depth;
    char *to = reserve(writer, length);
    to[0] = '\n';
    memset(to + 1, ' ', length - 1);
    writer->length += length;
}

/* Writes what comes before a value: comma, newline, indentation, key. */
static void begin_value(struct json_writer *writer, const char *key)
{
    if (writer->inside)
        append(writer, ",", 1);
    if (writer->depth > 0)
        new_line(writer);
    if (key != NULL) {
        append(writer, "\"", 1);
        append(writer, key, strlen(key));
        append(writer, writer->compact ? "\":" : "\": ", writer->compact ? 2 : 3);
    }
    writer->inside = true;
}

void json_open(struct json_writer *writer, const char *key, char bracket)
{
    begin_value(writer, key);
    append(writer, &bracket, 1);
    writer->depth++;
    writer->inside = false;
}

void json_close(struct json_writer *writer, char bracket)
{
    writer->depth--;
    if (writer->inside)
        new_line(writer);
    append(writer, &bracket, 1);
    writer->inside = true;
}

void json_text(struct json_writer *writer, const char *key, const char *text)
{
    begin_value(writer, key);
    append(writer, "\"", 1);
    while (*text != '\0') {
        size_t plain = strcspn(text, "\"\\");
        append(writer, text, plain);
        text += plain;
        if (*text != '\0') {
            const char escaped[2] = {'\\', *text++};
            append(writer, escaped, 2);
        }
    }
    append(writer, "\"", 1);
}

void json_format(struct json_writer *writer, const char *key, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text) {
        fprintf(stderr, "a value is longer than %zu: %s\n", sizeof text - 1, text);
        exit(1);
    }
    json_text(writer, key, text);
}

void json_bare(struct json_writer *writer, const char *key, const char *text)
{
    begin_value(writer, key);
    append(writer, text, strlen(text));
}

void json_restart(struct json_writer *writer)
{
    writer->length = 0;
    writer->depth = 0;
    writer->inside = false;
}

bool json_save(const struct json_writer *writer, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    bool good = fwrite(writer->text, 1, writer->length, file) == writer->length;
    good = fputc('\n', file) != EOF && good;
    return fclose(file) == 0 && good;
}
