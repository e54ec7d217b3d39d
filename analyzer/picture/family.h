/*
 * family: groups names of one kind. A family is a name with "…" in place of its generated parts: hashes,
 * account ids, regions and numbers, told by how they look; and in a set of names, parts that no other name has.
 * "cdk-hnb659fds-deploy-role-111122223333-eu-west-1" is of "cdk-…-deploy-role-…".
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FAMILY_H
#define ROLECHAIN_ANALYZER_PICTURE_FAMILY_H

#include "ingest/support/intern.h"

/* Without what looks generated. Lives in the arena. */
const char *family_without_generated(struct arena *arena, const char *name);

/* The names that are to be told apart. Zero-initialise; count each name, then ask. */
struct families {
    struct intern names, words;
    uint32_t *uses; /* by word: how many different names hold it */
    size_t room;
};

enum family_level {
    FAMILY_LOOKS,  /* as family_without_generated */
    FAMILY_SHARED, /* and without what only this name has */
    FAMILY_ENDS,   /* the first or the last of its words alone, whichever more names have */
    FAMILY_LEVELS
};

void families_count(struct families *families, const char *name);
const char *families_of(const struct families *families, struct arena *arena, const char *name,
                        enum family_level level);
void families_free(struct families *families);

#endif
