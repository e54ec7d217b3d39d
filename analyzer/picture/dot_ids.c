/*
 * Ids of graph objects in order of creation. cgraph's own ids are memory addresses, and it writes and lays out in the
 * order of ids: the same exports would give a different picture in each run.
 */
#include "analyzer/picture/dot_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include <stdlib.h>
#include <string.h>

/* cgraph reads memory before a name's bytes, so it must get names that it created itself. */
struct ids {
    Agraph_t *graph;
    struct intern names;
    char **own; /* by number, as cgraph keeps them; freed with the graph */
    size_t own_room;
    IDTYPE anonymous;
};

static void *open_ids(Agraph_t *graph, Agdisc_t *discipline)
{
    (void)discipline;
    struct ids *ids = memory_zeroed(1, sizeof *ids);
    ids->graph = graph;
    return ids;
}

static void own_name(struct ids *ids, uint32_t number, char *name)
{
    ARRAY_REACH(ids->own, number, ids->own_room);
    if (ids->own[number] == NULL)
        ids->own[number] = agstrdup(ids->graph, name);
}

/* Even ids are names, odd ones have none. */
static long map_id(void *state, int type, char *name, IDTYPE *id, int create)
{
    struct ids *ids = state;
    (void)type;
    if (name == NULL) {
        *id = 2 * ids->anonymous++ + 1;
        return 1;
    }
    size_t length = strlen(name);
    uint32_t number = create ? intern_add(&ids->names, name, length) : intern_find(&ids->names, name, length);
    *id = 2 * ((IDTYPE)number + 1);
    if (create)
        own_name(ids, number, name);
    return number != INTERN_NONE;
}

static long allocate_id(void *state, int type, IDTYPE id)
{
    (void)state;
    (void)type;
    (void)id;
    return 0;
}

static void free_id(void *state, int type, IDTYPE id)
{
    (void)state;
    (void)type;
    (void)id;
}

static char *print_id(void *state, int type, IDTYPE id)
{
    struct ids *ids = state;
    (void)type;
    return id % 2 == 0 ? ids->own[id / 2 - 1] : NULL;
}

static void close_ids(void *state)
{
    struct ids *ids = state;
    intern_free(&ids->names);
    free(ids->own);
    free(ids);
}

static void register_id(void *state, int type, void *object)
{
    (void)state;
    (void)type;
    (void)object;
}

Agiddisc_t dot_ids = {open_ids, map_id, allocate_id, free_id, print_id, close_ids, register_id};
