#include "graph/model/mentions.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/store/query.h"
#include <stdio.h>
#include <string.h>

struct mentioning {
    struct query *insert;
    int64_t document;
};

static void mention(const struct mentioning *work, const char *subject)
{
    query_bind_integer(work->insert, 1, work->document);
    query_bind_text(work->insert, 2, subject);
    query_run(work->insert);
}

static void mention_principal(const struct mentioning *work, const struct statement *statement,
                              const struct statement_principal *principal)
{
    char subject[512];
    if (principal->form == PRINCIPAL_ANYONE && statement->allow)
        mention(work, "*");
    else if (principal->form == PRINCIPAL_ACCOUNTS_LIKE) {
        snprintf(subject, sizeof subject, "=%.480s", principal->value);
        mention(work, subject);
    } else if (principal->form == PRINCIPAL_UNIQUE_ID)
        mention(work, principal->value);
    else if (principal->account != NULL && principal->form == PRINCIPAL_ACCOUNT)
        mention(work, principal->account);
    else if (principal->account != NULL) {
        snprintf(subject, sizeof subject, "%s:%.480s", principal->account,
                 principal->name != NULL ? principal->name : "");
        mention(work, subject);
    }
}

static void mention_resources(const struct mentioning *work, const struct statement *statement)
{
    if (statement->not_resource) {
        mention(work, ">*");
        return;
    }
    for (uint32_t i = 0; i < statement->resource_count; i++) {
        const char *pattern = statement->resources[i], *account = pattern_account(pattern);
        char subject[14] = ">*";
        /* A variable before it may have any value. */
        if (account != NULL && memchr(pattern, '$', (size_t)(account - pattern)) == NULL)
            snprintf(subject, sizeof subject, ">%.12s", account);
        mention(work, subject);
    }
}

/* How long after the compared moment the passing of time changes the condition's result, for users and for roles.
 */
struct delays {
    uint32_t count;
    double seconds[2];
};

static struct delays delays_of(const struct context_key *about)
{
    if (context_key_is_clock(about))
        return (struct delays){1, {0}};
    if (about->relation == RELATED_TOKEN_TIME)
        return (struct delays){2, {TOKEN_LIVES, TOKEN_OF_ROLE_LIVES}};
    return (struct delays){0};
}

static void mention_time(const struct mentioning *work, const char *value, const struct delays *delays)
{
    char subject[32];
    double seconds;
    for (uint32_t i = 0; i < delays->count && condition_parse_date(value, &seconds); i++) {
        snprintf(subject, sizeof subject, "@%.3f", seconds + delays->seconds[i]);
        mention(work, subject);
    }
}

static void mention_times(const struct mentioning *work, const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        struct delays delays = delays_of(condition->about);
        for (uint32_t j = 0; j < condition->value_count; j++)
            mention_time(work, condition->values[j], &delays);
    }
}

static void mention_statement(const struct mentioning *work, const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        mention_principal(work, statement, &statement->principals[i]);
    for (uint32_t i = 0; i < statement->named_count; i++)
        mention_principal(work, statement, &statement->named[i]);
    if (statement->broken != NULL)
        return;
    if (statement->not_principal && statement->allow)
        mention(work, "*");
    if (statement->has_resource && statement->allow && statement_covers_sts(statement, STS_ASSUME_ROLE))
        mention_resources(work, statement);
    mention_times(work, statement);
}

static struct mentioning begin(struct store *store)
{
    return (struct mentioning){.insert = query_open(store, "INSERT OR IGNORE INTO mention VALUES (?, ?)")};
}

void mentions_store(const struct model *model, struct store *store)
{
    struct mentioning work = begin(store);
    for (uint32_t i = 0; i < model->document_count; i++) {
        const struct model_document *document = &model->documents[i];
        work.document = document->id;
        for (uint32_t j = 0; document->id > 0 && j < document->statement_count; j++)
            mention_statement(&work, &model->statements[document->first_statement + j]);
    }
    query_close(work.insert);
}

void mentions_refresh(struct store *store, int64_t last_document)
{
    store_execute(store, "DELETE FROM mention WHERE document IN (SELECT id FROM lost_document)");
    struct mentioning work = begin(store);
    struct arena arena = {0};
    struct intern strings = {0};
    struct query *rows = query_open(store, "SELECT s.document, s.body, s.sid, s.effect, s.broken, s.doubt, "
                                           "d.version = '2012-10-17' FROM document d JOIN statement s "
                                           "ON s.document = d.id WHERE d.id > ?");
    query_bind_integer(rows, 1, last_document);
    while (query_next(rows)) {
        struct statement statement = {0};
        work.document = query_integer(rows, 0);
        statement_compile(&arena, &strings, query_text(rows, 1), query_text(rows, 2), query_text(rows, 3),
                          query_text(rows, 4), query_text(rows, 5), query_integer(rows, 6) != 0, &statement);
        mention_statement(&work, &statement);
        arena_reset(&arena);
    }
    query_close(rows);
    query_close(work.insert);
    arena_free(&arena);
    intern_free(&strings);
}
