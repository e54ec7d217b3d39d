#include "graph/edges/edges_storing.h"

#include "graph/model/mentions.h"
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
    intern_free(&storing->residuals);
    arena_free(&storing->texts);
    free(storing->conditions);
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

/* Many edges have the same few conditions. NULL: out of memory. */
static const char *conditions_of(struct edges_storing *storing, constraint residual)
{
    if (residual == CONSTRAINT_TRUE)
        return "[]";
    uint32_t known = storing->residuals.count;
    uint32_t number = intern_add(&storing->residuals, (const char *)&residual, sizeof residual);
    if (number == INTERN_NONE)
        return NULL;
    if (number < known)
        return storing->conditions[number];
    if (number == storing->condition_room) {
        uint32_t room = storing->condition_room * 2 + 256;
        const char **grown = realloc(storing->conditions, room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        storing->conditions = grown;
        storing->condition_room = room;
    }
    json_t *words = constraint_words(storing->edges->pool, residual);
    char *text = words != NULL ? json_dumps(words, JSON_COMPACT) : NULL;
    storing->conditions[number] = text != NULL ? arena_copy_text(&storing->texts, text, strlen(text)) : NULL;
    json_decref(words);
    free(text);
    return storing->conditions[number];
}

bool edges_storing_edge(struct edges_storing *storing, const struct edge *edge, int64_t source, int64_t target)
{
    const struct edges *edges = storing->edges;
    const char *conditions = conditions_of(storing, edge->residual);
    if (conditions == NULL)
        return edges_storing_fail(storing, "out of memory");
    sqlite3_bind_int64(storing->edge, 1, source);
    sqlite3_bind_int64(storing->edge, 2, target);
    sqlite3_bind_int(storing->edge, 3, (int)edges_breadth(edges, edge));
    sqlite3_bind_text(storing->edge, 4, verdict_word(edge->verdict), -1, SQLITE_STATIC);
    sqlite3_bind_text(storing->edge, 5, conditions, -1, SQLITE_STATIC);
    return step(storing, storing->edge);
}

/* ---- the whole */

/* The number of an end in the database: principals keep theirs, groups and outside parties have negative ones, in their
 * order, so that rows are written in the order of the table. */
static int64_t number_of(const struct edges *edges, edge_end end)
{
    const struct model *model = edges->model;
    int64_t least = -(int64_t)edges->group_count - (int64_t)(edges->node_count - model->principal_count);
    if ((end & EDGE_GROUP) != 0)
        return least + (int64_t)(end & ~EDGE_GROUP);
    return end < model->principal_count ? model->principals[end].id
                                        : least + (int64_t)edges->group_count + (int64_t)(end - model->principal_count);
}

/* The members of the groups that edges have for their ends. */
static bool store_members(struct edges_storing *storing, const bool *used)
{
    const struct edges *edges = storing->edges;
    for (uint32_t i = 0; i < edges->group_count; i++) {
        edge_end group = EDGE_GROUP | i;
        uint32_t count;
        const uint32_t *members = edges_members(edges, &group, &count);
        for (uint32_t j = 0; used[i] && j < count; j++)
            if (!edges_storing_member(storing, number_of(edges, group), edges->model->principals[members[j]].id))
                return false;
    }
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

/* Edges [first, last); notes the groups that they use. */
static bool store_range(struct edges_storing *storing, uint32_t first, uint32_t last, bool *used)
{
    const struct edges *edges = storing->edges;
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[i];
        if (edge->kind != EDGE_ASSUME)
            continue;
        if (!edges_storing_edge(storing, edge, number_of(edges, edge->from), number_of(edges, edge->to)))
            return false;
        if ((edge->from & EDGE_GROUP) != 0)
            used[edge->from & ~EDGE_GROUP] = true;
        if ((edge->to & EDGE_GROUP) != 0)
            used[edge->to & ~EDGE_GROUP] = true;
    }
    return true;
}

bool edges_store(const struct edges *edges, struct store *store, char **error)
{
    struct edges_storing storing;
    uint32_t base = edges->model->principal_count, groups = edges->out_first[edges->node_count];
    bool good = edges_storing_open(&storing, edges, store, error);
    bool *used = calloc((size_t)edges->group_count + 1, sizeof *used);
    good = good && (used != NULL || edges_storing_fail(&storing, "out of memory"));
    /* Indexes are made from the rows: that is faster than keeping them. */
    good = good && edges_storing_run(&storing, "DELETE FROM party_member; DELETE FROM edge; DELETE FROM outside_party;"
                                               "DELETE FROM mention; DELETE FROM derivation;"
                                               "DROP INDEX edge_target; DROP INDEX party_member_principal");
    for (uint32_t i = base; good && i < edges->node_count; i++)
        good = edges_storing_outside(&storing, number_of(edges, i), &edges->nodes[i]);
    good = good && store_range(&storing, groups, edges->edge_count, used) &&
           store_range(&storing, edges->out_first[base], groups, used) &&
           store_range(&storing, 0, edges->out_first[base], used) && store_members(&storing, used) &&
           edges_storing_run(&storing, "CREATE INDEX edge_target ON edge (target);"
                                       "CREATE INDEX party_member_principal ON party_member (principal)") &&
           note_moment(&storing);
    edges_storing_close(&storing);
    free(used);
    if (good)
        mentions_store(edges->model, store);
    return good;
}
