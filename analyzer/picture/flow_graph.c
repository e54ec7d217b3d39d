/*
 * The flow as a graph of cgraph. Nodes and edges are made in one fixed order: the layout's order of rows depends on it.
 * Nothing from a policy is read as markup: labels are HTML tables of escaped texts, ids of nodes are numbers.
 */
#include "analyzer/picture/dot_inside.h"
#include "analyzer/picture/fit.h"
#include "analyzer/picture/flow.h"
#include "analyzer/report/escape.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS 0.75 /* a pixel */
#define INCHES (POINTS / 72)

static void set_number(void *object, const char *name, double value)
{
    char number[32];
    snprintf(number, sizeof number, "%.4g", value);
    dot_set(object, name, number);
}

static void set_html(Agraph_t *graph, void *object, const char *name, struct text *html)
{
    char *markup = agstrdup_html(graph, html->data), *attribute = memory_text(name);
    agsafeset(object, attribute, markup, "");
    agstrfree(graph, markup);
    free(attribute);
    text_free(html);
}

/* Printable lines. In tooltips Graphviz reads backslashes as escape sequences, and takes what looks like an XML entity
 * for one. */
static void set_tooltip(void *object, const char *lines)
{
    struct text text = {0};
    for (const char *at = lines; *at != '\0'; at++)
        if (*at == '\\')
            text_append_string(&text, "\\\\");
        else if (*at == '&')
            text_append_string(&text, "&amp;");
        else
            text_append_char(&text, *at);
    dot_set(object, "tooltip", text.data != NULL ? text.data : "");
    text_free(&text);
}

static void append_font(struct text *html, const char *text, double size, enum ink ink)
{
    text_format(html, "<FONT POINT-SIZE=\"%.4g\" COLOR=\"%s\">", size, ink_colour(ink, false));
    text_append_xml(html, text);
    text_append_string(html, "</FONT>");
}

static void append_cell(struct text *html, const char *align, double width, double height, const char *text,
                        double size, enum ink ink)
{
    text_format(html, "<TD ALIGN=\"%s\" WIDTH=\"%d\" HEIGHT=\"%d\">", align, (int)width, (int)height);
    if (text[0] != '\0')
        append_font(html, text, size, ink);
    text_append_string(html, "</TD>");
}

static void append_facts(struct text *html, const struct flow_box *box, double width)
{
    for (uint32_t i = 0; i < box->fact_count; i++) {
        text_append_string(html, "<TR><TD></TD>");
        append_cell(html, "LEFT", width * 0.3, 16, box->facts[i].name, 9, INK_SECOND);
        append_cell(html, "LEFT", width * 0.6, 16, box->facts[i].value, 9.5, box->facts[i].ink);
        text_append_string(html, "</TR>");
    }
}

static void label_box(const struct flow *flow, Agraph_t *graph, Agnode_t *node, const struct flow_box *box)
{
    struct text html = {0};
    struct arena arena = {0};
    bool who = box->shape == FLOW_WHO;
    const char *words = flow_box_count(&arena, box);
    double width = flow->columns[box->column].width * POINTS, count = fit_width(words, 12) * POINTS + 6;
    const char *name = fit_name(&arena, box->name, 13, width / POINTS - fit_width(words, 12) - 34);
    text_format(&html,
                "<TABLE BORDER=\"%d\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" COLOR=\"%s\" "
                "BGCOLOR=\"%s\"%s><TR>",
                box->focused ? 2 : 1,
                ink_colour(box->focused ? INK_ACCENT
                           : who        ? INK_PILL
                                        : INK_BOX_LINE,
                           false),
                ink_colour(who ? INK_PILL : INK_PAGE, false), who ? " STYLE=\"ROUNDED\"" : "");
    if (box->administrator)
        text_format(&html, "<TD WIDTH=\"4\" FIXEDSIZE=\"TRUE\" HEIGHT=\"16\" BGCOLOR=\"%s\"></TD><TD WIDTH=\"5\"></TD>",
                    ink_colour(INK_TEXT, false));
    else
        text_append_string(&html, "<TD WIDTH=\"4\"></TD>");
    append_cell(&html, "LEFT", width - count - (box->administrator ? 13 : 8), 16, name, 10, INK_TEXT);
    append_cell(&html, "RIGHT", count, 16, words, 9, INK_SECOND);
    text_append_string(&html, "<TD WIDTH=\"4\"></TD></TR>");
    append_facts(&html, box, width);
    text_append_string(&html, "</TABLE>");
    set_html(graph, node, "label", &html);
    arena_free(&arena);
}

static void append_title(struct text *html, const struct flow *flow)
{
    append_font(html, flow->title, 16, INK_TEXT);
    if (flow->title_rest != NULL) {
        text_append_char(html, ' ');
        append_font(html, flow->title_rest, 16, INK_SECOND);
    }
    text_append_string(html, "<BR ALIGN=\"LEFT\"/>");
    for (uint32_t i = 0; i < flow->line_count; i++) {
        append_font(html, flow->lines[i], 10, INK_SECOND);
        text_append_string(html, "<BR ALIGN=\"LEFT\"/>");
    }
    if (flow->arc_count > 0) {
        text_append_string(html, "<FONT POINT-SIZE=\"10\">Colour: ");
        text_append_xml(html, flow->legend);
        text_append_string(html, " (red critical, orange high, ochre medium, grey none above low). Dashed: ");
        text_append_xml(html, flow->dashed);
        text_append_string(html, ". Dark bar: administrator.</FONT><BR ALIGN=\"LEFT\"/>");
    }
    for (uint32_t i = 0; i < flow->left_out_count; i++) {
        append_font(html, flow->left_out[i], 10, INK_SECOND);
        text_append_string(html, "<BR ALIGN=\"LEFT\"/>");
    }
}

static void set_defaults(const struct flow *flow, Agraph_t *graph, bool whole)
{
    static const char *const all[][3] = {
        {"g", "rankdir", "LR"},     {"g", "newrank", "true"},   {"g", "splines", "true"},   {"g", "nodesep", "0.045"},
        {"g", "bgcolor", "white"},  {"g", "pad", "0.3"},        {"g", "fontname", "Arial"}, {"g", "labelloc", "t"},
        {"g", "labeljust", "l"},    {"n", "fontname", "Arial"}, {"e", "tailport", "e"},     {"e", "headport", "w"},
        {"e", "arrowsize", "0.55"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *name = memory_text(all[i][1]), *value = memory_text(all[i][2]);
        agattr(graph, all[i][0][0] == 'g' ? AGRAPH : all[i][0][0] == 'n' ? AGNODE : AGEDGE, name, value);
        free(name);
        free(value);
    }
    set_number(graph, "ranksep", flow->column_count > 3 ? 1.05 : 2.35);
    if (whole) {
        struct text html = {0};
        append_title(&html, flow);
        set_html(graph, graph, "label", &html);
        dot_set(graph, "outputorder", "edgesfirst");
    }
}

static void add_boxes(const struct flow *flow, Agraph_t *graph, bool whole, Agnode_t **nodes)
{
    char name[32];
    for (uint32_t i = 0; i < flow->box_count; i++) {
        const struct flow_box *box = &flow->boxes[i];
        snprintf(name, sizeof name, "b%u", i);
        nodes[i] = agnode(graph, name, 1);
        if (whole) {
            dot_set(nodes[i], "shape", "plain");
            label_box(flow, graph, nodes[i], box);
            if (box->tooltip != NULL)
                set_tooltip(nodes[i], box->tooltip);
            continue;
        }
        dot_set(nodes[i], "shape", "box");
        dot_set(nodes[i], "fixedsize", "true");
        dot_set(nodes[i], "label", "");
        set_number(nodes[i], "width", flow->columns[box->column].width * INCHES);
        set_number(nodes[i], "height", flow_box_height(box) * INCHES);
    }
}

/* One rank per column. An invisible point in each, with arcs between them, keeps the columns in order. */
static void add_columns(const struct flow *flow, Agraph_t *graph, Agnode_t **nodes)
{
    Agnode_t *before = NULL;
    char name[32];
    for (uint32_t c = 0; c < flow->column_count; c++) {
        snprintf(name, sizeof name, "column_%u", c);
        Agraph_t *rank = agsubg(graph, name, 1);
        dot_set(rank, "rank", "same");
        snprintf(name, sizeof name, "c%u", c);
        Agnode_t *point = agnode(graph, name, 1);
        dot_set(point, "shape", "point");
        dot_set(point, "style", "invis");
        dot_set(point, "width", "0.01");
        agsubnode(rank, point, 1);
        for (uint32_t i = 0; i < flow->box_count; i++)
            if (flow->boxes[i].column == c)
                agsubnode(rank, nodes[i], 1);
        if (before != NULL) {
            Agedge_t *arc = agedge(graph, before, point, NULL, 1);
            dot_set(arc, "style", "invis");
        }
        before = point;
    }
}

static void add_grounds(const struct flow *flow, Agraph_t *graph, bool whole, Agnode_t **nodes)
{
    char name[32];
    for (uint32_t g = 0; g < flow->ground_count; g++) {
        snprintf(name, sizeof name, "cluster_%u", g);
        Agraph_t *cluster = agsubg(graph, name, 1);
        for (uint32_t i = 0; i < flow->box_count; i++)
            if (flow->boxes[i].ground == g)
                agsubnode(cluster, nodes[i], 1);
        dot_set(cluster, "margin", whole ? "5" : "12");
        if (!whole)
            continue;
        struct text html = {0};
        struct arena arena = {0};
        append_font(&html,
                    fit_sentence(&arena, flow->grounds[g].label, 11.5, flow->columns[flow->grounds[g].column].width),
                    9.5, INK_SECOND);
        set_html(graph, cluster, "label", &html);
        arena_free(&arena);
        dot_set(cluster, "style", "filled");
        dot_set(cluster, "labeljust", "l");
        dot_set(cluster, "color", ink_colour(INK_WASH, false));
        dot_set(cluster, "fillcolor", ink_colour(INK_WASH, false));
    }
}

static void add_arcs(const struct flow *flow, Agraph_t *graph, bool whole, Agnode_t **nodes)
{
    char name[32];
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        const struct flow_arc *arc = &flow->arcs[i];
        uint32_t from = flow->boxes[arc->from].column, to = flow->boxes[arc->to].column;
        bool forward = from < to;
        if (from == to && !whole)
            continue;
        snprintf(name, sizeof name, "a%u", i);
        /* For the layout, an arc back counts as one forward, since it has to pass the columns too. */
        bool turned = from > to && !whole;
        Agedge_t *edge =
            agedge(graph, nodes[turned ? arc->to : arc->from], nodes[turned ? arc->from : arc->to], name, 1);
        set_number(edge, "weight", arc->severity >= SEVERITY_MEDIUM ? 1 + arc->severity : 1);
        if (!whole)
            continue;
        if (!forward)
            dot_set(edge, "constraint", "false");
        dot_set(edge, "color", ink_colour(flow_ink(arc->severity), false));
        set_number(edge, "penwidth", flow_line_width(arc->severity));
        dot_set(edge, "style", arc->dashed ? "dashed" : "solid");
        if (arc->tooltip != NULL)
            set_tooltip(edge, arc->tooltip);
    }
}

Agraph_t *flow_graph(const struct flow *flow, bool whole)
{
    Agdisc_t disciplines = {&dot_memory, &dot_ids, &AgIoDisc};
    Agraph_t *graph = agopen("rolechain", Agdirected, &disciplines);
    Agnode_t **nodes = memory_zeroed(flow->box_count, sizeof(Agnode_t *));
    set_defaults(flow, graph, whole);
    add_boxes(flow, graph, whole, nodes);
    add_columns(flow, graph, nodes);
    add_grounds(flow, graph, whole, nodes);
    add_arcs(flow, graph, whole, nodes);
    free(nodes);
    return graph;
}
