#include "analyzer/picture/flow.h"
#include "analyzer/picture/image.h"
#include "ingest/support/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS 0.75 /* a pixel */
#define GROUND_HEAD 26.0
#define GROUND_FOOT 5.0
#define CLEAR 4.0 /* distance between a line and a box that it passes */

/* A spline as Graphviz writes it: "e,x,y x,y x,y …". */
struct spline {
    struct point *points;
    uint32_t count;
};

static const char *attribute(void *object, const char *name)
{
    char *copy = memory_text(name);
    const char *value = agget(object, copy);
    free(copy);
    return value != NULL ? value : "";
}

static bool read_point(const char **at, struct point *point)
{
    char *comma, *end;
    point->x = strtod(*at, &comma);
    if (comma == *at || *comma != ',')
        return false;
    point->y = strtod(comma + 1, &end);
    bool good = end > comma + 1;
    *at = end;
    return good;
}

static struct spline read_spline(const char *text)
{
    struct spline spline = {.points = memory_zeroed(strlen(text) / 4 + 1, sizeof(struct point))};
    struct point point;
    const char *at = text;
    if (*at == 'e') {
        at += 2;
        read_point(&at, &point);
    }
    while (*(at += strspn(at, " ")) != '\0' && read_point(&at, &point))
        spline.points[spline.count++] = point;
    return spline;
}

static struct point along(const struct point *p, double t)
{
    double u = 1 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
    return (struct point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                          a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

/* The height at which the spline is at x. */
static double height_at(const struct spline *spline, double x)
{
    for (uint32_t i = 0; i + 3 < spline->count; i += 3) {
        const struct point *piece = spline->points + i;
        if (x > piece[3].x && i + 6 < spline->count)
            continue;
        double low = 0, high = 1;
        for (int step = 0; step < 30; step++) {
            double middle = (low + high) / 2;
            if (along(piece, middle).x < x)
                low = middle;
            else
                high = middle;
        }
        return along(piece, low).y;
    }
    return spline->count > 0 ? spline->points[0].y : 0;
}

static Agnode_t *node_of(Agraph_t *graph, const char *letter, uint32_t number)
{
    char name[32];
    snprintf(name, sizeof name, "%s%u", letter, number);
    return agnode(graph, name, 0);
}

static struct point place_of(Agraph_t *graph, const char *letter, uint32_t number)
{
    const char *at = attribute(node_of(graph, letter, number), "pos");
    struct point point = {0, 0};
    read_point(&at, &point);
    return point;
}

static void place_boxes(const struct flow *flow, Agraph_t *graph, struct flow_places *places, double *top)
{
    double highest = -1e9, lowest = 1e9;
    for (uint32_t i = 0; i < flow->box_count; i++) {
        const struct flow_box *box = &flow->boxes[i];
        double half = flow_box_height(box) / 2, y = place_of(graph, "b", i).y / POINTS;
        double above = box->ground != FLOW_NONE ? GROUND_HEAD : 0, below = box->ground != FLOW_NONE ? GROUND_FOOT : 0;
        places->y[i] = y;
        highest = y + half + above > highest ? y + half + above : highest;
        lowest = y - half - below < lowest ? y - half - below : lowest;
    }
    *top = highest;
    places->height = flow->box_count > 0 ? highest - lowest : 0;
    for (uint32_t i = 0; i < flow->box_count; i++)
        places->y[i] = highest - places->y[i];
}

static void place_grounds(const struct flow *flow, struct flow_places *places)
{
    for (uint32_t g = 0; g < flow->ground_count; g++) {
        places->ground_top[g] = 1e9;
        places->ground_bottom[g] = -1e9;
    }
    for (uint32_t i = 0; i < flow->box_count; i++) {
        uint32_t g = flow->boxes[i].ground;
        double half = flow_box_height(&flow->boxes[i]) / 2;
        if (g == FLOW_NONE)
            continue;
        if (places->y[i] - half - GROUND_HEAD < places->ground_top[g])
            places->ground_top[g] = places->y[i] - half - GROUND_HEAD;
        if (places->y[i] + half + GROUND_FOOT > places->ground_bottom[g])
            places->ground_bottom[g] = places->y[i] + half + GROUND_FOOT;
    }
}

/* The nearest height to y that keeps clear of the column's boxes. */
static double keep_clear(const struct flow *flow, const struct flow_places *places, uint32_t column, double y)
{
    for (uint32_t tries = 0; tries < 2 * flow->box_count; tries++) {
        uint32_t hit = FLOW_NONE;
        for (uint32_t i = 0; i < flow->box_count && hit == FLOW_NONE; i++)
            if (flow->boxes[i].column == column && y > places->y[i] - flow_box_height(&flow->boxes[i]) / 2 - CLEAR &&
                y < places->y[i] + flow_box_height(&flow->boxes[i]) / 2 + CLEAR)
                hit = i;
        if (hit == FLOW_NONE)
            return y;
        /* Always moves in one direction; otherwise it could oscillate between two boxes. */
        double half = flow_box_height(&flow->boxes[hit]) / 2 + CLEAR;
        y = y < places->y[hit] && tries == 0 ? places->y[hit] - half : places->y[hit] + half;
    }
    return y;
}

static void place_arc(const struct flow *flow, Agraph_t *graph, struct flow_places *places, uint32_t number, double top)
{
    const struct flow_arc *arc = &flow->arcs[number];
    bool turned = flow->boxes[arc->from].column > flow->boxes[arc->to].column;
    uint32_t left = turned ? arc->to : arc->from, right = turned ? arc->from : arc->to;
    uint32_t first = flow->boxes[left].column, last = flow->boxes[right].column;
    char name[32];
    if (first + 1 >= last)
        return;
    snprintf(name, sizeof name, "a%u", number);
    Agedge_t *edge = agedge(graph, node_of(graph, "b", left), node_of(graph, "b", right), name, 0);
    struct spline spline = read_spline(attribute(edge, "pos"));
    for (uint32_t c = first + 1; c < last; c++) {
        double y = top - height_at(&spline, place_of(graph, "c", c).x) / POINTS;
        places->crossing[number][c] = keep_clear(flow, places, c, y);
    }
    free(spline.points);
}

/* Makes room for lines that pass above or below all boxes. */
static void make_room(const struct flow *flow, struct flow_places *places)
{
    double least = 0, most = places->height;
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        uint32_t from = flow->boxes[flow->arcs[i].from].column, to = flow->boxes[flow->arcs[i].to].column;
        for (uint32_t c = (from < to ? from : to) + 1; c < (from < to ? to : from); c++) {
            least = places->crossing[i][c] < least ? places->crossing[i][c] : least;
            most = places->crossing[i][c] > most ? places->crossing[i][c] : most;
        }
    }
    for (uint32_t i = 0; i < flow->box_count; i++)
        places->y[i] -= least;
    for (uint32_t i = 0; i < flow->ground_count; i++) {
        places->ground_top[i] -= least;
        places->ground_bottom[i] -= least;
    }
    for (uint32_t i = 0; i < flow->arc_count; i++)
        for (uint32_t c = 0; c < FLOW_COLUMNS; c++)
            places->crossing[i][c] -= least;
    places->height = most - least;
}

bool flow_places_find(const struct flow *flow, struct flow_places *places, const char **reason)
{
    double top;
    places->y = memory_zeroed(flow->box_count, sizeof *places->y);
    places->ground_top = memory_zeroed(flow->ground_count, sizeof *places->ground_top);
    places->ground_bottom = memory_zeroed(flow->ground_count, sizeof *places->ground_bottom);
    places->crossing = memory_zeroed(flow->arc_count, sizeof *places->crossing);
    places->height = 0;
    if (flow->box_count == 0)
        return true;
    Agraph_t *graph = flow_graph(flow, false);
    bool good = image_lay_out(graph, reason);
    if (good) {
        place_boxes(flow, graph, places, &top);
        place_grounds(flow, places);
        for (uint32_t i = 0; i < flow->arc_count; i++)
            place_arc(flow, graph, places, i, top);
        make_room(flow, places);
    }
    agclose(graph);
    return good;
}

void flow_places_free(struct flow_places *places)
{
    free(places->y);
    free(places->ground_top);
    free(places->ground_bottom);
    free(places->crossing);
    *places = (struct flow_places){0};
}
