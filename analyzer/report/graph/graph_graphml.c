/*
 * GraphML 1.0, by the schema at http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd: identifiers are name tokens, so
 * a node's ARN is the attribute "arn".
 */
#include "analyzer/report/escape.h"
#include "analyzer/report/graph/graph_sink.h"
#include <string.h>

static const char *const node_keys[] = {"arn", "kind", "name", "account", "account_name", "administrator", "members"};
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

static void graphml_node(struct sink *sink, const struct out_node *node)
{
    struct text text = {0};
    char members[16] = "";
    if (node->members > 0)
        snprintf(members, sizeof members, "%u", node->members);
    text_append_string(&text, "    <node id=\"");
    text_append_string(&text, node->id.token);
    text_append_string(&text, "\">");
    graphml_data(&text, "node", "arn", node->id.text);
    graphml_data(&text, "node", "kind", node->kind);
    graphml_data(&text, "node", "name", node->name);
    graphml_data(&text, "node", "account", node->account);
    graphml_data(&text, "node", "account_name", node->account_name);
    graphml_data(&text, "node", "administrator", node->administrator ? "true" : "false");
    graphml_data(&text, "node", "members", members);
    text_append_string(&text, "</node>\n");
    graph_sink_put(sink, &text);
}

static void graphml_edge(struct sink *sink, const struct out_edge *edge)
{
    struct text text = {0};
    text_append_string(&text, "    <edge source=\"");
    text_append_string(&text, edge->from.token);
    text_append_string(&text, "\" target=\"");
    text_append_string(&text, edge->to.token);
    text_append_string(&text, "\">");
    graphml_data(&text, "edge", "kind", edge->kind);
    graphml_data(&text, "edge", "verdict", edge->verdict);
    graphml_data(&text, "edge", "conditions", edge->conditions);
    graphml_data(&text, "edge", "actions", edge->actions);
    text_append_string(&text, "</edge>\n");
    graph_sink_put(sink, &text);
}

static void graphml_end(struct sink *sink, struct analysis *analysis)
{
    (void)analysis;
    fputs("  </graph>\n</graphml>\n", sink->output->stream);
}

const struct sink_format graph_sink_graphml = {"graphml", graphml_begin, graphml_node, NULL, graphml_edge, graphml_end};
