/*
 * patch_principals: changes whom a statement of a trust policy names, in its JSON; everything else stays as written.
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

/* `is` for those of the account whose number the context is. */
bool patch_is_of_account(const struct statement_principal *principal, const void *account);

/* Takes them out of Principal (or NotPrincipal); of a statement about anyone, out of the conditions that name them.
 * Returns how many are left there; 0: nobody, and the statement is to go; -1: none of them was there, nothing changed.
 */
int patch_remove_principals(json_t *statement, const struct principals_meant *meant);

/* Adds ARNs or account ids to Principal.AWS, each once. "Principal": "*" must have been taken away. */
void patch_add_principals(json_t *statement, const json_t *names);

/* Puts some principals of a statement into a statement of their own behind it, which is the same but for its Sid, so
 * that what is demanded of them binds nobody else. Returns the position of the statement that names them alone (the
 * first one, if it does already); UINT32_MAX: it names none of them. `is_one` gets the member ("AWS") and the principal
 * as written. */
uint32_t patch_split(json_t *policy, uint32_t position,
                     bool (*is_one)(const void *context, const char *member, const char *principal),
                     const void *context);
/* The same for those who are meant, also where conditions of a statement about anyone name them. */
uint32_t patch_split_meant(json_t *policy, uint32_t position, const struct principals_meant *meant);

/* `is_one` for a patch_split of those who are meant (struct principals_meant). */
bool patch_is_meant(const void *meant, const char *member, const char *principal);

#endif
