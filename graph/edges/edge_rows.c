#include "graph/edges/edge_rows.h"

#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>

void edge_rows_open(struct edge_rows *rows, const struct edges *edges, struct store *store)
{
    *rows = (struct edge_rows){
        .edges = edges,
        .member = query_open(store, "INSERT INTO party_member VALUES (?, ?)"),
        .edge = query_open(store, "INSERT INTO edge VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, target) DO UPDATE SET "
                                  "breadth = excluded.breadth, verdict = excluded.verdict, conditions = "
                                  "excluded.conditions WHERE excluded.breadth < breadth"),
        .outside = query_open(store, "INSERT INTO outside_party VALUES (?, ?, ?)")};
}

void edge_rows_close(struct edge_rows *rows)
{
    query_close(rows->member);
    query_close(rows->edge);
    query_close(rows->outside);
    intern_free(&rows->residuals);
    arena_free(&rows->texts);
    free(rows->conditions);
}

void edge_rows_add_member(struct edge_rows *rows, int64_t party, int64_t principal)
{
    query_bind_integer(rows->member, 1, party);
    query_bind_integer(rows->member, 2, principal);
    query_run(rows->member);
}

void edge_rows_add_outside(struct edge_rows *rows, int64_t party, const struct caller *caller)
{
    query_bind_integer(rows->outside, 1, party);
    query_bind_text(rows->outside, 2, caller_kind_word(caller->kind));
    query_bind_text(rows->outside, 3, caller->text);
    query_run(rows->outside);
}

/* Many edges have the same few conditions. */
static const char *conditions_of(struct edge_rows *rows, constraint residual)
{
    if (residual == CONSTRAINT_TRUE)
        return "[]";
    uint32_t known = rows->residuals.count;
    uint32_t number = intern_add(&rows->residuals, (const char *)&residual, sizeof residual);
    if (number < known)
        return rows->conditions[number];
    json_t *words = constraint_words(rows->edges->pool, residual);
    char *text = json_words(words, JSON_COMPACT);
    ARRAY_RESERVE(rows->conditions, number + 1, rows->condition_room);
    rows->conditions[number] = arena_copy_text(&rows->texts, text, strlen(text));
    json_decref(words);
    free(text);
    return rows->conditions[number];
}

void edge_rows_add_edge(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target)
{
    query_bind_integer(rows->edge, 1, source);
    query_bind_integer(rows->edge, 2, target);
    query_bind_integer(rows->edge, 3, edges_breadth(rows->edges, edge));
    query_bind_text(rows->edge, 4, verdict_word(edge->verdict));
    query_bind_text(rows->edge, 5, conditions_of(rows, edge->residual));
    query_run(rows->edge);
}
