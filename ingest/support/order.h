/*
 * order: comparisons for qsort and bsearch, and the search for a place in a sorted array.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_ORDER_H
#define ROLECHAIN_INGEST_SUPPORT_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Of uint32_t, of int64_t, of char * (by bytes), ascending. */
int order_numbers(const void *a, const void *b);
int order_ids(const void *a, const void *b);
int order_texts(const void *a, const void *b);

/* Sorts them, ascending; where they are sorted, or two sorted runs of them stand one after the other, in one pass. */
void order_sort_numbers(uint32_t *numbers, size_t count);

/* The index of the first of `count` sorted items of that size that is not less than the key; count: all are less.
 * compare gets the key and an item, and orders as for bsearch. */
size_t order_lower_bound(const void *key, const void *items, size_t count, size_t size,
                         int (*compare)(const void *key, const void *item));

#endif
