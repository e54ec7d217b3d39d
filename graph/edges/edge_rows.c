#include "graph/edges/edge_rows.h"

#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>

void edge_rows_open(struct edge_rows *rows, const struct edges *edges, struct store *store)
{
    *rows = (struct edge_rows){
        .edges = edges,
        .member = query_open(store, "INSERT INTO party_member VALUES (?, ?)"),
        .edge = query_open(store, "INSERT INTO edge VALUES (?, ?, ?, ?)"),
        .narrower = query_open(store, "INSERT INTO edge VALUES (?, ?, ?, ?) ON CONFLICT (source, target) DO UPDATE SET "
                                      "breadth = excluded.breadth, residual = excluded.residual WHERE "
                                      "excluded.breadth < breadth"),
        .outside = query_open(store, "INSERT INTO outside_party VALUES (?, ?, ?, ?)"),
        .residual = query_open(store, "INSERT INTO residual (verdict, formula, conditions) VALUES (?, ?, ?) RETURNING "
                                      "id"),
        .find_residual = query_open(store, "SELECT id FROM residual WHERE formula = ? AND verdict = ?")};
}

void edge_rows_close(struct edge_rows *rows)
{
    query_close(rows->member);
    query_close(rows->edge);
    query_close(rows->narrower);
    query_close(rows->outside);
    query_close(rows->residual);
    query_close(rows->find_residual);
    free(rows->residuals);
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
    query_bind_text(rows->outside, 4, caller->partition);
    query_run(rows->outside);
}

int64_t edge_rows_residual(struct edge_rows *rows, enum verdict verdict, const char *packed, constraint in_words)
{
    const char *word = verdict_word(verdict);
    QUERY_BIND(rows->find_residual, sql_text(packed), sql_text(word));
    int64_t row = query_number(rows->find_residual);
    if (row == 0) {
        json_t *words = constraint_words(rows->edges->pool, in_words);
        char *conditions = json_words(words, JSON_COMPACT);
        QUERY_BIND(rows->residual, sql_text(word), sql_text(packed), sql_text(conditions));
        row = query_number(rows->residual);
        json_decref(words);
        free(conditions);
    }
    return row;
}

static int64_t store_residual(struct edge_rows *rows, const struct edge *edge)
{
    char *formula = constraint_pack(rows->edges->pool, edge->residual);
    int64_t row = edge_rows_residual(rows, edge->verdict, formula, edge->residual);
    free(formula);
    return row;
}

/* Many edges share a few residuals. */
static int64_t residual_of(struct edge_rows *rows, const struct edge *edge)
{
    uint32_t place = 2 * edge->residual + (edge->verdict == VERDICT_ALLOWED);
    ARRAY_REACH(rows->residuals, place, rows->residual_room);
    if (rows->residuals[place] == 0)
        rows->residuals[place] = store_residual(rows, edge);
    return rows->residuals[place];
}

static void add(struct edge_rows *rows, struct query *query, const struct edge *edge, int64_t source, int64_t target)
{
    query_bind_integer(query, 1, source);
    query_bind_integer(query, 2, target);
    query_bind_integer(query, 3, edges_breadth(rows->edges, edge));
    query_bind_integer(query, 4, residual_of(rows, edge));
    query_run(query);
}

void edge_rows_add_edge(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target)
{
    add(rows, rows->edge, edge, source, target);
}

void edge_rows_add_narrower(struct edge_rows *rows, const struct edge *edge, int64_t source, int64_t target)
{
    add(rows, rows->narrower, edge, source, target);
}
