/*
 * Keeps the cost of a load proportional to its data: a first load builds indexes after all its rows are written; a load
 * into a database that is not empty checks only the documents that may have become unused.
 */
#include "ingest/policy/arn.h"
#include "ingest/store/writer_inside.h"
#include "ingest/support/text.h"

void writer_drop_indexes(struct writer *writer)
{
    struct text drop = {0};
    struct query *indexes =
        query_open(writer->store, "SELECT 'DROP INDEX \"' || name || '\";', sql || ';' FROM sqlite_schema WHERE type = "
                                  "'index' AND sql IS NOT NULL ORDER BY rowid");
    while (query_next(indexes)) {
        text_append_string(&drop, query_text(indexes, 0));
        text_append_string(&writer->indexes, query_text(indexes, 1));
    }
    query_close(indexes);
    if (drop.length > 0)
        store_execute(writer->store, drop.data);
    text_free(&drop);
}

void writer_build_indexes(struct writer *writer)
{
    if (writer->indexes.length > 0)
        store_execute(writer->store, writer->indexes.data);
    text_free(&writer->indexes);
}

/* The columns that refer to documents. */
static const struct {
    const char *table, *column;
} references[] = {
    {"principal", "trust_document"}, {"principal", "boundary_document"}, {"attachment", "document"},
    {"managed_policy", "document"},  {"org_policy", "document"},
};

/* The document, and its source, of an AWS managed policy that accounts attach without exporting it. */
#define LENT(column, arn_text)                                                                                         \
    "(SELECT " column " FROM main.managed_policy WHERE arn = " arn_text                                                \
    " AND document IS NOT NULL ORDER BY account LIMIT 1)"

/* Only before the first change; OR IGNORE would be overridden by the OR REPLACE of the changing statement. */
#define NOTE_LENT(trigger, event, row)                                                                                 \
    "CREATE TEMP TRIGGER " trigger " BEFORE " event " ON main.managed_policy BEGIN INSERT INTO touched_policy "        \
    "SELECT " row                                                                                                      \
    ".arn, " LENT("document", row ".arn") ", " LENT("source", row ".arn") " WHERE NOT EXISTS (SELECT 1 "               \
                                                                          "FROM touched_policy WHERE arn = " row       \
                                                                          ".arn); END;"

static const char note_policies[] =
    "CREATE TEMP TABLE touched_policy (arn TEXT PRIMARY KEY, lent INTEGER, lender INTEGER);" NOTE_LENT(
        "policy_comes", "INSERT", "new") NOTE_LENT("policy_goes", "DELETE", "old");

void writer_watch_documents(struct writer *writer)
{
    struct text sql = {0};
    text_append_string(&sql, note_policies);
    text_append_string(&sql, "CREATE TEMP TABLE left_document (id INTEGER PRIMARY KEY);"
                             "PRAGMA recursive_triggers = ON;");
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        const char *table = references[i].table, *column = references[i].column;
        text_format(
            &sql,
            "CREATE TEMP TRIGGER left_by_delete_%zu AFTER DELETE ON main.%s WHEN old.%s IS NOT NULL BEGIN INSERT "
            "OR IGNORE INTO left_document VALUES (old.%s); END;"
            "CREATE TEMP TRIGGER left_by_update_%zu AFTER UPDATE OF %s ON main.%s WHEN old.%s IS NOT NULL AND "
            "old.%s IS NOT new.%s BEGIN INSERT OR IGNORE INTO left_document VALUES (old.%s); END;",
            i, table, column, column, i, column, table, column, column, column, column);
    }
    store_execute(writer->store, sql.data);
    writer->watches = true;
    text_free(&sql);
}

/* Attachments in accounts that borrow the document from others. */
#define BORROWED                                                                                                       \
    "t.arn GLOB " ARN_AWS_MANAGED_GLOB                                                                                 \
    " AND t.lent IS NOT NULL AND attachment.document = t.lent AND attachment.arn = "                                   \
    "t.arn AND NOT EXISTS (SELECT 1 FROM principal p JOIN source_account s ON s.account = p.account WHERE p.id = "     \
    "attachment.principal AND s.source = attachment.source)"

void writer_give_back_borrowed(struct writer *writer)
{
    store_execute(
        writer->store,
        "UPDATE attachment SET document = NULL, source = (SELECT source FROM principal WHERE id = "
        "attachment.principal), line = 0, layout = NULL FROM touched_policy t WHERE t.lent IS NOT " LENT(
            "document",
            "t.arn") " AND " BORROWED ";"
                     /* The same document, now lent by another source. */
                     "UPDATE attachment SET source = m.source, line = m.line, layout = m.layout FROM "
                     "touched_policy t JOIN "
                     "managed_policy m ON m.arn = t.arn AND m.account = " LENT(
                         "account",
                         "t.arn") " WHERE m.document = t.lent AND m.source <> t.lender AND attachment.source = "
                                  "t.lender AND " BORROWED ";");
}

void writer_drop_left_documents(struct writer *writer)
{
    struct text sql = {0};
    text_format(&sql,
                "INSERT OR IGNORE INTO left_document SELECT id FROM document WHERE id > %lld;"
                "DELETE FROM left_document WHERE ",
                (long long)writer->last_document);
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
        text_format(&sql, "%sEXISTS (SELECT 1 FROM main.%s WHERE %s = left_document.id)", i > 0 ? " OR " : "",
                    references[i].table, references[i].column);
    text_append_string(&sql, ";DELETE FROM statement WHERE document IN (SELECT id FROM left_document);"
                             "DELETE FROM document_problem WHERE document IN (SELECT id FROM left_document);"
                             "DELETE FROM document WHERE id IN (SELECT id FROM left_document);");
    store_execute(writer->store, sql.data);
    changes_note_lost_documents(writer->changes);
    text_free(&sql);
}

void writer_unwatch_documents(struct writer *writer)
{
    if (!writer->watches)
        return;
    struct text sql = {0};
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
        text_format(&sql, "DROP TRIGGER IF EXISTS left_by_delete_%zu;DROP TRIGGER IF EXISTS left_by_update_%zu;", i, i);
    text_append_string(
        &sql,
        "DROP TRIGGER IF EXISTS policy_comes; DROP TRIGGER IF EXISTS policy_goes;"
        "DROP TABLE IF EXISTS touched_policy; DROP TABLE IF EXISTS left_document; PRAGMA recursive_triggers = OFF;");
    store_execute(writer->store, sql.data);
    text_free(&sql);
}
