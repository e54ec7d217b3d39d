#include "ingest/support/digest.h"

#include "ingest/support/memory.h"
#include <endian.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <xxhash.h>

#define PRIME (((uint64_t)1 << 61) - 1)

/* Seven bytes form a coefficient, always below the prime; four coefficients form a block. */
#define LIMB 7
#define BLOCK ((size_t)28)

__extension__ typedef unsigned __int128 wide;

/* Below 2^61 + 8: congruent, but not fully reduced. */
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
        /* Neither 0 nor 1, for which all texts or all orders would be the same. */
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

/* For whole blocks. */
static void add_blocks(const struct digest_key *key, uint64_t values[2], const unsigned char *at, size_t blocks)
{
    uint64_t first = values[0], second = values[1];
    for (; blocks > 0; blocks--, at += BLOCK) {
        const uint64_t mask = ((uint64_t)1 << 8 * LIMB) - 1;
        uint64_t limbs[4] = {word(at) & mask, word(at + LIMB) & mask, word(at + 2 * LIMB) & mask,
                             word(at + 3 * LIMB - 1) >> 8};
        first = step(first, key->powers[0], limbs);
        second = step(second, key->powers[1], limbs);
    }
    values[0] = first;
    values[1] = second;
}

void digest_bytes(const struct digest_key *key, uint32_t seed, const void *bytes, size_t length, uint64_t result[2])
{
    const size_t rest = length % BLOCK;
    const unsigned char *at = bytes;
    unsigned char last[BLOCK] = {0};
    uint64_t values[2];
    /* Multiplied by the point, so that the seed is a coefficient of its own. */
    for (int i = 0; i < 2; i++)
        values[i] = reduce((wide)((uint64_t)seed + 1) * key->powers[i][0]);
    add_blocks(key, values, at, length / BLOCK);
    if (rest > 0) {
        memcpy(last, at + (length - rest), rest);
        add_blocks(key, values, last, 1);
    }
    for (int i = 0; i < 2; i++)
        result[i] = normal(reduce((wide)(values[i] + (length & PRIME)) * key->powers[i][0]));
}

/* ---- files */

/* XXH3 with the widest vectors that the machine has; the results are equal. libxxhash has this for x86 only. */
__attribute__((weak)) XXH_errorcode XXH3_128bits_update_dispatch(XXH3_state_t *state, const void *bytes, size_t length);

void file_digest_begin(struct file_digest *digest)
{
    digest->state = XXH3_createState();
    if (digest->state == NULL)
        memory_exhausted();
    XXH3_128bits_reset(digest->state);
}

void file_digest_add(struct file_digest *digest, const void *bytes, size_t length)
{
    if (XXH3_128bits_update_dispatch != NULL)
        XXH3_128bits_update_dispatch(digest->state, bytes, length);
    else
        XXH3_128bits_update(digest->state, bytes, length);
}

void file_digest_end(struct file_digest *digest, uint64_t result[2])
{
    const XXH128_hash_t hash = XXH3_128bits_digest(digest->state);
    XXH3_freeState(digest->state);
    digest->state = NULL;
    result[0] = hash.low64;
    result[1] = hash.high64;
}
