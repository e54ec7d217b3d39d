/*
 * inventories: for which accounts and regions the exports contain everything that runs with roles through a service. If
 * a list was not exported, the answer is unknown.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_INVENTORIES_H
#define ROLECHAIN_GRAPH_MODEL_INVENTORIES_H

#include "ingest/store/store.h"
#include <stdint.h>

struct inventories;

/* Failures are the store's (store_error). */
struct inventories *inventories_load(struct store *store);
void inventories_free(struct inventories *inventories); /* NULL does nothing */

/* Whether everything is known in all enabled regions of the account; these are only known if they were listed. */
bool inventories_know_all(const struct inventories *inventories, const char *service, const char *account);

/* The regions in which everything is known. */
const char *const *inventories_regions(const struct inventories *inventories, const char *service, const char *account,
                                       uint32_t *count);

/* Whether there are any lists for that service. */
bool inventories_tell(const struct inventories *inventories, const char *service);

#endif
