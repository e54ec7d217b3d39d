#include "analyzer/report/chain_line.h"

#include "analyzer/report/lines.h"
#include "graph/control/control_edges.h"

static void add_caller(struct styled *line, const struct analysis *analysis, const struct caller *caller)
{
    struct text name = {0};
    const struct model *model = analysis->model;
    if (caller->kind == CALLER_USER || caller->kind == CALLER_ROLE) {
        const char *account =
            caller->account_index != MODEL_NONE ? model_account_name(&model->accounts[caller->account_index]) : "";
        text_format(&name, "%s/", account[0] != '\0' ? account : caller->account);
        styled_add(line, STYLE_PLAIN, "%s", name.data);
        styled_add(line, STYLE_BOLD, "%s", caller->name);
    } else {
        caller_append_name(&name, caller);
        styled_add(line, STYLE_BOLD, "%s", name.data);
        const char *account =
            caller->account_index != MODEL_NONE ? model_account_name(&model->accounts[caller->account_index]) : "";
        if (caller->kind == CALLER_ACCOUNT && account[0] != '\0')
            styled_add(line, STYLE_PLAIN, " (%s)", account);
        else if (caller->kind != CALLER_ACCOUNT && caller_is_federated(caller) && caller->account != NULL)
            styled_add(line, STYLE_PLAIN, " in %s", account[0] != '\0' ? account : caller->account);
    }
    text_free(&name);
}

static bool in_one_account(const struct caller *a, const struct caller *b)
{
    return a->account_index != MODEL_NONE && a->account_index == b->account_index;
}

void chain_line_add(struct styled *line, struct analysis *analysis, const struct output *output, const struct hop *hops,
                    uint32_t count)
{
    add_caller(line, analysis, &analysis->edges->nodes[hops[0].from]);
    styled_add(line, STYLE_PLAIN, " ");
    chain_line_add_steps(line, analysis, output, hops, count);
}

void chain_line_add_steps(struct styled *line, struct analysis *analysis, const struct output *output,
                          const struct hop *hops, uint32_t count)
{
    const struct edges *edges = analysis->edges;
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = &edges->edges[hops[i].edge];
        const struct caller *from = &edges->nodes[hops[i].from], *to = &edges->nodes[hops[i].to];
        styled_add(line, STYLE_PLAIN, "%s%s", i > 0 ? " " : "",
                   styled_sign(output, edge->verdict == VERDICT_ALLOWED ? SIGN_ARROW : SIGN_ARROW_MAYBE));
        styled_join(line);
        if (edge->kind != EDGE_ASSUME)
            styled_add(line, STYLE_PLAIN, "(%s) ", edge->how != NULL ? edge->how : edge_kind_word(edge->kind));
        if (in_one_account(from, to))
            styled_add(line, STYLE_BOLD, "%s", to->name);
        else
            add_caller(line, analysis, to);
    }
}

void chain_line_print_legend(struct output *output)
{
    struct text legend = {0};
    text_format(&legend, "%s: the hop has conditions. %s: it has none.", styled_sign(output, SIGN_ARROW_MAYBE),
                styled_sign(output, SIGN_ARROW));
    fputc('\n', output->stream);
    line_paragraph(output, 0, legend.data);
    text_free(&legend);
}

bool chain_line_has_conditions(const struct edges *edges, const struct hop *hops, uint32_t count)
{
    bool has = false;
    for (uint32_t i = 0; i < count; i++)
        has = has || edges->edges[hops[i].edge].verdict != VERDICT_ALLOWED;
    return has;
}
