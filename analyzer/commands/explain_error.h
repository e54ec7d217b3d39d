/*
 * explain_error: explain --error and --event: an error of AWS, or a call that CloudTrail recorded, beside what the
 * exports say of it.
 */
#ifndef ROLECHAIN_ANALYZER_COMMANDS_EXPLAIN_ERROR_H
#define ROLECHAIN_ANALYZER_COMMANDS_EXPLAIN_ERROR_H

#include "analyzer/command_line/command.h"

/* Arguments of the command line say what the error does not: [[PRINCIPAL] ROLE]. Returns an exit status: EXIT_NO where
 * the exports deny a call, EXIT_USAGE where no error of AWS was found in the text. */
int explain_error(const struct command_line *line, struct output *output);

#endif
