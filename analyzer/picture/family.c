#include "analyzer/picture/family.h"

#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATORS "-_./@+=,: "
#define WORDS_MOST 32u /* per name; the rest is one word */
#define LEAST_ALONE 4u /* shortest part that counts as generated if only one name has it */
#define GENERATED "\xE2\x80\xA6"

/* A name in words, with the separators between them. */
struct words {
    const char *at[WORDS_MOST];
    size_t length[WORDS_MOST];
    bool generated[WORDS_MOST];
    uint32_t count;
    const char *end;
};

static void split(const char *name, struct words *words)
{
    words->count = 0;
    words->end = name + strlen(name);
    for (const char *at = name; *at != '\0';) {
        at += strspn(at, SEPARATORS);
        size_t length = words->count + 1 == WORDS_MOST ? strlen(at) : strcspn(at, SEPARATORS);
        if (length == 0)
            break;
        words->at[words->count] = at;
        words->length[words->count] = length;
        words->generated[words->count++] = false;
        at += length;
    }
}

static bool looks_generated(const char *word, size_t length)
{
    size_t digits = 0, letters = 0, hexadecimal = 0, turns = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)word[i];
        digits += isdigit(c) != 0;
        letters += isalpha(c) != 0;
        hexadecimal += isxdigit(c) != 0;
        turns += i > 0 && (isdigit(c) != 0) != (isdigit((unsigned char)word[i - 1]) != 0);
    }
    if (digits + letters < length || digits == 0)
        return false;
    if (letters == 0)
        return true;
    if (hexadecimal == length && length >= 8)
        return true;
    /* "CreateEC2Instance" has a digit between letters, too. */
    if (digits * 8 < length)
        return false;
    return (length >= 6 && (turns >= 2 || isdigit((unsigned char)word[0]))) || (length >= 4 && turns >= 3);
}

static bool is_direction(const char *word, size_t length)
{
    static const char *const directions[] = {"north",     "south",     "east",      "west",     "central",
                                             "northeast", "northwest", "southeast", "southwest"};
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
        if (strlen(directions[i]) == length && strncmp(word, directions[i], length) == 0)
            return true;
    return false;
}

/* "eu-west-1" */
static void mark_regions(struct words *words)
{
    for (uint32_t i = 0; i + 2 < words->count; i++)
        if (words->length[i] == 2 && is_direction(words->at[i + 1], words->length[i + 1]) &&
            words->length[i + 2] == 1 && isdigit((unsigned char)words->at[i + 2][0]))
            words->generated[i] = words->generated[i + 1] = true;
}

static void mark_looks(struct words *words)
{
    mark_regions(words);
    for (uint32_t i = 0; i < words->count; i++)
        words->generated[i] = words->generated[i] || looks_generated(words->at[i], words->length[i]);
}

/* The words that stay, with their separators; one "…" replaces those in between. A name that consists of generated
 * parts only stays unchanged. */
static const char *join(struct arena *arena, const char *name, const struct words *words)
{
    struct text text = {0};
    const char *done = name;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < words->count; i++)
        kept += !words->generated[i];
    if (kept == 0 || kept == words->count)
        return arena_copy_text(arena, name, strlen(name));
    for (uint32_t i = 0; i < words->count; i++) {
        const char *after = words->at[i] + words->length[i];
        if (!words->generated[i] || i == 0 || !words->generated[i - 1])
            text_append(&text, done, (size_t)(words->at[i] - done));
        if (!words->generated[i])
            text_append(&text, words->at[i], words->length[i]);
        else if (i == 0 || !words->generated[i - 1])
            text_append_string(&text, GENERATED);
        done = after;
    }
    if (!words->generated[words->count - 1])
        text_append_string(&text, done);
    return text_keep(&text, arena);
}

const char *family_without_generated(struct arena *arena, const char *name)
{
    struct words words;
    split(name, &words);
    mark_looks(&words);
    return join(arena, name, &words);
}

void families_count(struct families *families, const char *name)
{
    struct words words;
    uint32_t before = families->names.count;
    intern_add(&families->names, name, strlen(name));
    if (families->names.count == before)
        return;
    split(name, &words);
    for (uint32_t i = 0; i < words.count; i++) {
        bool met = false;
        for (uint32_t j = 0; j < i && !met; j++)
            met = words.length[j] == words.length[i] && memcmp(words.at[j], words.at[i], words.length[i]) == 0;
        uint32_t word = intern_add(&families->words, words.at[i], words.length[i]);
        ARRAY_REACH(families->uses, word, families->room);
        families->uses[word] += !met;
    }
}

static uint32_t uses_of(const struct families *families, const struct words *words, uint32_t i)
{
    uint32_t word = intern_find(&families->words, words->at[i], words->length[i]);
    return word == INTERN_NONE ? 0 : families->uses[word];
}

static void mark_alone(const struct families *families, struct words *words)
{
    bool shares = false;
    for (uint32_t i = 0; i < words->count; i++)
        shares = shares || (!words->generated[i] && uses_of(families, words, i) > 1);
    for (uint32_t i = 0; i < words->count && shares; i++)
        words->generated[i] =
            words->generated[i] || (uses_of(families, words, i) <= 1 && words->length[i] >= LEAST_ALONE);
}

/* A word between generated parts is the least informative; it is kept only if there is nothing else. */
static void keep_end(const struct families *families, struct words *words)
{
    uint32_t last = words->count - 1, kept = WORDS_MOST;
    if (words->count < 2)
        return;
    if (!words->generated[0])
        kept = 0;
    if (!words->generated[last] && (kept == WORDS_MOST || uses_of(families, words, last) > uses_of(families, words, 0)))
        kept = last;
    for (uint32_t i = 0; i < words->count && kept == WORDS_MOST; i++)
        kept = words->generated[i] ? WORDS_MOST : i;
    for (uint32_t i = 0; i < words->count && kept != WORDS_MOST; i++)
        words->generated[i] = i != kept;
}

const char *families_of(const struct families *families, struct arena *arena, const char *name, enum family_level level)
{
    struct words words;
    split(name, &words);
    mark_looks(&words);
    if (level >= FAMILY_SHARED)
        mark_alone(families, &words);
    if (level >= FAMILY_ENDS)
        keep_end(families, &words);
    return join(arena, name, &words);
}

void families_free(struct families *families)
{
    intern_free(&families->names);
    intern_free(&families->words);
    free(families->uses);
    *families = (struct families){0};
}
