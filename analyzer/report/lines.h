/*
 * lines: text for people. Everything from an export goes through it, so that no name can move the cursor or colour the
 * screen.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_LINES_H
#define ROLECHAIN_ANALYZER_REPORT_LINES_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/command_line/command.h"
#include "analyzer/command_line/styled.h"
#include <jansson.h>

/* Prints formatted text with its control characters made visible. Newlines stay newlines where the format itself begins
 * or ends with them; one within is shown as \x0A, as it may come from a name. */
void line_print(struct output *output, enum line_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A headline, bold, wrapped to the terminal's width. */
void line_head(struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A paragraph, indented, wrapped to the terminal's width. */
void line_paragraph(struct output *output, int indent, const char *text);

/* The same behind a label of ours; what wraps begins below the label. */
void line_item(struct output *output, int indent, const char *label, const char *text);

/* JSON, pretty, indented; for statements to paste. */
void line_json(struct output *output, int indent, const json_t *value);

/* The gaps of the analysis, as a block at the end of an answer. */
void line_gaps(struct analysis *analysis, struct output *output);

#endif
