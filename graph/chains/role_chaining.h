/*
 * role_chaining: what a hop of a chain passes on to the next.
 *
 * The caller of hop i+1 is the session of hop i. Its session name is the one chosen in hop i. Its tags
 * (aws:PrincipalTag) are the role's, overlaid with the session tags passed in hop i and with transitive ones passed
 * before. Its source identity is the one set first, and every later hop must then be allowed sts:SetSourceIdentity. MFA
 * is not carried. It tells the identity provider, and the claims that last, if hop i was a call with its token
 * (aws:FederatedProvider, accounts.google.com:sub …), and none otherwise; where it runs (ec2:SourceInstanceARN …) only
 * if a service opened it in hop i. The caller's network and the time are the same for all hops; external id, session
 * name and passed tags belong to one hop. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining,
 * .../id_session-tags.html#id_session-tags_role-chaining,
 * .../id_credentials_temp_control-access_monitor.html
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_H
#define ROLECHAIN_GRAPH_CHAINS_ROLE_CHAINING_H

#include "graph/edges/edges_read.h"
#include "ingest/support/hash_index.h"

/* Where a chain stands. */
struct chaining {
    constraint carried;     /* what all its hops demand together */
    const struct hop *path; /* its hops, first hop first; whoever extends it keeps them */
    uint32_t hops;
    bool blurred; /* it stands for several chains: everything that their hops could pass on counts as possible */
};
#define CHAINING_START ((struct chaining){.carried = CONSTRAINT_TRUE})

/* Extends chains of one set of edges; owns an evaluator for the actions that tags and source identities need. */
struct chainer {
    const struct edges *edges;
    struct evaluator *evaluator;
    double now;
    struct beside {
        uint32_t from, to;
        enum sts_action_id action;
        constraint residual;
    } * beside; /* what was decided of actions besides sts:AssumeRole */
    uint32_t beside_count, beside_room;
    struct hash_index beside_index;
    uint8_t *of_sessions; /* per formula: whether it says something of sessions, see session_tie; 0: not asked yet */
    uint32_t of_sessions_room;
    uint8_t *of_passing; /* per formula: whether it names what hops pass on, see session_memory.c; 0: not asked yet */
    uint32_t of_passing_room;
    struct id_map in_hops; /* by residual and hop: what it says of that hop */
};

/* Whether the node is a service that passes something with its sessions which every later hop must be allowed to pass
 * on: chains of unconditional edges from there may still have conditions, or be none. */
bool chaining_begins_laden(const struct edges *edges, uint32_t node);

void chainer_open(struct chainer *chainer, const struct edges *edges);
void chainer_close(struct chainer *chainer);

/* Whether what chains over an edge of that residual demand depends on what policies say besides: whether hops may pass
 * on tags or a source identity, for which it asks. */
bool chaining_residual_asks_policies(struct constraint_pool *pool, constraint residual);
/* The same of all edges, but for what services pass: see chaining_begins_laden. */
bool chaining_edges_ask_policies(const struct edges *edges);

/* Forgets cached decisions; to be called before formulas are freed (constraint_pool_return). */
void chainer_forget(struct chainer *chainer);

/* The demands of a chain as if all its hops were one call, to compare chains that ask for the same in other hops. */
constraint chaining_as_one_call(struct constraint_pool *pool, constraint demands);

/* The demands of several chains as if the caller chose the same for all their hops: one external id, one session name,
 * the same tags. Whoever gets there by one chain or the other whatever that choice, gets there. */
constraint chaining_as_one_choice(struct constraint_pool *pool, constraint demands);

/* Adds a hop: *demands is then what the chain with it demands. False if that cannot hold together; *demands is then
 * unspecified. */
bool chaining_extend(struct chainer *chainer, const struct chaining *before, struct hop hop, constraint *demands);

#endif
