/*
 * help: texts about commands and options, from the tables that are also used for parsing.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_HELP_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_HELP_H

#include "analyzer/command_line/command.h"

/* Options that every command takes (of_reader: only some); ends in a row without name. */
extern const struct command_option global_options[];

/* The command's own option of that name; NULL: it has none. */
const struct command_option *option_of_command(const struct command *command, const char *name);

/* Whether the command takes this global option. */
bool option_is_offered(const struct command *command, const struct command_option *option);

/* Everything about one command, on stdout. */
void help_print(const struct command *command);

/* All commands; commands ends in NULL. */
void help_print_overview(FILE *stream, const struct command *const *commands);

#endif
