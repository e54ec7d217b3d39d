#include "analyzer/analysis.h"

#include "analyzer/progress.h"
#include "graph/control.h"
#include "ingest/load.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

double analysis_time(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    return epoch != NULL && epoch[0] != '\0' ? strtod(epoch, NULL) : (double)time(NULL);
}

static int fail(char *error, int status)
{
    command_error("%s", error != NULL ? error : "out of memory");
    free(error);
    return status;
}

/* Inputs of --from that were not read are named on standard error: the answer below rests on the others. */
static void report_unread(const struct load_result *result)
{
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct load_verdict *verdict = &result->verdicts[i];
        bool bad = strcmp(verdict->verdict, "refused") == 0 || strcmp(verdict->verdict, "partial") == 0 ||
                   (verdict->named && strcmp(verdict->verdict, "skipped") == 0);
        if (bad)
            command_error("%s: %s: %s", verdict->path, verdict->verdict, verdict->detail);
    }
    for (size_t i = 0; i < result->problem_count && i < 20; i++) {
        const struct load_problem *problem = &result->problems[i];
        if (strcmp(problem->severity, "error") == 0)
            command_error("%s:%u:%u: %s %s", problem->path, problem->line, problem->column, problem->pointer,
                          problem->message);
    }
}

static int load_exports(const struct command_line *line, const struct output *output, const char *const *paths,
                        size_t count, struct store *store)
{
    struct load_result result;
    struct progress progress;
    const char *jobs = command_line_value(line, "jobs");
    struct load_options options = {
        .jobs = jobs != NULL ? atoi(jobs) : 0, .progress = progress_files, .progress_context = &progress};
    char *error = NULL;
    progress_start(&progress, output->quiet);
    bool good = load_paths(store, paths, count, &options, &result, &error);
    progress_end(&progress);
    int status = EXIT_YES;
    if (!good) {
        status = fail(error, EXIT_INTERNAL);
    } else {
        report_unread(&result);
        if (result.incomplete && !command_line_has(line, "keep-going")) {
            command_error(
                "an export could not be read whole, so an answer could be wrong; --keep-going answers from the rest");
            status = EXIT_USAGE;
        } else if (result.users + result.roles + result.groups == 0) {
            size_t sources = result.verdict_count;
            command_error(
                "no users or roles in %zu file%s; export them with: aws iam get-account-authorization-details", sources,
                sources == 1 ? "" : "s");
            status = EXIT_USAGE;
        }
    }
    load_result_free(&result);
    return status;
}

const char *analysis_database(const struct command_line *line)
{
    const char *path = command_line_value(line, "database");
    if (path == NULL)
        path = getenv("ROLECHAIN_DB");
    return path != NULL && path[0] != '\0' ? path : "rolechain.db";
}

int analysis_open(const struct command_line *line, struct output *output, struct analysis *analysis)
{
    const char *const *paths;
    size_t count = command_line_values(line, "from", &paths);
    char *error = NULL;
    *analysis = (struct analysis){.now = analysis_time()};
    bool writes = command_line_has(line, "store");
    enum store_mode mode = count > 0 ? STORE_CREATE : writes ? STORE_WRITE : STORE_READ;
    analysis->store = store_open(count > 0 ? STORE_MEMORY : analysis_database(line), mode, &error);
    if (analysis->store == NULL)
        return fail(error, EXIT_USAGE);
    if (writes && !store_begin(analysis->store, &error)) {
        analysis_close(analysis);
        return fail(error, EXIT_USAGE);
    }
    int status = count > 0 ? load_exports(line, output, paths, count, analysis->store) : EXIT_YES;
    progress_start(&analysis->own_progress, output->quiet);
    analysis->progress = &analysis->own_progress;
    if (status == EXIT_YES) {
        analysis->model = model_load(analysis->store, &error);
        if (analysis->model == NULL)
            status = fail(error, EXIT_INTERNAL);
    }
    if (status == EXIT_YES)
        return analysis_start(analysis);
    analysis_close(analysis);
    return status;
}

int analysis_start(struct analysis *analysis)
{
    analysis->pool = constraint_pool_new();
    analysis->evaluator = analysis->pool != NULL ? evaluator_new(analysis->model, analysis->pool) : NULL;
    if (analysis->evaluator != NULL)
        return EXIT_YES;
    analysis_close(analysis);
    return fail(NULL, EXIT_INTERNAL);
}

void analysis_close(struct analysis *analysis)
{
    edges_free(analysis->edges);
    evaluator_free(analysis->evaluator);
    constraint_pool_free(analysis->pool);
    model_free(analysis->model);
    store_close(analysis->store);
    free(analysis->gaps);
    free(analysis->administrators);
    free(analysis->control_documents);
    free(analysis->reaching_administrator);
    *analysis = (struct analysis){0};
}

const struct edges *analysis_edges(struct analysis *analysis)
{
    char *error = NULL;
    if (analysis->edges == NULL) {
        const struct edges_watcher watcher = {progress_step, analysis->progress};
        analysis->edges = edges_compute_watched(analysis->model, analysis->pool, analysis->now,
                                                analysis->progress != NULL ? &watcher : NULL, &error);
        if (analysis->progress != NULL)
            progress_end(analysis->progress);
        if (analysis->edges == NULL)
            fail(error, EXIT_INTERNAL);
    }
    return analysis->edges;
}

const struct edges *analysis_edges_for(struct analysis *analysis, const struct command_line *line)
{
    char *error = NULL;
    if (analysis_edges(analysis) != NULL && command_line_has(line, "control") &&
        !control_edges_add(analysis->edges, &error)) {
        fail(error, EXIT_INTERNAL);
        edges_free(analysis->edges);
        analysis->edges = NULL;
    }
    return analysis->edges;
}

uint32_t analysis_node(struct analysis *analysis, const struct caller *caller)
{
    char *error = NULL;
    if (analysis_edges(analysis) == NULL)
        return MODEL_NONE;
    uint32_t node = edges_of_caller(analysis->edges, caller, analysis->now, &error);
    if (node == MODEL_NONE)
        fail(error, EXIT_INTERNAL);
    return node;
}

/* ---- gaps */

static void add_gap(struct analysis *analysis, struct text *text)
{
    const char *copy = text->data != NULL ? arena_copy_text(&analysis->model->arena, text->data, text->length) : NULL;
    const char **grown = realloc(analysis->gaps, (analysis->gap_count + 1) * sizeof *grown);
    if (grown != NULL)
        analysis->gaps = grown;
    if (grown != NULL && copy != NULL)
        analysis->gaps[analysis->gap_count++] = copy;
    text_free(text);
}

static void list_accounts(struct text *text, const struct model *model, const uint32_t *accounts, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < 5; i++)
        text_format(text, "%s%s", i == 0 ? "" : ", ", model->accounts[accounts[i]].id);
    if (count > 5)
        text_format(text, " and %u more", count - 5);
}

static void guardrail_gap(struct analysis *analysis, const struct model_guardrails *guardrails, const char *name)
{
    const struct model *model = analysis->model;
    uint32_t *unknown = calloc((size_t)model->account_count + 1, sizeof *unknown), count = 0, partial = 0;
    for (uint32_t i = 0; unknown != NULL && i < model->account_count; i++) {
        if (model->accounts[i].detail == ACCOUNT_NOT_EXPORTED)
            continue;
        if (guardrails[i].apply == FACT_UNKNOWN)
            unknown[count++] = i;
        for (uint32_t j = 0; guardrails[i].apply == FACT_YES && j < guardrails[i].level_count; j++)
            if (!guardrails[i].levels[j].complete) {
                partial++;
                break;
            }
    }
    struct text text = {0};
    if (count > 0) {
        text_format(&text, "%s of account%s ", name, count == 1 ? "" : "s");
        list_accounts(&text, model, unknown, count);
        text_append_string(&text, " are not in the export: they could deny what is said to be possible");
        add_gap(analysis, &text);
    }
    if (partial > 0) {
        text_format(&text,
                    "the %s of %u account%s are not all in the export: others could deny what is said to be possible",
                    name, partial, partial == 1 ? "" : "s");
        add_gap(analysis, &text);
    }
    free(unknown);
}

/* Names up to five of the principals for which `has` holds. */
static void principals_gap(struct analysis *analysis, bool (*has)(const struct model *, const struct model_principal *),
                           const char *one, const char *many, const char *what)
{
    const struct model *model = analysis->model;
    struct text names = {0}, text = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (has(model, &model->principals[i]) && count++ < 5)
            text_format(&names, "%s%s", count == 1 ? "" : ", ", model->principals[i].arn);
    if (count > 0) {
        text_format(&text, "the %s of %s", count == 1 ? one : many, names.data != NULL ? names.data : "");
        if (count > 5)
            text_format(&text, " and %u more", count - 5);
        text_format(&text, " %s %s", count == 1 ? "is" : "are", what);
        add_gap(analysis, &text);
    }
    text_free(&names);
}

static bool lacks_trust(const struct model *model, const struct model_principal *principal)
{
    (void)model;
    return principal->is_role && principal->trust == NULL;
}

static bool is_unreadable(const struct model *model, const struct policy_use *use)
{
    if (use == NULL || use->document == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[use->document];
    bool broken = document->broken != NULL;
    for (uint32_t i = 0; i < document->statement_count; i++)
        broken = broken || model->statements[document->first_statement + i].broken != NULL;
    return broken;
}

static bool has_unreadable_trust(const struct model *model, const struct model_principal *principal)
{
    return principal->is_role && is_unreadable(model, principal->trust);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void find_gaps(struct analysis *analysis)
{
    const struct model *model = analysis->model;
    uint32_t *list = calloc((size_t)model->account_count + 1, sizeof *list), missing = 0;
    struct text text = {0};
    if (list == NULL)
        return;
    guardrail_gap(analysis, model->scps, "SCPs");
    guardrail_gap(analysis, model->rcps, "RCPs");
    static const struct {
        enum account_detail detail;
        const char *what;
    } details[] = {
        {ACCOUNT_NOT_EXPORTED,
         " named or listed but not exported: whether identity policies there allow a call is unknown"},
        {ACCOUNT_ROLES_ONLY, " known in part, without authorization details: there may be more users and roles, and "
                             "policies may be missing"},
    };
    for (size_t d = 0; d < sizeof details / sizeof details[0]; d++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < model->account_count; i++)
            if (model->accounts[i].detail == details[d].detail)
                list[count++] = i;
        if (count == 0)
            continue;
        text_append_string(&text, count == 1 ? "account " : "accounts ");
        list_accounts(&text, model, list, count);
        text_append_string(&text, count == 1 ? " is" : " are");
        text_append_string(&text, details[d].what);
        add_gap(analysis, &text);
    }
    uint32_t strangers = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].detail != ACCOUNT_NOT_EXPORTED && model->accounts[i].in_organization == FACT_NO)
            list[strangers++] = i;
    if (strangers > 0) {
        text_append_string(&text, strangers == 1 ? "account " : "accounts ");
        list_accounts(&text, model, list, strangers);
        text_append_string(&text, strangers == 1 ? " is" : " are");
        text_append_string(&text,
                           " not in list-accounts and taken for no member of the organization: if it is one, its "
                           "SCPs and RCPs could deny what is said to be possible");
        add_gap(analysis, &text);
    }
    principals_gap(analysis, lacks_trust, "trust policy", "trust policies",
                   "not in the export: whom it trusts is unknown, so others could assume the role");
    principals_gap(analysis, has_unreadable_trust, "trust policy", "trust policies",
                   "not readable in part or whole: what cannot be read allows nobody here");
    uint32_t truncated = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].truncated)
            list[truncated++] = i;
    if (truncated > 0) {
        text_append_string(&text, "the export of account ");
        list_accounts(&text, model, list, truncated);
        text_append_string(&text, " ends before its last page: users, roles and policies are missing");
        add_gap(analysis, &text);
    }
    for (uint32_t i = 0; i < model->use_count; i++)
        missing += model->uses[i].document == MODEL_NONE;
    if (missing > 0) {
        text_format(&text, "%u attached polic%s no document in the export: what %s is unknown", missing,
                    missing == 1 ? "y has" : "ies have", missing == 1 ? "it allows or denies" : "they allow or deny");
        add_gap(analysis, &text);
    }
    free(list);
    if (analysis->gap_count > 1)
        qsort(analysis->gaps, analysis->gap_count, sizeof *analysis->gaps, compare_texts);
}

/* A part does not show what the whole lacks; the load has written it down. */
static void read_gaps(struct analysis *analysis)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(store_handle(analysis->store),
                           "SELECT sentence FROM gap WHERE sentence <> '' ORDER BY "
                           "sentence",
                           -1, &rows, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(rows) == SQLITE_ROW) {
        struct text text = {0};
        text_append_string(&text, (const char *)sqlite3_column_text(rows, 0));
        add_gap(analysis, &text);
    }
    sqlite3_finalize(rows);
}

bool analysis_has_answers(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    bool found = sqlite3_prepare_v2(store_handle(store), "SELECT 1 FROM gap", -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

bool analysis_store_gaps(struct analysis *analysis)
{
    const char *const *sentences;
    size_t count = analysis_gaps(analysis, &sentences);
    sqlite3 *database = store_handle(analysis->store);
    sqlite3_stmt *insert = NULL;
    bool good = sqlite3_exec(database, "DELETE FROM gap", NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(database, "INSERT INTO gap VALUES (?)", -1, &insert, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i <= count; i++) {
        sqlite3_bind_text(insert, 1, i < count ? sentences[i] : "", -1, SQLITE_STATIC);
        good = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return good;
}

size_t analysis_gaps(struct analysis *analysis, const char *const **sentences)
{
    if (!analysis->gaps_found) {
        analysis->gaps_found = true;
        if (analysis->part)
            read_gaps(analysis);
        else
            find_gaps(analysis);
    }
    *sentences = analysis->gaps;
    return analysis->gap_count;
}
