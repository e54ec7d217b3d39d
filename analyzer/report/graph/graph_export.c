#include "analyzer/report/graph/graph_export.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/graph/graph_sink.h"
#include "graph/control/control_edges.h"
#include "ingest/support/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct sink_format *const formats[] = {&graph_sink_json, &graph_sink_graphml, &graph_sink_opengraph,
                                                    &graph_sink_neo4j_nodes, &graph_sink_neo4j_edges};

void graph_sink_put(struct sink *sink, struct text *text)
{
    fwrite(text->data, 1, text->length, sink->output->stream);
    text_free(text);
}

void graph_sink_append_kind(struct text *text, const char *word)
{
    bool capital = true;
    text_append_string(text, "AWS_");
    for (; *word != '\0'; word++) {
        if (isalnum((unsigned char)*word))
            text_append_char(text, (char)(capital ? toupper((unsigned char)*word) : *word));
        capital = !isalnum((unsigned char)*word);
    }
}

static const struct sink_format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

bool graph_export_has(const char *format)
{
    return find_format(format) != NULL;
}

/* ---- the graph */

struct exporting {
    struct analysis *analysis;
    struct sink sink;
    bool *used;        /* by place (edges_place): it has an edge */
    char group[2][32]; /* texts of id_of */
    char *words;       /* the words of the last residual */
    constraint worded;
};

/* Groups are named by their numbers. */
static struct out_id id_of(struct exporting *work, edge_end end, int which)
{
    bool group = (end & EDGE_GROUP) != 0;
    struct out_id id = {.text = group ? work->group[which] : work->analysis->edges->nodes[end].text};
    if (group)
        snprintf(work->group[which], sizeof work->group[which], "group:%u", end & ~EDGE_GROUP);
    snprintf(id.token, sizeof id.token, "%c%u", group ? 'g' : 'n', end & ~EDGE_GROUP);
    return id;
}

static const char *conditions_of(struct exporting *work, constraint residual)
{
    if (work->words == NULL || work->worded != residual) {
        free(work->words);
        work->words = wording_conditions(work->analysis, residual);
        work->worded = residual;
    }
    return work->words;
}

static void put_edge(struct exporting *work, edge_end from, edge_end to, const struct edge *edge)
{
    struct out_edge out = {.from = id_of(work, from, 0),
                           .to = id_of(work, to, 1),
                           .kind = edge != NULL ? edge_word(edge) : "member",
                           .verdict = edge != NULL ? verdict_word(edge->verdict) : "",
                           .conditions = edge != NULL ? conditions_of(work, edge->residual) : "",
                           .actions = edge != NULL && edge->kind != EDGE_ASSUME ? edge->how : ""};
    if (work->sink.format->edge != NULL)
        work->sink.format->edge(&work->sink, &out);
}

static void put_node(struct exporting *work, uint32_t node)
{
    const struct edges *edges = work->analysis->edges;
    const struct caller *caller = &edges->nodes[node];
    const struct model_account *account =
        caller->account_index != MODEL_NONE ? &edges->model->accounts[caller->account_index] : NULL;
    struct text name = {0};
    caller_append_name(&name, caller);
    struct out_node out = {.id = id_of(work, node, 0),
                           .kind = caller_kind_word(caller->kind),
                           .name = caller->principal != MODEL_NONE && caller->name != NULL ? caller->name : name.data,
                           .account = caller->account != NULL ? caller->account : "",
                           .account_name = account != NULL ? model_account_name(account) : "",
                           .administrator = caller->principal != MODEL_NONE && node < edges->model->principal_count &&
                                            administrators_has(work->analysis, node)};
    if (work->sink.format->node != NULL)
        work->sink.format->node(&work->sink, &out);
    text_free(&name);
}

static void put_group(struct exporting *work, edge_end group)
{
    const struct edges *edges = work->analysis->edges;
    struct text name = {0};
    uint32_t count;
    const uint32_t *members = edges_members(edges, &group, &count);
    if (count > 0)
        caller_append_name(&name, &edges->nodes[members[0]]);
    if (count > 1)
        text_format(&name, " and %u more", count - 1);
    struct out_node out = {.id = id_of(work, group, 0),
                           .kind = "group",
                           .name = name.data != NULL ? name.data : "",
                           .account = "",
                           .account_name = "",
                           .members = count};
    if (work->sink.format->node != NULL)
        work->sink.format->node(&work->sink, &out);
    text_free(&name);
}

/* The steps of one node, without duplicates of pair and kind; narrow ends come first, since they are exact. */
static void put_steps(struct exporting *work, uint32_t node, uint32_t *const *seen, bool mark)
{
    struct hop_cursor cursor;
    struct hop hop;
    hop_cursor_begin(&cursor, work->analysis->edges, node);
    while (hop_cursor_next(&cursor, &hop)) {
        const struct edge *edge = &work->analysis->edges->edges[hop.edge];
        if (hop.to == node || seen[edge->kind][hop.to] == node + 1)
            continue;
        seen[edge->kind][hop.to] = node + 1;
        if (mark)
            work->used[hop.from] = work->used[hop.to] = true;
        else
            put_edge(work, hop.from, hop.to, edge);
    }
}

#define KINDS (EDGE_TAKE_OVER + 1)

static void each_step(struct exporting *work, bool mark)
{
    uint32_t count = work->analysis->edges->node_count, *seen[KINDS];
    for (int kind = 0; kind < KINDS; kind++)
        seen[kind] = memory_zeroed(count, sizeof *seen[kind]);
    for (uint32_t node = 0; node < count; node++)
        put_steps(work, node, seen, mark);
    for (int kind = 0; kind < KINDS; kind++)
        free(seen[kind]);
}

static void mark_end(struct exporting *work, edge_end end)
{
    const struct edges *edges = work->analysis->edges;
    uint32_t count;
    const uint32_t *members = edges_members(edges, &end, &count);
    work->used[edges_place(edges, end)] = true;
    for (uint32_t i = 0; i < count; i++)
        work->used[members[i]] = true;
}

static void put_folded_edges(struct exporting *work)
{
    const struct edges *edges = work->analysis->edges;
    bool *calls = memory_zeroed(edges->group_count, sizeof *calls),
         *stands = memory_zeroed(edges->group_count, sizeof *stands);
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        put_edge(work, edge->from, edge->to, edge);
        if ((edge->from & EDGE_GROUP) != 0)
            calls[edge->from & ~EDGE_GROUP] = true;
        if ((edge->to & EDGE_GROUP) != 0)
            stands[edge->to & ~EDGE_GROUP] = true;
    }
    for (uint32_t i = 0; i < edges->group_count; i++) {
        edge_end group = EDGE_GROUP | i;
        uint32_t count;
        const uint32_t *members = edges_members(edges, &group, &count);
        for (uint32_t j = 0; j < count && calls[i]; j++)
            put_edge(work, members[j], group, NULL);
        for (uint32_t j = 0; j < count && stands[i]; j++)
            put_edge(work, group, members[j], NULL);
    }
    free(calls);
    free(stands);
}

void graph_export(struct analysis *analysis, struct output *output, bool folded)
{
    const struct edges *edges = analysis->edges;
    struct exporting work = {.analysis = analysis,
                             .sink = {.output = output, .format = find_format(output->format)},
                             .used = memory_zeroed((size_t)edges->node_count + edges->group_count, sizeof(bool))};
    for (uint32_t i = 0; folded && i < edges->edge_count; i++) {
        mark_end(&work, edges->edges[i].from);
        mark_end(&work, edges->edges[i].to);
    }
    if (!folded)
        each_step(&work, true);
    work.sink.format->begin(&work.sink);
    for (uint32_t node = 0; node < edges->node_count; node++)
        if (work.used[node])
            put_node(&work, node);
    for (uint32_t group = 0; group < edges->group_count; group++)
        if (work.used[edges->node_count + group])
            put_group(&work, EDGE_GROUP | group);
    if (work.sink.format->between != NULL)
        work.sink.format->between(&work.sink);
    if (folded)
        put_folded_edges(&work);
    else
        each_step(&work, false);
    if (work.sink.format->end != NULL)
        work.sink.format->end(&work.sink, analysis);
    free(work.used);
    free(work.words);
}
