#include "graph/edges/arn_order.h"

#include "graph/policy/pattern.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* "role/path/name" of an ARN; "" if it has no six fields. */
static const char *named_part(const char *arn)
{
    /* Nearly all begin so. */
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

/* The beginning of a name, as far as a pattern tells it. */
struct name_start {
    const struct model *model;
    const char *name;
    size_t length;
};

static int compare_start(const void *key, const void *item)
{
    const struct name_start *start = key;
    const uint32_t *principal = item;
    return strncmp(start->name, named_part(start->model->principals[*principal].arn), start->length);
}

void arn_order_match(const struct model *model, bool colons, const uint32_t *principals, uint32_t count,
                     const char *pattern, bool (*each)(uint32_t principal, void *context), void *context)
{
    const char *name = "";
    size_t length = literal_name(pattern, &name);
    size_t start = 0;
    if (length > 0)
        start = order_lower_bound(&(struct name_start){model, name, length}, principals, count, sizeof *principals,
                                  compare_start);
    for (size_t i = start; i < count; i++) {
        const char *arn = model->principals[principals[i]].arn;
        if (length > 0 && strncmp(named_part(arn), name, length) != 0)
            break;
        if (pattern_matches(pattern, arn) && !each(principals[i], context))
            return;
    }
    /* Paths may hold colons, over which a star in front of them runs. */
    for (uint32_t i = 0; colons && length > 0 && i < count; i++) {
        const char *arn = model->principals[principals[i]].arn, *part = named_part(arn);
        if (strchr(part, ':') != NULL && strncmp(part, name, length) != 0 && pattern_matches(pattern, arn) &&
            !each(principals[i], context))
            return;
    }
}
