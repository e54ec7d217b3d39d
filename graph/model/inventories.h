/*
 * inventories: of which accounts and regions the exports have all that runs with roles by sessions of a service. A list
 * that was not exported means that nobody knows.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_INVENTORIES_H
#define ROLECHAIN_GRAPH_MODEL_INVENTORIES_H

#include "ingest/store/store.h"
#include <stdint.h>

struct inventories;

/* Failures are the store's (store_error). */
struct inventories *inventories_load(struct store *store);
void inventories_free(struct inventories *inventories); /* NULL does nothing */

/* Whether all is known in all regions that are switched on in the account, which is known of these only where they are
 * listed. */
bool inventories_know_all(const struct inventories *inventories, const char *service, const char *account);

/* The regions in which all is known. */
const char *const *inventories_regions(const struct inventories *inventories, const char *service, const char *account,
                                       uint32_t *count);

/* Whether there are lists of that service. */
bool inventories_tell(const struct inventories *inventories, const char *service);

#endif
