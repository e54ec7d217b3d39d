#include "graph/edges/edges_refresh.h"

#include "graph/edges/edge_rows.h"
#include "graph/model/touched.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>

/* Unchanged principals keep their edges under their new ids; changed ones lose theirs. `loose`: parties that lost an
 * edge or a member and may have none left. */
static const char take_away[] =
    "DROP TABLE IF EXISTS temp.loose; CREATE TEMP TABLE loose (party INTEGER PRIMARY KEY);"
    "UPDATE party_member SET principal = (SELECT new FROM kept_principal WHERE old = principal) WHERE principal IN "
    "(SELECT old FROM kept_principal);"
    "UPDATE edge SET source = (SELECT new FROM kept_principal WHERE old = source) WHERE source IN (SELECT old FROM "
    "kept_principal);"
    "UPDATE edge SET target = (SELECT new FROM kept_principal WHERE old = target) WHERE target IN (SELECT old FROM "
    "kept_principal);"
    "INSERT OR IGNORE INTO loose SELECT party FROM party_member WHERE principal IN (SELECT id FROM lost_principal);"
    "DELETE FROM party_member WHERE principal IN (SELECT id FROM lost_principal);"
    "CREATE TEMP TABLE gone (party INTEGER PRIMARY KEY);"
    "INSERT INTO gone SELECT id FROM lost_principal UNION SELECT party FROM redone_party UNION SELECT party FROM loose "
    "WHERE NOT EXISTS (SELECT 1 FROM party_member m WHERE m.party = loose.party);"
    "INSERT OR IGNORE INTO loose SELECT source FROM edge WHERE target IN (SELECT party FROM gone) AND source < 0;"
    "INSERT OR IGNORE INTO loose SELECT target FROM edge WHERE source IN (SELECT party FROM gone) AND target < 0;"
    "DELETE FROM edge WHERE source IN (SELECT party FROM gone);"
    "DELETE FROM edge WHERE target IN (SELECT party FROM gone);"
    "DELETE FROM outside_party WHERE party IN (SELECT party FROM gone);"
    "DROP TABLE gone;";

static const char tidy_up[] =
    "DELETE FROM loose WHERE EXISTS (SELECT 1 FROM edge WHERE source = party) OR EXISTS (SELECT 1 FROM edge WHERE "
    "target = party);"
    "DELETE FROM outside_party WHERE party IN (SELECT party FROM loose);"
    "DELETE FROM party_member WHERE party IN (SELECT party FROM loose);"
    "DELETE FROM residual WHERE id NOT IN (SELECT residual FROM edge UNION ALL SELECT residual FROM control_edge);"
    "DROP TABLE loose; DROP TABLE redone_party;";

/* A group in two halves: changed members, and the rest. */
enum half { CHANGED, REST, HALVES };

/* How many members of an end changed, and how many did not. */
struct halves {
    uint32_t counts[HALVES];
};

struct refreshing {
    struct edge_rows rows;
    const struct edges *edges;
    bool *changed;              /* per node: all its edges are new */
    int64_t (*parties)[HALVES]; /* per group, 0: has none yet */
    struct halves *halves;      /* per group, 0: not counted yet */
    int64_t *outside;           /* per outside node, 0: not looked up yet */
    int64_t next_party;         /* negative */
    int64_t added;              /* members of new groups */
    struct query *groups, *members;
};

/* Numbers the stored outside parties. Of the others, parties of changed accounts, and organizations whose members
 * changed, are new to every role that names them; the rest are named only by changed roles, or only look outside
 * because the part does not include them. */
static void number_outside(struct refreshing *work, struct store *store)
{
    const struct edges *edges = work->edges;
    uint32_t base = edges->model->principal_count;
    struct query *find =
        query_open(store, "SELECT (SELECT party FROM outside_party WHERE caller = ?1 AND kind = ?2), "
                          "EXISTS (SELECT 1 FROM changed_account WHERE id = ?3 OR (?2 = 'organization' AND whole))");
    for (uint32_t i = base; i < edges->node_count; i++) {
        const struct caller *caller = &edges->nodes[i];
        query_bind_text(find, 1, caller->text);
        query_bind_text(find, 2, caller_kind_word(caller->kind));
        query_bind_text(find, 3, caller->account);
        if (query_next(find)) {
            work->outside[i - base] = query_integer(find, 0);
            work->changed[i] = work->outside[i - base] == 0 && query_integer(find, 1) != 0;
        }
        query_reset(find);
    }
    query_close(find);
}

static int64_t outside_party(struct refreshing *work, uint32_t node)
{
    int64_t *known = &work->outside[node - work->edges->model->principal_count];
    if (*known == 0) {
        *known = work->next_party--;
        edge_rows_add_outside(&work->rows, *known, &work->edges->nodes[node]);
    }
    return *known;
}

static struct halves count_halves(struct refreshing *work, edge_end end)
{
    if ((end & EDGE_GROUP) == 0)
        return (struct halves){{[CHANGED] = work->changed[end], [REST] = !work->changed[end]}};
    uint32_t count;
    struct halves *halves = &work->halves[end & ~EDGE_GROUP];
    const uint32_t *members = edges_members(work->edges, &end, &count);
    if (halves->counts[CHANGED] + halves->counts[REST] == 0)
        for (uint32_t i = 0; i < count; i++)
            halves->counts[work->changed[members[i]] ? CHANGED : REST]++;
    return *halves;
}

static int64_t lone_party(struct refreshing *work, edge_end end, enum half half)
{
    uint32_t count, i = 0;
    const uint32_t *members = edges_members(work->edges, &end, &count);
    while (work->changed[members[i]] != (half == CHANGED))
        i++;
    return members[i] >= work->edges->model->principal_count ? outside_party(work, members[i])
                                                             : work->edges->model->principals[members[i]].id;
}

/* Whether the stored group has exactly these members, which are ascending. */
static bool group_is(struct refreshing *work, int64_t party, const int64_t *ids, uint32_t count)
{
    uint32_t same = 0;
    bool more = false;
    query_bind_integer(work->members, 1, party);
    while (!more && query_next(work->members)) {
        more = same == count || query_integer(work->members, 0) != ids[same];
        same += !more;
    }
    query_reset(work->members);
    return !more && same == count;
}

/* A stored group of exactly these principals; 0: there is none. */
static int64_t find_group(struct refreshing *work, const int64_t *ids, uint32_t count)
{
    int64_t party = 0;
    query_bind_integer(work->groups, 1, ids[0]);
    while (party == 0 && query_next(work->groups))
        if (group_is(work, query_integer(work->groups, 0), ids, count))
            party = query_integer(work->groups, 0);
    query_reset(work->groups);
    return party;
}

/* Stored groups are reused, so that they do not multiply with each load. */
static int64_t group_party(struct refreshing *work, edge_end end, enum half half, uint32_t size)
{
    uint32_t count, kept = 0;
    const uint32_t *members = edges_members(work->edges, &end, &count);
    int64_t *ids = memory_zeroed(size, sizeof *ids);
    for (uint32_t i = 0; i < count; i++)
        if (work->changed[members[i]] == (half == CHANGED))
            ids[kept++] = work->edges->model->principals[members[i]].id;
    qsort(ids, kept, sizeof *ids, order_ids);
    int64_t party = find_group(work, ids, kept);
    if (party == 0) {
        party = work->next_party--;
        work->added += kept;
        for (uint32_t i = 0; i < kept; i++)
            edge_rows_add_member(&work->rows, party, ids[i]);
    }
    free(ids);
    return party;
}

/* The party for one half of an end, which must have members. */
static int64_t party_of(struct refreshing *work, edge_end end, enum half half)
{
    uint32_t size = count_halves(work, end).counts[half];
    if ((end & EDGE_GROUP) == 0)
        return lone_party(work, end, half);
    int64_t *known = &work->parties[end & ~EDGE_GROUP][half];
    if (*known == 0)
        *known = size == 1 ? lone_party(work, end, half) : group_party(work, end, half, size);
    return *known;
}

static void add_half(struct refreshing *work, const struct edge *edge, enum half from, enum half to)
{
    if (count_halves(work, edge->from).counts[from] == 0 || count_halves(work, edge->to).counts[to] == 0)
        return;
    int64_t source = party_of(work, edge->from, from), target = party_of(work, edge->to, to);
    edge_rows_add_narrower(&work->rows, edge, source, target);
}

static void add_new(struct refreshing *work)
{
    const struct edges *edges = work->edges;
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        if (edge->kind != EDGE_ASSUME)
            continue;
        add_half(work, edge, CHANGED, CHANGED);
        add_half(work, edge, CHANGED, REST);
        add_half(work, edge, REST, CHANGED);
    }
}

/* Counts one more than the added rows: see table derivation. What was kept is valid at that time, too (touched.c). */
static void note_added(int64_t added, double now, struct store *store)
{
    struct query *update = query_open(store, "UPDATE derivation SET refreshed = refreshed + ?, moment = ?");
    query_bind_integer(update, 1, added + 1);
    query_bind_real(update, 2, now);
    query_run(update);
    query_close(update);
}

void edges_refresh(const struct edges *edges, struct store *store)
{
    struct refreshing work = {.edges = edges};
    edge_rows_open(&work.rows, edges, store);
    work.changed = memory_zeroed(edges->node_count, sizeof *work.changed);
    work.halves = memory_zeroed(edges->group_count, sizeof *work.halves);
    work.parties = memory_zeroed(edges->group_count, sizeof *work.parties);
    work.outside = memory_zeroed(edges->node_count - edges->model->principal_count, sizeof *work.outside);
    store_execute(store, take_away);
    work.groups = query_open(store, "SELECT party FROM party_member WHERE principal = ?");
    work.members = query_open(store, "SELECT principal FROM party_member WHERE party = ? ORDER BY principal");
    work.next_party = store_number(store, "SELECT min(coalesce((SELECT min(party) FROM party_member), 0), "
                                          "coalesce((SELECT min(party) FROM outside_party), 0), "
                                          "coalesce((SELECT min(party) FROM control_member), 0)) - 1");
    touched_mark_changed(work.edges->model, store, work.changed);
    number_outside(&work, store);
    add_new(&work);
    query_close(work.groups);
    query_close(work.members);
    note_added(work.added, edges->now, store);
    store_execute(store, tidy_up);
    edge_rows_close(&work.rows);
    free(work.changed);
    free(work.halves);
    free(work.parties);
    free(work.outside);
}
