/*
 * statement_spelling: statements of policies in one spelling each, to tell whether two are the same.
 */
#ifndef ROLECHAIN_INGEST_POLICY_STATEMENT_SPELLING_H
#define ROLECHAIN_INGEST_POLICY_STATEMENT_SPELLING_H

#include <jansson.h>
#include <stdbool.h>

/* The JSON of a statement's normal form (policy.h) without its Sid, members and lists of strings sorted: these lists
 * mean sets. once: a string stands once in a list, though it was repeated. Changes the statement; the text is the
 * caller's. */
char *statement_spelling(json_t *statement, bool once);

#endif
