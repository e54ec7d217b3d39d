/*
 * changes: which data that decisions use is changed by a load, so that answers are only derived again where something
 * is different.
 *
 * A decision uses the two principals (policies, boundary, groups, tags, ids, trust policy), the rows of their accounts,
 * and the organization. Policy documents never change: a new text is a new document. So an answer about two principals
 * stays valid as long as neither they, nor the rows of their accounts, nor the organization change.
 *
 * During a load the writer notes what it is about to change; afterwards changes_find compares. The result is in temp
 * tables of the connection, which last until changes_close:
 *
 *   changed_principal (id, account, name, unique_id)  users and roles that are new or different
 *   lost_principal (id, account, name, unique_id)     the same, as they were before the load, with their old ids
 *   kept_principal (old, new)                         unchanged, but with a new id
 *   changed_account (id, whole)                       their accounts, those of changed groups, and those whose
 *   providers changed; whole: the row of the account itself changed
 *   lost_document (id)                                documents that were deleted because nothing refers to them
 */
#ifndef ROLECHAIN_INGEST_STORE_CHANGES_H
#define ROLECHAIN_INGEST_STORE_CHANGES_H

#include "ingest/store/store.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct changes {
    struct store *store;
    bool open;
    bool everything; /* too much changed to be listed, or something that affects all accounts: do not use the tables */
    int64_t noted, limit;                  /* principals */
    int64_t last_principal, last_document; /* those with greater ids are new */
};

/* Begins to take notes, inside the transaction of the load. Failures are the store's (store_error). */
void changes_open(struct changes *changes, struct store *store);

/* To be called before the principals of an account change, once per account. */
void changes_note_account(struct changes *changes, const char *account);

/* To be called when data about the account's identity providers changes: decisions do not use it, but gaps do. */
void changes_note_providers(struct changes *changes, const char *account);

/* To be called when the documents in the writer's temp table left_document were deleted. */
void changes_note_lost_documents(struct changes *changes);

/* To be called before rows about the organization change. */
void changes_note_organization(struct changes *changes);

/* To be called after all rows were written, if there is a new list of the organization's accounts: accounts that are no
 * longer listed become former members (table former_member), and those that are listed again are removed from there.
 * `listed`: when the previous list was loaded; "" unknown.
 */
void changes_remember_members(struct changes *changes, const char *listed, const char *when);

/* Fills the tables, when all rows are written. */
void changes_find(struct changes *changes);

void changes_close(struct changes *changes);

#endif
