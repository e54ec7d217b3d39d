/*
 * page_json: the data of the HTML report: compact JSON, written directly to the stream, that is safe in a script
 * element of an HTML page whatever it contains: every "<" is written as \u003c, and everything outside ASCII as \uNNNN,
 * so no text of an export can end the element or begin a comment in it.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_JSON_H
#define ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Zero-initialise except for the stream; finish with page_json_end. */
struct page_json {
    FILE *stream;
    bool filled; /* the open object or array has a member already */
    bool named;  /* the name of the next value has been written */
    size_t used;
    uint64_t written; /* bytes so far, without those in `bytes` */
    char bytes[1 << 14];
};

/* '{' or '[', and the matching one. */
void page_json_open(struct page_json *json, char bracket);
void page_json_close(struct page_json *json, char bracket);
/* The name of the next value; it must not need escapes. */
void page_json_name(struct page_json *json, const char *name);
void page_json_text(struct page_json *json, const char *text); /* NULL: null */
void page_json_number(struct page_json *json, int64_t number);
void page_json_flag(struct page_json *json, bool flag);
/* A jansson value; NULL: null. The caller keeps the reference. */
void page_json_value(struct page_json *json, const json_t *value);

/* The name and the value. */
void page_json_named_text(struct page_json *json, const char *name, const char *text);
void page_json_named_number(struct page_json *json, const char *name, int64_t number);
/* The name, then an opening bracket. */
void page_json_named_open(struct page_json *json, const char *name, char bracket);

/* Bytes written so far. */
uint64_t page_json_size(const struct page_json *json);

/* Flushes everything to the stream. */
void page_json_end(struct page_json *json);

#endif
