/*
 * graph_sink: a format of the whole graph, as one row of functions; graph_export.c calls them with the pieces in this
 * order: begin, nodes, between, edges, end. Texts are borrowed for the call and may hold anything.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_SINK_H
#define ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_SINK_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/report/json_answer.h"

/* What a node is called: by policies ("group:7" for a group), and by a name token for formats whose identifiers are
 * no free text. */
struct out_id {
    const char *text;
    char token[16]; /* "n12", "g7" */
};

struct out_node {
    struct out_id id;
    const char *kind, *name, *account, *account_name; /* "" unknown */
    bool administrator;
    uint32_t members; /* of a group; 0: it is none */
};

struct out_edge {
    struct out_id from, to;
    const char *kind, *verdict, *conditions, *actions; /* "" none */
};

struct sink_format;

struct sink {
    struct output *output;
    const struct sink_format *format;
    struct json_stream stream; /* of json */
    size_t written;            /* of the list that is open */
};

struct sink_format {
    const char *name;
    void (*begin)(struct sink *sink);
    /* NULL, of these: nothing is written for it. */
    void (*node)(struct sink *sink, const struct out_node *node);
    void (*between)(struct sink *sink);
    void (*edge)(struct sink *sink, const struct out_edge *edge);
    void (*end)(struct sink *sink, struct analysis *analysis);
};

extern const struct sink_format graph_sink_json, graph_sink_graphml, graph_sink_opengraph, graph_sink_neo4j_nodes,
    graph_sink_neo4j_edges;

/* Writes the text and frees it. */
void graph_sink_put(struct sink *sink, struct text *text);

/* "saml-provider" becomes "AWS_SamlProvider": letters, digits and underscores, as labels and types have to be. */
void graph_sink_append_kind(struct text *text, const char *word);

#endif
