#include "graph/model/slice.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

bool slice_has_edges(struct store *store)
{
    return store_number(store, "SELECT EXISTS (SELECT 1 FROM gap)") != 0;
}

bool slice_is_current(struct store *store, double now)
{
    struct query *current = query_open(
        store, "SELECT 1 FROM derivation d WHERE EXISTS (SELECT 1 FROM gap) AND NOT EXISTS (SELECT 1 FROM mention m "
               "WHERE m.subject >= '@' AND m.subject < 'A' AND d.moment <> ?1 AND CAST(substr(m.subject, 2) AS REAL) "
               "BETWEEN min(d.moment, ?1) AND max(d.moment, ?1))");
    query_bind_real(current, 1, now);
    bool found = query_next(current);
    query_close(current);
    return found;
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
    free(slice->edges);
    free(slice->members);
    id_map_free(&slice->seen);
    *slice = (struct slice){0};
}

/* ---- the walk */

struct walk {
    struct slice *slice;
    enum slice_direction direction;
    struct query *edges;   /* the edges of a party in one direction: other end, breadth, residual */
    struct query *members; /* of a group */
    struct query *groups;  /* of a principal */
    bool full;             /* the limit is reached */
};

static void meet_principal(struct walk *walk, int64_t principal)
{
    walk->full = walk->full || !slice_add(walk->slice, principal);
}

/* Adds what a party stands for: itself, or the members of a group. */
static void meet(struct walk *walk, int64_t party)
{
    if (party > 0) {
        meet_principal(walk, party);
    } else if (remember(walk->slice, party)) {
        query_bind_integer(walk->members, 1, party);
        while (query_next(walk->members))
            meet_principal(walk, query_integer(walk->members, 0));
    }
}

/* Groups have numbers of their own, apart from those of groups whose members were visited. */
#define FOLLOWED(party) ((party)-INT64_C(0x100000000))

static void follow_party(struct walk *walk, int64_t party)
{
    struct slice *slice = walk->slice;
    if (party < 0 && !remember(slice, FOLLOWED(party)))
        return;
    query_bind_integer(walk->edges, 1, party);
    while (query_next(walk->edges)) {
        int64_t other = query_integer(walk->edges, 0);
        bool from = walk->direction == SLICE_FROM;
        ARRAY_ADD(slice->edges, slice->edge_count, slice->edge_room,
                  (struct slice_edge){.source = from ? party : other,
                                      .target = from ? other : party,
                                      .breadth = (int)query_integer(walk->edges, 1),
                                      .residual = query_integer(walk->edges, 2)});
        meet(walk, other);
    }
}

static void follow_principal(struct walk *walk, int64_t principal)
{
    struct slice *slice = walk->slice;
    size_t first = slice->member_count;
    query_bind_integer(walk->groups, 1, principal);
    while (query_next(walk->groups))
        ARRAY_ADD(slice->members, slice->member_count, slice->member_room,
                  (struct slice_member){query_integer(walk->groups, 0), principal});
    follow_party(walk, principal);
    for (size_t i = first; i < slice->member_count && !walk->full; i++)
        follow_party(walk, slice->members[i].party);
}

bool slice_follow_all(struct slice *slice, struct store *store, const int64_t *parties, size_t count,
                      enum slice_direction direction)
{
    struct walk walk = {
        .slice = slice,
        .direction = direction,
        .edges =
            query_open(store, direction == SLICE_FROM ? "SELECT target, breadth, residual FROM edge WHERE source = ?"
                                                      : "SELECT source, breadth, residual FROM edge WHERE target = ?"),
        .members = query_open(store, "SELECT principal FROM party_member WHERE party = ?"),
        .groups = query_open(store, "SELECT party FROM party_member WHERE principal = ?"),
    };
    for (size_t i = 0; i < count; i++) {
        if (parties[i] < 0)
            follow_party(&walk, parties[i]);
        else
            meet(&walk, parties[i]);
    }
    for (size_t i = 0; !walk.full && i < slice->count; i++)
        follow_principal(&walk, slice->principals[i]);
    query_close(walk.edges);
    query_close(walk.members);
    query_close(walk.groups);
    return !walk.full;
}

bool slice_follow(struct slice *slice, struct store *store, int64_t party, enum slice_direction direction)
{
    return slice_follow_all(slice, store, &party, 1, direction);
}
