/*
 * stored_agree: answers from what a load has stored are the same as from exports asked directly (--from), byte by byte:
 * in commands that read back all stored edges and in questions that read some.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_STORED_AGREE_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_STORED_AGREE_H

#include "ingest/support/text.h"

/* The database was loaded from the exports. Appends differences to the story; nothing if there are none. */
void stored_agree(const char *database, const char *exports, struct text *story);

#endif
