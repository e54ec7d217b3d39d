/*
 * statement_later: values of plans and templates that are only known after deployment, in places of a statement where
 * policy variables like ${deployment.NAME} (template_later.h) are not allowed: they stay open, and everything beside
 * them still counts.
 */
#ifndef ROLECHAIN_INGEST_READERS_STATEMENT_LATER_H
#define ROLECHAIN_INGEST_READERS_STATEMENT_LATER_H

#include "ingest/support/text.h"
#include <jansson.h>
#include <stdbool.h>

/* The operator under which a value that nobody knows yet demands of its key what it would under this one: of a network,
 * a date or a number as of a text. NULL: this one takes variables, or is none, or asks for presence. The caller frees
 * it. */
char *later_operator(const char *word);

/* The value in a Condition, under such an operator, together with what is demanded of the key already. */
void later_demand(json_t *conditions, const char *word, const char *key, json_t *value);

/* The statement counts if the value (a condition key, see template_value_key) turns out to be that text. */
void later_guard(json_t *statement, const char *value, const char *text);

/* Whether variables count in the document: they do since Version 2012-10-17 and are plain text before. */
bool later_has_variables(const json_t *document);

/* Appends a text of a document of before so that it says the same in one of Version 2012-10-17. */
void later_plain_text(const char *text, struct text *out);

#endif
