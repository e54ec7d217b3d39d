#include "ingest/input_files.h"

#include "ingest/arn.h"
#include "ingest/support/text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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
        bool *flags = realloc(files->named, capacity * sizeof *flags);
        if (flags != NULL)
            files->named = flags;
        uint64_t *sizes = realloc(files->sizes, capacity * sizeof *sizes);
        if (sizes != NULL)
            files->sizes = sizes;
        if (paths == NULL || names == NULL || accounts == NULL || flags == NULL || sizes == NULL)
            return false;
        files->capacity = capacity;
    }
    const char *copy = arena_copy_text(&files->arena, path, strlen(path));
    if (copy == NULL)
        return false;
    files->paths[files->count] = copy;
    files->names[files->count] = printable_name(files, copy);
    files->accounts[files->count] = account_in(files, copy);
    files->named[files->count] = named;
    files->sizes[files->count++] = size;
    files->total_size += size;
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

static bool add_folder(struct input_files *files, const char *path, unsigned depth)
{
    struct dirent **entries = NULL;
    int count = depth < 64 ? scandir(path, &entries, visible, by_bytes) : -1;
    if (count < 0)
        return add_file(files, path, true, 0);
    bool good = true;
    for (int i = 0; i < count; i++) {
        struct text child = {0};
        struct stat info;
        size_t length = strlen(path);
        text_format(&child, "%s%s%s", path, length > 0 && path[length - 1] == '/' ? "" : "/", entries[i]->d_name);
        if (good && child.data != NULL && lstat(child.data, &info) == 0) {
            bool link = S_ISLNK(info.st_mode);
            if (link && stat(child.data, &info) != 0)
                info.st_mode = 0;
            if (S_ISDIR(info.st_mode) && !link)
                good = add_folder(files, child.data, depth + 1);
            else if (S_ISREG(info.st_mode))
                good = add_file(files, child.data, false, (uint64_t)info.st_size);
        }
        good = good && !child.failed;
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
    free(files->paths);
    free(files->names);
    free(files->accounts);
    free(files->named);
    free(files->sizes);
    *files = (struct input_files){0};
}

static bool read_stream(int descriptor, struct input_bytes *bytes)
{
    struct text text = {0};
    char chunk[65536];
    ssize_t got;
    text_append(&text, "", 0);
    while ((got = read(descriptor, chunk, sizeof chunk)) > 0)
        text_append(&text, chunk, (size_t)got);
    if (got < 0 || text.failed) {
        text_free(&text);
        return false;
    }
    bytes->length = text.length;
    bytes->data = text.data;
    return true;
}

bool input_bytes_read(const char *path, struct input_bytes *bytes, const char **error)
{
    *bytes = (struct input_bytes){0};
    if (strcmp(path, "-") == 0) {
        *error = "standard input cannot be read";
        return read_stream(STDIN_FILENO, bytes);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (descriptor < 0 || fstat(descriptor, &info) != 0) {
        *error = errno == ENOENT   ? "no such file or folder"
                 : errno == EACCES ? "no permission to read it"
                                   : "cannot be opened";
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    *error = S_ISDIR(info.st_mode) ? "a folder that cannot be listed" : "cannot be read";
    bool good = !S_ISDIR(info.st_mode) && read_stream(descriptor, bytes);
    close(descriptor);
    return good;
}

void input_bytes_free(struct input_bytes *bytes)
{
    free((char *)bytes->data);
    *bytes = (struct input_bytes){0};
}
