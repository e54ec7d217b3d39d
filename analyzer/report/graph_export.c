#include "analyzer/report/graph_export.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/json_writer.h"
#include "graph/control/control_edges.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct out_node {
    const char *id, *kind, *name, *account, *account_name; /* "" unknown */
    bool administrator;
    uint32_t members; /* of a group; 0: it is none */
};

struct out_edge {
    const char *from, *to, *kind, *verdict, *conditions, *actions; /* "" none */
};

/* What a format does with the pieces, which come in this order: begin, nodes, between, edges, end. */
struct sink {
    struct output *output;
    const struct sink_format *format;
    struct json_stream stream; /* of json */
    size_t written;            /* of the list that is open */
};

struct sink_format {
    const char *name;
    void (*begin)(struct sink *sink);
    void (*node)(struct sink *sink, const struct out_node *node);
    void (*between)(struct sink *sink);
    void (*edge)(struct sink *sink, const struct out_edge *edge);
    void (*end)(struct sink *sink, struct analysis *analysis);
};

/* ---- json */

static void json_begin(struct sink *sink)
{
    json_stream_begin(&sink->stream, sink->output, "graph", 1);
    json_stream_list(&sink->stream, "nodes");
}

static void json_node(struct sink *sink, const struct out_node *node)
{
    json_t *object = json_object();
    json_put(object, "id", json_text(node->id));
    json_put(object, "kind", json_text(node->kind));
    json_put(object, "name", json_text(node->name));
    json_put(object, "account", json_text(node->account));
    json_put(object, "account_name", json_text(node->account_name));
    json_put(object, "administrator", json_boolean(node->administrator));
    if (node->members > 0)
        json_put(object, "members", json_integer(node->members));
    json_stream_add(&sink->stream, object);
}

static void json_between(struct sink *sink)
{
    json_stream_list_end(&sink->stream);
    json_stream_list(&sink->stream, "edges");
}

static void json_edge(struct sink *sink, const struct out_edge *edge)
{
    json_t *object = json_object();
    json_put(object, "from", json_text(edge->from));
    json_put(object, "to", json_text(edge->to));
    json_put(object, "kind", json_text(edge->kind));
    json_put(object, "verdict", json_text(edge->verdict));
    json_put(object, "conditions", json_text(edge->conditions));
    json_put(object, "actions", json_text(edge->actions));
    json_stream_add(&sink->stream, object);
}

static void json_finish(struct sink *sink, struct analysis *analysis)
{
    json_stream_list_end(&sink->stream);
    json_stream_end(&sink->stream, analysis);
}

/* ---- GraphML: http://graphml.graphdrawing.org, the schema of version 1.0 */

static const char *const node_keys[] = {"kind", "name", "account", "account_name", "administrator", "members"};
static const char *const edge_keys[] = {"kind", "verdict", "conditions", "actions"};

static void graphml_keys(struct sink *sink, const char *of, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *type = strcmp(keys[i], "administrator") == 0 ? "boolean"
                           : strcmp(keys[i], "members") == 0     ? "int"
                                                                 : "string";
        fprintf(sink->output->stream, "  <key id=\"%s_%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", of,
                keys[i], of, keys[i], type);
    }
}

static void graphml_begin(struct sink *sink)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
          "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
          "xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
          "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
          sink->output->stream);
    graphml_keys(sink, "node", node_keys, sizeof node_keys / sizeof node_keys[0]);
    graphml_keys(sink, "edge", edge_keys, sizeof edge_keys / sizeof edge_keys[0]);
    fputs("  <graph id=\"rolechain\" edgedefault=\"directed\">\n", sink->output->stream);
}

static void graphml_data(struct text *text, const char *of, const char *key, const char *value)
{
    if (value[0] == '\0')
        return;
    text_format(text, "<data key=\"%s_%s\">", of, key);
    text_append_xml(text, value);
    text_append_string(text, "</data>");
}

static void put(struct sink *sink, struct text *text)
{
    fwrite(text->data, 1, text->length, sink->output->stream);
    text_free(text);
}

static void graphml_node(struct sink *sink, const struct out_node *node)
{
    struct text text = {0};
    char members[16] = "";
    if (node->members > 0)
        snprintf(members, sizeof members, "%u", node->members);
    text_append_string(&text, "    <node id=\"");
    text_append_xml(&text, node->id);
    text_append_string(&text, "\">");
    graphml_data(&text, "node", "kind", node->kind);
    graphml_data(&text, "node", "name", node->name);
    graphml_data(&text, "node", "account", node->account);
    graphml_data(&text, "node", "account_name", node->account_name);
    graphml_data(&text, "node", "administrator", node->administrator ? "true" : "false");
    graphml_data(&text, "node", "members", members);
    text_append_string(&text, "</node>\n");
    put(sink, &text);
}

static void graphml_edge(struct sink *sink, const struct out_edge *edge)
{
    struct text text = {0};
    text_append_string(&text, "    <edge source=\"");
    text_append_xml(&text, edge->from);
    text_append_string(&text, "\" target=\"");
    text_append_xml(&text, edge->to);
    text_append_string(&text, "\">");
    graphml_data(&text, "edge", "kind", edge->kind);
    graphml_data(&text, "edge", "verdict", edge->verdict);
    graphml_data(&text, "edge", "conditions", edge->conditions);
    graphml_data(&text, "edge", "actions", edge->actions);
    text_append_string(&text, "</edge>\n");
    put(sink, &text);
}

static void graphml_end(struct sink *sink, struct analysis *analysis)
{
    (void)analysis;
    fputs("  </graph>\n</graphml>\n", sink->output->stream);
}

/* ---- OpenGraph: properties are primitives with names in lower case, kinds are letters, digits and underscores */

/* "saml-provider" becomes "SamlProvider". */
static void append_kind(struct text *text, const char *word)
{
    bool capital = true;
    text_append_string(text, "AWS_");
    for (; *word != '\0'; word++) {
        if (isalnum((unsigned char)*word))
            text_append_char(text, (char)(capital ? toupper((unsigned char)*word) : *word));
        capital = !isalnum((unsigned char)*word);
    }
}

static void opengraph_begin(struct sink *sink)
{
    fputs("{\"metadata\": {\"source_kind\": \"AWS_Base\"}, \"graph\": {\"nodes\": [\n", sink->output->stream);
    sink->written = 0;
}

static void opengraph_put(struct sink *sink, struct json_writer *writer)
{
    struct text safe = {0};
    text_append_json(&safe, writer->text.data);
    fputs(sink->written++ > 0 ? ",\n" : "", sink->output->stream);
    fwrite(safe.data, 1, safe.length, sink->output->stream);
    text_free(&safe);
    text_free(&writer->text);
}

static void write_member(struct json_writer *writer, const char *name, const char *value)
{
    json_writer_name(writer, name);
    json_writer_text(writer, value);
}

static void opengraph_node(struct sink *sink, const struct out_node *node)
{
    struct json_writer writer = {0};
    struct text kind = {0};
    append_kind(&kind, node->kind);
    json_writer_open(&writer, '{');
    write_member(&writer, "id", node->id);
    json_writer_name(&writer, "kinds");
    json_writer_open(&writer, '[');
    json_writer_text(&writer, kind.data);
    json_writer_text(&writer, "AWS_Base");
    json_writer_close(&writer, ']');
    json_writer_name(&writer, "properties");
    json_writer_open(&writer, '{');
    write_member(&writer, "name", node->name);
    write_member(&writer, "account", node->account);
    write_member(&writer, "account_name", node->account_name);
    write_member(&writer, "administrator", node->administrator ? "true" : "false");
    json_writer_name(&writer, "members");
    json_writer_number(&writer, node->members);
    json_writer_close(&writer, '}');
    json_writer_close(&writer, '}');
    opengraph_put(sink, &writer);
    text_free(&kind);
}

static void opengraph_between(struct sink *sink)
{
    fputs("\n], \"edges\": [\n", sink->output->stream);
    sink->written = 0;
}

static void write_end(struct json_writer *writer, const char *name, const char *id)
{
    json_writer_name(writer, name);
    json_writer_open(writer, '{');
    write_member(writer, "match_by", "id");
    write_member(writer, "value", id);
    json_writer_close(writer, '}');
}

static void opengraph_edge(struct sink *sink, const struct out_edge *edge)
{
    struct json_writer writer = {0};
    struct text kind = {0};
    append_kind(&kind, edge->kind);
    json_writer_open(&writer, '{');
    write_member(&writer, "kind", kind.data);
    write_end(&writer, "start", edge->from);
    write_end(&writer, "end", edge->to);
    json_writer_name(&writer, "properties");
    json_writer_open(&writer, '{');
    write_member(&writer, "verdict", edge->verdict);
    write_member(&writer, "conditions", edge->conditions);
    write_member(&writer, "actions", edge->actions);
    json_writer_close(&writer, '}');
    json_writer_close(&writer, '}');
    opengraph_put(sink, &writer);
    text_free(&kind);
}

static void opengraph_end(struct sink *sink, struct analysis *analysis)
{
    (void)analysis;
    fputs("\n]}}\n", sink->output->stream);
}

/* ---- neo4j: every field quoted; what would break a line is made visible */

static void csv_field(struct text *text, const char *value, bool last)
{
    struct text printable = {0};
    text_append_printable(&printable, value);
    text_append_char(text, '"');
    for (const char *at = printable.data != NULL ? printable.data : ""; *at != '\0'; at++)
        text_append_string(text, *at == '"' ? "\"\"" : (char[]){*at, '\0'});
    text_append_string(text, last ? "\"\n" : "\",");
    text_free(&printable);
}

static void nothing(struct sink *sink)
{
    (void)sink;
}

static void no_node(struct sink *sink, const struct out_node *node)
{
    (void)sink, (void)node;
}

static void no_edge(struct sink *sink, const struct out_edge *edge)
{
    (void)sink, (void)edge;
}

static void no_end(struct sink *sink, struct analysis *analysis)
{
    (void)sink, (void)analysis;
}

static void nodes_begin(struct sink *sink)
{
    fputs("arn:ID,name,kind,account,account_name,administrator:boolean,members:int,:LABEL\n", sink->output->stream);
}

static void nodes_node(struct sink *sink, const struct out_node *node)
{
    struct text text = {0}, kind = {0};
    char members[16];
    snprintf(members, sizeof members, "%u", node->members);
    append_kind(&kind, node->kind);
    csv_field(&text, node->id, false);
    csv_field(&text, node->name, false);
    csv_field(&text, node->kind, false);
    csv_field(&text, node->account, false);
    csv_field(&text, node->account_name, false);
    csv_field(&text, node->administrator ? "true" : "false", false);
    csv_field(&text, members, false);
    csv_field(&text, kind.data, true);
    put(sink, &text);
    text_free(&kind);
}

static void edges_begin(struct sink *sink)
{
    fputs(":START_ID,:END_ID,:TYPE,verdict,conditions,actions\n", sink->output->stream);
}

static void edges_edge(struct sink *sink, const struct out_edge *edge)
{
    struct text text = {0}, kind = {0};
    append_kind(&kind, edge->kind);
    csv_field(&text, edge->from, false);
    csv_field(&text, edge->to, false);
    csv_field(&text, kind.data, false);
    csv_field(&text, edge->verdict, false);
    csv_field(&text, edge->conditions, false);
    csv_field(&text, edge->actions, true);
    put(sink, &text);
    text_free(&kind);
}

static const struct sink_format formats[] = {
    {"json", json_begin, json_node, json_between, json_edge, json_finish},
    {"graphml", graphml_begin, graphml_node, nothing, graphml_edge, graphml_end},
    {"opengraph", opengraph_begin, opengraph_node, opengraph_between, opengraph_edge, opengraph_end},
    {"neo4j-nodes", nodes_begin, nodes_node, nothing, no_edge, no_end},
    {"neo4j-edges", edges_begin, no_node, nothing, edges_edge, no_end},
};

static const struct sink_format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
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
    bool *used; /* by place (edges_place): it is at an edge */
    char group[2][32];
    char *words; /* conditions of the residual that was worded last */
    constraint worded;
};

/* A group is called by its number. */
static const char *id_of(struct exporting *work, edge_end end, int which)
{
    if ((end & EDGE_GROUP) == 0)
        return work->analysis->edges->nodes[end].text;
    snprintf(work->group[which], sizeof work->group[which], "group:%u", end & ~EDGE_GROUP);
    return work->group[which];
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
                           .kind = edge != NULL ? edge_kind_word(edge->kind) : "member",
                           .verdict = edge != NULL ? verdict_word(edge->verdict) : "",
                           .conditions = edge != NULL ? conditions_of(work, edge->residual) : "",
                           .actions = edge != NULL && edge->how != NULL ? edge->how : ""};
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
    struct out_node out = {.id = caller->text,
                           .kind = caller_kind_word(caller->kind),
                           .name = caller->principal != MODEL_NONE && caller->name != NULL ? caller->name : name.data,
                           .account = caller->account != NULL ? caller->account : "",
                           .account_name = account != NULL ? model_account_name(account) : "",
                           .administrator = caller->principal != MODEL_NONE && node < edges->model->principal_count &&
                                            administrators_has(work->analysis, node)};
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
    work->sink.format->node(&work->sink, &out);
    text_free(&name);
}

/* The steps of one node, each pair and kind once: narrow ends come first and are exact. */
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
    work.sink.format->between(&work.sink);
    if (folded)
        put_folded_edges(&work);
    else
        each_step(&work, false);
    work.sink.format->end(&work.sink, analysis);
    free(work.used);
    free(work.words);
}
