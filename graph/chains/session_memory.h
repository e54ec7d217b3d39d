/*
 * session_memory: what a session keeps from the hops before it, as far as later hops depend on it.
 *
 * Two chains to one role are not interchangeable: one session may carry a tag, a source identity or a provider that a
 * later trust policy requires, or certainly lack something that a later one forbids. One chain makes another redundant
 * only if it requires no more and its session carries the same.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_SESSION_MEMORY_H
#define ROLECHAIN_GRAPH_CHAINS_SESSION_MEMORY_H

#include "graph/chains/role_chaining.h"

struct session_memory {
    uint32_t origin;     /* a number for how it was obtained, if any later hop tests that */
    bool anew;           /* nothing is left of the first caller's own session */
    bool named;          /* the conditions mention what the last hop passed on */
    constraint demands;  /* of the chain, with the last hop distinguished from those before, if they mention what a hop
                            passed on */
    constraint tags;     /* under which the last hop could pass tags */
    constraint identity; /* … or set a source identity */
    /* The conditions under which earlier hops could; hops are numbered if the conditions mention what they pass. */
    constraint earlier_tags, earlier_identity;
};

/* Whether some hop from the node, or a later one, tests what its sessions remember. If none does, all sessions are
 * alike. Computed for all nodes at the first call, and kept with the edges; if chains may visit only some nodes
 * (chainer.within), kept with the chainer. */
bool session_is_asked(struct chainer *chainer, uint32_t node);
void session_forget(struct chainer *chainer);

/* The same for any member of the end; whether edges from the end test it, or lead to a node that is asked. */
bool session_end_is_asked(struct chainer *chainer, edge_end end);
bool session_end_asks(struct chainer *chainer, edge_end end);

/* Whether the key is something that a hop passes on: tags, a source identity, its session's name. */
bool session_names_passed(const char *key);

/* The memory of the session at the end of a chain to a node that is asked; the chain has at least one hop. */
struct session_memory session_remember(struct chainer *chainer, const struct chaining *chain);

/* Whether `other` is redundant, given `one`: `one` plainly requires no more, and later hops cannot tell the two
 * apart. */
bool session_covers(const struct constraint_pool *pool, const struct session_memory *one,
                    const struct session_memory *other);

/* The same if `one` belongs to the chain at the previous node, so that its conditions are among those of `later`. */
bool session_covers_later(const struct constraint_pool *pool, const struct session_memory *one,
                          const struct session_memory *later);

/* Whether the conditions require that hops passed something on, which later hops must then be allowed, too. */
bool session_is_laden(struct constraint_pool *pool, constraint demands);

#endif
