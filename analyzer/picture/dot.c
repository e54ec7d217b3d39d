#include "analyzer/picture/dot.h"

#include "analyzer/picture/dot_inside.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INK "#24292f"
#define PALE "#57606a"
#define LINE "#6e7781"
#define EXTERNAL "#bc4c00"
#define PUBLIC "#cf222e"
#define CONTROL "#8250df"
#define CHAIN "#0072b2" /* keeps apart from the others whatever colours one sees; the width does in grey */

/* cgraph copies what it is given, but takes it without const. */
static const struct {
    char *shape, *fill;
    const char *words;
} shapes[PICTURE_SHAPES] = {
    [PICTURE_USER] = {"ellipse", "#ddf4ff", "user"},
    [PICTURE_ROLE] = {"box", "#ffffff", "role"},
    [PICTURE_SERVICE] = {"component", "#f6f8fa", "AWS service"},
    [PICTURE_PROVIDER] = {"hexagon", "#fbefff", "identity provider"},
    [PICTURE_ACCOUNT] = {"folder", "#fff8c5", "account as a whole"},
    [PICTURE_ANYONE] = {"doubleoctagon", "#ffebe9", "anyone"},
};

static char *const accents[] = {[ACCENT_NONE] = LINE, [ACCENT_EXTERNAL] = EXTERNAL, [ACCENT_PUBLIC] = PUBLIC};

/* In labels and tooltips Graphviz reads backslashes as escape sequences, and in names it writes one before a quote so
 * that it cannot read it back. It takes what looks like an XML entity for one, in names too. */
static char *escape(const char *value)
{
    struct text text = {0};
    for (; *value != '\0'; value++) {
        if (*value == '\\')
            text_append_char(&text, '\\');
        if (*value == '&')
            text_append_string(&text, "&amp;");
        else
            text_append_char(&text, *value);
    }
    return text_release(&text);
}

static void set_text(void *object, char *name, const char *value)
{
    char *text = escape(value);
    agsafeset(object, name, text, "");
    free(text);
}

static void set(void *object, char *name, char *value)
{
    agsafeset(object, name, value, "");
}

static void set_defaults(Agraph_t *graph)
{
    static char *const all[][3] = {
        {"g", "rankdir", "LR"},    {"g", "fontname", "DejaVu Sans"}, {"g", "fontsize", "12"},
        {"g", "fontcolor", INK},   {"g", "nodesep", "0.18"},         {"g", "ranksep", "1.1"},
        {"g", "pad", "0.3"},       {"g", "bgcolor", "white"},        {"g", "newrank", "true"},
        {"g", "tooltip", " "},     {"n", "fontname", "DejaVu Sans"}, {"n", "fontsize", "10"},
        {"n", "fontcolor", INK},   {"n", "style", "filled"},         {"n", "color", LINE},
        {"n", "height", "0.35"},   {"n", "margin", "0.11,0.05"},     {"e", "fontname", "DejaVu Sans"},
        {"e", "fontsize", "8"},    {"e", "fontcolor", PALE},         {"e", "color", LINE},
        {"e", "arrowsize", "0.7"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        agattr(graph, all[i][0][0] == 'g' ? AGRAPH : all[i][0][0] == 'n' ? AGNODE : AGEDGE, all[i][1], all[i][2]);
}

static void style_node(Agnode_t *node, enum picture_shape shape, enum picture_accent accent, bool exported,
                       bool administrator, bool focused)
{
    set(node, "shape", shapes[shape].shape);
    set(node, "fillcolor", shapes[shape].fill);
    set(node, "style",
        shape == PICTURE_ROLE ? (exported ? "filled,rounded" : "filled,rounded,dashed")
        : exported            ? "filled"
                              : "filled,dashed");
    if (accent != ACCENT_NONE)
        set(node, "color", accents[accent]);
    if (administrator) {
        set(node, "fillcolor", "#ffd8b5");
        set(node, "penwidth", "1.8");
    }
    if (focused)
        set(node, "penwidth", "3");
}

static Agnode_t *add_node(Agraph_t *home, const char *id, const struct picture_node *from)
{
    struct text label = {0};
    char *name = escape(id);
    Agnode_t *node = agnode(home, name, 1);
    free(name);
    text_append_string(&label, from->label);
    if (from->administrator)
        text_append_string(&label, from->members > 1 ? "\nadministrators" : "\nadministrator");
    set_text(node, "label", label.data);
    set_text(node, "tooltip", from->tooltip);
    style_node(node, from->shape, from->accent, from->exported, from->administrator, from->focused);
    text_free(&label);
    return node;
}

/* That an edge comes from outside or is control over IAM matters more. */
static bool in_chain_colour(const struct picture_edge *edge)
{
    return edge->chained && !edge->control && edge->accent == ACCENT_NONE;
}

static void add_edge(Agraph_t *graph, Agnode_t *begin, Agnode_t *end, const struct picture_edge *from)
{
    Agedge_t *edge = agedge(graph, begin, end, NULL, 1);
    if (from->conditional)
        set(edge, "style", "dashed");
    if (from->control) {
        set(edge, "style", from->conditional ? "dotted" : "bold");
        set(edge, "color", CONTROL);
        set(edge, "fontcolor", CONTROL);
        set(edge, "arrowhead", "odiamond");
    }
    if (from->accent != ACCENT_NONE) {
        set(edge, "color", accents[from->accent]);
        set(edge, "penwidth", "1.6");
    } else if (in_chain_colour(from)) {
        set(edge, "color", CHAIN);
        set(edge, "penwidth", "1.8");
    }
    if (from->label[0] != '\0')
        set_text(edge, "label", from->label);
    set_text(edge, "tooltip", from->tooltip);
}

static Agraph_t *add_cluster(Agraph_t *graph, const struct picture_cluster *from)
{
    char *name = escape(from->id);
    Agraph_t *cluster = agsubg(graph, name, 1);
    free(name);
    set_text(cluster, "label", from->label);
    set_text(cluster, "tooltip", from->label);
    set(cluster, "style", "rounded,filled");
    set(cluster, "labeljust", "l");
    set(cluster, "margin", "14");
    set(cluster, "fillcolor", from->accent == ACCENT_NONE ? "#f6f8fa" : "#fff1e5");
    set(cluster, "color", from->accent == ACCENT_NONE ? "#d0d7de" : EXTERNAL);
    return cluster;
}

/* ---- legend: only what occurs in the picture */

struct legend {
    Agraph_t *cluster;
    unsigned count;
};

static Agnode_t *legend_node(struct legend *legend, const char *words)
{
    char name[32];
    snprintf(name, sizeof name, "legend %u", legend->count++);
    Agnode_t *node = agnode(legend->cluster, name, 1);
    set_text(node, "label", words);
    set(node, "tooltip", " ");
    set(node, "fontsize", "9");
    return node;
}

static void legend_shape(struct legend *legend, enum picture_shape shape, const char *words, bool exported,
                         bool administrator, enum picture_accent accent)
{
    Agnode_t *node = legend_node(legend, words);
    style_node(node, shape, accent, exported, administrator, false);
}

static void legend_line(struct legend *legend, const char *words, char *colour)
{
    Agnode_t *node = legend_node(legend, words);
    set(node, "shape", "plaintext");
    set(node, "style", "");
    if (colour != NULL)
        set(node, "fontcolor", colour);
}

static void add_legend(Agraph_t *graph, const struct picture *picture)
{
    struct legend legend = {.cluster = agsubg(graph, "cluster_legend", 1)};
    bool shape[PICTURE_SHAPES] = {false}, administrator = false, unexported = false, external = false;
    bool edges[4] = {false};
    set(legend.cluster, "label", "Legend");
    set(legend.cluster, "tooltip", "Legend");
    set(legend.cluster, "labeljust", "l");
    set(legend.cluster, "style", "rounded");
    set(legend.cluster, "color", "#d0d7de");
    for (uint32_t i = 0; i < picture->node_count; i++) {
        const struct picture_node *node = &picture->nodes[i];
        shape[node->shape] = true;
        administrator = administrator || node->administrator;
        unexported = unexported || !node->exported;
        external = external || node->accent == ACCENT_EXTERNAL;
    }
    for (uint32_t i = 0; i < picture->edge_count; i++) {
        edges[picture->edges[i].control ? 3 : picture->edges[i].conditional] = true;
        edges[2] = edges[2] || in_chain_colour(&picture->edges[i]);
    }
    for (int i = 0; i < PICTURE_SHAPES; i++)
        if (shape[i])
            legend_shape(&legend, (enum picture_shape)i, shapes[i].words, true, false,
                         i == PICTURE_ANYONE ? ACCENT_PUBLIC : ACCENT_NONE);
    if (administrator)
        legend_shape(&legend, PICTURE_ROLE, "administrator of its account", true, true, ACCENT_NONE);
    if (unexported)
        legend_shape(&legend, PICTURE_ACCOUNT, "not exported", false, false, ACCENT_NONE);
    if (external)
        legend_shape(&legend, PICTURE_ACCOUNT, "not of this organization,\nas far as is known", true, false,
                     ACCENT_EXTERNAL);
    static const struct {
        const char *words;
        char *colour;
    } lines[] = {{"→ can assume", NULL},
                 {"⇢ can assume, if the conditions hold", NULL},
                 {"→ the same, among the hops of a chain", CHAIN},
                 {"─◇ controls it through IAM", CONTROL}};
    for (int i = 0; i < 4; i++)
        if (edges[i])
            legend_line(&legend, lines[i].words, lines[i].colour);
}

static void set_caption(Agraph_t *graph, const struct picture *picture, const struct columns *columns)
{
    struct text text = {0};
    text_append_string(&text, picture->title);
    for (uint32_t i = 0; i < picture->caption_count; i++) {
        text_append_char(&text, '\n');
        text_append_string(&text, picture->caption[i].sentence);
    }
    if (columns->any_repeated)
        text_append_string(&text, "\nOutside parties that lead to several accounts are drawn once in each column.");
    set_text(graph, "label", text.data);
    set(graph, "labelloc", "t");
    text_free(&text);
}

/* Where the edge is drawn from: the node, or what stands for it in the column that the edge leads to. */
static Agnode_t *begin_of(Agraph_t *graph, Agnode_t *const *nodes, const struct picture *picture,
                          const struct columns *columns, const struct picture_edge *edge)
{
    uint32_t column = columns->column[edge->to];
    const struct picture_node *node = &picture->nodes[edge->from];
    if (!columns->repeated[edge->from] || column == columns->column[edge->from])
        return nodes[edge->from];
    struct text id = {0};
    text_format(&id, "%s in column %u", node->id, column + 1);
    char *name = escape(id.data);
    Agnode_t *begin = agnode(graph, name, 0);
    if (begin == NULL) {
        begin = add_node(graph, id.data, node);
        columns_hold(columns, graph, begin, edge->from, column);
    }
    free(name);
    text_free(&id);
    return begin;
}

Agraph_t *dot_graph(const struct picture *picture)
{
    Agdisc_t discipline = {&dot_memory, &dot_ids, &AgIoDisc};
    Agraph_t *graph = agopen("rolechain", Agdirected, &discipline);
    Agnode_t **nodes = memory_zeroed(picture->node_count, sizeof *nodes);
    Agraph_t **clusters = memory_zeroed(picture->cluster_count, sizeof *clusters);
    struct columns columns;
    set_defaults(graph);
    columns_plan(&columns, picture);
    set_caption(graph, picture, &columns);
    for (uint32_t i = 0; i < picture->cluster_count; i++)
        clusters[i] = add_cluster(graph, &picture->clusters[i]);
    for (uint32_t i = 0; i < picture->node_count; i++) {
        const struct picture_node *node = &picture->nodes[i];
        nodes[i] = add_node(node->cluster == PICTURE_OUTSIDE ? graph : clusters[node->cluster], node->id, node);
    }
    for (uint32_t i = 0; i < picture->edge_count; i++)
        add_edge(graph, begin_of(graph, nodes, picture, &columns, &picture->edges[i]), nodes[picture->edges[i].to],
                 &picture->edges[i]);
    for (uint32_t i = 0; i < picture->node_count; i++)
        columns_hold(&columns, graph, nodes[i], i, columns.column[i]);
    if (picture->node_count > 0)
        add_legend(graph, picture);
    columns_free(&columns);
    free(nodes);
    free(clusters);
    return graph;
}
