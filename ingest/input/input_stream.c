#include "ingest/input/input_stream.h"

#include "ingest/support/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define PACKED_ROOM ((size_t)64 * 1024)

struct gunzip {
    z_stream inflate;
    bool ended; /* the end of a gzip member; another may follow */
    unsigned char packed[PACKED_ROOM];
};

bool input_stream_open(struct input_stream *stream, const char *path, const char **error)
{
    struct stat info;
    *stream = (struct input_stream){.descriptor = STDIN_FILENO};
    if (strcmp(path, "-") == 0) {
        file_digest_begin(&stream->digest);
        return true;
    }
    stream->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (stream->descriptor < 0 || fstat(stream->descriptor, &info) != 0) {
        *error = errno == ENOENT ? "not found" : errno == EACCES ? "permission denied" : "cannot be opened";
    } else if (S_ISDIR(info.st_mode)) {
        *error = "the folder cannot be listed";
    } else {
        file_digest_begin(&stream->digest);
        return true;
    }
    if (stream->descriptor >= 0)
        close(stream->descriptor);
    return false;
}

static size_t read_file(struct input_stream *stream, void *into, size_t room)
{
    ssize_t got = 0;
    if (stream->file_ended)
        return 0;
    do
        got = read(stream->descriptor, into, room);
    while (got < 0 && errno == EINTR);
    if (got <= 0) {
        stream->file_ended = true;
        if (got < 0)
            stream->error = stream->descriptor == STDIN_FILENO ? "standard input cannot be read" : "cannot be read";
        return 0;
    }
    file_digest_add(&stream->digest, into, (size_t)got);
    stream->bytes += (size_t)got;
    return (size_t)got;
}

/* ---- gzip: https://www.rfc-editor.org/rfc/rfc1952 */

static size_t stop(struct input_stream *stream, const char *error)
{
    stream->error = stream->error != NULL ? stream->error : error;
    stream->ended = true;
    return 0;
}

static void *zlib_get(void *unused, uInt count, uInt size)
{
    (void)unused;
    return memory_zeroed(count, size);
}

static void zlib_free(void *unused, void *block)
{
    (void)unused;
    free(block);
}

/* The first bytes, at `bytes`, are compressed. */
static void begin_gunzip(struct input_stream *stream, const void *bytes, size_t length)
{
    stream->gunzip = memory_zeroed(1, sizeof *stream->gunzip);
    stream->gunzip->inflate.zalloc = zlib_get;
    stream->gunzip->inflate.zfree = zlib_free;
    inflateInit2(&stream->gunzip->inflate, 15 + 16);
    memcpy(stream->gunzip->packed, bytes, length);
    stream->gunzip->inflate.next_in = stream->gunzip->packed;
    stream->gunzip->inflate.avail_in = (uInt)length;
}

static void end_gunzip(struct input_stream *stream)
{
    if (stream->gunzip != NULL)
        inflateEnd(&stream->gunzip->inflate);
    free(stream->gunzip);
    stream->gunzip = NULL;
}

static size_t unpack(struct input_stream *stream, void *into, size_t room)
{
    struct gunzip *gunzip = stream->gunzip;
    z_stream *inflating = &gunzip->inflate;
    inflating->next_out = into;
    inflating->avail_out = room < UINT32_MAX ? (uInt)room : UINT32_MAX;
    uInt before = inflating->avail_out;
    while (inflating->avail_out == before) {
        if (inflating->avail_in == 0) {
            inflating->next_in = gunzip->packed;
            inflating->avail_in = (uInt)read_file(stream, gunzip->packed, PACKED_ROOM);
            if (inflating->avail_in == 0)
                return gunzip->ended ? 0 : stop(stream, "truncated gzip file; export or copy it again");
        }
        if (gunzip->ended)
            inflateReset(inflating);
        gunzip->ended = false;
        int status = inflate(inflating, Z_NO_FLUSH);
        if (status == Z_STREAM_END)
            gunzip->ended = true;
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return stop(stream, "damaged gzip file; export or copy it again");
    }
    return before - inflating->avail_out;
}

static size_t read_raw(struct input_stream *stream, void *into, size_t room)
{
    size_t got = 0;
    if (!stream->ended)
        got = stream->gunzip != NULL ? unpack(stream, into, room) : read_file(stream, into, room);
    stream->ended = got == 0;
    return got;
}

/* Fills `into` with at least four bytes of the file's text, if there are that many. */
static size_t read_beginning(struct input_stream *stream, char *into, size_t room)
{
    size_t length = 0, got;
    while (length < 4 && (got = read_raw(stream, into + length, room - length)) > 0)
        length += got;
    if (stream->gunzip != NULL || length < 3 || memcmp(into, "\x1F\x8B\x08", 3) != 0)
        return length;
    begin_gunzip(stream, into, length);
    return read_beginning(stream, into, room);
}

/* UTF-16 is recognised by its byte order mark, or by the zero bytes of ASCII text. Returns the length of the mark. */
static size_t recognise(struct input_stream *stream, const unsigned char *bytes, size_t length)
{
    bool zero = length >= 4 && (bytes[0] == 0) != (bytes[1] == 0) && (bytes[2] == 0) == (bytes[0] == 0) &&
                (bytes[3] == 0) == (bytes[1] == 0);
    bool little = length >= 4 && bytes[0] == 0xFF && bytes[1] == 0xFE;
    bool big = length >= 4 && bytes[0] == 0xFE && bytes[1] == 0xFF;
    if (little || (zero && bytes[1] == 0))
        stream->encoding = INPUT_UTF16_LITTLE;
    else if (big || zero)
        stream->encoding = INPUT_UTF16_BIG;
    else
        return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return little || big ? 2 : 0;
}

static size_t put_utf8(char *out, uint32_t code)
{
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i > 1; i--, code >>= 6)
        out[i - 1] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(length == 1 ? code : lead[length] | code);
    return length;
}

static uint32_t unit_at(const struct input_stream *stream, const unsigned char *at)
{
    return stream->encoding == INPUT_UTF16_LITTLE ? at[0] | (uint32_t)at[1] << 8 : at[1] | (uint32_t)at[0] << 8;
}

/* Converts to UTF-8 at out, which may be before `at` in the same memory. Two bytes can become three, so there must be
 * half as much additional room. If the piece ends within a character, its beginning is kept for the next piece, unless
 * there is none. */
static size_t from_utf16(struct input_stream *stream, const unsigned char *at, size_t length, char *out)
{
    size_t written = 0, i = 0;
    while (i + 1 < length) {
        uint32_t unit = unit_at(stream, at + i);
        if (unit >= 0xD800 && unit < 0xDC00) {
            if (i + 3 >= length && !stream->ended)
                break;
            uint32_t low = i + 3 < length ? unit_at(stream, at + i + 2) : 0;
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        i += 2;
        /* Half a surrogate pair, or half a unit, becomes invalid UTF-8, so that it is reported at its place.
         */
        written += put_utf8(out + written, unit);
    }
    if (stream->ended && i < length)
        out[written++] = '\xFF';
    stream->rest_length = stream->ended ? 0 : length - i;
    memcpy(stream->rest, at + i, stream->rest_length);
    return written;
}

static size_t read_utf16(struct input_stream *stream, char *into, size_t room)
{
    size_t written = 0, half = room / 2;
    while (written == 0 && !(stream->ended && stream->rest_length == 0)) {
        unsigned char *raw = (unsigned char *)into + (room - half);
        size_t length = stream->rest_length;
        memcpy(raw, stream->rest, length);
        length += read_raw(stream, raw + length, half - length);
        written = from_utf16(stream, raw, length, into);
    }
    return written;
}

size_t input_stream_read(void *context, char *into, size_t room)
{
    struct input_stream *stream = context;
    if (stream->started)
        return stream->encoding == INPUT_UTF8 ? read_raw(stream, into, room) : read_utf16(stream, into, room);
    stream->started = true;
    size_t length = read_beginning(stream, into, room / 2 < PACKED_ROOM ? room / 2 : PACKED_ROOM);
    size_t mark = recognise(stream, (const unsigned char *)into, length);
    if (stream->encoding != INPUT_UTF8) {
        unsigned char *raw = (unsigned char *)into + (room - length);
        memmove(raw, into, length);
        length = from_utf16(stream, raw + mark, length - mark, into);
        return length > 0 ? length : read_utf16(stream, into, room);
    }
    if (mark > 0)
        memmove(into, into + mark, length - mark);
    return length - mark > 0 ? length - mark : read_raw(stream, into, room);
}

void input_stream_close(struct input_stream *stream, char *buffer, size_t room, uint64_t digest[2])
{
    end_gunzip(stream);
    while (read_file(stream, buffer, room) > 0)
        ;
    if (stream->descriptor != STDIN_FILENO)
        close(stream->descriptor);
    file_digest_end(&stream->digest, digest);
}
