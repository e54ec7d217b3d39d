/*
 * account_reach: how many roles of one account the users and roles of another can become. If there are too many
 * accounts, whole organizational units take their place.
 *
 * Each row costs one pass over the edges, not over pairs of principals. Ways are one step after the other, each
 * possible by itself, as `chokepoints` counts them.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_ACCOUNT_REACH_H
#define ROLECHAIN_ANALYZER_PICTURE_ACCOUNT_REACH_H

#include "analyzer/picture/view.h"

struct reach_cell {
    uint32_t roles, administrators; /* of these roles */
};

/* A row and column: an account, or a unit. */
struct reach_line {
    const char *name;
    const char *unit;                                        /* "" not known; of a unit itself its own name */
    uint32_t account;                                        /* MODEL_NONE: a unit */
    uint32_t accounts;                                       /* 1, or how many are in it */
    uint32_t roles, administrators;                          /* that it has */
    uint32_t reached, reached_administrators, reached_lines; /* in others */
    uint32_t given;                                          /* its roles that others can become */
    bool management;
    uint64_t unit_weight; /* of its unit, for the order: administrators that its accounts reach, for each account */
    uint32_t unit_size;
};

struct account_reach {
    struct reach_line *lines; /* by unit, those that reach most administrators first; in each likewise */
    uint32_t count;
    bool by_unit;
    uint32_t *line_of;        /* per account of the model; MODEL_NONE: not exported */
    struct reach_cell *cells; /* count × count, by row; none of a line with itself */
};

/* most: so many accounts stand one by one. chains: through any number of roles, else directly. */
void account_reach_find(struct account_reach *reach, struct view *view, uint32_t most, bool chains);
void account_reach_free(struct account_reach *reach);

/* For a sort of lines of one array: those that reach most administrators first, then most roles, then by place. */
int reach_line_compare(const struct reach_line *left, const struct reach_line *right);

static inline const struct reach_cell *account_reach_cell(const struct account_reach *reach, uint32_t from,
                                                          uint32_t into)
{
    return &reach->cells[(size_t)from * reach->count + into];
}

#endif
