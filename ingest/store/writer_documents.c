/*
 * Policy documents and how they are laid out: each once.
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/text.h"
#include <string.h>

int64_t writer_layout(struct writer *writer, const char *lines)
{
    if (lines == NULL || lines[0] == '\0')
        return 0;
    uint32_t number = intern_add(&writer->layouts, lines, strlen(lines));
    int64_t *ids = intern_room(writer->layout_ids, &writer->layout_room, number, sizeof *ids);
    if (ids == NULL) {
        writer_fail(writer, "out of memory");
        return 0;
    }
    writer->layout_ids = ids;
    if (writer->layout_ids[number] != 0)
        return writer->layout_ids[number];
    struct text json = {0};
    text_format(&json, "[%s]", lines);
    int64_t id = 0;
    sqlite3_stmt *select = writer->statements[SELECT_LAYOUT];
    if (writer->had_data && json.data != NULL) {
        sqlite3_bind_text(select, 1, json.data, -1, SQLITE_STATIC);
        if (sqlite3_step(select) == SQLITE_ROW)
            id = sqlite3_column_int64(select, 0);
        sqlite3_reset(select);
    }
    if (id == 0) {
        id = ++writer->next_layout;
        writer_run(writer, INSERT_LAYOUT, "it", id, json.data);
    }
    text_free(&json);
    writer->layout_ids[number] = id;
    return id;
}

static const char *severity_word(enum policy_severity severity)
{
    return severity == POLICY_ERROR ? "error" : severity == POLICY_WARNING ? "warning" : "note";
}

int64_t writer_document(struct writer *writer, struct document_entry *entry)
{
    if (entry == NULL)
        return 0;
    writer->counts.documents++;
    if (entry->id != 0)
        return entry->id;
    struct document_content *content = document_entry_content(writer->documents, entry);
    if (content == NULL) {
        writer_fail(writer, "out of memory");
        return 0;
    }
    writer->counts.distinct_documents++;
    if (writer->had_data) {
        sqlite3_stmt *select = writer->statements[SELECT_DOCUMENT];
        /* The digest is not keyed, so that it is the same in every database: texts can be made that share it. */
        sqlite3_bind_blob(select, 1, content->digest, 16, SQLITE_STATIC);
        sqlite3_bind_text(select, 2, content->text, -1, SQLITE_STATIC);
        if (sqlite3_step(select) == SQLITE_ROW)
            document_entry_written(entry, sqlite3_column_int64(select, 0));
        sqlite3_reset(select);
        if (entry->id != 0)
            return entry->id;
    }
    const struct policy *policy = &content->policy;
    int64_t id = ++writer->next_document;
    writer_run(writer, INSERT_DOCUMENT, "ibttt", id, content->digest, content->text, policy->version, policy->broken);
    bool whole = content->kind != POLICY_IDENTITY;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        if (whole || statement->bears_on_roles)
            writer_run(writer, INSERT_STATEMENT, "iittttt", id, (int64_t)i, statement->sid, statement->effect,
                       statement->body, statement->broken, statement->doubt);
    }
    for (size_t i = 0; i < policy->problem_count; i++) {
        const struct policy_problem *problem = &policy->problems[i];
        writer_run(writer, INSERT_DOCUMENT_PROBLEM, "iittmtt", id, (int64_t)i, severity_word(problem->severity),
                   problem->code, (int64_t)problem->position, problem->pointer, problem->message);
    }
    document_entry_written(entry, id);
    return id;
}
