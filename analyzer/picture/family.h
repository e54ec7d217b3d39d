/*
 * family: groups similar names. A family is a name with "…" in place of its generated parts: hashes, account ids,
 * regions and numbers, recognized by their form; within a set of names, also parts that no other name has.
 * "cdk-hnb659fds-deploy-role-111122223333-eu-west-1" belongs to "cdk-…-deploy-role-…".
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FAMILY_H
#define ROLECHAIN_ANALYZER_PICTURE_FAMILY_H

#include "ingest/support/intern.h"

/* The name without parts that look generated. Lives in the arena. */
const char *family_without_generated(struct arena *arena, const char *name);

/* A set of names. Zero-initialise; count each name, then ask. */
struct families {
    struct intern names, words;
    uint32_t *uses; /* per word: number of distinct names that contain it */
    size_t room;
};

enum family_level {
    FAMILY_LOOKS,  /* as family_without_generated */
    FAMILY_SHARED, /* also without parts that no other name has */
    FAMILY_ENDS,   /* only the first or the last word, whichever more names share */
    FAMILY_LEVELS
};

void families_count(struct families *families, const char *name);
const char *families_of(const struct families *families, struct arena *arena, const char *name,
                        enum family_level level);
void families_free(struct families *families);

#endif
