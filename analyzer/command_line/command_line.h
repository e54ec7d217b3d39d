/*
 * command_line: parses argv into a command with its options; each value is one that its row allows (command.h).
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_LINE_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_COMMAND_LINE_H

#include "analyzer/command_line/command.h"

/* Parses the arguments after the program's name. commands ends in NULL. After a usage error, or a request for help or
 * the version, everything is already printed, *command is NULL and *status is the exit status. Free the line with
 * command_line_free. */
struct command_line *command_line_parse(int argc, char **argv, const struct command *const *commands,
                                        const struct command **command, int *status);
void command_line_free(struct command_line *line);

/* Fills in the output from the global options. False: an error was printed. The line must outlive the output. */
bool command_line_output(const struct command_line *line, struct output *output);

#endif
