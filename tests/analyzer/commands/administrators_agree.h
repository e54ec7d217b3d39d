/*
 * administrators_agree: whether all commands that say who is an administrator agree, for one database.
 *
 *   exposure        a role is one if administrators lists it, by its policies or by control, without conditions; it
 *                   leads to one if a chain from it is listed
 *   findings        a principal that makes itself one is listed as such
 *   who-can         principals that are listed as acting through a role can reach it over control
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_ADMINISTRATORS_AGREE_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_ADMINISTRATORS_AGREE_H

#include "ingest/support/text.h"

/* Appends disagreements to the story; nothing if all agree. Returns how many administrators are listed. */
size_t administrators_agree(const char *database, struct text *story);

#endif
