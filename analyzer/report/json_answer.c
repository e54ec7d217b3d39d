#include "analyzer/report/json_answer.h"

#include "analyzer/report/escape.h"
#include "ingest/support/json_build.h"
#include <string.h>

/* What jansson gives in very small pieces goes to the stream in larger ones. */
struct indented {
    const struct output *output;
    size_t indent;
    struct text raw, shown;
    size_t used;
    char bytes[8192];
};

static void flush(struct indented *to)
{
    fwrite(to->bytes, 1, to->used, to->output->stream);
    to->used = 0;
}

static void put(struct indented *to, const char *bytes, size_t length)
{
    if (length > sizeof to->bytes - to->used)
        flush(to);
    if (length > sizeof to->bytes) {
        fwrite(bytes, 1, length, to->output->stream);
        return;
    }
    memcpy(to->bytes + to->used, bytes, length);
    to->used += length;
}

/* More than any part is indented. */
static const char blanks[] = "                ";

static int write_indented(const char *bytes, size_t length, void *context)
{
    struct indented *to = context;
    if (to->output->terminal) {
        to->raw.length = to->shown.length = 0;
        text_append(&to->raw, bytes, length);
        text_append_json(&to->shown, to->raw.data != NULL ? to->raw.data : "");
        bytes = to->shown.data != NULL ? to->shown.data : "";
        length = to->shown.length;
    }
    for (const char *end; (end = memchr(bytes, '\n', length)) != NULL;) {
        size_t line = (size_t)(end - bytes) + 1;
        put(to, bytes, line);
        put(to, blanks, to->indent);
        bytes += line;
        length -= line;
    }
    put(to, bytes, length);
    return 0;
}

void json_print_inside(struct output *output, int indent, json_t *value)
{
    struct indented to;
    to.output = output;
    to.indent = (size_t)indent;
    to.used = 0;
    to.raw = to.shown = (struct text){0};
    json_write(value, write_indented, &to, JSON_INDENT(2) | JSON_ENCODE_ANY);
    flush(&to);
    text_free(&to.raw);
    text_free(&to.shown);
    json_decref(value);
}

/* ---- an answer that is printed while it is made */

void json_stream_begin(struct json_stream *stream, struct output *output, const char *command, int version)
{
    *stream = (struct json_stream){.output = output};
    fprintf(output->stream, "{\n  \"rolechain\": %d", version);
    json_stream_put(stream, "command", json_text(command));
}

void json_stream_put(struct json_stream *stream, const char *name, json_t *value)
{
    fprintf(stream->output->stream, ",\n  \"%s\": ", name);
    json_print_inside(stream->output, 2, value);
}

void json_stream_list(struct json_stream *stream, const char *name)
{
    fprintf(stream->output->stream, ",\n  \"%s\": [", name);
    stream->items = 0;
}

void json_stream_add(struct json_stream *stream, json_t *value)
{
    fputs(stream->items++ > 0 ? ",\n    " : "\n    ", stream->output->stream);
    json_print_inside(stream->output, 4, value);
}

void json_stream_add_written(struct json_stream *stream, const struct json_writer *member)
{
    struct text shown = {0};
    const struct text *text = &member->text;
    if (stream->output->terminal) {
        text_append_json(&shown, text->data);
        text = &shown;
    }
    fputs(stream->items++ > 0 ? ",\n    " : "\n    ", stream->output->stream);
    fwrite(text->data, 1, text->length, stream->output->stream);
    text_free(&shown);
}

void json_stream_list_end(struct json_stream *stream)
{
    fputs(stream->items > 0 ? "\n  ]" : "]", stream->output->stream);
}

void json_stream_end(struct json_stream *stream, struct analysis *analysis)
{
    json_stream_put(stream, "gaps", json_gaps(analysis));
    fputs("\n}\n", stream->output->stream);
}

/* ---- one that is made whole */

json_t *json_answer(const char *command, int version)
{
    json_t *answer = json_object();
    json_put(answer, "rolechain", json_integer(version));
    json_put(answer, "command", json_text(command));
    return answer;
}

json_t *json_gaps(struct analysis *analysis)
{
    const struct gaps *gaps = analysis_gaps(analysis);
    json_t *list = json_array();
    for (size_t i = 0; i < gaps->count; i++)
        json_add(list, json_text(gaps->list[i].sentence));
    return list;
}

void json_print(struct analysis *analysis, struct output *output, json_t *answer)
{
    json_put(answer, "gaps", json_gaps(analysis));
    json_print_inside(output, 0, answer);
    fputc('\n', output->stream);
}
