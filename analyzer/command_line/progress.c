#include "analyzer/command_line/progress.h"

#include "analyzer/command_line/interrupt.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void progress_start(struct progress *progress, bool quiet)
{
    *progress = (struct progress){.wanted = !quiet && isatty(STDERR_FILENO) == 1};
    progress->started = progress->last = now();
}

/* Whether it is time to show something again. */
static bool is_due(struct progress *progress, double time)
{
    if (time - progress->started < 0.5 || (progress->shown && time - progress->last < 0.1))
        return false;
    progress->last = time;
    progress->shown = true;
    interrupt_bar(true);
    return true;
}

#define BAR 30

static void make_bar(char bar[BAR + 1], double share)
{
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)(share * BAR) ? '#' : '.';
    bar[BAR] = '\0';
}

static double time_left(double elapsed, double share)
{
    return share > 0 ? elapsed / share - elapsed : 0;
}

void progress_files(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done, uint64_t bytes)
{
    struct progress *progress = context;
    double time = progress->wanted ? now() : 0;
    char bar[BAR + 1];
    if (progress->at_step != NULL)
        progress->at_step(progress->at_step_context);
    if (!progress->wanted || bytes == 0 || !is_due(progress, time))
        return;
    double share = (double)bytes_done / (double)bytes;
    make_bar(bar, share);
    fprintf(stderr, "\rloading [%s] %llu/%llu files, %llu/%llu MB, %.0f s left \033[K", bar,
            (unsigned long long)files_done, (unsigned long long)files, (unsigned long long)(bytes_done >> 20),
            (unsigned long long)(bytes >> 20), time_left(time - progress->started, share));
    fflush(stderr);
}

void progress_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    double time = progress->wanted ? now() : 0;
    char bar[BAR + 1];
    if (progress->at_step != NULL)
        progress->at_step(progress->at_step_context);
    if (!progress->wanted)
        return;
    if (progress->step != what) {
        progress->step = what;
        progress->step_started = time;
    }
    if (!is_due(progress, time))
        return;
    double share = total > 0 ? (double)done / (double)total : 0;
    make_bar(bar, share);
    fprintf(stderr, "\r%s [%s] %llu/%llu, %.0f s left \033[K", what, bar, (unsigned long long)done,
            (unsigned long long)total, time_left(time - progress->step_started, share));
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
    interrupt_bar(false);
}
