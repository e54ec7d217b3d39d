#include "ingest/input/input_files.h"

#include "ingest/input/input_stream.h"
#include "ingest/support/array.h"
#include "ingest/support/digest.h"
#include "ingest/support/memory.h"
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
        if (start && digits == 12)
            found = at;
        at += digits > 0 ? digits - 1 : 0;
    }
    return found != NULL ? arena_copy_text(&files->arena, found, 12) : NULL;
}

/* File names can be any bytes; what is shown and stored must be text. */
static const char *printable_name(struct input_files *files, const char *path)
{
    struct text text = {0};
    text_append_printable(&text, path);
    const char *name =
        text.length > 0 && strcmp(text.data, path) != 0 ? arena_copy_text(&files->arena, text.data, text.length) : path;
    text_free(&text);
    return name;
}

static void add_file(struct input_files *files, const char *path, bool named, uint64_t size)
{
    const char *copy = arena_copy_text(&files->arena, path, strlen(path));
    ARRAY_ADD(files->items, files->count, files->room,
              (struct input_file){.path = copy,
                                  .name = printable_name(files, copy),
                                  .account = account_in(files, copy),
                                  .label = "",
                                  .named = named,
                                  .size = size});
    files->total_size += size;
}

static void add_obstacle(struct input_files *files, const char *path, const char *obstacle)
{
    add_file(files, path, false, 0);
    files->items[files->count - 1].obstacle = obstacle;
    files->items[files->count - 1].account = NULL;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Notes a folder; true if it was noted before. */
static bool was_listed(struct input_files *files, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return false;
    const uint64_t key[2] = {(uint64_t)info.st_dev, (uint64_t)info.st_ino};
    uint32_t before = files->folders.count;
    intern_add(&files->folders, (const char *)key, sizeof key);
    return files->folders.count == before;
}

static void add_folder(struct input_files *files, const char *path, unsigned depth);

/* Something in a folder. */
static void add_entry(struct input_files *files, const char *path, unsigned depth)
{
    struct stat info;
    bool there = lstat(path, &info) == 0, link = there && S_ISLNK(info.st_mode);
    if (!there)
        add_file(files, path, false, 0);
    else if (link && stat(path, &info) != 0)
        add_obstacle(files, path, "broken symbolic link");
    else if (S_ISREG(info.st_mode))
        add_file(files, path, false, (uint64_t)info.st_size);
    else if (!S_ISDIR(info.st_mode))
        add_obstacle(files, path, "not a file or folder");
    else if (link)
        add_obstacle(files, path, "symbolic links to folders are not followed; name the folder itself to load it");
    else
        add_folder(files, path, depth);
}

static void add_folder(struct input_files *files, const char *path, unsigned depth)
{
    struct dirent **entries = NULL;
    if (was_listed(files, path))
        return;
    int count = depth < 64 ? scandir(path, &entries, visible, by_bytes) : -1;
    if (count < 0) {
        if (depth < 64)
            memory_check_errno();
        add_file(files, path, true, 0);
        return;
    }
    size_t length = strlen(path);
    for (int i = 0; i < count; i++) {
        char *child =
            memory_print("%s%s%s", path, length > 0 && path[length - 1] == '/' ? "" : "/", entries[i]->d_name);
        add_entry(files, child, depth + 1);
        free(child);
        free(entries[i]);
    }
    free(entries);
}

void input_files_find(struct input_files *files, const char *const *paths, size_t count)
{
    *files = (struct input_files){0};
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        bool standard = strcmp(paths[i], "-") == 0, there = !standard && stat(paths[i], &info) == 0;
        if (there && S_ISDIR(info.st_mode)) {
            add_folder(files, paths[i], 0);
            continue;
        }
        add_file(files, paths[i], true, there ? (uint64_t)info.st_size : 0);
        files->items[files->count - 1].once = standard || (there && !S_ISREG(info.st_mode));
    }
}

void input_files_free(struct input_files *files)
{
    arena_free(&files->arena);
    intern_free(&files->folders);
    free(files->items);
    *files = (struct input_files){0};
}

/* ---- digests */

/* Files are small or large: each is read through a buffer of this size. */
#define DIGEST_BUFFER ((size_t)256 * 1024)

/* Tells obstacles from files that happen to contain the same words. */
#define OBSTACLE_SEED 1

struct digesting {
    const struct input_files *files;
    struct input_digest *digests;
    atomic_size_t next;
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
    char *buffer = memory_get(DIGEST_BUFFER);
    size_t index;
    while ((index = atomic_fetch_add(&work->next, 1)) < work->files->count) {
        const struct input_file *file = &work->files->items[index];
        const char *error = NULL;
        struct input_stream stream;
        if (file->obstacle != NULL) {
            input_obstacle_digest(file->obstacle, work->digests[index].digest);
            work->digests[index].known = true;
            continue;
        }
        if (file->once || !input_stream_open(&stream, file->path, &error))
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
    struct digesting work = {.files = files, .digests = memory_zeroed(files->count, sizeof *work.digests)};
    int started = 0;
    while (started < jobs - 1 && started < INPUT_MAXIMUM_JOBS &&
           pthread_create(&threads[started], NULL, digest_files, &work) == 0)
        started++;
    digest_files(&work);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return work.digests;
}
