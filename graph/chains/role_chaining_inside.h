/*
 * Internals of role_chaining.h and session_memory.h: what hops test about the sessions before them, and what is needed
 * to pass something on.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_INSIDE_H
#define ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_INSIDE_H

#include "graph/chains/role_chaining.h"

#define PRINCIPAL_TAG "aws:PrincipalTag/"
#define REQUEST_TAG "aws:RequestTag/"
#define SOURCE_IDENTITY "aws:SourceIdentity"       /* of the session */
#define FEDERATED_PROVIDER "aws:FederatedProvider" /* the provider whose token opened the session */

/* At most this many hops are checked for what they passed on; whatever earlier ones may have passed is taken to be
 * possible, and a fact among the conditions says so. */
#define MOST_WAYS 16u

/* What a hop can test about the session that the hop before created. */
enum session_look {
    LOOKS_AT_TAGS = 1,
    LOOKS_AT_IDENTITY = 2,
    LOOKS_AT_ORIGIN = 4, /* how the session was obtained */
    LOOKS_AT_NAME = 8,
};

/* What the key says about the caller's session; 0: nothing that an earlier hop decides. */
unsigned session_look_of(const char *key);

/* The condition of that hop for being allowed the additional action. */
constraint chaining_beside(struct chainer *chainer, struct hop step, uint32_t hop, enum sts_action_id action);

/* Whether the edge starts afresh: stolen keys, and sessions that a service creates, keep nothing from the hops
 * before. */
bool chaining_begins_anew(const struct edge *edge);

/* For constraint_rename (context: uint32_t): an open key about the caller's session becomes a key of that hop. */
struct constraint_key chaining_rename_tied_key(const struct constraint_key *key, void *context);

/* The hop's conditions on the caller's session, as conditions on the hops that created it. */
constraint session_tie(struct chainer *chainer, const struct chaining *before, struct hop step, constraint formula);

/* The first hop whose tags and source identity the session at the end can still have. */
uint32_t chaining_memory_begins(const struct chainer *chainer, const struct hop *path, uint32_t hops);

/* The caller of the first hop, if the session at the end can still have its tags or source identity; or NULL. */
const struct caller *chaining_session_before(const struct chainer *chainer, const struct hop *path, uint32_t hops);

#endif
