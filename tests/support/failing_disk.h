/*
 * failing_disk: SQLite on a disk that fails at the k-th access of some kind, once or from then on. It is between SQLite
 * and the operating system for all databases opened after failing_disk_install.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_FAILING_DISK_H
#define ROLECHAIN_TESTS_SUPPORT_FAILING_DISK_H

#include <stdbool.h>

enum disk_access {
    DISK_READ,
    DISK_WRITE, /* fails like a full disk */
    DISK_TRUNCATE,
    DISK_SYNC,
    DISK_OPEN,
    DISK_DELETE,
    DISK_ACCESSES,
};

void failing_disk_install(void);

/* From now on the k-th access (from 1; 0: none) of that kind fails and, if `lasting`, the ones after it. */
void failing_disk_set(enum disk_access access, long k, bool lasting);

/* The number of accesses of that kind since then. */
long failing_disk_count(void);

#endif
