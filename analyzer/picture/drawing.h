/*
 * drawing: a list of shapes in painting order, independent of the format. Units are pixels at 100 %, y grows downwards.
 * Colours are named after their purpose (enum ink), so that light and dark come from one table.
 *
 * The writer of each format makes texts printable (drawing_svg.c escapes); the drawing copies the texts it is given.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_DRAWING_H
#define ROLECHAIN_ANALYZER_PICTURE_DRAWING_H

#include "ingest/support/arena.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum ink {
    INK_NONE,
    INK_PAGE,
    INK_TEXT,
    INK_SECOND,
    INK_THIRD,
    INK_ACCENT,
    INK_CRITICAL,
    INK_CRITICAL_TEXT,
    INK_HIGH,
    INK_HIGH_TEXT,
    INK_MEDIUM,
    INK_MEDIUM_TEXT,
    INK_PLAIN, /* a line without a finding */
    INK_WASH,  /* the background of an account or unit */
    INK_PILL,
    INK_HAIRLINE,
    INK_BOX_LINE,
    INK_ITSELF, /* matrix: the cells of an account with itself */
    INK_BAR,    /* matrix: totals */
    INK_CELL_1, /* matrix, five steps; if cells are small, the five stronger ones */
    INK_CELL_2,
    INK_CELL_3,
    INK_CELL_4,
    INK_CELL_5,
    INK_SMALL_1,
    INK_SMALL_2,
    INK_SMALL_3,
    INK_SMALL_4,
    INK_SMALL_5,
    INK_CELL_DARK_TEXT, /* for text on the paler steps, in both themes */
    INK_CELL_PALE_TEXT,
    INKS
};

/* "#RRGGBB"; the table lists the contrasts. */
const char *ink_colour(enum ink ink, bool dark);

struct point {
    double x, y;
};

enum shape_kind { SHAPE_GROUP, SHAPE_GROUP_END, SHAPE_BOX, SHAPE_CURVE, SHAPE_POLYGON, SHAPE_TEXT };
enum text_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct shape {
    enum shape_kind kind;
    enum ink fill, line; /* for text: fill */
    double x, y, width, height, radius;
    double line_width;         /* for text: font size */
    bool dashed, bold, spaced; /* spaced: wider letter spacing, for heads in capitals */
    bool turned;               /* text that reads upwards: see drawing.upright */
    enum text_anchor anchor;
    const char *text;           /* of a group: tooltip, lines separated by '\n', or NULL */
    const char *address;        /* of a group: link, or NULL */
    const struct point *points; /* a curve has 1 + 3n: the start, then two controls and the end of each piece */
    uint32_t point_count;
};

/* Zero-initialise. */
struct drawing {
    struct arena arena;
    struct shape *shapes;
    uint32_t count, room;
    double width, height;
    bool upright;                    /* for a format that cannot rotate text: no text is turned; set before drawing */
    const char *title, *description; /* for screen readers */
};

void drawing_free(struct drawing *drawing);

/* Groups the shapes up to the matching end. */
void drawing_group(struct drawing *drawing, const char *tooltip, const char *address);
void drawing_group_end(struct drawing *drawing);

/* The following return the new shape, so that rare attributes can be set; valid until the next shape is added. */
struct shape *drawing_box(struct drawing *drawing, double x, double y, double width, double height, enum ink fill,
                          enum ink line);
struct shape *drawing_line(struct drawing *drawing, struct point from, struct point to, enum ink ink, double width);
struct shape *drawing_curve(struct drawing *drawing, const struct point *points, uint32_t count, enum ink ink,
                            double width);
struct shape *drawing_polygon(struct drawing *drawing, const struct point *points, uint32_t count, enum ink fill);
struct shape *drawing_text(struct drawing *drawing, double x, double y, double size, enum ink ink, const char *text);

/* Whether a format can rotate text. */
bool drawing_turns(const char *format);

/* One SVG 1.1 file, light, or dark if the reader prefers dark. It loads nothing from elsewhere. */
void drawing_write_svg(const struct drawing *drawing, FILE *stream);

/* The same as "png" or "pdf", by Graphviz, light only. False with *reason (static text): not possible. */
bool drawing_write_image(const struct drawing *drawing, const char *format, FILE *stream, const char **reason);

/* As "svg", "png" or "pdf". */
bool drawing_write(const struct drawing *drawing, const char *format, FILE *stream, const char **reason);

#endif
