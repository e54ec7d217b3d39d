#include "ingest/support/digest.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define PRIME (((uint64_t)1 << 61) - 1)

/* Seven bytes are a coefficient, always below the prime; four are a block. */
#define LIMB 7

__extension__ typedef unsigned __int128 wide;

/* Below 2^61 + 8: congruent, not reduced to the end. */
static inline uint64_t reduce(wide value)
{
    uint64_t sum = ((uint64_t)value & PRIME) + (uint64_t)(value >> 61);
    return (sum & PRIME) + (sum >> 61);
}

static inline uint64_t normal(uint64_t value)
{
    value = (value & PRIME) + (value >> 61);
    return value >= PRIME ? value - PRIME : value;
}

static inline uint64_t word(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return le64toh(value);
}

static inline uint64_t step(uint64_t value, const uint64_t *powers, const uint64_t *limbs)
{
    return reduce((wide)(value + limbs[0]) * powers[3] + (wide)limbs[1] * powers[2] + (wide)limbs[2] * powers[1] +
                  (wide)limbs[3] * powers[0]);
}

static void key_from(struct digest_key *key, const uint64_t *points)
{
    for (int i = 0; i < 2; i++) {
        /* Not 0 and not 1, where all texts or all orders would be the same. */
        key->powers[i][0] = points[i] % (PRIME - 2) + 2;
        for (int j = 1; j < 4; j++)
            key->powers[i][j] = normal(reduce((wide)key->powers[i][j - 1] * key->powers[i][0]));
    }
}

void digest_key_draw(struct digest_key *key)
{
    uint64_t points[2];
    if (getrandom(points, sizeof points, 0) != (ssize_t)sizeof points) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        points[0] = (uint64_t)now.tv_nsec * 0x9E3779B97F4A7C15u + (uint64_t)now.tv_sec;
        points[1] = (uint64_t)(uintptr_t)key * 0xD6E8FEB86659FD93u + points[0];
    }
    key_from(key, points);
}

void digest_key_fix(struct digest_key *key)
{
    /* The first digits of pi and e. */
    static const uint64_t points[2] = {0x243F6A8885A308D3u, 0xB7E151628AED2A6Au};
    key_from(key, points);
}

void digest_begin(struct digest *digest, const struct digest_key *key, uint32_t seed)
{
    *digest = (struct digest){.key = key};
    /* Times the point, so that the seed is a coefficient of its own. */
    for (int i = 0; i < 2; i++)
        digest->values[i] = reduce((wide)((uint64_t)seed + 1) * key->powers[i][0]);
}

static const unsigned char *add_blocks(struct digest *digest, const unsigned char *at, size_t blocks)
{
    const struct digest_key *key = digest->key;
    uint64_t first = digest->values[0], second = digest->values[1];
    for (; blocks > 0; blocks--, at += DIGEST_BLOCK) {
        const uint64_t mask = ((uint64_t)1 << 8 * LIMB) - 1;
        uint64_t limbs[4] = {word(at) & mask, word(at + LIMB) & mask, word(at + 2 * LIMB) & mask,
                             word(at + 3 * LIMB - 1) >> 8};
        first = step(first, key->powers[0], limbs);
        second = step(second, key->powers[1], limbs);
    }
    digest->values[0] = first;
    digest->values[1] = second;
    return at;
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    digest->length += length;
    if (digest->rest_length > 0) {
        size_t taken = DIGEST_BLOCK - digest->rest_length;
        if (taken > length)
            taken = length;
        memcpy(digest->rest + digest->rest_length, at, taken);
        digest->rest_length += taken;
        at += taken;
        length -= taken;
        if (digest->rest_length < DIGEST_BLOCK)
            return;
        add_blocks(digest, digest->rest, 1);
        digest->rest_length = 0;
    }
    at = add_blocks(digest, at, length / DIGEST_BLOCK);
    digest->rest_length = length % DIGEST_BLOCK;
    if (digest->rest_length > 0)
        memcpy(digest->rest, at, digest->rest_length);
}

void digest_end(struct digest *digest, uint64_t result[2])
{
    if (digest->rest_length > 0) {
        memset(digest->rest + digest->rest_length, 0, DIGEST_BLOCK - digest->rest_length);
        add_blocks(digest, digest->rest, 1);
    }
    for (int i = 0; i < 2; i++)
        result[i] = normal(reduce((wide)(digest->values[i] + (digest->length & PRIME)) * digest->key->powers[i][0]));
}

void digest_bytes(const struct digest_key *key, uint32_t seed, const void *bytes, size_t length, uint64_t result[2])
{
    struct digest digest;
    digest_begin(&digest, key, seed);
    digest_add(&digest, bytes, length);
    digest_end(&digest, result);
}
