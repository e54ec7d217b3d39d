#include "analyzer/report/json_writer.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <inttypes.h>
#include <string.h>

static void begin_line(struct json_writer *writer)
{
    static const char line[] = "\n                                                                ";
    size_t indent = 2 * (size_t)writer->depth, shown = indent < sizeof line - 2 ? indent : sizeof line - 2;
    text_append(&writer->text, line, 1 + shown);
    for (; shown < indent; shown++)
        text_append_char(&writer->text, ' ');
}

/* Writes what comes before a value or a name. */
static void begin_member(struct json_writer *writer)
{
    if (writer->named) {
        writer->named = false;
        return;
    }
    if (writer->filled)
        text_append_char(&writer->text, ',');
    if (writer->depth > 0)
        begin_line(writer);
    writer->filled = true;
}

void json_writer_open(struct json_writer *writer, char bracket)
{
    begin_member(writer);
    text_append_char(&writer->text, bracket);
    writer->depth++;
    writer->filled = false;
}

void json_writer_close(struct json_writer *writer, char bracket)
{
    writer->depth--;
    if (writer->filled)
        begin_line(writer);
    text_append_char(&writer->text, bracket);
    writer->filled = true;
}

bool json_is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
            return false;
    return true;
}

static void append_quoted(struct text *to, const char *text)
{
    size_t length = strlen(text);
    if (json_is_ascii(text, length)) {
        json_append_quoted(to, text, length);
        return;
    }
    json_t *value = json_text(text); /* it may be no UTF-8 */
    json_append_scalar(to, value);
    json_decref(value);
}

void json_writer_name(struct json_writer *writer, const char *name)
{
    begin_member(writer);
    append_quoted(&writer->text, name);
    text_append(&writer->text, ": ", 2);
    writer->named = true;
}

void json_writer_text(struct json_writer *writer, const char *text)
{
    begin_member(writer);
    append_quoted(&writer->text, text);
}

void json_writer_value(struct json_writer *writer, const json_t *value)
{
    begin_member(writer);
    json_append_scalar(&writer->text, value);
}

void json_writer_number(struct json_writer *writer, uint64_t number)
{
    begin_member(writer);
    text_format(&writer->text, "%" PRIu64, number);
}

void json_writer_texts(struct json_writer *writer, const json_t *texts)
{
    json_writer_open(writer, '[');
    for (size_t i = 0; i < json_array_size(texts); i++)
        json_writer_text(writer, json_string_value(json_array_get(texts, i)));
    json_writer_close(writer, ']');
}
