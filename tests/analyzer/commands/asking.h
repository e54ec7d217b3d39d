/*
 * asking: runs commands of the program within a test.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_ASKING_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_ASKING_H

#include <jansson.h>

/* The command's output, malloc'ed, and its exit status. The arguments begin with the command's name and end with NULL.
 * Its stderr is not captured. */
char *ask_text(int *status, const char *const *arguments);

/* The same for an answer in JSON about a database. NULL: there was none. */
json_t *ask_json(int *status, const char *database, const char *const *arguments);

#endif
