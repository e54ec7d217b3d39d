#include "graph/edges_storing.h"

#include "graph/mentions.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

bool edges_storing_fail(struct edges_storing *storing, const char *what)
{
    if (*storing->error == NULL)
        *storing->error = strdup(what);
    return false;
}

bool edges_storing_run(struct edges_storing *storing, const char *sql)
{
    return sqlite3_exec(storing->database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           edges_storing_fail(storing, sqlite3_errmsg(storing->database));
}

static bool prepare(struct edges_storing *storing, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(storing->database, sql, -1, statement, NULL) == SQLITE_OK ||
           edges_storing_fail(storing, sqlite3_errmsg(storing->database));
}

static bool step(struct edges_storing *storing, sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return done || edges_storing_fail(storing, sqlite3_errmsg(storing->database));
}

bool edges_storing_open(struct edges_storing *storing, const struct edges *edges, struct store *store, char **error)
{
    *storing = (struct edges_storing){.database = store_handle(store), .edges = edges, .error = error};
    *error = NULL;
    return prepare(storing, "INSERT INTO party_member VALUES (?, ?)", &storing->member) &&
           prepare(storing,
                   "INSERT INTO edge VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, target) DO UPDATE SET breadth = "
                   "excluded.breadth, verdict = excluded.verdict, conditions = excluded.conditions WHERE "
                   "excluded.breadth < breadth",
                   &storing->edge) &&
           prepare(storing, "INSERT INTO outside_party VALUES (?, ?, ?)", &storing->outside);
}

void edges_storing_close(struct edges_storing *storing)
{
    sqlite3_finalize(storing->member);
    sqlite3_finalize(storing->edge);
    sqlite3_finalize(storing->outside);
}

bool edges_storing_member(struct edges_storing *storing, int64_t party, int64_t principal)
{
    sqlite3_bind_int64(storing->member, 1, party);
    sqlite3_bind_int64(storing->member, 2, principal);
    return step(storing, storing->member);
}

bool edges_storing_outside(struct edges_storing *storing, int64_t party, const struct caller *caller)
{
    sqlite3_bind_int64(storing->outside, 1, party);
    sqlite3_bind_text(storing->outside, 2, caller_kind_word(caller->kind), -1, SQLITE_STATIC);
    sqlite3_bind_text(storing->outside, 3, caller->text, -1, SQLITE_STATIC);
    return step(storing, storing->outside);
}

bool edges_storing_edge(struct edges_storing *storing, const struct edge *edge, int64_t source, int64_t target)
{
    const struct edges *edges = storing->edges;
    json_t *words = constraint_words(edges->pool, edge->residual);
    char *conditions = words != NULL ? json_dumps(words, JSON_COMPACT) : NULL;
    json_decref(words);
    if (conditions == NULL)
        return edges_storing_fail(storing, "out of memory");
    sqlite3_bind_int64(storing->edge, 1, source);
    sqlite3_bind_int64(storing->edge, 2, target);
    sqlite3_bind_int(storing->edge, 3, (int)edges_breadth(edges, edge));
    sqlite3_bind_text(storing->edge, 4, verdict_word(edge->verdict), -1, SQLITE_STATIC);
    sqlite3_bind_text(storing->edge, 5, conditions, -1, SQLITE_STATIC);
    bool done = step(storing, storing->edge);
    free(conditions);
    return done;
}

/* ---- the whole */

/* The number of an end in the database: principals keep theirs, groups and outside parties have negative ones. */
static int64_t number_of(const struct edges *edges, edge_end end)
{
    const struct model *model = edges->model;
    if ((end & EDGE_GROUP) != 0)
        return -1 - (int64_t)(end & ~EDGE_GROUP);
    return end < model->principal_count ? model->principals[end].id
                                        : -1 - (int64_t)edges->group_count - (int64_t)(end - model->principal_count);
}

/* `stored`: per group, whether its members are. */
static bool store_members(struct edges_storing *storing, edge_end end, bool *stored)
{
    const struct edges *edges = storing->edges;
    uint32_t count;
    if ((end & EDGE_GROUP) == 0 || stored[end & ~EDGE_GROUP])
        return true;
    stored[end & ~EDGE_GROUP] = true;
    const uint32_t *members = edges_members(edges, &end, &count);
    for (uint32_t i = 0; i < count; i++)
        if (!edges_storing_member(storing, number_of(edges, end), edges->model->principals[members[i]].id))
            return false;
    return true;
}

static bool note_moment(struct edges_storing *storing)
{
    sqlite3_stmt *insert = NULL;
    bool good = prepare(storing, "INSERT INTO derivation VALUES (?, 0)", &insert) &&
                sqlite3_bind_double(insert, 1, storing->edges->now) == SQLITE_OK && step(storing, insert);
    sqlite3_finalize(insert);
    return good;
}

bool edges_store(const struct edges *edges, struct store *store, char **error)
{
    struct edges_storing storing;
    bool good = edges_storing_open(&storing, edges, store, error);
    bool *stored = calloc((size_t)edges->group_count + 1, sizeof *stored);
    good = good && (stored != NULL || edges_storing_fail(&storing, "out of memory"));
    good = good && edges_storing_run(&storing, "DELETE FROM party_member; DELETE FROM edge; DELETE FROM outside_party;"
                                               "DELETE FROM mention; DELETE FROM derivation");
    for (uint32_t i = edges->model->principal_count; good && i < edges->node_count; i++)
        good = edges_storing_outside(&storing, number_of(edges, i), &edges->nodes[i]);
    for (uint32_t i = 0; good && i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        if (edge->kind == EDGE_ASSUME)
            good = edges_storing_edge(&storing, edge, number_of(edges, edge->from), number_of(edges, edge->to)) &&
                   store_members(&storing, edge->from, stored) && store_members(&storing, edge->to, stored);
    }
    good = good && note_moment(&storing);
    edges_storing_close(&storing);
    free(stored);
    good = good && mentions_store(edges->model, store, error);
    return good;
}
