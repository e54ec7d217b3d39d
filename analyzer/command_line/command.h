/*
 * command: the definition of a command of the program. Each file in commands/ ends in ONE `const struct command`;
 * main.c lists them in one table and knows none by name.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_H

#include "analyzer/command_line/output.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One option of a command. Help, errors and parsing use these rows: a value that the row does not allow is a usage
 * error, so commands need not check it again. */
struct command_option {
    const char *name;         /* long name without dashes */
    const char *value;        /* name of the argument for help, or NULL if it takes none */
    const char *help;         /* OPTION_INPUT: the default file, which is read if it exists */
    const char *usual;        /* OPTION_WORD: the allowed words, ending in NULL */
    const char *const *words; /* OPTION_WORD: the allowed words, then NULL */
    enum option_kind {
        OPTION_TEXT,
        OPTION_NUMBER,
        OPTION_WORD,
        OPTION_INPUT,     /* a file or folder to read */
        OPTION_OUTPUT     /* a file to write; it must not be one that is read */
    } kind;               /* type of the value */
    uint32_t least, most; /* OPTION_NUMBER */
    char letter;          /* short name, or 0 */
    bool repeatable;
    bool says_arguments; /* if given, the command needs no arguments */
    bool of_reader;      /* a global option that only commands reading a database have */
};

/* The parsed command line. */
struct command_line;

bool command_line_has(const struct command_line *line, const char *option);

/* The last value; NULL if the option was not given. */
const char *command_line_value(const struct command_line *line, const char *option);

/* The number of values, and the values in order. */
size_t command_line_values(const struct command_line *line, const char *option, const char *const **values);

/* Whether the option was given and is the command's own, replacing the global one of that name. */
bool command_line_is_own(const struct command_line *line, const char *option);

/* The last value of an OPTION_NUMBER. False: not given, *number is unchanged. */
bool command_line_number(const struct command_line *line, const char *option, uint32_t *number);

/* The last value of an OPTION_WORD, as its index in the option's words. False: not given, *place is unchanged. */
bool command_line_word(const struct command_line *line, const char *option, uint32_t *place);

/* All values of an OPTION_WORD: bit n is set if the word with index n was given. */
unsigned command_line_words(const struct command_line *line, const char *option);

/* The path of the database: -d, else $ROLECHAIN_DB, else rolechain.db. */
const char *command_line_database(const struct command_line *line);

size_t command_line_arguments(const struct command_line *line, const char *const **arguments);

struct command {
    const char *name;
    const char *arguments;                       /* for usage: "PRINCIPAL ROLE" */
    size_t minimum_arguments, maximum_arguments; /* SIZE_MAX: any number */
    const char *summary;                         /* one line */
    const char *help;                            /* paragraphs with an example */
    const struct command_option *options; /* ends in a row without name; in addition to the global ones, or instead */
    const char *formats;                  /* "text,json": the values of --format; the first is the default */
    bool arguments_are_inputs;            /* arguments are files or folders to read */
    bool arguments_are_databases;         /* … or databases: there is no -d */
    bool reads_database;                  /* reads a database or, with --from, exports; false: it writes the database */
    int (*run)(const struct command_line *line, struct output *output); /* returns an exit status */
};

/* The reason, in words, why a file cannot be read or written, from errno: "not found". */
const char *command_reason(int number);

/* If a word that was given as something else (`what`: "role"; NULL: nothing was expected) is a file or a folder, prints
 * how to give exports, and returns true. */
bool command_names_path(const char *word, const char *what);

/* Prints "rolechain: …" on stderr, with control characters made visible. */
void command_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An item of a list below such an error: "  …". */
void command_error_item(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
