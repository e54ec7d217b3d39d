#include "ingest/support/json_scratch.h"

#include "ingest/support/memory.h"
#include <jansson.h>
#include <pthread.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define BLOCK ((size_t)64 * 1024)

static _Thread_local alignas(max_align_t) unsigned char block[BLOCK];
static _Thread_local size_t used;
static _Thread_local int active;

static pthread_once_t installed = PTHREAD_ONCE_INIT;

static void *take(size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (!active || size > BLOCK - alignment)
        return memory_get(size);
    size = (size + alignment - 1) / alignment * alignment;
    if (size > BLOCK - used)
        return memory_get(size);
    used += size;
    return block + used - size;
}

/* Values are freed by the thread that made them. */
static void give_back(void *memory)
{
    uintptr_t at = (uintptr_t)memory, start = (uintptr_t)block;
    if (at < start || at >= start + BLOCK)
        free(memory);
}

static void install(void)
{
    json_set_alloc_funcs(take, give_back);
}

void json_scratch_install(void)
{
    pthread_once(&installed, install);
}

void json_scratch_begin(void)
{
    json_scratch_install();
    used = 0;
    active = 1;
}

void json_scratch_end(void)
{
    active = 0;
}
