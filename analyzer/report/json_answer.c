#include "analyzer/report/json_answer.h"

#include "analyzer/report/escape.h"
#include "ingest/support/json_build.h"
#include <string.h>

struct indented {
    const struct output *output;
    int indent;
    struct text raw, shown;
};

/* More than any part is indented. */
static const char blanks[] = "                ";

static int write_indented(const char *bytes, size_t length, void *context)
{
    struct indented *to = context;
    FILE *stream = to->output->stream;
    if (to->output->terminal) {
        to->raw.length = to->shown.length = 0;
        text_append(&to->raw, bytes, length);
        text_append_json(&to->shown, to->raw.data != NULL ? to->raw.data : "");
        bytes = to->shown.data != NULL ? to->shown.data : "";
        length = to->shown.length;
    }
    for (const char *end; (end = memchr(bytes, '\n', length)) != NULL;) {
        size_t line = (size_t)(end - bytes) + 1;
        fwrite(bytes, 1, line, stream);
        fwrite(blanks, 1, (size_t)to->indent, stream);
        bytes += line;
        length -= line;
    }
    fwrite(bytes, 1, length, stream);
    return 0;
}

void json_print_inside(struct output *output, int indent, json_t *value)
{
    struct indented to = {.output = output, .indent = indent};
    json_write(value, write_indented, &to, JSON_INDENT(2) | JSON_ENCODE_ANY);
    text_free(&to.raw);
    text_free(&to.shown);
    json_decref(value);
}

json_t *json_answer(const char *command)
{
    json_t *answer = json_object();
    json_put(answer, "rolechain", json_integer(1));
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
