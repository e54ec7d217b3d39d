/*
 * name_matches: which principals conditions on the caller's name match.
 *
 * A condition on aws:PrincipalArn or aws:username without variables distinguishes users and roles only by which of its
 * values match them. Each distinct set of principals that some value matches gets a number, so that callers can be
 * grouped by the sets they are in, and two values that match the same principals are equivalent for everyone exported.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_NAME_MATCHES_H
#define ROLECHAIN_GRAPH_EDGES_NAME_MATCHES_H

#include "graph/edges/arn_order.h"

/* Zero-initialise except for the model. */
struct name_matches {
    const struct model *model;
    struct intern values; /* values asked for so far */
    uint32_t *set_of;     /* per value */
    uint32_t value_room;
    struct intern sets; /* the members, ascending, as bytes */
    bool *wide;         /* per set: requested for all accounts */
    uint32_t set_room;
    uint32_t *first, *containing; /* after name_matches_list: per principal, offsets and its sets, ascending */
    uint32_t *found, found_count; /* of the current search */
    uint32_t *by_name;            /* all principals sorted as in arn_order.h, once that pays */
    struct arn_ends ends;         /* of by_name */
    uint32_t searches;
    bool colons;
};

/* Whether the condition is of this kind. */
bool name_matches_reads(const struct statement_condition *condition, bool variables);

/* The number of the set of users and roles, of all accounts or of one, that a value of such a condition matches, in the
 * positive form of its operator. */
uint32_t name_matches_add(struct name_matches *matches, const struct statement_condition *condition, uint32_t value,
                          uint32_t account);

/* Inverts the sets (first, containing), after all are added. */
void name_matches_list(struct name_matches *matches);

void name_matches_free(struct name_matches *matches);

#endif
