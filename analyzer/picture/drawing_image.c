/*
 * A drawing by Graphviz: shapes are in the graph's background, as xdot. Each text is a borderless node at its position,
 * since not every version of Graphviz draws text in the background. Graphviz cannot rotate text.
 */
#include "analyzer/picture/dot_inside.h"
#include "analyzer/picture/drawing.h"
#include "analyzer/picture/fit.h"
#include "analyzer/picture/image.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define FONT "Inter,Helvetica,Arial,Liberation Sans,DejaVu Sans Condensed"
#define ROUND 0.5523 /* distance of the control points of a circle's four curves, relative to its radius */
#define DOTS_AN_INCH "144"

static void append_word(struct text *out, const char *operation, const char *word)
{
    text_format(out, "%s %zu -%s ", operation, strlen(word), word);
}

static void append_point(struct text *out, const struct drawing *drawing, struct point point)
{
    text_format(out, "%.2f %.2f ", point.x, drawing->height - point.y);
}

static void append_inks(struct text *out, const struct shape *shape)
{
    struct text width = {0};
    text_format(&width, "setlinewidth(%.2f)", shape->line != INK_NONE ? shape->line_width : 0.0);
    append_word(out, "S", width.data);
    append_word(out, "S", shape->dashed ? "dashed" : "solid");
    text_free(&width);
    append_word(out, "C", shape->fill != INK_NONE ? ink_colour(shape->fill, false) : "#FFFFFF00");
    append_word(out, "c", ink_colour(shape->line != INK_NONE ? shape->line : shape->fill, false));
}

static void append_points(struct text *out, const struct drawing *drawing, const char *operation,
                          const struct point *points, uint32_t count)
{
    text_format(out, "%s %u ", operation, count);
    for (uint32_t i = 0; i < count; i++)
        append_point(out, drawing, points[i]);
}

/* A box with round corners is one closed curve. */
static void append_box(struct text *out, const struct drawing *drawing, const struct shape *shape)
{
    double x = shape->x, y = shape->y, right = x + shape->width, low = y + shape->height, r = shape->radius;
    double k = r * (1 - ROUND);
    if (r * 2 > shape->height)
        r = shape->height / 2;
    const struct point corners[] = {{x, y}, {right, y}, {right, low}, {x, low}};
    const struct point round[] = {
        {x + r, y},       {x + r, y},       {right - r, y},   {right - r, y},   {right - k, y},
        {right, y + k},   {right, y + r},   {right, y + r},   {right, low - r}, {right, low - r},
        {right, low - k}, {right - k, low}, {right - r, low}, {right - r, low}, {x + r, low},
        {x + r, low},     {x + k, low},     {x, low - k},     {x, low - r},     {x, low - r},
        {x, y + r},       {x, y + r},       {x, y + k},       {x + k, y},       {x + r, y},
    };
    bool filled = shape->fill != INK_NONE;
    if (r < 0.5)
        append_points(out, drawing, filled ? "P" : "p", corners, 4);
    else
        append_points(out, drawing, filled ? "b" : "B", round, sizeof round / sizeof *round);
}

static void append_shape(struct text *out, const struct drawing *drawing, const struct shape *shape)
{
    if (shape->kind != SHAPE_BOX && shape->kind != SHAPE_CURVE && shape->kind != SHAPE_POLYGON)
        return;
    append_inks(out, shape);
    if (shape->kind == SHAPE_BOX)
        append_box(out, drawing, shape);
    else
        append_points(out, drawing, shape->kind == SHAPE_CURVE ? "B" : "P", shape->points, shape->point_count);
}

static Agnode_t *add_node(Agraph_t *graph, const struct drawing *drawing, double x, double y, uint32_t number)
{
    char text[64];
    snprintf(text, sizeof text, "t%u", number);
    Agnode_t *node = agnode(graph, text, 1);
    snprintf(text, sizeof text, "%.2f,%.2f", x, drawing->height - y);
    dot_set(node, "pos", text);
    return node;
}

static void add_corner(Agraph_t *graph, const struct drawing *drawing, double x, double y, uint32_t number)
{
    Agnode_t *node = add_node(graph, drawing, x, y, number);
    dot_set(node, "shape", "point");
    dot_set(node, "style", "invis");
    dot_set(node, "width", "0.001");
}

/* In labels Graphviz reads backslashes as escape sequences, and takes what looks like an XML entity for one. */
static void set_label(Agnode_t *node, const struct shape *shape)
{
    struct text clean = {0}, label = {0};
    text_append_printable(&clean, shape->text);
    for (const char *at = clean.data != NULL ? clean.data : ""; *at != '\0'; at++)
        if (*at == '\\')
            text_append_string(&label, "\\\\");
        else if (*at == '&')
            text_append_string(&label, "&amp;");
        else
            text_append_char(&label, *at);
    text_append_string(&label, shape->anchor == ANCHOR_END ? "\\r" : shape->anchor == ANCHOR_MIDDLE ? "\\n" : "\\l");
    dot_set(node, "label", label.data);
    text_free(&clean);
    text_free(&label);
}

/* The text's box leaves room for a wider font, up to the edge of the page. */
static void add_text(Agraph_t *graph, const struct drawing *drawing, const struct shape *shape, uint32_t number)
{
    double width = fit_width(shape->text, shape->line_width) * 2 + 20, size = shape->line_width;
    double room = shape->anchor == ANCHOR_END ? shape->x : drawing->width - shape->x;
    width = width < room ? width : room;
    double x = shape->anchor == ANCHOR_START ? shape->x + width / 2
               : shape->anchor == ANCHOR_END ? shape->x - width / 2
                                             : shape->x;
    Agnode_t *node = add_node(graph, drawing, x, shape->y - size * 0.35, number);
    char number_text[32];
    set_label(node, shape);
    dot_set(node, "shape", "plaintext");
    dot_set(node, "fixedsize", "true");
    dot_set(node, "margin", "0");
    dot_set(node, "fontname", shape->bold || shape->spaced ? FONT " bold" : FONT);
    dot_set(node, "fontcolor", ink_colour(shape->fill, false));
    snprintf(number_text, sizeof number_text, "%.2f", size);
    dot_set(node, "fontsize", number_text);
    snprintf(number_text, sizeof number_text, "%.4f", width / 72);
    dot_set(node, "width", number_text);
    snprintf(number_text, sizeof number_text, "%.4f", size * 1.2 / 72);
    dot_set(node, "height", number_text);
}

bool drawing_write_image(const struct drawing *drawing, const char *format, FILE *stream, const char **reason)
{
    Agdisc_t disciplines = {&dot_memory, &dot_ids, &AgIoDisc};
    Agraph_t *graph = agopen("rolechain", Agdirected, &disciplines);
    struct text background = {0};
    for (uint32_t i = 0; i < drawing->count; i++)
        append_shape(&background, drawing, &drawing->shapes[i]);
    dot_set(graph, "pad", "0");
    dot_set(graph, "margin", "0");
    dot_set(graph, "dpi", strcmp(format, "png") == 0 ? DOTS_AN_INCH : "72");
    dot_set(graph, "_background", background.data != NULL ? background.data : "");
    text_free(&background);
    add_corner(graph, drawing, 0, 0, drawing->count);
    add_corner(graph, drawing, drawing->width, drawing->height, drawing->count + 1);
    for (uint32_t i = 0; i < drawing->count; i++)
        if (drawing->shapes[i].kind == SHAPE_TEXT)
            add_text(graph, drawing, &drawing->shapes[i], i);
    bool good = image_write(graph, "nop", format, stream, reason);
    agclose(graph);
    return good;
}

bool drawing_turns(const char *format)
{
    return strcmp(format, "svg") == 0;
}

bool drawing_write(const struct drawing *drawing, const char *format, FILE *stream, const char **reason)
{
    if (strcmp(format, "svg") != 0)
        return drawing_write_image(drawing, format, stream, reason);
    drawing_write_svg(drawing, stream);
    return true;
}
