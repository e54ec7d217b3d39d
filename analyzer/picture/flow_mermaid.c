#include "analyzer/picture/flow.h"
#include "analyzer/report/escape.h"
#include "ingest/support/text.h"

static void append_box(struct text *out, const struct flow *flow, uint32_t number)
{
    const struct flow_box *box = &flow->boxes[number];
    const char *left = box->shape == FLOW_WHO ? "([" : "[", *right = box->shape == FLOW_WHO ? "])" : "]";
    struct arena arena = {0};
    const char *count = flow_box_count(&arena, box);
    text_format(out, "  b%u%s\"", number, left);
    text_append_mermaid(out, box->name);
    if (count[0] != '\0') {
        text_append_string(out, "<br/>");
        text_append_mermaid(out, count);
    }
    arena_free(&arena);
    text_format(out, "\"%s\n", right);
    if (box->administrator)
        text_format(out, "  style b%u stroke:%s,stroke-width:3px\n", number, ink_colour(INK_TEXT, false));
    if (box->focused)
        text_format(out, "  style b%u stroke:%s,stroke-width:3px\n", number, ink_colour(INK_ACCENT, false));
}

/* One line for all arcs that look the same, which keeps large pictures below Mermaid's limit. */
static void append_line_style(struct text *out, const struct flow *flow, int severity)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < flow->arc_count; i++)
        if (flow->arcs[i].severity == severity || (severity == SEVERITY_LOW && flow->arcs[i].severity < severity))
            text_format(out, "%s%u", count++ == 0 ? "  linkStyle " : ",", i);
    if (count > 0)
        text_format(out, " stroke:%s,stroke-width:%.1fpx\n", ink_colour(flow_ink(severity), false),
                    flow_line_width(severity));
}

void flow_write_mermaid(const struct flow *flow, FILE *stream)
{
    struct text out = {0};
    text_append_string(&out, "flowchart LR\n");
    for (uint32_t g = 0; g < flow->ground_count; g++) {
        text_format(&out, "  subgraph g%u[\"", g);
        text_append_mermaid(&out, flow->grounds[g].label);
        text_append_string(&out, "\"]\n");
        for (uint32_t i = 0; i < flow->box_count; i++)
            if (flow->boxes[i].ground == g)
                append_box(&out, flow, i);
        text_append_string(&out, "  end\n");
    }
    for (uint32_t i = 0; i < flow->box_count; i++)
        if (flow->boxes[i].ground == FLOW_NONE)
            append_box(&out, flow, i);
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        const struct flow_arc *arc = &flow->arcs[i];
        text_format(&out, "  b%u %s b%u\n", arc->from, arc->dashed ? "-.->" : "-->", arc->to);
    }
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_LOW; severity--)
        append_line_style(&out, flow, severity);
    fwrite(out.data, 1, out.length, stream);
    text_free(&out);
}
