/*
 * json_writer: JSON as jansson prints it with an indent of two, written piece by piece, so that answers with very many
 * rows need no tree. Write names and values in order; close what you open.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_JSON_WRITER_H
#define ROLECHAIN_ANALYZER_REPORT_JSON_WRITER_H

#include "ingest/support/text.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether the text can stand between quotes in JSON without escapes. */
bool json_is_plain(const char *text);

/* Zero-initialise; free `text`. */
struct json_writer {
    struct text text;
    uint32_t depth;
    bool filled; /* the open object or array has a member already */
    bool named;  /* the name of the next value has been written */
};

/* '{' or '[', and the matching one. */
void json_writer_open(struct json_writer *writer, char bracket);
void json_writer_close(struct json_writer *writer, char bracket);
/* The name of the next value. */
void json_writer_name(struct json_writer *writer, const char *name);
void json_writer_text(struct json_writer *writer, const char *text);
void json_writer_number(struct json_writer *writer, uint64_t number);
/* A value that is neither an object nor an array. */
void json_writer_value(struct json_writer *writer, const json_t *value);
/* A list of strings, which are borrowed. */
void json_writer_texts(struct json_writer *writer, const json_t *texts);

#endif
