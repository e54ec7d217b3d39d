/*
 * asking: commands of the program, run within a test.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_ASKING_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_ASKING_H

#include <jansson.h>

/* What the command prints on its output, malloc'ed; its exit status. The arguments begin with its name and end with
 * NULL. What it says on stderr stays there. */
char *ask_text(int *status, const char *const *arguments);

/* The same of an answer in JSON, asked of a database. NULL: it gave none. */
json_t *ask_json(int *status, const char *database, const char *const *arguments);

#endif
