/*
 * command: what a command of the program is. Each file in commands/ ends in ONE `const struct command`; main.c lists
 * them in one table and knows none by name.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses of the program. */
enum {
    EXIT_YES = 0,      /* done, or yes */
    EXIT_NO = 1,       /* the answer is no; findings at or above --fail-on */
    EXIT_USAGE = 2,    /* bad usage or unreadable input */
    EXIT_INTERNAL = 3, /* out of memory, disk full */
    EXIT_INTERRUPTED = 130,
};

/* One option of a command. Help, errors and parsing come from these rows. */
struct command_option {
    const char *name;  /* long name without dashes */
    char letter;       /* short name, or 0 */
    const char *value; /* name of the argument for help, or NULL if it takes none */
    const char *help;
    bool repeatable;
};

/* What was given. Values of an option in the order given. */
struct command_line;

bool command_line_has(const struct command_line *line, const char *option);
const char *command_line_value(const struct command_line *line,
                               const char *option); /* the last one; NULL if not given */
size_t command_line_values(const struct command_line *line, const char *option, const char *const **values);
/* --top N: how many rows are shown, 0 all; *top stays as it is if not given. False: an error was printed. */
bool command_line_top(const struct command_line *line, uint32_t *top);
size_t command_line_arguments(const struct command_line *line, const char *const **arguments);

/* How and where to print; made from the global options. */
struct output {
    FILE *stream; /* stdout or the file of --output */
    bool colour;
    bool terminal;
    bool quiet;
    int width;          /* columns of the terminal; 0: do not wrap */
    const char *format; /* "text" unless --format */
};

struct command {
    const char *name;
    const char *arguments;                       /* for usage: "PRINCIPAL ROLE" */
    size_t minimum_arguments, maximum_arguments; /* SIZE_MAX: any number */
    const char *summary;                         /* one line */
    const char *help;                            /* paragraphs with an example */
    const struct command_option *options;        /* ends in a row without name; beside the global ones */
    const char *formats;                         /* "text,json": those that --format takes; the first is the default */
    bool reads_database;                         /* takes -d and --from */
    int (*run)(const struct command_line *line, struct output *output); /* returns an exit status */
};

/* Says on stderr "rolechain COMMAND: …", with control characters made visible. */
void command_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
