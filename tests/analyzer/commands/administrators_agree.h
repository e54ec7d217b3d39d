/*
 * administrators_agree: who is administrator according to commands that say it, asked of one database.
 *
 *   exposure        a role is one where administrators lists it, by its policies or by control, without conditions; it
 *                   leads to one where a chain of it is listed
 *   findings        who makes itself one is listed so
 *   who-can         over control comes who is listed as acting through a role
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_ADMINISTRATORS_AGREE_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_ADMINISTRATORS_AGREE_H

#include "ingest/support/text.h"

/* Appends to the story what disagrees; nothing if all agree. Returns how many are listed. */
size_t administrators_agree(const char *database, struct text *story);

#endif
