/*
 * stored_agree: what a load has stored is answered as exports are that are asked at once (--from): byte by byte, in the
 * commands that read all stored edges back and in questions that read some.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_STORED_AGREE_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_STORED_AGREE_H

#include "ingest/support/text.h"

/* The database was made of the exports. Appends to the story what differs; nothing if nothing does. */
void stored_agree(const char *database, const char *exports, struct text *story);

#endif
