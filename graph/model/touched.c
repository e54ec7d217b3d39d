#include "graph/model/touched.h"

#include "graph/model/mentions.h"
#include "graph/model/slice.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>

/* A part larger than half of everything is no faster than everything. */
#define LARGEST_PART 2
#define ALWAYS_IN_PARTS 4000

/* A changed principal, and all principals that share its policies. */
#define HOLDERS                                                                                                        \
    "SELECT id AS principal, id AS holder, account FROM changed_principal UNION "                                      \
    "SELECT c.id, m.group_principal, c.account FROM changed_principal c CROSS JOIN group_membership m "                \
    "ON m.user = c.id WHERE m.group_principal IS NOT NULL"

/* The account of an outside party that stands for users and roles of one. */
#define OUTSIDE_ACCOUNT "CASE kind WHEN 'account' THEN caller ELSE substr(caller, instr(caller, '::') + 2, 12) END"

/* The name in table mention: the last part of the ARN; for a session, the part before it. */
#define OUTSIDE_NAME                                                                                                   \
    "CASE kind WHEN 'role-session' THEN substr(substr(caller, instr(caller, ':assumed-role/') + 14), 1, "              \
    "instr(substr(caller, instr(caller, ':assumed-role/') + 14), '/') - 1) "                                           \
    "ELSE replace(caller, rtrim(caller, replace(caller, '/', '')), '') END"

#define OF_OTHERS "kind IN ('account', 'user', 'role', 'role-session')"

/* CROSS JOIN makes SQLite keep the given order, which starts with few rows. */
static const char *const steps[] = {
    "DROP TABLE IF EXISTS temp.part; DROP TABLE IF EXISTS temp.redone_party; DROP TABLE IF EXISTS temp.named;"
    "DROP TABLE IF EXISTS temp.way; DROP TABLE IF EXISTS temp.asked; DROP TABLE IF EXISTS temp.control_source;",
    "CREATE TEMP TABLE part (id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE redone_party (party INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE named (subject TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE way (source TEXT, target TEXT, PRIMARY KEY (source, target));"
    "CREATE TEMP TABLE asked (subject TEXT, account TEXT, PRIMARY KEY (subject, account));",

    /* Everything in changed accounts. */
    "INSERT INTO part SELECT id FROM principal WHERE account IN (SELECT id FROM changed_account) AND kind <> 'group'",

    /* The outside parties as which they were known, and the roles that name those: both depend on whether a name
       belongs to an exported principal. */
    "INSERT INTO redone_party SELECT party FROM outside_party WHERE " OF_OTHERS " AND EXISTS (SELECT 1 FROM "
    "changed_account a WHERE a.id = " OUTSIDE_ACCOUNT " AND (a.whole OR outside_party.kind <> 'account'));"
    "INSERT OR IGNORE INTO redone_party SELECT party FROM outside_party WHERE kind = 'unique-id' AND (caller IN "
    "(SELECT "
    "unique_id FROM changed_principal) OR caller IN (SELECT unique_id FROM lost_principal));"
    /* It stands for members that were not exported. */
    "INSERT OR IGNORE INTO redone_party SELECT party FROM outside_party WHERE kind = 'organization' AND EXISTS (SELECT "
    "1 FROM changed_account WHERE whole)",
    "INSERT OR IGNORE INTO named SELECT account || ':' || name FROM changed_principal;"
    "INSERT OR IGNORE INTO named SELECT account || ':' || name FROM lost_principal;"
    "INSERT OR IGNORE INTO named SELECT unique_id FROM changed_principal WHERE unique_id <> '';"
    "INSERT OR IGNORE INTO named SELECT unique_id FROM lost_principal WHERE unique_id <> '';"
    "INSERT OR IGNORE INTO named SELECT " OUTSIDE_ACCOUNT " || ':' || " OUTSIDE_NAME " FROM outside_party WHERE party "
    "IN (SELECT party FROM redone_party) AND kind <> 'account';"
    "INSERT OR IGNORE INTO named SELECT m.subject FROM changed_account a CROSS JOIN mention m ON m.subject >= a.id AND "
    "m.subject < a.id || ';' WHERE a.whole;"
    "INSERT OR IGNORE INTO named SELECT m.subject FROM changed_account a CROSS JOIN mention m ON m.subject >= '=' AND "
    "m.subject < '>' AND a.id GLOB substr(m.subject, 2) WHERE a.whole;",
    "INSERT OR IGNORE INTO part SELECT p.id FROM named n CROSS JOIN mention m ON m.subject = n.subject CROSS JOIN "
    "principal p ON "
    "p.trust_document = m.document;"
    /* An RCP may name the callers of roles that trust anyone. */
    "INSERT OR IGNORE INTO part SELECT p.id FROM mention m CROSS JOIN principal p ON p.trust_document = m.document "
    "WHERE "
    "m.subject = '*' AND EXISTS (SELECT 1 FROM named n CROSS JOIN mention r ON r.subject = n.subject CROSS JOIN "
    "org_policy o ON o.document = r.document)",

    /* Roles of other accounts, for changed callers: those that trust the caller's account or anyone, if the caller has
       a permission that can match. */
    "INSERT OR IGNORE INTO way SELECT h.account, substr(m.subject, 2) FROM (" HOLDERS
    ") h CROSS JOIN attachment a ON a.principal = h.holder CROSS JOIN mention m ON m.document = a.document "
    "AND m.subject >= '>' AND m.subject < '?';"
    "INSERT OR IGNORE INTO way SELECT c.account, '*' FROM changed_principal c CROSS JOIN principal p ON p.id = c.id "
    "WHERE "
    "p.identity_known = 0 OR EXISTS (SELECT 1 FROM group_membership WHERE user = c.id AND group_principal IS NULL) OR "
    "EXISTS (SELECT 1 FROM attachment a WHERE a.principal = c.id AND +a.document IS NULL) OR "
    "EXISTS (SELECT 1 FROM group_membership m CROSS JOIN attachment a ON a.principal = m.group_principal AND "
    "+a.document IS NULL WHERE m.user = c.id)",
    "INSERT OR IGNORE INTO part SELECT p.id FROM way w CROSS JOIN mention m ON m.subject IN ('*', w.source) CROSS JOIN "
    "principal p "
    "ON p.trust_document = m.document WHERE w.target = '*'",
    "INSERT OR IGNORE INTO part SELECT p.id FROM way w CROSS JOIN principal p ON p.account = w.target AND p.kind = "
    "'role' "
    "CROSS JOIN mention m ON m.document = p.trust_document AND m.subject IN ('*', w.source) WHERE w.target <> '*'",

    /* Callers of other accounts for changed roles. */
    "INSERT OR IGNORE INTO asked SELECT m.subject, c.account FROM changed_principal c CROSS JOIN principal p ON p.id = "
    "c.id "
    "CROSS JOIN mention m ON m.document = p.trust_document WHERE m.subject NOT GLOB '[=>@]*'",
    "INSERT OR IGNORE INTO part SELECT p.id FROM (SELECT DISTINCT subject FROM asked WHERE subject GLOB '[0-9]*') q "
    "CROSS JOIN principal p ON p.account = substr(q.subject, 1, 12) AND p.kind <> 'group' WHERE length(q.subject) = 12 "
    "OR "
    "p.name = substr(q.subject, 14)",
    "INSERT OR IGNORE INTO part SELECT p.id FROM (SELECT DISTINCT subject FROM asked WHERE subject GLOB '[A-Z]*') q "
    "CROSS JOIN principal p ON p.unique_id = q.subject AND p.kind <> 'group'",
    "CREATE TEMP TABLE bearer AS SELECT a.principal AS holder FROM (SELECT '>*' AS subject WHERE EXISTS (SELECT 1 FROM "
    "asked WHERE subject = '*') UNION SELECT '>' || account FROM asked WHERE subject = '*') s CROSS JOIN mention m ON "
    "m.subject = s.subject CROSS JOIN attachment a ON a.document = m.document;"
    "INSERT INTO bearer SELECT principal FROM attachment WHERE EXISTS (SELECT 1 FROM asked WHERE subject = '*') AND "
    "document IS NULL;"
    "INSERT INTO bearer SELECT user FROM group_membership WHERE EXISTS (SELECT 1 FROM asked WHERE subject = '*') AND "
    "group_principal IS NULL;"
    "INSERT INTO bearer SELECT id FROM principal WHERE EXISTS (SELECT 1 FROM asked WHERE subject = '*') AND "
    "identity_known = 0 AND kind <> 'group';",
    "INSERT OR IGNORE INTO part SELECT p.id FROM bearer b CROSS JOIN principal p ON p.id = b.holder WHERE p.kind <> "
    "'group';"
    "INSERT OR IGNORE INTO part SELECT u.id FROM (SELECT DISTINCT g.id, g.account FROM bearer b CROSS JOIN principal g "
    "ON g.id = b.holder AND g.kind = 'group') g CROSS JOIN principal u ON u.account = g.account AND u.kind = 'user' "
    "CROSS JOIN group_membership m ON m.user = u.id AND m.group_principal = g.id;"
    "DROP TABLE bearer;",

    /* For control: whoever in an account gives itself permissions may go through anybody else in it, and with any
     * permission can become whatever admits somebody of the account. So changed accounts are checked against all roles
     * that do, and accounts whose principals a changed role may admit are checked as a whole against that role. */
    "CREATE TEMP TABLE control_source (account TEXT PRIMARY KEY);"
    "INSERT INTO control_source SELECT id FROM changed_account;"
    "INSERT OR IGNORE INTO control_source SELECT substr(subject, 1, 12) FROM asked WHERE subject GLOB '[0-9]*';"
    "INSERT OR IGNORE INTO control_source SELECT p.account FROM asked q CROSS JOIN principal p ON p.unique_id = "
    "q.subject WHERE q.subject GLOB '[A-Z]*';"
    "INSERT OR IGNORE INTO control_source SELECT id FROM account WHERE EXISTS (SELECT 1 FROM asked WHERE subject = "
    "'*');"
    "INSERT OR IGNORE INTO part SELECT p.id FROM control_source s CROSS JOIN principal p ON p.account = s.account "
    "WHERE p.kind <> 'group';",
    "INSERT OR IGNORE INTO part SELECT p.id FROM changed_account a CROSS JOIN mention m ON m.subject >= a.id AND "
    "m.subject < a.id || ';' CROSS JOIN principal p ON p.trust_document = m.document;"
    "INSERT OR IGNORE INTO part SELECT p.id FROM mention m CROSS JOIN principal p ON p.trust_document = m.document "
    "WHERE m.subject = '*' AND EXISTS (SELECT 1 FROM changed_account);"
    "INSERT OR IGNORE INTO part SELECT p.id FROM changed_account a CROSS JOIN principal u ON u.account = a.id AND "
    "u.unique_id <> '' CROSS JOIN mention m ON m.subject = u.unique_id CROSS JOIN principal p ON p.trust_document = "
    "m.document;",
};

/* Whether the query has a row. */
static bool holds(struct store *store, const char *sql, double now)
{
    struct query *query = query_open(store, sql);
    query_bind_real(query, 1, now);
    bool found = query_next(query);
    query_close(query);
    return found;
}

/* Whether the earlier derivation can be updated at all. */
static bool is_usable(struct store *store, double now)
{
    static const char usable[] = "SELECT 1 FROM derivation d WHERE moment <= ?1 AND EXISTS (SELECT 1 FROM gap) AND "
                                 "d.control AND d.refreshed < (SELECT max(id) FROM principal) / 2 + 2000";
    static const char passed[] = "SELECT 1 FROM derivation d JOIN mention m ON m.subject >= '@' AND m.subject < 'A' "
                                 "WHERE CAST(substr(m.subject, 2) AS REAL) BETWEEN d.moment AND ?1 AND d.moment < ?1";
    /* Guardrails are loaded with the principals that they apply to. */
    static const char empty[] = "SELECT ?1 FROM changed_account c JOIN account a ON a.id = c.id AND a.detail <> 'none' "
                                "WHERE NOT EXISTS (SELECT 1 FROM principal WHERE account = c.id AND kind <> 'group')";
    /* The members that were not exported last time were one caller. */
    static const char exported[] =
        "SELECT ?1 FROM outside_party o JOIN organization g ON o.kind = 'organization' AND o.caller = g.id "
        "WHERE EXISTS (SELECT 1 FROM listing WHERE call = 'list-accounts') AND NOT EXISTS (SELECT 1 FROM account "
        "WHERE (detail <> 'full' OR truncated) AND status <> 'CLOSED' AND (organization = g.id OR "
        "parent IN (SELECT id FROM org_node) OR id = g.management_account))";
    return holds(store, usable, now) && !holds(store, passed, now) && !holds(store, empty, now) &&
           !holds(store, exported, now);
}

/* Collects the part that the steps found. False: it is too large. */
static bool read_part(struct store *store, struct slice *slice)
{
    struct query *count = query_open(store, "SELECT (SELECT max(id) FROM principal) / ?1 + ?2 >= count(*) FROM part");
    query_bind_integer(count, 1, LARGEST_PART);
    query_bind_integer(count, 2, ALWAYS_IN_PARTS);
    bool small = query_next(count) && query_integer(count, 0) != 0;
    query_close(count);
    struct query *rows = query_open(store, "SELECT id FROM part");
    while (small && query_next(rows))
        slice_add(slice, query_integer(rows, 0));
    query_close(rows);
    return small;
}

struct model *touched_load(struct store *store, const struct changes *changes, double now, bool *everything,
                           char **error)
{
    struct slice slice = {0};
    *error = NULL;
    *everything = changes->everything || !is_usable(store, now);
    if (!*everything) {
        mentions_refresh(store, changes->last_document);
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
            store_execute(store, steps[i]);
        *everything = !read_part(store, &slice);
    }
    struct model *model = *everything ? NULL : model_load_touched(store, slice.principals, slice.count, error);
    slice_free(&slice);
    return model;
}

void touched_mark_changed(const struct model *model, struct store *store, bool *marks)
{
    int64_t *ids = NULL;
    size_t count = 0, room = 0;
    struct query *rows = query_open(store, "SELECT id FROM changed_principal ORDER BY id");
    while (query_next(rows))
        ARRAY_ADD(ids, count, room, query_integer(rows, 0));
    query_close(rows);
    for (uint32_t i = 0; count > 0 && i < model->principal_count; i++)
        marks[i] = bsearch(&model->principals[i].id, ids, count, sizeof *ids, order_ids) != NULL;
    free(ids);
}
