/*
 * slice: which principals a question is about, from the edges that a load stored: those on the ways to a role, or on
 * the ways from a caller. Questions then load these alone (model_load_part) and are answered as over the whole.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_SLICE_H
#define ROLECHAIN_GRAPH_MODEL_SLICE_H

#include "ingest/store/store.h"
#include "ingest/support/id_map.h"
#include <stdint.h>

/* Whether a load has stored edges at all. */
bool slice_has_edges(struct store *store);

/* The party (see table edge) that a user or role is, by its ARN; that an outside party is, by its kind
 * (caller_kind_word) and name. 0: none. */
int64_t slice_party_of_principal(struct store *store, const char *arn);
int64_t slice_party_outside(struct store *store, const char *kind, const char *caller);

enum slice_direction { SLICE_TOWARDS, SLICE_FROM };

/* Zero-initialise. */
struct slice {
    int64_t *principals; /* database ids, in the order in which they were met */
    size_t count, room;
    struct id_map seen; /* principals and groups */
    size_t limit;       /* 0: none; a slice that grows over it is given up */
};

/* Adds a principal alone. False: the limit is reached. */
bool slice_add(struct slice *slice, int64_t principal);

/* Adds the party (a principal's id, or the number of an outside party: see table edge) and all that is on the ways to
 * it or from it. False: the limit is reached; the slice is then of no use. */
bool slice_follow(struct slice *slice, struct store *store, int64_t party, enum slice_direction direction);

void slice_free(struct slice *slice);

#endif
