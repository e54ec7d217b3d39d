#include "analyzer/analysis/analysis.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/command_line/overwriting.h"
#include "analyzer/command_line/progress.h"
#include "graph/control/control.h"
#include "graph/control/control_edges.h"
#include "graph/control/control_store.h"
#include "graph/edges/edges_people.h"
#include "graph/edges/edges_read.h"
#include "graph/edges/edges_workloads.h"
#include "ingest/load.h"
#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include "ingest/support/text.h"
#include <errno.h>
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
    command_error("%s", error);
    free(error);
    return status;
}

#define PROBLEMS_SHOWN 20

void analysis_say_unread(const struct load_verdict *verdict)
{
    const char *how = verdict->verdict == BATCH_SKIPPED   ? "skipped: "
                      : verdict->verdict == BATCH_PARTIAL ? "not read whole: "
                                                          : "";
    command_error("%s: %s%s", verdict->path, how, verdict->detail);
}

/* Whether the problem is the reason why its file was refused, which the verdict already says. */
static bool is_refusal(const struct load_result *result, const struct load_problem *problem)
{
    for (size_t i = 0; i < result->verdict_count; i++)
        if (result->verdicts[i].verdict == BATCH_REFUSED && strcmp(result->verdicts[i].path, problem->path) == 0)
            return problem->severity == PROBLEM_ERROR;
    return false;
}

/* Lists on standard error the inputs of --from that were not read, and doubtful data in the others: the answer depends
 * on them. */
static void report_unread(const struct load_result *result, bool quiet)
{
    size_t shown = 0, left = 0;
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct load_verdict *verdict = &result->verdicts[i];
        if (load_verdict_needs_attention(verdict))
            analysis_say_unread(verdict);
    }
    for (size_t i = 0; i < result->problem_count; i++) {
        const struct load_problem *problem = &result->problems[i];
        bool warning = problem->severity == PROBLEM_WARNING;
        if ((problem->severity != PROBLEM_ERROR && !(warning && !quiet)) || is_refusal(result, problem))
            continue;
        left += shown == PROBLEMS_SHOWN;
        if (shown == PROBLEMS_SHOWN)
            continue;
        shown++;
        command_error("%s:%u:%u: %s%s%s%s", problem->path, problem->line, problem->column, warning ? "warning: " : "",
                      problem->pointer, problem->pointer[0] != '\0' ? " " : "", problem->message);
    }
    if (left > 0)
        command_error("%zu more problems; rolechain load lists them", left);
}

bool analysis_overwrites(const struct output *output, const struct load_result *result)
{
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct load_verdict *verdict = &result->verdicts[i];
        const char *file = verdict->verdict != BATCH_SKIPPED ? output_overwrites(output, verdict->path) : NULL;
        if (file != NULL) {
            overwriting_say(file, "an export", verdict->path);
            return true;
        }
    }
    return false;
}

static int load_exports(const struct command_line *line, const struct output *output, const char *const *paths,
                        size_t count, struct store *store)
{
    struct load_result result;
    const char *account;
    uint32_t jobs = 0;
    command_line_number(line, "jobs", &jobs);
    if (!analysis_account(line, &account))
        return EXIT_USAGE;
    struct load_options options = {
        .account = account, .jobs = (int)jobs, .progress = progress_files, .progress_context = output->progress};
    char *error = NULL;
    progress_work(output->progress, "loading");
    bool good = load_paths(store, paths, count, &options, &result, &error);
    int status = EXIT_YES;
    if (!good) {
        status = fail(error, EXIT_INTERNAL);
    } else if (analysis_overwrites(output, &result)) {
        status = EXIT_USAGE;
    } else {
        report_unread(&result, output->quiet);
        if (result.incomplete && !command_line_has(line, "keep-going")) {
            command_error(
                "some input could not be read whole, so answers can be wrong; --keep-going answers from the rest");
            status = EXIT_USAGE;
        } else if (result.counts.users + result.counts.roles + result.counts.groups == 0) {
            size_t sources = result.verdict_count;
            command_error(
                "no users or roles found in %zu file%s; export them with aws iam get-account-authorization-details",
                sources, sources == 1 ? "" : "s");
            status = EXIT_USAGE;
        }
    }
    load_result_free(&result);
    return status;
}

bool analysis_account(const struct command_line *line, const char **account)
{
    const char *const *values;
    size_t count = command_line_values(line, "account", &values);
    *account = command_line_value(line, "account");
    if (command_line_is_own(line, "account")) {
        /* In such commands --account filters what is shown, also by name. */
        *account = NULL;
        for (size_t i = count; i > 0; i--)
            if (arn_is_account_id(values[i - 1], strlen(values[i - 1])))
                *account = values[i - 1];
        return true;
    }
    if (*account == NULL || arn_is_account_id(*account, strlen(*account)))
        return true;
    command_error("--account %s: expected an account ID of 12 digits", *account);
    return false;
}

/* If an argument is a path to exports, also says how to give exports. */
static int fail_to_open(const struct command_line *line, char *error, int status)
{
    const char *const *arguments;
    size_t count = command_line_arguments(line, &arguments);
    fail(error, status);
    for (size_t i = 0; i < count; i++)
        command_names_path(arguments[i], NULL);
    return status;
}

/* Reads the model; edges are read later. Closes if the status is not EXIT_YES. */
static int begin(struct analysis *analysis, int status, bool writes)
{
    char *error = NULL;
    progress_work(analysis->progress, "reading the database");
    if (status == EXIT_YES) {
        if (!writes)
            store_begin_reading(analysis->store, false);
        analysis->model = model_load(analysis->store, &error);
        analysis->data_version = store_data_version(analysis->store);
        if (!writes)
            store_rollback(analysis->store);
        if (analysis->model == NULL)
            status = fail(error, EXIT_INTERNAL);
    }
    if (status == EXIT_YES)
        analysis_start(analysis);
    else
        analysis_close(analysis);
    return status;
}

/* Whether the file is an SQLite database: https://www.sqlite.org/fileformat.html#magic_header_string */
static bool is_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char found[sizeof magic] = "";
    FILE *file = strcmp(path, "-") != 0 ? fopen(path, "rb") : NULL;
    bool read = file != NULL && fread(found, 1, sizeof found, file) == sizeof found;
    if (file != NULL)
        fclose(file);
    return read && memcmp(found, magic, sizeof magic) == 0;
}

int analysis_open_path(const struct command_line *line, struct output *output, const char *path, double now,
                       struct constraint_pool *pool, struct analysis *analysis)
{
    char *error = NULL;
    bool database = is_database(path);
    *analysis = (struct analysis){.now = now, .progress = output->progress};
    analysis->store = store_open(database ? path : STORE_MEMORY, database ? STORE_READ_ANY : STORE_CREATE, &error);
    if (analysis->store == NULL)
        return fail(error, errno == 0 ? EXIT_USAGE : EXIT_INTERNAL);
    analysis->pool = pool;
    analysis->shares_pool = true;
    return begin(analysis, database ? EXIT_YES : load_exports(line, output, &path, 1, analysis->store), false);
}

int analysis_open(const struct command_line *line, struct output *output, struct analysis *analysis)
{
    const char *const *paths;
    size_t count = command_line_values(line, "from", &paths);
    char *error = NULL;
    *analysis = (struct analysis){.now = analysis_time(), .progress = output->progress};
    bool writes = command_line_has(line, "store");
    enum store_mode mode = count > 0 ? STORE_CREATE : writes ? STORE_WRITE : STORE_READ;
    analysis->store = store_open(count > 0 ? STORE_MEMORY : command_line_database(line), mode, &error);
    if (analysis->store == NULL)
        return fail_to_open(line, error, errno == 0 ? EXIT_USAGE : EXIT_INTERNAL);
    if (writes && !store_begin(analysis->store)) {
        int status = errno == 0 ? EXIT_USAGE : EXIT_INTERNAL;
        analysis_healthy(analysis);
        analysis_close(analysis);
        return status;
    }
    return begin(analysis, count > 0 ? load_exports(line, output, paths, count, analysis->store) : EXIT_YES, writes);
}

void analysis_start(struct analysis *analysis)
{
    if (analysis->pool == NULL)
        analysis->pool = constraint_pool_new();
    analysis->evaluator = evaluator_new(analysis->model, analysis->pool);
}

void analysis_close(struct analysis *analysis)
{
    edges_free(analysis->edges);
    people_free(analysis->people);
    workloads_free(analysis->workloads);
    control_free(analysis->control);
    evaluator_free(analysis->evaluator);
    if (!analysis->shares_pool)
        constraint_pool_free(analysis->pool);
    model_free(analysis->model);
    exported_close(&analysis->exported);
    store_close(analysis->store);
    administrators_free(analysis->administrators);
    *analysis = (struct analysis){0};
}

bool analysis_healthy(struct analysis *analysis)
{
    const char *error = analysis->store != NULL ? store_error(analysis->store) : NULL;
    if (error != NULL && !analysis->failure_told)
        command_error("%s", error);
    analysis->failure_told = error != NULL;
    return error == NULL;
}

bool analysis_can_answer(struct analysis *analysis)
{
    progress_answer(analysis->progress);
    return analysis_healthy(analysis);
}

int analysis_end(struct analysis *analysis, int status)
{
    bool healthy = analysis_healthy(analysis);
    analysis_close(analysis);
    return healthy ? status : EXIT_INTERNAL;
}

/* Reads stored answers if they fit the model; false: they do not, for example because of a load in between. */
static bool read_stored(struct analysis *analysis, bool (*read)(struct analysis *analysis))
{
    struct store *store = analysis->store;
    bool begins = !analysis->derives && !store_in_transaction(store);
    if (analysis->derives || (begins && !store_begin_reading(store, false)))
        return false;
    bool done =
        store_data_version(store) == analysis->data_version && slice_is_current(store, analysis->now) && read(analysis);
    if (begins)
        store_rollback(store);
    return done;
}

static bool restore_edges(struct analysis *analysis)
{
    analysis->edges = edges_restore(analysis->model, analysis->pool, analysis->now, analysis->store);
    return analysis->edges != NULL;
}

static bool restore_control(struct analysis *analysis)
{
    return control_edges_stored(analysis->store) && control_edges_restore(analysis->edges, analysis->store);
}

static void add_workloads(struct analysis *analysis)
{
    size_t count;
    const char **issuers = edges_issuers(analysis->edges, &count);
    analysis->workloads = workloads_load(analysis->model, analysis->store, analysis->part, issuers, count);
    free(issuers);
    edges_add_workloads(analysis->edges, analysis->workloads);
}

void analysis_add_people(struct analysis *analysis)
{
    if (analysis->derives || analysis->people != NULL || analysis->workloads != NULL)
        return;
    analysis->people = people_load(analysis->model, analysis->store, analysis->part);
    edges_add_people(analysis->edges, analysis->people);
    add_workloads(analysis);
}

const struct edges *analysis_edges(struct analysis *analysis)
{
    bool fresh = analysis->edges == NULL;
    if (analysis->edges == NULL) {
        progress_work(analysis->progress, "reading the edges");
        read_stored(analysis, restore_edges);
    }
    if (analysis->edges == NULL) {
        const struct edges_watcher watcher = {progress_step, analysis->progress};
        analysis->edges = edges_compute_watched(analysis->model, analysis->pool, analysis->now,
                                                analysis->progress != NULL ? &watcher : NULL);
    }
    if (fresh)
        analysis_add_people(analysis);
    return analysis->edges;
}

struct control *analysis_control(struct analysis *analysis)
{
    if (analysis->control == NULL)
        analysis->control = control_new(analysis->model, analysis->pool, analysis->now);
    return analysis->control;
}

const struct edges *analysis_edges_with_control(struct analysis *analysis)
{
    if (analysis_edges(analysis)->with_control)
        return analysis->edges;
    progress_work(analysis->progress, "finding ways of control");
    if (!read_stored(analysis, restore_control))
        control_edges_add(analysis->edges);
    return analysis->edges;
}

const struct edges *analysis_edges_for(struct analysis *analysis, const struct command_line *line)
{
    return command_line_has(line, "control") ? analysis_edges_with_control(analysis) : analysis_edges(analysis);
}

uint32_t analysis_node(struct analysis *analysis, const struct caller *caller)
{
    analysis_edges(analysis);
    return edges_of_caller(analysis->edges, caller, analysis->now);
}

const struct gaps *analysis_gaps(struct analysis *analysis)
{
    if (!analysis->gaps_found && analysis->part)
        gaps_read(&analysis->gaps, analysis->store, &analysis->model->arena);
    else if (!analysis->gaps_found)
        gaps_find(&analysis->gaps, analysis->model);
    if (!analysis->gaps_found)
        gaps_add_people(&analysis->gaps, analysis->model, analysis->people);
    if (!analysis->gaps_found)
        gaps_add_workloads(&analysis->gaps, analysis->model, analysis->edges);
    analysis->gaps_found = true;
    return &analysis->gaps;
}

void analysis_leave_out(struct analysis *analysis, const char *sentence)
{
    analysis_gaps(analysis);
    gaps_add(&analysis->gaps, GAP_SEARCH, arena_copy_text(&analysis->model->arena, sentence, strlen(sentence)));
}
