#include "graph/model/inventories.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTHING_LACKS "SELECT '', '' WHERE 0"

/* What proves that everything of a service is known: the call that lists it in a region, a query for accounts and
 * regions where something else is missing, and a condition under which data exists although that list is missing. */
static const struct inventory {
    const char *service, *call, *lacking, *some;
} table[] = {
    {"pods.eks.amazonaws.com", "eks-list-clusters",
     "SELECT c.account, c.region FROM cluster c WHERE c.listed AND NOT EXISTS (SELECT 1 FROM listing WHERE call = "
     "'list-pod-identity-associations' AND argument = c.arn) UNION SELECT c.account, c.region FROM cluster c JOIN "
     "pod_association a ON a.cluster = c.arn WHERE c.listed AND a.listed AND a.role IS NULL",
     "EXISTS (SELECT 1 FROM cluster)"},
    {"capabilities.eks.amazonaws.com", "eks-list-clusters",
     "SELECT c.account, c.region FROM cluster c WHERE c.listed AND NOT EXISTS (SELECT 1 FROM listing WHERE call = "
     "'list-capabilities' AND argument = c.arn) UNION SELECT account, region FROM workload WHERE call = "
     "'list-capabilities' AND listed AND NOT described",
     "EXISTS (SELECT 1 FROM cluster)"},
    {"ec2.amazonaws.com", "ec2-describe-instances",
     "SELECT w.account, w.region FROM workload w JOIN workload_role r ON r.workload = w.arn AND r.use = "
     "'instance-profile' WHERE w.listed AND r.role NOT IN (SELECT arn FROM instance_profile)",
     "0"},
    {"rolesanywhere.amazonaws.com", "rolesanywhere-list-profiles",
     "SELECT substr(argument, 1, 12), substr(argument, 14) FROM listing l WHERE call = 'rolesanywhere-list-profiles' "
     "AND "
     "NOT EXISTS (SELECT 1 FROM listing WHERE call = 'rolesanywhere-list-trust-anchors' AND argument = l.argument)",
     "EXISTS (SELECT 1 FROM anywhere_profile)"},
    {"lambda.amazonaws.com", "lambda-list-versions", NOTHING_LACKS,
     "EXISTS (SELECT 1 FROM listing WHERE call = 'lambda-list-functions')"},
};
#define INVENTORIES (sizeof table / sizeof table[0])

/* For a service in an account. */
struct known {
    const char **regions;
    uint32_t count, room;
    bool all;
};

struct inventories {
    struct arena arena;
    struct intern keys; /* "SERVICE ACCOUNT" */
    struct known *known;
    uint32_t known_count, known_room;
    bool told[INVENTORIES];
};

static uint32_t find(const struct inventories *inventories, const char *service, const char *account)
{
    struct text key = {0};
    text_format(&key, "%s %s", service, account);
    uint32_t number = intern_find(&inventories->keys, key.data, key.length);
    text_free(&key);
    return number;
}

static struct known *known_of(struct inventories *inventories, const char *service, const char *account)
{
    struct text key = {0};
    text_format(&key, "%s %s", service, account);
    uint32_t number = intern_add(&inventories->keys, key.data, key.length);
    text_free(&key);
    if (number == inventories->known_count)
        ARRAY_ADD(inventories->known, inventories->known_count, inventories->known_room, (struct known){.all = false});
    return &inventories->known[number];
}

static bool has_region(const struct known *known, const char *region)
{
    for (uint32_t i = 0; i < known->count; i++)
        if (strcmp(known->regions[i], region) == 0)
            return true;
    return false;
}

static void read_regions(struct inventories *inventories, struct store *store, const struct inventory *inventory)
{
    struct text sql = {0};
    text_format(&sql,
                "SELECT substr(argument, 1, 12), substr(argument, 14) FROM listing WHERE call = '%s' EXCEPT SELECT "
                "* FROM (%s)",
                inventory->call, inventory->lacking);
    struct query *rows = query_open(store, sql.data);
    while (query_next(rows)) {
        struct known *known = known_of(inventories, inventory->service, query_text(rows, 0));
        const char *region = query_text(rows, 1);
        ARRAY_ADD(known->regions, known->count, known->room,
                  arena_copy_text(&inventories->arena, region, strlen(region)));
    }
    query_close(rows);
    text_free(&sql);
}

/* For accounts whose regions are listed: whether there is one in which something is unknown. */
static void read_whole_accounts(struct inventories *inventories, struct store *store, const struct inventory *inventory)
{
    struct query *rows = query_open(store, "SELECT substr(w.argument, 1, 12), r.region FROM listing w LEFT JOIN "
                                           "account_region r ON r.account = substr(w.argument, 1, 12) WHERE w.call = "
                                           "'list-regions' ORDER BY w.argument");
    char last[16] = "";
    struct known *known = NULL;
    while (query_next(rows)) {
        const char *account = query_text(rows, 0);
        if (strcmp(account, last) != 0) {
            known = known_of(inventories, inventory->service, account);
            known->all = true;
            snprintf(last, sizeof last, "%s", account);
        }
        known->all = known->all && !query_is_null(rows, 1) && has_region(known, query_text(rows, 1));
    }
    query_close(rows);
}

struct inventories *inventories_load(struct store *store)
{
    struct inventories *inventories = memory_zeroed(1, sizeof *inventories);
    for (size_t i = 0; i < INVENTORIES; i++) {
        struct text sql = {0};
        text_format(&sql, "SELECT %s OR EXISTS (SELECT 1 FROM listing WHERE call = '%s')", table[i].some,
                    table[i].call);
        inventories->told[i] = store_number(store, sql.data) != 0;
        text_free(&sql);
        read_regions(inventories, store, &table[i]);
        read_whole_accounts(inventories, store, &table[i]);
    }
    return inventories;
}

void inventories_free(struct inventories *inventories)
{
    if (inventories == NULL)
        return;
    for (uint32_t i = 0; i < inventories->known_count; i++)
        free(inventories->known[i].regions);
    free(inventories->known);
    intern_free(&inventories->keys);
    arena_free(&inventories->arena);
    free(inventories);
}

bool inventories_know_all(const struct inventories *inventories, const char *service, const char *account)
{
    uint32_t number = find(inventories, service, account);
    return number != INTERN_NONE && inventories->known[number].all;
}

const char *const *inventories_regions(const struct inventories *inventories, const char *service, const char *account,
                                       uint32_t *count)
{
    uint32_t number = find(inventories, service, account);
    *count = number != INTERN_NONE ? inventories->known[number].count : 0;
    return number != INTERN_NONE ? inventories->known[number].regions : NULL;
}

bool inventories_tell(const struct inventories *inventories, const char *service)
{
    for (size_t i = 0; i < INVENTORIES; i++)
        if (strcmp(table[i].service, service) == 0)
            return inventories->told[i];
    return false;
}
