/*
 * failing_loads: loads during which one disk access after the other fails (failing_disk.h), once and from then on. The
 * database keeps what it contained, whatever was about to be written; the load reports the failure; the next one works.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_FAILING_LOADS_H
#define ROLECHAIN_TESTS_SUPPORT_FAILING_LOADS_H

#include "ingest/load.h"

/* Derives the answers in a load (load_options.before_commit), or NULL. */
typedef bool failing_loads_derive(struct store *store, const struct changes *changes, void *context, char **error);

/* A scratch folder with a database, for one test after the other. */
int failing_loads_set_up(void **state);
int failing_loads_tear_down(void **state);
const char *failing_loads_database(void);

/* Writes the exports in their first (0) or second (1) state; loads them and returns whether that succeeded. */
void failing_loads_write_exports(int which);
bool failing_loads_load(failing_loads_derive *derive);

/* Restores the database; NULL: there was none. */
void failing_loads_put_back(const char *bytes, size_t length);

/* Loads the first state into an empty database; the second into one with the first. */
void failing_loads_first(failing_loads_derive *derive);
void failing_loads_later(failing_loads_derive *derive);

#endif
