#include "analyzer/command_line/progress.h"

#include "analyzer/command_line/interrupt.h"
#include "analyzer/command_line/output.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DELAY 0.5
#define PERIOD 0.1
#define BAR 30
#define LINE 200

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waits until something changes, or until that time. */
static void wait_until(struct progress *progress, double time)
{
    time_t seconds = (time_t)time;
    struct timespec until = {seconds, (long)((time - (double)seconds) * 1e9)};
    pthread_cond_timedwait(&progress->changed, &progress->lock, &until);
}

/* ---- drawing */

static void spell(const struct progress *progress, double elapsed, char line[LINE])
{
    const char *work = progress->work != NULL ? progress->work : "working";
    double share = progress->total > 0 ? (double)progress->done / (double)progress->total : 0;
    char bar[BAR + 1], left[32] = "";
    if (progress->total == 0) {
        if (elapsed >= 1)
            snprintf(left, sizeof left, " %.0f s", elapsed);
        snprintf(line, LINE, "%s ...%s", work, left);
        return;
    }
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)(share * BAR) ? '#' : '.';
    bar[BAR] = '\0';
    if (share > 0)
        snprintf(left, sizeof left, ", %.0f s left", elapsed / share - elapsed);
    if (progress->files > 0)
        snprintf(line, LINE, "%s [%s] %llu/%llu files, %llu/%llu MB%s", work, bar,
                 (unsigned long long)progress->files_done, (unsigned long long)progress->files,
                 (unsigned long long)(progress->done >> 20), (unsigned long long)(progress->total >> 20), left);
    else
        snprintf(line, LINE, "%s [%s] %llu/%llu%s", work, bar, (unsigned long long)progress->done,
                 (unsigned long long)progress->total, left);
}

static void draw(const struct progress *progress, double time)
{
    char line[LINE];
    int width = terminal_width(stderr);
    spell(progress, time - progress->work_started, line);
    interrupt_bar(true);
    fprintf(stderr, "\r%.*s\033[K", width > 1 ? width - 1 : LINE, line);
}

static void *show(void *context)
{
    struct progress *progress = context;
    pthread_mutex_lock(&progress->lock);
    double next = progress->started + progress->delay;
    while (!progress->ended) {
        double time = now();
        if (time >= next) {
            draw(progress, time);
            next = time + PERIOD;
        }
        wait_until(progress, next);
    }
    pthread_mutex_unlock(&progress->lock);
    interrupt_wipe_bar();
    return NULL;
}

/* ---- what others call */

/* Signals go to the working thread only. */
static bool start_thread(struct progress *progress)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(&progress->thread, NULL, show, progress) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

void progress_start(struct progress *progress, bool quiet)
{
    *progress = (struct progress){.delay = DELAY};
    progress->started = progress->work_started = now();
    if (quiet || isatty(STDERR_FILENO) != 1)
        return;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&progress->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&progress->lock, NULL);
    progress->runs = start_thread(progress);
}

static void set(struct progress *progress, const char *work, const uint64_t pieces[2], const uint64_t files[2])
{
    if (progress != NULL && progress->at_step != NULL)
        progress->at_step(progress->at_step_context);
    if (progress == NULL || !progress->runs)
        return;
    pthread_mutex_lock(&progress->lock);
    if (progress->work != work)
        progress->work_started = now();
    progress->work = work;
    progress->done = pieces[0];
    progress->total = pieces[1];
    progress->files_done = files[0];
    progress->files = files[1];
    pthread_mutex_unlock(&progress->lock);
}

static const uint64_t none[2] = {0, 0};

void progress_work(struct progress *progress, const char *work)
{
    set(progress, work, none, none);
}

void progress_step(void *context, const char *work, uint64_t done, uint64_t total)
{
    set(context, work, (const uint64_t[]){done, total}, none);
}

void progress_files(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done, uint64_t bytes)
{
    set(context, "loading", (const uint64_t[]){bytes_done, bytes}, (const uint64_t[]){files_done, files});
}

void progress_answer(struct progress *progress)
{
    if (progress != NULL && progress->stays)
        progress_work(progress, "writing");
    else
        progress_end(progress);
}

void progress_end(struct progress *progress)
{
    if (progress == NULL || !progress->runs)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->ended = true;
    pthread_cond_signal(&progress->changed);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    pthread_cond_destroy(&progress->changed);
    pthread_mutex_destroy(&progress->lock);
    progress->runs = false;
}
