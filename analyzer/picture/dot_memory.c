/*
 * cgraph's memory from memory.h. cgraph expects zeroed bytes. What the layout (libgvc) allocates is its own.
 */
#include "analyzer/picture/dot_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static void *open_memory(Agdisc_t *discipline)
{
    (void)discipline;
    return NULL;
}

static void *get(void *state, size_t size)
{
    (void)state;
    return memory_zeroed(1, size);
}

static void *resize(void *state, void *block, size_t old, size_t size)
{
    (void)state;
    char *resized = memory_resize(block, 1, size);
    if (size > old)
        memset(resized + old, 0, size - old);
    return resized;
}

static void give_back(void *state, void *block)
{
    (void)state;
    free(block);
}

Agmemdisc_t dot_memory = {open_memory, get, resize, give_back, NULL};

void dot_set(void *object, const char *name, const char *value)
{
    char *copy = memory_text(value), *attribute = memory_text(name);
    agsafeset(object, attribute, copy, "");
    free(copy);
    free(attribute);
}
