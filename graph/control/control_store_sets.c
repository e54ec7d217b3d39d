/*
 * Rows of one source that lead to several targets by the same way, under the same conditions: their targets become a
 * set, so that all sources with the same set have a row each, and not one for each target.
 */
#include "graph/control/control_store_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static int compare_ids(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* By what the rows of a set have in common, then target. */
static int compare_alike(const void *a, const void *b)
{
    const struct control_row *x = a, *y = b;
    int order = compare_ids(x->source, y->source);
    order = order != 0 ? order : compare_ids(x->way, y->way);
    order = order != 0 ? order : compare_ids(x->residual, y->residual);
    return order != 0 ? order : compare_ids(x->target, y->target);
}

/* Targets are divided by their numbers: `width` to a part. */
struct parts {
    int64_t least, width;
};

static int64_t part_of(const struct parts *parts, int64_t target)
{
    return (target - parts->least) / parts->width;
}

/* Where the rows like the first end. */
static size_t end_of(const struct parts *parts, const struct control_row *rows, size_t first, size_t count)
{
    size_t end = first + 1;
    int64_t part = part_of(parts, rows[first].target);
    while (end < count && rows[end].source == rows[first].source && rows[end].way == rows[first].way &&
           rows[end].residual == rows[first].residual && part_of(parts, rows[end].target) == part)
        end++;
    return end;
}

/* The number of the set of the rows' targets. */
static uint32_t number_set(struct target_sets *sets, const struct control_row *rows, size_t count)
{
    sets->now_count = 0;
    for (size_t i = 0; i < count; i++)
        ARRAY_ADD(sets->now, sets->now_count, sets->now_room, rows[i].target);
    return intern_add(&sets->all, (const char *)sets->now, count * sizeof *sets->now);
}

/* How many principals the targets are. */
static uint64_t members_of(const struct target_sets *sets)
{
    uint64_t members = 0;
    for (uint32_t i = 0; i < sets->now_count; i++)
        members += sets->now[i] > 0 ? 1 : sets->members_of(sets->now[i], sets->context);
    return members;
}

#define NO_SET UINT32_MAX

/* Numbers the sets by run of rows (NO_SET: the rows stay), and counts who uses each. */
static uint32_t *number_runs(struct target_sets *sets, const struct parts *parts, const struct control_row *rows,
                             size_t count)
{
    uint32_t *runs = NULL, run_count = 0, run_room = 0;
    for (size_t first = 0, end; first < count; first = end) {
        uint32_t set = NO_SET, known = sets->all.count;
        end = end_of(parts, rows, first, count);
        if (rows[first].may_fold && end - first > 1)
            set = number_set(sets, rows + first, end - first);
        if (set == known)
            ARRAY_ADD(sets->uses, known, sets->use_room, (struct set_use){0, members_of(sets)});
        if (set != NO_SET)
            sets->uses[set].count++;
        ARRAY_ADD(runs, run_count, run_room, set);
    }
    return runs;
}

static size_t fold(struct target_sets *sets, const struct parts *parts, struct control_row *rows, size_t count)
{
    size_t kept = 0, run = 0;
    uint32_t *runs = number_runs(sets, parts, rows, count);
    for (size_t first = 0, end; first < count; first = end, run++) {
        end = end_of(parts, rows, first, count);
        if (runs[run] != NO_SET && control_set_is_used(sets, runs[run])) {
            rows[kept] = rows[first];
            rows[kept].may_fold = false;
            rows[kept++].target = sets->next - runs[run];
        } else {
            memmove(rows + kept, rows + first, (end - first) * sizeof *rows);
            kept += end - first;
        }
    }
    free(runs);
    return kept;
}

/* Into how many parts the targets are divided of those who share not all of them. */
#define PARTS 64

size_t control_rows_fold(struct target_sets *sets, struct control_row *rows, size_t count, int64_t next)
{
    struct parts parts = {0, 1};
    int64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        parts.least = rows[i].target < parts.least ? rows[i].target : parts.least;
        most = rows[i].target > most ? rows[i].target : most;
    }
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_alike);
    sets->next = next;
    parts.width = most - parts.least + 1;
    count = fold(sets, &parts, rows, count);
    for (uint32_t i = 0; i < sets->all.count; i++)
        sets->uses[i].count = control_set_is_used(sets, i) ? sets->uses[i].count : 0;
    parts.width = parts.width / PARTS + 1;
    return fold(sets, &parts, rows, count);
}

bool control_set_is_used(const struct target_sets *sets, uint32_t set)
{
    uint64_t targets = intern_length(&sets->all, set) / sizeof(int64_t);
    return sets->uses[set].count * (targets - 1) > sets->uses[set].members;
}

size_t control_set_count(const struct target_sets *sets, uint32_t set)
{
    return intern_length(&sets->all, set) / sizeof(int64_t);
}

int64_t control_set_target(const struct target_sets *sets, uint32_t set, size_t i)
{
    int64_t target;
    memcpy(&target, intern_text(&sets->all, set) + i * sizeof target, sizeof target);
    return target;
}

void control_sets_free(struct target_sets *sets)
{
    intern_free(&sets->all);
    free(sets->uses);
    free(sets->now);
}
