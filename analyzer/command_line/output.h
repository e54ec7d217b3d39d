/*
 * output: the destination of a command's answer. Everything is written to one stream; its first write error sticks and
 * is checked in output_finish, so that printing code need not check.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_OUTPUT_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_OUTPUT_H

#include "analyzer/command_line/whole_file.h"
#include <stdbool.h>
#include <stdio.h>

/* Exit statuses of the program. */
enum {
    EXIT_YES = 0,         /* done, or yes */
    EXIT_NO = 1,          /* the answer is no; findings at or above --fail-on */
    EXIT_USAGE = 2,       /* bad usage or unreadable input */
    EXIT_INTERNAL = 3,    /* out of memory, disk full */
    EXIT_SIGNALLED = 128, /* plus the number of the signal */
};

struct progress;

enum colour_wish { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct output {
    FILE *stream; /* stdout or the file of --output */
    bool colour;
    bool terminal;
    bool quiet;
    bool utf8;                 /* the user's locale can show more than ASCII */
    int width;                 /* columns of the terminal; 0: no wrapping */
    const char *format;        /* one of the command's formats */
    struct whole_file file;    /* for --output, while its stream is open */
    struct progress *progress; /* the program's; NULL: not shown */
    const char *writes[4];     /* paths of the files that the command writes: --output, a baseline, files that a format
                                  writes beside it; NULL: none */
};

/* Columns of the stream's terminal; 0: it is not a terminal. */
int terminal_width(FILE *stream);

/* Whether the output goes to a file, so that nobody reads it while it is written. */
bool output_is_file(const struct output *output);

/* Uses standard output directly. */
void output_to_terminal(struct output *output, enum colour_wish colour);

/* Uses the file of --output, as a whole_file. False with errno: it cannot be written. */
bool output_to_file(struct output *output, const char *path, enum colour_wish colour);

/* The path of an output of the command that is the same file as this input ("-": standard input), under whatever name;
 * NULL: none. */
const char *output_overwrites(const struct output *output, const char *input);

/* Flushes and closes; moves the file into place if the status is that of an answer. Returns the exit status, or
 * EXIT_INTERNAL with a message on stderr if not everything could be written. */
int output_finish(struct output *output, int status);

#endif
