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
    free(slice->control);
    free(slice->control_members);
    id_map_free(&slice->seen);
    *slice = (struct slice){0};
}

/* ---- the walk */

/* The tables for one kind of edge. */
struct ways {
    struct query *edges;   /* for a party in one direction: the other end, then the other columns */
    struct query *members; /* of a group */
    struct query *groups;  /* of a principal */
};

struct walk {
    struct slice *slice;
    enum slice_direction direction;
    struct ways assume, control;
    bool full; /* the limit is exceeded */
};

static void meet_principal(struct walk *walk, int64_t principal)
{
    walk->full = walk->full || !slice_add(walk->slice, principal);
}

/* Adds the principals of a party: itself, or the members of a group. */
static void meet(struct walk *walk, const struct ways *ways, int64_t party)
{
    if (party > 0) {
        meet_principal(walk, party);
    } else if (remember(walk->slice, party)) {
        query_bind_integer(ways->members, 1, party);
        while (query_next(ways->members))
            meet_principal(walk, query_integer(ways->members, 0));
    }
}

/* Groups whose members were visited have numbers of their own. */
#define FOLLOWED(party) ((party)-INT64_C(0x100000000))

static bool is_followed(struct walk *walk, int64_t party)
{
    return party < 0 && !remember(walk->slice, FOLLOWED(party));
}

static void follow_party(struct walk *walk, int64_t party)
{
    struct slice *slice = walk->slice;
    const struct ways *ways = &walk->assume;
    bool from = walk->direction == SLICE_FROM;
    if (is_followed(walk, party))
        return;
    query_bind_integer(ways->edges, 1, party);
    while (query_next(ways->edges)) {
        int64_t other = query_integer(ways->edges, 0);
        ARRAY_ADD(slice->edges, slice->edge_count, slice->edge_room,
                  (struct slice_edge){.source = from ? party : other,
                                      .target = from ? other : party,
                                      .breadth = (int)query_integer(ways->edges, 1),
                                      .residual = query_integer(ways->edges, 2)});
        meet(walk, ways, other);
    }
}

static void follow_control(struct walk *walk, int64_t party)
{
    struct slice *slice = walk->slice;
    const struct ways *ways = &walk->control;
    bool from = walk->direction == SLICE_FROM;
    if (is_followed(walk, party))
        return;
    query_bind_integer(ways->edges, 1, party);
    while (query_next(ways->edges)) {
        int64_t other = query_integer(ways->edges, 0);
        ARRAY_ADD(slice->control, slice->control_count, slice->control_room,
                  (struct slice_control){.source = from ? party : other,
                                         .target = from ? other : party,
                                         .way = query_integer(ways->edges, 1),
                                         .residual = query_integer(ways->edges, 2)});
        meet(walk, ways, other);
    }
}

static void follow_principal(struct walk *walk, int64_t principal)
{
    struct slice *slice = walk->slice;
    size_t first = slice->member_count, first_control = slice->control_member_count;
    query_bind_integer(walk->assume.groups, 1, principal);
    while (query_next(walk->assume.groups))
        ARRAY_ADD(slice->members, slice->member_count, slice->member_room,
                  (struct slice_member){query_integer(walk->assume.groups, 0), principal});
    follow_party(walk, principal);
    for (size_t i = first; i < slice->member_count && !walk->full; i++)
        follow_party(walk, slice->members[i].party);
    if (!slice->with_control)
        return;
    query_bind_integer(walk->control.groups, 1, principal);
    while (query_next(walk->control.groups))
        ARRAY_ADD(slice->control_members, slice->control_member_count, slice->control_member_room,
                  (struct slice_member){query_integer(walk->control.groups, 0), principal});
    follow_control(walk, principal);
    for (size_t i = first_control; i < slice->control_member_count && !walk->full; i++)
        follow_control(walk, slice->control_members[i].party);
}

static void walk_open(struct walk *walk, struct store *store)
{
    bool from = walk->direction == SLICE_FROM;
    walk->assume =
        (struct ways){query_open(store, from ? "SELECT target, breadth, residual FROM edge WHERE source = ?"
                                             : "SELECT source, breadth, residual FROM edge WHERE target = ?"),
                      query_open(store, "SELECT principal FROM party_member WHERE party = ?"),
                      query_open(store, "SELECT party FROM party_member WHERE principal = ?")};
    walk->control =
        (struct ways){query_open(store, from ? "SELECT target, way, residual FROM control_edge WHERE source = ?"
                                             : "SELECT source, way, residual FROM control_edge WHERE target = ?"),
                      query_open(store, "SELECT principal FROM control_member WHERE party = ?"),
                      query_open(store, "SELECT party FROM control_member WHERE principal = ?")};
}

static void ways_close(const struct ways *ways)
{
    query_close(ways->edges);
    query_close(ways->members);
    query_close(ways->groups);
}

bool slice_follow_all(struct slice *slice, struct store *store, const int64_t *parties, size_t count,
                      enum slice_direction direction)
{
    struct walk walk = {.slice = slice, .direction = direction};
    walk_open(&walk, store);
    for (size_t i = 0; i < count; i++) {
        if (parties[i] < 0)
            follow_party(&walk, parties[i]);
        else
            meet(&walk, &walk.assume, parties[i]);
    }
    for (size_t i = 0; !walk.full && i < slice->count; i++)
        follow_principal(&walk, slice->principals[i]);
    ways_close(&walk.assume);
    ways_close(&walk.control);
    return !walk.full;
}

bool slice_follow(struct slice *slice, struct store *store, int64_t party, enum slice_direction direction)
{
    return slice_follow_all(slice, store, &party, 1, direction);
}
