/*
 * page_json: the data of the HTML report: compact JSON that is written while it is made, and that can stand in a script
 * element of an HTML page whatever it holds: every "<" is written as \u003c, and all but ASCII as \uNNNN, so no text of
 * an export can end the element or begin a comment in it.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_JSON_H
#define ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Zero-initialise but for the stream; ends with page_json_end. */
struct page_json {
    FILE *stream;
    bool filled; /* what is open has a member already */
    bool named;  /* the name of the next value is written */
    size_t used;
    uint64_t written; /* bytes so far, those in `bytes` apart */
    char bytes[1 << 14];
};

/* '{' or '[', and what closes it. */
void page_json_open(struct page_json *json, char bracket);
void page_json_close(struct page_json *json, char bracket);
/* The name of the next value; it needs no escapes. */
void page_json_name(struct page_json *json, const char *name);
void page_json_text(struct page_json *json, const char *text); /* NULL: null */
void page_json_number(struct page_json *json, int64_t number);
void page_json_flag(struct page_json *json, bool flag);
/* A value of jansson's; NULL: null. The reference stays the caller's. */
void page_json_value(struct page_json *json, const json_t *value);

/* The name with the value. */
void page_json_named_text(struct page_json *json, const char *name, const char *text);
void page_json_named_number(struct page_json *json, const char *name, int64_t number);
/* The name, and what opens behind it. */
void page_json_named_open(struct page_json *json, const char *name, char bracket);

/* Bytes written so far. */
uint64_t page_json_size(const struct page_json *json);

/* All that was written is in the stream. */
void page_json_end(struct page_json *json);

#endif
