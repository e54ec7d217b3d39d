#include "ingest/support/order.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

int order_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

int order_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int order_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The end of the ascending run that begins there. */
static size_t run_end(const uint32_t *numbers, size_t start, size_t count)
{
    size_t end = start < count ? start + 1 : count;
    while (end < count && numbers[end] >= numbers[end - 1])
        end++;
    return end;
}

static void merge_runs(uint32_t *numbers, size_t middle, size_t count)
{
    uint32_t *first = memory_get(middle * sizeof *first);
    memcpy(first, numbers, middle * sizeof *first);
    for (size_t i = 0, j = middle, to = 0; i < middle;)
        numbers[to++] = j < count && numbers[j] < first[i] ? numbers[j++] : first[i++];
    free(first);
}

void order_sort_numbers(uint32_t *numbers, size_t count)
{
    size_t middle = run_end(numbers, 0, count);
    if (middle == count)
        return;
    if (run_end(numbers, middle, count) == count)
        merge_runs(numbers, middle, count);
    else
        qsort(numbers, count, sizeof *numbers, order_numbers);
}

size_t order_lower_bound(const void *key, const void *items, size_t count, size_t size,
                         int (*compare)(const void *key, const void *item))
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(key, (const char *)items + middle * size) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
