/*
 * json_span: finds where a JSON value in brackets ends, 64 bytes at a time, without validating it.
 *
 * Only strings (with their escapes) and the number of open brackets are followed. In invalid text the end found is
 * meaningless; the caller must not use it as a value unless it has validated these very bytes before.
 */
#ifndef ROLECHAIN_INGEST_INPUT_JSON_SPAN_H
#define ROLECHAIN_INGEST_INPUT_JSON_SPAN_H

#include <stddef.h>
#include <stdint.h>

#define JSON_SPAN_BLOCK 64

/* Zero-initialise before the first block, which begins with the opening bracket. */
struct json_span {
    uint64_t depth;
    uint64_t in_string; /* all bits set: the block begins inside a string */
    uint64_t escaped;   /* 1: its first byte is behind a backslash */
};

/* How many bytes of the block belong to the value if it ends there; 0 if it does not. */
size_t json_span_add(struct json_span *span, const char block[JSON_SPAN_BLOCK]);

#endif
