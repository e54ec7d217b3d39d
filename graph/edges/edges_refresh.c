#include "graph/edges/edges_refresh.h"

#include "graph/edges/edges_storing.h"
#include "ingest/support/order.h"
#include <stdlib.h>

/* Unchanged principals keep their edges under their new ids; changed ones lose theirs. `loose`: parties that lost an
 * edge or a member and may be left without any. */
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
    "DROP TABLE loose; DROP TABLE redone_party;";

/* A group in two halves: what changed, and the rest. */
enum half { CHANGED, REST, HALVES };

/* How many members of an end changed, and did not. */
struct halves {
    uint32_t counts[HALVES];
};

struct refreshing {
    struct edges_storing storing;
    const struct edges *edges;
    bool *changed;              /* per node: all its edges are new */
    int64_t (*parties)[HALVES]; /* per group, 0: has none yet */
    struct halves *halves;      /* per group, 0: not counted yet */
    int64_t *outside;           /* per outside node, 0: not looked up yet */
    int64_t next_party;         /* negative */
    int64_t added;              /* members of new groups */
    sqlite3_stmt *find, *groups, *members;
};

/* Marks the principals that changed. */
static bool mark_changed(struct refreshing *work)
{
    sqlite3_stmt *rows = NULL;
    const struct model *model = work->edges->model;
    int64_t *ids = malloc(((size_t)model->principal_count + 1) * sizeof *ids);
    size_t count = 0;
    int status =
        sqlite3_prepare_v2(work->storing.database, "SELECT id FROM changed_principal ORDER BY id", -1, &rows, NULL);
    while (ids != NULL && status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        status = count < model->principal_count ? SQLITE_OK : SQLITE_CORRUPT;
        if (status == SQLITE_OK)
            ids[count++] = sqlite3_column_int64(rows, 0);
    }
    sqlite3_finalize(rows);
    for (uint32_t i = 0; ids != NULL && count > 0 && i < model->principal_count; i++)
        work->changed[i] = bsearch(&model->principals[i].id, ids, count, sizeof *ids, order_ids) != NULL;
    bool good = ids != NULL && status == SQLITE_DONE;
    free(ids);
    return good ||
           edges_storing_fail(&work->storing, ids == NULL ? "out of memory" : sqlite3_errmsg(work->storing.database));
}

/* Numbers the outside parties that are stored. Of the others, those of changed accounts are seen anew by all who name
 * them; the rest are seen by changed roles alone, or seem to be outside only because the part does not hold them. */
static bool number_outside(struct refreshing *work)
{
    const struct edges *edges = work->edges;
    uint32_t base = edges->model->principal_count;
    for (uint32_t i = base; i < edges->node_count; i++) {
        const struct caller *caller = &edges->nodes[i];
        sqlite3_bind_text(work->find, 1, caller->text, -1, SQLITE_STATIC);
        sqlite3_bind_text(work->find, 2, caller_kind_word(caller->kind), -1, SQLITE_STATIC);
        sqlite3_bind_text(work->find, 3, caller->account, -1, SQLITE_STATIC);
        int status = sqlite3_step(work->find);
        if (status == SQLITE_ROW) {
            work->outside[i - base] = sqlite3_column_int64(work->find, 0);
            work->changed[i] = work->outside[i - base] == 0 && sqlite3_column_int(work->find, 1) != 0;
        }
        sqlite3_reset(work->find);
        if (status != SQLITE_ROW)
            return edges_storing_fail(&work->storing, sqlite3_errmsg(work->storing.database));
    }
    return true;
}

static bool outside_party(struct refreshing *work, uint32_t node, int64_t *party)
{
    int64_t *known = &work->outside[node - work->edges->model->principal_count];
    if (*known == 0) {
        *known = work->next_party--;
        if (!edges_storing_outside(&work->storing, *known, &work->edges->nodes[node]))
            return false;
    }
    *party = *known;
    return true;
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

static bool lone_party(struct refreshing *work, edge_end end, enum half half, int64_t *party)
{
    uint32_t count, i = 0;
    const uint32_t *members = edges_members(work->edges, &end, &count);
    while (work->changed[members[i]] != (half == CHANGED))
        i++;
    if (members[i] >= work->edges->model->principal_count)
        return outside_party(work, members[i], party);
    *party = work->edges->model->principals[members[i]].id;
    return true;
}

/* Whether the stored group has just these members, which are ascending. */
static bool group_is(struct refreshing *work, int64_t party, const int64_t *ids, uint32_t count)
{
    uint32_t same = 0;
    bool more = false;
    sqlite3_bind_int64(work->members, 1, party);
    while (sqlite3_step(work->members) == SQLITE_ROW && !more) {
        more = same == count || sqlite3_column_int64(work->members, 0) != ids[same];
        same += !more;
    }
    sqlite3_reset(work->members);
    return !more && same == count;
}

/* A stored group of just these principals; 0: there is none. */
static int64_t find_group(struct refreshing *work, const int64_t *ids, uint32_t count)
{
    int64_t party = 0;
    sqlite3_bind_int64(work->groups, 1, ids[0]);
    while (party == 0 && sqlite3_step(work->groups) == SQLITE_ROW)
        if (group_is(work, sqlite3_column_int64(work->groups, 0), ids, count))
            party = sqlite3_column_int64(work->groups, 0);
    sqlite3_reset(work->groups);
    return party;
}

/* Groups that are stored already are used again: so they do not become more with each load. */
static bool group_party(struct refreshing *work, edge_end end, enum half half, uint32_t size, int64_t *party)
{
    uint32_t count, kept = 0;
    const uint32_t *members = edges_members(work->edges, &end, &count);
    int64_t *ids = malloc(((size_t)size + 1) * sizeof *ids);
    if (ids == NULL)
        return edges_storing_fail(&work->storing, "out of memory");
    for (uint32_t i = 0; i < count; i++)
        if (work->changed[members[i]] == (half == CHANGED))
            ids[kept++] = work->edges->model->principals[members[i]].id;
    qsort(ids, kept, sizeof *ids, order_ids);
    *party = find_group(work, ids, kept);
    bool good = true;
    if (*party == 0) {
        *party = work->next_party--;
        work->added += kept;
        for (uint32_t i = 0; i < kept && good; i++)
            good = edges_storing_member(&work->storing, *party, ids[i]);
    }
    free(ids);
    return good;
}

/* The party that stands for half of an end, which has members. False: *error is set. */
static bool party_of(struct refreshing *work, edge_end end, enum half half, int64_t *party)
{
    uint32_t size = count_halves(work, end).counts[half];
    int64_t *known = (end & EDGE_GROUP) != 0 ? &work->parties[end & ~EDGE_GROUP][half] : NULL;
    *party = known != NULL ? *known : 0;
    bool good =
        *party != 0 || (size == 1 ? lone_party(work, end, half, party) : group_party(work, end, half, size, party));
    if (known != NULL)
        *known = *party;
    return good;
}

static bool add_half(struct refreshing *work, const struct edge *edge, enum half from, enum half to)
{
    int64_t source, target;
    if (count_halves(work, edge->from).counts[from] == 0 || count_halves(work, edge->to).counts[to] == 0)
        return true;
    return party_of(work, edge->from, from, &source) && party_of(work, edge->to, to, &target) &&
           edges_storing_edge(&work->storing, edge, source, target);
}

static bool add_new(struct refreshing *work)
{
    const struct edges *edges = work->edges;
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        if (edge->kind == EDGE_ASSUME && (!add_half(work, edge, CHANGED, CHANGED) ||
                                          !add_half(work, edge, CHANGED, REST) || !add_half(work, edge, REST, CHANGED)))
            return false;
    }
    return true;
}

static bool read_next_party(struct refreshing *work)
{
    sqlite3_stmt *row = NULL;
    bool good = sqlite3_prepare_v2(work->storing.database,
                                   "SELECT min(coalesce((SELECT min(party) FROM party_member), 0), coalesce((SELECT "
                                   "min(party) FROM outside_party), 0)) - 1",
                                   -1, &row, NULL) == SQLITE_OK &&
                sqlite3_step(row) == SQLITE_ROW;
    if (good)
        work->next_party = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return good || edges_storing_fail(&work->storing, sqlite3_errmsg(work->storing.database));
}

static bool prepare(struct refreshing *work, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(work->storing.database, sql, -1, statement, NULL) == SQLITE_OK ||
           edges_storing_fail(&work->storing, sqlite3_errmsg(work->storing.database));
}

static bool prepare_all(struct refreshing *work)
{
    return prepare(work,
                   "SELECT (SELECT party FROM outside_party WHERE caller = ?1 AND kind = ?2), EXISTS (SELECT 1 FROM "
                   "changed_account WHERE id = ?3)",
                   &work->find) &&
           prepare(work, "SELECT party FROM party_member WHERE principal = ?", &work->groups) &&
           prepare(work, "SELECT principal FROM party_member WHERE party = ? ORDER BY principal", &work->members);
}

static bool note_added(struct refreshing *work)
{
    sqlite3_stmt *update = NULL;
    bool good = prepare(work, "UPDATE derivation SET refreshed = refreshed + ?", &update) &&
                sqlite3_bind_int64(update, 1, work->added) == SQLITE_OK && sqlite3_step(update) == SQLITE_DONE;
    sqlite3_finalize(update);
    return good || edges_storing_fail(&work->storing, sqlite3_errmsg(work->storing.database));
}

bool edges_refresh(const struct edges *edges, struct store *store, char **error)
{
    struct refreshing work = {.edges = edges};
    bool good = edges_storing_open(&work.storing, edges, store, error);
    work.changed = calloc((size_t)edges->node_count + 1, sizeof *work.changed);
    work.halves = calloc((size_t)edges->group_count + 1, sizeof *work.halves);
    work.parties = calloc((size_t)edges->group_count + 1, sizeof *work.parties);
    work.outside = calloc((size_t)edges->node_count - edges->model->principal_count + 1, sizeof *work.outside);
    good = good && ((work.changed != NULL && work.halves != NULL && work.parties != NULL && work.outside != NULL) ||
                    edges_storing_fail(&work.storing, "out of memory"));
    good = good && edges_storing_run(&work.storing, take_away) && prepare_all(&work) && read_next_party(&work) &&
           mark_changed(&work) && number_outside(&work) && add_new(&work) && note_added(&work) &&
           edges_storing_run(&work.storing, tidy_up);
    sqlite3_finalize(work.find);
    sqlite3_finalize(work.groups);
    sqlite3_finalize(work.members);
    edges_storing_close(&work.storing);
    free(work.changed);
    free(work.halves);
    free(work.parties);
    free(work.outside);
    return good;
}
