/*
 * styled: sentences for people whose parts differ in style, laid out on the terminal. What is appended is made
 * printable first, so that no name from an export can move the cursor, colour the screen or break a line.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_STYLED_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_STYLED_H

#include "analyzer/command_line/output.h"
#include "ingest/support/text.h"
#include <stdarg.h>

enum line_style { STYLE_PLAIN, STYLE_BOLD, STYLE_GOOD, STYLE_MAYBE, STYLE_BAD, STYLE_FAINT, STYLE_GRAVE, STYLE_WORST };

/* Zero-initialise ({0}). */
struct styled {
    struct text text; /* with marks of its own where styles change */
};

void styled_add(struct styled *styled, enum line_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void styled_add_arguments(struct styled *styled, enum line_style style, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* A space at which no line breaks. */
void styled_join(struct styled *styled);

/* Prints the sentence, ends the line and empties `styled`. The first line begins at column `first`, those below at
 * column `rest`. Where the output has a width, lines break between words, never within one: an ARN or a path that does
 * not fit stands alone. `tag` (NULL: none) stands faint behind the last line: at the right edge, in wide terminals at
 * column 120 or two columns behind a longer line. Where it does not fit it has a line of its own, at column `rest` or
 * as far to the left of it as it needs. Without a width it stands two columns behind the line. */
void styled_print(struct styled *styled, struct output *output, int first, int rest, const char *tag);

/* The escape sequence that begins a style. */
const char *styled_code(enum line_style style);

/* Columns that a printable text takes on a terminal. */
size_t styled_columns(const char *text, size_t length);

/* Signs before answers and severities, and arrows between the steps of a chain. Without UTF-8 the signs are "" and the
 * arrows "->" and "~>". */
enum styled_sign {
    SIGN_YES,
    SIGN_MAYBE,
    SIGN_NO,
    SIGN_CRITICAL,
    SIGN_HIGH,
    SIGN_MEDIUM,
    SIGN_LOW,
    SIGN_INFO,
    SIGN_ARROW,
    SIGN_ARROW_MAYBE,
};
const char *styled_sign(const struct output *output, enum styled_sign sign);

#endif
