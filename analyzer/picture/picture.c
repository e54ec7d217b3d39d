#include "analyzer/picture/picture.h"
#include "analyzer/picture/fold.h"
#include "analyzer/picture/picture_words.h"
#include "graph/control/control_edges.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static void say_of(struct picture *picture, const char *sentence, bool too_large)
{
    if (picture->caption_count < sizeof picture->caption / sizeof *picture->caption)
        picture->caption[picture->caption_count++] = (struct picture_caption){sentence, too_large};
}

static void say(struct picture *picture, const char *sentence)
{
    say_of(picture, sentence, false);
}

/* ---- how far to collapse */

/* The steps: each says whether it found something to draw as one. */

static bool step_names(struct fold *fold, uint32_t maximum)
{
    (void)maximum;
    fold_reset(fold);
    uint32_t before = fold->block_count;
    fold_names(fold, 3);
    bool took = fold->block_count < before;
    fold_twins(fold, 2, true);
    fold_services(fold, 2);
    return took;
}

static bool step_ends(struct fold *fold, bool callers)
{
    uint32_t before = fold->block_count;
    fold_ends(fold, callers);
    bool took = fold->block_count < before;
    fold_twins(fold, 2, true);
    return took;
}

static bool step_sinks(struct fold *fold, uint32_t maximum)
{
    (void)maximum;
    return step_ends(fold, false);
}

static bool step_callers(struct fold *fold, uint32_t maximum)
{
    (void)maximum;
    return step_ends(fold, true);
}

static bool step_accounts(struct fold *fold, uint32_t maximum)
{
    (void)maximum;
    fold_reset(fold);
    fold_accounts(fold);
    return true;
}

static bool step_outside(struct fold *fold, uint32_t maximum)
{
    uint32_t before = fold->block_count;
    (void)maximum;
    fold_outside(fold);
    return fold->block_count < before;
}

static bool step_rest(struct fold *fold, uint32_t maximum)
{
    fold_rest(fold, maximum);
    return true;
}

static const struct {
    bool (*take)(struct fold *fold, uint32_t maximum);
    const char *sentence; /* of what it takes away, if it finds something */
    bool begins_anew;     /* what the steps before said is true no more */
    bool accounts;        /* nodes are accounts from here on */
} steps[] = {
    {step_names, "Too large to draw whole: roles of one name in three or more accounts are drawn as one.", true, false},
    {step_sinks, "Too large to draw whole: roles of one account that lead nowhere further are drawn as one.", false,
     false},
    {step_callers, "Too large to draw whole: principals of one account that nobody becomes are drawn as one.", false,
     false},
    {step_accounts, "Too large to draw whole: each account is drawn as one node.", true, true},
    {step_outside, "Too large to draw whole: outside parties of one kind are drawn as one.", true, true},
    {step_rest, "Too large to draw whole: all but the busiest nodes are drawn as one.", true, true},
};

/* Beyond so many nodes two that are alike are drawn as one; up to it from three on. */
#define MANY_NODES 100

/* Dense graphs take a layout as long as large ones. */
static bool too_large(const struct fold *fold, uint32_t maximum)
{
    return fold->block_count > maximum || fold->arc_count > 4 * (uint64_t)maximum;
}

static void collapse(struct picture *picture, struct fold *fold, const struct picture_options *options, bool *accounts)
{
    uint32_t maximum = options->maximum_nodes ? options->maximum_nodes : PICTURE_MAXIMUM_NODES;
    uint32_t said = picture->caption_count;
    size_t step = 0, count = sizeof steps / sizeof *steps;

    if (*accounts) {
        fold_accounts(fold);
        while (step < count && steps[step].take != step_outside)
            step++;
    } else {
        fold_twins(fold, 3, false);
        fold_services(fold, 4);
        if (fold->block_count > MANY_NODES)
            fold_twins(fold, 2, false);
    }
    for (; step < count && too_large(fold, maximum); step++) {
        /* The last step cuts nodes; many edges among few nodes are drawn as they are. */
        if (steps[step].take == step_rest && fold->block_count <= maximum)
            break;
        bool took = steps[step].take(fold, maximum);
        *accounts = steps[step].accounts;
        if (steps[step].begins_anew)
            picture->caption_count = said;
        if (took)
            say_of(picture, steps[step].sentence, true);
    }
}

/* ---- nodes, clusters, edges */

static enum picture_accent account_accent(const struct model *model, uint32_t account)
{
    const struct model_account *a;

    if (account == MODEL_NONE)
        return ACCENT_NONE;
    a = &model->accounts[account];
    if (a->detail != ACCOUNT_NOT_EXPORTED || a->in_organization == FACT_YES)
        return ACCENT_NONE;
    return ACCENT_EXTERNAL;
}

static enum picture_accent caller_accent(const struct edges *edges, const struct caller *caller)
{
    if (caller->kind == CALLER_ANYONE)
        return ACCENT_PUBLIC;
    if (caller->account_index == MODEL_NONE && !caller_is_own_members(edges->model, caller) &&
        (caller->account || caller->kind == CALLER_ORGANIZATION || caller_is_pattern(caller) ||
         caller->kind == CALLER_UNIQUE_ID))
        return ACCENT_EXTERNAL;
    return account_accent(edges->model, caller->account_index);
}

static enum picture_shape caller_shape(const struct caller *caller)
{
    switch (caller->kind) {
    case CALLER_USER:
    case CALLER_ROOT_USER:
    case CALLER_FEDERATED_USER:
        return PICTURE_USER;
    case CALLER_ROLE:
    case CALLER_ROLE_SESSION:
    case CALLER_UNIQUE_ID:
    case CALLER_KNOWN_LATER:
        return PICTURE_ROLE;
    case CALLER_ACCOUNT:
    case CALLER_ORGANIZATION:
    case CALLER_ACCOUNTS_LIKE:
    case CALLER_ORGANIZATIONS_LIKE:
        return PICTURE_ACCOUNT;
    case CALLER_ANYONE:
        return PICTURE_ANYONE;
    case CALLER_SERVICE:
        return PICTURE_SERVICE;
    case CALLER_SAML_PROVIDER:
    case CALLER_WEB_IDENTITY:
        break;
    }
    return PICTURE_PROVIDER;
}

static void describe_node(struct picture *picture, const struct fold *fold, uint32_t block, const uint32_t *vertices,
                          bool accounts)
{
    const struct edges *edges = fold->edges;
    const struct caller *caller = &edges->nodes[vertices[0]];
    struct picture_node *node = &picture->nodes[block];
    uint32_t count = fold->members[block];

    /* A provider is no principal of the account that it is set up in. */
    accounts = accounts && caller_shape(caller) != PICTURE_PROVIDER;
    node->id = words_node_id(&picture->arena, edges, vertices, count);
    node->label = words_node(&picture->arena, edges, vertices, count, accounts);
    node->tooltip = words_node_tooltip(&picture->arena, edges, vertices, count);
    node->shape = accounts && caller->account_index != MODEL_NONE ? PICTURE_ACCOUNT : caller_shape(caller);
    node->accent = caller_accent(edges, caller);
    node->exported = caller->principal != MODEL_NONE || !caller->account ||
                     (node->shape == PICTURE_PROVIDER && caller->account_index != MODEL_NONE &&
                      edges->model->accounts[caller->account_index].detail != ACCOUNT_NOT_EXPORTED);
    node->administrator = !accounts && caller->principal != MODEL_NONE;
    node->members = count;
    node->cluster = PICTURE_OUTSIDE;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t principal = edges->nodes[vertices[i]].principal;
        node->administrator = node->administrator && fold_is_administrator(fold, principal);
        node->focused = node->focused || fold->focused[vertices[i]];
    }
}

/* The vertices of all blocks, block after block: first[block] is where a block's begin. */
static uint32_t *list_vertices(const struct fold *fold, uint32_t *first)
{
    uint32_t drawn = 0;

    for (uint32_t b = 0; b < fold->block_count; b++) {
        first[b] = drawn;
        drawn += fold->members[b];
    }
    uint32_t *list = memory_zeroed(drawn, sizeof *list);
    for (uint32_t node = 0; node < fold->edges->node_count; node++) {
        if (fold->block[node] != MODEL_NONE)
            list[first[fold->block[node]]++] = node;
    }
    for (uint32_t b = 0; b < fold->block_count; b++)
        first[b] -= fold->members[b];
    return list;
}

static void describe_nodes(struct picture *picture, const struct fold *fold, bool accounts)
{
    uint32_t *first = memory_zeroed(fold->block_count, sizeof *first), *list = list_vertices(fold, first);

    for (uint32_t b = 0; b < fold->block_count; b++)
        describe_node(picture, fold, b, list + first[b], accounts);
    free(first);
    free(list);
}

static void describe_clusters(struct picture *picture, const struct fold *fold)
{
    const struct model *model = fold->edges->model;
    bool *drawn = memory_zeroed(model->account_count, sizeof *drawn);
    uint32_t *cluster = memory_zeroed(model->account_count, sizeof *cluster);

    for (uint32_t b = 0; b < fold->block_count; b++) {
        if (fold->account[b] != MODEL_NONE)
            drawn[fold->account[b]] = true;
    }
    for (uint32_t a = 0; a < model->account_count; a++) {
        struct picture_cluster *c = &picture->clusters[picture->cluster_count];
        if (!drawn[a])
            continue;
        cluster[a] = picture->cluster_count++;
        c->id = words_format(&picture->arena, "cluster_%s", model->accounts[a].id);
        c->label = words_account(&picture->arena, model, a);
        c->accent = account_accent(model, a);
    }
    for (uint32_t b = 0; b < fold->block_count; b++) {
        if (fold->account[b] != MODEL_NONE)
            picture->nodes[b].cluster = cluster[fold->account[b]];
    }
    free(drawn);
    free(cluster);
}

static void describe_edge(struct picture *picture, const struct fold *fold, const struct arc *arc,
                          struct picture_edge *edge)
{
    const char *condition = words_condition_tooltip(&picture->arena, fold->edges, arc);

    edge->from = arc->from;
    edge->to = arc->to;
    edge->conditional = arc->sure == 0;
    edge->accent = picture->nodes[arc->from].accent;
    edge->control = arc->control == arc->sure + arc->conditional;
    edge->chained = arc->chained;
    edge->label = edge->control ? edge_kind_word(arc->kind) : words_condition(&picture->arena, fold->edges, arc);
    edge->tooltip = condition;
    if (condition[0] == '\0') {
        const char *from = picture->nodes[arc->from].tooltip, *to = picture->nodes[arc->to].tooltip;
        struct text text = {0};
        text_append_string(&text, from);
        text_append_string(&text, " → ");
        text_append_string(&text, to);
        edge->tooltip = words_keep(&picture->arena, &text);
    }
}

/* ---- the caption */

static void caption_left_out(struct picture *picture, const struct fold *fold, const struct picture_options *options)
{
    struct arena *arena = &picture->arena;
    uint32_t users = fold->undrawn_users, roles = fold->undrawn_roles;

    if (options->focus_count > 0) {
        say(picture, words_format(arena, "Everything within %u hop%s of the focus, in both directions.", options->hops,
                                  text_plural(options->hops)));
        return;
    }
    const char *role_words = words_format(arena, "%u role%s", roles, text_plural(roles)),
               *user_words = words_format(arena, "%u user%s", users, text_plural(users));
    if (users + roles > 0)
        say(picture, words_format(arena, "Not drawn: %s%s%s that no edge touches.", roles > 0 ? role_words : "",
                                  roles > 0 && users > 0 ? " and " : "", users > 0 ? user_words : ""));
    if (fold->redundant > 0)
        say(picture, words_format(arena, "Not drawn: %u edge%s of others into roles that anyone may assume.",
                                  fold->redundant, text_plural(fold->redundant)));
    if (fold->administration > 0)
        say(picture, words_format(arena, "Not drawn: the control of administrators over their own account (%u edges).",
                                  fold->administration));
}

/* Unless it was too large, which says more. */
static void caption_together(struct picture *picture)
{
    uint32_t together = 0, nodes = 0;

    for (uint32_t i = 0; i < picture->node_count; i++) {
        if (picture->nodes[i].members > 1) {
            together += picture->nodes[i].members;
            nodes++;
        }
    }
    for (uint32_t i = 0; i < picture->caption_count; i++)
        if (picture->caption[i].too_large)
            return;
    if (nodes > 0 && picture->edge_count > 0)
        say(picture, words_format(&picture->arena, "%u principals and services that are alike are drawn as %u node%s.",
                                  together, nodes, text_plural(nodes)));
}

static void draw(struct picture *picture, struct fold *fold, const struct picture_options *options)
{
    bool accounts = options->accounts;

    picture->title =
        accounts ? "Which account's principals can assume roles of which account" : "Who can assume which role";
    caption_left_out(picture, fold, options);
    collapse(picture, fold, options, &accounts);
    picture->nodes = arena_allocate_array(&picture->arena, fold->block_count, sizeof *picture->nodes);
    picture->clusters = arena_allocate_array(&picture->arena, fold->block_count, sizeof *picture->clusters);
    picture->edges = arena_allocate_array(&picture->arena, fold->arc_count, sizeof *picture->edges);
    picture->node_count = fold->block_count;
    picture->edge_count = fold->arc_count;
    describe_nodes(picture, fold, accounts);
    if (!accounts)
        describe_clusters(picture, fold);
    for (uint32_t i = 0; i < fold->arc_count; i++)
        describe_edge(picture, fold, &fold->arcs[i], &picture->edges[i]);
    if (picture->edge_count == 0)
        say(picture, "No role can be assumed by anybody here.");
    if (!accounts)
        caption_together(picture);
}

struct picture *picture_new(const struct edges *edges, const struct picture_options *options)
{
    struct picture *picture = memory_zeroed(1, sizeof *picture);
    struct fold fold;

    fold_open(&fold, edges, options->administrators, options->focus_count > 0);
    if (options->focus_count > 0)
        fold_focus(&fold, options->focus, options->focus_count, options->hops);
    draw(picture, &fold, options);
    fold_close(&fold);
    return picture;
}

void picture_free(struct picture *picture)
{
    if (!picture)
        return;
    arena_free(&picture->arena);
    free(picture);
}
