#include "graph/policy/pattern.h"

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

/* The first place from text on at which what follows a star can begin; NULL: there is none. */
static const char *candidate(const char *pattern, const char *pattern_end, const char *text, const char *text_end,
                             bool ignore_case)
{
    bool plain = pattern < pattern_end && *pattern != '*' && *pattern != '?' && *pattern != PATTERN_ESCAPE;
    if (ignore_case || !plain || ((unsigned char)*pattern & 0x80) != 0)
        return text;
    return memchr(text, *pattern, (size_t)(text_end - text));
}

/* The classic two-pointer match: on a mismatch go back to the last star and let it swallow one byte more. */
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

bool pattern_matches(const char *pattern, const char *text)
{
    /* Most differ before the first wildcard. */
    for (; *pattern != '*' && *pattern != '?' && *pattern != PATTERN_ESCAPE; pattern++, text++) {
        if (*pattern != *text)
            return false;
        if (*pattern == '\0')
            return true;
    }
    if (pattern[0] == '*' && pattern[1] == '\0')
        return true;
    return match(pattern, pattern + strlen(pattern), text, text + strlen(text), false);
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
