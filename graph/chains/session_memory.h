/*
 * session_memory: what a session keeps from the hops before it, as far as later hops depend on it.
 *
 * Two chains to one role are not interchangeable: one session may carry a tag, a source identity or a provider that a
 * later trust policy requires, or surely lack what a later one forbids. One chain makes another redundant only if it
 * demands no more and its session carries the same.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_SESSION_MEMORY_H
#define ROLECHAIN_GRAPH_CHAINS_SESSION_MEMORY_H

#include "graph/chains/role_chaining.h"

struct session_memory {
    uint32_t origin;     /* a number for how it was obtained, if somebody asks */
    bool anew;           /* nothing of the first caller's own session is left */
    bool named;          /* the demands name what the last hop passed on */
    constraint demands;  /* of the chain, the last hop told apart from those before, if they name what any passed on */
    constraint tags;     /* under which the last hop could pass tags */
    constraint identity; /* … or set a source identity */
    /* Under which hops before it could, each by its number where the demands name what it passes. */
    constraint earlier_tags, earlier_identity;
};

/* Whether some hop from the node, or further on, asks for what its sessions remember. Where none does, all are alike.
 * Computed for all nodes at the first call, and kept with the edges. */
bool session_is_asked(struct chainer *chainer, uint32_t node);

/* The same of any member of the end; whether edges from the end ask, or lead to a node that is asked. */
bool session_end_is_asked(struct chainer *chainer, edge_end end);
bool session_end_asks(struct chainer *chainer, edge_end end);

/* Whether the key is of what a hop passes on: tags, a source identity, its session's name. */
bool session_names_passed(const char *key);

/* The memory of the session at the end of a chain to a node that is asked; the chain has a hop. */
struct session_memory session_remember(struct chainer *chainer, const struct chaining *chain);

/* Whether whoever has the one needs not have the other: it plainly demands no more, and to later hops it is the same.
 */
bool session_covers(const struct constraint_pool *pool, const struct session_memory *one,
                    const struct session_memory *other);

/* The same of one that the chain had at the node before, whose demands are among those of the other. */
bool session_covers_later(const struct constraint_pool *pool, const struct session_memory *one,
                          const struct session_memory *later);

/* Whether demands that hops passed something on, which later hops must then be allowed too. */
bool session_is_laden(struct constraint_pool *pool, constraint demands);

#endif
