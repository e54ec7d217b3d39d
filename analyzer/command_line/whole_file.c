#include "analyzer/command_line/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void remove_file(void *path)
{
    unlink(path);
}

bool whole_file_open(struct whole_file *file, const char *path)
{
    struct stat existing;
    mode_t mask = umask(0);
    umask(mask);
    *file = (struct whole_file){.path = path, .mode = 0666 & ~mask};
    if (lstat(path, &existing) == 0) {
        if (!S_ISREG(existing.st_mode)) {
            file->stream = fopen(path, "w");
            if (file->stream == NULL)
                memory_check_errno();
            return file->stream != NULL;
        }
        file->mode = existing.st_mode & 07777;
    }
    file->temporary = memory_print("%s.rolechain-XXXXXX", path);
    int descriptor = mkstemp(file->temporary);
    file->stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (file->stream != NULL) {
        file->removal = (struct memory_last_act){.act = remove_file, .about = file->temporary};
        memory_add_last_act(&file->removal);
        return true;
    }
    int reason = errno;
    if (descriptor >= 0) {
        close(descriptor);
        unlink(file->temporary);
    }
    free(file->temporary);
    file->temporary = NULL;
    errno = reason;
    memory_check_errno();
    return false;
}

bool whole_file_close(struct whole_file *file, bool keep)
{
    bool good = fflush(file->stream) == 0 && !ferror(file->stream);
    if (file->temporary != NULL)
        good = fchmod(fileno(file->stream), file->mode) == 0 && good;
    good = fclose(file->stream) == 0 && good;
    if (file->temporary != NULL && !(good && keep && rename(file->temporary, file->path) == 0)) {
        unlink(file->temporary);
        good = false;
    }
    memory_drop_last_act(&file->removal);
    free(file->temporary);
    *file = (struct whole_file){0};
    return good || !keep;
}
