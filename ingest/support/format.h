/*
 * format: a fast printf. The common conversions (%s %.*s %c %d %u %lu %zu %%) are done here; a format with others is
 * passed to vsnprintf.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_FORMAT_H
#define ROLECHAIN_INGEST_SUPPORT_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf, and snprintf. */
int format_arguments(char *buffer, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
int format_print(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
