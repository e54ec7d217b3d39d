#include "analyzer/report/json_answer.h"

#include "analyzer/report/escape.h"
#include "ingest/support/json_build.h"
#include <string.h>

/* Answers are written to the stream in parts of about this size. */
#define PART 65536u

static void print_written(struct output *output, struct json_writer *writer)
{
    struct text shown = {0};
    if (writer->text.length == 0)
        return;
    if (output->terminal) {
        text_append_json(&shown, writer->text.data);
        fwrite(shown.data, 1, shown.length, output->stream);
        text_free(&shown);
    } else {
        fwrite(writer->text.data, 1, writer->text.length, output->stream);
    }
    writer->text.length = 0;
}

static void write_value(struct output *output, struct json_writer *writer, json_t *value)
{
    const char *name;
    json_t *member;
    size_t i;
    if (writer->text.length > PART)
        print_written(output, writer);
    if (json_is_object(value)) {
        json_writer_open(writer, '{');
        json_object_foreach(value, name, member)
        {
            json_writer_name(writer, name);
            write_value(output, writer, member);
        }
        json_writer_close(writer, '}');
    } else if (json_is_array(value)) {
        json_writer_open(writer, '[');
        json_array_foreach(value, i, member) write_value(output, writer, member);
        json_writer_close(writer, ']');
    } else {
        json_writer_value(writer, value);
    }
}

void json_print_inside(struct output *output, int indent, json_t *value)
{
    struct json_writer writer = {.depth = (uint32_t)indent / 2, .named = true};
    text_reserve(&writer.text, PART);
    write_value(output, &writer, value);
    print_written(output, &writer);
    text_free(&writer.text);
    json_decref(value);
}

/* ---- an answer that is printed while it is computed */

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

/* ---- an answer that is built in memory */

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
