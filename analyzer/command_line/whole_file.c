#include "analyzer/command_line/whole_file.h"

#include "analyzer/command_line/interrupt.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST_WAY 40 /* symbolic links in a row, as in Linux */

static void remove_file(void *path)
{
    unlink(path);
}

static int folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (int)(slash + 1 - path) : 0;
}

/* The path behind all symbolic links, whether it exists or not; malloc'ed. NULL: the links never end. */
static char *follow_links(const char *path)
{
    char *at = memory_text(path), link[PATH_MAX];
    for (int i = 0; i < LONGEST_WAY; i++) {
        ssize_t length = readlink(at, link, sizeof link - 1);
        if (length < 0)
            return at;
        link[length] = '\0';
        char *next = link[0] == '/' ? memory_text(link) : memory_print("%.*s%s", folder_length(at), at, link);
        free(at);
        at = next;
    }
    free(at);
    errno = ELOOP;
    return NULL;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int find(const char *path, struct stat *info)
{
    return strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, info) : stat(path, info);
}

/* The folder that contains the path; malloc'ed; NULL: it does not exist. */
static char *folder_of(const char *path)
{
    char *folder = memory_print("%.*s.", folder_length(path), path), *resolved = realpath(folder, NULL);
    free(folder);
    return resolved;
}

/* Whether two paths that do not exist are the same. */
static bool same_place(const char *path, const char *other)
{
    char *a = follow_links(path), *b = follow_links(other);
    char *folder = a != NULL ? folder_of(a) : NULL, *other_folder = b != NULL ? folder_of(b) : NULL;
    bool same = folder != NULL && other_folder != NULL && strcmp(folder, other_folder) == 0 &&
                strcmp(a + folder_length(a), b + folder_length(b)) == 0;
    free(folder);
    free(other_folder);
    free(a);
    free(b);
    return same;
}

bool whole_file_is(const char *path, const char *other)
{
    struct stat first, second;
    bool there = find(path, &first) == 0, other_there = find(other, &second) == 0;
    if (there && other_there)
        return S_ISREG(first.st_mode) && same_file(&first, &second);
    return !there && !other_there && same_place(path, other);
}

static bool fail(struct whole_file *file)
{
    int reason = errno;
    free(file->target);
    free(file->temporary);
    *file = (struct whole_file){0};
    errno = reason;
    memory_check_errno();
    return false;
}

static bool open_directly(struct whole_file *file, bool standard_output)
{
    int descriptor = standard_output ? dup(STDOUT_FILENO) : -1;
    free(file->target);
    file->target = NULL;
    file->stream = standard_output ? (descriptor >= 0 ? fdopen(descriptor, "w") : NULL) : fopen(file->path, "w");
    return file->stream != NULL || fail(file);
}

static bool open_beside(struct whole_file *file)
{
    /* Hidden, so that loading the same folder ignores it. */
    file->temporary = memory_print("%.*s.rolechain-XXXXXX", folder_length(file->target), file->target);
    int descriptor = mkstemp(file->temporary);
    if (descriptor < 0)
        return fail(file);
    interrupt_own_file(file->temporary);
    file->removal = (struct memory_last_act){.act = remove_file, .about = file->temporary};
    memory_add_last_act(&file->removal);
    file->stream = fdopen(descriptor, "w");
    if (file->stream == NULL)
        memory_exhausted();
    return true;
}

bool whole_file_open(struct whole_file *file, const char *path)
{
    struct stat existing, target, standard;
    mode_t mask = umask(0);
    umask(mask);
    *file = (struct whole_file){.path = path, .mode = 0666 & ~mask};
    file->target = follow_links(path);
    if (file->target == NULL)
        return fail(file);
    if (stat(path, &existing) == 0) {
        bool is_output = fstat(STDOUT_FILENO, &standard) == 0 && same_file(&existing, &standard);
        /* A link into /proc leads to a file whose real name may be different. */
        bool named = stat(file->target, &target) == 0 && same_file(&existing, &target);
        if (!S_ISREG(existing.st_mode) || is_output || !named)
            return open_directly(file, is_output);
        if (access(path, W_OK) != 0)
            return fail(file);
        file->mode = existing.st_mode & 07777;
    }
    return open_beside(file);
}

bool whole_file_close(struct whole_file *file, bool keep)
{
    bool good = fflush(file->stream) == 0 && !ferror(file->stream);
    if (file->temporary != NULL)
        good = fchmod(fileno(file->stream), file->mode) == 0 && good;
    good = fclose(file->stream) == 0 && good;
    bool moved = file->temporary != NULL && good && keep && rename(file->temporary, file->target) == 0;
    int reason = errno;
    if (file->temporary != NULL) {
        interrupt_disown_file(file->temporary);
        if (!moved)
            unlink(file->temporary);
        good = moved;
    }
    memory_drop_last_act(&file->removal);
    free(file->temporary);
    free(file->target);
    *file = (struct whole_file){0};
    errno = reason;
    return good || !keep;
}
