#include "analyzer/command_line/whole_folder.h"

#include "analyzer/command_line/command.h"
#include "analyzer/command_line/interrupt.h"
#include "ingest/support/memory.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_empty(DIR *folder)
{
    const struct dirent *entry = readdir(folder);
    while (entry != NULL && is_dots(entry->d_name))
        entry = readdir(folder);
    return entry == NULL;
}

/* For a folder that does not exist: why it cannot be created. */
static const char *refusal_to_make(const char *path)
{
    char *parent = memory_text(path);
    size_t length = strlen(parent);
    while (length > 1 && parent[length - 1] == '/')
        length--;
    while (length > 0 && parent[length - 1] != '/')
        length--;
    parent[length] = '\0';
    bool good = access(length > 0 ? parent : ".", W_OK | X_OK) == 0;
    free(parent);
    if (good)
        return NULL;
    return errno == ENOENT ? "its folder does not exist" : command_reason(errno);
}

const char *whole_folder_refusal(const char *path)
{
    struct stat info;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        int reason = errno;
        if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode))
            return "it is a file";
        /* A broken link is there, and no folder can be created in its place. */
        return reason == ENOENT && lstat(path, &info) != 0 ? refusal_to_make(path) : command_reason(reason);
    }
    bool empty = is_empty(folder);
    closedir(folder);
    if (!empty)
        return "it is not empty";
    return access(path, W_OK | X_OK) == 0 ? NULL : command_reason(errno);
}

/* The state while a folder is filled. */
struct filling {
    const struct folder_file *files;
    int folder, hidden; /* descriptors; -1: not open */
    size_t written, moved;
    const volatile int *stop;
};

static bool write_text(int file, const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_file(struct filling *filling, const struct folder_file *file)
{
    int descriptor = openat(filling->hidden, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return false;
    filling->written++;
    bool good = write_text(descriptor, file->text);
    int reason = errno;
    if (close(descriptor) != 0 && good)
        return false;
    errno = reason;
    return good;
}

static bool move_file(struct filling *filling, const struct folder_file *file)
{
    struct stat info;
    if (fstatat(filling->folder, file->name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    if (renameat(filling->hidden, file->name, filling->folder, file->name) != 0)
        return false;
    filling->moved++;
    return true;
}

static bool fill(struct filling *filling, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*filling->stop != 0 || !write_file(filling, &filling->files[i]))
            return false;
    for (size_t i = 0; i < count; i++)
        if (*filling->stop != 0 || !move_file(filling, &filling->files[i]))
            return false;
    return true;
}

static void undo(const struct filling *filling)
{
    for (size_t i = 0; i < filling->written; i++)
        unlinkat(i < filling->moved ? filling->folder : filling->hidden, filling->files[i].name, 0);
}

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_folder(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

bool whole_folder_write(const char *path, const struct folder_file *files, size_t count)
{
    struct filling filling = {.files = files, .folder = -1, .hidden = -1};
    char *hidden = memory_print("%s/.rolechain-XXXXXX", path);
    filling.stop = interrupt_hold();
    bool made = mkdir(path, 0777) == 0, good = made || errno == EEXIST, staged = false;
    if (good) {
        filling.folder = open_folder(path);
        staged = filling.folder >= 0 && mkdtemp(hidden) != NULL;
        filling.hidden = staged ? open_folder(hidden) : -1;
        good = filling.hidden >= 0 && fill(&filling, count);
    }
    int reason = errno;
    if (!good)
        undo(&filling);
    close_folder(filling.hidden);
    close_folder(filling.folder);
    if (staged)
        rmdir(hidden);
    if (made && !good)
        rmdir(path);
    free(hidden);
    if (*filling.stop != 0)
        interrupt_end();
    interrupt_release();
    errno = reason;
    return good;
}
