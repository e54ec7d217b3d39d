#include "graph/edges/arn_order.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* "role/path/name" of an ARN; "" if it has no six fields. */
static const char *named_part(const char *arn)
{
    /* Nearly all begin like this. */
    static const char usual[] = "arn:aws:iam::";
    bool is_usual = strncmp(arn, usual, sizeof usual - 1) == 0;
    arn += is_usual ? sizeof usual - 1 : 0;
    for (int colons = is_usual ? 4 : 0; colons < 5 && arn != NULL; colons++) {
        arn = strchr(arn, ':');
        arn = arn != NULL ? arn + 1 : NULL;
    }
    return arn != NULL ? arn : "";
}

bool arn_order_has_colons(const struct model *model)
{
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (strchr(named_part(model->principals[i].arn), ':') != NULL)
            return true;
    return false;
}

struct named_principal {
    const char *part;
    uint32_t principal;
};

static int compare_parts(const void *a, const void *b)
{
    const struct named_principal *x = a, *y = b;
    int order = strcmp(x->part, y->part);
    return order != 0 ? order : (x->principal > y->principal) - (x->principal < y->principal);
}

void arn_order_sort(const struct model *model, uint32_t *principals, uint32_t count)
{
    struct named_principal *sorted = memory_zeroed(count, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = (struct named_principal){named_part(model->principals[principals[i]].arn), principals[i]};
    qsort(sorted, count, sizeof *sorted, compare_parts);
    for (uint32_t i = 0; i < count; i++)
        principals[i] = sorted[i].principal;
    free(sorted);
}

/* The literal beginning of the pattern's part after the account, if its first five fields are plain: a star there
 * cannot swallow a part of the name. */
static size_t literal_name(const char *pattern, const char **name)
{
    const char *at = pattern;
    for (int field = 0; field < 5; field++) {
        const char *colon = strchr(at, ':');
        size_t length = colon != NULL ? (size_t)(colon - at) : 0;
        bool lone_star = length == 1 && *at == '*';
        if (colon == NULL || (!lone_star && memchr(at, '*', length) != NULL))
            return 0;
        at = colon + 1;
    }
    *name = at;
    return strcspn(at, "*?\x01");
}

/* A range of a list. */
struct range {
    size_t first, last;
};

/* The part of the list whose ARNs compare as equal; sorted by compare. */
static struct range range_of(const struct model *model, const uint32_t *principals, uint32_t count,
                             int (*compare)(const char *text, size_t length, const char *arn), const char *text,
                             size_t length)
{
    size_t bounds[2] = {0, 0};
    for (int past = 0; past < 2; past++) {
        size_t low = bounds[0], high = count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int order = compare(text, length, model->principals[principals[middle]].arn);
            if (order > 0 || (past == 1 && order == 0))
                low = middle + 1;
            else
                high = middle;
        }
        bounds[past] = low;
    }
    return (struct range){bounds[0], bounds[1]};
}

/* Compares the beginning of a name, as far as a pattern gives it. */
static int compare_start(const char *start, size_t length, const char *arn)
{
    return strncmp(start, named_part(arn), length);
}

/* ---- searching by the end */

/* Up to this many principals are searched one by one; more are sorted after this many searches. */
#define FEW 64u
#define SEARCHES_BEFORE_SORTING 16u

static int compare_backwards(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    for (size_t i = 1; i <= shorter; i++)
        if (a[a_length - i] != b[b_length - i])
            return (unsigned char)a[a_length - i] < (unsigned char)b[b_length - i] ? -1 : 1;
    return (a_length > b_length) - (a_length < b_length);
}

/* Compares the ends of ARNs. */
static int compare_end(const char *end, size_t length, const char *arn)
{
    size_t whole = strlen(arn), told = whole < length ? whole : length;
    return compare_backwards(end, length, arn + whole - told, told);
}

static int compare_whole_backwards(const void *a, const void *b)
{
    const struct named_principal *x = a, *y = b;
    int order = compare_backwards(x->part, strlen(x->part), y->part, strlen(y->part));
    return order != 0 ? order : (x->principal > y->principal) - (x->principal < y->principal);
}

static void sort_backwards(const struct model *model, struct arn_ends *ends)
{
    struct named_principal *sorted = memory_zeroed(ends->count, sizeof *sorted);
    for (uint32_t i = 0; i < ends->count; i++)
        sorted[i] = (struct named_principal){model->principals[ends->of[i]].arn, ends->of[i]};
    qsort(sorted, ends->count, sizeof *sorted, compare_whole_backwards);
    ARRAY_RESERVE(ends->backwards, ends->count, ends->room);
    for (uint32_t i = 0; i < ends->count; i++)
        ends->backwards[i] = sorted[i].principal;
    free(sorted);
    ends->sorted = true;
}

/* Whether the list is now sorted by its ends. */
static bool is_sorted_backwards(const struct model *model, struct arn_ends *ends, const uint32_t *principals,
                                uint32_t count)
{
    if (ends->of != principals || ends->count != count) {
        ends->of = principals;
        ends->count = count;
        ends->searches = 0;
        ends->sorted = false;
    }
    if (!ends->sorted && ++ends->searches > SEARCHES_BEFORE_SORTING)
        sort_backwards(model, ends);
    return ends->sorted;
}

/* The length of the literal end of the pattern. */
static size_t literal_end(const char *pattern)
{
    size_t length = strlen(pattern), end = length;
    while (end > 0 && strchr("*?\x01", pattern[end - 1]) == NULL)
        end--;
    return length - end;
}

void arn_ends_free(struct arn_ends *ends)
{
    free(ends->backwards);
    *ends = (struct arn_ends){.of = NULL};
}

/* ---- matching */

void arn_order_match(const struct model *model, bool colons, const uint32_t *principals, uint32_t count,
                     struct arn_ends *ends, const char *pattern, bool (*each)(uint32_t principal, void *context),
                     void *context)
{
    const char *name = "";
    size_t length = literal_name(pattern, &name), end = literal_end(pattern);
    struct range range = {0, count};
    if (length > 0)
        range = range_of(model, principals, count, compare_start, name, length);
    if (range.last - range.first > FEW && end > 0 && is_sorted_backwards(model, ends, principals, count)) {
        struct range by_end =
            range_of(model, ends->backwards, count, compare_end, pattern + strlen(pattern) - end, end);
        if (by_end.last - by_end.first < range.last - range.first) {
            range = by_end;
            principals = ends->backwards;
            colons = false; /* every match ends so */
        }
    }
    for (size_t i = range.first; i < range.last; i++)
        if (pattern_matches(pattern, model->principals[principals[i]].arn) && !each(principals[i], context))
            return;
    /* Paths may contain colons, which a star before them matches too. */
    for (uint32_t i = 0; colons && length > 0 && i < count; i++) {
        const char *arn = model->principals[principals[i]].arn, *part = named_part(arn);
        if (strchr(part, ':') != NULL && strncmp(part, name, length) != 0 && pattern_matches(pattern, arn) &&
            !each(principals[i], context))
            return;
    }
}
