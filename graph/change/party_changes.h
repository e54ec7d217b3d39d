/*
 * party_changes: for every user and role, which inputs of its decisions differ between two states.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_PARTY_CHANGES_H
#define ROLECHAIN_GRAPH_CHANGE_PARTY_CHANGES_H

#include "graph/change/policy_contents.h"

enum party_change {
    PARTY_CAME = 1 << 0,      /* only in NEW */
    PARTY_WENT = 1 << 1,      /* only in OLD */
    PARTY_RECREATED = 1 << 2, /* same ARN, another unique id */
    PARTY_RENAMED = 1 << 3,   /* same unique id, another ARN */
    PARTY_TRUST = 1 << 4,     /* its trust policy */
    PARTY_IDENTITY = 1 << 5,  /* its own policies and those of its groups */
    PARTY_BOUNDARY = 1 << 6,
    PARTY_TAGS = 1 << 7,
    PARTY_SCP = 1 << 8, /* the SCPs for its account: where they are attached, and their contents */
    PARTY_RCP = 1 << 9,
    PARTY_PLACE = 1 << 10, /* its account's organization, or its place in it */
    PARTY_STATE = 1 << 11  /* its account was closed, suspended or reopened */
};

/* A set of enum party_change per party; 0 for parties that are not users or roles, and for those that are not compared.
 * The caller frees it. */
uint32_t *party_changes_find(const struct counterparts *counterparts, struct policy_contents *contents);

#endif
