#include "tests/support/failing_disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static struct {
    enum disk_access access;
    long at, count;
    bool lasting;
} failing;

void failing_disk_set(enum disk_access access, long k, bool lasting)
{
    failing.access = access;
    failing.at = k;
    failing.count = 0;
    failing.lasting = lasting;
}

long failing_disk_count(void)
{
    return failing.count;
}

static bool fails(enum disk_access access)
{
    if (access != failing.access)
        return false;
    failing.count++;
    return failing.at > 0 && (failing.count == failing.at || (failing.lasting && failing.count > failing.at));
}

/* A file of ours, and behind it the one of the system. */
struct file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

static int close_file(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    int status = real->pMethods != NULL ? real->pMethods->xClose(real) : SQLITE_OK;
    sqlite3_free(real);
    return status;
}

static int read_file(sqlite3_file *file, void *into, int length, sqlite3_int64 offset)
{
    return fails(DISK_READ) ? SQLITE_IOERR_READ : real_of(file)->pMethods->xRead(real_of(file), into, length, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
    return fails(DISK_WRITE) ? SQLITE_FULL : real_of(file)->pMethods->xWrite(real_of(file), bytes, length, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 length)
{
    return fails(DISK_TRUNCATE) ? SQLITE_IOERR_TRUNCATE : real_of(file)->pMethods->xTruncate(real_of(file), length);
}

static int sync_file(sqlite3_file *file, int flags)
{
    return fails(DISK_SYNC) ? SQLITE_IOERR_FSYNC : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int lock_file(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int unlock_file(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int check_lock(sqlite3_file *file, int *reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}

static int control_file(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

/* Version 1: no mapped memory, so that every read is seen. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
};

static sqlite3_vfs *system_disk, disk;

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
    struct file *ours = (struct file *)file;
    (void)vfs;
    file->pMethods = NULL;
    if (fails(DISK_OPEN))
        return SQLITE_CANTOPEN;
    ours->real = sqlite3_malloc(system_disk->szOsFile);
    if (ours->real == NULL)
        return SQLITE_NOMEM;
    memset(ours->real, 0, (size_t)system_disk->szOsFile);
    int status = system_disk->xOpen(system_disk, name, ours->real, flags, flags_out);
    if (status == SQLITE_OK)
        file->pMethods = &methods;
    else
        sqlite3_free(ours->real);
    return status;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    return fails(DISK_DELETE) ? SQLITE_IOERR_DELETE : system_disk->xDelete(system_disk, name, sync);
}

void failing_disk_install(void)
{
    if (system_disk != NULL)
        return;
    system_disk = sqlite3_vfs_find(NULL);
    disk = *system_disk;
    disk.zName = "failing-disk";
    disk.szOsFile = (int)sizeof(struct file);
    disk.xOpen = open_file;
    disk.xDelete = delete_file;
    sqlite3_vfs_register(&disk, 1);
}
