#include "graph/edges.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct storing {
    sqlite3 *database;
    sqlite3_stmt *member, *edge, *outside;
    const struct edges *edges;
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

static bool store_members(struct storing *storing)
{
    const struct model *model = storing->edges->model;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        sqlite3_bind_int64(storing->member, 1, model->principals[i].class);
        sqlite3_bind_int64(storing->member, 2, model->principals[i].id);
        if (!step(storing, storing->member))
            return false;
    }
    return true;
}

static bool store_edge(struct storing *storing, const struct edge *edge)
{
    const struct edges *edges = storing->edges;
    const struct model *model = edges->model;
    json_t *words = constraint_words(edges->pool, edge->residual);
    char *conditions = words != NULL ? json_dumps(words, JSON_COMPACT) : NULL;
    json_decref(words);
    if (conditions == NULL)
        return fail(storing, "out of memory");
    bool inside = edge->from < model->principal_count;
    sqlite3_stmt *statement = inside ? storing->edge : storing->outside;
    int column = 1;
    if (inside) {
        sqlite3_bind_int64(statement, column++, model->principals[edge->from].class);
    } else {
        sqlite3_bind_text(statement, column++, caller_kind_word(edges->nodes[edge->from].kind), -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, column++, edges->nodes[edge->from].text, -1, SQLITE_STATIC);
    }
    sqlite3_bind_int64(statement, column++, model->principals[edge->to].id);
    sqlite3_bind_text(statement, column++, verdict_word(edge->verdict), -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, column++, conditions, -1, SQLITE_STATIC);
    bool done = step(storing, statement);
    free(conditions);
    return done;
}

bool edges_store(const struct edges *edges, struct store *store, char **error)
{
    struct storing storing = {.database = store_handle(store), .edges = edges, .error = error};
    *error = NULL;
    bool good = sqlite3_exec(storing.database, "DELETE FROM class_member; DELETE FROM edge; DELETE FROM outside_edge",
                             NULL, NULL, NULL) == SQLITE_OK ||
                fail(&storing, sqlite3_errmsg(storing.database));
    good = good && prepare(&storing, "INSERT INTO class_member VALUES (?, ?)", &storing.member) &&
           prepare(&storing, "INSERT OR IGNORE INTO edge VALUES (?, ?, ?, ?)", &storing.edge) &&
           prepare(&storing, "INSERT OR IGNORE INTO outside_edge VALUES (?, ?, ?, ?, ?)", &storing.outside) &&
           store_members(&storing);
    for (uint32_t i = 0; good && i < edges->edge_count; i++)
        good = store_edge(&storing, &edges->edges[i]);
    sqlite3_finalize(storing.member);
    sqlite3_finalize(storing.edge);
    sqlite3_finalize(storing.outside);
    return good;
}
