/*
 * touched: of the principals of a database those that have to be looked at again because a load changed some
 * (ingest/store/changes.h): the changed ones, all others of their accounts, and of other accounts those that can have
 * an answer together with a changed one: whom the trust policy of a changed role can let in, and roles whose trust
 * policy can let in a changed user or role, or names it. For ways of control these are more: whole accounts of which
 * somebody can be let in by a changed role, and all roles that can let in somebody of a changed account. Found by table
 * mention; too many are only slower.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_TOUCHED_H
#define ROLECHAIN_GRAPH_MODEL_TOUCHED_H

#include "graph/model/model.h"
#include "ingest/store/changes.h"

/* The part of the model that they are. *everything: the whole is to be derived anew instead, because too much is
 * touched, nothing was derived before, or policies look at the time and it has passed one they name (now: epoch seconds
 * of this derivation); the answer is NULL then. NULL otherwise: *error (malloc'ed). Leaves three temp tables for
 * edges_refresh and control_edges_refresh:
 *
 *   redone_party (party)  outside parties whose edges may all be others: what changed accounts are seen as from outside
 *   part (id)
 *   control_source (account)  accounts that are in the part as a whole, among them the changed ones
 */
struct model *touched_load(struct store *store, const struct changes *changes, double now, bool *everything,
                           char **error);

/* After that: marks the principals that the load changed; marks: per principal of the model. */
void touched_mark_changed(const struct model *model, struct store *store, bool *marks);

#endif
