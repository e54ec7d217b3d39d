#include "ingest/input/input_files.h"

#include "ingest/input/input_stream.h"
#include "ingest/policy/arn.h"
#include "ingest/support/digest.h"
#include "ingest/support/text.h"
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *account_in(struct input_files *files, const char *path)
{
    const char *found = NULL;
    for (const char *at = path; *at != '\0'; at++) {
        bool start = at == path || at[-1] == '/' || at[-1] == '.' || at[-1] == '-' || at[-1] == '_';
        size_t digits = strspn(at, "0123456789");
        if (start && digits == 12 && arn_is_account_id(at, 12))
            found = at;
        at += digits > 0 ? digits - 1 : 0;
    }
    return found != NULL ? arena_copy_text(&files->arena, found, 12) : NULL;
}

/* A file name may be any bytes; what is shown and stored must be text. */
static const char *printable_name(struct input_files *files, const char *path)
{
    struct text text = {0};
    text_append_printable(&text, path);
    const char *name = text.data != NULL && strcmp(text.data, path) != 0
                           ? arena_copy_text(&files->arena, text.data, text.length)
                           : path;
    text_free(&text);
    return name != NULL ? name : "?";
}

static bool add_file(struct input_files *files, const char *path, bool named, uint64_t size)
{
    if (files->count == files->capacity) {
        size_t capacity = files->capacity == 0 ? 64 : files->capacity * 2;
        const char **paths = realloc(files->paths, capacity * sizeof *paths);
        if (paths != NULL)
            files->paths = paths;
        const char **names = realloc(files->names, capacity * sizeof *names);
        if (names != NULL)
            files->names = names;
        const char **accounts = realloc(files->accounts, capacity * sizeof *accounts);
        if (accounts != NULL)
            files->accounts = accounts;
        const char **obstacles = realloc(files->obstacles, capacity * sizeof *obstacles);
        if (obstacles != NULL)
            files->obstacles = obstacles;
        bool *flags = realloc(files->named, capacity * sizeof *flags);
        if (flags != NULL)
            files->named = flags;
        uint64_t *sizes = realloc(files->sizes, capacity * sizeof *sizes);
        if (sizes != NULL)
            files->sizes = sizes;
        if (paths == NULL || names == NULL || accounts == NULL || obstacles == NULL || flags == NULL || sizes == NULL)
            return false;
        files->capacity = capacity;
    }
    const char *copy = arena_copy_text(&files->arena, path, strlen(path));
    if (copy == NULL)
        return false;
    files->paths[files->count] = copy;
    files->names[files->count] = printable_name(files, copy);
    files->accounts[files->count] = account_in(files, copy);
    files->obstacles[files->count] = NULL;
    files->named[files->count] = named;
    files->sizes[files->count++] = size;
    files->total_size += size;
    return true;
}

static bool add_obstacle(struct input_files *files, const char *path, const char *obstacle)
{
    if (!add_file(files, path, false, 0))
        return false;
    files->obstacles[files->count - 1] = obstacle;
    files->accounts[files->count - 1] = NULL;
    return true;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Notes a folder. True if it was noted before, or (with *good false) when memory is exhausted. */
static bool was_listed(struct input_files *files, const char *path, bool *good)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return false;
    const uint64_t key[2] = {(uint64_t)info.st_dev, (uint64_t)info.st_ino};
    uint32_t before = files->folders.count;
    *good = intern_add(&files->folders, (const char *)key, sizeof key) != INTERN_NONE;
    return files->folders.count == before;
}

static bool add_folder(struct input_files *files, const char *path, unsigned depth);

/* Something in a folder. */
static bool add_entry(struct input_files *files, const char *path, unsigned depth)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return add_file(files, path, false, 0);
    bool link = S_ISLNK(info.st_mode);
    if (link && stat(path, &info) != 0)
        return add_obstacle(files, path, "a symbolic link that leads to nothing that can be read");
    if (S_ISREG(info.st_mode))
        return add_file(files, path, false, (uint64_t)info.st_size);
    if (!S_ISDIR(info.st_mode))
        return add_obstacle(files, path, "neither a file nor a folder");
    if (link)
        return add_obstacle(files, path, "a symbolic link to a folder is not followed; name it to load what is there");
    return add_folder(files, path, depth);
}

static bool add_folder(struct input_files *files, const char *path, unsigned depth)
{
    struct dirent **entries = NULL;
    bool good = true;
    if (was_listed(files, path, &good))
        return good;
    int count = depth < 64 ? scandir(path, &entries, visible, by_bytes) : -1;
    if (count < 0)
        return add_file(files, path, true, 0);
    for (int i = 0; i < count; i++) {
        struct text child = {0};
        size_t length = strlen(path);
        text_format(&child, "%s%s%s", path, length > 0 && path[length - 1] == '/' ? "" : "/", entries[i]->d_name);
        good = good && !child.failed && add_entry(files, child.data, depth + 1);
        text_free(&child);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool input_files_find(struct input_files *files, const char *const *paths, size_t count)
{
    *files = (struct input_files){0};
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        bool there = strcmp(paths[i], "-") != 0 && stat(paths[i], &info) == 0;
        bool good = there && S_ISDIR(info.st_mode)
                        ? add_folder(files, paths[i], 0)
                        : add_file(files, paths[i], true, there ? (uint64_t)info.st_size : 0);
        if (!good)
            return false;
    }
    return true;
}

void input_files_free(struct input_files *files)
{
    arena_free(&files->arena);
    intern_free(&files->folders);
    free(files->paths);
    free(files->names);
    free(files->accounts);
    free(files->obstacles);
    free(files->named);
    free(files->sizes);
    *files = (struct input_files){0};
}

/* ---- digests */

/* Files are small or large: each is read through a buffer of this size. */
#define DIGEST_BUFFER ((size_t)256 * 1024)

/* Keeps obstacles apart from files that hold their words. */
#define OBSTACLE_SEED 1

struct digesting {
    const struct input_files *files;
    struct input_digest *digests;
    atomic_size_t next;
    atomic_bool failed;
};

void input_obstacle_digest(const char *obstacle, uint64_t digest[2])
{
    struct digest_key key;
    digest_key_fix(&key);
    digest_bytes(&key, OBSTACLE_SEED, obstacle, strlen(obstacle), digest);
}

static void *digest_files(void *context)
{
    struct digesting *work = context;
    char *buffer = malloc(DIGEST_BUFFER);
    size_t index;
    if (buffer == NULL)
        atomic_store(&work->failed, true);
    while (buffer != NULL && (index = atomic_fetch_add(&work->next, 1)) < work->files->count) {
        const char *path = work->files->paths[index], *obstacle = work->files->obstacles[index], *error = NULL;
        struct input_stream stream;
        if (obstacle != NULL) {
            input_obstacle_digest(obstacle, work->digests[index].digest);
            work->digests[index].known = true;
            continue;
        }
        if (strcmp(path, "-") == 0 || !input_stream_open(&stream, path, &error))
            continue;
        input_stream_close(&stream, buffer, DIGEST_BUFFER, work->digests[index].digest);
        work->digests[index].known = stream.error == NULL;
    }
    free(buffer);
    return NULL;
}

struct input_digest *input_digests(const struct input_files *files, int jobs)
{
    pthread_t threads[INPUT_MAXIMUM_JOBS];
    struct digesting work = {.files = files, .digests = calloc(files->count + 1, sizeof *work.digests)};
    int started = 0;
    if (work.digests == NULL)
        return NULL;
    while (started < jobs - 1 && started < INPUT_MAXIMUM_JOBS &&
           pthread_create(&threads[started], NULL, digest_files, &work) == 0)
        started++;
    digest_files(&work);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (atomic_load(&work.failed)) {
        free(work.digests);
        return NULL;
    }
    return work.digests;
}
