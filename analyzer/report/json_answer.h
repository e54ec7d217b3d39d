/*
 * json_answer: answers in JSON. All begin the same way, and list the gaps of the answer.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_JSON_ANSWER_H
#define ROLECHAIN_ANALYZER_REPORT_JSON_ANSWER_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/command_line/command.h"
#include "analyzer/report/json_writer.h"
#include <jansson.h>

/* Prints one value, pretty, with all lines after the first indented: a whole answer, or a part of one that is too long
 * to build in memory. On a terminal, unsafe characters are escaped (text_append_json). Drops the reference. */
void json_print_inside(struct output *output, int indent, json_t *value);

/* An answer with a very long list: each element is printed when it is ready. Begins and ends like other answers; names
 * must not need escapes. One list at a time. */
struct json_stream {
    struct output *output;
    size_t items; /* in the open list */
};
void json_stream_begin(struct json_stream *stream, struct output *output, const char *command, int version);
void json_stream_put(struct json_stream *stream, const char *name, json_t *value);
void json_stream_list(struct json_stream *stream, const char *name);
void json_stream_add(struct json_stream *stream, json_t *value);
/* The same for an element that is already written, at depth two. */
void json_stream_add_written(struct json_stream *stream, const struct json_writer *member);
void json_stream_list_end(struct json_stream *stream);
void json_stream_end(struct json_stream *stream, struct analysis *analysis);

/* {"rolechain": version, "command": …}. The version of a command's answers is also in its schema in schema/. It rises
 * when a member is renamed or changes its meaning; new members do not raise it. */
json_t *json_answer(const char *command, int version);

/* The sentences of analysis_gaps. */
json_t *json_gaps(struct analysis *analysis);

/* The whole answer of a command: adds "gaps", prints, drops the reference. */
void json_print(struct analysis *analysis, struct output *output, json_t *answer);

#endif
