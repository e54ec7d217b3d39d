#include "graph/edges.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct storing {
    sqlite3 *database;
    sqlite3_stmt *member, *edge, *outside;
    const struct edges *edges;
    bool *stored; /* per group: its members were */
    char **error;
};

static bool fail(struct storing *storing, const char *what)
{
    if (*storing->error == NULL)
        *storing->error = strdup(what);
    return false;
}

static bool prepare(struct storing *storing, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(storing->database, sql, -1, statement, NULL) == SQLITE_OK ||
           fail(storing, sqlite3_errmsg(storing->database));
}

static bool step(struct storing *storing, sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return done || fail(storing, sqlite3_errmsg(storing->database));
}

/* The number of an end in the database: principals keep theirs, groups and outside parties have negative ones. */
static int64_t number_of(const struct edges *edges, edge_end end)
{
    const struct model *model = edges->model;
    if ((end & EDGE_GROUP) != 0)
        return -1 - (int64_t)(end & ~EDGE_GROUP);
    return end < model->principal_count ? model->principals[end].id
                                        : -1 - (int64_t)edges->group_count - (int64_t)(end - model->principal_count);
}

static bool store_members(struct storing *storing, edge_end end)
{
    const struct edges *edges = storing->edges;
    uint32_t count;
    if ((end & EDGE_GROUP) == 0 || storing->stored[end & ~EDGE_GROUP])
        return true;
    storing->stored[end & ~EDGE_GROUP] = true;
    const uint32_t *members = edges_members(edges, &end, &count);
    for (uint32_t i = 0; i < count; i++) {
        sqlite3_bind_int64(storing->member, 1, number_of(edges, end));
        sqlite3_bind_int64(storing->member, 2, edges->model->principals[members[i]].id);
        if (!step(storing, storing->member))
            return false;
    }
    return true;
}

static bool store_outside(struct storing *storing)
{
    const struct edges *edges = storing->edges;
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++) {
        sqlite3_bind_int64(storing->outside, 1, number_of(edges, i));
        sqlite3_bind_text(storing->outside, 2, caller_kind_word(edges->nodes[i].kind), -1, SQLITE_STATIC);
        sqlite3_bind_text(storing->outside, 3, edges->nodes[i].text, -1, SQLITE_STATIC);
        if (!step(storing, storing->outside))
            return false;
    }
    return true;
}

static bool store_edge(struct storing *storing, const struct edge *edge)
{
    const struct edges *edges = storing->edges;
    json_t *words = constraint_words(edges->pool, edge->residual);
    char *conditions = words != NULL ? json_dumps(words, JSON_COMPACT) : NULL;
    json_decref(words);
    if (conditions == NULL)
        return fail(storing, "out of memory");
    sqlite3_bind_int64(storing->edge, 1, number_of(edges, edge->from));
    sqlite3_bind_int64(storing->edge, 2, number_of(edges, edge->to));
    sqlite3_bind_int(storing->edge, 3, (int)edges_breadth(edges, edge));
    sqlite3_bind_text(storing->edge, 4, verdict_word(edge->verdict), -1, SQLITE_STATIC);
    sqlite3_bind_text(storing->edge, 5, conditions, -1, SQLITE_STATIC);
    bool done = step(storing, storing->edge) && store_members(storing, edge->from) && store_members(storing, edge->to);
    free(conditions);
    return done;
}

bool edges_store(const struct edges *edges, struct store *store, char **error)
{
    struct storing storing = {.database = store_handle(store), .edges = edges, .error = error};
    *error = NULL;
    storing.stored = calloc((size_t)edges->group_count + 1, sizeof *storing.stored);
    bool good = storing.stored != NULL || fail(&storing, "out of memory");
    good =
        good && (sqlite3_exec(storing.database, "DELETE FROM party_member; DELETE FROM edge; DELETE FROM outside_party",
                              NULL, NULL, NULL) == SQLITE_OK ||
                 fail(&storing, sqlite3_errmsg(storing.database)));
    good = good && prepare(&storing, "INSERT INTO party_member VALUES (?, ?)", &storing.member) &&
           prepare(&storing, "INSERT INTO edge VALUES (?, ?, ?, ?, ?)", &storing.edge) &&
           prepare(&storing, "INSERT INTO outside_party VALUES (?, ?, ?)", &storing.outside) && store_outside(&storing);
    for (uint32_t i = 0; good && i < edges->edge_count; i++)
        if (edges->edges[i].kind == EDGE_ASSUME)
            good = store_edge(&storing, &edges->edges[i]);
    sqlite3_finalize(storing.member);
    sqlite3_finalize(storing.edge);
    sqlite3_finalize(storing.outside);
    free(storing.stored);
    return good;
}
