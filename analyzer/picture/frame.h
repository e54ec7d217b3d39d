/*
 * frame: what surrounds the body of every drawing: title, organization and date, a sentence with numbers, a legend, and
 * what was left out. Everything is left-aligned.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FRAME_H
#define ROLECHAIN_ANALYZER_PICTURE_FRAME_H

#include "analyzer/picture/drawing.h"

#define FRAME_LEFT 40.0

/* "Organization o-x · 30 accounts · loaded 30 November 2026". Lives in the arena. */
struct model;
const char *frame_origin(struct arena *arena, const struct model *model);

/* Both return the y below what they drew. */
double frame_title(struct drawing *drawing, const char *title, const char *rest, const char *const *lines,
                   uint32_t count, double width);
double frame_paragraph(struct drawing *drawing, double x, double y, double width, double size, enum ink ink,
                       const char *text);

/* The head of a column with a hairline. */
void frame_head(struct drawing *drawing, double x, double y, double width, const char *text);

/* What the legend explains. severities: bits 1 << enum severity; bit 0 stands for everything below medium. */
struct frame_legend {
    const char *of;     /* "Worst trust finding on the way" */
    const char *dashed; /* NULL: not used in the drawing */
    const char *ground; /* likewise */
    unsigned severities;
    bool administrator;
    bool marks;    /* severity marks are used */
    bool critical; /* boxes show how many are critical */
};
double frame_legend(struct drawing *drawing, double y, double width, const struct frame_legend *legend);

/* A diamond, triangle or dot centred at (x, y); nothing below medium. */
void frame_mark(struct drawing *drawing, double x, double y, int severity);
enum ink frame_text_ink(int severity);

#endif
