/*
 * Counts what the program does, in a build of its own (make bench-growth): one for each basic block of its code, as the
 * compiler's -fsanitize-coverage=trace-pc tells, and what the libraries do for it as far as it can grow faster than the
 * calls: steps of SQLite's machine, and bytes copied, compared and searched, eight of which count as one. The same on
 * any machine, whatever else that does. The sum stands in the file behind descriptor COUNTED, if there is one, where
 * count_work.c finds it.
 */
#include "tests/bench/counted.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* A thread keeps up to this much before adding it to the sum; the rest at its end is not counted. */
#define BATCH 256u

static _Atomic uint64_t *sum;
static _Thread_local uint64_t counted;

static void count(uint64_t work)
{
    counted += work;
    if (counted < BATCH)
        return;
    if (sum != NULL)
        atomic_fetch_add_explicit(sum, counted, memory_order_relaxed);
    counted = 0;
}

__attribute__((constructor)) static void open_sum(void)
{
    void *page = mmap(NULL, sizeof *sum, PROT_READ | PROT_WRITE, MAP_SHARED, COUNTED, 0);
    if (page != MAP_FAILED)
        sum = page;
}

/* ---- called by instrumented code and by wrapped functions (--wrap) */

void __sanitizer_cov_trace_pc(void);
int __wrap_sqlite3_step(sqlite3_stmt *statement);
int __real_sqlite3_step(sqlite3_stmt *statement);

void __sanitizer_cov_trace_pc(void)
{
    count(1);
}

int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    int before = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
    int result = __real_sqlite3_step(statement);
    int after = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
    count(after > before ? (uint64_t)(after - before) : 0);
    return result;
}

#define COUNT_BYTES(type, name, parameters, arguments, bytes)                                                          \
    type __wrap_##name parameters;                                                                                     \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        count((bytes) / 8);                                                                                            \
        return __real_##name arguments;                                                                                \
    }

COUNT_BYTES(void *, memcpy, (void *to, const void *from, size_t size), (to, from, size), size)
COUNT_BYTES(void *, memmove, (void *to, const void *from, size_t size), (to, from, size), size)
COUNT_BYTES(void *, memset, (void *to, int value, size_t size), (to, value, size), size)
COUNT_BYTES(int, memcmp, (const void *a, const void *b, size_t size), (a, b, size), size)
COUNT_BYTES(void *, calloc, (size_t number, size_t size), (number, size), number *size)

size_t __wrap_strlen(const char *text);
size_t __real_strlen(const char *text);

size_t __wrap_strlen(const char *text)
{
    size_t length = __real_strlen(text);
    count(length / 8);
    return length;
}
