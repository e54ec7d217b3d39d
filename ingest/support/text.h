/*
 * text: a growing string, and escapes for the destinations of untrusted text.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_TEXT_H
#define ROLECHAIN_INGEST_SUPPORT_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;

/* Zero-initialise ({0}). `data` is NUL-terminated after the first append; NULL before. */
struct text {
    char *data;
    size_t length;
    size_t capacity;
};

/* Makes room for this many more bytes at once, for a long text that would grow often. */
void text_reserve(struct text *text, size_t more);

void text_append(struct text *text, const char *bytes, size_t length);
void text_append_string(struct text *text, const char *string); /* NULL appends nothing */
void text_append_char(struct text *text, char c);
/* Appends the rest of the file. False with errno: it could not be read, or (EFBIG) it has more than `most` bytes. */
bool text_append_file(struct text *text, FILE *file, size_t most);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_append_arguments(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* "" or "s": the ending of a regular noun after that number. */
const char *text_plural(uint64_t count);

/* Decodes the UTF-8 character that the string begins with; returns its length, or 0 if it is not valid. */
size_t text_decode(const char *string, uint32_t *code);

/* Whether a character moves the cursor, hides text or changes its direction. */
bool text_is_treacherous(uint32_t code);

/* Appends a string for a terminal: control characters, DEL, C1 controls, bidirectional overrides and invalid UTF-8
 * become \xNN / \u{NNNN}. */
void text_append_printable(struct text *text, const char *string);

/* Passes the buffer (never NULL) to the caller, who frees it, and empties the text. */
char *text_release(struct text *text);
void text_free(struct text *text);

/* Moves the text ("" for an empty one) into the arena, and frees and empties it. */
char *text_keep(struct text *text, struct arena *arena);

/* The length of the longest prefix of at most `most` bytes that does not split a character. For "%.*s". */
int text_prefix(const char *text, int most);

#endif
