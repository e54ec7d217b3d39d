#include "ingest/unchanged.h"

#include "ingest/store/query.h"
#include "ingest/support/memory.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool lies_in(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/')
        length--;
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static bool lies_in_any(const char *path, const char *const *folders, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lies_in(path, folders[i]))
            return true;
    return false;
}

static void find_gone(struct unchanged *unchanged, struct sources *sources, const char *const *roots, size_t root_count,
                      struct intern *touched)
{
    struct intern collected = {0};
    struct stat info;
    bool left = false;
    sources_collected_files(sources, &collected);
    for (uint32_t i = 0; i < collected.count; i++) {
        const char *path = intern_text(&collected, i);
        if (!lies_in_any(path, roots, root_count))
            continue;
        bool there = lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
        left = left || there;
        if (!there)
            intern_add(&unchanged->gone, path, strlen(path));
    }
    if (!left)
        intern_free(&unchanged->gone);
    for (uint32_t i = 0; i < unchanged->gone.count; i++)
        sources_accounts_of_file(sources, intern_text(&unchanged->gone, i), touched);
    intern_free(&collected);
}

/* Files whose bytes are already known, and the accounts that the other files touch. */
static void find_known(struct unchanged *unchanged, struct sources *sources, const struct input_files *files,
                       const struct input_digest *digests, const char *account, struct intern *touched)
{
    for (size_t i = 0; i < files->count; i++) {
        if (!digests[i].known)
            continue;
        unchanged->sources[i] = sources_find(sources, files->items[i].name, digests[i].digest);
        /* The given account may differ from the earlier one. */
        bool given = files->items[i].account != NULL && files->items[i].account == account;
        unchanged->skip[i] = unchanged->sources[i] != 0 && !given;
        if (unchanged->skip[i])
            continue;
        /* The accounts that the changed file was about before; its path may name another one. */
        sources_accounts_of_file(sources, files->items[i].name, touched);
        if (files->items[i].account != NULL)
            intern_add(touched, files->items[i].account, strlen(files->items[i].account));
    }
}

static bool is_touched(struct sources *sources, int64_t source, const struct intern *touched)
{
    struct intern accounts = {0};
    bool found = false;
    sources_accounts(sources, source, &accounts);
    for (uint32_t i = 0; i < accounts.count && !found; i++)
        found = intern_find(touched, intern_text(&accounts, i), intern_length(&accounts, i)) != INTERN_NONE;
    intern_free(&accounts);
    return found;
}

void unchanged_find(struct unchanged *unchanged, struct store *store, struct sources *sources,
                    const struct input_files *files, const char *const *roots, size_t root_count, const char *account,
                    int jobs)
{
    struct intern touched = {0};
    unchanged->skip = memory_zeroed(files->count, sizeof *unchanged->skip);
    unchanged->sources = memory_zeroed(files->count, sizeof *unchanged->sources);
    if (store_number(store, "SELECT 1 FROM source LIMIT 1") == 0)
        return;
    /* Done before the transaction, since other loads must wait for its end. */
    struct input_digest *digests = input_digests(files, jobs);
    store_begin_reading(store, false);
    find_gone(unchanged, sources, roots, root_count, &touched);
    find_known(unchanged, sources, files, digests, account, &touched);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < files->count; i++)
            if (unchanged->skip[i] && is_touched(sources, unchanged->sources[i], &touched)) {
                unchanged->skip[i] = false;
                changed = true;
                sources_accounts(sources, unchanged->sources[i], &touched);
            }
    }
    store_rollback(store);
    free(digests);
    intern_free(&touched);
}

void unchanged_free(struct unchanged *unchanged)
{
    free(unchanged->skip);
    free(unchanged->sources);
    intern_free(&unchanged->gone);
}
