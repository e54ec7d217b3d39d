/*
 * arena: memory that is freed all at once.
 *
 * Used for data that lives as long as its container (a model, one slice of an export). Pieces are never freed
 * individually. No function fails (memory.h).
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_ARENA_H
#define ROLECHAIN_INGEST_SUPPORT_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/* Zero-initialise ({0}) before first use. */
struct arena {
    struct arena_block *head;
    size_t block_size; /* size of the next block; 0 means the default of 64 KiB */
    size_t used;       /* bytes handed out since the last reset, for statistics */
};

/* Returns size bytes, zeroed, aligned for any type; size 0 gives a valid pointer. */
void *arena_allocate(struct arena *arena, size_t size);

/* As arena_allocate for count elements of size bytes; a product that overflows counts as out of memory. */
void *arena_allocate_array(struct arena *arena, size_t count, size_t size);

/* A copy of count elements of size bytes; NULL if count is 0. */
void *arena_copy(struct arena *arena, const void *elements, size_t count, size_t size);

/* Copies length bytes of text and adds a NUL. */
char *arena_copy_text(struct arena *arena, const char *text, size_t length);

/* The formatted text. */
char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_print_arguments(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Forgets everything that was handed out; keeps the largest block for reuse. */
void arena_reset(struct arena *arena);

/* A mark remembers how much was handed out; returning to it frees everything handed out since. The arena must not be
 * reset in between. */
struct arena_mark {
    struct arena_block *head;
    size_t head_used, used;
};
struct arena_mark arena_stand(const struct arena *arena);
void arena_return(struct arena *arena, struct arena_mark mark);

/* Gives all memory back. The arena may be used again. */
void arena_free(struct arena *arena);

#endif
