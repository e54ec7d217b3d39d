/*
 * json_answer: answers in JSON. All begin alike, and say what the answer does not know.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_JSON_ANSWER_H
#define ROLECHAIN_ANALYZER_REPORT_JSON_ANSWER_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/command_line/command.h"
#include "analyzer/report/json_writer.h"
#include <jansson.h>

/* One value, pretty, whose lines after the first are indented: a whole answer, or a part of one that is too long to be
 * built whole. On a terminal what that must not see is escaped (text_append_json). Drops the reference. */
void json_print_inside(struct output *output, int indent, json_t *value);

/* An answer with very many members of a list: each is printed when it is there. Begins and ends as those that are made
 * whole; names are ours. One list at a time. */
struct json_stream {
    struct output *output;
    size_t items; /* of the list */
};
void json_stream_begin(struct json_stream *stream, struct output *output, const char *command, int version);
void json_stream_put(struct json_stream *stream, const char *name, json_t *value);
void json_stream_list(struct json_stream *stream, const char *name);
void json_stream_add(struct json_stream *stream, json_t *value);
/* The same with a member that is written: at a depth of two. */
void json_stream_add_written(struct json_stream *stream, const struct json_writer *member);
void json_stream_list_end(struct json_stream *stream);
void json_stream_end(struct json_stream *stream, struct analysis *analysis);

/* {"rolechain": version, "command": …}. The version of a command's answers, which its schema in schema/ says too,
 * rises when a member gets another name or meaning; new members leave it. */
json_t *json_answer(const char *command, int version);

/* The sentences of analysis_gaps. */
json_t *json_gaps(struct analysis *analysis);

/* A whole answer of a command: adds "gaps", prints, drops the reference. */
void json_print(struct analysis *analysis, struct output *output, json_t *answer);

#endif
