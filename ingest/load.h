/*
 * load: exports → database. Finds the files, recognises each by its content, reads them in parallel and writes with one
 * writer.
 *
 * A folder of iam-collect or PMapper is loaded as a whole: an account whose files have disappeared since the last load
 * is removed.
 *
 * The order of the rows, and so every answer, depends only on the content and names of the files, never on the number
 * of threads.
 */
#ifndef ROLECHAIN_INGEST_LOAD_H
#define ROLECHAIN_INGEST_LOAD_H

#include "ingest/policy/batch.h"
#include "ingest/store/changes.h"
#include "ingest/store/store.h"
#include "ingest/store/writer.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The result for one input. Strings live until load_result_free. */
struct load_verdict {
    const char *path;
    const char *kind; /* "authorization-details" …, "" if not recognised */
    enum batch_verdict verdict;
    const char *detail; /* what it contained ("41 users, 3 groups, 75 roles, 56 policies of 200611803367") or why it was
                           not used */
    bool named;         /* named on the command line, not found in a folder */
};

/* Whether answers may be wrong because of it: an export that could not be read completely, or a named input that is not
 * an export. */
bool load_verdict_needs_attention(const struct load_verdict *verdict);

/* One problem inside an input. */
struct load_problem {
    const char *path;
    enum problem_severity severity;
    const char *code;
    const char *pointer;
    uint32_t line, column; /* 1-based; 0: unknown */
    const char *message;
};

struct load_result {
    struct load_verdict *verdicts;
    size_t verdict_count;
    struct load_problem *problems;
    size_t problem_count;
    uint64_t bytes; /* bytes read */
    struct writer_counts counts;
    bool incomplete;  /* some verdict needs attention: the exit status must say so */
    bool nothing_new; /* every input is unchanged since it was loaded */
    bool interrupted; /* by load_options.cancelled; nothing was changed */
    struct arena *arena;
};

struct load_options {
    int jobs;            /* total threads, including the writing one; 0: one per core */
    const char *account; /* 12 digits: the account of exports that neither name one nor are in a folder named after one;
                            NULL: none */
    const volatile int *cancelled; /* NULL, or set from a signal handler to stop the load */
    void (*progress)(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done,
                     uint64_t bytes); /* NULL: none; called from one thread */
    void *progress_context;
    /* Called inside the transaction when all rows are written, to update or delete derived data (edges, findings),
     * which is committed with them. NULL: there is no derived data. Returning false rolls the load back; the reason is
     * *error (malloc'ed) or the store's. Not called if nothing changed. */
    bool (*before_commit)(struct store *store, const struct changes *changes, void *context, char **error);
    void *before_commit_context;
};

/* Loads files and folders (recursively; "-" is standard input) into the store, in one transaction that it commits. An
 * input that cannot be read does not stop the others: its verdict says why. Returns false on an internal failure (disk
 * full, database locked) with *error malloc'ed and the store unchanged. */
bool load_paths(struct store *store, const char *const *paths, size_t count, const struct load_options *options,
                struct load_result *result, char **error);
void load_result_free(struct load_result *result);

#endif
