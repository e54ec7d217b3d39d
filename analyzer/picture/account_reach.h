/*
 * account_reach: how many roles of one account the users and roles of another can become. If there are too many
 * accounts, organizational units take their place.
 *
 * Each row costs one pass over the edges, not over pairs of principals. Paths are sequences of steps, each possible by
 * itself, as `chokepoints` counts them.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_ACCOUNT_REACH_H
#define ROLECHAIN_ANALYZER_PICTURE_ACCOUNT_REACH_H

#include "analyzer/picture/view.h"

struct reach_cell {
    uint32_t roles, administrators; /* how many of the roles */
};

/* A row and its column: an account or a unit. */
struct reach_line {
    const char *name;
    const char *unit;                                        /* "": unknown; for a unit, its own name */
    uint32_t account;                                        /* MODEL_NONE: this is a unit */
    uint32_t accounts;                                       /* 1, or the number of accounts in the unit */
    uint32_t roles, administrators;                          /* what it contains */
    uint32_t reached, reached_administrators, reached_lines; /* in other lines */
    uint32_t given;                                          /* number of its roles that other lines can become */
    bool management;
    uint64_t unit_weight; /* for sorting: administrators that the accounts of its unit reach, per account */
    uint32_t unit_size;
};

struct account_reach {
    struct reach_line *lines; /* by unit; most administrators reached first, likewise within a unit */
    uint32_t count;
    bool by_unit;
    uint32_t *line_of;        /* per account of the model; MODEL_NONE: not exported */
    struct reach_cell *cells; /* count × count, by row; the diagonal is empty */
};

/* most: up to this many accounts get a line each. chains: through any number of roles; false: directly. */
void account_reach_find(struct account_reach *reach, struct view *view, uint32_t most, bool chains);
void account_reach_free(struct account_reach *reach);

/* Compares lines of one array for sorting: most administrators reached first, then most roles, then by position. */
int reach_line_compare(const struct reach_line *left, const struct reach_line *right);

static inline const struct reach_cell *account_reach_cell(const struct account_reach *reach, uint32_t from,
                                                          uint32_t into)
{
    return &reach->cells[(size_t)from * reach->count + into];
}

#endif
