/*
 * input_stream: the bytes of a file or of standard input, piece by piece, as UTF-8, through a buffer of constant size.
 * Gzip is unpacked.
 */
#ifndef ROLECHAIN_INGEST_INPUT_INPUT_STREAM_H
#define ROLECHAIN_INGEST_INPUT_INPUT_STREAM_H

#include "ingest/support/digest.h"
#include <stdbool.h>

enum input_encoding { INPUT_UTF8, INPUT_UTF16_LITTLE, INPUT_UTF16_BIG };

struct input_stream {
    int descriptor;
    enum input_encoding encoding;
    bool started;           /* the encoding is known */
    bool file_ended, ended; /* ended: nothing is left to unpack either */
    const char *error;      /* why it could not be read to its end (static text), or NULL */
    struct gunzip *gunzip;  /* NULL: the file is not compressed */
    struct file_digest digest;
    uint64_t bytes;        /* bytes read, before unpacking */
    unsigned char rest[4]; /* the first bytes of a character that continues in the next piece */
    size_t rest_length;
};

/* "-" is standard input. False with *error (static) set. */
bool input_stream_open(struct input_stream *stream, const char *path, const char **error);

/* Up to room (at least 64) bytes of UTF-8 without a byte order mark; invalid characters become U+FFFD if the file is
 * UTF-16, and are passed on unchanged otherwise. 0 at the end and after an error. */
size_t input_stream_read(void *stream, char *into, size_t room);

/* Reads the rest through the buffer and closes. The digest is that of the file's bytes. */
void input_stream_close(struct input_stream *stream, char *buffer, size_t room, uint64_t digest[2]);

#endif
