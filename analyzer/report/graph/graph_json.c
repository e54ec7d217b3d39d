#include "analyzer/report/graph/graph_sink.h"

#include "ingest/support/json_build.h"

static void json_begin(struct sink *sink)
{
    json_stream_begin(&sink->stream, sink->output, "graph", 1);
    json_stream_list(&sink->stream, "nodes");
}

static void json_node(struct sink *sink, const struct out_node *node)
{
    json_t *object = json_object();
    json_put(object, "id", json_text(node->id.text));
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
    json_put(object, "from", json_text(edge->from.text));
    json_put(object, "to", json_text(edge->to.text));
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

const struct sink_format graph_sink_json = {"json", json_begin, json_node, json_between, json_edge, json_finish};
