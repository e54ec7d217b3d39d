#include "analyzer/report/findings/finding_mermaid.h"

#include "analyzer/report/escape.h"
#include "ingest/policy/arn.h"
#include "ingest/support/intern.h"

#include <string.h>

/* Nobody reads more arrows than this; Mermaid itself stops at 500. */
#define MOST_ARROWS 40

struct arrow {
    uint32_t from, to;
    const struct finding *finding; /* the first, and so the worst, finding that has it */
};

struct drawing {
    struct intern nodes;
    struct arrow arrows[MOST_ARROWS];
    size_t count, left_out;
};

static void add_arrow(struct drawing *drawing, const char *from, const char *to, const struct finding *finding)
{
    if (from == NULL || to == NULL)
        return;
    struct arrow arrow = {intern_find(&drawing->nodes, from, strlen(from)),
                          intern_find(&drawing->nodes, to, strlen(to)), finding};
    for (size_t i = 0; i < drawing->count; i++)
        if (drawing->arrows[i].from == arrow.from && drawing->arrows[i].to == arrow.to)
            return;
    if (drawing->count == MOST_ARROWS) {
        drawing->left_out++;
        return;
    }
    arrow.from = intern_add(&drawing->nodes, from, strlen(from));
    arrow.to = intern_add(&drawing->nodes, to, strlen(to));
    drawing->arrows[drawing->count++] = arrow;
}

static void add_finding(struct drawing *drawing, const struct finding *finding)
{
    const json_t *chain = json_object_get(finding->facts, "chain");
    const char *before = NULL;
    size_t i;
    json_t *node;
    json_array_foreach(chain, i, node)
    {
        add_arrow(drawing, before, json_string_value(node), finding);
        before = json_string_value(node);
    }
    if (json_array_size(chain) == 0)
        add_arrow(drawing, json_string_value(json_object_get(finding->witness, "principal")),
                  json_string_value(json_object_get(finding->witness, "role")), finding);
}

/* The account of a user or role; an empty span for nodes outside all boxes. */
static struct span account_of(const char *node)
{
    struct arn arn;
    struct span none = {"", 0};
    return arn_parse(node, strlen(node), &arn) ? arn.account : none;
}

static void append_node(struct text *page, const char *indent, uint32_t number, const char *node)
{
    struct arn arn;
    bool is_arn = arn_parse(node, strlen(node), &arn);
    text_format(page, "%sn%u[\"", indent, number);
    text_append_mermaid(page, is_arn ? arn.resource.at : strcmp(node, "*") == 0 ? "anyone" : node);
    text_append_string(page, "\"]\n");
}

/* Each account becomes a box when its first node appears; nodes without an account are outside. */
static void append_nodes(struct text *page, const struct drawing *drawing)
{
    uint32_t count = drawing->nodes.count;
    for (uint32_t i = 0; i < count; i++) {
        const char *node = intern_text(&drawing->nodes, i);
        struct span account = account_of(node);
        bool drawn = false;
        for (uint32_t j = 0; j < i && account.length > 0 && !drawn; j++)
            drawn = span_same(account_of(intern_text(&drawing->nodes, j)), account);
        if (account.length == 0)
            append_node(page, "  ", i, node);
        if (account.length == 0 || drawn)
            continue;
        struct text name = {0};
        text_append(&name, account.at, account.length);
        text_format(page, "  subgraph a%u[\"", i);
        text_append_mermaid(page, name.data);
        text_append_string(page, "\"]\n");
        text_free(&name);
        for (uint32_t j = i; j < count; j++)
            if (span_same(account_of(intern_text(&drawing->nodes, j)), account))
                append_node(page, "    ", j, intern_text(&drawing->nodes, j));
        text_append_string(page, "  end\n");
    }
}

static void append_arrows(struct text *page, const struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->count; i++) {
        const struct arrow *arrow = &drawing->arrows[i];
        bool conditional = json_array_size(arrow->finding->conditions) > 0;
        text_format(page, "  n%u %s|\"%s\"| n%u\n", arrow->from, conditional ? "-.->" : "-->", arrow->finding->rule->id,
                    arrow->to);
    }
}

void finding_mermaid(struct text *page, const struct finding_report *report, const struct finding_group *groups,
                     size_t count)
{
    struct drawing drawing = {0};
    for (size_t i = 0; i < count; i++)
        add_finding(&drawing, finding_report_at(report, groups[i].first));
    if (drawing.count > 0) {
        text_append_string(page, "\n```mermaid\nflowchart LR\n");
        append_nodes(page, &drawing);
        append_arrows(page, &drawing);
        text_append_string(page, "```\n");
    }
    if (drawing.left_out > 0)
        text_format(page, "\nThe picture leaves out %zu arrows.\n", drawing.left_out);
    intern_free(&drawing.nodes);
}
