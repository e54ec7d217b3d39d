/*
 * explain_error: explain --error and --event: compares an error of AWS, or a call that CloudTrail recorded, with what
 * the exports say about it.
 */
#ifndef ROLECHAIN_ANALYZER_COMMANDS_EXPLAIN_ERROR_H
#define ROLECHAIN_ANALYZER_COMMANDS_EXPLAIN_ERROR_H

#include "analyzer/command_line/command.h"

/* Arguments of the command line give what the error does not say: [[PRINCIPAL] ROLE]. Returns an exit status: EXIT_NO
 * if the exports deny a call, EXIT_USAGE if the text contains no AWS error. */
int explain_error(const struct command_line *line, struct output *output);

#endif
