#include "analyzer/report/chain_rows.h"

#include "analyzer/report/lines.h"
#include "graph/control/control_edges.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

const struct command_option chain_options[] = {
    {"direct", 0, NULL, "single hops only", false},
    {"max-hops", 0, "N", "chains of at most N hops (default: 64)", false},
    {"from-outside", 0, NULL, "only callers outside the role's account (outside the organization, where it is known)",
     false},
    {"control", 0, NULL, "also through control over IAM: edit-trust, edit-permissions, take-credentials, pass-role",
     false},
    {NULL, 0, NULL, NULL, false},
};

struct chain_limits chain_options_limits(const struct command_line *line, bool *good)
{
    struct chain_limits limits = {0};
    const char *hops = command_line_value(line, "max-hops");
    char *end = NULL;
    *good = true;
    if (hops != NULL) {
        long value = strtol(hops, &end, 10);
        *good = *hops != '\0' && *end == '\0' && value >= 1 && value <= 1000;
        if (!*good)
            command_error("--max-hops takes a number from 1 to 1000");
        limits.max_hops = (uint32_t)value;
    }
    if (command_line_has(line, "direct"))
        limits.max_hops = 1;
    return limits;
}

bool chain_caller_is_outside(const struct model *model, const struct caller *caller, uint32_t role)
{
    const struct model_account *own = &model->accounts[model->principals[role].account];
    if (caller_is_federated(caller))
        return true;
    if (caller->account == NULL)
        return caller->kind != CALLER_SERVICE;
    if (strcmp(caller->account, own->id) == 0)
        return false;
    return caller->account_index == MODEL_NONE || model->accounts[caller->account_index].in_organization != FACT_YES ||
           own->in_organization != FACT_YES;
}

bool chain_rows_add(const struct chain *chain, void *context)
{
    struct chain_rows *rows = context;
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? 64 : rows->capacity * 2;
        struct chain_row *grown = realloc(rows->list, capacity * sizeof *grown);
        if (grown == NULL) {
            rows->failed = true;
            return false;
        }
        rows->list = grown;
        rows->capacity = capacity;
    }
    struct chain_row row = {chain->hop_count, arena_allocate_array(&rows->arena, chain->hop_count, sizeof(struct hop)),
                            chain->verdict, chain->residual};
    if (row.hops == NULL) {
        rows->failed = true;
        return false;
    }
    memcpy(row.hops, chain->hops, chain->hop_count * sizeof *row.hops);
    rows->list[rows->count++] = row;
    return true;
}

void chain_rows_free(struct chain_rows *rows)
{
    arena_free(&rows->arena);
    free(rows->list);
    *rows = (struct chain_rows){0};
}

static const struct caller *end_of(const struct edges *edges, const struct chain_row *row, bool towards)
{
    return &edges->nodes[towards ? row->hops[0].from : row->hops[row->hop_count - 1].to];
}

static bool uses_control(const struct edges *edges, const struct chain_row *row)
{
    for (uint32_t i = 0; i < row->hop_count; i++)
        if (edges->edges[row->hops[i].edge].kind != EDGE_ASSUME)
            return true;
    return false;
}

/* Each hop with its kind, where not all are sts:AssumeRole. */
static void print_hops(struct output *output, const struct edges *edges, const struct chain_row *row)
{
    for (uint32_t i = 0; i < row->hop_count; i++) {
        const struct edge *edge = &edges->edges[row->hops[i].edge];
        fputs("      ", output->stream);
        line_print(output, edge->kind == EDGE_ASSUME ? STYLE_PLAIN : STYLE_BAD, "%s", edge_kind_word(edge->kind));
        line_print(output, STYLE_PLAIN, " -> %s%s%s%s\n", edges->nodes[row->hops[i].to].text,
                   edge->how != NULL ? "  (" : "", edge->how != NULL ? edge->how : "", edge->how != NULL ? ")" : "");
    }
}

static void print_row(struct analysis *analysis, struct output *output, const struct chain_row *row, bool towards)
{
    const struct edges *edges = analysis->edges;
    char *who = line_caller(analysis, end_of(edges, row, towards));
    char *conditions = line_conditions(analysis, row->residual);
    const char *label = line_condition_label(analysis, row->residual);
    bool conditional = row->verdict == VERDICT_CONDITIONAL;
    fputs("  ", output->stream);
    line_print(output, conditional ? STYLE_MAYBE : STYLE_GOOD, "%s", who != NULL ? who : "");
    fputc('\n', output->stream);
    if (uses_control(edges, row)) {
        print_hops(output, edges, row);
    } else if (row->hop_count > 1) {
        struct text path = {0};
        text_append_string(&path, "via ");
        for (uint32_t i = 0; i + 1 < row->hop_count; i++)
            text_format(&path, "%s%s", i > 0 ? " -> " : "", edges->nodes[row->hops[i].to].text);
        line_paragraph(output, 6, path.data != NULL ? path.data : "");
        text_free(&path);
    }
    if (conditional) {
        struct text text = {0};
        text_format(&text, "if %s%s%s%s", conditions != NULL ? conditions : "?", label != NULL ? "  (" : "",
                    label != NULL ? label : "", label != NULL ? ")" : "");
        line_paragraph(output, 6, text.data != NULL ? text.data : "");
        text_free(&text);
    }
    free(who);
    free(conditions);
}

void chain_rows_print(struct analysis *analysis, struct output *output, const struct chain_rows *rows, bool towards)
{
    uint32_t last = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct chain_row *row = &rows->list[i];
        if (row->hop_count != last) {
            last = row->hop_count;
            if (last == 1)
                line_print(output, STYLE_BOLD, "\nDirectly:\n");
            else
                line_print(output, STYLE_BOLD, "\nThrough a chain of %u hops:\n", last);
        }
        print_row(analysis, output, row, towards);
    }
}

static int compare_rows(const void *a, const void *b)
{
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    json_int_t hops_x = json_integer_value(json_object_get(x, "hops")),
               hops_y = json_integer_value(json_object_get(y, "hops"));
    if (hops_x != hops_y)
        return hops_x < hops_y ? -1 : 1;
    const char *name_x = json_string_value(json_object_get(x, "principal")),
               *name_y = json_string_value(json_object_get(y, "principal"));
    if (name_x == NULL) {
        name_x = json_string_value(json_object_get(x, "role"));
        name_y = json_string_value(json_object_get(y, "role"));
    }
    return strcmp(name_x, name_y);
}

/* Which kind of provider it is shows in its ARN. */
static const char *json_kind(enum caller_kind kind)
{
    return kind == CALLER_SAML_PROVIDER || kind == CALLER_WEB_IDENTITY ? "federated" : caller_kind_word(kind);
}

json_t *chain_rows_json(struct analysis *analysis, const struct chain_rows *rows, bool towards)
{
    const struct edges *edges = analysis->edges;
    json_t **items = calloc(rows->count + 1, sizeof *items), *results = json_array();
    for (size_t i = 0; items != NULL && i < rows->count; i++) {
        const struct chain_row *row = &rows->list[i];
        const struct caller *end = end_of(edges, row, towards);
        json_t *chain = json_array();
        json_array_append_new(chain, json_string(edges->nodes[row->hops[0].from].text));
        json_t *kinds = json_array();
        for (uint32_t j = 0; j < row->hop_count; j++)
            json_array_append_new(chain, json_string(edges->nodes[row->hops[j].to].text));
        items[i] = json_object();
        json_object_set_new(items[i], towards ? "principal" : "role", json_string(caller_json_name(end)));
        json_object_set_new(items[i], "kind", json_string(json_kind(end->kind)));
        json_object_set_new(items[i], "verdict", json_string(verdict_word(row->verdict)));
        json_object_set_new(items[i], "hops", json_integer(row->hop_count));
        json_object_set_new(items[i], "chain", chain);
        for (uint32_t j = 0; j < row->hop_count; j++)
            json_array_append_new(kinds, json_string(edge_kind_word(edges->edges[row->hops[j].edge].kind)));
        json_object_set_new(items[i], "kinds", kinds);
        json_object_set_new(items[i], "conditions", constraint_words(analysis->pool, row->residual));
    }
    if (items != NULL && rows->count > 1)
        qsort(items, rows->count, sizeof *items, compare_rows);
    for (size_t i = 0; items != NULL && i < rows->count; i++)
        json_array_append_new(results, items[i]);
    free(items);
    return results;
}
