/*
 * json_writer: JSON as the AWS CLI prints it, four spaces per level, or all on one line. Ends the program when memory
 * is exhausted.
 */
#ifndef ROLECHAIN_TESTS_BENCH_JSON_WRITER_H
#define ROLECHAIN_TESTS_BENCH_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>

struct json_writer {
    char *text;
    size_t length, room;
    unsigned depth;
    bool compact;
    bool inside; /* the open object or array already has a member */
};

/* key NULL: an element of an array, or the top-level value. bracket: '{' or '['. */
void json_open(struct json_writer *writer, const char *key, char bracket);
void json_close(struct json_writer *writer, char bracket); /* '}' or ']' */

/* A string, escaped. */
void json_text(struct json_writer *writer, const char *key, const char *text);
void json_format(struct json_writer *writer, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* true, false, a number. */
void json_bare(struct json_writer *writer, const char *key, const char *text);

/* Empties it for the next document. */
void json_restart(struct json_writer *writer);
/* Writes the text to a file, followed by a newline. False: errno says why. */
bool json_save(const struct json_writer *writer, const char *path);

#endif
