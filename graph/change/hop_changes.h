/*
 * hop_changes: which direct edges differ between two states, found between ends, not between pairs.
 *
 * Edges that both states have between the same ends under the same conditions cancel out. The rest is decided per pair
 * of classes: parties with the same ends in both states, as callers or as roles, cannot be told apart.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_HOP_CHANGES_H
#define ROLECHAIN_GRAPH_CHANGE_HOP_CHANGES_H

#include "graph/change/counterparts.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/intern.h"

/* Parties grouped into classes of indistinguishable ones. */
struct party_classes {
    uint32_t *of;      /* per party */
    uint32_t *first;   /* count + 1 offsets into members */
    uint32_t *members; /* sorted by class, then ascending */
    uint32_t count;
};

void party_classes_free(struct party_classes *classes);

/* A change of the edges from all members of a source class to all members of a target class. */
struct hop_change {
    uint32_t from, to;           /* classes */
    constraint residual[STATES]; /* CONSTRAINT_FALSE: no edge */
    bool assigned[STATES];       /* the edge is an assignment of Identity Center */
};

struct hop_changes {
    const struct counterparts *counterparts;
    struct party_classes sources, targets;
    struct party_classes alike; /* classes of parties that are alike as sources and as targets */
    struct hop_change *list;
    uint32_t count;
    struct hash_index index;       /* of list, by from and to */
    struct hop_changes_work *work; /* only during hop_changes_find */
};

/* Parties that are not compared are in classes, but their edges are not looked at. counterparts must outlive it. */
void hop_changes_find(struct hop_changes *changes, const struct counterparts *counterparts);
void hop_changes_free(struct hop_changes *changes);

/* NULL: the edge between the two parties is the same in both states. */
const struct hop_change *hop_changes_get(const struct hop_changes *changes, uint32_t from, uint32_t to);

#endif
