/*
 * memory: the one allocator of the program. It never returns NULL.
 *
 * When the system has no memory left, it prints "out of memory" on standard error, calls the registered last acts (to
 * remove a half-written output file) and ends the program with exit status 3, as git, tmux and redis do. No caller
 * checks, nothing is half answered; an open database transaction is not committed, and SQLite undoes it when the
 * database is opened next. jansson and the arenas allocate here. SQLite keeps its own allocator, whose failures are
 * errors of the store (store.h).
 *
 * Memory from here is freed with free(). All functions may be called from any thread.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_MEMORY_H
#define ROLECHAIN_INGEST_SUPPORT_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* size bytes, not initialised; size 0 gives a valid pointer. */
void *memory_get(size_t size);

/* count elements of size bytes, zeroed. A product that overflows counts as out of memory. */
void *memory_zeroed(size_t count, size_t size);

/* As realloc for count elements of size bytes; block NULL: a new one. New elements are not initialised. */
void *memory_resize(void *block, size_t count, size_t size);

/* A copy of the text, of its first length bytes (plus a NUL), of arbitrary bytes. */
char *memory_text(const char *text);
char *memory_text_part(const char *text, size_t length);
void *memory_copy(const void *bytes, size_t count, size_t size);

/* The formatted text. */
char *memory_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_print_arguments(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Called when memory runs out, before the program ends. It must not allocate. The caller owns the struct, which stays
 * in the list until it is removed; removing one that is not in the list does nothing. */
struct memory_last_act {
    void (*act)(void *about);
    void *about;
    struct memory_last_act *next;
};
void memory_add_last_act(struct memory_last_act *last);
void memory_drop_last_act(struct memory_last_act *last);

/* For library functions that report a lack of memory (NULL from one that cannot fail otherwise). */
_Noreturn void memory_exhausted(void);

/* For libc functions that failed and set errno, such as fopen: lack of memory ends the program here, so that no caller
 * blames the file. errno is left unchanged. */
void memory_check_errno(void);

/* Ends the program in the same way with another message: for internal errors, which cannot happen. */
_Noreturn void memory_end(const char *message);

#endif
