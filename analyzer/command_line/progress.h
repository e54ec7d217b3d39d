/*
 * progress: one line on a terminal's standard error while a command works, shown after half a second. The program has
 * one, from its start to its answer; work only reports what it is doing. A separate thread draws it ten times a second,
 * so that it also moves during work that cannot report how far it is.
 *
 * The line is cut to the width of the terminal, and erased at the end. Errors printed in the meantime (command_error)
 * erase it first; it reappears below them.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_PROGRESS_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool runs;    /* the drawing thread runs */
    bool stays;   /* the answer goes to a file: the line stays until it is written */
    double delay; /* seconds before it first appears */
    void (*at_step)(
        void *context); /* called at every step, drawn or not, so that work can be abandoned there; NULL: none */
    void *at_step_context;

    pthread_t thread;
    pthread_mutex_t lock; /* protects the members below */
    pthread_cond_t changed;
    bool ended;
    const char *work;             /* what is being done; NULL: nothing yet */
    uint64_t done, total;         /* pieces, or bytes of files; total 0: unknown */
    uint64_t files_done, files;   /* files 0: the pieces are not bytes */
    double started, work_started; /* seconds, monotonic clock */
};

/* quiet, or standard error is not a terminal: nothing is ever drawn, and all calls below are cheap. */
void progress_start(struct progress *progress, bool quiet);

/* Starts another piece of work of unknown length; `work` is a literal: "reading the database". Here and below progress
 * may be NULL: nothing is shown. */
void progress_work(struct progress *progress, const char *work);

/* Reports that done of total pieces are done. Starts the work if it is new. Matches edges_watcher. */
void progress_step(void *context, const char *work, uint64_t done, uint64_t total);

/* A load_options.progress callback; context is the struct progress. */
void progress_files(void *context, uint64_t files_done, uint64_t files, uint64_t bytes_done, uint64_t bytes);

/* The answer is about to be printed: stops drawing, unless the answer goes to a file. */
void progress_answer(struct progress *progress);

/* Stops drawing. Can be called again. */
void progress_end(struct progress *progress);

#endif
