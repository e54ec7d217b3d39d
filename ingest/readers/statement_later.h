/*
 * statement_later: values of plans and templates that are only known after deployment, in places of a statement where
 * policy variables like ${deployment.NAME} (template_later.h) are not allowed. The value stays open; everything else in
 * the statement still counts.
 */
#ifndef ROLECHAIN_INGEST_READERS_STATEMENT_LATER_H
#define ROLECHAIN_INGEST_READERS_STATEMENT_LATER_H

#include "ingest/support/text.h"
#include <jansson.h>
#include <stdbool.h>

/* The operator to use for a value that is not known yet, so that it demands the same of its key: networks, dates and
 * numbers are compared as texts. NULL: `word` takes variables, or is not an operator, or asks for presence. The caller
 * frees it. */
char *later_operator(const char *word);

/* Adds the value to a Condition, under such an operator, in addition to what is already required of the key. */
void later_demand(json_t *conditions, const char *word, const char *key, json_t *value);

/* Makes the statement apply only if the value (a condition key, see template_value_key) turns out to be that text. */
void later_guard(json_t *statement, const char *value, const char *text);

/* Whether variables work in the document: since Version 2012-10-17; before, they are plain text. */
bool later_has_variables(const json_t *document);

/* Appends a text of an older document, escaped so that it means the same in Version 2012-10-17. */
void later_plain_text(const char *text, struct text *out);

#endif
