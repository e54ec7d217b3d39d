/*
 * digest: 128-bit digests of bytes.
 *
 * For texts: two polynomials over the prime field 2^61 - 1 at two secret (or fixed) points. Under a random key no input
 * can be constructed to collide: two different texts of n bytes share a digest with probability below (n / 7 / 2^60)^2,
 * whatever they are, as long as no digest is revealed (Carter and Wegman, "Universal classes of hash functions", 1979).
 * So equal digests under such a key prove equal texts for all practical purposes. The fixed key gives the same digests
 * in every run and protects against accidents only.
 *
 * For files: XXH3 (https://xxhash.com), four times as fast and against accidents only: it tells whether a file has
 * changed since it was loaded.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_DIGEST_H
#define ROLECHAIN_INGEST_SUPPORT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest_key {
    uint64_t powers[2][4]; /* of the two points: first to fourth */
};

/* Draws a key from the system's randomness. */
void digest_key_draw(struct digest_key *key);

/* The fixed key. */
void digest_key_fix(struct digest_key *key);

/* Texts under different seeds have different digests. */
void digest_bytes(const struct digest_key *key, uint32_t seed, const void *bytes, size_t length, uint64_t result[2]);

/* For a file that is read in pieces. Every begin needs an end. */
struct file_digest {
    struct XXH3_state_s *state;
};

void file_digest_begin(struct file_digest *digest);
void file_digest_add(struct file_digest *digest, const void *bytes, size_t length);
void file_digest_end(struct file_digest *digest, uint64_t result[2]);

#endif
