/*
 * order: comparison functions for qsort and bsearch, and a search in sorted arrays.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_ORDER_H
#define ROLECHAIN_INGEST_SUPPORT_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* For uint32_t, int64_t and char * (by bytes), ascending. */
int order_numbers(const void *a, const void *b);
int order_ids(const void *a, const void *b);
int order_texts(const void *a, const void *b);

/* Sorts ascending, in one pass if the numbers are already sorted or consist of two sorted runs. */
void order_sort_numbers(uint32_t *numbers, size_t count);

/* The index of the first of `count` sorted items of that size that is not less than the key; count: all are less.
 * compare gets the key and an item, and orders as for bsearch. */
size_t order_lower_bound(const void *key, const void *items, size_t count, size_t size,
                         int (*compare)(const void *key, const void *item));

#endif
