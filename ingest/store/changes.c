#include "ingest/store/changes.h"

#include "ingest/store/query.h"

/* Beyond a tenth of all principals, finding the differences is no faster than deriving everything. */
#define LARGEST_PART 10
#define ALWAYS_TOLD 2000

/* Everything about a user, role or group that a decision depends on, as one text. */
#define FACTS                                                                                                          \
    "json_array(p.kind, p.path, p.name, p.unique_id, p.trust_document, p.boundary_arn, p.boundary_document, "          \
    "p.identity_known, p.tags_known, p.in_instance_profile, "                                                          \
    "(SELECT json_group_array(json_array(key, value)) FROM principal_tag WHERE principal = p.id), "                    \
    "(SELECT json_group_array(json_array(position, kind, name, arn, document, provided)) FROM attachment "             \
    "WHERE principal = p.id), "                                                                                        \
    "(SELECT json_group_array(json_array(group_name, group_principal IS NULL)) FROM group_membership "                 \
    "WHERE user = p.id))"

#define PRINCIPALS                                                                                                     \
    "SELECT p.arn, p.id, p.kind, p.account, p.name, p.unique_id, " FACTS " FROM main.principal p WHERE p.account "

/* Everything about an account that a decision depends on. */
#define ACCOUNTS "SELECT id, json_array(partition, detail, truncated, organization, parent) AS facts FROM main.account"

static const char drop[] = "DROP TRIGGER IF EXISTS temp.attachment_bound; DROP TRIGGER IF EXISTS temp.boundary_bound;"
                           "DROP TABLE IF EXISTS temp.before_account; DROP TABLE IF EXISTS temp.before_principal;"
                           "DROP TABLE IF EXISTS temp.after_principal; DROP TABLE IF EXISTS temp.noted_account;"
                           "DROP TABLE IF EXISTS temp.bound_principal; DROP TABLE IF EXISTS temp.noted_provider; DROP "
                           "TABLE IF EXISTS temp.different;"
                           "DROP TABLE IF EXISTS temp.changed_principal; DROP TABLE IF EXISTS temp.lost_principal;"
                           "DROP TABLE IF EXISTS temp.kept_principal; DROP TABLE IF EXISTS temp.changed_account;"
                           "DROP TABLE IF EXISTS temp.lost_document;";

/* When the last rows are written, a managed policy may begin to apply to principals of other accounts. */
static const char begin[] =
    "CREATE TEMP TABLE before_account AS " ACCOUNTS ";"
    "CREATE TEMP TABLE noted_account (id TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE noted_provider (account TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE before_principal (arn TEXT PRIMARY KEY, id, kind, account, name, unique_id, facts);"
    "CREATE TEMP TABLE after_principal (arn TEXT PRIMARY KEY, id, kind, account, name, unique_id, facts);"
    "CREATE TEMP TABLE bound_principal (id INTEGER PRIMARY KEY);"
    "CREATE TEMP TRIGGER attachment_bound AFTER UPDATE OF document ON main.attachment WHEN new.document IS "
    "NOT old.document BEGIN "
    "INSERT OR IGNORE INTO bound_principal VALUES (new.principal); END;"
    "CREATE TEMP TRIGGER boundary_bound AFTER UPDATE OF boundary_document ON main.principal WHEN "
    "new.boundary_document IS NOT old.boundary_document BEGIN "
    "INSERT OR IGNORE INTO bound_principal VALUES (new.id); END;"
    "CREATE TEMP TABLE different (arn TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE changed_principal (id INTEGER PRIMARY KEY, account, name, unique_id);"
    "CREATE TEMP TABLE lost_principal (id INTEGER PRIMARY KEY, account, name, unique_id);"
    "CREATE TEMP TABLE kept_principal (old INTEGER PRIMARY KEY, new INTEGER);"
    "CREATE TEMP TABLE changed_account (id TEXT PRIMARY KEY, whole INTEGER NOT NULL);"
    "CREATE TEMP TABLE lost_document (id INTEGER PRIMARY KEY);";

static const char compare[] =
    "INSERT INTO after_principal " PRINCIPALS "IN (SELECT id FROM noted_account);"
    "INSERT INTO changed_account SELECT id, 1 FROM (SELECT a.id, a.facts IS NOT b.facts AS other FROM (" ACCOUNTS
    ") a LEFT JOIN before_account b ON b.id = a.id) WHERE other;"
    "INSERT OR IGNORE INTO changed_account SELECT id, 1 FROM before_account WHERE id NOT IN (SELECT id FROM "
    "main.account);"
    "INSERT INTO different SELECT b.arn FROM before_principal b LEFT JOIN after_principal a ON a.arn = b.arn "
    "WHERE a.facts IS NOT b.facts;"
    "INSERT OR IGNORE INTO different SELECT arn FROM after_principal WHERE arn NOT IN (SELECT arn FROM "
    "before_principal);"
    "INSERT OR IGNORE INTO different SELECT arn FROM before_principal WHERE account IN (SELECT id FROM changed_account)"
    " UNION SELECT arn FROM after_principal WHERE account IN (SELECT id FROM changed_account);"
    /* Members of a group have its policies. */
    "INSERT OR IGNORE INTO different SELECT u.arn FROM after_principal u JOIN group_membership m ON m.user = u.id "
    "JOIN after_principal g ON g.id = m.group_principal WHERE g.arn IN (SELECT arn FROM different);"
    "INSERT INTO changed_principal SELECT id, account, name, unique_id FROM after_principal WHERE kind <> 'group' AND "
    "arn IN (SELECT arn FROM different);"
    "INSERT INTO lost_principal SELECT id, account, name, unique_id FROM before_principal WHERE kind <> 'group' AND "
    "arn IN (SELECT arn FROM different);"
    /* Whoever may join a group is affected, members or not. */
    "INSERT OR IGNORE INTO changed_account SELECT account, 0 FROM after_principal WHERE kind = 'group' AND arn IN "
    "(SELECT arn FROM different) UNION SELECT account, 0 FROM before_principal WHERE kind = 'group' AND arn IN (SELECT "
    "arn FROM different);"
    "INSERT INTO kept_principal SELECT b.id, a.id FROM before_principal b JOIN after_principal a ON a.arn = b.arn "
    "WHERE a.id <> b.id AND a.kind <> 'group' AND a.arn NOT IN (SELECT arn FROM different);"
    "INSERT OR IGNORE INTO bound_principal SELECT m.user FROM bound_principal b CROSS JOIN principal g ON g.id = b.id "
    "AND g.kind = 'group' CROSS JOIN principal u ON u.account = g.account AND u.kind = 'user' CROSS JOIN "
    "group_membership m ON m.user = u.id AND m.group_principal = g.id;"
    "INSERT OR IGNORE INTO changed_account SELECT g.account, 0 FROM bound_principal b CROSS JOIN principal g ON g.id = "
    "b.id AND g.kind = 'group';"
    "DELETE FROM bound_principal WHERE NOT EXISTS (SELECT 1 FROM main.principal p WHERE p.id = bound_principal.id AND "
    "p.kind <> 'group' AND p.account NOT IN (SELECT id FROM noted_account));"
    "INSERT OR IGNORE INTO changed_principal SELECT id, account, name, unique_id FROM main.principal WHERE id IN "
    "(SELECT id FROM bound_principal);"
    "INSERT OR IGNORE INTO lost_principal SELECT id, account, name, unique_id FROM main.principal WHERE id IN "
    "(SELECT id FROM bound_principal);"
    "INSERT OR IGNORE INTO changed_account SELECT account, 0 FROM changed_principal UNION SELECT account, 0 FROM "
    "lost_principal UNION SELECT account, 0 FROM noted_provider;";

void changes_open(struct changes *changes, struct store *store)
{
    *changes = (struct changes){.store = store};
    changes->everything = store_number(store, "SELECT 1 FROM source LIMIT 1") == 0;
    changes->last_principal = store_number(store, "SELECT max(id) FROM principal");
    changes->last_document = store_number(store, "SELECT max(id) FROM document");
    changes->limit = changes->last_principal / LARGEST_PART + ALWAYS_TOLD;
    changes->open = !changes->everything;
    if (changes->everything)
        return;
    store_execute(store, drop);
    store_execute(store, begin);
}

void changes_note_account(struct changes *changes, const char *account)
{
    if (changes->everything)
        return;
    struct query *count = query_open(changes->store, "SELECT count(*) FROM main.principal WHERE account = ?");
    QUERY_BIND(count, sql_text(account));
    changes->noted += query_number(count);
    query_close(count);
    changes->everything = changes->noted > changes->limit;
    if (changes->everything)
        return;
    STORE_RUN(changes->store, "INSERT OR IGNORE INTO noted_account VALUES (?)", sql_text(account));
    STORE_RUN(changes->store, "INSERT OR IGNORE INTO before_principal " PRINCIPALS "= ?", sql_text(account));
}

void changes_note_providers(struct changes *changes, const char *account)
{
    if (!changes->everything)
        STORE_RUN(changes->store, "INSERT OR IGNORE INTO noted_provider VALUES (?)", sql_text(account));
}

void changes_note_lost_documents(struct changes *changes)
{
    if (!changes->everything)
        store_execute(changes->store, "INSERT INTO lost_document SELECT id FROM left_document");
}

void changes_note_organization(struct changes *changes)
{
    changes->everything = true;
}

/* Membership is the fourth of ACCOUNTS. */
static const char leave[] =
    "INSERT OR REPLACE INTO main.former_member SELECT b.id, a.name, json_extract(b.facts, '$[3]'), ?1, ?2 FROM "
    "before_account b JOIN main.account a ON a.id = b.id WHERE a.organization = '' AND json_extract(b.facts, '$[3]') "
    "<> "
    "''";

void changes_remember_members(struct changes *changes, const char *listed, const char *when)
{
    if (changes->open)
        STORE_RUN(changes->store, leave, sql_text(listed), sql_text(when));
    store_execute(changes->store, "DELETE FROM main.former_member WHERE account IN (SELECT id FROM main.account WHERE "
                                  "organization <> '')");
}

/* Principals that were rewritten, changed or not. */
static int64_t count_written(const struct changes *changes)
{
    struct query *query = query_open(changes->store, "SELECT count(*) FROM main.principal WHERE id > ?");
    QUERY_BIND(query, sql_integer(changes->last_principal));
    int64_t count = query_number(query);
    query_close(query);
    return count;
}

void changes_find(struct changes *changes)
{
    changes->everything = changes->everything || count_written(changes) > changes->limit;
    if (changes->everything)
        return;
    store_execute(changes->store, compare);
    /* An account with nothing new but its row is expected; one with principals that were not noted is not. */
    changes->everything =
        store_number(changes->store, "SELECT 1 FROM changed_account WHERE whole AND id NOT IN (SELECT id FROM "
                                     "noted_account) AND EXISTS (SELECT 1 FROM main.principal WHERE account = "
                                     "changed_account.id) LIMIT 1") != 0;
}

void changes_close(struct changes *changes)
{
    if (changes->open)
        store_execute(changes->store, drop);
    changes->open = false;
}
