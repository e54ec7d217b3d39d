#include "ingest/read_ahead.h"

#include "ingest/export.h"
#include "ingest/input/input_stream.h"
#include "ingest/readers/export_kind.h"
#include "ingest/support/array.h"
#include <pthread.h>
#include <stdlib.h>

/* Readers are at most this many files per thread ahead of the writer. */
#define WINDOW 4

/* Memory that a large file or element needed is freed rather than kept for the next. */
#define LARGEST_KEPT ((size_t)4 << 20)

/* A thread's own data. The first thread is the caller. */
struct reading_job {
    struct read_ahead *ahead;
    struct json_window window;
    pthread_t thread;
};

struct read_ahead {
    const struct input_files *files;
    const bool *skip;
    struct document_table *documents;
    const volatile int *cancelled;
    struct reading_job *jobs;
    int job_count, started;

    pthread_mutex_t lock; /* guards everything that follows */
    pthread_cond_t read, taken;
    struct batch **batches; /* per file; NULL: not read yet, or taken */
    struct batch **idle;    /* reused with their memory, which the system would otherwise clear and map again */
    size_t idle_count, idle_room;
    size_t next, taken_count; /* files */
    bool stop;
};

static bool is_cancelled(const struct read_ahead *ahead)
{
    return ahead->cancelled != NULL && *ahead->cancelled != 0;
}

/* ---- one file */

static struct batch *take_idle(struct read_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    struct batch *batch = ahead->idle_count > 0 ? ahead->idle[--ahead->idle_count] : NULL;
    pthread_mutex_unlock(&ahead->lock);
    return batch != NULL ? batch : memory_zeroed(1, sizeof *batch);
}

static void free_batch(struct batch *batch)
{
    if (batch != NULL)
        arena_free(&batch->arena);
    free(batch);
}

void read_ahead_give_back(struct read_ahead *ahead, struct batch *batch)
{
    struct arena arena = batch->arena;
    if (arena.used > LARGEST_KEPT) {
        free_batch(batch);
        return;
    }
    arena_reset(&arena);
    *batch = (struct batch){.arena = arena};
    pthread_mutex_lock(&ahead->lock);
    ARRAY_ADD(ahead->idle, ahead->idle_count, ahead->idle_room, batch);
    pthread_mutex_unlock(&ahead->lock);
}

static void read_stream(struct read_ahead *ahead, size_t index, struct input_stream *stream, struct json_window *window,
                        struct batch *batch)
{
    window->read = input_stream_read;
    window->context = stream;
    const struct input_file *file = &ahead->files->items[index];
    export_read(batch, ahead->documents,
                &(struct export_place){file->path, file->account, file->account_given, file->label}, window);
    input_stream_close(stream, window->buffer, window->room, batch->digest);
    batch->bytes = stream->bytes;
    if (stream->error != NULL) {
        batch->refusal = stream->error;
        batch->looks_like_export = true;
    }
    if (window->room > LARGEST_KEPT) {
        free(window->buffer);
        *window = (struct json_window){0};
    }
}

static struct batch *read_file(struct read_ahead *ahead, size_t index, struct reading_job *job)
{
    struct batch *batch = take_idle(ahead);
    struct input_stream stream;
    batch->kind = &export_kind_none;
    if (ahead->files->items[index].obstacle != NULL) {
        batch->refusal = ahead->files->items[index].obstacle;
        input_obstacle_digest(batch->refusal, batch->digest);
    } else if (input_stream_open(&stream, ahead->files->items[index].path, &batch->refusal)) {
        read_stream(ahead, index, &stream, &job->window, batch);
    } else {
        batch->looks_like_export = true;
    }
    return batch;
}

/* ---- threads */

/* Takes the next file to read; false if there is none now. Called with the lock held. */
static bool next_file(struct read_ahead *ahead, size_t *index)
{
    while (ahead->next < ahead->files->count && ahead->skip[ahead->next])
        ahead->next++;
    if (ahead->stop || ahead->next >= ahead->files->count ||
        ahead->next >= ahead->taken_count + (size_t)ahead->job_count * WINDOW)
        return false;
    *index = ahead->next++;
    return true;
}

/* Called with the lock held, which is released while the file is read. */
static void read_next(struct read_ahead *ahead, size_t index, struct reading_job *job)
{
    pthread_mutex_unlock(&ahead->lock);
    struct batch *batch = read_file(ahead, index, job);
    pthread_mutex_lock(&ahead->lock);
    ahead->batches[index] = batch;
    pthread_cond_signal(&ahead->read);
}

static void *reader_thread(void *context)
{
    struct reading_job *job = context;
    struct read_ahead *ahead = job->ahead;
    size_t index;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stop && ahead->next < ahead->files->count)
        if (next_file(ahead, &index))
            read_next(ahead, index, job);
        else if (ahead->next < ahead->files->count)
            pthread_cond_wait(&ahead->taken, &ahead->lock);
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

struct read_ahead *read_ahead_start(const struct input_files *files, const bool *skip, struct document_table *documents,
                                    int jobs, const volatile int *cancelled)
{
    struct read_ahead *ahead = memory_zeroed(1, sizeof *ahead);
    ahead->files = files;
    ahead->skip = skip;
    ahead->documents = documents;
    ahead->cancelled = cancelled;
    ahead->job_count = jobs;
    ahead->jobs = memory_zeroed((size_t)jobs, sizeof *ahead->jobs);
    ahead->batches = memory_zeroed(files->count, sizeof *ahead->batches);
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->read, NULL);
    pthread_cond_init(&ahead->taken, NULL);
    for (int i = 0; i < jobs; i++)
        ahead->jobs[i].ahead = ahead;
    while (ahead->started < jobs - 1) {
        struct reading_job *job = &ahead->jobs[ahead->started + 1];
        if (pthread_create(&job->thread, NULL, reader_thread, job) != 0)
            break;
        ahead->started++;
    }
    return ahead;
}

struct batch *read_ahead_take(struct read_ahead *ahead, size_t index)
{
    size_t other;
    pthread_mutex_lock(&ahead->lock);
    ahead->taken_count = index;
    pthread_cond_broadcast(&ahead->taken);
    while (ahead->batches[index] == NULL && !is_cancelled(ahead))
        if (next_file(ahead, &other))
            read_next(ahead, other, &ahead->jobs[0]);
        else
            pthread_cond_wait(&ahead->read, &ahead->lock);
    struct batch *batch = is_cancelled(ahead) ? NULL : ahead->batches[index];
    if (batch != NULL)
        ahead->batches[index] = NULL;
    pthread_mutex_unlock(&ahead->lock);
    return batch;
}

void read_ahead_stop(struct read_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->stop = true;
    pthread_cond_broadcast(&ahead->taken);
    pthread_mutex_unlock(&ahead->lock);
    for (int i = 0; i < ahead->started; i++)
        pthread_join(ahead->jobs[i + 1].thread, NULL);
    for (size_t i = 0; i < ahead->files->count; i++)
        free_batch(ahead->batches[i]);
    for (size_t i = 0; i < ahead->idle_count; i++)
        free_batch(ahead->idle[i]);
    for (int i = 0; i < ahead->job_count; i++)
        free(ahead->jobs[i].window.buffer);
    pthread_cond_destroy(&ahead->read);
    pthread_cond_destroy(&ahead->taken);
    pthread_mutex_destroy(&ahead->lock);
    free(ahead->jobs);
    free(ahead->batches);
    free(ahead->idle);
    free(ahead);
}
