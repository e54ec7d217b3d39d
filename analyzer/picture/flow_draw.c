#include "analyzer/picture/fit.h"
#include "analyzer/picture/flow.h"
#include "analyzer/picture/frame.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_TO_BODY 30.0
#define BODY_TO_LEGEND 30.0
#define LEAST_WIDTH 860.0
#define GROUND_BESIDE 7.0
#define BAR 5.0
#define REACH_LEAST                                                                                                    \
    38.0                /* how far the handles of an arc within a column reach out; it itself three quarters of that   \
                         */
#define REACH_MOST 60.0 /* limit between columns */
#define REACH_MOST_LAST 170.0
#define REACH_SHARE 0.3 /* relative to its height: longer arcs run outside shorter ones */
#define CARD_SPREAD 0.8 /* the part of a card's height over which arrows enter it */

struct canvas {
    struct flow *flow;
    struct drawing *drawing;
    struct flow_places places;
    double x[FLOW_COLUMNS];
    double top;    /* top of the body */
    double width;  /* width of title, lines and legend */
    double *entry; /* per arc: y where it enters */
};

static double gap_of(uint32_t columns)
{
    return columns <= 2 ? 300 : columns == 3 ? 225 : columns == 4 ? 110 : 78;
}

static void place_columns(struct canvas *canvas)
{
    const struct flow *flow = canvas->flow;
    double x = FRAME_LEFT;
    for (uint32_t c = 0; c < flow->column_count; c++) {
        canvas->x[c] = x;
        x += flow->columns[c].width + gap_of(flow->column_count);
    }
    canvas->width = x - gap_of(flow->column_count) - FRAME_LEFT;
    if (canvas->width < LEAST_WIDTH)
        canvas->width = LEAST_WIDTH;
}

/* Arrows into a card are spread over its height, in the order of their origins; elsewhere they meet in one point. */
struct arrival {
    uint32_t arc;
    double from;
};

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *left = a, *right = b;
    return left->from != right->from ? (left->from < right->from ? -1 : 1)
                                     : (left->arc > right->arc) - (left->arc < right->arc);
}

static void place_entries(struct canvas *canvas)
{
    const struct flow *flow = canvas->flow;
    struct arrival *arrivals = memory_zeroed(flow->arc_count, sizeof *arrivals);
    canvas->entry = memory_zeroed(flow->arc_count, sizeof *canvas->entry);
    for (uint32_t i = 0; i < flow->arc_count; i++)
        canvas->entry[i] = canvas->places.y[flow->arcs[i].to];
    for (uint32_t b = 0; b < flow->box_count; b++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < flow->arc_count && flow->boxes[b].shape == FLOW_CARD; i++)
            if (flow->arcs[i].to == b)
                arrivals[count++] = (struct arrival){i, canvas->places.y[flow->arcs[i].from]};
        if (count < 2)
            continue;
        qsort(arrivals, count, sizeof *arrivals, compare_arrivals);
        double height = flow_box_height(&flow->boxes[b]) * CARD_SPREAD;
        for (uint32_t i = 0; i < count; i++)
            canvas->entry[arrivals[i].arc] = canvas->places.y[b] - height / 2 + height * i / (count - 1);
    }
    free(arrivals);
}

/* ---- arcs */

static void bend(struct point *points, uint32_t *count, double x, double y)
{
    struct point from = points[*count - 1];
    double middle = (from.x + x) / 2;
    points[(*count)++] = (struct point){middle, from.y};
    points[(*count)++] = (struct point){middle, y};
    points[(*count)++] = (struct point){x, y};
}

/* Horizontal across each column in between, with curves that begin and end horizontally. */
static uint32_t trace_forward(const struct canvas *canvas, uint32_t number, double end, struct point *points)
{
    const struct flow *flow = canvas->flow;
    const struct flow_arc *arc = &flow->arcs[number];
    uint32_t first = flow->boxes[arc->from].column, last = flow->boxes[arc->to].column, count = 1;
    points[0] =
        (struct point){canvas->x[first] + flow->columns[first].width, canvas->top + canvas->places.y[arc->from]};
    for (uint32_t c = first + 1; c < last; c++) {
        double y = canvas->top + canvas->places.crossing[number][c];
        bend(points, &count, canvas->x[c], y);
        bend(points, &count, canvas->x[c] + flow->columns[c].width, y);
    }
    bend(points, &count, end, canvas->top + canvas->entry[number]);
    return count;
}

/* The same to a column further left: out of the left-hand side, into the right-hand one. */
static uint32_t trace_back(const struct canvas *canvas, uint32_t number, double end, struct point *points)
{
    const struct flow *flow = canvas->flow;
    const struct flow_arc *arc = &flow->arcs[number];
    uint32_t first = flow->boxes[arc->from].column, last = flow->boxes[arc->to].column, count = 1;
    points[0] = (struct point){canvas->x[first], canvas->top + canvas->places.y[arc->from]};
    for (uint32_t c = first - 1; c > last; c--) {
        double y = canvas->top + canvas->places.crossing[number][c];
        bend(points, &count, canvas->x[c] + flow->columns[c].width, y);
        bend(points, &count, canvas->x[c], y);
    }
    bend(points, &count, end, canvas->top + canvas->entry[number]);
    return count;
}

/* Within a column: around the right-hand side of both boxes. */
static double reach_of(const struct canvas *canvas, uint32_t number)
{
    const struct flow *flow = canvas->flow;
    const struct flow_arc *arc = &flow->arcs[number];
    double height = canvas->places.y[arc->from] - canvas->entry[number];
    double most = flow->boxes[arc->from].column + 1 == flow->column_count ? REACH_MOST_LAST : REACH_MOST;
    double reach = REACH_SHARE * (height < 0 ? -height : height);
    return reach < REACH_LEAST ? REACH_LEAST : reach > most ? most : reach;
}

static uint32_t trace_within(const struct canvas *canvas, uint32_t number, double end, struct point *points)
{
    const struct flow *flow = canvas->flow;
    const struct flow_arc *arc = &flow->arcs[number];
    uint32_t column = flow->boxes[arc->from].column;
    double x = canvas->x[column] + flow->columns[column].width;
    points[0] = (struct point){x, canvas->top + canvas->places.y[arc->from]};
    double reach = reach_of(canvas, number);
    points[1] = (struct point){x + reach, points[0].y};
    points[3] = (struct point){end, canvas->top + canvas->entry[number]};
    points[2] = (struct point){end + reach, points[3].y};
    return 4;
}

static void draw_arc(struct canvas *canvas, uint32_t number)
{
    const struct flow *flow = canvas->flow;
    const struct flow_arc *arc = &flow->arcs[number];
    const struct flow_box *to = &flow->boxes[arc->to];
    struct point points[6 * FLOW_COLUMNS + 4];
    double width = flow_line_width(arc->severity), length = 7 + width, half = 2.6 + width * 0.6;
    uint32_t column = flow->boxes[arc->from].column;
    bool forward = column < to->column;
    double tip = canvas->x[to->column] + (forward ? 0 : flow->columns[to->column].width),
           out = forward ? -length : length;
    uint32_t count = forward               ? trace_forward(canvas, number, tip + out, points)
                     : column > to->column ? trace_back(canvas, number, tip + out, points)
                                           : trace_within(canvas, number, tip + out, points);
    double y = canvas->top + canvas->entry[number];
    const struct point head[] = {{tip, y}, {tip + out, y - half}, {tip + out, y + half}};
    drawing_group(canvas->drawing, arc->tooltip, NULL);
    drawing_curve(canvas->drawing, points, count, flow_ink(arc->severity), width)->dashed = arc->dashed;
    drawing_polygon(canvas->drawing, head, 3, flow_ink(arc->severity));
    drawing_group_end(canvas->drawing);
}

/* Worse arcs are drawn later, on top. */
static void draw_arcs(struct canvas *canvas)
{
    const struct flow *flow = canvas->flow;
    for (int severity = SEVERITY_LOW; severity <= SEVERITY_CRITICAL; severity++)
        for (uint32_t i = 0; i < flow->arc_count; i++)
            if (flow->arcs[i].severity == severity || (severity == SEVERITY_LOW && flow->arcs[i].severity < severity))
                draw_arc(canvas, i);
}

/* ---- boxes */

static void draw_ground(struct canvas *canvas, uint32_t number)
{
    const struct flow_ground *ground = &canvas->flow->grounds[number];
    double x = canvas->x[ground->column] - GROUND_BESIDE, y = canvas->top + canvas->places.ground_top[number];
    double width = canvas->flow->columns[ground->column].width + 2 * GROUND_BESIDE;
    drawing_box(canvas->drawing, x, y, width, canvas->places.ground_bottom[number] - canvas->places.ground_top[number],
                INK_WASH, INK_NONE)
        ->radius = 3;
    struct arena arena = {0};
    drawing_text(canvas->drawing, x + 9, y + 17, 11.5, INK_SECOND,
                 fit_sentence(&arena, ground->label, 11.5, width - 18))
        ->bold = true;
    arena_free(&arena);
}

static void draw_facts(struct canvas *canvas, const struct flow_box *box, double x, double y, double width)
{
    struct arena arena = {0};
    for (uint32_t i = 0; i < box->fact_count; i++) {
        const struct flow_fact *fact = &box->facts[i];
        double row = y + 50 + 22 * i;
        drawing_line(canvas->drawing, (struct point){x + 20, row + 4}, (struct point){x + width - 12, row + 4},
                     INK_HAIRLINE, 1);
        drawing_text(canvas->drawing, x + 20, row + 20, 12, INK_SECOND, fact->name);
        drawing_text(canvas->drawing, x + 98, row + 20, 12, fact->ink,
                     fit_sentence(&arena, fact->value, 12, width - 112));
    }
    arena_free(&arena);
}

/* "◆ 56", or "◆" if all are critical, ending at x; returns where it begins. */
static double draw_critical(struct drawing *drawing, const struct flow_box *box, double x, double baseline)
{
    struct flow words = {0};
    if (!box->all_critical) {
        const char *number = flow_number(&words, box->critical);
        drawing_text(drawing, x, baseline, 12, INK_CRITICAL_TEXT, number)->anchor = ANCHOR_END;
        x -= fit_width(number, 12) + 4;
    }
    frame_mark(drawing, x - 7, baseline - 4.5, SEVERITY_CRITICAL);
    flow_free(&words);
    return x - 13;
}

static void draw_box(struct canvas *canvas, uint32_t number)
{
    const struct flow_box *box = &canvas->flow->boxes[number];
    struct drawing *drawing = canvas->drawing;
    struct arena arena = {0};
    bool who = box->shape == FLOW_WHO, card = box->shape == FLOW_CARD;
    double width = canvas->flow->columns[box->column].width, height = flow_box_height(box), x = canvas->x[box->column];
    double y = canvas->top + canvas->places.y[number] - height / 2, baseline = card ? y + 26 : y + height / 2 + 4.5;
    double inset = card ? 20 : box->administrator ? 15 : who ? 13 : 10, count = card ? 0 : fit_width(box->count, 12);
    drawing_group(drawing, box->tooltip, box->address);
    struct shape *shape = drawing_box(drawing, x + 0.5, y + 0.5, width - 1, height - 1, who ? INK_PILL : INK_PAGE,
                                      box->focused ? INK_ACCENT
                                      : who        ? INK_NONE
                                                   : INK_BOX_LINE);
    shape->radius = who && !box->administrator ? height / 2 : 2;
    shape->line_width = box->focused ? 2 : 1;
    if (box->administrator)
        drawing_box(drawing, x, y, BAR, height, INK_TEXT, INK_NONE);
    double end = x + width - (who ? 13 : 10) - (count > 0 ? count + 12 : 0);
    if (box->critical > 0 && !card)
        end = draw_critical(drawing, box, end, baseline);
    struct shape *name = drawing_text(drawing, x + inset, baseline, card ? 15 : 13, INK_TEXT,
                                      fit_name(&arena, box->name, card ? 15 : 13,
                                               box->critical > 0 ? end - x - inset - 6 : width - inset - count - 22));
    name->bold = card;
    if (card)
        drawing_text(drawing, x + inset, y + 43, 12, INK_SECOND, box->count);
    else if (box->count[0] != '\0')
        drawing_text(drawing, x + width - (who ? 13 : 10), baseline, 12, INK_SECOND, box->count)->anchor = ANCHOR_END;
    if (card)
        draw_facts(canvas, box, x, y, width);
    drawing_group_end(drawing);
    arena_free(&arena);
}

/* ---- all of it */

/* The space that arcs within the last column need beside it. */
static double room_of_last(const struct canvas *canvas)
{
    const struct flow *flow = canvas->flow;
    double room = 0;
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        bool within = flow->boxes[flow->arcs[i].from].column + 1 == flow->column_count &&
                      flow->boxes[flow->arcs[i].to].column + 1 == flow->column_count;
        double needed = within ? 0.75 * reach_of(canvas, i) : 0;
        room = needed > room ? needed : room;
    }
    return room;
}

static void draw_legend(struct canvas *canvas, double y)
{
    const struct flow *flow = canvas->flow;
    struct frame_legend legend = {.of = flow->legend};
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        legend.severities |= 1u << (flow->arcs[i].severity >= SEVERITY_MEDIUM ? flow->arcs[i].severity : 0);
        if (flow->arcs[i].dashed)
            legend.dashed = flow->dashed;
    }
    for (uint32_t i = 0; i < flow->box_count; i++)
        legend.administrator = legend.administrator || flow->boxes[i].administrator;
    for (uint32_t i = 0; i < flow->box_count; i++)
        legend.critical = legend.critical || flow->boxes[i].critical > 0;
    if (flow->box_count > 0)
        y = frame_legend(canvas->drawing, y, canvas->width, &legend);
    for (uint32_t i = 0; i < flow->left_out_count; i++)
        y = frame_paragraph(canvas->drawing, FRAME_LEFT, y, canvas->width, 12, INK_SECOND, flow->left_out[i]);
    canvas->drawing->height = y + 12;
    canvas->drawing->width = canvas->width + 2 * FRAME_LEFT + room_of_last(canvas);
}

bool flow_draw(struct flow *flow, struct drawing *drawing, const char **reason)
{
    struct canvas canvas = {.flow = flow, .drawing = drawing};
    bool good = flow_places_find(flow, &canvas.places, reason);
    if (good) {
        place_columns(&canvas);
        place_entries(&canvas);
        double y =
            frame_title(drawing, flow->title, flow->title_rest, flow->lines, flow->line_count, canvas.width) + 40;
        drawing->title = arena_copy_text(&drawing->arena, flow->title, strlen(flow->title));
        for (uint32_t c = 0; c < flow->column_count && flow->box_count > 0; c++)
            frame_head(drawing, canvas.x[c], y, flow->columns[c].width, flow->columns[c].head);
        canvas.top = y + HEAD_TO_BODY;
        for (uint32_t i = 0; i < flow->ground_count; i++)
            draw_ground(&canvas, i);
        draw_arcs(&canvas);
        for (uint32_t i = 0; i < flow->box_count; i++)
            draw_box(&canvas, i);
        draw_legend(&canvas, canvas.top + canvas.places.height + BODY_TO_LEGEND);
    }
    flow_places_free(&canvas.places);
    free(canvas.entry);
    return good;
}
