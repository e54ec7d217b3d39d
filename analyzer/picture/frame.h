/*
 * frame: what surrounds the body of every drawing: title, organization and date, a sentence of numbers, a legend of
 * what occurs, and what was left out. Everything is left-aligned.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FRAME_H
#define ROLECHAIN_ANALYZER_PICTURE_FRAME_H

#include "analyzer/picture/drawing.h"

#define FRAME_LEFT 40.0

/* "Organization o-x · 30 accounts · loaded 30 November 2026". Lives in the arena. */
struct model;
const char *frame_origin(struct arena *arena, const struct model *model);

/* Both give the height below what they drew. */
double frame_title(struct drawing *drawing, const char *title, const char *rest, const char *const *lines,
                   uint32_t count, double width);
double frame_paragraph(struct drawing *drawing, double x, double y, double width, double size, enum ink ink,
                       const char *text);

/* The head of a column with its hairline. */
void frame_head(struct drawing *drawing, double x, double y, double width, const char *text);

/* What a legend tells of; severities as a bit each, 1 << enum severity, and bit 0 for those below medium. */
struct frame_legend {
    const char *of;     /* "Worst trust finding on the way" */
    const char *dashed; /* NULL: does not occur */
    const char *ground; /* likewise */
    unsigned severities;
    bool administrator;
    bool marks;    /* the marks of severities occur too */
    bool critical; /* boxes tell how many are critical */
};
double frame_legend(struct drawing *drawing, double y, double width, const struct frame_legend *legend);

/* A diamond, triangle or dot at its centre; nothing below medium. */
void frame_mark(struct drawing *drawing, double x, double y, int severity);
enum ink frame_text_ink(int severity);

#endif
