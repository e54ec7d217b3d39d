#include "ingest/support/digest.h"
#include "tests/support/testing.h"

#include <stdbool.h>
#include <string.h>

static bool same(const uint64_t *a, const uint64_t *b)
{
    return a[0] == b[0] && a[1] == b[1];
}

static void file_digest(const unsigned char *bytes, size_t length, size_t piece, uint64_t result[2])
{
    struct file_digest digest;
    file_digest_begin(&digest);
    for (size_t at = 0; at < length; at += piece)
        file_digest_add(&digest, bytes + at, piece < length - at ? piece : length - at);
    file_digest_end(&digest, result);
}

static void pieces_of_a_file_give_the_digest_of_the_whole(void **state)
{
    unsigned char bytes[1200];
    uint64_t whole[2], parts[2], before[2] = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)((i * 37 + i / 7) | 1);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        file_digest(bytes, length, sizeof bytes, whole);
        assert_false(same(whole, before));
        memcpy(before, whole, sizeof before);
        for (size_t piece = 1; piece < 400; piece += 57) {
            file_digest(bytes, length, piece, parts);
            assert_true(same(whole, parts));
        }
    }
}

static void texts_end_where_they_end(void **state)
{
    struct digest_key key;
    unsigned char bytes[400], copy[400] = {0};
    uint64_t digest[2], again[2];
    (void)state;
    digest_key_draw(&key);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)((i * 37 + i / 7) | 1);
    for (size_t length = 0; length < sizeof bytes; length++) {
        digest_bytes(&key, 5, bytes, length, digest);
        digest_bytes(&key, 5, copy, length, again);
        assert_true(length == 0 || !same(digest, again));
        memcpy(copy, bytes, length);
        digest_bytes(&key, 5, copy, length, again);
        assert_true(same(digest, again));
    }
}

static void whatever_differs_gives_another_digest(void **state)
{
    struct digest_key fixed, other;
    unsigned char bytes[100] = {0};
    uint64_t digests[600][2];
    size_t count = 0;
    (void)state;
    digest_key_fix(&fixed);
    digest_key_draw(&other);
    for (size_t length = 0; length <= sizeof bytes; length++) /* zeros only, of each length */
        digest_bytes(&fixed, 0, bytes, length, digests[count++]);
    for (size_t i = 0; i < sizeof bytes; i++) { /* one bit at each place */
        bytes[i] = 1;
        digest_bytes(&fixed, 0, bytes, sizeof bytes, digests[count++]);
        bytes[i] = 128;
        digest_bytes(&fixed, 0, bytes, sizeof bytes, digests[count++]);
        bytes[i] = 0;
    }
    digest_bytes(&fixed, 1, bytes, sizeof bytes, digests[count++]);
    digest_bytes(&other, 0, bytes, sizeof bytes, digests[count++]);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(digests[i][0] == digests[j][0] || digests[i][1] == digests[j][1]);
}

/* Databases hold digests: they must not change from release to release. */
static void those_without_a_key_are_these(void **state)
{
    struct digest_key key;
    uint64_t empty[2], words[2];
    (void)state;
    digest_key_fix(&key);
    digest_bytes(&key, 0, "", 0, empty);
    digest_bytes(&key, 3, "the quick brown fox jumps over the lazy dog", 43, words);
    assert_int_equal(empty[0], 0x12F6CD3B0FFE633u);
    assert_int_equal(words[0], 0x18953AF769B8229u);
    assert_int_equal(words[1], 0x105E86C56E3F294Eu);
    file_digest((const unsigned char *)"", 0, 1, empty);
    assert_int_equal(empty[0], 0x6001C324468D497Fu);
    assert_int_equal(empty[1], 0x99AA06D3014798D8u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_a_file_give_the_digest_of_the_whole), cmocka_unit_test(texts_end_where_they_end),
        cmocka_unit_test(whatever_differs_gives_another_digest), cmocka_unit_test(those_without_a_key_are_these)};
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
