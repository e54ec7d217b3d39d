/*
 * The inside of role_chaining.h and session_memory.h: what hops look at of the sessions before them, and what passing
 * something on takes.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_INSIDE_H
#define ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_INSIDE_H

#include "graph/chains/role_chaining.h"

#define PRINCIPAL_TAG "aws:PrincipalTag/"
#define REQUEST_TAG "aws:RequestTag/"
#define SOURCE_IDENTITY "aws:SourceIdentity"       /* that the session has */
#define FEDERATED_PROVIDER "aws:FederatedProvider" /* whose token gave the session */

/* So many hops are asked whether they passed something on; what earlier ones passed is taken to be possible, and a fact
 * among the conditions says so. */
#define MOST_WAYS 16u

/* What a hop can ask of the session that the hop before gave. */
enum session_look {
    LOOKS_AT_TAGS = 1,
    LOOKS_AT_IDENTITY = 2,
    LOOKS_AT_ORIGIN = 4, /* how it was obtained */
    LOOKS_AT_NAME = 8,
};

/* What the key tells of the caller's session; 0: nothing that a hop before decides. */
unsigned session_look_of(const char *key);

/* What the hop of that number demands when the action must be allowed besides. */
constraint chaining_beside(struct chainer *chainer, struct hop step, uint32_t hop, enum sts_action_id action);

/* Keys that were taken and sessions that a service makes know nothing of the hops before. */
bool chaining_begins_anew(const struct edge *edge);

/* For constraint_rename (context: uint32_t): what is said of the caller's session becomes open, that of the hop. */
struct constraint_key chaining_rename_tied_key(const struct constraint_key *key, void *context);

/* What the hop demands of the caller's session, said of the hops that gave it. */
constraint session_tie(struct chainer *chainer, const struct chaining *before, struct hop step, constraint formula);

/* The first hop whose tags and source identity the session at the end can still have. */
uint32_t chaining_memory_begins(const struct chainer *chainer, const struct hop *path, uint32_t hops);

/* The caller of the first hop, if the session at the end can have tags or a source identity that it brought; or NULL.
 */
const struct caller *chaining_session_before(const struct chainer *chainer, const struct hop *path, uint32_t hops);

#endif
