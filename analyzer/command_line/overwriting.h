/*
 * overwriting: no command overwrites what it reads: its database, an export, a baseline, a list.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_OVERWRITING_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_OVERWRITING_H

#include "analyzer/command_line/command.h"

/* The file named by an OPTION_OUTPUT; NULL: none, or standard output. */
const char *overwriting_file(const struct command_line *line, const char *option);

/* Whether no file in output->writes is an input named by an option or an argument. Files in folders are checked when
 * they are found: output_overwrites. False: an error was printed. */
bool overwriting_check(const struct command_line *line, const struct command *command, const struct output *output);

/* Prints that the file is both written and read. */
void overwriting_say(const char *file, const char *what, const char *input);

#endif
