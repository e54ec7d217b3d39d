#include "ingest/store/sources.h"

#include "ingest/readers/export_kind.h"
#include "ingest/store/query.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

enum sources_query {
    FIND,
    ACCOUNTS,
    ACCOUNTS_OF_FILE,
    COLLECTED_FILES,
    PLANNED_FILES,
    OUTCOME,
    FORGET_PROBLEMS,
    FORGET_USES,
    FORGET_TOKENS,
    FORGET_TRAILS,
    FORGET_ACCOUNTS,
    FORGET_SOURCE,
    QUERIES,
};

#define OF_FILE "(SELECT id FROM source WHERE path = ?)"

static const char *const statements[QUERIES] = {
    [FIND] = "SELECT id FROM source s WHERE digest = ? AND path = ? AND NOT EXISTS (SELECT 1 FROM source later WHERE "
             "path = s.path AND (verdict = 'refused' OR later.id > s.id))",
    [ACCOUNTS] = "SELECT account FROM source_account WHERE source = ? AND account <> ''",
    [ACCOUNTS_OF_FILE] = "SELECT account FROM source_account JOIN source ON source.id = source WHERE path = ? AND "
                         "account <> ''",
    [COLLECTED_FILES] = "SELECT DISTINCT path FROM source s WHERE kind IN " SOURCES_KINDS(
        "is_collection") " AND NOT EXISTS (SELECT 1 FROM "
                         "source_account WHERE source = s.id AND account = '') ORDER BY path",
    [PLANNED_FILES] = "SELECT DISTINCT path FROM source WHERE kind IN " SOURCES_KINDS("is_planned") " ORDER BY path",
    [OUTCOME] = "SELECT kind, verdict, detail FROM source WHERE id = ?",
    [FORGET_PROBLEMS] = "DELETE FROM problem WHERE source IN " OF_FILE,
    [FORGET_USES] = "DELETE FROM role_use WHERE source IN " OF_FILE,
    [FORGET_TOKENS] = "DELETE FROM role_token WHERE source IN " OF_FILE,
    [FORGET_TRAILS] = "DELETE FROM trail WHERE source IN " OF_FILE,
    [FORGET_ACCOUNTS] =
        "DELETE FROM source_account WHERE source IN (SELECT id FROM source WHERE path = ? AND kind IN " SOURCES_KINDS(
            "is_log") ")",
    [FORGET_SOURCE] =
        "DELETE FROM source WHERE path = ? AND (verdict IN ('skipped', 'refused') OR kind IN " SOURCES_KINDS(
            "is_log") ")",
};

struct sources {
    struct store *store;
    struct query *queries[QUERIES];
};

/* See SOURCES_KINDS. */
static void make_view_of_kinds(struct store *store)
{
    struct text sql = {0};
    text_append_string(&sql, "CREATE TEMP VIEW export_kind (name, is_details, is_planned, is_collection, is_log, "
                             "lists_roles) AS VALUES ('', 0, 0, 0, 0, 0)");
    struct export_kinds at = {0};
    while (export_kinds_next(&at))
        text_format(&sql, ", ('%s', %d, %d, %d, %d, %d)", at.kind->name, at.kind->standing == STANDING_DETAILS,
                    at.kind->standing == STANDING_PLANNED, at.kind->is_collection, at.kind->is_log,
                    at.kind->lists_roles);
    store_execute(store, sql.data);
    text_free(&sql);
}

struct sources *sources_open(struct store *store)
{
    struct sources *sources = memory_zeroed(1, sizeof *sources);
    sources->store = store;
    make_view_of_kinds(store);
    for (int i = 0; i < QUERIES; i++)
        sources->queries[i] = query_open(store, statements[i]);
    return sources;
}

void sources_close(struct sources *sources)
{
    for (int i = 0; i < QUERIES; i++)
        query_close(sources->queries[i]);
    store_execute(sources->store, "DROP VIEW temp.export_kind");
    free(sources);
}

int64_t sources_find(struct sources *sources, const char *path, const uint64_t digest[2])
{
    QUERY_BIND(sources->queries[FIND], sql_bytes(digest, 2 * sizeof *digest), sql_text(path));
    return query_number(sources->queries[FIND]);
}

static void add_texts(struct query *query, struct intern *texts)
{
    while (query_next(query)) {
        const char *text = query_text(query, 0);
        intern_add(texts, text, strlen(text));
    }
}

void sources_accounts(struct sources *sources, int64_t source, struct intern *accounts)
{
    QUERY_BIND(sources->queries[ACCOUNTS], sql_integer(source));
    add_texts(sources->queries[ACCOUNTS], accounts);
}

void sources_accounts_of_file(struct sources *sources, const char *path, struct intern *accounts)
{
    QUERY_BIND(sources->queries[ACCOUNTS_OF_FILE], sql_text(path));
    add_texts(sources->queries[ACCOUNTS_OF_FILE], accounts);
}

void sources_collected_files(struct sources *sources, struct intern *paths)
{
    add_texts(sources->queries[COLLECTED_FILES], paths);
}

void sources_planned_files(struct sources *sources, struct intern *paths)
{
    add_texts(sources->queries[PLANNED_FILES], paths);
}

static const char *keep(struct arena *arena, const char *text)
{
    return arena_copy_text(arena, text, strlen(text));
}

struct source_outcome sources_outcome(struct sources *sources, int64_t source, struct arena *arena)
{
    struct query *query = sources->queries[OUTCOME];
    struct source_outcome outcome = {"", BATCH_LOADED, ""};
    QUERY_BIND(query, sql_integer(source));
    if (query_next(query))
        outcome = (struct source_outcome){keep(arena, query_text(query, 0)), batch_verdict_of(query_text(query, 1)),
                                          keep(arena, query_text(query, 2))};
    query_reset(query);
    return outcome;
}

void sources_forget(struct sources *sources, const char *path)
{
    for (int i = FORGET_PROBLEMS; i <= FORGET_SOURCE; i++) {
        QUERY_BIND(sources->queries[i], sql_text(path));
        query_run(sources->queries[i]);
    }
}
