#include "analyzer/picture/columns.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

#define WHO_WIDTH 264.0
#define ROLE_WIDTH 290.0

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct search {
    struct flow *flow;
    uint8_t *marks;
    uint32_t *first, *outgoing; /* arcs sorted by box */
    uint32_t *order, ordered;   /* boxes; those with arcs from others come last */
    bool *back;                 /* per arc: it closes a cycle */
};

static void sort_arcs(struct search *search)
{
    const struct flow *flow = search->flow;
    uint32_t *next = memory_zeroed((size_t)flow->box_count + 1, sizeof *next);
    for (uint32_t i = 0; i < flow->arc_count; i++)
        search->first[flow->arcs[i].from + 1]++;
    for (uint32_t i = 0; i < flow->box_count; i++) {
        search->first[i + 1] += search->first[i];
        next[i] = search->first[i];
    }
    for (uint32_t i = 0; i < flow->arc_count; i++)
        search->outgoing[next[flow->arcs[i].from]++] = i;
    free(next);
}

/* Depth first; a box at most once on the stack. */
static void visit(struct search *search, uint32_t start, uint32_t *stack, uint32_t *at)
{
    uint32_t depth = 0;
    stack[depth] = start;
    at[start] = search->first[start];
    search->marks[start] = MARK_OPEN;
    for (;;) {
        uint32_t box = stack[depth];
        if (at[box] == search->first[box + 1]) {
            search->marks[box] = MARK_DONE;
            search->order[search->ordered++] = box;
            if (depth-- == 0)
                return;
            continue;
        }
        uint32_t arc = search->outgoing[at[box]++], to = search->flow->arcs[arc].to;
        search->back[arc] = search->marks[to] == MARK_OPEN;
        if (search->marks[to] != MARK_NEW)
            continue;
        search->marks[to] = MARK_OPEN;
        at[to] = search->first[to];
        stack[++depth] = to;
    }
}

static void visit_all(struct search *search)
{
    struct flow *flow = search->flow;
    uint32_t *stack = memory_zeroed(flow->box_count, sizeof *stack), *at = memory_zeroed(flow->box_count, sizeof *at);
    bool *entered = memory_zeroed(flow->box_count, sizeof *entered);
    for (uint32_t i = 0; i < flow->arc_count; i++)
        entered[flow->arcs[i].to] = true;
    for (int all = 0; all < 2; all++)
        for (uint32_t i = 0; i < flow->box_count; i++)
            if (search->marks[i] == MARK_NEW && (all == 1 || !entered[i]))
                visit(search, i, stack, at);
    free(stack);
    free(at);
    free(entered);
}

static void place(struct search *search, uint32_t most)
{
    struct flow *flow = search->flow;
    for (uint32_t i = 0; i < flow->box_count; i++)
        flow->boxes[i].column = flow->boxes[i].shape == FLOW_WHO ? 0 : 1;
    for (uint32_t i = search->ordered; i-- > 0;) {
        uint32_t box = search->order[i];
        for (uint32_t a = search->first[box]; a < search->first[box + 1]; a++) {
            uint32_t arc = search->outgoing[a], to = flow->arcs[arc].to;
            if (!search->back[arc] && flow->boxes[to].column <= flow->boxes[box].column)
                flow->boxes[to].column = flow->boxes[box].column + 1;
        }
    }
    for (uint32_t i = 0; i < flow->box_count; i++)
        if (flow->boxes[i].column >= most)
            flow->boxes[i].column = most - 1;
}

/* Roles that nobody enters are placed beside the callers. */
static void close_gap(struct flow *flow)
{
    bool who = false;
    for (uint32_t i = 0; i < flow->box_count; i++)
        who = who || flow->boxes[i].column == 0;
    for (uint32_t i = 0; i < flow->box_count && !who; i++)
        flow->boxes[i].column--;
}

static void copy_grounds(struct flow *flow)
{
    uint32_t labels = flow->ground_count;
    struct flow_ground *label = flow->grounds;
    flow->grounds = NULL;
    flow->ground_count = flow->ground_room = 0;
    for (uint32_t i = 0; i < flow->box_count; i++) {
        struct flow_box *box = &flow->boxes[i];
        uint32_t number = 0;
        if (box->ground == FLOW_NONE)
            continue;
        if (labels == 1) {
            box->ground = FLOW_NONE;
            continue;
        }
        const char *text = label[box->ground].label;
        while (number < flow->ground_count &&
               (flow->grounds[number].column != box->column || strcmp(flow->grounds[number].label, text) != 0))
            number++;
        if (number == flow->ground_count)
            ARRAY_ADD(flow->grounds, flow->ground_count, flow->ground_room,
                      (struct flow_ground){.label = text, .column = box->column});
        box->ground = number;
    }
    free(label);
}

void columns_assign(struct flow *flow, uint32_t most)
{
    struct search search = {.flow = flow};
    search.marks = memory_zeroed(flow->box_count, sizeof *search.marks);
    search.first = memory_zeroed((size_t)flow->box_count + 1, sizeof *search.first);
    search.outgoing = memory_zeroed(flow->arc_count, sizeof *search.outgoing);
    search.order = memory_zeroed(flow->box_count, sizeof *search.order);
    search.back = memory_zeroed(flow->arc_count, sizeof *search.back);
    sort_arcs(&search);
    visit_all(&search);
    place(&search, most);
    close_gap(flow);
    copy_grounds(flow);
    flow->column_count = 0;
    for (uint32_t i = 0; i < flow->box_count; i++)
        if (flow->boxes[i].column >= flow->column_count)
            flow->column_count = flow->boxes[i].column + 1;
    for (uint32_t c = 0; c < flow->column_count; c++)
        flow->columns[c] = (struct flow_column){c == 0   ? "WHO"
                                                : c == 1 ? "CAN ASSUME"
                                                         : "THEN",
                                                c == 0 ? WHO_WIDTH : ROLE_WIDTH};
    free(search.marks);
    free(search.first);
    free(search.outgoing);
    free(search.order);
    free(search.back);
}
