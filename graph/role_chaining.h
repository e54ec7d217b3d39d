/*
 * role_chaining: what one hop of a chain leaves behind for the next.
 *
 * The caller of hop i+1 is the session of hop i: its session name is the one chosen in hop i, its session tags those
 * passed there, its source identity the one set first; MFA is not carried. The caller's network and the time are the
 * same for all hops; ExternalId, session name and passed tags belong to one hop. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining,
 * .../id_session-tags.html#id_session-tags_role-chaining,
 * .../id_credentials_temp_control-access_monitor.html
 */
#ifndef ROLECHAIN_GRAPH_ROLE_CHAINING_H
#define ROLECHAIN_GRAPH_ROLE_CHAINING_H

#include "graph/constraint.h"

/* Where a chain stands. Two equal states can be continued in the same ways. */
struct chaining {
    constraint carried; /* what earlier hops demand of keys that later hops can see (session name, tags, source
                           identity, network, time) */
    uint32_t hops;
};

#define CHAINING_START ((struct chaining){CONSTRAINT_TRUE, 0})

/* Adds a hop with that residual (an edge's). False if the chain's conditions cannot hold together; *after is then
 * unspecified. */
bool chaining_extend(struct constraint_pool *pool, const struct chaining *before, constraint residual,
                     struct chaining *after);

/* The residual of a hop as it reads inside a chain: keys of hop n > 0 (0-based) are told apart ("hop 2:
 * sts:ExternalId"). For printing use the edges' own. */
constraint chaining_hop_residual(struct constraint_pool *pool, constraint residual, uint32_t hop);

#endif
