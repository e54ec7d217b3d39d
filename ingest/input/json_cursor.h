/*
 * json_cursor: reads JSON in place, validating every byte it passes, without building a tree.
 *
 * An export consists mostly of policy documents that repeat. Cutting them out and parsing each distinct one once is
 * several times faster than parsing all. The cursor checks what a parser would check: strings (escapes, surrogate
 * pairs, UTF-8, control characters), numbers, literals, nesting, truncation. Errors are sticky: after the first one
 * every function returns "nothing more". Lines and columns are 1-based; columns count bytes.
 */
#ifndef ROLECHAIN_INGEST_INPUT_JSON_CURSOR_H
#define ROLECHAIN_INGEST_INPUT_JSON_CURSOR_H

#include "ingest/support/arena.h"
#include "ingest/support/text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_CURSOR_MAXIMUM_DEPTH 512

/* A buffer for reading a text of any length piece by piece. Zero-initialise, except for read and context. */
struct json_window {
    char *buffer; /* malloc'ed; reused for the next text, freed by the owner */
    size_t room;
    size_t (*read)(void *context, char *into, size_t room); /* 0: the text ends here */
    void *context;
};

struct json_cursor {
    const char *at, *end;
    const char *begin;          /* start of the part in memory */
    const char *keep;           /* everything from here on must stay in memory; NULL: nothing */
    uint64_t passed;            /* bytes of the text before `begin` */
    uint64_t line_start;        /* offset of the line's first byte in the text */
    struct json_window *window; /* NULL: the text ends at end */
    uint32_t line;
    uint32_t depth;
    const char *error; /* what was expected or found (static text), or NULL */
    uint32_t error_line, error_column;
    /* The last error inside a value that does not stop reading: invalid UTF-8, half a surrogate pair, nesting beyond
     * the maximum. The reader of an element checks it and resets it to NULL. */
    const char *complaint;
    uint32_t complaint_line, complaint_column;
};

/* text must outlive the cursor. */
void json_cursor_open(struct json_cursor *cursor, const char *text, size_t length);

/* Reads through the window, which must outlive the cursor. Every function below may move the part in memory. */
void json_cursor_open_window(struct json_cursor *cursor, struct json_window *window);

/* Loads up to `length` bytes from the current position on, and returns how many are available. */
size_t json_cursor_ahead(struct json_cursor *cursor, size_t length);

/* The length of the object or array that comes next, found without validating it (json_span.h); all of it is then
 * available. 0 if its end is not found or too far away. */
size_t json_cursor_span(struct json_cursor *cursor);

/* Skips `length` available bytes that contain `lines` line ends; the last line starts at the offset line_start. */
void json_cursor_pass(struct json_cursor *cursor, size_t length, uint32_t lines, uint32_t line_start);

/* Position in the text, in bytes. */
uint64_t json_cursor_offset(const struct json_cursor *cursor);

/* Backtracking: mark, read, then return to the mark or forget it. What is read in between stays in memory, so keep it
 * short. Marks do not nest. */
void json_cursor_mark(struct json_cursor *cursor, struct json_cursor *mark);
void json_cursor_return(struct json_cursor *cursor, const struct json_cursor *mark);
void json_cursor_forget(struct json_cursor *cursor);

enum json_cursor_type {
    CURSOR_END,
    CURSOR_OBJECT,
    CURSOR_ARRAY,
    CURSOR_STRING,
    CURSOR_NUMBER,
    CURSOR_TRUE,
    CURSOR_FALSE,
    CURSOR_NULL
};

/* Passes over white space. */
void json_cursor_pass_space(struct json_cursor *cursor);

/* Skips white space and returns the type of the next value; CURSOR_END at the end of the text or after an error. */
enum json_cursor_type json_cursor_peek(struct json_cursor *cursor);

/* Iterating an object or array: enter, then next until it returns false (which also consumes the closing bracket).
 * After next the cursor stands before the value, which must be read or skipped. enter returns false, with an error, if
 * another value comes. */
bool json_cursor_enter(struct json_cursor *cursor, enum json_cursor_type type);
bool json_cursor_next_member(struct json_cursor *cursor, bool *first, struct text *name); /* name: decoded, reused */
bool json_cursor_next_element(struct json_cursor *cursor, bool *first);

/* Reads a string, decoded, into text (emptied first). False with an error if the next value is not a string. *has_nul:
 * it contained \u0000, which is left out. */
bool json_cursor_string(struct json_cursor *cursor, struct text *text, bool *has_nul);

/* Skips one value of any type. */
bool json_cursor_skip(struct json_cursor *cursor);

/* Appends the next value without white space outside strings. If lines is not NULL and the value is an object with a
 * member "Statement", the line offsets of its elements from the value's first line are appended to it as "0,4,9" (one
 * object: its own). */
bool json_cursor_compact(struct json_cursor *cursor, struct text *out, struct text *lines);

/* Column of the current position. */
uint32_t json_cursor_column(const struct json_cursor *cursor);

void json_cursor_fail(struct json_cursor *cursor, const char *message);

#endif
