#include "ingest/support/format.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct sink {
    char *at, *end; /* the last position for the final NUL; both NULL: no room at all */
    size_t length;  /* total length, whether there was room or not */
};

static void put(struct sink *sink, const char *bytes, size_t length)
{
    size_t room = (size_t)(sink->end - sink->at), put = length < room ? length : room;
    if (put > 0) {
        memcpy(sink->at, bytes, put);
        sink->at += put;
    }
    sink->length += length;
}

static void put_number(struct sink *sink, uint64_t number, bool negative)
{
    char digits[24], *at = digits + sizeof digits;
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    if (negative)
        *--at = '-';
    put(sink, at, (size_t)(digits + sizeof digits - at));
}

static void put_string(struct sink *sink, const char *string, int most)
{
    string = string != NULL ? string : "(null)";
    put(sink, string, most >= 0 ? strnlen(string, (size_t)most) : strlen(string));
}

/* What follows a '%'. */
enum conversion { OTHER, TEXT, TEXT_PART, CHARACTER, INTEGER, UNSIGNED, LONG_UNSIGNED, PERCENT };

static enum conversion read_conversion(const char **format)
{
    static const enum conversion known[256] = {
        ['s'] = TEXT, ['c'] = CHARACTER, ['d'] = INTEGER, ['u'] = UNSIGNED, ['%'] = PERCENT};
    static const struct {
        const char *letters;
        size_t length;
        enum conversion is;
    } longer[] = {{"lu", 2, LONG_UNSIGNED},
                  {"zu", 2, sizeof(size_t) == sizeof(unsigned) ? UNSIGNED : LONG_UNSIGNED},
                  {".*s", 3, TEXT_PART}};
    enum conversion conversion = known[(unsigned char)**format];
    size_t length = 1;
    for (size_t i = 0; i < sizeof longer / sizeof longer[0] && conversion == OTHER; i++)
        if (strncmp(*format, longer[i].letters, longer[i].length) == 0) {
            conversion = longer[i].is;
            length = longer[i].length;
        }
    *format += conversion != OTHER ? length : 0;
    return conversion;
}

/* False: the format has another conversion. */
static bool print(struct sink *sink, const char *format, va_list arguments)
{
    for (const char *percent; (percent = strchr(format, '%')) != NULL;) {
        put(sink, format, (size_t)(percent - format));
        format = percent + 1;
        enum conversion conversion = read_conversion(&format);
        int number =
            conversion == TEXT_PART || conversion == INTEGER || conversion == CHARACTER ? va_arg(arguments, int) : -1;
        switch (conversion) {
        case TEXT:
        case TEXT_PART:
            put_string(sink, va_arg(arguments, const char *), number);
            break;
        case CHARACTER:
            put(sink, &(char){(char)number}, 1);
            break;
        case INTEGER:
            put_number(sink, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
            break;
        case UNSIGNED:
            put_number(sink, va_arg(arguments, unsigned), false);
            break;
        case LONG_UNSIGNED:
            put_number(sink, va_arg(arguments, unsigned long), false);
            break;
        case PERCENT:
            put(sink, "%", 1);
            break;
        default:
            return false;
        }
    }
    put(sink, format, strlen(format));
    return true;
}

int format_arguments(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct sink sink = {buffer, size > 0 ? buffer + size - 1 : buffer, 0};
    va_list again;
    va_copy(again, arguments);
    bool printed = print(&sink, format, arguments) && sink.length <= INT_MAX;
    int length = printed ? (int)sink.length : vsnprintf(buffer, size, format, again);
    va_end(again);
    if (printed && size > 0)
        *sink.at = '\0';
    return length;
}

int format_print(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = format_arguments(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
