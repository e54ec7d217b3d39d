#include "analyzer/report/chain_rows.h"

#include "analyzer/analysis/wording.h"
#include "analyzer/report/lines.h"
#include "graph/control/control_edges.h"
#include "graph/edges/edges_people.h"
#include "graph/edges/edges_workloads.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

const struct command_option chain_options[] = {
    {.name = "direct", .help = "single hops only"},
    {.name = "max-hops",
     .value = "N",
     .help = "chains of at most N hops (default: any number)",
     .kind = OPTION_NUMBER,
     .least = 1,
     .most = 1000},
    {.name = "from-outside",
     .help = "only if the caller is outside the role's account (or outside its organization, where that is known)"},
    {.name = "control",
     .help = "also follow hops other than assuming a role: edit-trust, edit-permissions, take-credentials, pass-role, "
             "take-over"},
    {.name = NULL},
};

struct chain_limits chain_options_limits(const struct command_line *line)
{
    struct chain_limits limits = {0};
    command_line_number(line, "max-hops", &limits.max_hops);
    if (command_line_has(line, "direct"))
        limits.max_hops = 1;
    return limits;
}

void chain_options_append_limit(uint32_t left_out_beyond, struct text *text)
{
    if (left_out_beyond == 1)
        text_append_string(text, " in one hop");
    if (left_out_beyond > 1)
        text_format(text, " in %u hops or fewer", left_out_beyond);
}

void chain_options_say_limit(const struct command_line *line, const struct chain_limits *limits)
{
    if (!command_line_has(line, "direct"))
        command_error("chains of more than %u hops are left out: raise --max-hops to see them", limits->max_hops);
}

struct chain_row chain_row_of(const struct chain *chain)
{
    return (struct chain_row){chain->hop_count, chain->hops, chain->verdict, chain->residual, chain->own};
}

bool chain_rows_add(const struct chain *chain, void *context)
{
    struct chain_rows *rows = context;
    struct chain_row row = chain_row_of(chain);
    row.hops = arena_copy(&rows->arena, chain->hops, chain->hop_count, sizeof *chain->hops);
    ARRAY_ADD(rows->list, rows->count, rows->capacity, row);
    return true;
}

void chain_rows_free(struct chain_rows *rows)
{
    arena_free(&rows->arena);
    free(rows->list);
    *rows = (struct chain_rows){0};
}

const struct caller *chain_row_end(const struct edges *edges, const struct chain_row *row, bool towards)
{
    return &edges->nodes[towards ? row->hops[0].from : row->hops[row->hop_count - 1].to];
}

/* A row and what it is sorted by. */
struct named_row {
    const struct chain_row *row;
    const char *name;
};

static int compare_rows(const void *a, const void *b)
{
    const struct named_row *x = a, *y = b;
    if (x->row->hop_count != y->row->hop_count)
        return x->row->hop_count < y->row->hop_count ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool add_way(const struct people_way *way, const struct people_group *group, void *context)
{
    if (group != NULL)
        json_add(context, json_text_format("group %s", group->name));
    if (way->entitlement != NULL)
        json_add(context, json_text_format("account access manager entitlement %s", way->entitlement));
    return true;
}

/* How a person becomes the first role without being assigned personally, and what limits a workload; NULL: the chain
 * starts at neither. New reference. */
static json_t *ways_json(const struct edges *edges, const struct chain_row *row)
{
    const struct person *person = edges_person(edges, row->hops[0].from);
    const char *limit = edges_workload_limit(edges, &edges->edges[row->hops[0].edge]);
    if (person == NULL && limit == NULL)
        return NULL;
    json_t *list = json_array();
    if (limit != NULL)
        json_add(list, json_text(limit));
    if (person == NULL)
        return list;
    edges_each_way(edges, person, row->hops[0].to, add_way, list);
    return list;
}

void chain_row_put(struct analysis *analysis, json_t *object, const struct chain_row *row)
{
    const struct edges *edges = analysis->edges;
    json_t *chain = json_array(), *kinds = json_array();
    json_add(chain, json_text(edges->nodes[row->hops[0].from].text));
    for (uint32_t i = 0; i < row->hop_count; i++) {
        json_add(chain, json_text(edges->nodes[row->hops[i].to].text));
        json_add(kinds, json_text(edge_word(&edges->edges[row->hops[i].edge])));
    }
    json_put(object, "verdict", json_text(verdict_word(row->verdict)));
    json_put(object, "hops", json_integer(row->hop_count));
    json_put(object, "chain", chain);
    json_put(object, "kinds", kinds);
    json_put(object, "conditions", constraint_words(analysis->pool, row->residual));
    if (row->own != row->residual)
        json_put(object, "chain_conditions", constraint_words(analysis->pool, row->own));
    json_t *ways = ways_json(edges, row);
    if (ways != NULL)
        json_put(object, "via", ways);
}

/* Writes rows; many have the same conditions. */
struct row_writer {
    struct analysis *analysis;
    struct json_writer json;
    json_t **conditions; /* per formula: its words; NULL: not computed */
    uint32_t condition_room;
};

static void write_conditions(struct row_writer *writer, const char *name, constraint demands)
{
    ARRAY_REACH(writer->conditions, demands, writer->condition_room);
    json_t **words = &writer->conditions[demands];
    if (*words == NULL)
        *words = constraint_words(writer->analysis->pool, demands);
    json_writer_name(&writer->json, name);
    json_writer_texts(&writer->json, *words);
}

/* The members of chain_row_put. */
static void write_chain(struct row_writer *writer, const struct chain_row *row)
{
    const struct edges *edges = writer->analysis->edges;
    struct json_writer *json = &writer->json;
    json_writer_name(json, "verdict");
    json_writer_text(json, verdict_word(row->verdict));
    json_writer_name(json, "hops");
    json_writer_number(json, row->hop_count);
    json_writer_name(json, "chain");
    json_writer_open(json, '[');
    json_writer_text(json, edges->nodes[row->hops[0].from].text);
    for (uint32_t i = 0; i < row->hop_count; i++)
        json_writer_text(json, edges->nodes[row->hops[i].to].text);
    json_writer_close(json, ']');
    json_writer_name(json, "kinds");
    json_writer_open(json, '[');
    for (uint32_t i = 0; i < row->hop_count; i++)
        json_writer_text(json, edge_word(&edges->edges[row->hops[i].edge]));
    json_writer_close(json, ']');
    write_conditions(writer, "conditions", row->residual);
    if (row->own != row->residual)
        write_conditions(writer, "chain_conditions", row->own);
    json_t *ways = ways_json(edges, row);
    if (ways != NULL) {
        json_writer_name(json, "via");
        json_writer_texts(json, ways);
        json_decref(ways);
    }
}

static void write_row(struct row_writer *writer, const struct chain_row *row, bool towards)
{
    const struct caller *end = chain_row_end(writer->analysis->edges, row, towards);
    struct json_writer *json = &writer->json;
    json->text.length = 0;
    json->depth = 2;
    json->named = true; /* its place was written by the list */
    json_writer_open(json, '{');
    json_writer_name(json, towards ? "principal" : "role");
    json_writer_text(json, end->text);
    json_writer_name(json, "kind");
    json_writer_text(json, caller_kind_word(end->kind));
    write_chain(writer, row);
    json_writer_close(json, '}');
}

static void row_writer_close(struct row_writer *writer)
{
    for (uint32_t i = 0; i < writer->condition_room; i++)
        json_decref(writer->conditions[i]);
    free(writer->conditions);
    text_free(&writer->json.text);
}

void chain_rows_stream(struct analysis *analysis, struct json_stream *stream, const struct chain_rows *rows,
                       bool towards)
{
    struct row_writer writer = {.analysis = analysis};
    struct named_row *sorted = memory_zeroed(rows->count, sizeof *sorted);
    for (size_t i = 0; i < rows->count; i++)
        sorted[i] = (struct named_row){&rows->list[i], chain_row_end(analysis->edges, &rows->list[i], towards)->text};
    if (rows->count > 1)
        qsort(sorted, rows->count, sizeof *sorted, compare_rows);
    json_stream_list(stream, "results");
    for (size_t i = 0; i < rows->count; i++) {
        write_row(&writer, sorted[i].row, towards);
        json_stream_add_written(stream, &writer.json);
    }
    json_stream_list_end(stream);
    row_writer_close(&writer);
    free(sorted);
}
