#include "analyzer/picture/drawing.h"

#include "analyzer/report/escape.h"
#include "ingest/support/text.h"
#include <string.h>

/* Classes instead of attributes, so that a style can change them: the dark theme here, or that of a page. */
static void append_style(struct text *out)
{
    text_append_string(out, "<style>text{font-family:Inter,\"Segoe UI\",Helvetica,Arial,sans-serif;"
                            "font-variant-numeric:tabular-nums;white-space:pre}.b{font-weight:600}"
                            ".s{font-weight:600;letter-spacing:.06em}a{text-decoration:none}\n");
    for (int dark = 0; dark < 2; dark++) {
        text_append_string(out, dark ? "@media (prefers-color-scheme:dark){\n" : "");
        for (int ink = INK_PAGE; ink < INKS; ink++)
            text_format(out, ".f%d{fill:%s}.l%d{stroke:%s}\n", ink, ink_colour((enum ink)ink, dark != 0), ink,
                        ink_colour((enum ink)ink, dark != 0));
        text_append_string(out, dark ? "}\n" : "");
    }
    text_append_string(out, "</style>\n");
}

/* Coordinates have one decimal; finer differences are invisible, and depend on the machine. */
static void append_number(struct text *out, double number)
{
    long tenths = (long)(number * 10 + (number < 0 ? -0.5 : 0.5));
    text_format(out, "%s%ld", tenths < 0 ? "-" : "", (tenths < 0 ? -tenths : tenths) / 10);
    if (tenths % 10 != 0)
        text_format(out, ".%ld", (tenths < 0 ? -tenths : tenths) % 10);
}

static void append_attribute(struct text *out, const char *name, double number)
{
    text_format(out, " %s=\"", name);
    append_number(out, number);
    text_append_char(out, '"');
}

static void append_point(struct text *out, struct point point)
{
    append_number(out, point.x);
    text_append_char(out, ',');
    append_number(out, point.y);
}

static void append_inks(struct text *out, const struct shape *shape)
{
    text_append_string(out, " class=\"");
    if (shape->fill != INK_NONE)
        text_format(out, "f%d", (int)shape->fill);
    if (shape->line != INK_NONE)
        text_format(out, "%sl%d", shape->fill != INK_NONE ? " " : "", (int)shape->line);
    text_append_string(out, shape->fill == INK_NONE ? "\" fill=\"none\"" : "\"");
    if (shape->line != INK_NONE)
        append_attribute(out, "stroke-width", shape->line_width);
    if (shape->dashed)
        text_append_string(out, " stroke-dasharray=\"5 3\"");
}

static void append_lines(struct text *out, const char *lines)
{
    for (const char *line = lines;; line++) {
        size_t length = strcspn(line, "\n");
        struct text part = {0};
        text_append(&part, line, length);
        text_append_xml(out, part.data != NULL ? part.data : "");
        text_free(&part);
        line += length;
        if (*line == '\0')
            return;
        text_append_char(out, '\n');
    }
}

static void append_group(struct text *out, const struct shape *shape)
{
    text_append_string(out, "<g>");
    if (shape->address != NULL) {
        text_append_string(out, "<a href=\"");
        text_append_xml(out, shape->address);
        text_append_string(out, "\">");
    } else {
        text_append_string(out, "<a>");
    }
    if (shape->text != NULL && shape->text[0] != '\0') {
        text_append_string(out, "<title>");
        append_lines(out, shape->text);
        text_append_string(out, "</title>");
    }
    text_append_char(out, '\n');
}

static void append_box(struct text *out, const struct shape *shape)
{
    text_append_string(out, "<rect");
    append_attribute(out, "x", shape->x);
    append_attribute(out, "y", shape->y);
    append_attribute(out, "width", shape->width);
    append_attribute(out, "height", shape->height);
    if (shape->radius > 0)
        append_attribute(out, "rx", shape->radius);
    append_inks(out, shape);
    text_append_string(out, "/>\n");
}

static void append_points(struct text *out, const struct shape *shape)
{
    text_append_string(out, "<path d=\"M");
    append_point(out, shape->points[0]);
    for (uint32_t i = 1; i < shape->point_count; i++) {
        text_append_string(out, shape->kind == SHAPE_POLYGON ? "L" : i % 3 == 1 ? "C" : " ");
        append_point(out, shape->points[i]);
    }
    text_append_string(out, shape->kind == SHAPE_POLYGON ? "Z\"" : "\"");
    append_inks(out, shape);
    text_append_string(out, "/>\n");
}

static void append_text(struct text *out, const struct shape *shape)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    text_append_string(out, "<text");
    if (shape->turned) {
        text_append_string(out, " transform=\"translate(");
        append_point(out, (struct point){shape->x, shape->y});
        text_append_string(out, ") rotate(-90)\"");
    } else {
        append_attribute(out, "x", shape->x);
        append_attribute(out, "y", shape->y);
    }
    append_attribute(out, "font-size", shape->line_width);
    text_format(out, " class=\"f%d%s%s\"%s>", (int)shape->fill, shape->bold ? " b" : "", shape->spaced ? " s" : "",
                anchors[shape->anchor]);
    text_append_xml(out, shape->text);
    text_append_string(out, "</text>\n");
}

static void append_shape(struct text *out, const struct shape *shape)
{
    switch (shape->kind) {
    case SHAPE_GROUP:
        append_group(out, shape);
        return;
    case SHAPE_GROUP_END:
        text_append_string(out, "</a></g>\n");
        return;
    case SHAPE_BOX:
        append_box(out, shape);
        return;
    case SHAPE_CURVE:
    case SHAPE_POLYGON:
        append_points(out, shape);
        return;
    case SHAPE_TEXT:
        append_text(out, shape);
        return;
    }
}

/* To a screen reader an image is a single item, so its links could not be followed. */
static bool leads_somewhere(const struct drawing *drawing)
{
    for (uint32_t i = 0; i < drawing->count; i++)
        if (drawing->shapes[i].kind == SHAPE_GROUP && drawing->shapes[i].address != NULL)
            return true;
    return false;
}

void drawing_write_svg(const struct drawing *drawing, FILE *stream)
{
    struct text out = {0};
    text_append_string(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"");
    append_attribute(&out, "width", drawing->width);
    append_attribute(&out, "height", drawing->height);
    text_append_string(&out, " viewBox=\"0 0 ");
    append_number(&out, drawing->width);
    text_append_char(&out, ' ');
    append_number(&out, drawing->height);
    text_format(&out, "\" role=\"%s\">\n<title>", leads_somewhere(drawing) ? "graphics-document" : "img");
    text_append_xml(&out, drawing->title != NULL ? drawing->title : "");
    text_append_string(&out, "</title>\n<desc>");
    text_append_xml(&out, drawing->description != NULL ? drawing->description : "");
    text_append_string(&out, "</desc>\n");
    append_style(&out);
    text_append_string(&out, "<rect width=\"100%\" height=\"100%\" class=\"f1\"/>\n");
    for (uint32_t i = 0; i < drawing->count; i++) {
        append_shape(&out, &drawing->shapes[i]);
        if (out.length > 1u << 20) {
            fwrite(out.data, 1, out.length, stream);
            text_free(&out);
        }
    }
    text_append_string(&out, "</svg>\n");
    fwrite(out.data, 1, out.length, stream);
    text_free(&out);
}
