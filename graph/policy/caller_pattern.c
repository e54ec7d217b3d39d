#include "graph/policy/caller_pattern.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define ID_BYTES "abcdefghijklmnopqrstuvwxyz" DIGITS
#define ACCOUNT_DIGITS 12
#define ID_SHORTEST 10 /* after "o-" */
#define ID_LONGEST 32

/* A glob that texts of a certain alphabet and length must match. */
struct counted {
    size_t fixed, any; /* bytes; places for one byte */
    bool star;
};

/* Copies it with one star for several in a row. False: it has other bytes, or too many. */
static bool count_glob(const char *glob, size_t length, const char *alphabet, char *copy, size_t room,
                       struct counted *counted)
{
    size_t used = 0;
    *counted = (struct counted){0};
    for (size_t i = 0; i < length; i++) {
        if (glob[i] == '*') {
            counted->star = true;
            if (used > 0 && copy[used - 1] == '*')
                continue;
        } else if (glob[i] == '?') {
            counted->any++;
        } else if (glob[i] != '\0' && strchr(alphabet, glob[i]) != NULL) {
            counted->fixed++;
        } else {
            return false;
        }
        if (used + 1 >= room)
            return false;
        copy[used++] = glob[i];
    }
    copy[used] = '\0';
    return counted->fixed > 0;
}

static void drop_stars(char *pattern)
{
    char *end = pattern;
    for (const char *at = pattern; *at != '\0'; at++)
        if (*at != '*')
            *end++ = *at;
    *end = '\0';
}

bool caller_pattern_account(const char *glob, size_t length, char pattern[CALLER_PATTERN_SIZE])
{
    struct counted counted;
    if (!count_glob(glob, length, DIGITS, pattern, CALLER_PATTERN_SIZE, &counted))
        return false;
    size_t places = counted.fixed + counted.any;
    if (places == ACCOUNT_DIGITS)
        drop_stars(pattern);
    return places == ACCOUNT_DIGITS || (places < ACCOUNT_DIGITS && counted.star);
}

/* Where the glob continues after "o-", which a star may match; NULL: no ID can match. */
static const char *behind_prefix(const char *glob, size_t length)
{
    static const char prefix[] = "o-";
    for (size_t i = 0; i < 2; i++) {
        if (i < length && glob[i] == '*')
            return glob + i;
        if (i >= length || (glob[i] != '?' && glob[i] != prefix[i]))
            return NULL;
    }
    return glob + 2;
}

bool caller_pattern_organization(const char *glob, size_t length, char pattern[CALLER_PATTERN_SIZE])
{
    struct counted counted;
    const char *rest = behind_prefix(glob, length);
    memcpy(pattern, "o-", 3);
    if (rest == NULL ||
        !count_glob(rest, length - (size_t)(rest - glob), ID_BYTES, pattern + 2, CALLER_PATTERN_SIZE - 2, &counted))
        return false;
    size_t places = counted.fixed + counted.any;
    return (counted.star || counted.any > 0) && places <= ID_LONGEST && (counted.star || places >= ID_SHORTEST);
}

/* ---- ARNs */

/* The places where matching may be in the glob: a star may already be finished. */
static void pass_stars(const char *glob, size_t length, bool *at)
{
    for (size_t i = 0; i < length; i++)
        if (at[i] && glob[i] == '*')
            at[i + 1] = true;
}

static void read_byte(const char *glob, size_t length, char byte, bool *at)
{
    for (size_t i = length + 1; i-- > 0;) {
        bool stays = i < length && at[i] && glob[i] == '*';
        bool comes = i > 0 && at[i - 1] && (glob[i - 1] == '?' || glob[i - 1] == byte);
        at[i] = stays || comes;
    }
    pass_stars(glob, length, at);
}

static void visit_parts(const char *start, caller_pattern_visit visit, void *context)
{
    size_t length = strspn(start, DIGITS "?*");
    if (start[length] == ':')
        visit(start, length, context);
    for (size_t i = 0; i < length; i++)
        if (start[i] == '*' && strchr(start + i, ':') == NULL)
            visit(start, i + 1, context);
}

void caller_pattern_each_account_part(const char *glob, caller_pattern_visit visit, void *context)
{
    static const char *const beginnings[] = {"arn:aws:iam::", "arn:aws-cn:iam::", "arn:aws-us-gov:iam::"};
    size_t length = strlen(glob);
    bool *at = memory_zeroed(length + 1, sizeof *at);
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        memset(at, 0, (length + 1) * sizeof *at);
        at[0] = true;
        pass_stars(glob, length, at);
        for (const char *byte = beginnings[i]; *byte != '\0'; byte++)
            read_byte(glob, length, *byte, at);
        for (size_t j = 0; j < length; j++)
            if (at[j])
                visit_parts(glob + j, visit, context);
    }
    free(at);
}

/* ---- which globs give a pattern */

struct telling {
    caller_pattern_test *test;
    const char *text;
    bool found;
};

static void test_part(const char *part, size_t length, void *context)
{
    struct telling *telling = context;
    char pattern[CALLER_PATTERN_SIZE];
    telling->found =
        telling->found || (caller_pattern_account(part, length, pattern) && telling->test(pattern, telling->text));
}

bool caller_pattern_of_account(const char *glob, caller_pattern_test *test, const char *text)
{
    struct telling telling = {.test = test, .text = text};
    test_part(glob, strlen(glob), &telling);
    return telling.found;
}

bool caller_pattern_of_arn(const char *glob, caller_pattern_test *test, const char *text)
{
    struct telling telling = {.test = test, .text = text};
    caller_pattern_each_account_part(glob, test_part, &telling);
    return telling.found;
}

static bool is_same(const char *pattern, const char *text)
{
    return strcmp(pattern, text) == 0;
}

bool caller_pattern_is_told(const char *glob, const char *pattern)
{
    char organization[CALLER_PATTERN_SIZE];
    return caller_pattern_of_account(glob, is_same, pattern) || caller_pattern_of_arn(glob, is_same, pattern) ||
           (caller_pattern_organization(glob, strcspn(glob, "/"), organization) && strcmp(organization, pattern) == 0);
}
