/*
 * json_writer: JSON as jansson prints it with an indent of two, written piece by piece; answers of very many rows need
 * no tree. Names and texts follow each other as they are to stand; who opens closes.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_JSON_WRITER_H
#define ROLECHAIN_ANALYZER_REPORT_JSON_WRITER_H

#include "ingest/support/text.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether the text stands in JSON as it is, between quotes. */
bool json_is_plain(const char *text);

/* Zero-initialise; free `text`. */
struct json_writer {
    struct text text;
    uint32_t depth;
    bool filled; /* what is open has a member already */
    bool named;  /* the name of the next value is written */
};

/* '{' or '[', and what closes it. */
void json_writer_open(struct json_writer *writer, char bracket);
void json_writer_close(struct json_writer *writer, char bracket);
/* The name of the next value. */
void json_writer_name(struct json_writer *writer, const char *name);
void json_writer_text(struct json_writer *writer, const char *text);
void json_writer_number(struct json_writer *writer, uint64_t number);
/* A value that is no object and no array. */
void json_writer_value(struct json_writer *writer, const json_t *value);
/* A list of texts, which are borrowed. */
void json_writer_texts(struct json_writer *writer, const json_t *texts);

#endif
