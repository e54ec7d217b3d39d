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

/* The state of a chain. */
struct chaining {
    constraint carried;     /* the conditions of all its hops together */
    const struct hop *path; /* its hops, first hop first; the extending code must keep them */
    uint32_t hops;
    bool blurred; /* it stands for several chains: everything that their hops could pass on counts as possible */
};
#define CHAINING_START ((struct chaining){.carried = CONSTRAINT_TRUE})

/* Extends chains over one set of edges; owns an evaluator for the actions that tags and source identities need. */
struct chainer {
    const struct edges *edges;
    const bool *within;          /* per node: chains may visit only these, so only these test what sessions remember;
                                    NULL: all. Must be set before the first use */
    struct session_looks *looks; /* which nodes test it, if within is set (session_memory.c) */
    struct evaluator *evaluator;
    double now;
    struct beside {
        uint32_t from, to;
        enum sts_action_id action;
        constraint residual;
    } * beside; /* decisions on actions besides sts:AssumeRole */
    uint32_t beside_count, beside_room;
    struct hash_index beside_index;
    uint8_t *of_sessions; /* per formula: whether it refers to sessions, see session_tie; 0: not computed yet */
    uint32_t of_sessions_room;
    uint8_t *of_passing; /* per formula: whether it names what hops pass on, see session_memory.c; 0: not asked yet */
    uint32_t of_passing_room;
    struct id_map in_hops; /* by residual and hop: what it says of that hop */
};

/* Whether the node is a service whose sessions carry something that every later hop must be allowed to pass on: chains
 * of unconditional edges from there may still have conditions, or be impossible. */
bool chaining_begins_laden(const struct edges *edges, uint32_t node);

void chainer_open(struct chainer *chainer, const struct edges *edges);
void chainer_close(struct chainer *chainer);

/* Whether the conditions of chains over an edge with that residual also depend on policies: on whether hops may pass on
 * the tags or the source identity that it asks for. */
bool chaining_residual_asks_policies(struct constraint_pool *pool, constraint residual);
/* The same for all edges, except for what services pass: see chaining_begins_laden. */
bool chaining_edges_ask_policies(const struct edges *edges);

/* Forgets cached decisions; call before formulas are freed (constraint_pool_return). */
void chainer_forget(struct chainer *chainer);

/* The conditions of a chain as if all its hops were one call, to compare chains that ask for the same in different
 * hops. */
constraint chaining_as_one_call(struct constraint_pool *pool, constraint demands);

/* The conditions of several chains as if the caller made the same choice for all their hops: one external id, one
 * session name, the same tags. A caller who gets there by one chain or another, whatever that choice, gets there. */
constraint chaining_as_one_choice(struct constraint_pool *pool, constraint demands);

/* Adds a hop and sets *demands to the conditions of the extended chain. False if they cannot hold together; *demands is
 * then unspecified. */
bool chaining_extend(struct chainer *chainer, const struct chaining *before, struct hop hop, constraint *demands);

#endif
