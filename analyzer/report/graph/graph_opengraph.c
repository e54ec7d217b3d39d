/*
 * BloodHound's OpenGraph: properties are primitives with names in lower case, kinds are letters, digits and
 * underscores.
 */
#include "analyzer/report/escape.h"
#include "analyzer/report/graph/graph_sink.h"
#include "analyzer/report/json_writer.h"

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
    graph_sink_append_kind(&kind, node->kind);
    json_writer_open(&writer, '{');
    write_member(&writer, "id", node->id.text);
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
    json_writer_name(&writer, "administrator");
    json_writer_value(&writer, node->administrator ? json_true() : json_false());
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
    graph_sink_append_kind(&kind, edge->kind);
    json_writer_open(&writer, '{');
    write_member(&writer, "kind", kind.data);
    write_end(&writer, "start", edge->from.text);
    write_end(&writer, "end", edge->to.text);
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

const struct sink_format graph_sink_opengraph = {"opengraph",       opengraph_begin, opengraph_node,
                                                 opengraph_between, opengraph_edge,  opengraph_end};
