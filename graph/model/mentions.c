#include "graph/model/mentions.h"

#include "graph/policy/pattern.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct mentioning {
    sqlite3 *database;
    sqlite3_stmt *insert;
    int64_t document;
    bool failed;
};

static void mention(struct mentioning *work, const char *subject)
{
    sqlite3_bind_int64(work->insert, 1, work->document);
    sqlite3_bind_text(work->insert, 2, subject, -1, SQLITE_STATIC);
    work->failed = work->failed || sqlite3_step(work->insert) != SQLITE_DONE;
    sqlite3_reset(work->insert);
}

static void mention_principal(struct mentioning *work, const struct statement *statement,
                              const struct statement_principal *principal)
{
    char subject[512];
    if (principal->form == PRINCIPAL_ANYONE && statement->allow)
        mention(work, "*");
    else if (principal->form == PRINCIPAL_UNIQUE_ID)
        mention(work, principal->value);
    else if (principal->account != NULL && principal->form == PRINCIPAL_ACCOUNT)
        mention(work, principal->account);
    else if (principal->account != NULL) {
        snprintf(subject, sizeof subject, "%s:%.480s", principal->account,
                 principal->name != NULL ? principal->name : "");
        mention(work, subject);
    }
}

static void mention_resources(struct mentioning *work, const struct statement *statement)
{
    if (statement->not_resource) {
        mention(work, ">*");
        return;
    }
    for (uint32_t i = 0; i < statement->resource_count; i++) {
        const char *pattern = statement->resources[i], *account = pattern_account(pattern);
        char subject[14] = ">*";
        /* A variable in front of it may stand for anything. */
        if (account != NULL && memchr(pattern, '$', (size_t)(account - pattern)) == NULL)
            snprintf(subject, sizeof subject, ">%.12s", account);
        mention(work, subject);
    }
}

static bool is_clock(const char *key)
{
    return strcasecmp(key, "aws:CurrentTime") == 0 || strcasecmp(key, "aws:EpochTime") == 0;
}

static void mention_times(struct mentioning *work, const struct statement *statement)
{
    char subject[32];
    double seconds;
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        for (uint32_t j = 0; is_clock(condition->key) && j < condition->value_count; j++)
            if (condition_parse_date(condition->values[j], &seconds)) {
                snprintf(subject, sizeof subject, "@%.3f", seconds);
                mention(work, subject);
            }
    }
}

static void mention_statement(struct mentioning *work, const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        mention_principal(work, statement, &statement->principals[i]);
    if (statement->broken != NULL)
        return;
    if (statement->not_principal && statement->allow)
        mention(work, "*");
    if (statement->has_resource && statement->allow && statement_covers_action(statement, "sts:AssumeRole"))
        mention_resources(work, statement);
    if (statement->sts_actions != 0)
        mention_times(work, statement);
}

static bool begin(struct mentioning *work, struct store *store, char **error)
{
    *error = NULL;
    *work = (struct mentioning){.database = store_handle(store)};
    work->failed = sqlite3_prepare_v2(work->database, "INSERT OR IGNORE INTO mention VALUES (?, ?)", -1, &work->insert,
                                      NULL) != SQLITE_OK;
    return !work->failed;
}

static bool end(struct mentioning *work, char **error)
{
    if (work->failed)
        *error = strdup(sqlite3_errmsg(work->database));
    sqlite3_finalize(work->insert);
    return !work->failed;
}

bool mentions_store(const struct model *model, struct store *store, char **error)
{
    struct mentioning work;
    begin(&work, store, error);
    for (uint32_t i = 0; i < model->document_count && !work.failed; i++) {
        const struct model_document *document = &model->documents[i];
        work.document = document->id;
        for (uint32_t j = 0; document->id > 0 && j < document->statement_count && !work.failed; j++)
            mention_statement(&work, &model->statements[document->first_statement + j]);
    }
    return end(&work, error);
}

static const char *text_of(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

bool mentions_store_after(struct store *store, int64_t document, char **error)
{
    struct mentioning work;
    struct arena arena = {0};
    struct intern strings = {0};
    sqlite3_stmt *rows = NULL;
    int status = SQLITE_DONE;
    if (begin(&work, store, error) &&
        (status = sqlite3_prepare_v2(work.database,
                                     "SELECT s.document, s.body, s.sid, s.effect, s.broken, s.doubt, d.version FROM "
                                     "document d JOIN statement s ON s.document = d.id WHERE d.id > ?",
                                     -1, &rows, NULL)) == SQLITE_OK)
        status = sqlite3_bind_int64(rows, 1, document);
    while (!work.failed && status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        struct statement statement = {0};
        work.document = sqlite3_column_int64(rows, 0);
        status =
            statement_compile(&arena, &strings, text_of(rows, 1), text_of(rows, 2), text_of(rows, 3), text_of(rows, 4),
                              text_of(rows, 5), strcmp(text_of(rows, 6), "2012-10-17") == 0, &statement)
                ? SQLITE_OK
                : SQLITE_NOMEM;
        if (status == SQLITE_OK)
            mention_statement(&work, &statement);
        arena_reset(&arena);
    }
    work.failed = work.failed || status != SQLITE_DONE;
    sqlite3_finalize(rows);
    arena_free(&arena);
    intern_free(&strings);
    return end(&work, error);
}
