/*
 * escape: escapes untrusted text for the formats of reports. First, characters that terminals must not see are made
 * visible (text_append_printable).
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_ESCAPE_H
#define ROLECHAIN_ANALYZER_REPORT_ESCAPE_H

#include "ingest/support/text.h"

/* XML 1.0, inside an element or a double-quoted attribute. */
void text_append_xml(struct text *text, const char *string);

/* Markdown of GitHub and GitLab, in a paragraph, a table cell or an HTML element: no markup, no link, and nobody is
 * mentioned. */
void text_append_markdown(struct text *text, const char *string);

/* A double-quoted label of a Mermaid picture; a long one is cut in the middle. */
void text_append_mermaid(struct text *text, const char *string);

/* JSON text for a terminal: characters that a terminal must not see become \uNNNN, which JSON readers decode to the
 * same text. */
void text_append_json(struct text *text, const char *string);

/* One cell of RFC 4180. A cell that a spreadsheet would take for a formula (starts with = + - @; tabs and line breaks
 * are made visible, so none starts with them) gets a leading apostrophe. One that it would take for a number and
 * reformat (an account ID) becomes ="033344445555", which it keeps as text. */
void text_append_csv(struct text *text, const char *string);

/* A part of a URI: everything except letters, digits and characters that are never special in a path becomes %XX. */
void text_append_uri(struct text *text, const char *string);

/* A path as a URI reference: relative if it is in the working directory, file:///… if it is absolute. */
void text_append_file_uri(struct text *text, const char *path);

#endif
