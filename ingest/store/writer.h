/*
 * writer: batches → rows. The only place that inserts exported data. Owned by one thread; batches come in the order of
 * their files, so ids and row order depend on the input alone.
 *
 * Files about one account are merged by ARN. Of several that describe a principal the one of highest standing
 * (batch.h) is used: authorization details, then what another tool collected (AWS Config, iam-collect, PMapper, a
 * Terraform state), then plans and templates; list-roles and get-role add what the others lack, but whom a role trusts
 * they tell rather than a plan. Of equal standing the latest is used if they say when it was so, else the first. What
 * only a lower one describes is added: a plan's roles stand beside those that are there. Files of one collection
 * (batch_principal.part) add up.
 *
 * What AWS Config says was deleted takes away what was captured before, of this load and of earlier ones
 * (writer_deletions.c).
 *
 * Authorization details of an account replace what earlier loads knew of it; so does a collection, unless authorization
 * details are there, and whatever stands now in a file that held authorization details of the account. A plan or
 * template replaces what its own path said before, and so does a file of CloudTrail.
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
 *
 * Begins to write, inside the open transaction. What is changed is noted in `changes`. `when` is the load's time (ISO
 * 8601). */
struct writer *writer_open(struct store *store, struct document_table *documents, struct changes *changes,
                           const char *when);

/* Takes away what earlier loads had from these files, before anything is written. */
void writer_forget(struct writer *writer, const char *const *paths, size_t count);

/* Writes what a file gave, or that it gave nothing. path_account: the account that the path names (accounts/ID/…), or
 * NULL. Extra problems found while merging are appended to the batch. Returns what became of it, as batch_describe. */
const char *writer_add(struct writer *writer, struct batch *batch, const char *path, const char *path_account,
                       enum batch_verdict *verdict);

/* Ties up what may stand in different files: attached policies, boundaries, groups; drops what nobody refers to any
 * more. */
struct writer_counts writer_finish(struct writer *writer);

void writer_close(struct writer *writer);

#endif
