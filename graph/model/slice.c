#include "graph/model/slice.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

bool slice_has_edges(struct store *store)
{
    return store_number(store, "SELECT EXISTS (SELECT 1 FROM gap)") != 0;
}

int64_t slice_party_of_principal(struct store *store, const char *arn)
{
    struct query *row = query_open(store, "SELECT id FROM principal WHERE arn = ? AND kind <> 'group'");
    query_bind_text(row, 1, arn);
    int64_t party = query_next(row) ? query_integer(row, 0) : 0;
    query_close(row);
    return party;
}

int64_t slice_party_outside(struct store *store, const char *kind, const char *caller)
{
    struct query *row = query_open(store, "SELECT party FROM outside_party WHERE caller = ? AND kind = ?");
    query_bind_text(row, 1, caller);
    query_bind_text(row, 2, kind);
    int64_t party = query_next(row) ? query_integer(row, 0) : 0;
    query_close(row);
    return party;
}

/* ---- the set */

/* Whether the number is new. */
static bool remember(struct slice *slice, int64_t number)
{
    bool fresh = false;
    id_map_add(&slice->seen, number, &fresh);
    return fresh;
}

bool slice_add(struct slice *slice, int64_t principal)
{
    if (!remember(slice, principal))
        return true;
    if (slice->limit != 0 && slice->count >= slice->limit)
        return false;
    ARRAY_ADD(slice->principals, slice->count, slice->room, principal);
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
    struct query *edges;   /* the other parties of the edges of a party */
    struct query *members; /* of a group */
    struct query *groups;  /* of a principal */
    bool full;             /* the limit is reached */
};

/* Calls `visit` for all rows of a query of one number; it may use the same query. */
static void each_row(struct walk *walk, struct query *query, int64_t number,
                     void (*visit)(struct walk *walk, int64_t number))
{
    int64_t *rows = NULL;
    size_t count = 0, room = 0;
    query_bind_integer(query, 1, number);
    while (query_next(query))
        ARRAY_ADD(rows, count, room, query_integer(query, 0));
    for (size_t i = 0; i < count && !walk->full; i++)
        visit(walk, rows[i]);
    free(rows);
}

static void meet_principal(struct walk *walk, int64_t principal)
{
    walk->full = walk->full || !slice_add(walk->slice, principal);
}

/* Adds what a party stands for: itself, or a group's members. */
static void meet(struct walk *walk, int64_t party)
{
    if (party > 0)
        meet_principal(walk, party);
    else if (remember(walk->slice, party))
        each_row(walk, walk->members, party, meet_principal);
}

/* Groups are told apart from the groups whose members were met by a number of their own. */
#define FOLLOWED(party) ((party)-INT64_C(0x100000000))

static void follow_party(struct walk *walk, int64_t party)
{
    if (party > 0 || remember(walk->slice, FOLLOWED(party)))
        each_row(walk, walk->edges, party, meet);
}

static void follow_principal(struct walk *walk, int64_t principal)
{
    follow_party(walk, principal);
    each_row(walk, walk->groups, principal, follow_party);
}

bool slice_follow(struct slice *slice, struct store *store, int64_t party, enum slice_direction direction)
{
    struct walk walk = {
        .slice = slice,
        .edges = query_open(store, direction == SLICE_FROM ? "SELECT target FROM edge WHERE source = ?"
                                                           : "SELECT source FROM edge WHERE target = ?"),
        .members = query_open(store, "SELECT principal FROM party_member WHERE party = ?"),
        .groups = query_open(store, "SELECT party FROM party_member WHERE principal = ?"),
    };
    if (party < 0)
        follow_party(&walk, party);
    else
        meet(&walk, party);
    for (size_t i = 0; !walk.full && i < slice->count; i++)
        follow_principal(&walk, slice->principals[i]);
    query_close(walk.edges);
    query_close(walk.members);
    query_close(walk.groups);
    return !walk.full;
}
