/*
 * patch_principals: changes the principals of a trust policy's statement, in its JSON; everything else stays as
 * written.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PRINCIPALS_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PRINCIPALS_H

#include "analyzer/findings/facts/trust_walk.h"

/* Some of the principals of a statement. */
struct principals_meant {
    const struct statement *statement; /* as compiled from that JSON */
    bool (*is)(const struct statement_principal *principal, const void *context);
    const void *context;
};

/* `is` for the principals of one account; the context is its number. */
bool patch_is_of_account(const struct statement_principal *principal, const void *account);

/* Removes them from Principal (or NotPrincipal) or, in a statement about anyone, from the conditions that name them.
 * Returns how many principals remain there; 0: none, and the statement has to go; -1: none of them was there, nothing
 * changed. */
int patch_remove_principals(json_t *statement, const struct principals_meant *meant);

/* Adds ARNs or account ids to Principal.AWS, each once. A "Principal": "*" must be removed first. */
void patch_add_principals(json_t *statement, const json_t *names);

/* Moves some principals into a copy of the statement (without Sid) behind it, so that new conditions for them apply to
 * nobody else. Returns the position of the statement that names only them (the first one, if it already does);
 * UINT32_MAX: it names none of them. `is_one` gets the member ("AWS") and the principal as written. */
uint32_t patch_split(json_t *policy, uint32_t position,
                     bool (*is_one)(const void *context, const char *member, const char *principal),
                     const void *context);
/* The same for the principals in `meant`, also if conditions of a statement about anyone name them. */
uint32_t patch_split_meant(json_t *policy, uint32_t position, const struct principals_meant *meant);

/* `is_one` for a patch_split with a struct principals_meant as context. */
bool patch_is_meant(const void *meant, const char *member, const char *principal);

#endif
