/*
 * json_span: finds the end of a JSON object or array, 64 bytes at a time, without validating it.
 *
 * It only follows strings (with their escapes) and the number of open brackets. In invalid text the end is meaningless;
 * the caller must not use it unless these very bytes have been validated before.
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
    uint64_t escaped;   /* 1: its first byte follows a backslash */
};

/* How many bytes of the block belong to the value if it ends there; 0: it does not end in this block. */
size_t json_span_add(struct json_span *span, const char block[JSON_SPAN_BLOCK]);

#endif
