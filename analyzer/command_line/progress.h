/*
 * progress: one line on a terminal's standard error while a command works, from half a second on. The program has one,
 * from its start to its answer; work only reports what it is doing. Its own thread draws, ten times a second, so that
 * the line also moves during work that cannot say how far it has come.
 *
 * What is drawn is cut to the width of the terminal, and wiped in the end. Errors that are printed meanwhile
 * (command_error) wipe it first; it comes back below them.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_PROGRESS_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool runs;    /* there is a thread that draws */
    bool stays;   /* the answer goes to a file: the line stays until it is written */
    double delay; /* seconds before it is first seen */
    void (*at_step)(
        void *context); /* called at every step, drawn or not, so that work can be abandoned there; NULL: nothing */
    void *at_step_context;

    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool ended;
    const char *work;             /* what it is doing; NULL: nothing yet */
    uint64_t done, total;         /* pieces, bytes of files; total 0: nobody knows */
    uint64_t files_done, files;   /* files 0: the pieces are no bytes */
    double started, work_started; /* seconds of the monotonic clock */
};

/* quiet, or standard error is no terminal: nothing is ever drawn, and all calls below are cheap. */
void progress_start(struct progress *progress, bool quiet);

/* Another piece of work begins, of unknown length; `work` is a literal: "reading the database". Here and below progress
 * may be NULL: nothing is shown. */
void progress_work(struct progress *progress, const char *work);

/* How far the work is: done of total pieces. Begins it if it is new. Fits edges_watcher. */
void progress_step(void *context, const char *work, uint64_t done, uint64_t total);

/* A load_options.progress callback; context is the struct progress. */
void progress_files(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done, uint64_t bytes);

/* The answer is about to be printed: nothing is drawn any more, unless it goes to a file. */
void progress_answer(struct progress *progress);

/* Nothing is drawn any more. Can be called again. */
void progress_end(struct progress *progress);

#endif
