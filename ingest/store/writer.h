/*
 * writer: batches → rows. The only place that inserts exported data. Used by one thread; batches come in the order of
 * their files, so that ids and row order depend only on the input.
 *
 * Files about one account are merged by ARN. If several describe a principal, the one with the highest standing
 * (batch.h) is used: authorization details, then what another tool collected (AWS Config, iam-collect, PMapper, a
 * Terraform state), then plans and templates; list-roles and get-role fill in what is missing, and their trust policies
 * win over those of a plan. Among equals the latest is used if the files say when they were made, else the first.
 * Principals that only a lower one describes are added: a plan's roles stand beside the existing ones. Files of one
 * collection (batch_principal.part) are combined.
 *
 * A deletion that AWS Config reports removes what was captured before it, in this load and in earlier ones
 * (writer_deletions.c).
 *
 * Authorization details of an account replace everything that earlier loads knew about it. So does a collection, unless
 * there are authorization details, and so does new content of the file that contained them. A plan, a template and a
 * CloudTrail file replace only what came from the same path.
 */
#ifndef ROLECHAIN_INGEST_STORE_WRITER_H
#define ROLECHAIN_INGEST_STORE_WRITER_H

#include "ingest/policy/batch.h"
#include "ingest/store/changes.h"
#include "ingest/store/store.h"

struct writer;

struct writer_counts {
    size_t accounts; /* whose principals were loaded or replaced */
    size_t users, groups, roles, policies, documents, distinct_documents;
};

/* Failures are the store's (store_error): after the first one nothing is written.
 * Starts writing, inside the open transaction. Changes are noted in `changes`. `when` is the time of the load (ISO
 * 8601). */
struct writer *writer_open(struct store *store, struct document_table *documents, struct changes *changes,
                           const char *when);

/* Deletes what earlier loads read from these files; call it before anything is written. */
void writer_forget(struct writer *writer, const char *const *paths, size_t count);

/* Writes the batch of a file, even an empty one. path_account: the account in the path (accounts/ID/…), or NULL.
 * Problems found while merging are appended to the batch. Returns a description of the result, as batch_describe does.
 */
const char *writer_add(struct writer *writer, struct batch *batch, const char *path, const char *path_account,
                       enum batch_verdict *verdict);

/* Resolves references between files (attached policies, boundaries, groups) and deletes what nothing refers to. */
struct writer_counts writer_finish(struct writer *writer);

void writer_close(struct writer *writer);

#endif
