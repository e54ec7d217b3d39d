#include "analyzer/picture/drawing.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
    const char *light, *dark;
} colours[INKS] = {
    [INK_NONE]           = {"none",    "none"},
    [INK_PAGE]           = {"#FFFFFF", "#0F1318"},
    [INK_TEXT]           = {"#14181F", "#E8EBEF"}, /* contrast on the page 17.8, 15.6 */
    [INK_SECOND]         = {"#525B69", "#A3ADBA"}, /* 6.9, 8.2 */
    [INK_THIRD]          = {"#6B7482", "#8A94A3"}, /* 4.7, 6.1 */
    [INK_ACCENT]         = {"#2457D6", "#7AA2FF"}, /* 6.2, 7.5 */
    [INK_CRITICAL]       = {"#9E1239", "#FF6F8A"}, /* 8.1, 7.0 */
    [INK_CRITICAL_TEXT]  = {"#9E1239", "#FF8098"},
    [INK_HIGH]           = {"#C85A08", "#E07F33"}, /* 4.3, 6.4 */
    [INK_HIGH_TEXT]      = {"#AF4E06", "#F5A05A"},
    [INK_MEDIUM]         = {"#A88A22", "#8F7A36"}, /* 3.3, 4.4 */
    [INK_MEDIUM_TEXT]    = {"#75600F", "#D3B75C"},
    [INK_PLAIN]          = {"#8A94A3", "#5E6976"}, /* 3.1, 3.3 */
    [INK_WASH]           = {"#F4F6F8", "#161B22"},
    [INK_PILL]           = {"#EBEEF2", "#232A34"},
    [INK_HAIRLINE]       = {"#D9DDE3", "#2A313B"},
    [INK_BOX_LINE]       = {"#B4BBC6", "#3A4350"},
    [INK_ITSELF]         = {"#D9DDE3", "#2A313B"},
    [INK_BAR]            = {"#6B7482", "#8A94A3"},
    [INK_CELL_1]         = {"#DDE7F8", "#22304A"},
    [INK_CELL_2]         = {"#AFC7F0", "#2F4A7C"},
    [INK_CELL_3]         = {"#7BA2E4", "#3F68B5"},
    [INK_CELL_4]         = {"#3F5F9E", "#8FB1EA"},
    [INK_CELL_5]         = {"#101F40", "#DDE7F8"},
    [INK_SMALL_1]        = {"#BFD2F3", "#2A3D61"},
    [INK_SMALL_2]        = {"#8FB1EA", "#36568F"},
    [INK_SMALL_3]        = {"#5C8ADC", "#4B78C9"},
    [INK_SMALL_4]        = {"#34508C", "#9DBBEE"},
    [INK_SMALL_5]        = {"#0D1A36", "#E6EDF9"},
    [INK_CELL_DARK_TEXT] = {"#0E1A33", "#E8EBEF"},
    [INK_CELL_PALE_TEXT] = {"#FFFFFF", "#0F1318"},
};
/* clang-format on */

const char *ink_colour(enum ink ink, bool dark)
{
    return dark ? colours[ink].dark : colours[ink].light;
}

void drawing_free(struct drawing *drawing)
{
    arena_free(&drawing->arena);
    free(drawing->shapes);
    *drawing = (struct drawing){0};
}

static const char *keep(struct drawing *drawing, const char *text)
{
    return text != NULL ? arena_copy_text(&drawing->arena, text, strlen(text)) : NULL;
}

static struct shape *add(struct drawing *drawing, const struct shape *shape)
{
    ARRAY_ADD(drawing->shapes, drawing->count, drawing->room, *shape);
    return &drawing->shapes[drawing->count - 1];
}

void drawing_group(struct drawing *drawing, const char *tooltip, const char *address)
{
    add(drawing,
        &(struct shape){.kind = SHAPE_GROUP, .text = keep(drawing, tooltip), .address = keep(drawing, address)});
}

void drawing_group_end(struct drawing *drawing)
{
    add(drawing, &(struct shape){.kind = SHAPE_GROUP_END});
}

struct shape *drawing_box(struct drawing *drawing, double x, double y, double width, double height, enum ink fill,
                          enum ink line)
{
    return add(drawing, &(struct shape){.kind = SHAPE_BOX,
                                        .x = x,
                                        .y = y,
                                        .width = width,
                                        .height = height,
                                        .fill = fill,
                                        .line = line,
                                        .line_width = 1});
}

static struct shape *add_points(struct drawing *drawing, enum shape_kind kind, const struct point *points,
                                uint32_t count)
{
    return add(drawing, &(struct shape){.kind = kind,
                                        .points = arena_copy(&drawing->arena, points, count, sizeof *points),
                                        .point_count = count});
}

struct shape *drawing_curve(struct drawing *drawing, const struct point *points, uint32_t count, enum ink ink,
                            double width)
{
    struct shape *shape = add_points(drawing, SHAPE_CURVE, points, count);
    shape->line = ink;
    shape->line_width = width;
    return shape;
}

struct shape *drawing_line(struct drawing *drawing, struct point from, struct point to, enum ink ink, double width)
{
    struct point points[4] = {from, from, to, to};
    return drawing_curve(drawing, points, 4, ink, width);
}

struct shape *drawing_polygon(struct drawing *drawing, const struct point *points, uint32_t count, enum ink fill)
{
    struct shape *shape = add_points(drawing, SHAPE_POLYGON, points, count);
    shape->fill = fill;
    return shape;
}

struct shape *drawing_text(struct drawing *drawing, double x, double y, double size, enum ink ink, const char *text)
{
    return add(drawing,
               &(struct shape){
                   .kind = SHAPE_TEXT, .x = x, .y = y, .line_width = size, .fill = ink, .text = keep(drawing, text)});
}
