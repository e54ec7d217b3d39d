/*
 * slice: the part of the stored edges that a question is about: the principals on the paths to a role, or on the paths
 * from a caller, and the edges between them. Questions then load only these principals (model_load_part), use the edges
 * as stored (graph/edges/edges_read.h), and get the same answer as over the whole.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_SLICE_H
#define ROLECHAIN_GRAPH_MODEL_SLICE_H

#include "ingest/store/store.h"
#include "ingest/support/id_map.h"
#include <stdint.h>

/* Whether a load has stored edges; whether a load at that time (epoch seconds) would store the same, since no policy
 * names a time in between. */
bool slice_has_edges(struct store *store);
bool slice_is_current(struct store *store, double now);

/* The party (see table edge) of a user or role, by its ARN; of an outside party, by its kind (caller_kind_word) and
 * name. 0: none. */
int64_t slice_party_of_principal(struct store *store, const char *arn);
int64_t slice_party_outside(struct store *store, const char *kind, const char *caller);

enum slice_direction { SLICE_TOWARDS, SLICE_FROM };

/* A row of table edge; a principal in a group. */
struct slice_edge {
    int64_t source, target, residual;
    int breadth;
};
struct slice_member {
    int64_t party, principal;
};

/* A row of table control_edge. */
struct slice_control {
    int64_t source, target, way, residual;
};

/* Zero-initialise, but for what is asked. */
struct slice {
    bool with_control;   /* asked: ways of control count as ways */
    size_t limit;        /* asked: a slice that grows over it is given up; 0: none is */
    int64_t *principals; /* database ids, in the order in which they were met */
    size_t count, room;
    struct slice_edge *edges; /* without duplicates: those between parties of the slice that the walk met */
    size_t edge_count, edge_room;
    struct slice_member *members; /* principals of the slice whose edges were followed, in all their groups */
    size_t member_count, member_room;
    struct slice_control *control; /* the same of ways of control, and of their groups (table control_member) */
    size_t control_count, control_room;
    struct slice_member *control_members;
    size_t control_member_count, control_member_room;
    struct id_map seen; /* principals and groups */
};

/* Adds a single principal. False: the limit is exceeded. */
bool slice_add(struct slice *slice, int64_t principal);

/* Adds the party (a principal's id, or the number of an outside party: see table edge) and everything on the paths to
 * it or from it. False: the limit is exceeded; the slice is then useless. */
bool slice_follow(struct slice *slice, struct store *store, int64_t party, enum slice_direction direction);

/* The same for several parties; only once per slice. */
bool slice_follow_all(struct slice *slice, struct store *store, const int64_t *parties, size_t count,
                      enum slice_direction direction);

void slice_free(struct slice *slice);

#endif
