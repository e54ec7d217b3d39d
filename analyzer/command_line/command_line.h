/*
 * command_line: from argv to a command with its options, every value of which is one that its row allows (command.h).
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_LINE_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_LINE_H

#include "analyzer/command_line/command.h"

/* Parses what follows the program's name. commands ends in NULL. On a usage error, a request for help or the version,
 * everything is printed already, *command is NULL and *status is the exit status. The line is freed with
 * command_line_free. */
struct command_line *command_line_parse(int argc, char **argv, const struct command *const *commands,
                                        const struct command **command, int *status);
void command_line_free(struct command_line *line);

/* Fills in the output from the global options. False: an error was printed. The line outlives the output. */
bool command_line_output(const struct command_line *line, struct output *output);

#endif
