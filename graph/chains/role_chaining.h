/*
 * role_chaining: what one hop of a chain leaves behind for the next.
 *
 * The caller of hop i+1 is the session of hop i. Its session name is the one chosen in hop i. Its tags
 * (aws:PrincipalTag) are the role's, overlaid with the session tags passed in hop i and with transitive ones passed
 * before. Its source identity is the one set first, and every later hop must then be allowed sts:SetSourceIdentity. MFA
 * is not carried. It tells the identity provider if hop i was a call with its token (aws:FederatedProvider), and none
 * otherwise. The caller's network and the time are the same for all hops; external id, session name and passed
 * tags belong to one hop. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining,
 * .../id_session-tags.html#id_session-tags_role-chaining,
 * .../id_credentials_temp_control-access_monitor.html
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_H
#define ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_H

#include "graph/edges/edges.h"

/* Hops beyond this that look at tags or source identities of sessions are taken to be possible. */
#define CHAINING_TIED_HOPS 16u

/* Where a chain stands. */
struct chaining {
    constraint carried; /* what all its hops demand together */
    uint32_t hops;
    struct hop path[CHAINING_TIED_HOPS]; /* the first hops */
};
#define CHAINING_START ((struct chaining){.carried = CONSTRAINT_TRUE})

/* Extends chains of one set of edges; owns an evaluator for the actions that tags and source identities need. */
struct chainer {
    const struct edges *edges;
    struct evaluator *evaluator;
    double now;
};

/* Whether the node is a service that passes something with its sessions which every later hop must be allowed to pass
 * on: chains of unconditional edges from there may still have conditions, or be none. */
bool chaining_begins_laden(const struct edges *edges, uint32_t node);

void chainer_open(struct chainer *chainer, const struct edges *edges);
void chainer_close(struct chainer *chainer);

/* The demands of a chain as if all its hops were one call, to compare chains that ask for the same in other hops. */
constraint chaining_as_one_call(struct constraint_pool *pool, constraint demands);

/* Adds a hop. False if the chain's conditions cannot hold together; *after is then unspecified. */
bool chaining_extend(struct chainer *chainer, const struct chaining *before, struct hop hop, struct chaining *after);

#endif
