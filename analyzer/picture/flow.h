/*
 * flow: a picture in columns, from callers on the left to what they become on the right. Every view uses it except the
 * matrix and the accounts view. A view fills it in; flow_graph.c turns it into a graph for Graphviz, flow_draw.c into a
 * drawing with the positions that Graphviz computed, flow_mermaid.c into a Mermaid picture.
 *
 * A box carries the text of the arcs that leave it: there is no text on arcs. Shape shows the kind, colour the
 * severity, dashes a condition; they show nothing else. Texts live in the flow's arena and may contain anything; each
 * writer escapes them.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FLOW_H
#define ROLECHAIN_ANALYZER_PICTURE_FLOW_H

#include "analyzer/findings/findings.h"
#include "analyzer/picture/blocks.h"
#include "analyzer/picture/drawing.h"
#include <graphviz/cgraph.h>

#define FLOW_NONE UINT32_MAX
/* Layouts never get more than this. */
#define FLOW_MOST_BOXES 150u
#define FLOW_MOST_ARCS 400u

enum flow_shape { FLOW_WHO, FLOW_ROLE, FLOW_CARD, FLOW_SHAPES };

struct flow_fact {
    const char *name, *value;
    enum ink ink;
};

struct flow_box {
    const char *id;                /* unique */
    const char *name;              /* on the left */
    const char *count;             /* on the right: a number with its noun, or "" */
    const char *tooltip, *address; /* NULL: none; tooltips are printable except for their line breaks */
    enum flow_shape shape;
    bool administrator;
    bool focused;
    bool all_critical;
    uint32_t critical;             /* for a box of several: number with a critical trust finding */
    uint32_t column, ground;       /* ground FLOW_NONE: directly on the page */
    const struct flow_fact *facts; /* for a card */
    uint32_t fact_count;
};

/* What some boxes of a column have in common: an account or a unit. */
struct flow_ground {
    const char *label;
    uint32_t column;
};

struct flow_arc {
    uint32_t from, to; /* indexes of boxes */
    int severity;      /* enum severity; below it: none */
    bool dashed;
    const char *tooltip; /* as for boxes */
};

struct flow_column {
    const char *head;
    double width;
};

#define FLOW_COLUMNS 12u
#define FLOW_LINES 8u

/* Zero-initialise. */
struct flow {
    struct arena arena;
    const char *title, *title_rest;   /* title_rest is paler; NULL: none */
    const char *lines[FLOW_LINES];    /* below the title */
    const char *left_out[FLOW_LINES]; /* below the legend */
    uint32_t line_count, left_out_count;
    const char *legend; /* the meaning of the colours: "Worst trust finding on the way" */
    const char *dashed; /* the meaning of dashes: "every way has a condition" */
    const char *report; /* the HTML report that boxes link to, see report_link.h; "": the page that contains the
                           picture; NULL: no links. Set before a view fills in the flow */
    struct flow_column columns[FLOW_COLUMNS];
    uint32_t column_count;
    struct flow_box *boxes;
    struct flow_ground *grounds;
    struct flow_arc *arcs;
    uint32_t box_count, box_room, ground_count, ground_room, arc_count, arc_room;
};

void flow_free(struct flow *flow);
const char *flow_text(struct flow *flow, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "1,793" */
const char *flow_number(struct flow *flow, uint32_t number);

/* "3 users, 2 roles and 1 service". Zero-initialise; counts of 0 are left out. */
struct listing {
    uint32_t counts[8], count;
    const char *words[8];
};
void listing_add(struct listing *listing, uint32_t count, const char *one, const char *many);
const char *listing_end(const struct listing *listing, struct flow *flow);

/* The right-hand text of a box in one string: its count, and how many are critical. Lives in the arena. */
const char *flow_box_count(struct arena *arena, const struct flow_box *box);

/* Adds the arc, or merges it into the existing arc between the same boxes; the worse severity wins. */
void flow_add_arc(struct flow *flow, const struct flow_arc *arc);
/* Adds an arc for each of the blocks' arcs; box numbers are block numbers. */
void flow_add_blocks(struct flow *flow, const struct blocks *blocks);
/* Removes boxes without arcs. */
void flow_drop_idle(struct flow *flow);
/* If there are more boxes than a layout takes, or more arcs than arcs_most (at most FLOW_MOST_ARCS), keeps the worst
 * and says so below the legend. */
void flow_limit(struct flow *flow, uint32_t arcs_most);

void flow_say(struct flow *flow, const char *line);       /* below the title; NULL: nothing */
void flow_leave_out(struct flow *flow, const char *line); /* below the legend; NULL: nothing */

/* For the line of a severity. */
enum ink flow_ink(int severity);
double flow_line_width(int severity);
/* "critical", "high", "medium", "none": the severities that are drawn differently. */
const char *flow_severity_word(int severity);

/* The graph: complete enough for Graphviz to draw it acceptably (`whole`), or bare boxes for computing positions only.
 * Close it with agclose. Boxes are named b0, b1 … */
Agraph_t *flow_graph(const struct flow *flow, bool whole);

double flow_box_height(const struct flow_box *box);

/* Positions, in pixels. */
struct flow_places {
    double *y; /* per box: its centre */
    double *ground_top, *ground_bottom;
    double (*crossing)[FLOW_COLUMNS]; /* per arc: its height where it crosses a column between its ends */
    double height;
};

/* False with *reason (static text): Graphviz failed. */
bool flow_places_find(const struct flow *flow, struct flow_places *places, const char **reason);
void flow_places_free(struct flow_places *places);

bool flow_draw(struct flow *flow, struct drawing *drawing, const char **reason);

void flow_write_mermaid(const struct flow *flow, FILE *stream);

/* Prints the picture as the answer of a command, as "dot", "mermaid" or a format of drawing_write. False: it cannot be
 * drawn or the analysis is not healthy; an error was printed. */
bool flow_print(struct flow *flow, struct analysis *analysis, struct output *output);

#endif
