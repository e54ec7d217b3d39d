/*
 * styled: sentences for people with parts in different styles, laid out on the terminal. Appended text is made
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
    struct text text; /* with internal marks where the style changes */
};

void styled_add(struct styled *styled, enum line_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void styled_add_arguments(struct styled *styled, enum line_style style, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Appends a non-breaking space. */
void styled_join(struct styled *styled);

/* Prints the sentence, ends the line and empties `styled`. The first line starts at column `first`, the others at
 * column `rest`. If the output has a width, lines break between words, never within one: an ARN or a path that does not
 * fit gets a line of its own. `tag` (NULL: none) is printed faint after the last line: at the right edge or, in wide
 * terminals, at column 120 or two columns after a longer line. If it does not fit, it gets its own line: a
 * label at that edge, a longer tag, such as a path, at column `rest` or as far left of it as necessary. Without a
 * width, the tag follows two columns after the line. */
void styled_print(struct styled *styled, struct output *output, int first, int rest, const char *tag);

/* The escape sequence that starts a style. */
const char *styled_code(enum line_style style);

/* The number of columns of a printable text on a terminal. */
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
