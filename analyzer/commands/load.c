#include "ingest/load.h"
#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/derive.h"
#include "analyzer/command_line/interrupt.h"
#include "analyzer/findings/findings.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "analyzer/report/verdicts.h"
#include "graph/model/slice.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROBLEMS_SHOWN 40

static void print_problems(struct output *output, const struct load_result *result, bool all)
{
    size_t shown = 0;
    for (size_t i = 0; i < result->problem_count; i++) {
        const struct load_problem *problem = &result->problems[i];
        bool error = problem->severity == PROBLEM_ERROR;
        if (!all && shown >= PROBLEMS_SHOWN)
            break;
        shown++;
        if (shown == 1)
            fputc('\n', output->stream);
        struct styled line = {0};
        styled_add(&line, STYLE_BOLD, "%s", problem->path);
        if (problem->line > 0)
            styled_add(&line, STYLE_BOLD, ":%u:%u", problem->line, problem->column);
        styled_add(&line, error ? STYLE_BAD : STYLE_MAYBE, ": %s", problem_severity_word(problem->severity));
        styled_add(&line, STYLE_PLAIN, ": %s%s%s", problem->pointer, problem->pointer[0] != '\0' ? ": " : "",
                   problem->message);
        styled_add(&line, STYLE_FAINT, " [%s]", problem->code);
        styled_print(&line, output, 0, 4, NULL);
    }
    if (shown < result->problem_count)
        line_print(output, STYLE_FAINT, "%zu more problems; --all-files lists them\n", result->problem_count - shown);
}

/* Whether any of the inputs is an export, loaded now or before. */
static bool holds_anything(const struct load_result *result)
{
    for (size_t i = 0; i < result->verdict_count; i++) {
        enum batch_verdict verdict = result->verdicts[i].verdict;
        if (verdict == BATCH_LOADED || verdict == BATCH_PARTIAL || verdict == BATCH_UNCHANGED)
            return true;
    }
    return false;
}

/* Whether everything readable was already loaded before. */
static bool is_held_already(const struct load_result *result)
{
    bool held = false;
    for (size_t i = 0; i < result->verdict_count; i++) {
        enum batch_verdict verdict = result->verdicts[i].verdict;
        if (verdict == BATCH_LOADED || verdict == BATCH_PARTIAL)
            return false;
        held = held || verdict == BATCH_UNCHANGED;
    }
    return held;
}

static void print_totals(struct output *output, const struct load_result *result, const char *database)
{
    size_t count = result->verdict_count;
    bool nothing = result->counts.accounts == 0 && result->counts.policies == 0 && result->counts.documents == 0;
    if (!result->nothing_new && nothing && is_held_already(result))
        line_print(output, STYLE_BOLD, "Nothing new: %s already holds what could be read\n", database);
    else if (result->nothing_new && holds_anything(result))
        line_print(output, STYLE_BOLD, "Nothing new: %s already holds all %zu file%s\n", database, count,
                   text_plural(count));
    else if (result->counts.accounts > 0 || holds_anything(result))
        line_head(output,
                  "%s: %zu account%s with %zu user%s, %zu group%s, %zu role%s and %zu managed polic%s; %zu policy "
                  "document%s, %zu distinct",
                  database, result->counts.accounts, text_plural(result->counts.accounts), result->counts.users,
                  text_plural(result->counts.users), result->counts.groups, text_plural(result->counts.groups),
                  result->counts.roles, text_plural(result->counts.roles), result->counts.policies,
                  result->counts.policies == 1 ? "y" : "ies", result->counts.documents,
                  text_plural(result->counts.documents), result->counts.distinct_documents);
}

/* Arguments and results of derive_answers. */
struct deriving {
    struct progress *progress;
    const struct output *output;
    const struct load_result *result;
    struct derivation derivation;
    bool done;
    bool refused; /* the output is one of the exports; an error was printed */
};

/* Inside the transaction of the load. */
static bool derive(struct store *store, const struct changes *changes, void *context, char **error)
{
    struct deriving *deriving = context;
    deriving->refused = analysis_overwrites(deriving->output, deriving->result);
    if (deriving->refused)
        return false;
    findings_forget(store);
    deriving->done = derive_answers(store, changes, deriving->progress, &deriving->derivation, error);
    return deriving->done;
}

/* A database of an older version has its data, but no answers yet. */
static bool derive_missing(struct store *store, struct deriving *deriving, char **error)
{
    if (slice_has_edges(store))
        return true;
    if (store_begin(store) && derive(store, NULL, deriving, error) && store_commit(store))
        return true;
    store_rollback(store);
    if (*error == NULL)
        *error = memory_text(store_error(store));
    return false;
}

/* Says how many of the answers were derived again: all, a part or none. */
static const char *extent(const struct deriving *deriving)
{
    return !deriving->done ? "none" : deriving->derivation.everything ? "all" : "part";
}

static json_t *sources_json(const struct load_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->verdict_count; i++)
        json_add(list, verdict_json(&result->verdicts[i]));
    return list;
}

static json_t *problems_json(const struct load_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->problem_count; i++)
        json_add(list, problem_json(&result->problems[i], NULL));
    return list;
}

static void put_number(json_t *object, const char *key, uint64_t number)
{
    json_put(object, key, json_integer((json_int_t)number));
}

static json_t *totals_json(const struct load_result *result)
{
    json_t *totals = json_object();
    put_number(totals, "bytes", result->bytes);
    put_number(totals, "accounts", result->counts.accounts);
    put_number(totals, "users", result->counts.users);
    put_number(totals, "groups", result->counts.groups);
    put_number(totals, "roles", result->counts.roles);
    put_number(totals, "managed_policies", result->counts.policies);
    put_number(totals, "documents", result->counts.documents);
    put_number(totals, "distinct_documents", result->counts.distinct_documents);
    return totals;
}

static json_t *result_json(const struct load_result *result, const struct deriving *deriving, const char *database)
{
    json_t *answer = json_answer("load", 2), *derived = json_object();
    json_put(answer, "database", json_text(database));
    json_put(answer, "complete", json_boolean(!result->incomplete));
    json_put(answer, "sources", sources_json(result));
    json_put(answer, "problems", problems_json(result));
    json_put(answer, "totals", totals_json(result));
    json_put(derived, "extent", json_text(extent(deriving)));
    put_number(derived, "principals", deriving->derivation.principals);
    put_number(derived, "edges", deriving->derivation.edges);
    json_put(answer, "derived", derived);
    return answer;
}

static void print(const struct command_line *line, struct output *output, const struct load_result *result,
                  const struct deriving *deriving, const char *database)
{
    bool all = command_line_has(line, "all-files");
    if (strcmp(output->format, "json") == 0) {
        json_print_inside(output, 0, result_json(result, deriving, database));
        fputc('\n', output->stream);
        return;
    }
    if (!output->quiet) {
        verdicts_print(output, result->verdicts, result->verdict_count, all);
        print_problems(output, result, all);
        fputc('\n', output->stream);
    }
    print_totals(output, result, database);
    if (deriving->done && !deriving->derivation.everything && deriving->derivation.principals > 0)
        line_print(output, STYLE_FAINT, "Answers were updated among %zu users and roles; nothing else changed\n",
                   deriving->derivation.principals);
}

/* Says what could not be read, unless the answer above already says so on the same terminal. */
static void say_unread(const struct output *output, const struct load_result *result)
{
    fflush(output->stream);
    if (output->terminal && isatty(STDERR_FILENO) == 1 && !output->quiet)
        return;
    for (size_t i = 0; i < result->verdict_count; i++)
        if (load_verdict_needs_attention(&result->verdicts[i]))
            analysis_say_unread(&result->verdicts[i]);
}

/* The exit status of the load; prints an error if not everything was loaded. */
static int report(const struct command_line *line, const struct output *output, const struct load_result *result,
                  const char *database)
{
    if (result->incomplete)
        say_unread(output, result);
    if (!holds_anything(result)) {
        command_error("nothing was loaded into %s: no exports found; aws iam get-account-authorization-details makes "
                      "one",
                      database);
        return EXIT_USAGE;
    }
    if (!result->incomplete || command_line_has(line, "keep-going"))
        return EXIT_YES;
    command_error("some input could not be read whole, so answers can be wrong; --keep-going accepts that");
    return EXIT_USAGE;
}

/* What an abandoned load must undo. */
struct undo {
    struct store *store;
    const char *database;
    char *journal; /* SQLite's journal, beside the database */
    bool new;      /* the database did not exist before */
    const volatile int *stop;
};

/* Leaves the database as it was before. */
static void undo(struct undo *load)
{
    store_rollback(load->store);
    store_close(load->store);
    load->store = NULL;
    if (load->new)
        unlink(load->database);
}

/* Called while answers are derived, so that an interruption need not wait for their end. */
static void give_up(void *context)
{
    struct undo *load = context;
    if (*load->stop == 0)
        return;
    undo(load);
    command_error("interrupted; %s is as it was before", load->database);
    interrupt_end();
}

/* Loads and derives, until it is done or interrupted. False: *error is set. */
static bool load(struct store *store, const struct command_line *line, const struct load_options *options,
                 struct deriving *deriving, struct load_result *result, char **error)
{
    const char *const *paths;
    size_t count = command_line_arguments(line, &paths);
    store_stop_when(store, options->cancelled);
    bool good = load_paths(store, paths, count, options, result, error) &&
                (!result->nothing_new || derive_missing(store, deriving, error));
    progress_end(deriving->progress);
    return good;
}

static int load_into(struct undo *state, const struct command_line *line, struct output *output, const char *account)
{
    struct load_result result;
    struct deriving deriving = {.progress = output->progress, .output = output, .result = &result};
    struct load_options options = {
        .account = account,
        .cancelled = state->stop,
        .progress = progress_files,
        .progress_context = output->progress,
        .before_commit = derive,
        .before_commit_context = &deriving,
    };
    uint32_t jobs = 0;
    char *error = NULL;
    int status = EXIT_INTERNAL;
    command_line_number(line, "jobs", &jobs);
    options.jobs = (int)jobs;
    output->progress->at_step = give_up;
    output->progress->at_step_context = state;
    progress_work(output->progress, "loading");
    bool good = load(state->store, line, &options, &deriving, &result, &error);
    if (deriving.refused) {
        status = EXIT_USAGE;
    } else if (*state->stop != 0 && (!good || result.interrupted)) {
        command_error("interrupted; %s is as it was before", state->database);
        status = EXIT_SIGNALLED + *state->stop;
    } else if (!good) {
        command_error("%s", error);
    } else {
        print(line, output, &result, &deriving, state->database);
        status = report(line, output, &result, state->database);
    }
    if (state->new && (!good || result.interrupted || !holds_anything(&result)))
        undo(state);
    free(error);
    load_result_free(&result);
    return status;
}

/* A new database is either complete or removed. */
static void end(struct undo *load)
{
    store_close(load->store);
    interrupt_disown_file(load->database);
    interrupt_disown_file(load->journal);
    free(load->journal);
    interrupt_release();
}

static int run(const struct command_line *line, struct output *output)
{
    const char *account;
    struct undo state = {.database = command_line_database(line)};
    char *error = NULL;
    int status;
    if (!analysis_account(line, &account))
        return EXIT_USAGE;
    state.stop = interrupt_hold();
    state.new = access(state.database, F_OK) != 0;
    state.journal = memory_print("%s-journal", state.database);
    if (state.new) {
        interrupt_own_file(state.journal);
        interrupt_own_file(state.database);
    }
    state.store = store_open(state.database, STORE_CREATE, &error);
    if (state.store != NULL) {
        status = load_into(&state, line, output, account);
    } else {
        status = errno == 0 ? EXIT_USAGE : EXIT_INTERNAL;
        command_error("%s", error);
        free(error);
    }
    end(&state);
    return status;
}

static const struct command_option options[] = {
    {.name = "all-files", .help = "list every file and every problem"},
    {.name = NULL},
};

const struct command command_load = {
    .name = "load",
    .arguments = "PATH…",
    .minimum_arguments = 1,
    .maximum_arguments = SIZE_MAX,
    .arguments_are_inputs = true,
    .summary = "load exported files and folders into the database",
    .help =
        "Folders are searched recursively. Exports are recognised by their content, not their name; \"-\" is standard\n"
        "input. Loading an account again replaces it; loading the same files again changes nothing. Every file\n"
        "gets a verdict. Exit status 2: an export could not be read whole (the rest is loaded).\n\n"
        "Example:\n  aws iam get-account-authorization-details > 111122223333.json\n"
        "  rolechain load 111122223333.json",
    .options = options,
    .formats = "text,json",
    .run = run,
};
