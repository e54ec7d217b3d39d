/*
 * matrix_inside: shared by the files of the matrix: matrix_view.c (cells, names, totals), matrix_beside.c (the legend,
 * and what stands out, in sentences).
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_MATRIX_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_MATRIX_INSIDE_H

#include "analyzer/picture/account_reach.h"

#define SIDE_WIDTH 300.0
#define STEPS 5u

struct matrix {
    struct view *view;
    struct account_reach reach;
    struct drawing *drawing;
    struct flow words; /* holds its texts */
    bool named;
    double *at, *size; /* per line: where its cells begin, and their size */
    double left, top, extent;
    double names; /* height of the column names (or numbers) below their brackets */
    uint32_t pairs, ways, to_administrators, counts[STEPS];
};

/* Draws the right side; makes the drawing higher if needed. */
void matrix_draw_beside(struct matrix *matrix, double x, double y);

#endif
