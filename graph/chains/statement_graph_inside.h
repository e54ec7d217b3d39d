/*
 * The inside of statement_graph.h while the graph is put together: statement_graph.c (the whole), statement_vertices.c
 * (what the vertices of policies are), statement_steps.c (which of them each edge leads through).
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
    bool *on_way, *group_on_way; /* per node; per group: some role of the local or role set is */
    struct evaluator *evaluator;
    struct grants grants;
    uint32_t vertex_count, vertex_room, removable_room;
    /* Statements of trust policies: per role, or group of roles, and position in their documents. */
    uint32_t *trust_first, *trust_vertex, *hub_first, *hub_vertex;
    /* Gates of the callers' end at work: per statement; the last one is for policies without document. */
    uint32_t *gate, *gate_stamp, *gates, gate_count, gate_slots, stamp;
    uint32_t *joined; /* per slot: the vertex that stands for all pairs of the last such step */
    edge_end from;
    uint32_t leave; /* its vertex for steps that need no identity policy */
    struct holding *holdings;
    uint32_t holding_count, holding_room;
    const char **patterns; /* of Resource, in the policies of the callers' end whose stamp it is */
    uint32_t pattern_count, pattern_room, patterns_of;
    bool by_itself;     /* they tell every role from every other */
    struct intern keys; /* of removables of identity policies */
    uint32_t *by_key, by_key_room;
};

/* A vertex, part of that removable or MODEL_NONE; and an arc. */
uint32_t assembly_add_vertex(struct assembly *assembly, uint32_t removable);
void assembly_add_arc(struct assembly *assembly, uint32_t tail, uint32_t head);

/* Of the statement at that position in the role's trust policy; it leads to the role. */
uint32_t assembly_trust_vertex(struct assembly *assembly, uint32_t role, uint32_t position);
/* The way into all roles of a local or role set by one statement that their trust policies have in common. */
uint32_t assembly_hub_vertex(struct assembly *assembly, edge_end group, uint32_t position);
/* Of callers at assembly->from: who passes the gate has the statement, or a policy whose document is not known (NULL).
 * Who has it is added by assembly_add_holders, once the steps of this end are. */
uint32_t assembly_gate_vertex(struct assembly *assembly, const struct statement *statement);
uint32_t assembly_gate_slot(const struct assembly *assembly, const struct statement *statement);
/* For steps that need no identity policy. */
uint32_t assembly_leave_vertex(struct assembly *assembly);
void assembly_add_holders(struct assembly *assembly, uint32_t slot);
/* The vertices of identity policies, of all holdings: those of one removable in as few parts as lead nowhere new. */
void assembly_add_parts(struct assembly *assembly);

/* All steps that begin at this end. */
void assembly_add_steps(struct assembly *assembly, edge_end from);

#endif
