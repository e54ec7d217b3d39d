#include "ingest/input/input_stream.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void digest_whole(const void *bytes, size_t length, uint64_t result[2])
{
    struct file_digest digest;
    file_digest_begin(&digest);
    file_digest_add(&digest, bytes, length);
    file_digest_end(&digest, result);
}

static size_t read_all(const char *path, size_t room, char *out, uint64_t digest[2])
{
    struct input_stream stream;
    const char *error = NULL;
    char piece[1024];
    size_t length = 0, got;
    assert_true(input_stream_open(&stream, path, &error));
    while ((got = input_stream_read(&stream, piece, room)) > 0) {
        memcpy(out + length, piece, got);
        length += got;
    }
    assert_null(stream.error);
    input_stream_close(&stream, piece, sizeof piece, digest);
    return length;
}

/* "é😀" again and again behind 0 to 3 letters, so that characters fall apart at every place of a piece. */
static void characters_that_fall_apart_between_pieces(void **state)
{
    static const unsigned char characters[] = {0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80};
    static const unsigned char little[] = {0xE9, 0, 0x3D, 0xD8, 0x00, 0xDE}, big[] = {0, 0xE9, 0xD8, 0x3D, 0xDE, 0x00};
    char *folder = scratch_folder(), path[1024], expected[2048], found[4096];
    (void)state;
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/x", folder);
    for (int variant = 0; variant < 16; variant++) {
        bool is_big = variant % 2 == 1, mark = variant / 2 % 2 == 1;
        unsigned char bytes[2048];
        size_t length = 0, wanted = 0;
        uint64_t digests[2][2];
        if (mark) {
            memcpy(bytes, is_big ? "\xFE\xFF" : "\xFF\xFE", 2);
            length = 2;
        }
        for (int i = 0; i < 2 + variant / 4; i++) {
            bytes[length + (is_big ? 1 : 0)] = 'a';
            bytes[length + (is_big ? 0 : 1)] = 0;
            length += 2;
            expected[wanted++] = 'a';
        }
        for (int i = 0; i < 100; i++) {
            memcpy(bytes + length, is_big ? big : little, 6);
            length += 6;
            memcpy(expected + wanted, characters, sizeof characters);
            wanted += sizeof characters;
        }
        assert_true(scratch_write(path, bytes, length));
        for (size_t room = 64; room < 80; room++) {
            assert_int_equal(read_all(path, room, found, digests[0]), wanted);
            assert_memory_equal(found, expected, wanted);
        }
        digest_whole(bytes, length, digests[1]);
        assert_memory_equal(digests[0], digests[1], sizeof digests[0]);
    }
    scratch_remove(folder);
}

/* What is no character becomes what is no UTF-8, which its reader reports where it stands. */
static void halves_at_the_end(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
    } rows[] = {
        {"\xFF\xFE"
         "a\0\x3D\xD8",
         6, "a\xED\xA0\xBD"},
        {"\xFF\xFE"
         "a\0b",
         5, "a\xFF"},
        {"\xEF\xBB\xBF{}", 5, "{}"},
        {"\xEF\xBB\xBF", 3, ""},
        {"\xFF\xFE", 2, "\xFF\xFE"},
        {"{", 1, "{"},
        {"", 0, ""},
    };
    char *folder = scratch_folder(), path[1024], found[4096];
    uint64_t digest[2];
    (void)state;
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/x", folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(scratch_write(path, rows[i].bytes, rows[i].length));
        assert_int_equal(read_all(path, 64, found, digest), strlen(rows[i].text));
        assert_memory_equal(found, rows[i].text, strlen(rows[i].text));
    }
    scratch_remove(folder);
}

static size_t pack(const char *text, size_t length, unsigned char *out, size_t room)
{
    z_stream packing = {0};
    assert_int_equal(deflateInit2(&packing, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    packing.next_in = (unsigned char *)(uintptr_t)text;
    packing.avail_in = (uInt)length;
    packing.next_out = out;
    packing.avail_out = (uInt)room;
    assert_int_equal(deflate(&packing, Z_FINISH), Z_STREAM_END);
    deflateEnd(&packing);
    return packing.total_out;
}

/* In one member or several, as UTF-16 too; the digest is that of the file. */
static void packed_files(void **state)
{
    static const char wide[] = "\xFF\xFE{\0}\0";
    char *folder = scratch_folder(), path[1024], found[4096], text[3000];
    unsigned char bytes[8192];
    uint64_t digest[2], expected[2];
    (void)state;
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/x", folder);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 23);
    size_t first = pack(text, 1000, bytes, sizeof bytes);
    size_t length = first + pack(text + 1000, sizeof text - 1000, bytes + first, sizeof bytes - first);
    assert_true(scratch_write(path, bytes, length));
    for (size_t room = 64; room < 1024; room += 101) {
        assert_int_equal(read_all(path, room, found, digest), sizeof text);
        assert_memory_equal(found, text, sizeof text);
        digest_whole(bytes, length, expected);
        assert_memory_equal(digest, expected, sizeof digest);
    }
    length = pack(wide, sizeof wide - 1, bytes, sizeof bytes);
    assert_true(scratch_write(path, bytes, length));
    assert_int_equal(read_all(path, 64, found, digest), 2);
    assert_memory_equal(found, "{}", 2);
    scratch_remove(folder);
}

static void packed_files_that_are_broken(void **state)
{
    char *folder = scratch_folder(), path[1024], piece[256];
    unsigned char bytes[1024];
    size_t length = pack("some text, some more text", 25, bytes, sizeof bytes);
    (void)state;
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/x", folder);
    for (size_t i = 0; i < 2 * length - 4; i++) {
        bool cut = i < length - 4;
        unsigned char copy[1024];
        const char *error = NULL;
        struct input_stream stream;
        uint64_t digest[2];
        memcpy(copy, bytes, length);
        copy[cut ? 0 : i - length + 4] ^= cut ? 0 : 0xFF;
        assert_true(scratch_write(path, copy, cut ? i + 4 : length));
        assert_true(input_stream_open(&stream, path, &error));
        while (input_stream_read(&stream, piece, sizeof piece) > 0)
            ;
        if (cut && i + 4 < length)
            assert_string_equal(stream.error, "truncated gzip file; export or copy it again");
        input_stream_close(&stream, piece, sizeof piece, digest);
    }
    scratch_remove(folder);
}

static void what_cannot_be_opened(void **state)
{
    struct input_stream stream;
    const char *error = NULL;
    (void)state;
    assert_false(input_stream_open(&stream, "/nonexistent", &error));
    assert_string_equal(error, "not found");
    assert_false(input_stream_open(&stream, "/", &error));
    assert_string_equal(error, "the folder cannot be listed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(characters_that_fall_apart_between_pieces),
                                       cmocka_unit_test(halves_at_the_end), cmocka_unit_test(packed_files),
                                       cmocka_unit_test(packed_files_that_are_broken),
                                       cmocka_unit_test(what_cannot_be_opened)};
    return cmocka_run_group_tests_name("input_stream", tests, NULL, NULL);
}
