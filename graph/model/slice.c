#include "graph/model/slice.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- the set */

/* Whether the number is new. Sets *failed when memory is exhausted. */
static bool remember(struct slice *slice, int64_t number, bool *failed)
{
    bool fresh = false;
    *failed = id_map_add(&slice->seen, number, &fresh) == NULL || *failed;
    return fresh && !*failed;
}

bool slice_add(struct slice *slice, int64_t principal)
{
    bool failed = false;
    if (!remember(slice, principal, &failed))
        return !failed;
    if (slice->limit != 0 && slice->count >= slice->limit)
        return false;
    if (slice->count == slice->room) {
        size_t room = slice->room == 0 ? 128 : slice->room * 2;
        int64_t *grown = realloc(slice->principals, room * sizeof *grown);
        if (grown == NULL)
            return false;
        slice->principals = grown;
        slice->room = room;
    }
    slice->principals[slice->count++] = principal;
    return true;
}

void slice_free(struct slice *slice)
{
    free(slice->principals);
    id_map_free(&slice->seen);
    *slice = (struct slice){0};
}

/* ---- the walk */

struct walk {
    struct slice *slice;
    sqlite3_stmt *edges;   /* the other parties of the edges of a party */
    sqlite3_stmt *members; /* of a group */
    sqlite3_stmt *groups;  /* of a principal */
    int64_t *found;        /* rows of the last query */
    size_t found_room;
    bool failed;
};

/* All rows of a query of one number; the statement can be used again at once. */
static size_t rows_of(struct walk *walk, sqlite3_stmt *statement, int64_t number)
{
    size_t count = 0;
    int status = SQLITE_DONE;
    sqlite3_bind_int64(statement, 1, number);
    while (!walk->failed && (status = sqlite3_step(statement)) == SQLITE_ROW) {
        if (count == walk->found_room) {
            size_t room = walk->found_room * 2 + 64;
            int64_t *grown = realloc(walk->found, room * sizeof *grown);
            if (grown == NULL) {
                walk->failed = true;
                break;
            }
            walk->found = grown;
            walk->found_room = room;
        }
        walk->found[count++] = sqlite3_column_int64(statement, 0);
    }
    walk->failed = walk->failed || status != SQLITE_DONE;
    sqlite3_reset(statement);
    return count;
}

/* Calls `visit` for all rows of a query of one number, which may make queries of its own. */
static void each_row(struct walk *walk, sqlite3_stmt *statement, int64_t number,
                     void (*visit)(struct walk *walk, int64_t number))
{
    size_t count = rows_of(walk, statement, number);
    int64_t *rows = malloc((count + 1) * sizeof *rows);
    walk->failed = walk->failed || rows == NULL;
    if (count > 0 && !walk->failed)
        memcpy(rows, walk->found, count * sizeof *rows);
    for (size_t i = 0; i < count && !walk->failed; i++)
        visit(walk, rows[i]);
    free(rows);
}

/* Adds what a party stands for: itself, or a group's members. */
static void meet(struct walk *walk, int64_t party)
{
    if (party > 0) {
        walk->failed = walk->failed || !slice_add(walk->slice, party);
    } else if (remember(walk->slice, party, &walk->failed)) {
        size_t count = rows_of(walk, walk->members, party);
        for (size_t i = 0; i < count && !walk->failed; i++)
            walk->failed = !slice_add(walk->slice, walk->found[i]);
    }
}

/* Groups are told apart from the groups whose members were met by a number of their own. */
#define FOLLOWED(party) ((party)-INT64_C(0x100000000))

static void follow_party(struct walk *walk, int64_t party)
{
    if (party < 0 && !remember(walk->slice, FOLLOWED(party), &walk->failed))
        return;
    each_row(walk, walk->edges, party, meet);
}

static void follow_principal(struct walk *walk, int64_t principal)
{
    follow_party(walk, principal);
    each_row(walk, walk->groups, principal, follow_party);
}

static bool prepare(struct store *store, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(store_handle(store), sql, -1, statement, NULL) == SQLITE_OK;
}

bool slice_follow(struct slice *slice, struct store *store, int64_t party, enum slice_direction direction)
{
    struct walk walk = {.slice = slice};
    bool good = prepare(store,
                        direction == SLICE_FROM ? "SELECT target FROM edge WHERE source = ?"
                                                : "SELECT source FROM edge WHERE target = ?",
                        &walk.edges) &&
                prepare(store, "SELECT principal FROM party_member WHERE party = ?", &walk.members) &&
                prepare(store, "SELECT party FROM party_member WHERE principal = ?", &walk.groups);
    if (good && party < 0)
        follow_party(&walk, party);
    else if (good)
        meet(&walk, party);
    for (size_t i = 0; good && !walk.failed && i < slice->count; i++)
        follow_principal(&walk, slice->principals[i]);
    sqlite3_finalize(walk.edges);
    sqlite3_finalize(walk.members);
    sqlite3_finalize(walk.groups);
    free(walk.found);
    return good && !walk.failed;
}
