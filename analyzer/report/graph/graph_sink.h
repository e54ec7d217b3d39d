/*
 * graph_sink: one format of the whole graph, as a row of functions; graph_export.c calls them in this order: begin,
 * nodes, between, edges, end. Texts are borrowed for the call and may contain anything.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_SINK_H
#define ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_SINK_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/report/json_answer.h"

/* The identity of a node: its name in policies ("group:7" for a group), and a token for formats that restrict
 * identifiers. */
struct out_id {
    const char *text;
    char token[16]; /* "n12", "g7" */
};

struct out_node {
    struct out_id id;
    const char *kind, *name, *account, *account_name; /* "": unknown */
    bool administrator;
    uint32_t members; /* of a group; 0: it is not a group */
};

struct out_edge {
    struct out_id from, to;
    const char *kind, *verdict, *conditions, *actions; /* "": none */
};

struct sink_format;

struct sink {
    struct output *output;
    const struct sink_format *format;
    struct json_stream stream; /* for json */
    size_t written;            /* number of elements in the open list */
};

struct sink_format {
    const char *name;
    void (*begin)(struct sink *sink);
    /* NULL for any of these: nothing is written. */
    void (*node)(struct sink *sink, const struct out_node *node);
    void (*between)(struct sink *sink);
    void (*edge)(struct sink *sink, const struct out_edge *edge);
    void (*end)(struct sink *sink, struct analysis *analysis);
};

extern const struct sink_format graph_sink_json, graph_sink_graphml, graph_sink_opengraph, graph_sink_neo4j_nodes,
    graph_sink_neo4j_edges;

/* Writes the text and frees it. */
void graph_sink_put(struct sink *sink, struct text *text);

/* "saml-provider" becomes "AWS_SamlProvider": only letters, digits and underscores, as labels and types require. */
void graph_sink_append_kind(struct text *text, const char *word);

#endif
