#include "ingest/support/likeness.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Levenshtein distance, ignoring case; SIZE_MAX if it is `bound` or more, or if one of the two is too long. */
static size_t distance(const char *a, const char *b, size_t bound)
{
    size_t row[65], length = strlen(b), other = strlen(a);
    if (length > 64 || other > 64 || (length > other ? length - other : other - length) >= bound)
        return SIZE_MAX;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0], least = i;
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j], best = diagonal + !is_same(a[i - 1], b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
            if (best < least)
                least = best;
        }
        if (least >= bound)
            return SIZE_MAX;
    }
    return row[length] < bound ? row[length] : SIZE_MAX;
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t least = strlen(word) / 2 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t apart = distance(word, names[i], least);
        bool prefix = strlen(word) >= 3 && strncasecmp(word, names[i], strlen(word)) == 0;
        if (prefix)
            apart = 0;
        if (apart < least || (apart == 0 && best == NULL)) {
            least = apart;
            best = names[i];
        }
    }
    return best;
}

const char *nearest_name_close(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t least = strlen(word) / 4 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t apart = distance(word, names[i], least);
        if (apart < least && apart < strlen(names[i])) {
            least = apart;
            best = names[i];
        }
    }
    return best;
}
