/*
 * mentions: whom trust policies name (in Principal, or in conditions of a statement about anyone) and where identity
 * policies let one assume roles, as rows that can be looked up (table mention): which roles and callers a changed
 * principal can have to do with is found without reading all policies. What a document mentions depends on its text
 * alone, so rows are only ever added with documents and go with them. A mention too many costs time; one too few costs
 * answers.
 *
 *   *                  trusted: anyone, or anyone but some
 *   111122223333       named: the account as a whole
 *   111122223333:name  named: a user or role (also by one of its sessions), or a provider
 *   AIDA…              named: the unique id of a user or role
 *   >111122223333      allowed: to assume some role of the account; >* of any account
 *   @1700000000        compared with the time of the call: this time
 */
#ifndef ROLECHAIN_GRAPH_MODEL_MENTIONS_H
#define ROLECHAIN_GRAPH_MODEL_MENTIONS_H

#include "graph/model/model.h"

/* Adds the mentions of all documents of the model, inside the caller's transaction. */
void mentions_store(const struct model *model, struct store *store);

/* After a load, inside its transaction: removes the mentions of lost documents (changes.h) and adds those of documents
 * with ids greater than last_document. */
void mentions_refresh(struct store *store, int64_t last_document);

#endif
