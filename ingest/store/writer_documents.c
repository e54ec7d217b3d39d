/*
 * Policy documents and their layouts, each stored once.
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

int64_t writer_layout(struct writer *writer, const char *lines)
{
    if (lines == NULL || lines[0] == '\0')
        return 0;
    uint32_t number = intern_add(&writer->layouts, lines, strlen(lines));
    ARRAY_REACH(writer->layout_ids, number, writer->layout_room);
    int64_t *id = &writer->layout_ids[number];
    if (*id != 0)
        return *id;
    char *json = memory_print("[%s]", lines);
    if (writer->had_data) {
        QUERY_BIND(writer->queries[SELECT_LAYOUT], sql_text(json));
        *id = query_number(writer->queries[SELECT_LAYOUT]);
    }
    if (*id == 0) {
        *id = ++writer->next_layout;
        WRITE(writer, INSERT_LAYOUT, sql_integer(*id), sql_text(json));
    }
    free(json);
    return *id;
}

int64_t writer_document(struct writer *writer, struct document_entry *entry)
{
    if (entry == NULL)
        return 0;
    writer->counts.documents++;
    if (entry->id != 0)
        return entry->id;
    struct document_content *content = document_entry_content(writer->documents, entry);
    writer->counts.distinct_documents++;
    if (writer->had_data) {
        /* The digest has no key, so that it is the same in every database; therefore texts that share a digest can be
         * crafted. */
        QUERY_BIND(writer->queries[SELECT_DOCUMENT], sql_bytes(content->digest, sizeof content->digest),
                   sql_text(content->text));
        int64_t earlier = query_number(writer->queries[SELECT_DOCUMENT]);
        if (earlier != 0) {
            document_entry_written(entry, earlier);
            return earlier;
        }
    }
    const struct policy *policy = &content->policy;
    int64_t id = ++writer->next_document;
    WRITE(writer, INSERT_DOCUMENT, sql_integer(id), sql_bytes(content->digest, sizeof content->digest),
          sql_text(content->text), sql_text(policy->version), sql_text(policy->broken));
    bool whole = content->kind != POLICY_IDENTITY;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        if (whole || statement->bears_on_roles)
            WRITE(writer, INSERT_STATEMENT, sql_integer(id), sql_integer((int64_t)i), sql_text(statement->sid),
                  sql_text(statement->effect), sql_text(statement->body), sql_text(statement->broken),
                  sql_text(statement->doubt));
    }
    for (size_t i = 0; i < policy->problem_count; i++) {
        const struct policy_problem *problem = &policy->problems[i];
        WRITE(writer, INSERT_DOCUMENT_PROBLEM, sql_integer(id), sql_integer((int64_t)i),
              sql_text(problem_severity_word(problem->severity)), sql_text(policy_problem_word(problem->code)),
              sql_known(problem->position), sql_text(problem->pointer), sql_text(problem->words),
              problem->facts[0] != '\0' ? sql_text(problem->facts) : sql_text(NULL));
    }
    document_entry_written(entry, id);
    return id;
}
