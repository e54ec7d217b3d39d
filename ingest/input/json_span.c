#include "ingest/input/json_span.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* A bit for each byte of a block. */
struct masks {
    uint64_t quotes, backslashes, opening, closing;
};

#if defined(__SSE2__)

static inline uint64_t sixteen(__m128i equal, int at)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(equal) << at;
}

static inline void find_masks(const char *block, struct masks *masks)
{
    /* '[' and '{' differ only in the folded bit, as do ']' and '}', and no other byte becomes one of them. */
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), fold = _mm_set1_epi8(0x20),
                  open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
    *masks = (struct masks){0};
    for (int at = 0; at < JSON_SPAN_BLOCK; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + at));
        __m128i folded = _mm_or_si128(bytes, fold);
        masks->quotes |= sixteen(_mm_cmpeq_epi8(bytes, quote), at);
        masks->backslashes |= sixteen(_mm_cmpeq_epi8(bytes, backslash), at);
        masks->opening |= sixteen(_mm_cmpeq_epi8(folded, open), at);
        masks->closing |= sixteen(_mm_cmpeq_epi8(folded, close), at);
    }
}

#else

static inline void find_masks(const char *block, struct masks *masks)
{
    *masks = (struct masks){0};
    for (int at = 0; at < JSON_SPAN_BLOCK; at++) {
        char c = block[at];
        masks->quotes |= (uint64_t)(c == '"') << at;
        masks->backslashes |= (uint64_t)(c == '\\') << at;
        masks->opening |= (uint64_t)((c | 0x20) == '{') << at;
        masks->closing |= (uint64_t)((c | 0x20) == '}') << at;
    }
}

#endif

/* Bytes after an odd number of backslashes. The sum carries through each run of backslashes, as in Langdale and Lemire,
 * "Parsing gigabytes of JSON per second", 2019, 3.1.1. */
static inline uint64_t find_escaped(uint64_t backslashes, uint64_t *escaped)
{
    const uint64_t even = 0x5555555555555555u;
    if (backslashes == 0) {
        uint64_t first = *escaped;
        *escaped = 0;
        return first;
    }
    backslashes &= ~*escaped;
    uint64_t follows = backslashes << 1 | *escaped, odd_starts = backslashes & ~even & ~follows, sum;
    *escaped = __builtin_add_overflow(odd_starts, backslashes, &sum);
    return (even ^ sum << 1) & follows;
}

/* Each bit becomes the parity of the bits up to it. */
static inline uint64_t parities(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* Few bits are set. */
static inline uint64_t count(uint64_t bits)
{
    uint64_t ones = 0;
    for (; bits != 0; bits &= bits - 1)
        ones++;
    return ones;
}

size_t json_span_add(struct json_span *span, const char block[JSON_SPAN_BLOCK])
{
    struct masks masks;
    find_masks(block, &masks);
    uint64_t quotes = masks.quotes & ~find_escaped(masks.backslashes, &span->escaped);
    uint64_t in_string = parities(quotes) ^ span->in_string;
    span->in_string = 0 - (in_string >> 63);
    uint64_t opening = masks.opening & ~in_string, closing = masks.closing & ~in_string;
    while (closing != 0) {
        uint64_t lowest = closing & (0 - closing), before = opening & (lowest - 1);
        span->depth += count(before);
        opening ^= before;
        if (span->depth <= 1)
            return (size_t)__builtin_ctzll(lowest) + 1;
        span->depth--;
        closing ^= lowest;
    }
    span->depth += count(opening);
    return 0;
}
