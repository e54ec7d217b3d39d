#include "analyzer/progress.h"

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

void progress_files(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done, uint64_t bytes)
{
    struct progress *progress = context;
    double time = progress->wanted ? now() : 0;
    if (!progress->wanted || time - progress->started < 0.5 || time - progress->last < 0.1 || bytes == 0)
        return;
    progress->last = time;
    progress->shown = true;
    double share = (double)bytes_done / (double)bytes, elapsed = time - progress->started;
    double left = share > 0 ? elapsed / share - elapsed : 0;
    char bar[31];
    for (int i = 0; i < 30; i++)
        bar[i] = i < (int)(share * 30) ? '#' : '.';
    bar[30] = '\0';
    fprintf(stderr, "\rloading [%s] %llu/%llu files, %llu/%llu MB, %.0f s left \033[K", bar,
            (unsigned long long)files_done, (unsigned long long)files, (unsigned long long)(bytes_done >> 20),
            (unsigned long long)(bytes >> 20), left);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
