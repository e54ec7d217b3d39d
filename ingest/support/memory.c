#include "ingest/support/memory.h"

#include "ingest/support/format.h"
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_GIVEN_UP 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct memory_last_act *last_acts;

static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

void memory_end(const char *message)
{
    /* A second thread that runs out waits here until the first one has ended the program. */
    pthread_mutex_lock(&lock);
    for (struct memory_last_act *last = last_acts; last != NULL; last = last->next)
        last->act(last->about);
    say("rolechain: ");
    say(message);
    say("\n");
    /* Not exit(): other threads are running, and the buffered part of an answer must not be printed. */
    _exit(EXIT_GIVEN_UP);
}

void memory_exhausted(void)
{
    memory_end("out of memory");
}

void memory_check_errno(void)
{
    if (errno == ENOMEM)
        memory_exhausted();
}

void memory_add_last_act(struct memory_last_act *last)
{
    pthread_mutex_lock(&lock);
    last->next = last_acts;
    last_acts = last;
    pthread_mutex_unlock(&lock);
}

void memory_drop_last_act(struct memory_last_act *last)
{
    pthread_mutex_lock(&lock);
    for (struct memory_last_act **at = &last_acts; *at != NULL; at = &(*at)->next)
        if (*at == last) {
            *at = last->next;
            break;
        }
    pthread_mutex_unlock(&lock);
}

static size_t product(size_t count, size_t size)
{
    if (size != 0 && count > (size_t)PTRDIFF_MAX / size)
        memory_exhausted();
    return count * size;
}

void *memory_get(size_t size)
{
    void *block = malloc(size > 0 ? size : 1);
    if (block == NULL)
        memory_exhausted();
    return block;
}

void *memory_zeroed(size_t count, size_t size)
{
    size_t bytes = product(count, size);
    void *block = calloc(1, bytes > 0 ? bytes : 1);
    if (block == NULL)
        memory_exhausted();
    return block;
}

void *memory_resize(void *block, size_t count, size_t size)
{
    size_t bytes = product(count, size);
    void *resized = realloc(block, bytes > 0 ? bytes : 1);
    if (resized == NULL)
        memory_exhausted();
    return resized;
}

char *memory_text(const char *text)
{
    return memory_text_part(text, strlen(text));
}

char *memory_text_part(const char *text, size_t length)
{
    char *copy = memory_get(product(length, 1) + 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void *memory_copy(const void *bytes, size_t count, size_t size)
{
    size_t length = product(count, size);
    void *copy = memory_get(length);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *memory_print_arguments(const char *format, va_list arguments)
{
    va_list again;
    char most[512];
    va_copy(again, arguments);
    int length = format_arguments(most, sizeof most, format, arguments);
    /* Our own formats fail only if a text is longer than INT_MAX. */
    if (length < 0)
        memory_exhausted();
    char *text = memory_get((size_t)length + 1);
    if ((size_t)length < sizeof most)
        memcpy(text, most, (size_t)length + 1);
    else
        format_arguments(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *memory_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = memory_print_arguments(format, arguments);
    va_end(arguments);
    return text;
}
