#include "graph/edges/arn_order.h"

#include "graph/policy/pattern.h"
#include <stdlib.h>
#include <string.h>

/* "role/path/name" of an ARN; "" if it has no six fields. */
static const char *named_part(const char *arn)
{
    for (int colons = 0; colons < 5 && arn != NULL; colons++) {
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

static const struct model *sorting_model;

static int compare_parts(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = strcmp(named_part(sorting_model->principals[x].arn), named_part(sorting_model->principals[y].arn));
    return order != 0 ? order : (x > y) - (x < y);
}

void arn_order_sort(const struct model *model, uint32_t *principals, uint32_t count)
{
    sorting_model = model;
    if (count > 1)
        qsort(principals, count, sizeof *principals, compare_parts);
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

/* The first of the list whose name does not sort before the first `length` bytes of `name`. */
static uint32_t first_from(const struct model *model, const uint32_t *principals, uint32_t count, const char *name,
                           size_t length)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strncmp(named_part(model->principals[principals[middle]].arn), name, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void arn_order_match(const struct model *model, bool colons, const uint32_t *principals, uint32_t count,
                     const char *pattern, bool (*each)(uint32_t principal, void *context), void *context)
{
    const char *name = "";
    size_t length = literal_name(pattern, &name);
    uint32_t start = length > 0 ? first_from(model, principals, count, name, length) : 0;
    for (uint32_t i = start; i < count; i++) {
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
