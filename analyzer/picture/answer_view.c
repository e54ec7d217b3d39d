#include "analyzer/picture/answer_view.h"

#include "analyzer/picture/columns.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/parts.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_MOST 7u
#define PATH_COLUMNS_MOST 12u
#define COLUMN_BOXES 8u /* a column can always have this many */
#define BOX_WIDTH 290.0

enum folding { FOLD_ALONE, FOLD_FAMILIES, FOLD_ENDS, FOLD_ACCOUNTS, FOLD_NAMES, FOLD_KINDS, FOLDINGS };

struct step {
    uint32_t from, to; /* drawn nodes */
};

struct drawing_answer {
    struct view *view;
    const struct answer_picture *answer;
    uint32_t *distance; /* per node: distance from the end that all chains share; MODEL_NONE: not drawn */
    uint32_t furthest;
    bool cut;           /* some nodes are further away than there are columns */
    struct step *steps; /* without duplicates */
    uint32_t step_count, step_room;
    struct hash_index index;
    enum folding folding[COLUMNS_MOST]; /* by column */
    struct parts parts;
    struct step *pairs; /* steps between parts, sorted */
    uint32_t pair_count;
};

/* ---- what is drawn */

static uint64_t step_hash(struct step step)
{
    return hash_number((uint64_t)step.from << 32 | step.to);
}

static void add_step(struct drawing_answer *drawn, struct step step)
{
    struct hash_probe probe = hash_index_probe(step_hash(step));
    uint32_t number;
    while ((number = hash_index_next(&drawn->index, &probe)) != HASH_INDEX_NONE)
        if (drawn->steps[number].from == step.from && drawn->steps[number].to == step.to)
            return;
    hash_index_add(&drawn->index, step_hash(step), drawn->step_count);
    ARRAY_ADD(drawn->steps, drawn->step_count, drawn->step_room, step);
}

static uint32_t drawn_node(const struct drawing_answer *drawn, uint32_t node)
{
    uint32_t vertex = blocks_vertex(drawn->view->edges, node);
    return vertex == MODEL_NONE ? node : vertex;
}

static void place(struct drawing_answer *drawn, uint32_t node, uint32_t distance)
{
    uint32_t most = COLUMNS_MOST - 1;
    drawn->cut = drawn->cut || (distance > most && drawn->answer->shape != ANSWER_PATHS);
    distance = distance < most ? distance : most;
    if (distance < drawn->distance[node])
        drawn->distance[node] = distance;
}

static void gather(struct drawing_answer *drawn)
{
    const struct chain_rows *rows = drawn->answer->rows;
    bool towards = drawn->answer->shape == ANSWER_WHO_CAN;
    for (size_t i = 0; i < rows->count; i++)
        for (uint32_t h = 0; h < rows->list[i].hop_count; h++) {
            const struct hop *hop = &rows->list[i].hops[h];
            struct step step = {drawn_node(drawn, hop->from), drawn_node(drawn, hop->to)};
            uint32_t left = rows->list[i].hop_count - h;
            place(drawn, step.from, towards ? left : h);
            place(drawn, step.to, towards ? left - 1 : h + 1);
            add_step(drawn, step);
        }
    for (uint32_t i = 0; i < drawn->view->edges->node_count; i++)
        if (drawn->distance[i] != MODEL_NONE && drawn->distance[i] > drawn->furthest)
            drawn->furthest = drawn->distance[i];
}

/* ---- parts */

static bool is_end(const struct drawing_answer *drawn, uint32_t node)
{
    return (drawn->answer->from != MODEL_NONE && node == drawn_node(drawn, drawn->answer->from)) ||
           (drawn->answer->to != MODEL_NONE && node == drawn_node(drawn, drawn->answer->to));
}

static struct part *part_of(struct drawing_answer *drawn, uint32_t node, uint32_t column)
{
    const struct model *model = drawn->view->model;
    enum folding folding = is_end(drawn, node) ? FOLD_ALONE : drawn->folding[column];
    bool role = model->principals[node].is_role, administrator = drawn->view->administrators[node];
    uint32_t account = model->principals[node].account;
    struct text key = {0}, name = {0};
    bool named = folding < FOLD_ACCOUNTS || folding == FOLD_NAMES;
    if (named && role)
        text_append_string(&name, view_family(drawn->view, node, folding >= FOLD_ENDS ? FAMILY_ENDS : FAMILY_LOOKS));
    else
        text_format(&name, "%s of %s", role ? "Roles" : "Users",
                    folding >= FOLD_NAMES ? "several accounts" : account_short_name(model, account));
    if (folding == FOLD_ALONE)
        text_format(&key, "%u node %u", column, node);
    else
        text_format(&key, "%u %d %u %s", column, named && administrator, folding >= FOLD_NAMES ? 0 : account,
                    name.data);
    struct part *part = parts_find(&drawn->parts, key.data);
    if (part->members == 0) {
        part->name = arena_copy_text(drawn->parts.arena, name.data, name.length);
        part->administrator = true;
        part->ground = folding < FOLD_ACCOUNTS ? account_short_name(model, account) : NULL;
        part->noun = role ? NOUN_ROLES : NOUN_USERS;
        part->who = !role;
    }
    part->administrator = part->administrator && administrator;
    text_free(&key);
    text_free(&name);
    return part;
}

static void make_parts(struct drawing_answer *drawn, struct flow *flow)
{
    const struct edges *edges = drawn->view->edges;
    parts_close(&drawn->parts);
    parts_open(&drawn->parts, edges, &flow->arena);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        if (drawn->distance[i] == MODEL_NONE)
            continue;
        uint32_t column =
            drawn->answer->shape == ANSWER_WHO_CAN ? drawn->furthest - drawn->distance[i] : drawn->distance[i];
        struct part *part = i < edges->model->principal_count
                                ? part_of(drawn, i, column)
                                : parts_find_outside(&drawn->parts, i, column, drawn->folding[column] == FOLD_ALONE);
        part->column = column;
        parts_add(&drawn->parts, part, i);
    }
}

/* Folds the fullest column further until everything fits, or nothing can be folded. */
static void fold(struct drawing_answer *drawn, struct flow *flow)
{
    for (;;) {
        uint32_t boxes[COLUMNS_MOST] = {0}, fullest = COLUMNS_MOST;
        make_parts(drawn, flow);
        if (drawn->parts.count <= VIEW_BOXES)
            return;
        for (uint32_t i = 0; i < drawn->parts.count; i++)
            boxes[drawn->parts.list[i].column]++;
        for (uint32_t c = 0; c < COLUMNS_MOST; c++)
            if (drawn->folding[c] < FOLD_KINDS && boxes[c] > COLUMN_BOXES &&
                (fullest == COLUMNS_MOST || boxes[c] > boxes[fullest]))
                fullest = c;
        if (fullest == COLUMNS_MOST)
            return;
        drawn->folding[fullest]++;
    }
}

static bool is_folded(const struct drawing_answer *drawn)
{
    for (uint32_t i = 0; i < drawn->parts.count; i++)
        if (drawn->parts.list[i].members > 1)
            return true;
    return false;
}

/* ---- arcs */

static int compare_steps(const void *a, const void *b)
{
    const struct step *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return (left->to > right->to) - (left->to < right->to);
}

static bool is_step(const void *context, uint32_t from, uint32_t to)
{
    const struct drawing_answer *drawn = context;
    const struct step step = {from, to};
    return from != to && drawn->pair_count > 0 &&
           bsearch(&step, drawn->pairs, drawn->pair_count, sizeof step, compare_steps) != NULL;
}

/* Only the answer's steps between two parts are drawn, but their colour comes from all steps. */
static void find_arcs(struct drawing_answer *drawn, struct flow *flow)
{
    struct blocks blocks;
    uint32_t nodes = drawn->view->edges->node_count;
    drawn->pairs = memory_zeroed(drawn->step_count, sizeof *drawn->pairs);
    for (uint32_t i = 0; i < drawn->step_count; i++)
        drawn->pairs[drawn->pair_count++] =
            (struct step){drawn->parts.of[drawn->steps[i].from], drawn->parts.of[drawn->steps[i].to]};
    qsort(drawn->pairs, drawn->pair_count, sizeof *drawn->pairs, compare_steps);
    blocks_open(&blocks, drawn->view->edges, memory_copy(drawn->parts.of, nodes, sizeof *drawn->parts.of),
                drawn->parts.count, is_step, drawn);
    severities_colour(view_severities(drawn->view), &blocks);
    flow_add_blocks(flow, &blocks);
    blocks_close(&blocks);
}

/* ---- words */

static const char *end_name(const struct drawing_answer *drawn, uint32_t node, struct flow *flow)
{
    const struct edges *edges = drawn->view->edges;
    uint32_t account = edges->nodes[node].account_index;
    const char *name = node_short_name(edges, node);
    return account == MODEL_NONE || edges->nodes[node].kind == CALLER_ACCOUNT
               ? name
               : flow_text(flow, "%s of %s", name, account_short_name(edges->model, account));
}

static void describe_columns(const struct drawing_answer *drawn, struct flow *flow)
{
    bool towards = drawn->answer->shape == ANSWER_WHO_CAN;
    if (drawn->answer->shape == ANSWER_PATHS) {
        columns_assign(flow, PATH_COLUMNS_MOST);
        for (uint32_t c = 0; c < flow->column_count; c++)
            flow->columns[c] = (struct flow_column){c == 0                        ? "FROM"
                                                    : c + 1 == flow->column_count ? "TO"
                                                                                  : "THEN",
                                                    BOX_WIDTH};
        return;
    }
    flow->column_count = drawn->furthest + 1;
    for (uint32_t c = 0; c < flow->column_count; c++) {
        uint32_t distance = towards ? drawn->furthest - c : c;
        flow->columns[c].width = BOX_WIDTH;
        flow->columns[c].head = distance == 0   ? (towards ? "ROLE" : "WHO")
                                : distance == 1 ? (towards ? "CAN ASSUME IT" : "CAN ASSUME")
                                : towards       ? flow_text(flow, "%u HOPS BEFORE", distance)
                                                : "THEN";
    }
}

static const char *numbers(const struct drawing_answer *drawn, struct flow *flow)
{
    const struct chain_rows *rows = drawn->answer->rows;
    uint32_t direct = 0, conditional = 0;
    for (size_t i = 0; i < rows->count; i++) {
        direct += rows->list[i].hop_count == 1;
        conditional += rows->list[i].verdict != VERDICT_ALLOWED;
    }
    const char *noun = drawn->answer->shape == ANSWER_WHO_CAN ? "principal" : "role";
    if (rows->count == 0)
        return drawn->answer->shape == ANSWER_PATHS ? "There is no chain." : "There is none.";
    const char *under =
        conditional == 0 ? "" : flow_text(flow, "; %s under a condition", flow_number(flow, conditional));
    if (drawn->answer->shape == ANSWER_PATHS)
        return flow_text(flow, "%s chain%s%s.", flow_number(flow, (uint32_t)rows->count), text_plural(rows->count),
                         under);
    return flow_text(flow, "%s %s%s: %s directly, %s through other roles%s.", flow_number(flow, (uint32_t)rows->count),
                     noun, text_plural(rows->count), flow_number(flow, direct),
                     flow_number(flow, (uint32_t)rows->count - direct), under);
}

static void describe(struct drawing_answer *drawn, struct flow *flow)
{
    const struct answer_picture *answer = drawn->answer;
    flow->title =
        answer->shape == ANSWER_WHO_CAN ? flow_text(flow, "Who can become %s", end_name(drawn, answer->to, flow))
        : answer->shape == ANSWER_REACH
            ? flow_text(flow, "What %s can become", end_name(drawn, answer->from, flow))
            : flow_text(flow, "From %s to %s", end_name(drawn, answer->from, flow), end_name(drawn, answer->to, flow));
    flow->legend = "Worst trust finding on the step";
    flow->dashed = "every step has a condition (MFA, token subject, external ID)";
    flow_say(flow, frame_origin(&flow->arena, drawn->view->model));
    flow_say(flow, numbers(drawn, flow));
    parts_count_critical(&drawn->parts, view_severities(drawn->view));
    parts_describe(&drawn->parts, flow);
    for (uint32_t i = 0; i < flow->box_count; i++)
        flow->boxes[i].focused = is_end(drawn, drawn->parts.list[i].sample[0]);
    find_arcs(drawn, flow);
    parts_describe_arcs(flow);
    describe_columns(drawn, flow);
    flow_limit(flow, FLOW_MOST_ARCS);
    if (answer->shape != ANSWER_PATHS && answer->rows->count > 0)
        flow_leave_out(flow, "For each, the most certain chain is drawn; of several, the shortest.");
    if (drawn->cut)
        flow_leave_out(flow, "The last column holds everything that is 6 or more hops away.");
    if (is_folded(drawn))
        flow_leave_out(flow, "Similar ones share a box with a count.");
}

void view_answer(struct view *view, const struct answer_picture *answer, struct flow *flow)
{
    struct drawing_answer drawn = {.view = view, .answer = answer};
    uint32_t nodes = view->edges->node_count;
    drawn.distance = memory_get(nodes * sizeof *drawn.distance);
    for (uint32_t i = 0; i < nodes; i++)
        drawn.distance[i] = MODEL_NONE;
    if (answer->to != MODEL_NONE && answer->shape == ANSWER_WHO_CAN)
        place(&drawn, drawn_node(&drawn, answer->to), 0);
    if (answer->from != MODEL_NONE && answer->rows->count > 0)
        place(&drawn, drawn_node(&drawn, answer->from), 0);
    gather(&drawn);
    view_forget_names(view);
    for (uint32_t i = 0; i < view->model->principal_count; i++)
        if (drawn.distance[i] != MODEL_NONE && view->model->principals[i].is_role)
            view_count_name(view, i);
    fold(&drawn, flow);
    describe(&drawn, flow);
    parts_close(&drawn.parts);
    hash_index_free(&drawn.index);
    free(drawn.distance);
    free(drawn.steps);
    free(drawn.pairs);
}

bool answer_is_picture(const struct output *output)
{
    return strcmp(output->format, "text") != 0 && strcmp(output->format, "json") != 0;
}

bool answer_print_picture(struct analysis *analysis, const struct answer_picture *answer, struct output *output)
{
    struct view view;
    struct flow flow = {0};
    view_open(&view, analysis, analysis->edges);
    view_answer(&view, answer, &flow);
    bool good = flow_print(&flow, analysis, output);
    flow_free(&flow);
    view_close(&view);
    return good;
}
