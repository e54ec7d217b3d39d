/*
 * Internals of policy.h: policy.c (documents), policy_statement.c (statements), policy_elements.c (the elements of a
 * statement) and policy_problems.c.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_INSIDE_H
#define ROLECHAIN_INGEST_POLICY_POLICY_INSIDE_H

#include "ingest/policy/policy.h"
#include "ingest/policy/policy_json.h"
#include "ingest/policy/policy_words.h"

/* A document being read. */
struct policy_reader {
    struct arena *arena;
    struct arena trees; /* for the document's tree and trees made from it; freed at the end */
    struct text body;   /* a normal form being written */
    enum policy_kind kind;
    struct policy *policy;
    struct policy_problem *problems; /* moved to the arena at the end */
    size_t problem_count, problem_room;
    int position;    /* the statement being read; -1: the document */
    bool single;     /* Statement is one object, not an array */
    bool duplicates; /* some member occurs more than once */
    bool invalid_version;
};

/* Adds a problem of the current statement, or of the document. pointer: relative to it; copied, as are the facts (NULL:
 * none). */
void policy_report(struct policy_reader *reader, enum problem_severity severity, enum policy_problem_code code,
                   const char *pointer, enum policy_words words, const char *const facts[POLICY_FACTS]);

/* Reports an error that makes the statement unreadable. */
void policy_break(struct policy_reader *reader, struct policy_statement *statement, enum policy_problem_code code,
                  const char *pointer, enum policy_words words, const char *const facts[POLICY_FACTS]);

/* Moves the problems to the policy, at the end. */
void policy_hand_over_problems(struct policy_reader *reader);

/* Reads the elements of a statement (Sid, Effect, Principal, Action …) into it and, except for Sid and Effect, into
 * `body` in normal form. */
void policy_read_elements(struct policy_reader *reader, struct policy_statement *statement,
                          const struct policy_json *source, struct policy_json *body);

/* Reports names in the statement that match nothing; body: its normal form. */
void policy_check_names(struct policy_reader *reader, const struct policy_statement *statement,
                        const struct policy_json *body);

/* Reads a statement, checks the requirements of its policy's kind, and makes its normal form. */
void policy_read_statement(struct policy_reader *reader, const struct policy_json *source,
                           struct policy_statement *statement);

#endif
