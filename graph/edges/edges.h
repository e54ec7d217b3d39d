/*
 * edges: all direct "can assume" edges of a model, without trying every pair.
 *
 * The true relation is quadratic: an organization with ten thousand roles that trust everyone in it has more pairs than
 * fit in memory. So edges run between ends: an end is a node, or a group of nodes (classes.h) all of which have the
 * edge. A node has its own edges and those of its groups; its true edges are the union. If a pair of nodes has several,
 * the one with the narrowest ends is exact, and wider ones only say less: edges_between.
 *
 * Candidates are roles whose trust policies meet what identity policies can reach; each is then decided by decision.h.
 * Callers that are not exported users or roles (accounts, services, providers, anyone, principals that were not
 * exported) are outside parties: nodes of their own, made from the names in trust policies.
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

/* of_service: a service opens the session for something that runs with the role. begins_anew: that, or a session with
 * stolen keys; it keeps nothing from the hops before. */
static inline bool edge_kind_is_of_service(enum edge_kind kind)
{
    return kind == EDGE_PASS_ROLE || kind == EDGE_TAKE_OVER;
}

static inline bool edge_kind_begins_anew(enum edge_kind kind)
{
    return kind == EDGE_TAKE_CREDENTIALS || edge_kind_is_of_service(kind);
}

/* A node's number, or a group's number with this bit. Group numbers: permission classes first, then profiles, local
 * sets, role sets; then controllers and controlled, and groups of people, in order of addition. */
typedef uint32_t edge_end;
#define EDGE_GROUP 0x80000000u

struct edge {
    edge_end from;        /* node, permission class or profile; for control edges node or controllers */
    edge_end to;          /* the role's node, local set or role set; for control edges node or controlled */
    enum verdict verdict; /* VERDICT_ALLOWED or VERDICT_CONDITIONAL */
    constraint residual;
    enum edge_kind kind;
    const char *how; /* the actions of a control edge, the kind of a person's or workload's edge; NULL: assume */
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

/* What a room above this one caches about the edges; dropped when they change. */
struct edges_notes {
    void *kept; /* NULL: nothing */
    void (*forget)(void *kept);
};

/* Nodes 0 … model.principal_count-1 are the model's users and roles; outside parties follow, sorted by kind, then text.
 */
struct edges {
    const struct model *model;
    struct constraint_pool *pool;
    double now; /* time of the analysis, see edges_compute */
    struct classes classes;
    struct trust_index *trust; /* NULL: these are stored edges, see edges_read.h */
    struct caller *nodes;
    uint32_t node_count, sorted_nodes; /* nodes after the sorted ones are callers that were asked about later */
    uint32_t group_count;
    struct people *people;                  /* owned by the caller; NULL: none */
    uint32_t *person_of;                    /* per node from first_person on: its index in people_list */
    uint32_t *person_first, *person_groups; /* per such node: offset into its blocks of classes.people */
    uint32_t first_person, person_count;
    struct workloads *workloads; /* owned by the caller; NULL: none */
    uint32_t *workload_of;       /* per node from first_workload on: its index in workloads_list */
    uint32_t first_workload, workload_count;
    struct id_map given_way; /* pairs of node and role, see edges_has_given_way */
    bool with_control;       /* control edges (control_edges.h) are included, which create many more chains */
    struct edge *edges;      /* sorted by from, then to, then kind; no duplicates */
    uint32_t edge_count;
    /* Offsets for nodes and (…_group) for groups, with one more entry than there are. */
    uint32_t *out_first, *out_first_group; /* into edges */
    uint32_t *in_first, *in_first_group;   /* into in_edges */
    uint32_t *in_edges;                    /* indexes into edges, sorted by to, then from */
    struct arena arena;
    struct edges_stamps *stamps; /* for edges_count_… */
    struct edges_notes *notes;   /* for graph/chains/session_memory.h */
};

/* Computes all edges. `now` as in decision_question. Model and pool must outlive them. */
struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now);

/* The same, reporting progress from time to time; watcher may be NULL. */
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

/* The node of any caller with all its edges, for questions that start at it. Outside parties have edges only where
 * trust policies name them; but a role that trusts anyone, or an account that is named elsewhere, also admits a user of
 * that account who is not named anywhere, and a single session of a role is not a node. Decides the caller against
 * every role that might admit it (an account that was exported whole has the edges of its users and roles, under the
 * conditions under which any of them has it). Edge numbers change, node numbers do not. With stored edges, it adds no
 * edges. */
uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now);

/* The same for several callers without duplicates, with a single sort: gives them nodes, and their edges into the roles
 * that are set in `among` (per principal; NULL: all). Accounts that were exported whole always get all edges. */
void edges_of_callers(struct edges *edges, const struct caller *callers, uint32_t count, double now, const bool *among);

/* Sorts edges that were appended, and rebuilds the offsets. */
void edges_index(struct edges *edges);

/* These edges plus `more`, which run between nodes. Everything else is shared: the original edges must outlive the
 * result, and neither may get further edges. */
struct edges *edges_and(const struct edges *edges, const struct edge *more, uint32_t count);
void edges_and_free(struct edges *edges); /* NULL does nothing */

/* ---- ends */

/* The greatest number of ends of a node: as a source of edges (people have one per group), and as a target. */
#define EDGES_ENDS 16
#define EDGES_TARGETS 4

/* The ends whose outgoing edges a node has: itself, its permission class, its profile, its controllers if it has any.
 * For a person: itself, and its groups of people. Returns how many. */
uint32_t edges_sources(const struct edges *edges, uint32_t node, edge_end ends[EDGES_ENDS]);
/* The ends whose incoming edges a node has: itself, its local set, its role set, its controlled group. Returns how many
 * (1 to 4). */
uint32_t edges_targets(const struct edges *edges, uint32_t node, edge_end ends[EDGES_TARGETS]);
/* Whether it is a group that edges lead to, not one that they leave. */
bool edges_is_target_group(const struct edges *edges, edge_end end);
/* How wide the ends of an assume edge are: of several edges of a pair, the one with the least breadth is exact. A pair
 * has one control edge per kind. */
uint32_t edges_breadth(const struct edges *edges, const struct edge *edge);
/* The nodes of an end, ascending; for a node that is *end itself. A control edge between groups that share a member
 * does not lead from that member to itself. */
const uint32_t *edges_members(const struct edges *edges, const edge_end *end, uint32_t *count);
/* An index for arrays with an element per end: node_count + group_count of them, nodes first. */
static inline uint32_t edges_place(const struct edges *edges, edge_end end)
{
    return (end & EDGE_GROUP) != 0 ? edges->node_count + (end & ~EDGE_GROUP) : end;
}
/* The range of indexes into edges that leave the end, and into in_edges that enter it. */
void edges_out(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last);
void edges_in(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last);
/* The range of edges from one end to the other: one per kind. */
void edges_between_ends(const struct edges *edges, edge_end from, edge_end to, uint32_t *first, uint32_t *last);

/* Whether the node is a provider or service without an edge to the role because the people and workloads that use it,
 * all of whom are known, have the edges instead (edges_people.h, edges_workloads.h). There may be none of them. */
bool edges_has_given_way(const struct edges *edges, uint32_t node, uint32_t role);

/* ---- pairs of nodes */

/* The assume edge that says exactly when `from` can become `to`, or NULL. */
const struct edge *edges_between(const struct edges *edges, uint32_t from, uint32_t to);

/* Calls `each` with every node that has an edge into the role, some more than once. Stops when it returns false, and
 * returns that. */
typedef bool (*edges_caller_visit)(uint32_t caller, const struct edge *edge, void *context);
bool edges_each_caller(const struct edges *edges, uint32_t role, edges_caller_visit each, void *context);

/* The steps out of a node, one by one; narrow ends come first, and a pair may come more than once. Only for nodes with
 * few edges, or for loops that need every pair: it expands groups. */
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

/* How many distinct roles the nodes can assume; how many users, roles and outside parties can assume the role. Not
 * thread-safe. */
uint32_t edges_count_roles(const struct edges *edges, const uint32_t *nodes, uint32_t count);
uint32_t edges_count_callers(const struct edges *edges, uint32_t role);

/* Replaces the stored edges, the groups at their ends and the mentions (mentions.h), inside the caller's transaction.
 * Failures are the store's (store.h). */
void edges_store(const struct edges *edges, struct store *store);

#endif
