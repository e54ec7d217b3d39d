/*
 * exports: a folder of exports in which policies are replaced, as if their owner had changed them and exported again.
 * Policies are looked for where get-account-authorization-details and list-roles have them; exports of the same policy
 * in other forms are left unchanged, and lose to these.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_EXPORTS_H
#define ROLECHAIN_TESTS_SUPPORT_EXPORTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct export_file {
    char *path, *bytes;
    size_t length;
    json_t *content; /* NULL: not JSON */
    json_t *changed; /* NULL: as it was */
};

struct exports {
    struct export_file *files;
    size_t count;
};

/* Reads the files of the folder, which will be changed. False: they cannot be read. */
bool exports_read(struct exports *exports, const char *folder);

/* Replaces the policy: "trust policy" of the role `holder`, an inline policy of the user, group or role, or the managed
 * policy whose ARN holder is. Returns the number of places. */
size_t exports_paste(struct exports *exports, const char *policy, const char *holder, const json_t *document);

/* Restores everything as it was read. */
bool exports_restore(struct exports *exports);
void exports_free(struct exports *exports);

/* Copies the files of a folder into another one. */
bool exports_copy(const char *from, const char *to);

#endif
