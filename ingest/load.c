#include "ingest/load.h"

#include "ingest/export.h"
#include "ingest/input/input_files.h"
#include "ingest/input/input_stream.h"
#include "ingest/store/writer.h"
#include "ingest/support/intern.h"
#include "ingest/support/text.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Readers run ahead of the writer by at most this many files for each job. */
#define WINDOW 4

#define MAXIMUM_JOBS INPUT_MAXIMUM_JOBS

/* Memory that one large file or element needed is given back, not kept for the next. */
#define LARGEST_KEPT ((size_t)4 << 20)

/* What a thread has for itself. The first is the one that writes too. */
struct load_job {
    struct load *load;
    struct json_window window;
};

struct load {
    struct store *store;
    struct input_files files;
    const struct load_options *options;
    struct document_table *documents;
    struct batch **batches; /* per file; NULL: not read yet */
    struct batch *spare;
    bool *skip;       /* unchanged since an earlier load */
    int64_t *sources; /* of that load */
    const char *const *roots;
    size_t root_count;
    struct intern gone; /* files of collections that an earlier load found in these folders */
    bool *done;
    pthread_mutex_t lock;
    pthread_cond_t read, written;
    size_t next, written_count;
    bool stop;
    int jobs;
    struct load_job job[MAXIMUM_JOBS];
};

static bool cancelled(const struct load *load)
{
    return load->options->cancelled != NULL && *load->options->cancelled != 0;
}

/* ---- reading */

/* Batches are used again with their memory, which the system would else clear and map anew for each file. */
static struct batch *take_batch(struct load *load)
{
    pthread_mutex_lock(&load->lock);
    struct batch *batch = load->spare;
    if (batch != NULL)
        load->spare = batch->next_spare;
    pthread_mutex_unlock(&load->lock);
    if (batch == NULL)
        return calloc(1, sizeof *batch);
    batch->next_spare = NULL;
    return batch;
}

static void free_batch(struct batch *batch)
{
    if (batch != NULL)
        arena_free(&batch->arena);
    free(batch);
}

static void give_batch(struct load *load, struct batch *batch)
{
    struct arena arena = batch->arena;
    if (arena.used > LARGEST_KEPT) {
        free_batch(batch);
        return;
    }
    arena_reset(&arena);
    *batch = (struct batch){.arena = arena};
    pthread_mutex_lock(&load->lock);
    batch->next_spare = load->spare;
    load->spare = batch;
    pthread_mutex_unlock(&load->lock);
}

static struct batch *read_file(struct load *load, size_t index, struct load_job *job)
{
    struct batch *batch = take_batch(load);
    struct input_stream stream;
    const char *error = NULL;
    if (batch == NULL)
        return NULL;
    batch->kind = "";
    if (load->files.obstacles[index] != NULL) {
        batch->refusal = load->files.obstacles[index];
        input_obstacle_digest(batch->refusal, batch->digest);
        return batch;
    }
    if (!input_stream_open(&stream, load->files.paths[index], &error)) {
        batch->refusal = error;
        batch->looks_like_export = true;
        return batch;
    }
    job->window.read = input_stream_read;
    job->window.context = &stream;
    export_read(batch, load->documents, load->files.paths[index], load->files.accounts[index], &job->window);
    input_stream_close(&stream, job->window.buffer, job->window.room, batch->digest);
    batch->bytes = stream.bytes;
    if (stream.error != NULL) {
        batch->refusal = stream.error;
        batch->looks_like_export = true;
    }
    if (job->window.room > LARGEST_KEPT) {
        free(job->window.buffer);
        job->window = (struct json_window){0};
    }
    return batch;
}

/* Takes the next file that is to be read; false if there is none now. With the lock held. */
static bool take_file(struct load *load, size_t *index)
{
    while (load->next < load->files.count && load->skip[load->next])
        load->next++;
    if (load->stop || load->next >= load->files.count ||
        load->next >= load->written_count + (size_t)load->jobs * WINDOW)
        return false;
    *index = load->next++;
    return true;
}

/* With the lock held, which is given up while the file is read. */
static void read_taken(struct load *load, size_t index, struct load_job *job)
{
    pthread_mutex_unlock(&load->lock);
    struct batch *batch = read_file(load, index, job);
    pthread_mutex_lock(&load->lock);
    load->batches[index] = batch;
    load->done[index] = true;
    pthread_cond_signal(&load->read);
}

static void *reader_thread(void *context)
{
    struct load_job *job = context;
    struct load *load = job->load;
    size_t index;
    pthread_mutex_lock(&load->lock);
    while (!load->stop && load->next < load->files.count)
        if (take_file(load, &index))
            read_taken(load, index, job);
        else if (load->next < load->files.count)
            pthread_cond_wait(&load->written, &load->lock);
    pthread_mutex_unlock(&load->lock);
    return NULL;
}

/* ---- what is unchanged */

static void touch_accounts_of(sqlite3_stmt *accounts_of, const char *path, struct intern *touched)
{
    sqlite3_bind_text(accounts_of, 1, path, -1, SQLITE_STATIC);
    while (sqlite3_step(accounts_of) == SQLITE_ROW) {
        const char *account = (const char *)sqlite3_column_text(accounts_of, 0);
        intern_add(touched, account, strlen(account));
    }
    sqlite3_reset(accounts_of);
}

static bool lies_in(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/')
        length--;
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* A collection is what its folder holds: a file that is there no more says that what it told is no more. A folder that
 * holds nothing of it is not the collection. What the organization is its lists tell, not which files there are. */
static bool find_gone(struct load *load, sqlite3_stmt *accounts_of, struct intern *touched)
{
    sqlite3_stmt *select = NULL;
    struct stat info;
    bool left = false, failed = false;
    if (sqlite3_prepare_v2(
            store_handle(load->store),
            "SELECT DISTINCT path FROM source s WHERE kind IN ('iam-collect', 'pmapper') AND NOT EXISTS (SELECT "
            "1 FROM source_account WHERE source = s.id AND account = '') ORDER BY path",
            -1, &select, NULL) != SQLITE_OK)
        return false;
    while (sqlite3_step(select) == SQLITE_ROW) {
        const char *path = (const char *)sqlite3_column_text(select, 0);
        bool inside = false;
        for (size_t i = 0; i < load->root_count; i++)
            inside = inside || lies_in(path, load->roots[i]);
        if (!inside)
            continue;
        bool there = lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
        left = left || there;
        failed = failed || (!there && intern_add(&load->gone, path, strlen(path)) == INTERN_NONE);
    }
    sqlite3_finalize(select);
    if (!left)
        intern_free(&load->gone);
    for (uint32_t i = 0; i < load->gone.count; i++)
        touch_accounts_of(accounts_of, intern_text(&load->gone, i), touched);
    return !failed;
}

/* Marks files whose bytes the last load of the path used. A file of an account that some changed file of this load
 * replaces is read again, and so on. */
static bool find_unchanged(struct load *load, char **error)
{
    sqlite3 *handle = store_handle(load->store);
    sqlite3_stmt *find = NULL, *accounts = NULL, *paths = NULL;
    bool any = false, done = false;
    if (sqlite3_prepare_v2(handle, "SELECT 1 FROM source LIMIT 1", -1, &find, NULL) == SQLITE_OK)
        any = sqlite3_step(find) == SQLITE_ROW;
    sqlite3_finalize(find);
    find = NULL;
    if (!any)
        return true;
    size_t count = load->files.count;
    int64_t *sources = load->sources;
    struct intern touched = {0};
    struct input_digest *digests = NULL;
    if (sqlite3_prepare_v2(handle,
                           "SELECT id FROM source s WHERE digest = ? AND path = ? AND NOT EXISTS (SELECT 1 FROM "
                           "source later WHERE path = s.path AND (verdict = 'refused' OR later.id > s.id))",
                           -1, &find, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(handle, "SELECT account FROM source_account WHERE source = ?", -1, &accounts, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(handle,
                           "SELECT account FROM source_account JOIN source ON source.id = source WHERE path = ?", -1,
                           &paths, NULL) != SQLITE_OK)
        goto out;
    digests = input_digests(&load->files, load->jobs);
    if (digests == NULL || !find_gone(load, paths, &touched))
        goto out;
    for (size_t i = 0; i < count; i++) {
        if (!digests[i].known)
            continue;
        sqlite3_bind_blob(find, 1, digests[i].digest, sizeof digests[i].digest, SQLITE_STATIC);
        sqlite3_bind_text(find, 2, load->files.names[i], -1, SQLITE_STATIC);
        if (sqlite3_step(find) == SQLITE_ROW)
            sources[i] = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
        /* The account that is given may not be the one of before. */
        bool given = load->files.accounts[i] != NULL && load->files.accounts[i] == load->options->account;
        load->skip[i] = sources[i] != 0 && !given;
        if (load->skip[i])
            continue;
        /* What the changed file said before belongs to these accounts; the path may name another. */
        touch_accounts_of(paths, load->files.names[i], &touched);
        if (load->files.accounts[i] != NULL)
            intern_add(&touched, load->files.accounts[i], strlen(load->files.accounts[i]));
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            if (!load->skip[i])
                continue;
            bool again = false;
            sqlite3_bind_int64(accounts, 1, sources[i]);
            while (sqlite3_step(accounts) == SQLITE_ROW) {
                const char *account = (const char *)sqlite3_column_text(accounts, 0);
                again = again || (account[0] != '\0' && intern_find(&touched, account, strlen(account)) != INTERN_NONE);
            }
            sqlite3_reset(accounts);
            if (!again)
                continue;
            load->skip[i] = false;
            changed = true;
            sqlite3_bind_int64(accounts, 1, sources[i]);
            while (sqlite3_step(accounts) == SQLITE_ROW) {
                const char *account = (const char *)sqlite3_column_text(accounts, 0);
                intern_add(&touched, account, strlen(account));
            }
            sqlite3_reset(accounts);
        }
    }
    done = true;
out:
    if (!done && *error == NULL)
        *error = strdup(sqlite3_errmsg(handle));
    sqlite3_finalize(find);
    sqlite3_finalize(accounts);
    sqlite3_finalize(paths);
    intern_free(&touched);
    free(digests);
    return done;
}

/* Rows about a file that is read again, or is gone, give way. */
static bool forget_sources(struct load *load, char **error)
{
    static const char *const deletions[] = {
        "DELETE FROM problem WHERE source IN (SELECT id FROM source WHERE path = ?1)",
        "DELETE FROM role_use WHERE source IN (SELECT id FROM source WHERE path = ?1)",
        "DELETE FROM role_token WHERE source IN (SELECT id FROM source WHERE path = ?1)",
        "DELETE FROM trail WHERE source IN (SELECT id FROM source WHERE path = ?1)",
        "DELETE FROM source_account WHERE source IN (SELECT id FROM source WHERE path = ?1 AND kind = 'cloudtrail')",
        "DELETE FROM source WHERE path = ?1 AND (verdict IN ('skipped', 'refused') OR kind = 'cloudtrail')",
    };
    sqlite3 *handle = store_handle(load->store);
    for (size_t d = 0; d < sizeof deletions / sizeof deletions[0]; d++) {
        sqlite3_stmt *statement = NULL;
        if (sqlite3_prepare_v2(handle, deletions[d], -1, &statement, NULL) != SQLITE_OK) {
            *error = strdup(sqlite3_errmsg(handle));
            return false;
        }
        for (size_t i = 0; i < load->files.count + load->gone.count; i++) {
            if (i < load->files.count && load->skip[i])
                continue;
            sqlite3_bind_text(statement, 1,
                              i < load->files.count ? load->files.names[i]
                                                    : intern_text(&load->gone, (uint32_t)(i - load->files.count)),
                              -1, SQLITE_STATIC);
            sqlite3_step(statement);
            sqlite3_reset(statement);
        }
        sqlite3_finalize(statement);
    }
    return true;
}

/* ---- the result */

static const char *keep(struct load_result *result, const char *text)
{
    const char *copy = arena_copy_text(result->arena, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    return copy != NULL ? copy : "";
}

static void keep_verdict(struct load_result *result, const struct load *load, size_t index, const char *kind,
                         const char *verdict, const char *detail)
{
    result->verdicts[result->verdict_count++] = (struct load_verdict){.path = keep(result, load->files.names[index]),
                                                                      .kind = keep(result, kind),
                                                                      .verdict = keep(result, verdict),
                                                                      .detail = keep(result, detail),
                                                                      .named = load->files.named[index]};
}

/* What could not be read whole before is said again. */
static void keep_unchanged(struct load_result *result, const struct load *load, size_t index)
{
    sqlite3_stmt *select = NULL;
    const char *verdict = "loaded", *kind = "", *detail = "";
    struct text text = {0};
    if (sqlite3_prepare_v2(store_handle(load->store), "SELECT verdict, kind, detail FROM source WHERE id = ?", -1,
                           &select, NULL) == SQLITE_OK &&
        sqlite3_bind_int64(select, 1, load->sources[index]) == SQLITE_OK && sqlite3_step(select) == SQLITE_ROW) {
        verdict = (const char *)sqlite3_column_text(select, 0);
        kind = (const char *)sqlite3_column_text(select, 1);
        detail = (const char *)sqlite3_column_text(select, 2);
    }
    bool partial = strcmp(verdict, "partial") == 0;
    if (load->files.obstacles[index] != NULL) {
        keep_verdict(result, load, index, "", "skipped", load->files.obstacles[index]);
    } else if (partial || (load->files.named[index] && strcmp(verdict, "skipped") == 0)) {
        text_format(&text, "unchanged since it was loaded: %s", detail);
        keep_verdict(result, load, index, kind, verdict, partial ? text.data : detail);
        result->incomplete = true;
    } else {
        keep_verdict(result, load, index, "", "unchanged", "the same bytes are loaded already");
    }
    text_free(&text);
    sqlite3_finalize(select);
}

static bool keep_problems(struct load_result *result, const char *path, const struct batch *batch)
{
    if (batch->problems.count == 0)
        return true;
    struct load_problem *grown =
        realloc(result->problems, (result->problem_count + batch->problems.count) * sizeof *grown);
    if (grown == NULL)
        return false;
    result->problems = grown;
    path = keep(result, path);
    for (const struct batch_problem *problem = batch->problems.first; problem != NULL; problem = problem->next)
        grown[result->problem_count++] = (struct load_problem){.path = path,
                                                               .severity = keep(result, problem->severity),
                                                               .code = keep(result, problem->code),
                                                               .pointer = keep(result, problem->pointer),
                                                               .line = problem->line,
                                                               .column = problem->column,
                                                               .message = keep(result, problem->message)};
    return true;
}

static bool write_one(struct load *load, struct writer *writer, size_t index, struct load_result *result, char **error)
{
    struct batch *batch = load->batches[index];
    const char *verdict = NULL, *detail = NULL;
    if (batch == NULL) {
        if (load->skip[index]) {
            keep_unchanged(result, load, index);
            return true;
        }
        *error = strdup("out of memory");
        return false;
    }
    bool good =
        writer_add(writer, batch, load->files.names[index], load->files.accounts[index], &verdict, &detail, error);
    if (good) {
        keep_verdict(result, load, index, batch->kind, verdict, detail);
        good = keep_problems(result, load->files.names[index], batch);
        bool bad = strcmp(verdict, "refused") == 0 || strcmp(verdict, "partial") == 0;
        if (bad || (load->files.named[index] && strcmp(verdict, "skipped") == 0))
            result->incomplete = true;
        result->bytes += batch->bytes;
    }
    good = good && document_table_release(load->documents, batch->added);
    give_batch(load, batch);
    load->batches[index] = NULL;
    return good;
}

static void now_text(char *text, size_t size)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    time_t when = epoch != NULL && epoch[0] != '\0' ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
    struct tm parts;
    text[0] = '\0';
    if (gmtime_r(&when, &parts) != NULL)
        strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* Waits for the batch of the next file to write, and reads files itself meanwhile. */
static void await_batch(struct load *load, size_t index)
{
    size_t other;
    pthread_mutex_lock(&load->lock);
    load->written_count = index;
    pthread_cond_broadcast(&load->written);
    while (!load->done[index] && !cancelled(load))
        if (take_file(load, &other))
            read_taken(load, other, &load->job[0]);
        else
            pthread_cond_wait(&load->read, &load->lock);
    pthread_mutex_unlock(&load->lock);
}

/* Takes the batches in the order of their files. */
static bool write_all(struct load *load, struct writer *writer, struct load_result *result, char **error)
{
    uint64_t bytes = 0;
    for (size_t index = 0; index < load->files.count; index++) {
        if (!load->skip[index])
            await_batch(load, index);
        if (cancelled(load)) {
            result->interrupted = true;
            return true;
        }
        if (!write_one(load, writer, index, result, error))
            return false;
        bytes += load->files.sizes[index];
        if (load->options->progress != NULL)
            load->options->progress(load->options->progress_context, index + 1, load->files.count, bytes,
                                    load->files.total_size);
    }
    return true;
}

/* The calling thread writes and is one of the jobs. A thread that cannot be started is done without. */
static bool run_threads(struct load *load, struct writer *writer, struct load_result *result, char **error)
{
    pthread_t threads[MAXIMUM_JOBS];
    int started = 0;
    while (started < load->jobs - 1 &&
           pthread_create(&threads[started], NULL, reader_thread, &load->job[started + 1]) == 0)
        started++;
    bool good = write_all(load, writer, result, error);
    pthread_mutex_lock(&load->lock);
    load->stop = true;
    pthread_cond_broadcast(&load->written);
    pthread_mutex_unlock(&load->lock);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return good;
}

static bool forget_gone(struct load *load, struct writer *writer, struct load_result *result, char **error)
{
    if (load->gone.count == 0)
        return true;
    const char **paths = malloc(load->gone.count * sizeof *paths);
    struct load_problem *problem = malloc(sizeof *problem);
    struct text text = {0};
    bool good = paths != NULL && problem != NULL;
    for (uint32_t i = 0; good && i < load->gone.count; i++)
        paths[i] = intern_text(&load->gone, i);
    if (good && load->gone.count > 1)
        text_format(&text,
                    "this file, and %u more, was there when it was loaded before and is no more: what it said "
                    "is dropped",
                    load->gone.count - 1);
    else
        text_append_string(&text, "this file was there when it was loaded before and is no more: what it said is "
                                  "dropped");
    if (good) {
        *problem = (struct load_problem){.path = keep(result, paths[0]),
                                         .severity = "note",
                                         .code = "file-gone",
                                         .pointer = "",
                                         .message = keep(result, text.data)};
        result->problems = problem;
        result->problem_count = 1;
        good = writer_forget(writer, paths, load->gone.count, error);
    } else {
        free(problem);
    }
    free(paths);
    text_free(&text);
    return good;
}

/* What is derived from the rows is brought up to date with them, or taken away. */
static bool derive(struct load *load, struct changes *changes, char **error)
{
    const struct load_options *options = load->options;
    if (options->before_commit != NULL)
        return changes_find(changes, error) &&
               options->before_commit(load->store, changes, options->before_commit_context, error);
    if (sqlite3_exec(store_handle(load->store),
                     "DELETE FROM party_member; DELETE FROM edge; DELETE FROM outside_party; DELETE FROM gap", NULL,
                     NULL, NULL) == SQLITE_OK)
        return true;
    *error = strdup(sqlite3_errmsg(store_handle(load->store)));
    return false;
}

static bool load_files(struct load *load, struct load_result *result, char **error)
{
    char when[32];
    struct changes changes = {0};
    struct writer *writer = NULL;
    struct writer_counts counts = {0};
    bool good = find_unchanged(load, error), anything = load->gone.count > 0;
    for (size_t i = 0; i < load->files.count; i++)
        anything = anything || !load->skip[i];
    if (!good)
        return false;
    if (!anything) {
        for (size_t i = 0; i < load->files.count; i++)
            keep_unchanged(result, load, i);
        result->nothing_new = true;
        return true;
    }
    now_text(when, sizeof when);
    /* References are right by construction, checked by the tests; checking each row costs more than writing it. */
    sqlite3_exec(store_handle(load->store), "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
    good = store_begin(load->store, error);
    if (good) {
        good = forget_sources(load, error) && changes_open(&changes, store_handle(load->store), error);
        writer = good ? writer_open(load->store, load->documents, &changes, when, error) : NULL;
        good = writer != NULL && forget_gone(load, writer, result, error) && run_threads(load, writer, result, error);
        good = good && !result->interrupted && writer_finish(writer, &counts, error);
        writer_close(writer);
        good = good && derive(load, &changes, error);
        changes_close(&changes);
        if (good && cancelled(load))
            result->interrupted = true;
        good = good && !result->interrupted && store_commit(load->store, error);
        if (!good)
            store_rollback(load->store);
    }
    sqlite3_exec(store_handle(load->store), "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    result->accounts = counts.accounts;
    result->users = counts.users;
    result->groups = counts.groups;
    result->roles = counts.roles;
    result->policies = counts.policies;
    result->documents = counts.documents;
    result->distinct_documents = counts.distinct_documents;
    return good || result->interrupted;
}

bool load_paths(struct store *store, const char *const *paths, size_t count, const struct load_options *options,
                struct load_result *result, char **error)
{
    static const struct load_options plain;
    struct load load = {
        .store = store, .options = options != NULL ? options : &plain, .roots = paths, .root_count = count};
    *result = (struct load_result){0};
    *error = NULL;
    bool good = input_files_find(&load.files, paths, count);
    for (size_t i = 0; good && i < load.files.count; i++)
        if (load.files.accounts[i] == NULL)
            load.files.accounts[i] = load.options->account;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    load.jobs = load.options->jobs > 0 ? load.options->jobs : cores > 0 ? (int)cores : 1;
    if (load.jobs > MAXIMUM_JOBS)
        load.jobs = MAXIMUM_JOBS;
    result->arena = calloc(1, sizeof *result->arena);
    result->verdicts = calloc(load.files.count + 1, sizeof *result->verdicts);
    load.batches = calloc(load.files.count + 1, sizeof *load.batches);
    load.skip = calloc(load.files.count + 1, sizeof *load.skip);
    load.sources = calloc(load.files.count + 1, sizeof *load.sources);
    load.done = calloc(load.files.count + 1, sizeof *load.done);
    for (int i = 0; i < load.jobs; i++)
        load.job[i].load = &load;
    load.documents = document_table_new();
    pthread_mutex_init(&load.lock, NULL);
    pthread_cond_init(&load.read, NULL);
    pthread_cond_init(&load.written, NULL);
    if (!good || result->arena == NULL || result->verdicts == NULL || load.batches == NULL || load.skip == NULL ||
        load.sources == NULL || load.done == NULL || load.documents == NULL) {
        *error = strdup("out of memory");
        good = false;
    } else {
        good = load_files(&load, result, error);
    }
    for (size_t i = 0; load.batches != NULL && i < load.files.count; i++)
        free_batch(load.batches[i]);
    for (struct batch *batch = load.spare, *next; batch != NULL; batch = next) {
        next = batch->next_spare;
        free_batch(batch);
    }
    for (int i = 0; i < load.jobs; i++)
        free(load.job[i].window.buffer);
    document_table_free(load.documents);
    pthread_cond_destroy(&load.read);
    pthread_cond_destroy(&load.written);
    pthread_mutex_destroy(&load.lock);
    free(load.batches);
    free(load.skip);
    free(load.sources);
    free(load.done);
    intern_free(&load.gone);
    input_files_free(&load.files);
    if (!good && *error == NULL)
        *error = strdup("out of memory");
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
