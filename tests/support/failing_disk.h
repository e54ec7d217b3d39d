/*
 * failing_disk: SQLite on a disk that fails, once or from then on, at the k-th access of some kind. Stands between
 * SQLite and the operating system for all databases that are opened after failing_disk_install.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_FAILING_DISK_H
#define ROLECHAIN_TESTS_SUPPORT_FAILING_DISK_H

#include <stdbool.h>

enum disk_access {
    DISK_READ,
    DISK_WRITE, /* fails as a full disk does */
    DISK_TRUNCATE,
    DISK_SYNC,
    DISK_OPEN,
    DISK_DELETE,
    DISK_ACCESSES,
};

void failing_disk_install(void);

/* From now on the k-th access (from 1; 0: none) of that kind fails, and those behind it too where `lasting`. */
void failing_disk_set(enum disk_access access, long k, bool lasting);

/* How many accesses of that kind there were since. */
long failing_disk_count(void);

#endif
