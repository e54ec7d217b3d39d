#include "tests/support/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *scratch_folder(void)
{
    const char *base = getenv("TMPDIR");
    char path[1024];
    snprintf(path, sizeof path, "%s/rolechain-test-XXXXXX", base != NULL ? base : "/tmp");
    return mkdtemp(path) != NULL ? strdup(path) : NULL;
}

bool scratch_write(const char *path, const void *bytes, size_t length)
{
    char folder[1024];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        mkdir(folder, 0777);
    }
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    bool good = fwrite(bytes, 1, length, file) == length;
    return fclose(file) == 0 && good;
}

char *scratch_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    struct stat info;
    if (file == NULL)
        return NULL;
    if (fstat(fileno(file), &info) == 0)
        text = malloc((size_t)info.st_size + 1);
    if (text != NULL) {
        *length = fread(text, 1, (size_t)info.st_size, file);
        text[*length] = '\0';
    }
    fclose(file);
    return text;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void scratch_remove(char *folder)
{
    if (folder != NULL)
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}
