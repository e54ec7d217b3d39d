/*
 * formats: chooses one of a command's output formats, by --format or by the suffix of the output file.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_FORMATS_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_FORMATS_H

#include "analyzer/command_line/command.h"

/* format: the value of --format; file: of --output; NULL: not given. Without either, or for a file without a suffix,
 * the first of the command's formats. Malloc'ed. NULL: the command has no such format; an error with its formats was
 * printed. */
char *format_choose(const struct command *command, const char *format, const char *file);

#endif
