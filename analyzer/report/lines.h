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

/* Prints formatted text with its control characters made visible. Newlines at the beginning and the end of the format
 * stay newlines; any other is shown as \x0A, since it may come from a name. */
void line_print(struct output *output, enum line_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A headline, bold, wrapped to the terminal's width. */
void line_head(struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A paragraph, indented, wrapped to the terminal's width. */
void line_paragraph(struct output *output, int indent, const char *text);

/* The same after a label, which is our own text; wrapped lines start below the end of the label. */
void line_item(struct output *output, int indent, const char *label, const char *text);

/* JSON, pretty, indented; for statements to paste. */
void line_json(struct output *output, int indent, const json_t *value);

/* The gaps of the analysis, as a block at the end of an answer. */
void line_gaps(struct analysis *analysis, struct output *output);

#endif
