/*
 * escape: untrusted text in the formats of reports. What terminals must not see is made visible first
 * (text_append_printable).
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_ESCAPE_H
#define ROLECHAIN_ANALYZER_REPORT_ESCAPE_H

#include "ingest/support/text.h"

/* XML 1.0, in an element or an attribute in double quotes. */
void text_append_xml(struct text *text, const char *string);

/* Markdown as GitHub and GitLab read it, in a paragraph, a cell of a table or an HTML element: no markup, no link, and
 * nobody is mentioned. */
void text_append_markdown(struct text *text, const char *string);

/* A label of a Mermaid picture, in double quotes; a long one is cut in the middle. */
void text_append_mermaid(struct text *text, const char *string);

/* JSON text for a terminal: characters that a terminal must not see become \uNNNN, which means the same in JSON. */
void text_append_json(struct text *text, const char *string);

/* One cell of RFC 4180. One that a spreadsheet would take for a formula (it begins with = + - @; a tab or a line break
 * is made visible and begins none) gets an apostrophe in front;
 * one that it would take for a number and show otherwise (an account ID) becomes ="033344445555", which it keeps as
 * text. */
void text_append_csv(struct text *text, const char *string);

/* A part of a URI: all but letters, digits, and what is never special in a path as %XX. */
void text_append_uri(struct text *text, const char *string);

/* A path as a URI reference: relative if it lies in the working folder, file:///… if it is absolute. */
void text_append_file_uri(struct text *text, const char *path);

#endif
