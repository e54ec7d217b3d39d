/*
 * policy_grammar: what policy.c needs to know of the language beyond its shape: watched actions, duplicate members.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_GRAMMAR_H
#define ROLECHAIN_INGEST_POLICY_POLICY_GRAMMAR_H

#include "ingest/policy/policy.h"
#include <jansson.h>
#include <stdarg.h>
#include <strings.h>

/* A document while it is read. */
struct policy_reader {
    struct arena *arena;
    enum policy_kind kind;
    struct policy *policy;
    size_t problem_room;
    int position;    /* statement being read; -1: the document */
    bool single;     /* Statement is one object, not an array */
    bool duplicates; /* some member occurs more than once */
    bool invalid_version;
    bool failed; /* out of memory */
};

/* A copy (malloc'ed) of valid JSON in which each member name that occurs again in its object has `mark` and a number
 * appended. NULL: out of memory. */
char *policy_rename_duplicates(const char *text, size_t length, char mark);

#endif
