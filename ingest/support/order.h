/*
 * order: comparisons for qsort and bsearch.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_ORDER_H
#define ROLECHAIN_INGEST_SUPPORT_ORDER_H

/* Of uint32_t, of int64_t, of char * (by bytes), ascending. */
int order_numbers(const void *a, const void *b);
int order_ids(const void *a, const void *b);
int order_texts(const void *a, const void *b);

#endif
