#include "graph/policy/pattern.h"

#include "ingest/support/memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static unsigned char fold(unsigned char c, bool ignore_case)
{
    return ignore_case && c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

static const char *next_character(const char *text, const char *end)
{
    text++;
    while (text < end && ((unsigned char)*text & 0xC0) == 0x80)
        text++;
    return text;
}

/* The first place, from text on, where the part behind a star can begin; NULL: there is none. */
static const char *candidate(const char *pattern, const char *pattern_end, const char *text, const char *text_end,
                             bool ignore_case)
{
    bool plain = pattern < pattern_end && *pattern != '*' && *pattern != '?' && *pattern != PATTERN_ESCAPE;
    if (ignore_case || !plain || ((unsigned char)*pattern & 0x80) != 0)
        return text;
    return memchr(text, *pattern, (size_t)(text_end - text));
}

/* The classic two-pointer match: on a mismatch, go back to the last star and let it match one more byte. */
static bool match(const char *pattern, const char *pattern_end, const char *text, const char *text_end,
                  bool ignore_case)
{
    const char *star = NULL, *resume = NULL;
    while (text < text_end) {
        if (pattern < pattern_end && *pattern == '*') {
            star = ++pattern;
            text = resume = candidate(star, pattern_end, text, text_end, ignore_case);
            if (star == pattern_end)
                return true;
            if (resume == NULL)
                return false;
            continue;
        }
        if (pattern < pattern_end && *pattern == '?') {
            pattern++;
            text = next_character(text, text_end);
            continue;
        }
        const char *literal = pattern;
        if (literal < pattern_end && *literal == PATTERN_ESCAPE && literal + 1 < pattern_end)
            literal++;
        if (literal < pattern_end &&
            fold((unsigned char)*literal, ignore_case) == fold((unsigned char)*text, ignore_case)) {
            pattern = literal + 1;
            text++;
            continue;
        }
        if (star == NULL)
            return false;
        pattern = star;
        text = resume = candidate(star, pattern_end, next_character(resume, text_end), text_end, ignore_case);
        if (resume == NULL)
            return false;
    }
    while (pattern < pattern_end && *pattern == '*')
        pattern++;
    return pattern == pattern_end;
}

/* Whether both end with different literal characters. */
static bool end_otherwise(const char *pattern, size_t length, const char *text, size_t text_length)
{
    const char *last = length > 0 ? &pattern[length - 1] : "*";
    return *last != '*' && *last != '?' && *last != PATTERN_ESCAPE &&
           (text_length == 0 || text[text_length - 1] != *last);
}

bool pattern_matches(const char *pattern, const char *text)
{
    /* Most texts differ before the first wildcard. */
    for (; *pattern != '*' && *pattern != '?' && *pattern != PATTERN_ESCAPE; pattern++, text++) {
        if (*pattern != *text)
            return false;
        if (*pattern == '\0')
            return true;
    }
    if (pattern[0] == '*' && pattern[1] == '\0')
        return true;
    size_t length = strlen(pattern), text_length = strlen(text);
    return !end_otherwise(pattern, length, text, text_length) &&
           match(pattern, pattern + length, text, text + text_length, false);
}

bool pattern_matches_ignoring_case(const char *pattern, const char *text)
{
    return match(pattern, pattern + strlen(pattern), text, text + strlen(text), true);
}

bool pattern_matches_arn(const char *pattern, const char *text)
{
    if (strcmp(pattern, "*") == 0)
        return strncmp(text, "arn:", 4) == 0;
    for (int field = 0; field < 5; field++) {
        const char *pattern_colon = strchr(pattern, ':'), *text_colon = strchr(text, ':');
        if (pattern_colon == NULL || text_colon == NULL || !match(pattern, pattern_colon, text, text_colon, false))
            return false;
        pattern = pattern_colon + 1;
        text = text_colon + 1;
    }
    return pattern_matches(pattern, text);
}

bool pattern_has_wildcard(const char *pattern)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == PATTERN_ESCAPE && pattern[1] != '\0')
            pattern++;
        else if (*pattern == '*' || *pattern == '?')
            return true;
    }
    return false;
}

const char *pattern_account(const char *pattern)
{
    const char *at = pattern;
    for (int field = 0; field < 4; field++) {
        size_t length = strcspn(at, ":*?\x01");
        if (at[length] != ':')
            return NULL;
        at += length + 1;
    }
    return strspn(at, "0123456789") == 12 && at[12] == ':' ? at : NULL;
}

/* ---- where two patterns meet */

enum piece { PIECE_END, PIECE_BYTE, PIECE_ANY, PIECE_RUN };

/* The character or wildcard at that place, and its length in bytes. */
static enum piece piece_at(const char *at, char *byte, size_t *length)
{
    *length = 1;
    *byte = *at;
    if (*at == PATTERN_ESCAPE && at[1] != '\0') {
        *byte = at[1];
        *length = 2;
        return PIECE_BYTE;
    }
    return *at == '\0' ? PIECE_END : *at == '*' ? PIECE_RUN : *at == '?' ? PIECE_ANY : PIECE_BYTE;
}

/* A breadth-first search over pairs of places, from the beginnings to the ends. */
struct meeting {
    const char *a, *b;
    size_t width;   /* places in b */
    size_t fields;  /* where the sixth field of b begins */
    uint32_t *from; /* per pair: the number of the pair before it, + 1; 0: not reached */
    char *byte;     /* per pair: the byte by which it was reached; 0: none */
    uint32_t *queue, end;
};

static void meeting_reach(struct meeting *meeting, uint32_t from, size_t i, size_t j, char byte)
{
    size_t pair = i * meeting->width + j;
    if (meeting->from[pair] != 0)
        return;
    meeting->from[pair] = from + 1;
    meeting->byte[pair] = byte;
    meeting->queue[meeting->end++] = (uint32_t)pair;
}

static void meeting_step(struct meeting *meeting, uint32_t pair)
{
    size_t i = pair / meeting->width, j = pair % meeting->width, in_a, in_b;
    char a, b;
    enum piece p = piece_at(meeting->a + i, &a, &in_a), q = piece_at(meeting->b + j, &b, &in_b);
    if (p == PIECE_RUN)
        meeting_reach(meeting, pair, i + 1, j, '\0');
    if (q == PIECE_RUN)
        meeting_reach(meeting, pair, i, j + 1, '\0');
    if (p == PIECE_END || q == PIECE_END || (p == PIECE_RUN && q == PIECE_RUN) ||
        (p == PIECE_BYTE && q == PIECE_BYTE && a != b))
        return;
    if (p == PIECE_BYTE && a == ':' && q != PIECE_BYTE && j < meeting->fields)
        return;
    char byte = 'x';
    if (p == PIECE_BYTE)
        byte = a;
    else if (q == PIECE_BYTE)
        byte = b;
    meeting_reach(meeting, pair, p == PIECE_RUN ? i : i + in_a, q == PIECE_RUN ? j : j + in_b, byte);
}

static bool meeting_tell(const struct meeting *meeting, size_t pair, char *text, size_t size)
{
    size_t length = 0;
    for (size_t at = pair; at != 0; at = meeting->from[at] - 1)
        length += meeting->byte[at] != '\0';
    if (length >= size)
        return false;
    text[length] = '\0';
    for (size_t at = pair; at != 0; at = meeting->from[at] - 1)
        if (meeting->byte[at] != '\0')
            text[--length] = meeting->byte[at];
    return true;
}

static size_t sixth_field(const char *pattern)
{
    const char *at = pattern;
    for (int colons = 0; colons < 5 && *at != '\0'; at++)
        colons += *at == ':';
    return (size_t)(at - pattern);
}

bool pattern_meet(const char *a, const char *b, char *text, size_t size)
{
    size_t height = strlen(a) + 1, width = strlen(b) + 1, last = height * width - 1;
    if (height > UINT32_MAX / 4 / width)
        return false;
    struct meeting meeting = {.a = a,
                              .b = b,
                              .width = width,
                              .fields = sixth_field(b),
                              .from = memory_zeroed(height * width, sizeof *meeting.from),
                              .byte = memory_zeroed(height * width, 1),
                              .queue = memory_zeroed(height * width, sizeof *meeting.queue)};
    meeting_reach(&meeting, 0, 0, 0, '\0');
    for (uint32_t next = 0; next < meeting.end && meeting.from[last] == 0; next++)
        meeting_step(&meeting, meeting.queue[next]);
    bool found = meeting.from[last] != 0 && meeting_tell(&meeting, last, text, size);
    free(meeting.from);
    free(meeting.byte);
    free(meeting.queue);
    return found;
}
