/*
 * changes: what a load changes of all that a decision about a caller and a role looks at, so that answers need to be
 * derived anew only where something is different.
 *
 * A decision looks at the two principals (policies, boundary, groups, tags, ids, trust policy), at the rows of their
 * accounts, and at the organization. Policy documents never change: another text is another document. So an answer
 * about two principals stands as long as neither they, nor the rows of their accounts, nor the organization changed.
 *
 * While a load is under way the writer notes what it is about to change; behind it changes_find compares. The result is
 * in temp tables of the connection, which last until changes_close:
 *
 *   changed_principal (id, account, name, unique_id)  users and roles that are there now and were not, or otherwise
 *   lost_principal (id, account, name, unique_id)     the same before the load, under their ids of then
 *   kept_principal (old, new)                         as before, but under a new id
 *   changed_account (id, whole)                       accounts of these, and those about whose identity providers
 *                                                     something is new; whole: the row of the account is another
 *   lost_document (id)                                documents that nothing refers to any more: their rows are gone
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
    bool everything; /* too much changed to be told one by one, or something that bears on all accounts: the tables are
                        not to be used */
    int64_t noted, limit;                  /* principals */
    int64_t last_principal, last_document; /* those with greater ids are new */
};

/* Begins to take notes, inside the transaction of the load. Failures are the store's (store_error). */
void changes_open(struct changes *changes, struct store *store);

/* Before the principals of an account are changed, each account once. */
void changes_note_account(struct changes *changes, const char *account);

/* What is known of the account's identity providers changes: no decision looks at it, but what is missing does. */
void changes_note_providers(struct changes *changes, const char *account);

/* When the rows of the documents in the writer's temp table left_document are gone. */
void changes_note_lost_documents(struct changes *changes);

/* Before rows about the organization are changed. */
void changes_note_organization(struct changes *changes);

/* When all rows are written and the accounts of the organization were listed anew: who is no longer among them becomes
 * a former member (table former_member), who is again, none. `listed`: when the list of before was loaded; "" unknown.
 */
void changes_remember_members(struct changes *changes, const char *listed, const char *when);

/* Fills the tables, when all rows are written. */
void changes_find(struct changes *changes);

void changes_close(struct changes *changes);

#endif
