/*
 * flow: a picture in columns, from callers on the left to what they become on the right; used by every view except the
 * matrix and the accounts. A view fills it in; flow_graph.c makes a graph for Graphviz of it, flow_draw.c a drawing
 * with the places that Graphviz gave, flow_mermaid.c a Mermaid picture.
 *
 * What an arc would say stands in the box that it leaves: no text lies on an arc. Shape is kind, colour is severity,
 * dashed is condition, and nothing else. Texts live in the flow's arena and may hold anything; they are made harmless
 * where they are written.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FLOW_H
#define ROLECHAIN_ANALYZER_PICTURE_FLOW_H

#include "analyzer/findings/findings.h"
#include "analyzer/picture/blocks.h"
#include "analyzer/picture/drawing.h"
#include <graphviz/cgraph.h>

#define FLOW_NONE UINT32_MAX
/* More is never handed to a layout. */
#define FLOW_MOST_BOXES 150u
#define FLOW_MOST_ARCS 400u

enum flow_shape { FLOW_WHO, FLOW_ROLE, FLOW_CARD, FLOW_SHAPES };

struct flow_fact {
    const char *name, *value;
    enum ink ink;
};

struct flow_box {
    const char *id;                /* unique */
    const char *name;              /* at the left */
    const char *count;             /* at the right: with a noun; "" */
    const char *tooltip, *address; /* NULL: none; a tooltip is printable but for its line breaks */
    enum flow_shape shape;
    bool administrator;
    bool focused;
    bool all_critical;
    uint32_t critical;             /* of a box of several: how many have a critical trust finding */
    uint32_t column, ground;       /* ground FLOW_NONE: on the page */
    const struct flow_fact *facts; /* of a card */
    uint32_t fact_count;
};

/* What some boxes of a column have in common: an account, a unit. */
struct flow_ground {
    const char *label;
    uint32_t column;
};

struct flow_arc {
    uint32_t from, to; /* boxes */
    int severity;      /* enum severity, or below it: none */
    bool dashed;
    const char *tooltip; /* as of boxes */
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
    const char *title, *title_rest;   /* the rest is set paler; NULL: none */
    const char *lines[FLOW_LINES];    /* below the title */
    const char *left_out[FLOW_LINES]; /* below the legend */
    uint32_t line_count, left_out_count;
    const char *legend; /* what the colours are of: "Worst trust finding on the way" */
    const char *dashed; /* what dashed is: "every way has a condition" */
    const char *report; /* boxes lead into this HTML report, see report_link.h; "": into the page that the picture is
                           part of; NULL: nowhere. Set before a view fills the flow in */
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

/* "3 users, 2 roles and 1 service". Zero-initialise; what is none is left out. */
struct listing {
    uint32_t counts[8], count;
    const char *words[8];
};
void listing_add(struct listing *listing, uint32_t count, const char *one, const char *many);
const char *listing_end(const struct listing *listing, struct flow *flow);

/* What stands at the right of a box where it is written as text: its count, and how many are critical. Lives in the
 * arena. */
const char *flow_box_count(struct arena *arena, const struct flow_box *box);

/* Adds the arc, or makes the one that has its ends worse. */
void flow_add_arc(struct flow *flow, const struct flow_arc *arc);
/* An arc for each of the blocks' arcs, between the boxes of the same numbers. */
void flow_add_blocks(struct flow *flow, const struct blocks *blocks);
/* Removes boxes that no arc touches. */
void flow_drop_idle(struct flow *flow);
/* Keeps the worst of more boxes than a layout gets and of more arcs than that (at most FLOW_MOST_ARCS), and says so
 * below the legend. */
void flow_limit(struct flow *flow, uint32_t arcs_most);

void flow_say(struct flow *flow, const char *line);       /* below the title; NULL: nothing */
void flow_leave_out(struct flow *flow, const char *line); /* below the legend; NULL: nothing */

/* Of a severity's line. */
enum ink flow_ink(int severity);
double flow_line_width(int severity);
/* "critical", "high", "medium", "none": as far as they are drawn apart. */
const char *flow_severity_word(int severity);

/* The graph that Graphviz can draw acceptably by itself (`whole`), or one of bare boxes for the places alone. The
 * caller closes it with agclose. Boxes are named b0, b1 … */
Agraph_t *flow_graph(const struct flow *flow, bool whole);

double flow_box_height(const struct flow_box *box);

/* Where everything is, in pixels. */
struct flow_places {
    double *y; /* per box: its centre */
    double *ground_top, *ground_bottom;
    double (*crossing)[FLOW_COLUMNS]; /* per arc: its height where it crosses a column between its ends */
    double height;
};

/* False with *reason (static text): Graphviz cannot. */
bool flow_places_find(const struct flow *flow, struct flow_places *places, const char **reason);
void flow_places_free(struct flow_places *places);

bool flow_draw(struct flow *flow, struct drawing *drawing, const char **reason);

void flow_write_mermaid(const struct flow *flow, FILE *stream);

/* Prints the picture as the answer of a command, as "dot", "mermaid" or what drawing_write has. False: it cannot be
 * drawn or the analysis is not healthy, which was printed. */
bool flow_print(struct flow *flow, struct analysis *analysis, struct output *output);

#endif
