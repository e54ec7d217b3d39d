#include "ingest/support/arena.h"

#include "ingest/support/format.h"
#include "ingest/support/memory.h"
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

#define DEFAULT_BLOCK ((size_t)64 * 1024)
#define DOUBLED ((size_t)512 * 1024)
#define LARGEST_BLOCK ((size_t)4 << 20)

/* Blocks grow with the memory in use, so that they stay few and the last one leaves little unused. */
static size_t next_block(const struct arena *arena, size_t block)
{
    size_t share = arena->used / 4;
    if (block < DOUBLED)
        return block * 2;
    return share < DOUBLED ? DOUBLED : share < LARGEST_BLOCK ? share : LARGEST_BLOCK;
}

/* alignment: a power of two that divides max_align_t's */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
    struct arena_block *block = arena->head;
    size_t from = block != NULL ? (block->used + alignment - 1) / alignment * alignment : 0;
    if (block == NULL || from > block->size || block->size - from < size) {
        size_t wanted = arena->block_size != 0 ? arena->block_size : DEFAULT_BLOCK;
        if (wanted < size)
            wanted = size;
        block = memory_get(sizeof *block + wanted);
        block->size = wanted;
        block->next = arena->head;
        arena->head = block;
        from = 0;
        arena->block_size = next_block(arena, wanted);
    }
    block->used = from + size;
    arena->used += size;
    return block->bytes + from;
}

void *arena_allocate(struct arena *arena, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (size > (size_t)PTRDIFF_MAX / 2)
        memory_exhausted();
    size = size == 0 ? alignment : (size + alignment - 1) / alignment * alignment;
    void *result = take(arena, size, alignment);
    return memset(result, 0, size);
}

void *arena_allocate_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > (size_t)PTRDIFF_MAX / 2 / size)
        memory_exhausted();
    return arena_allocate(arena, count * size);
}

void *arena_copy(struct arena *arena, const void *elements, size_t count, size_t size)
{
    return count > 0 ? memcpy(arena_allocate_array(arena, count, size), elements, count * size) : NULL;
}

char *arena_copy_text(struct arena *arena, const char *text, size_t length)
{
    if (length > (size_t)PTRDIFF_MAX / 2)
        memory_exhausted();
    char *copy = take(arena, length + 1, 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_print_arguments(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    char most[512];
    va_copy(again, arguments);
    size_t length = (size_t)format_arguments(most, sizeof most, format, arguments);
    char *text = arena_allocate(arena, length + 1);
    if (length < sizeof most)
        memcpy(text, most, length + 1);
    else
        format_arguments(text, length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_print_arguments(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *largest = arena->head;
    for (struct arena_block *block = arena->head; block != NULL; block = block->next)
        if (block->size > largest->size)
            largest = block;
    for (struct arena_block *block = arena->head; block != NULL;) {
        struct arena_block *next = block->next;
        if (block != largest)
            free(block);
        block = next;
    }
    if (largest != NULL) {
        largest->next = NULL;
        largest->used = 0;
    }
    arena->head = largest;
    arena->used = 0;
}

struct arena_mark arena_stand(const struct arena *arena)
{
    return (struct arena_mark){arena->head, arena->head != NULL ? arena->head->used : 0, arena->used};
}

void arena_return(struct arena *arena, struct arena_mark mark)
{
    while (arena->head != mark.head) {
        struct arena_block *next = arena->head->next;
        free(arena->head);
        arena->head = next;
    }
    if (mark.head != NULL)
        mark.head->used = mark.head_used;
    arena->used = mark.used;
}

void arena_free(struct arena *arena)
{
    arena_return(arena, (struct arena_mark){.head = NULL});
    *arena = (struct arena){0};
}
