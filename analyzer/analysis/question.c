#include "analyzer/analysis/question.h"

#include "graph/model/slice.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* A slice of more principals than this is no quicker than the whole. */
#define SLICE_LIMIT 100000u

struct named {
    int64_t party; /* see table edge; 0: not found at once */
    char *text;    /* ARN, or the name of an outside party; malloc'ed */
};

static sqlite3_stmt *prepare(struct store *store, const char *sql, const char *text)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &statement, NULL) == SQLITE_OK)
        sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
    return statement;
}

/* The only row, if there is just one. */
static bool only_row(sqlite3_stmt *statement, struct named *named)
{
    *named = (struct named){0};
    if (statement == NULL || sqlite3_step(statement) != SQLITE_ROW)
        return false;
    struct named first = {sqlite3_column_int64(statement, 0), strdup((const char *)sqlite3_column_text(statement, 1))};
    if (sqlite3_step(statement) == SQLITE_DONE && first.text != NULL) {
        *named = first;
        return true;
    }
    free(first.text);
    return false;
}

/* Names as names.c reads them: NAME, PATH/NAME, ACCOUNT/NAME or ACCOUNT/PATH/NAME. */
static const char by_name[] =
    "SELECT p.id, p.arn FROM principal p JOIN account a ON a.id = p.account WHERE p.kind <> 'group' AND "
    "p.name = replace(?1, rtrim(?1, replace(?1, '/', '')), '') AND (?2 = 0 OR p.kind = 'role') AND ("
    "?1 IN (p.name, substr(p.path, 2) || p.name) OR "
    "?1 IN (a.id || '/' || p.name, a.id || p.path || p.name) OR "
    "(a.alias <> '' AND ?1 IN (a.alias || '/' || p.name, a.alias || p.path || p.name)) OR "
    "(a.name <> '' AND ?1 IN (a.name || '/' || p.name, a.name || p.path || p.name)))";

static bool find_principal(struct store *store, const char *name, bool role, struct named *named)
{
    bool arn = strncmp(name, "arn:", 4) == 0;
    sqlite3_stmt *statement =
        prepare(store,
                arn ? "SELECT id, arn FROM principal WHERE arn = ?1 AND kind <> 'group' AND (?2 = 0 OR kind = "
                      "'role')"
                    : by_name,
                name);
    if (statement != NULL)
        sqlite3_bind_int(statement, 2, role);
    bool found = only_row(statement, named);
    sqlite3_finalize(statement);
    return found;
}

/* Services, providers and anyone: trust policies name all that they let in. */
static bool find_outside(struct store *store, const char *name, struct named *named)
{
    sqlite3_stmt *statement =
        prepare(store,
                "SELECT party, caller FROM outside_party WHERE caller = ?1 AND kind IN ('anyone', 'service', "
                "'saml-provider', 'web-identity')",
                name);
    bool found = only_row(statement, named);
    sqlite3_finalize(statement);
    return found;
}

/* An account of that name comes before a principal of it. */
static bool is_account(struct store *store, const char *name)
{
    sqlite3_stmt *statement = prepare(store, "SELECT 1 FROM account WHERE ?1 IN (id, alias, name)", name);
    bool found = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

static bool find(struct store *store, const char *name, bool role, struct named *named)
{
    if (strncmp(name, "arn:", 4) == 0)
        return find_principal(store, name, role, named) || (!role && find_outside(store, name, named));
    if (!role && is_account(store, name))
        return false;
    return (!role && find_outside(store, name, named)) || find_principal(store, name, role, named);
}

static bool make_slice(struct store *store, enum question_shape shape, const struct named *named, struct slice *slice)
{
    switch (shape) {
    case QUESTION_WHO_CAN:
        return slice_follow(slice, store, named[0].party, SLICE_TOWARDS);
    case QUESTION_REACH:
        return slice_follow(slice, store, named[0].party, SLICE_FROM);
    case QUESTION_PATHS:
        return slice_follow(slice, store, named[0].party, SLICE_FROM) && slice_add(slice, named[1].party);
    case QUESTION_EXPLAIN:
        break;
    }
    return (named[0].party < 0 || slice_add(slice, named[0].party)) && slice_add(slice, named[1].party);
}

/* The model of the slice. NULL: ask the whole. */
static struct model *load_slice(struct store *store, enum question_shape shape, const char *names[2],
                                struct named *named)
{
    struct slice slice = {.limit = SLICE_LIMIT};
    struct model *model = NULL;
    char *error = NULL;
    bool found = analysis_has_answers(store) && find(store, names[0], shape == QUESTION_WHO_CAN, &named[0]) &&
                 (names[1] == NULL || find(store, names[1], true, &named[1]));
    if (found && make_slice(store, shape, named, &slice))
        model = model_load_part(store, slice.principals, slice.count, &error);
    free(error);
    slice_free(&slice);
    return model;
}

int question_open(const struct command_line *line, struct output *output, enum question_shape shape,
                  const char *names[2], struct analysis *analysis)
{
    const char *const *from;
    struct named named[2] = {{0}, {0}};
    char *error = NULL;
    if (command_line_values(line, "from", &from) > 0 || command_line_has(line, "control"))
        return analysis_open(line, output, analysis);
    *analysis = (struct analysis){.now = analysis_time()};
    analysis->store = store_open(analysis_database(line), STORE_READ, &error);
    if (analysis->store != NULL && store_begin_reading(analysis->store, true, &error)) {
        analysis->model = load_slice(analysis->store, shape, names, named);
        store_rollback(analysis->store);
    }
    free(error);
    if (analysis->model == NULL) {
        analysis_close(analysis);
        free(named[0].text);
        free(named[1].text);
        return analysis_open(line, output, analysis);
    }
    analysis->part = true;
    for (size_t i = 0; i < 2; i++) {
        if (named[i].text != NULL)
            names[i] = intern_string(&analysis->model->strings, named[i].text);
        free(named[i].text);
    }
    return analysis_start(analysis);
}
