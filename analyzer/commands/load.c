#include "ingest/load.h"
#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/derive.h"
#include "analyzer/report/lines.h"
#include "analyzer/report/verdicts.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEMS_SHOWN 40

static volatile sig_atomic_t cancelled;

static void cancel(int signal_number)
{
    (void)signal_number;
    cancelled = 1;
}

static void print_problems(struct output *output, const struct load_result *result, bool all)
{
    size_t shown = 0;
    for (size_t i = 0; i < result->problem_count; i++) {
        const struct load_problem *problem = &result->problems[i];
        bool error = strcmp(problem->severity, "error") == 0;
        if (!all && shown >= PROBLEMS_SHOWN)
            break;
        shown++;
        if (shown == 1)
            fputc('\n', output->stream);
        if (problem->line > 0)
            line_print(output, STYLE_BOLD, "%s:%u:%u", problem->path, problem->line, problem->column);
        else
            line_print(output, STYLE_BOLD, "%s", problem->path);
        line_print(output, error ? STYLE_BAD : STYLE_MAYBE, ": %s", problem->severity);
        line_print(output, STYLE_PLAIN, ": %s%s%s [%s]\n", problem->pointer, problem->pointer[0] != '\0' ? ": " : "",
                   problem->message, problem->code);
    }
    if (shown < result->problem_count)
        line_print(output, STYLE_FAINT,
                   "… and %zu more problems; --all-files lists them, the table `problem` holds them\n",
                   result->problem_count - shown);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_totals(struct output *output, const struct load_result *result, const char *database)
{
    size_t loaded = 0, count = result->verdict_count;
    for (size_t i = 0; i < count; i++)
        loaded += result->verdicts[i].verdict == BATCH_LOADED || result->verdicts[i].verdict == BATCH_PARTIAL;
    if (result->nothing_new && count > 0)
        line_print(output, STYLE_BOLD, "\nNothing new: %s already holds all %zu file%s.\n", database, count,
                   plural(count));
    else if (result->counts.accounts > 0 || loaded > 0)
        line_print(output, STYLE_BOLD,
                   "\n%s: %zu account%s with %zu user%s, %zu group%s, %zu role%s, %zu managed polic%s; %zu policy "
                   "document%s, %zu of them distinct.\n",
                   database, result->counts.accounts, plural(result->counts.accounts), result->counts.users,
                   plural(result->counts.users), result->counts.groups, plural(result->counts.groups),
                   result->counts.roles, plural(result->counts.roles), result->counts.policies,
                   result->counts.policies == 1 ? "y" : "ies", result->counts.documents,
                   plural(result->counts.documents), result->counts.distinct_documents);
    else
        line_print(output, STYLE_BOLD, "\nNothing was loaded into %s.\n", database);
}

/* What derive_answers needs and tells. */
struct deriving {
    struct progress *progress;
    struct derivation derivation;
    bool done;
};

/* In the transaction of the load. */
static bool derive(struct store *store, const struct changes *changes, void *context, char **error)
{
    struct deriving *deriving = context;
    deriving->done = derive_answers(store, changes, deriving->progress, &deriving->derivation, error);
    return deriving->done;
}

/* A database of an older version has its data, but no answers yet. */
static bool derive_missing(struct store *store, struct deriving *deriving, char **error)
{
    if (analysis_has_answers(store))
        return true;
    bool good = store_begin(store, error) && derive(store, NULL, deriving, error) && store_commit(store, error);
    if (!good)
        store_rollback(store);
    return good;
}

/* Of the answers: all, a part, or none was derived anew. */
static const char *extent(const struct deriving *deriving)
{
    return !deriving->done ? "none" : deriving->derivation.everything ? "all" : "part";
}

static json_t *result_json(const struct load_result *result, const struct deriving *deriving, const char *database)
{
    json_t *sources = json_array(), *problems = json_array();
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct load_verdict *verdict = &result->verdicts[i];
        json_array_append_new(sources,
                              json_pack("{s:s, s:s, s:s, s:s}", "path", verdict->path, "kind", verdict->kind, "verdict",
                                        batch_verdict_word(verdict->verdict), "detail", verdict->detail));
    }
    for (size_t i = 0; i < result->problem_count; i++) {
        const struct load_problem *problem = &result->problems[i];
        json_array_append_new(problems, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "path", problem->path,
                                                  "severity", problem->severity, "code", problem->code, "pointer",
                                                  problem->pointer, "line", (json_int_t)problem->line, "column",
                                                  (json_int_t)problem->column, "message", problem->message));
    }
    json_t *answer = json_answer("load");
    json_object_update_new(
        answer, json_pack("{s:s, s:b, s:o, s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}}", "database", database,
                          "complete", !result->incomplete, "sources", sources, "problems", problems, "totals", "bytes",
                          (json_int_t)result->bytes, "accounts", (json_int_t)result->counts.accounts, "users",
                          (json_int_t)result->counts.users, "groups", (json_int_t)result->counts.groups, "roles",
                          (json_int_t)result->counts.roles, "managedPolicies", (json_int_t)result->counts.policies,
                          "documents", (json_int_t)result->counts.documents, "distinctDocuments",
                          (json_int_t)result->counts.distinct_documents));
    json_object_set_new(answer, "derived",
                        json_pack("{s:s, s:I, s:I}", "extent", extent(deriving), "principals",
                                  (json_int_t)deriving->derivation.principals, "edges",
                                  (json_int_t)deriving->derivation.edges));
    return answer;
}

static int report(const struct command_line *line, struct output *output, const struct load_result *result,
                  const struct deriving *deriving, const char *database)
{
    bool all = command_line_has(line, "all-files"), keep_going = command_line_has(line, "keep-going");
    bool good = true;
    if (strcmp(output->format, "json") == 0) {
        good = json_print_inside(output, 0, result_json(result, deriving, database));
        fputc('\n', output->stream);
    } else {
        verdicts_print(output, result->verdicts, result->verdict_count, all);
        print_problems(output, result, all);
        print_totals(output, result, database);
        if (deriving->done && !deriving->derivation.everything)
            line_print(output, STYLE_FAINT,
                       "Answers are brought up to date among %zu users and roles; all others are untouched.\n",
                       deriving->derivation.principals);
    }
    if (!good)
        return EXIT_INTERNAL;
    if (!result->incomplete)
        return EXIT_YES;
    fflush(output->stream);
    for (size_t i = 0; i < result->verdict_count; i++)
        if (load_verdict_needs_attention(&result->verdicts[i]))
            command_error("%s: %s: %s", result->verdicts[i].path, batch_verdict_word(result->verdicts[i].verdict),
                          result->verdicts[i].detail);
    if (!keep_going)
        command_error("not everything could be read, so answers can be wrong; --keep-going accepts that");
    return keep_going ? EXIT_YES : EXIT_USAGE;
}

static int run(const struct command_line *line, struct output *output)
{
    const char *const *paths;
    size_t count = command_line_arguments(line, &paths);
    const char *database = analysis_database(line), *jobs = command_line_value(line, "jobs");
    const char *account;
    char *error = NULL;
    if (!analysis_account(line, &account))
        return EXIT_USAGE;
    if (command_line_has(line, "from")) {
        command_error("load takes the exports as arguments: rolechain load PATH…");
        return EXIT_USAGE;
    }
    struct store *store = store_open(database, STORE_CREATE, &error);
    if (store == NULL) {
        bool full = errno == ENOSPC;
        command_error("%s", error != NULL ? error : "out of memory");
        free(error);
        return full ? EXIT_INTERNAL : EXIT_USAGE;
    }
    struct progress progress;
    struct deriving deriving = {.progress = &progress};
    struct load_result result;
    struct sigaction action = {.sa_handler = cancel, .sa_flags = (int)SA_RESETHAND}, interrupt, terminate;
    struct load_options options = {
        .account = account,
        .jobs = jobs != NULL ? atoi(jobs) : 0,
        .cancelled = &cancelled,
        .progress = progress_files,
        .progress_context = &progress,
        .before_commit = derive,
        .before_commit_context = &deriving,
    };
    sigaction(SIGINT, &action, &interrupt);
    sigaction(SIGTERM, &action, &terminate);
    progress_start(&progress, output->quiet);
    bool good = load_paths(store, paths, count, &options, &result, &error);
    good = good && (!result.nothing_new || derive_missing(store, &deriving, &error));
    progress_end(&progress);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &terminate, NULL);
    int status = EXIT_INTERNAL;
    if (good && result.interrupted) {
        command_error("interrupted; %s is as it was before", database);
        status = EXIT_INTERRUPTED;
    } else if (good) {
        status = report(line, output, &result, &deriving, database);
    } else {
        command_error("%s", error);
    }
    free(error);
    load_result_free(&result);
    store_close(store);
    return status;
}

static const struct command_option options[] = {
    {"all-files", 0, NULL, "list every file and every problem, however many", false},
    {NULL, 0, NULL, NULL, false},
};

const struct command command_load = {
    .name = "load",
    .arguments = "PATH…",
    .minimum_arguments = 1,
    .maximum_arguments = SIZE_MAX,
    .summary = "load exported files and folders into the database",
    .help = "Folders are searched for exports; what a file is shows in its content, not its name. \"-\" is standard\n"
            "input. Loading an account again replaces it; loading the same bytes again changes nothing. Every file\n"
            "gets a verdict. Exit status 2: an export could not be read whole (the rest is loaded).\n\n"
            "Example:\n  aws iam get-account-authorization-details > 111122223333.json\n"
            "  rolechain load 111122223333.json",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
