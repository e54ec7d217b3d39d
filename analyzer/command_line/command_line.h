/*
 * command_line: from argv to a command with its options; help and errors from the same tables.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_LINE_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_LINE_H

#include "analyzer/command_line/command.h"

/* Options that every command takes; ends in a row without name. */
extern const struct command_option global_options[];

/* Parses what follows the program's name. commands ends in NULL. On a usage error, a request for help or the version,
 * everything is printed already, *command is NULL and *status is the exit status. The line is freed with
 * command_line_free. Returns NULL when memory is exhausted. */
struct command_line *command_line_parse(int argc, char **argv, const struct command *const *commands,
                                        const struct command **command, int *status);
void command_line_free(struct command_line *line);

/* Fills in the output from the global options; the file of --output is opened as a temporary beside its target, what
 * is no file (a device, a pipe, a link) itself. False: an error was printed. */
bool command_line_output(const struct command_line *line, const struct command *command, struct output *output);

/* Flushes and closes; moves the temporary into place if the status allows. Returns the exit status, EXIT_INTERNAL if
 * writing failed. */
int command_line_finish(const struct command_line *line, struct output *output, int status);

#endif
