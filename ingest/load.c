#include "ingest/load.h"

#include "ingest/input/input_files.h"
#include "ingest/read_ahead.h"
#include "ingest/readers/export_kind.h"
#include "ingest/store/query.h"
#include "ingest/store/sources.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/unchanged.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct load {
    struct store *store;
    const struct load_options *options;
    int jobs;
    struct input_files files;
    struct sources *sources;
    struct unchanged unchanged;
    struct document_table *documents;
    struct writer *writer;
    struct load_result *result;
    size_t problem_room;
};

static bool is_cancelled(const struct load *load)
{
    return load->options->cancelled != NULL && *load->options->cancelled != 0;
}

/* ---- the result */

bool load_verdict_needs_attention(const struct load_verdict *verdict)
{
    return verdict->verdict == BATCH_REFUSED || verdict->verdict == BATCH_PARTIAL ||
           (verdict->named && verdict->verdict == BATCH_SKIPPED);
}

static const char *keep(struct load_result *result, const char *text)
{
    return arena_copy_text(result->arena, text, strlen(text));
}

static void keep_verdict(struct load *load, size_t index, const char *kind, enum batch_verdict verdict,
                         const char *detail)
{
    struct load_result *result = load->result;
    struct load_verdict *kept = &result->verdicts[result->verdict_count++];
    *kept = (struct load_verdict){.path = keep(result, load->files.items[index].name),
                                  .kind = keep(result, kind),
                                  .verdict = verdict,
                                  .detail = keep(result, detail),
                                  .named = load->files.items[index].named};
    result->incomplete = result->incomplete || load_verdict_needs_attention(kept);
}

/* Repeats what could not be read completely before. */
static void keep_unchanged(struct load *load, size_t index)
{
    if (load->files.items[index].obstacle != NULL) {
        keep_verdict(load, index, "", BATCH_SKIPPED, load->files.items[index].obstacle);
        return;
    }
    struct source_outcome before = sources_outcome(load->sources, load->unchanged.sources[index], load->result->arena);
    if (before.verdict == BATCH_PARTIAL) {
        char *detail = memory_print("not changed since it was loaded: %s", before.detail);
        keep_verdict(load, index, before.kind, before.verdict, detail);
        free(detail);
    } else if (before.verdict == BATCH_SKIPPED && load->files.items[index].named) {
        keep_verdict(load, index, before.kind, before.verdict, before.detail);
    } else {
        keep_verdict(load, index, "", BATCH_UNCHANGED, "already loaded, not changed since");
    }
}

static void keep_problems(struct load *load, const char *path, const struct batch *batch)
{
    struct load_result *result = load->result;
    path = keep(result, path);
    for (const struct batch_problem *problem = batch->problems.first; problem != NULL; problem = problem->next)
        ARRAY_ADD(result->problems, result->problem_count, load->problem_room,
                  (struct load_problem){.path = path,
                                        .severity = problem->severity,
                                        .code = keep(result, problem->code),
                                        .pointer = keep(result, problem->pointer),
                                        .line = problem->line,
                                        .column = problem->column,
                                        .message = keep(result, problem->message)});
}

/* ---- writing */

static void now_text(char *text, size_t size)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    time_t when = epoch != NULL && epoch[0] != '\0' ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
    struct tm parts;
    if (gmtime_r(&when, &parts) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        text[0] = '\0';
}

static void forget_sources(struct load *load)
{
    for (size_t i = 0; i < load->files.count; i++)
        if (!load->unchanged.skip[i])
            sources_forget(load->sources, load->files.items[i].name);
    for (uint32_t i = 0; i < load->unchanged.gone.count; i++)
        sources_forget(load->sources, intern_text(&load->unchanged.gone, i));
}

static void forget_gone(struct load *load)
{
    struct load_result *result = load->result;
    const struct intern *gone = &load->unchanged.gone;
    if (gone->count == 0)
        return;
    const char **paths = memory_get(gone->count * sizeof *paths);
    for (uint32_t i = 0; i < gone->count; i++)
        paths[i] = intern_text(gone, i);
    char *message = gone->count > 1
                        ? memory_print("this file and %u more no longer exist; their data was removed", gone->count - 1)
                        : memory_text("this file no longer exists; its data was removed");
    ARRAY_ADD(result->problems, result->problem_count, load->problem_room,
              (struct load_problem){.path = keep(result, paths[0]),
                                    .severity = PROBLEM_NOTE,
                                    .code = "file-gone",
                                    .pointer = "",
                                    .message = keep(result, message)});
    writer_forget(load->writer, paths, gone->count);
    free(message);
    free(paths);
}

/* False: the load was cancelled. */
static bool write_file(struct load *load, struct read_ahead *ahead, size_t index)
{
    const char *path = load->files.items[index].name;
    enum batch_verdict verdict;
    if (load->unchanged.skip[index]) {
        keep_unchanged(load, index);
        return true;
    }
    struct batch *batch = read_ahead_take(ahead, index);
    if (batch == NULL)
        return false;
    const char *detail = writer_add(load->writer, batch, path, load->files.items[index].account, &verdict);
    keep_verdict(load, index, batch->kind->name, verdict, detail);
    keep_problems(load, path, batch);
    load->result->bytes += batch->bytes;
    document_table_release(load->documents, batch->added);
    read_ahead_give_back(ahead, batch);
    return true;
}

/* Writes in the order of the files. */
static void write_files(struct load *load)
{
    const struct load_options *options = load->options;
    struct read_ahead *ahead =
        read_ahead_start(&load->files, load->unchanged.skip, load->documents, load->jobs, options->cancelled);
    uint64_t bytes = 0;
    for (size_t index = 0; index < load->files.count && store_error(load->store) == NULL; index++) {
        if (!write_file(load, ahead, index) || is_cancelled(load)) {
            load->result->interrupted = true;
            break;
        }
        bytes += load->files.items[index].size;
        if (options->progress != NULL)
            options->progress(options->progress_context, index + 1, load->files.count, bytes, load->files.total_size);
    }
    read_ahead_stop(ahead);
}

/* Brings derived data up to date with the rows. */
static bool derive(struct load *load, struct changes *changes, char **error)
{
    const struct load_options *options = load->options;
    if (options->before_commit == NULL)
        return true;
    changes_find(changes);
    return store_error(load->store) == NULL &&
           options->before_commit(load->store, changes, options->before_commit_context, error);
}

/* Inside the transaction. False: it must be rolled back. */
static bool write_rows(struct load *load, char **error)
{
    struct load_result *result = load->result;
    struct changes changes;
    char when[32];
    now_text(when, sizeof when);
    forget_sources(load);
    changes_open(&changes, load->store);
    load->writer = writer_open(load->store, load->documents, &changes, when);
    forget_gone(load);
    write_files(load);
    if (!result->interrupted)
        result->counts = writer_finish(load->writer);
    writer_close(load->writer);
    document_table_free(load->documents);
    load->documents = NULL;
    bool good = !result->interrupted && store_error(load->store) == NULL && derive(load, &changes, error);
    changes_close(&changes);
    result->interrupted = result->interrupted || (good && is_cancelled(load));
    return good && !result->interrupted;
}

static bool load_files(struct load *load, char **error)
{
    bool anything = load->unchanged.gone.count > 0;
    for (size_t i = 0; i < load->files.count; i++)
        anything = anything || !load->unchanged.skip[i];
    if (!anything) {
        store_begin_reading(load->store, false);
        for (size_t i = 0; i < load->files.count; i++)
            keep_unchanged(load, i);
        store_rollback(load->store);
        load->result->nothing_new = true;
        return true;
    }
    /* References are right by construction, as tests check; checking each row would cost more than writing it. */
    store_execute(load->store, "PRAGMA foreign_keys = OFF");
    bool good = store_begin(load->store) && write_rows(load, error) && store_commit(load->store);
    if (!good)
        store_rollback(load->store);
    store_execute(load->store, "PRAGMA foreign_keys = ON");
    return good || load->result->interrupted;
}

/* Unnamed resources of plans and templates are distinguished by their file. */
static void label_files(struct load *load)
{
    struct intern earlier = {0};
    sources_planned_files(load->sources, &earlier);
    input_files_label(&load->files, &earlier);
    intern_free(&earlier);
}

static int job_count(const struct load_options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int jobs = options->jobs > 0 ? options->jobs : cores > 0 ? (int)cores : 1;
    return jobs < INPUT_MAXIMUM_JOBS ? jobs : INPUT_MAXIMUM_JOBS;
}

bool load_paths(struct store *store, const char *const *paths, size_t count, const struct load_options *options,
                struct load_result *result, char **error)
{
    static const struct load_options plain;
    struct load load = {.store = store, .options = options != NULL ? options : &plain, .result = result};
    *result = (struct load_result){0};
    *error = NULL;
    load.jobs = job_count(load.options);
    input_files_find(&load.files, paths, count);
    for (size_t i = 0; i < load.files.count; i++)
        if (load.files.items[i].account == NULL) {
            load.files.items[i].account = load.options->account;
            load.files.items[i].account_given = load.options->account != NULL;
        }
    result->arena = memory_zeroed(1, sizeof *result->arena);
    result->verdicts = memory_zeroed(load.files.count, sizeof *result->verdicts);
    load.documents = document_table_new();
    load.sources = sources_open(store);
    unchanged_find(&load.unchanged, store, load.sources, &load.files, paths, count, load.options->account, load.jobs);
    label_files(&load);
    bool good = store_error(store) == NULL && load_files(&load, error);
    if (store_error(store) != NULL) {
        good = false;
        free(*error);
        *error = memory_text(store_error(store));
    }
    unchanged_free(&load.unchanged);
    sources_close(load.sources);
    document_table_free(load.documents);
    input_files_free(&load.files);
    return good;
}

void load_result_free(struct load_result *result)
{
    if (result->arena != NULL)
        arena_free(result->arena);
    free(result->arena);
    free(result->verdicts);
    free(result->problems);
    *result = (struct load_result){0};
}
