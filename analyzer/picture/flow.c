#include "analyzer/picture/flow.h"

#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define BOX_HEIGHT 24.0
#define CARD_HEAD 50.0
#define CARD_FACT 22.0

void flow_free(struct flow *flow)
{
    arena_free(&flow->arena);
    free(flow->boxes);
    free(flow->grounds);
    free(flow->arcs);
    *flow = (struct flow){0};
}

const char *flow_text(struct flow *flow, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_print_arguments(&flow->arena, format, arguments);
    va_end(arguments);
    return text;
}

const char *flow_number(struct flow *flow, uint32_t number)
{
    if (number < 1000)
        return flow_text(flow, "%u", number);
    return number < 1000000 ? flow_text(flow, "%u,%03u", number / 1000, number % 1000)
                            : flow_text(flow, "%u,%03u,%03u", number / 1000000, number / 1000 % 1000, number % 1000);
}

void listing_add(struct listing *listing, uint32_t count, const char *one, const char *many)
{
    if (count == 0 || listing->count == sizeof listing->counts / sizeof *listing->counts)
        return;
    listing->counts[listing->count] = count;
    listing->words[listing->count++] = count == 1 ? one : many;
}

const char *listing_end(const struct listing *listing, struct flow *flow)
{
    struct text text = {0};
    for (uint32_t i = 0; i < listing->count; i++)
        text_format(&text, "%s%s %s",
                    i == 0                    ? ""
                    : i + 1 == listing->count ? " and "
                                              : ", ",
                    flow_number(flow, listing->counts[i]), listing->words[i]);
    const char *kept = flow_text(flow, "%s", text.data != NULL ? text.data : "");
    text_free(&text);
    return kept;
}

void flow_say(struct flow *flow, const char *line)
{
    if (line != NULL && flow->line_count < FLOW_LINES)
        flow->lines[flow->line_count++] = line;
}

void flow_leave_out(struct flow *flow, const char *line)
{
    if (line != NULL && flow->left_out_count < FLOW_LINES)
        flow->left_out[flow->left_out_count++] = line;
}

enum ink flow_ink(int severity)
{
    return severity == SEVERITY_CRITICAL ? INK_CRITICAL
           : severity == SEVERITY_HIGH   ? INK_HIGH
           : severity == SEVERITY_MEDIUM ? INK_MEDIUM
                                         : INK_PLAIN;
}

double flow_line_width(int severity)
{
    return severity == SEVERITY_CRITICAL ? 2.6
           : severity == SEVERITY_HIGH   ? 1.8
           : severity == SEVERITY_MEDIUM ? 1.2
                                         : 1;
}

const char *flow_severity_word(int severity)
{
    return severity >= SEVERITY_MEDIUM ? severity_word((enum severity)severity) : "none above low";
}

double flow_box_height(const struct flow_box *box)
{
    return box->shape == FLOW_CARD ? CARD_HEAD + CARD_FACT * box->fact_count + 16 : BOX_HEIGHT;
}

void flow_add_arc(struct flow *flow, const struct flow_arc *arc)
{
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        struct flow_arc *other = &flow->arcs[i];
        if (other->from == arc->from && other->to == arc->to) {
            other->dashed = other->dashed && arc->dashed;
            other->severity = arc->severity > other->severity ? arc->severity : other->severity;
            return;
        }
    }
    ARRAY_ADD(flow->arcs, flow->arc_count, flow->arc_room, *arc);
}

void flow_add_blocks(struct flow *flow, const struct blocks *blocks)
{
    for (uint32_t i = 0; i < blocks->arc_count; i++)
        flow_add_arc(flow, &(struct flow_arc){.from = blocks->arcs[i].from,
                                              .to = blocks->arcs[i].to,
                                              .severity = blocks->arcs[i].severity,
                                              .dashed = !blocks->arcs[i].sure});
}

const char *flow_box_count(struct arena *arena, const struct flow_box *box)
{
    struct text text = {0};
    if (box->critical == 0)
        return box->count;
    text_format(&text, "%s%s", box->count, box->count[0] != '\0' ? ", " : "");
    text_format(&text, box->all_critical ? "all critical" : "%u critical", box->critical);
    return text_keep(&text, arena);
}

static void keep_boxes(struct flow *flow, const bool *keep)
{
    uint32_t *number = memory_zeroed(flow->box_count, sizeof *number), kept = 0, arcs = 0;
    for (uint32_t i = 0; i < flow->box_count; i++)
        if (keep[i]) {
            number[i] = kept;
            flow->boxes[kept++] = flow->boxes[i];
        }
    for (uint32_t i = 0; i < flow->arc_count; i++)
        if (keep[flow->arcs[i].from] && keep[flow->arcs[i].to]) {
            flow->arcs[arcs] = flow->arcs[i];
            flow->arcs[arcs].from = number[flow->arcs[i].from];
            flow->arcs[arcs++].to = number[flow->arcs[i].to];
        }
    flow->box_count = kept;
    flow->arc_count = arcs;
    free(number);
}

/* Removes grounds without boxes. */
static void keep_grounds(struct flow *flow)
{
    uint32_t *number = memory_zeroed(flow->ground_count, sizeof *number), kept = 0;
    bool *used = memory_zeroed(flow->ground_count, sizeof *used);
    for (uint32_t i = 0; i < flow->box_count; i++)
        if (flow->boxes[i].ground != FLOW_NONE)
            used[flow->boxes[i].ground] = true;
    for (uint32_t i = 0; i < flow->ground_count; i++)
        if (used[i]) {
            number[i] = kept;
            flow->grounds[kept++] = flow->grounds[i];
        }
    for (uint32_t i = 0; i < flow->box_count; i++)
        if (flow->boxes[i].ground != FLOW_NONE)
            flow->boxes[i].ground = number[flow->boxes[i].ground];
    flow->ground_count = kept;
    free(number);
    free(used);
}

void flow_drop_idle(struct flow *flow)
{
    bool *used = memory_zeroed(flow->box_count, sizeof *used);
    for (uint32_t i = 0; i < flow->box_count; i++)
        used[i] = flow->boxes[i].focused;
    for (uint32_t i = 0; i < flow->arc_count; i++)
        used[flow->arcs[i].from] = used[flow->arcs[i].to] = true;
    keep_boxes(flow, used);
    keep_grounds(flow);
    free(used);
}

/* Keeps only arcs of the worst severities; of the last one, as many as fit. */
static uint32_t limit_arcs(struct flow *flow, uint32_t room)
{
    uint32_t left = flow->arc_count, kept = 0;
    bool *keep = memory_zeroed(flow->arc_count, sizeof *keep);
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_LOW; severity--)
        for (uint32_t i = 0; i < flow->arc_count && room > 0; i++)
            if (!keep[i] && (flow->arcs[i].severity == severity || severity == SEVERITY_LOW)) {
                keep[i] = true;
                room--;
            }
    for (uint32_t i = 0; i < left; i++)
        if (keep[i])
            flow->arcs[kept++] = flow->arcs[i];
    flow->arc_count = kept;
    free(keep);
    return left - kept;
}

/* Keeps the ends of the worst arcs. */
static uint32_t limit_boxes(struct flow *flow)
{
    uint32_t before = flow->box_count, kept = 0;
    bool *keep = memory_zeroed(flow->box_count, sizeof *keep);
    for (uint32_t i = 0; i < before; i++)
        kept += keep[i] = flow->boxes[i].focused;
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_LOW; severity--)
        for (uint32_t i = 0; i < flow->arc_count; i++) {
            const struct flow_arc *arc = &flow->arcs[i];
            uint32_t more = (uint32_t)!keep[arc->from] + (uint32_t)!keep[arc->to];
            if ((arc->severity != severity && severity > SEVERITY_LOW) || kept + more > FLOW_MOST_BOXES)
                continue;
            keep[arc->from] = keep[arc->to] = true;
            kept += more;
        }
    for (uint32_t i = 0; i < before && kept < FLOW_MOST_BOXES; i++)
        if (!keep[i]) {
            keep[i] = true;
            kept++;
        }
    keep_boxes(flow, keep);
    keep_grounds(flow);
    free(keep);
    return before - flow->box_count;
}

void flow_limit(struct flow *flow, uint32_t arcs_most)
{
    struct listing listing = {0};
    uint32_t boxes = 0, arcs = 0;
    if (flow->box_count > FLOW_MOST_BOXES)
        boxes = limit_boxes(flow);
    if (flow->arc_count > arcs_most) {
        arcs = limit_arcs(flow, arcs_most);
        flow_drop_idle(flow);
    }
    listing_add(&listing, boxes, "box", "boxes");
    listing_add(&listing, arcs, "arrow", "arrows");
    if (boxes + arcs > 0)
        flow_leave_out(flow, flow_text(flow, "The worst are drawn; %s more %s left out.", listing_end(&listing, flow),
                                       boxes + arcs == 1 ? "is" : "are"));
}
