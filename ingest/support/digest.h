/*
 * digest: 128 bits over bytes, as two polynomials over the prime field 2^61 - 1 at two secret (or fixed) points.
 *
 * Under a random key no input can be made to collide: two different texts of n bytes share a digest with probability
 * below (n / 7 / 2^60)^2, whatever they are, as long as no digest is shown (Carter and Wegman, "Universal classes of
 * hash functions", 1979). So equal digests under such a key may stand for equal texts. The fixed key gives the same
 * digests in every run, and can only stand against accidents.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_DIGEST_H
#define ROLECHAIN_INGEST_SUPPORT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BLOCK 28

struct digest_key {
    uint64_t powers[2][4]; /* of the two points: first to fourth */
};

/* Bytes that come in pieces. */
struct digest {
    const struct digest_key *key;
    uint64_t values[2];
    uint64_t length;
    unsigned char rest[DIGEST_BLOCK];
    size_t rest_length;
};

/* Draws a key from the system's randomness. */
void digest_key_draw(struct digest_key *key);

/* The key that is always the same. */
void digest_key_fix(struct digest_key *key);

/* Texts under different seeds have different digests. */
void digest_begin(struct digest *digest, const struct digest_key *key, uint32_t seed);
void digest_add(struct digest *digest, const void *bytes, size_t length);
void digest_end(struct digest *digest, uint64_t result[2]);

/* All in one. */
void digest_bytes(const struct digest_key *key, uint32_t seed, const void *bytes, size_t length, uint64_t result[2]);

#endif
