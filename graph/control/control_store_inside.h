/*
 * Internals of control_store.h: control_store.c (writes edges), control_refresh.c (updates after a load),
 * control_restore.c (reads them back).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_STORE_INSIDE_H

#include "graph/control/control_store.h"
#include "ingest/support/intern.h"

/* Which edges are new: all that leave some accounts, and others that lead to changed principals. */
struct control_renewal {
    const bool *accounts; /* per account of the model */
    const bool *changed;  /* per principal */
};

/* Adds edges and their groups to what is stored; renewal NULL: all edges. Groups get the numbers from `next`
 * downwards. */
void control_edges_write(const struct edges *edges, const struct control_renewal *renewal, int64_t next,
                         struct store *store);

/* A row of table control_edge. */
struct control_row {
    int64_t source, target;
    int64_t way, residual;
    bool may_fold; /* it says the same of each target */
};

/* Targets that several sources have in common, as sets. Zero-initialise but for members_of, which counts the principals
 * of a group. */
struct target_sets {
    uint32_t (*members_of)(int64_t party, const void *context);
    const void *context;
    struct intern all; /* the targets' numbers, ascending */
    struct set_use {
        uint64_t count, members; /* how many sources use it, how many principals it has */
    } * uses;                    /* per set */
    uint32_t use_room;
    int64_t next; /* the number of the first set; others go down from there */
    int64_t *now;
    uint32_t now_count, now_room;
};

/* Replaces the rows of a source that differ only in their targets by one whose target is a set, where that saves
 * rows. Returns how many rows are left. Sets get the numbers from `next` down. */
size_t control_rows_fold(struct target_sets *sets, struct control_row *rows, size_t count, int64_t next);

/* Whether a set saves more rows than it has members. */
bool control_set_is_used(const struct target_sets *sets, uint32_t set);

/* How many targets it has, and each. */
size_t control_set_count(const struct target_sets *sets, uint32_t set);
int64_t control_set_target(const struct target_sets *sets, uint32_t set, size_t i);

void control_sets_free(struct target_sets *sets);

#endif
