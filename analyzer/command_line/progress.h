/*
 * progress: a bar on a terminal's standard error for work that lasts over half a second.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_PROGRESS_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool wanted;
    bool shown;
    double started, last;
    const char *step; /* what progress_step was told last */
    double step_started;
    /* Called at every step, shown or not: a place at which work can be given up. NULL: nothing is. */
    void (*at_step)(void *context);
    void *at_step_context;
};

/* quiet: never show. */
void progress_start(struct progress *progress, bool quiet);

/* A load_options.progress callback; context is the struct progress. */
void progress_files(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done, uint64_t bytes);

/* Any other work: `what` is a literal that names it; done of total pieces. Fits edges_compute. */
void progress_step(void *context, const char *what, uint64_t done, uint64_t total);

/* Wipes the bar. */
void progress_end(struct progress *progress);

#endif
