/*
 * Updates the stored control edges. Everything that leaves a changed account is new, since whoever changes permissions
 * may go through anybody in its account. Of what leaves other accounts, only edges to changed principals are new: the
 * others do not depend on the change (control_edges.h).
 */
#include "graph/control/control_edges.h"
#include "graph/control/control_store_inside.h"
#include "graph/model/touched.h"
#include "ingest/store/query.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

/* Unchanged principals keep their edges under their new ids. Each group of sources is within one account. */
static const char take_away[] =
    "UPDATE control_member SET principal = (SELECT new FROM kept_principal WHERE old = principal) WHERE principal IN "
    "(SELECT old FROM kept_principal);"
    "UPDATE control_edge SET source = (SELECT new FROM kept_principal WHERE old = source) WHERE source IN (SELECT old "
    "FROM kept_principal);"
    "UPDATE control_edge SET target = (SELECT new FROM kept_principal WHERE old = target) WHERE target IN (SELECT old "
    "FROM kept_principal);"
    "DROP TABLE IF EXISTS temp.redone; CREATE TEMP TABLE redone (id INTEGER PRIMARY KEY);"
    "INSERT INTO redone SELECT p.id FROM changed_account a CROSS JOIN principal p ON p.account = a.id;"
    "INSERT OR IGNORE INTO redone SELECT id FROM lost_principal;"
    "INSERT OR IGNORE INTO redone SELECT m.party FROM redone r CROSS JOIN control_member m ON m.principal = r.id;"
    "CREATE TEMP TABLE left_group (party INTEGER PRIMARY KEY);"
    "INSERT OR IGNORE INTO left_group SELECT e.target FROM redone r CROSS JOIN control_edge e ON e.source = r.id WHERE "
    "e.target < 0;"
    "DELETE FROM control_edge WHERE source IN (SELECT id FROM redone);"
    "INSERT OR IGNORE INTO left_group SELECT id FROM redone WHERE id < 0;"
    "DELETE FROM control_member WHERE principal IN (SELECT id FROM lost_principal);"
    "INSERT OR IGNORE INTO left_group SELECT e.source FROM lost_principal l CROSS JOIN control_edge e ON e.target = "
    "l.id WHERE e.source < 0;"
    "DELETE FROM control_edge WHERE target IN (SELECT id FROM lost_principal);"
    "CREATE TEMP TABLE empty_group (party INTEGER PRIMARY KEY);"
    "INSERT INTO empty_group SELECT party FROM left_group g WHERE NOT EXISTS (SELECT 1 FROM control_member m WHERE "
    "m.party = g.party);"
    "INSERT OR IGNORE INTO left_group SELECT e.source FROM empty_group g CROSS JOIN control_edge e ON e.target = "
    "g.party WHERE e.source < 0;"
    "DELETE FROM control_edge WHERE target IN (SELECT party FROM empty_group);"
    "DELETE FROM control_member WHERE party IN (SELECT party FROM left_group g WHERE NOT EXISTS (SELECT 1 FROM "
    "control_edge WHERE source = g.party) AND NOT EXISTS (SELECT 1 FROM control_edge WHERE target = g.party));"
    "DROP TABLE redone; DROP TABLE left_group; DROP TABLE empty_group;";

static const char tidy_up[] = "DELETE FROM control_way WHERE id NOT IN (SELECT way FROM control_edge);";

/* Marks the accounts that some query lists. */
static void mark_accounts(const struct model *model, struct store *store, const char *sql, bool *marks)
{
    struct query *rows = query_open(store, sql);
    while (query_next(rows)) {
        uint32_t account = model_find_account(model, query_text(rows, 0));
        if (account != MODEL_NONE)
            marks[account] = true;
    }
    query_close(rows);
}

/* Counts the rows added to control_member: see table derivation. */
static void note_added(int64_t added, struct store *store)
{
    struct query *update = query_open(store, "UPDATE derivation SET refreshed = refreshed + ?");
    query_bind_integer(update, 1, added);
    query_run(update);
    query_close(update);
}

void control_edges_refresh(struct edges *edges, struct store *store)
{
    const struct model *model = edges->model;
    bool *sources = memory_zeroed((size_t)model->account_count + 1, sizeof *sources);
    bool *accounts = memory_zeroed((size_t)model->account_count + 1, sizeof *accounts);
    bool *changed = memory_zeroed((size_t)model->principal_count + 1, sizeof *changed);
    const struct control_renewal renewal = {accounts, changed};
    mark_accounts(model, store, "SELECT account FROM control_source", sources);
    mark_accounts(model, store, "SELECT id FROM changed_account", accounts);
    touched_mark_changed(model, store, changed);
    store_execute(store, take_away);
    int64_t kept = store_number(store, "SELECT count(*) FROM control_member");
    int64_t next = store_number(store, "SELECT min(coalesce((SELECT min(party) FROM party_member), 0), "
                                       "coalesce((SELECT min(party) FROM outside_party), 0), "
                                       "coalesce((SELECT min(party) FROM control_member), 0)) - 1");
    control_edges_add_of(edges, sources);
    control_edges_write(edges, &renewal, next, store);
    note_added(store_number(store, "SELECT count(*) FROM control_member") - kept, store);
    store_execute(store, tidy_up);
    store_execute(store, "DROP TABLE temp.control_source");
    free(sources);
    free(accounts);
    free(changed);
}
