#include "ingest/store/writer_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>

static const char *first_account(const struct batch *batch, const char *path_account)
{
    if (batch->principals.first != NULL)
        return batch->principals.first->account;
    for (const struct batch_managed_policy *policy = batch->managed_policies.first; policy != NULL;
         policy = policy->next)
        if (policy->account != NULL)
            return policy->account;
    return path_account;
}

const char *writer_add(struct writer *writer, struct batch *batch, const char *path, const char *path_account,
                       enum batch_verdict *verdict)
{
    int64_t source = ++writer->next_source;
    /* The row comes first, its verdict last: other rows refer to it. */
    WRITE(writer, INSERT_SOURCE, sql_integer(source), sql_text(path), sql_text(batch->kind->name),
          sql_text(batch_verdict_word(BATCH_SKIPPED)), sql_text(""), sql_integer((int64_t)batch->bytes),
          sql_bytes(batch->digest, sizeof batch->digest), sql_text(writer->when));
    if (batch->refusal == NULL) {
        if (writer->had_data && batch->kind->replaces_path)
            writer_forget(writer, &path, 1);
        const char *account = first_account(batch, path_account);
        writer_touch_accounts(writer, batch, source, account);
        writer_deletions(writer, batch, source);
        writer_principals(writer, batch, source, account);
        writer_facts(writer, batch, source, path_account);
        writer_usage(writer, batch, source);
    }
    for (const struct batch_problem *problem = batch->problems.first; problem != NULL; problem = problem->next)
        WRITE(writer, INSERT_PROBLEM, sql_integer(source), sql_text(problem_severity_word(problem->severity)),
              sql_text(problem->code), sql_text(problem->account), sql_text(problem->pointer),
              sql_integer(problem->line), sql_integer(problem->column), sql_text(problem->message));
    const char *detail = batch_describe(batch, verdict);
    WRITE(writer, UPDATE_SOURCE, sql_integer(source), sql_text(batch_verdict_word(*verdict)), sql_text(detail),
          sql_integer((int64_t)batch->bytes));
    return detail;
}

/* ---- beginning and end */

struct writer *writer_open(struct store *store, struct document_table *documents, struct changes *changes,
                           const char *when)
{
    struct writer *writer = memory_zeroed(1, sizeof *writer);
    writer->store = store;
    writer->documents = documents;
    writer->when = when;
    writer->changes = changes;
    writer->last_source = writer->next_source = store_number(store, "SELECT max(id) FROM source");
    writer->had_data = writer->last_source > 0;
    if (!writer->had_data)
        writer_drop_indexes(writer);
    else
        writer_watch_documents(writer);
    writer_prepare(writer);
    writer->last_principal = writer->next_principal = store_number(store, "SELECT max(id) FROM principal");
    writer->last_document = writer->next_document = store_number(store, "SELECT max(id) FROM document");
    writer->next_layout = store_number(store, "SELECT max(id) FROM layout");
    return writer;
}

/* If an account's pages lack only the last one, a last page that names no account belongs to it. */
static void close_pages(struct writer *writer)
{
    uint32_t open = INTERN_NONE;
    for (uint32_t i = 0; writer->last_page && i < writer->accounts.count; i++)
        if (writer->account_states[i].more && !writer->account_states[i].last) {
            if (open != INTERN_NONE)
                return;
            open = i;
        }
    if (open != INTERN_NONE)
        WRITE(writer, UPDATE_ACCOUNT, sql_text(intern_text(&writer->accounts, open)), sql_text("full"), sql_integer(0),
              sql_text(writer->when));
}

/* In a database that was not empty: boundaries in accounts that the load touched, and boundaries made of its policies.
 */
static void find_boundaries(struct writer *writer)
{
    static const char touched[] = "SELECT id FROM principal WHERE account IN (SELECT id FROM noted_account) AND "
                                  "boundary_arn IS NOT NULL UNION SELECT id FROM principal WHERE boundary_arn IN "
                                  "(SELECT arn FROM touched_policy)",
                      all[] = "SELECT id FROM principal WHERE boundary_arn IS NOT NULL";
    struct text update = {0};
    text_format(&update,
                "UPDATE principal SET boundary_document = wanted.document FROM (SELECT id, coalesce((SELECT document "
                "FROM managed_policy WHERE account = p.account AND arn = boundary_arn), CASE WHEN boundary_arn "
                "GLOB " ARN_AWS_MANAGED_GLOB
                " THEN (SELECT document FROM managed_policy WHERE arn = boundary_arn AND document IS "
                "NOT NULL ORDER BY account LIMIT 1) END) AS document FROM principal p WHERE id IN (%s)) AS wanted "
                "WHERE principal.id = wanted.id AND boundary_document IS NOT wanted.document",
                writer->changes->everything || !writer->had_data ? all : touched);
    store_execute(writer->store, update.data);
    text_free(&update);
}

struct writer_counts writer_finish(struct writer *writer)
{
    writer_build_indexes(writer);
    close_pages(writer);
    if (writer->parts)
        query_run(writer->queries[DROP_PLACEHOLDERS]);
    if (writer->had_data)
        writer_give_back_borrowed(writer);
    /* An AWS-managed policy is the same whichever account exported it. */
    store_execute(
        writer->store,
        "UPDATE attachment SET (document, source, line, layout) = (SELECT m.document, m.source, m.line, m.layout "
        "FROM managed_policy m, principal p WHERE p.id = attachment.principal AND m.account = p.account AND m.arn "
        "= attachment.arn) WHERE document IS NULL AND kind = 'managed' AND EXISTS (SELECT 1 FROM managed_policy m, "
        "principal p WHERE p.id = attachment.principal AND m.account = p.account AND m.arn = attachment.arn);"
        "UPDATE attachment SET (document, source, line, layout) = (SELECT document, source, line, layout FROM "
        "managed_policy WHERE arn = attachment.arn AND document IS NOT NULL ORDER BY account LIMIT 1) WHERE "
        "document IS NULL AND arn GLOB " ARN_AWS_MANAGED_GLOB " AND arn IN (SELECT arn FROM managed_policy WHERE "
        "document IS NOT NULL);"
        "UPDATE group_membership SET group_principal = (SELECT g.id FROM principal u, principal g WHERE "
        "u.id = group_membership.user "
        "AND g.account = u.account AND g.kind = 'group' AND g.name = group_membership.group_name) WHERE "
        "group_principal IS NULL;");
    find_boundaries(writer);
    if (writer->had_data)
        writer_drop_left_policies(writer);
    if (writer->members_list)
        changes_remember_members(writer->changes, writer->members_listed, writer->when);
    if (writer->had_data)
        store_execute(
            writer->store,
            "DELETE FROM problem WHERE source IN (SELECT id FROM source WHERE verdict IN ('loaded', 'partial') AND "
            "id NOT IN "
            "(SELECT source FROM source_account));"
            "DELETE FROM source WHERE verdict IN ('loaded', 'partial') AND id NOT IN (SELECT source FROM "
            "source_account);");
    if (!writer->had_data && writer->merged)
        writer_watch_documents(writer);
    if (writer->had_data || writer->merged)
        writer_drop_left_documents(writer);
    return writer->counts;
}

void writer_close(struct writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < WRITER_STATEMENTS; i++)
        query_close(writer->queries[i]);
    writer_unwatch_documents(writer);
    text_free(&writer->indexes);
    intern_free(&writer->arns);
    intern_free(&writer->accounts);
    intern_free(&writer->layouts);
    intern_free(&writer->deleted);
    intern_free(&writer->deleted_ids);
    intern_free(&writer->dated_policies);
    intern_free(&writer->listings);
    intern_free(&writer->policies);
    free(writer->principals);
    free(writer->account_states);
    free(writer->layout_ids);
    free(writer->deletions);
    free(writer->policy_dates);
    free(writer);
}
