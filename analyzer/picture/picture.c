#include "analyzer/picture/picture.h"
#include "analyzer/picture/picture_fold.h"
#include "analyzer/picture/picture_words.h"
#include "graph/control/control_edges.h"
#include <stdlib.h>
#include <string.h>

static bool say(struct picture *picture, const char *sentence)
{
    if (!sentence)
        return false;
    if (picture->caption_count < sizeof picture->caption / sizeof *picture->caption)
        picture->caption[picture->caption_count++] = sentence;
    return true;
}

/* ---- how far to collapse */

static bool step_names(struct fold *fold, uint32_t maximum, bool *took)
{
    (void)maximum;
    fold_reset(fold);
    uint32_t before = fold->block_count;
    if (!fold_names(fold, 3))
        return false;
    *took = fold->block_count < before;
    return fold_twins(fold, 2, true) && fold_services(fold, 2);
}

static bool step_sinks(struct fold *fold, uint32_t maximum, bool *took)
{
    uint32_t before = fold->block_count;
    (void)maximum;
    if (!fold_ends(fold, false))
        return false;
    *took = fold->block_count < before;
    return fold_twins(fold, 2, true);
}

static bool step_callers(struct fold *fold, uint32_t maximum, bool *took)
{
    uint32_t before = fold->block_count;
    (void)maximum;
    if (!fold_ends(fold, true))
        return false;
    *took = fold->block_count < before;
    return fold_twins(fold, 2, true);
}

static bool step_accounts(struct fold *fold, uint32_t maximum, bool *took)
{
    (void)maximum;
    *took = true;
    fold_reset(fold);
    return fold_accounts(fold);
}

static bool step_outside(struct fold *fold, uint32_t maximum, bool *took)
{
    uint32_t before = fold->block_count;
    (void)maximum;
    bool good = fold_outside(fold);
    *took = fold->block_count < before;
    return good;
}

static bool step_rest(struct fold *fold, uint32_t maximum, bool *took)
{
    *took = true;
    return fold_rest(fold, maximum);
}

static const struct {
    bool (*take)(struct fold *fold, uint32_t maximum, bool *took);
    const char *sentence; /* of what it takes away, if it finds something */
    bool accounts;        /* nodes are accounts from here on */
} steps[] = {
    {step_names, "Too large to draw whole: roles of one name in three or more accounts are drawn as one.", false},
    {step_sinks, "Too large to draw whole: roles of one account that lead nowhere further are drawn as one.", false},
    {step_callers, "Too large to draw whole: principals of one account that nobody becomes are drawn as one.", false},
    {step_accounts, "Too large to draw whole: each account is drawn as one node.", true},
    {step_outside, "Too large to draw whole: outside parties of one kind are drawn as one.", true},
    {step_rest, "Too large to draw whole: all but the busiest nodes are drawn as one.", true},
};

/* Beyond so many nodes two that are alike are drawn as one; up to it from three on. */
#define MANY_NODES 100

/* Dense graphs take a layout as long as large ones. */
static bool too_large(const struct fold *fold, uint32_t maximum)
{
    return fold->block_count > maximum || fold->arc_count > 4 * (uint64_t)maximum;
}

static bool collapse(struct picture *picture, struct fold *fold, const struct picture_options *options, bool *accounts)
{
    uint32_t maximum = options->maximum_nodes ? options->maximum_nodes : PICTURE_MAXIMUM_NODES;
    size_t step = 0, count = sizeof steps / sizeof *steps;

    if (*accounts) {
        if (!fold_accounts(fold))
            return false;
        while (step < count && steps[step].take != step_outside)
            step++;
    } else if (!fold_twins(fold, 3, false) || !fold_services(fold, 4) ||
               (fold->block_count > MANY_NODES && !fold_twins(fold, 2, false))) {
        return false;
    }
    picture->first_warning = picture->caption_count;
    for (; step < count && too_large(fold, maximum); step++) {
        /* The last step cuts nodes; many edges among few nodes are drawn as they are. */
        if (steps[step].take == step_rest && fold->block_count <= maximum)
            break;
        bool took = false;
        if (!steps[step].take(fold, maximum, &took))
            return false;
        *accounts = steps[step].accounts;
        if (steps[step].take == step_accounts || steps[step].take == step_names || *accounts)
            picture->caption_count = picture->first_warning;
        if (took && !say(picture, steps[step].sentence))
            return false;
    }
    return true;
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
    if (caller->account_index == MODEL_NONE && caller->account)
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
        return PICTURE_ROLE;
    case CALLER_ACCOUNT:
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

static bool describe_node(struct picture *picture, const struct fold *fold, uint32_t block, const uint32_t *vertices,
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
    return node->id && node->label && node->tooltip;
}

/* The vertices of all blocks, block after block: first[block] is where a block's begin. malloc'ed; NULL on failure. */
static uint32_t *list_vertices(const struct fold *fold, uint32_t **first)
{
    uint32_t blocks = fold->block_count, drawn = 0;
    uint32_t *offset = calloc((size_t)blocks + 1, sizeof *offset), *list;

    for (uint32_t b = 0; offset && b < blocks; b++) {
        offset[b] = drawn;
        drawn += fold->members[b];
    }
    list = calloc((size_t)drawn + 1, sizeof *list);
    if (!offset || !list) {
        free(offset);
        free(list);
        return NULL;
    }
    for (uint32_t node = 0; node < fold->edges->node_count; node++) {
        if (fold->block[node] != MODEL_NONE)
            list[offset[fold->block[node]]++] = node;
    }
    for (uint32_t b = 0; b < blocks; b++)
        offset[b] -= fold->members[b];
    *first = offset;
    return list;
}

static bool describe_nodes(struct picture *picture, const struct fold *fold, bool accounts)
{
    uint32_t *first, *list = list_vertices(fold, &first);
    bool good = list != NULL;

    for (uint32_t b = 0; good && b < fold->block_count; b++)
        good = describe_node(picture, fold, b, list + first[b], accounts);
    if (list) {
        free(first);
        free(list);
    }
    return good;
}

static bool describe_clusters(struct picture *picture, const struct fold *fold)
{
    const struct model *model = fold->edges->model;
    uint32_t *cluster = malloc(((size_t)model->account_count + 1) * sizeof *cluster);
    bool good = cluster != NULL;

    for (uint32_t a = 0; good && a < model->account_count; a++)
        cluster[a] = PICTURE_OUTSIDE;
    for (uint32_t b = 0; good && b < fold->block_count; b++) {
        if (fold->account[b] != MODEL_NONE)
            cluster[fold->account[b]] = 0;
    }
    for (uint32_t a = 0; good && a < model->account_count; a++) {
        struct picture_cluster *c = &picture->clusters[picture->cluster_count];
        if (cluster[a] == PICTURE_OUTSIDE)
            continue;
        cluster[a] = picture->cluster_count++;
        c->id = words_format(&picture->arena, "cluster_%s", model->accounts[a].id);
        c->label = words_account(&picture->arena, model, a);
        c->accent = account_accent(model, a);
        good = c->id && c->label;
    }
    for (uint32_t b = 0; good && b < fold->block_count; b++) {
        if (fold->account[b] != MODEL_NONE)
            picture->nodes[b].cluster = cluster[fold->account[b]];
    }
    free(cluster);
    return good;
}

static bool describe_edge(struct picture *picture, const struct fold *fold, const struct arc *arc,
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
    if (condition && condition[0] == '\0') {
        const char *from = picture->nodes[arc->from].tooltip, *to = picture->nodes[arc->to].tooltip;
        struct text text = {0};
        text_append_string(&text, from);
        text_append_string(&text, " → ");
        text_append_string(&text, to);
        edge->tooltip = words_keep(&picture->arena, &text);
    }
    return edge->label && edge->tooltip;
}

/* ---- the caption */

static bool caption_left_out(struct picture *picture, const struct fold *fold, const struct picture_options *options)
{
    struct arena *arena = &picture->arena;
    uint32_t users = fold->undrawn_users, roles = fold->undrawn_roles;

    if (options->focus_count > 0)
        return say(picture, words_format(arena, "Everything within %u hop%s of the focus, in both directions.",
                                         options->hops, options->hops == 1 ? "" : "s"));
    const char *role_words = words_format(arena, "%u role%s", roles, roles == 1 ? "" : "s"),
               *user_words = words_format(arena, "%u user%s", users, users == 1 ? "" : "s");
    if (role_words == NULL || user_words == NULL)
        return false;
    if (users + roles > 0 &&
        !say(picture, words_format(arena, "Not drawn: %s%s%s that no edge touches.", roles > 0 ? role_words : "",
                                   roles > 0 && users > 0 ? " and " : "", users > 0 ? user_words : "")))
        return false;
    if (fold->redundant > 0 &&
        !say(picture, words_format(arena, "Not drawn: %u edge%s of others into roles that anyone may assume.",
                                   fold->redundant, fold->redundant == 1 ? "" : "s")))
        return false;
    if (fold->administration > 0 &&
        !say(picture, words_format(arena, "Not drawn: the control of administrators over their own account (%u edges).",
                                   fold->administration)))
        return false;
    return true;
}

static bool caption_together(struct picture *picture)
{
    uint32_t together = 0, nodes = 0;

    for (uint32_t i = 0; i < picture->node_count; i++) {
        if (picture->nodes[i].members > 1) {
            together += picture->nodes[i].members;
            nodes++;
        }
    }
    if (nodes == 0 || picture->first_warning < picture->caption_count)
        return true;
    if (!say(picture, words_format(&picture->arena, "%u principals and services that are alike are drawn as %u node%s.",
                                   together, nodes, nodes == 1 ? "" : "s")))
        return false;
    picture->first_warning = picture->caption_count;
    return true;
}

static bool draw(struct picture *picture, struct fold *fold, const struct picture_options *options)
{
    bool accounts = options->accounts;

    picture->title =
        accounts ? "Which account's principals can assume roles of which account" : "Who can assume which role";
    if (!caption_left_out(picture, fold, options) || !collapse(picture, fold, options, &accounts))
        return false;
    picture->nodes = arena_allocate_array(&picture->arena, fold->block_count, sizeof *picture->nodes);
    picture->clusters = arena_allocate_array(&picture->arena, fold->block_count, sizeof *picture->clusters);
    picture->edges = arena_allocate_array(&picture->arena, fold->arc_count, sizeof *picture->edges);
    if (!picture->nodes || !picture->clusters || !picture->edges)
        return false;
    picture->node_count = fold->block_count;
    picture->edge_count = fold->arc_count;
    if (!describe_nodes(picture, fold, accounts) || (!accounts && !describe_clusters(picture, fold)))
        return false;
    for (uint32_t i = 0; i < fold->arc_count; i++) {
        if (!describe_edge(picture, fold, &fold->arcs[i], &picture->edges[i]))
            return false;
    }
    if (picture->edge_count == 0 && !say(picture, "No role can be assumed by anybody here."))
        return false;
    return accounts || caption_together(picture);
}

struct picture *picture_new(const struct edges *edges, const struct picture_options *options)
{
    struct picture *picture = calloc(1, sizeof *picture);
    struct fold fold;

    if (!picture)
        return NULL;
    if (!fold_open(&fold, edges, options->administrators, options->focus_count > 0)) {
        free(picture);
        return NULL;
    }
    if ((options->focus_count > 0 && !fold_focus(&fold, options->focus, options->focus_count, options->hops)) ||
        !draw(picture, &fold, options)) {
        picture_free(picture);
        picture = NULL;
    }
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
