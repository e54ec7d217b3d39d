/*
 * Internals of building statement_graph.h: statement_graph.c (the whole), statement_vertices.c (the vertices of
 * policies), statement_steps.c (the vertices that each edge leads through).
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_STATEMENT_GRAPH_INSIDE_H
#define ROLECHAIN_GRAPH_CHAINS_STATEMENT_GRAPH_INSIDE_H

#include "graph/chains/statement_graph.h"
#include "graph/decision/grants.h"
#include "ingest/support/intern.h"

/* A principal that has a removable of an identity policy, which leads to the gate of a group of callers. */
struct holding {
    uint32_t removable, scope, principal, gate;
};

struct assembly {
    struct statement_graph *statements;
    const struct edges *edges;
    const struct model *model;
    const bool *targets;
    bool *on_way, *group_on_way; /* per node, and per group: whether it contains a role on a path */
    struct evaluator *evaluator;
    struct grants grants;
    uint32_t vertex_count, vertex_room, removable_room;
    /* Statements of trust policies: per role, or group of roles, and position in their documents. */
    uint32_t *trust_first, *trust_vertex, *hub_first, *hub_vertex;
    /* Gates of the callers' end being processed: per statement; the last one is for policies without a document. */
    uint32_t *gate, *gate_stamp, *gates, gate_count, gate_slots, stamp;
    uint32_t *joined; /* per slot: the vertex that represents all pairs of the last such step */
    edge_end from;
    uint32_t leave; /* its vertex for steps that need no identity policy */
    struct holding *holdings;
    uint32_t holding_count, holding_room;
    const char **patterns; /* Resource patterns in the policies of the callers' end with that stamp */
    uint32_t pattern_count, pattern_room, patterns_of;
    bool by_itself;     /* the patterns distinguish every role from every other */
    struct intern keys; /* identifying removables of identity policies */
    uint32_t *by_key, by_key_room;
};

/* Adds a vertex, which is part of that removable or of none (MODEL_NONE); adds an arc. */
uint32_t assembly_add_vertex(struct assembly *assembly, uint32_t removable);
void assembly_add_arc(struct assembly *assembly, uint32_t tail, uint32_t head);

/* The vertex of the statement at that position in the role's trust policy; it leads to the role. */
uint32_t assembly_trust_vertex(struct assembly *assembly, uint32_t role, uint32_t position);
/* The vertex into all roles of a local or role set, for one statement that their trust policies share. */
uint32_t assembly_hub_vertex(struct assembly *assembly, edge_end group, uint32_t position);
/* For callers at assembly->from: the gate passed by those that have the statement, or (NULL) a policy whose document is
 * unknown. assembly_add_holders adds the holders, after the steps of this end. */
uint32_t assembly_gate_vertex(struct assembly *assembly, const struct statement *statement);
uint32_t assembly_gate_slot(const struct assembly *assembly, const struct statement *statement);
/* For steps that need no identity policy. */
uint32_t assembly_leave_vertex(struct assembly *assembly);
void assembly_add_holders(struct assembly *assembly, uint32_t slot);
/* The vertices of identity policies, for all holdings: each removable gets as few parts as possible without creating
 * new paths. */
void assembly_add_parts(struct assembly *assembly);

/* All steps that start at this end. */
void assembly_add_steps(struct assembly *assembly, edge_end from);

#endif
