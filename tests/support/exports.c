#include "tests/support/exports.h"

#include "tests/support/scratch.h"
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- files */

/* Calls each for every file, in order of their names, until it returns false. */
static bool each_file(const char *folder, bool (*each)(const char *path, void *context), void *context)
{
    char *const roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    bool good = tree != NULL;
    for (FTSENT *entry; good && (entry = fts_read(tree)) != NULL;)
        if (entry->fts_info == FTS_F)
            good = each(entry->fts_path, context);
    if (tree != NULL)
        fts_close(tree);
    return good;
}

static bool read_one(const char *path, void *context)
{
    struct exports *exports = context;
    struct export_file *grown = realloc(exports->files, (exports->count + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    exports->files = grown;
    struct export_file *file = &grown[exports->count];
    size_t length = 0;
    char *bytes = scratch_read(path, &length);
    if (bytes == NULL)
        return false;
    *file = (struct export_file){
        .path = strdup(path), .bytes = bytes, .length = length, .content = json_loadb(bytes, length, 0, NULL)};
    exports->count++;
    return file->path != NULL;
}

bool exports_read(struct exports *exports, const char *folder)
{
    *exports = (struct exports){0};
    return each_file(folder, read_one, exports);
}

void exports_free(struct exports *exports)
{
    for (size_t i = 0; i < exports->count; i++) {
        json_decref(exports->files[i].content);
        json_decref(exports->files[i].changed);
        free(exports->files[i].path);
        free(exports->files[i].bytes);
    }
    free(exports->files);
    *exports = (struct exports){0};
}

struct copying {
    const char *from, *to;
};

static bool copy_one(const char *path, void *context)
{
    const struct copying *copying = context;
    char copy[1024];
    size_t length = 0;
    char *bytes = scratch_read(path, &length);
    snprintf(copy, sizeof copy, "%s%s", copying->to, path + strlen(copying->from));
    bool good = bytes != NULL && scratch_write(copy, bytes, length);
    free(bytes);
    return good;
}

bool exports_copy(const char *from, const char *to)
{
    struct copying copying = {from, to};
    return each_file(from, copy_one, &copying);
}

/* ---- policies */

static bool is_text(const json_t *object, const char *member, const char *text)
{
    const char *value = json_string_value(json_object_get(object, member));
    return value != NULL && strcmp(value, text) == 0;
}

/* Inside the object with the holder's ARN. */
static size_t paste_at(json_t *object, const char *policy, json_t *document)
{
    static const char *const inline_lists[] = {"UserPolicyList", "GroupPolicyList", "RolePolicyList"};
    json_t *one;
    size_t count = 0, i, j;
    if (strcmp(policy, "trust policy") == 0 && json_object_get(object, "AssumeRolePolicyDocument") != NULL)
        return json_object_set(object, "AssumeRolePolicyDocument", document) == 0;
    for (i = 0; i < sizeof inline_lists / sizeof inline_lists[0]; i++)
        json_array_foreach(json_object_get(object, inline_lists[i]), j, one) if (is_text(one, "PolicyName", policy))
            count += json_object_set(one, "PolicyDocument", document) == 0;
    json_array_foreach(json_object_get(object, "PolicyVersionList"), i,
                       one) if (json_is_true(json_object_get(one, "IsDefaultVersion"))) count +=
        json_object_set(one, "Document", document) == 0;
    return count;
}

static size_t paste_inside(json_t *value, const char *policy, const char *holder, json_t *document)
{
    const char *member;
    json_t *part;
    size_t count = 0, i;
    if (is_text(value, "Arn", holder))
        return paste_at(value, policy, document);
    json_object_foreach(value, member, part) count += paste_inside(part, policy, holder, document);
    json_array_foreach(value, i, part) count += paste_inside(part, policy, holder, document);
    return count;
}

size_t exports_paste(struct exports *exports, const char *policy, const char *holder, const json_t *document)
{
    size_t count = 0;
    for (size_t i = 0; i < exports->count; i++) {
        struct export_file *file = &exports->files[i];
        json_t *pasted = json_deep_copy(file->changed != NULL ? file->changed : file->content);
        size_t places = paste_inside(pasted, policy, holder, (json_t *)document);
        char *text = places > 0 ? json_dumps(pasted, JSON_INDENT(1)) : NULL;
        if (text != NULL && scratch_write(file->path, text, strlen(text))) {
            count += places;
            json_decref(file->changed);
            file->changed = json_incref(pasted);
        }
        free(text);
        json_decref(pasted);
    }
    return count;
}

bool exports_restore(struct exports *exports)
{
    bool good = true;
    for (size_t i = 0; i < exports->count; i++) {
        struct export_file *file = &exports->files[i];
        if (file->changed == NULL)
            continue;
        good = scratch_write(file->path, file->bytes, file->length) && good;
        json_decref(file->changed);
        file->changed = NULL;
    }
    return good;
}
