/*
 * statement_spelling: a canonical spelling of policy statements, to tell whether two are the same.
 */
#ifndef ROLECHAIN_INGEST_POLICY_STATEMENT_SPELLING_H
#define ROLECHAIN_INGEST_POLICY_STATEMENT_SPELLING_H

#include <jansson.h>
#include <stdbool.h>

/* The JSON of a statement's normal form (policy.h) without its Sid, with members and lists of strings sorted, since
 * these lists are sets. once: drop repeated strings of a list. Changes the statement; the caller frees the text. */
char *statement_spelling(json_t *statement, bool once);

#endif
