/*
 * party_changes: of every user and role, which of the things that decisions look at differ between two states.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_PARTY_CHANGES_H
#define ROLECHAIN_GRAPH_CHANGE_PARTY_CHANGES_H

#include "graph/change/policy_contents.h"

enum party_change {
    PARTY_CAME = 1 << 0,      /* it is in NEW alone */
    PARTY_WENT = 1 << 1,      /* it is in OLD alone */
    PARTY_RECREATED = 1 << 2, /* of the same ARN, with another unique id */
    PARTY_RENAMED = 1 << 3,   /* of the same unique id, with another ARN */
    PARTY_TRUST = 1 << 4,     /* its trust policy */
    PARTY_IDENTITY = 1 << 5,  /* its own policies, and those of its groups */
    PARTY_BOUNDARY = 1 << 6,
    PARTY_TAGS = 1 << 7,
    PARTY_SCP = 1 << 8, /* that bind its account; which hang where, and what they say */
    PARTY_RCP = 1 << 9,
    PARTY_PLACE = 1 << 10, /* its account's organization, or place in it */
    PARTY_STATE = 1 << 11  /* its account is closed, suspended or open again */
};

/* A set of enum party_change per party; 0 of those who are no users or roles in either state, and of those that are not
 * compared. The caller frees it. */
uint32_t *party_changes_find(const struct counterparts *counterparts, struct policy_contents *contents);

#endif
