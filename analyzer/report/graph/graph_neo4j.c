/*
 * The two tables that neo4j-admin imports: every field is quoted, and line breaks are made visible.
 */
#include "analyzer/report/graph/graph_sink.h"
#include "ingest/support/text.h"

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

static void nodes_begin(struct sink *sink)
{
    fputs("arn:ID,name,kind,account,account_name,administrator:boolean,members:int,:LABEL\n", sink->output->stream);
}

static void nodes_node(struct sink *sink, const struct out_node *node)
{
    struct text text = {0}, kind = {0};
    char members[16];
    snprintf(members, sizeof members, "%u", node->members);
    graph_sink_append_kind(&kind, node->kind);
    csv_field(&text, node->id.text, false);
    csv_field(&text, node->name, false);
    csv_field(&text, node->kind, false);
    csv_field(&text, node->account, false);
    csv_field(&text, node->account_name, false);
    csv_field(&text, node->administrator ? "true" : "false", false);
    csv_field(&text, members, false);
    csv_field(&text, kind.data, true);
    graph_sink_put(sink, &text);
    text_free(&kind);
}

static void edges_begin(struct sink *sink)
{
    fputs(":START_ID,:END_ID,:TYPE,verdict,conditions,actions\n", sink->output->stream);
}

static void edges_edge(struct sink *sink, const struct out_edge *edge)
{
    struct text text = {0}, kind = {0};
    graph_sink_append_kind(&kind, edge->kind);
    csv_field(&text, edge->from.text, false);
    csv_field(&text, edge->to.text, false);
    csv_field(&text, kind.data, false);
    csv_field(&text, edge->verdict, false);
    csv_field(&text, edge->conditions, false);
    csv_field(&text, edge->actions, true);
    graph_sink_put(sink, &text);
    text_free(&kind);
}

const struct sink_format graph_sink_neo4j_nodes = {"neo4j-nodes", nodes_begin, nodes_node, NULL, NULL, NULL};
const struct sink_format graph_sink_neo4j_edges = {"neo4j-edges", edges_begin, NULL, NULL, edges_edge, NULL};
