/*
 * edges: all direct "can assume" edges of a model, without trying every pair.
 *
 * The true relation is quadratic: an organization in which ten thousand roles trust everyone in it has more pairs than
 * memory. So edges run between ends: an end is a node, or a group of nodes (classes.h) all of which have the edge. A
 * node has the edges of its own and those of its groups; the true edges of a node are the union. Where a pair of nodes
 * has several, the one with the narrowest ends is exact, and wider ones only say less: edges_between.
 *
 * Candidates come from the trust policies met with what identity policies can reach; each is then decided by
 * decision.h. Callers that are no exported user or role (accounts, services, providers, anyone, principals that were
 * not exported) are outside parties: nodes of their own, made from what trust policies name.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_H

#include "graph/decision/decision.h"
#include "graph/edges/classes.h"
#include "ingest/support/id_map.h"

/* How one becomes the other: sts:AssumeRole and its forms, or control over it, see control_edges.h. */
enum edge_kind {
    EDGE_ASSUME,
    EDGE_EDIT_TRUST,
    EDGE_EDIT_PERMISSIONS,
    EDGE_TAKE_CREDENTIALS,
    EDGE_PASS_ROLE,
    EDGE_TAKE_OVER,
};

/* Whether the session is one that a service makes for what runs with the role; whether it is that, or one of keys that
 * were taken, and so knows nothing of the hops before. */
static inline bool edge_kind_is_of_service(enum edge_kind kind)
{
    return kind == EDGE_PASS_ROLE || kind == EDGE_TAKE_OVER;
}

static inline bool edge_kind_begins_anew(enum edge_kind kind)
{
    return kind == EDGE_TAKE_CREDENTIALS || edge_kind_is_of_service(kind);
}

/* A node's number, or a group's with this bit: permission classes come first, then profiles, local sets, role sets;
 * then controllers and controlled, and groups of people, in the order in which they were added. */
typedef uint32_t edge_end;
#define EDGE_GROUP 0x80000000u

struct edge {
    edge_end from;        /* node, permission class or profile; of control edges node or controllers */
    edge_end to;          /* node of the role, local set or role set; of control edges node or controlled */
    enum verdict verdict; /* VERDICT_ALLOWED or VERDICT_CONDITIONAL */
    constraint residual;
    enum edge_kind kind;
    const char *how; /* the actions of a control edge, the word for that of a person or workload; NULL: assume */
};

/* One step from a node to a node, over an edge that both ends cover. */
struct hop {
    uint32_t from, to;
    uint32_t edge; /* index into edges.edges */
};

struct people;
struct workloads;
struct trust_index;
struct edges_stamps;

/* What a room that stands on this one works out of the edges once; forgotten when they change. */
struct edges_notes {
    void *kept; /* NULL: nothing */
    void (*forget)(void *kept);
};

/* Nodes 0 … model.principal_count-1 are the model's users and roles; outside parties follow, sorted by kind, then text.
 */
struct edges {
    const struct model *model;
    struct constraint_pool *pool;
    double now; /* of the analysis, see edges_compute */
    struct classes classes;
    struct trust_index *trust; /* NULL: the edges are those that were stored, see edges_read.h */
    struct caller *nodes;
    uint32_t node_count, sorted_nodes; /* behind the sorted ones: callers that were asked about later */
    uint32_t group_count;
    struct people *people;                  /* NULL: there are none; the caller's */
    uint32_t *person_of;                    /* per node from first_person on: its place in people_list */
    uint32_t *person_first, *person_groups; /* per such node: an offset into its blocks of classes.people */
    uint32_t first_person, person_count;
    struct workloads *workloads; /* NULL: there are none; the caller's */
    uint32_t *workload_of;       /* per node from first_workload on: its place in workloads_list */
    uint32_t first_workload, workload_count;
    struct id_map given_way; /* pairs of node and role, see edges_has_given_way */
    bool with_control;       /* control edges (control_edges.h) are among them, which make far more chains */
    struct edge *edges;      /* sorted by from, then to, then kind; one of each */
    uint32_t edge_count;
    /* Offsets: of nodes, then (…_group) of groups, each with one more than there are. */
    uint32_t *out_first, *out_first_group; /* into edges */
    uint32_t *in_first, *in_first_group;   /* into in_edges */
    uint32_t *in_edges;                    /* indexes into edges, sorted by to, then from */
    struct arena arena;
    struct edges_stamps *stamps; /* of edges_count_… */
    struct edges_notes *notes;   /* of graph/chains/session_memory.h */
};

/* Computes all edges. `now` as in decision_question. Model and pool must outlive it. */
struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now);

/* The same, and tells now and then how far it is; watcher NULL: nobody. */
struct edges_watcher {
    void (*step)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
};
struct edges *edges_compute_watched(const struct model *model, struct constraint_pool *pool, double now,
                                    const struct edges_watcher *watcher);
void edges_free(struct edges *edges);

/* The node of a caller (principals by index, outside parties by kind and text); MODEL_NONE if no edge or trust policy
 * knows it. */
uint32_t edges_find_node(const struct edges *edges, const struct caller *caller);

/* The node of any caller with all its edges, for questions that begin at it. Outside parties have edges only where
 * trust policies name them; but a role that trusts anyone, or an account that is named elsewhere, also lets in a user
 * of that account who is named nowhere, and one session of a role is no node. Decides the caller against every role
 * that might let it in (an account that was exported whole has the edges of its users and roles, under the conditions
 * under which any of them has it); edge numbers change, node numbers do not. Of stored edges no more than those. */
uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now);

/* The same of several, no two of which are the same, at the price of one putting in order: gives them nodes, and their
 * edges into the roles that are set in `among` (per principal; NULL: all), but for accounts that were exported whole,
 * which have all of theirs. */
void edges_of_callers(struct edges *edges, const struct caller *callers, uint32_t count, double now, const bool *among);

/* Puts edges that were added behind the others into their order, and makes the offsets anew. */
void edges_index(struct edges *edges);

/* The same edges and `more`, which run from node to node. All else is shared: the first ones must outlive them, and
 * neither may get further edges. */
struct edges *edges_and(const struct edges *edges, const struct edge *more, uint32_t count);
void edges_and_free(struct edges *edges); /* NULL does nothing */

/* ---- ends */

/* A node has so many ends at most: that edges leave (people have one a group), and that edges enter. */
#define EDGES_ENDS 16
#define EDGES_TARGETS 4

/* The ends whose outgoing edges a node has: itself, its permission class, its profile, its controllers if it has any.
 * Of a person: itself, and the groups of people that it is in. Returns how many. */
uint32_t edges_sources(const struct edges *edges, uint32_t node, edge_end ends[EDGES_ENDS]);
/* The ends whose incoming edges a node has: itself, its local set, its role set, those who are controlled with it.
 * Returns how many (1 to 4). */
uint32_t edges_targets(const struct edges *edges, uint32_t node, edge_end ends[EDGES_TARGETS]);
/* Whether it is a group that edges lead to, not one that they leave. */
bool edges_is_target_group(const struct edges *edges, edge_end end);
/* How wide the ends of an assume edge are: of several of a pair the one of least breadth is exact. A pair has one
 * control edge of a kind. */
uint32_t edges_breadth(const struct edges *edges, const struct edge *edge);
/* The nodes of an end, ascending; those of a node are *end itself. A control edge between groups that share a member
 * says nothing of that member and itself. */
const uint32_t *edges_members(const struct edges *edges, const edge_end *end, uint32_t *count);
/* A number for arrays that hold something of every end: node_count + group_count of them, nodes first. */
static inline uint32_t edges_place(const struct edges *edges, edge_end end)
{
    return (end & EDGE_GROUP) != 0 ? edges->node_count + (end & ~EDGE_GROUP) : end;
}
/* The range of indexes into edges that leave the end, and into in_edges that enter it. */
void edges_out(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last);
void edges_in(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last);
/* The range of those that leave the one and enter the other: one a kind. */
void edges_between_ends(const struct edges *edges, edge_end from, edge_end to, uint32_t *first, uint32_t *last);

/* Whether the node is a provider or service without an edge to the role because the people and workloads behind it,
 * all of whom are known, stand in its place (edges_people.h, edges_workloads.h). There may be none of them. */
bool edges_has_given_way(const struct edges *edges, uint32_t node, uint32_t role);

/* ---- pairs of nodes */

/* The assume edge that says exactly when `from` can become `to`, or NULL. */
const struct edge *edges_between(const struct edges *edges, uint32_t from, uint32_t to);

/* Calls `each` with every node that has an edge into the role, some more than once. False: one of the calls was. */
typedef bool (*edges_caller_visit)(uint32_t caller, const struct edge *edge, void *context);
bool edges_each_caller(const struct edges *edges, uint32_t role, edges_caller_visit each, void *context);

/* The steps out of a node, one by one; narrow ends come first, and a pair may come more than once. For nodes with
 * few edges, or for loops that want every pair: it does expand groups. */
struct hop_cursor {
    const struct edges *edges;
    uint32_t node;
    edge_end sources[EDGES_ENDS];
    uint32_t source, source_count;
    uint32_t edge, last;           /* of the current source */
    uint32_t member, member_count; /* of the current edge's target */
};
void hop_cursor_begin(struct hop_cursor *cursor, const struct edges *edges, uint32_t node);
bool hop_cursor_next(struct hop_cursor *cursor, struct hop *hop);

/* How many roles any of the nodes can assume, each counted once; how many users, roles and outside parties can assume
 * the role. Not from two threads at a time. */
uint32_t edges_count_roles(const struct edges *edges, const uint32_t *nodes, uint32_t count);
uint32_t edges_count_callers(const struct edges *edges, uint32_t role);

/* Writes the edges and the groups at their ends and the mentions (mentions.h) anew, in place of what is stored, inside
 * the caller's transaction. A failure is the store's (store.h). */
void edges_store(const struct edges *edges, struct store *store);

#endif
