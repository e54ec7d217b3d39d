#include "analyzer/picture/fold.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* Which node an edge's end is drawn as: a session that a policy names as its role, an exported account as nothing (its
 * principals have edges of their own). */
static uint32_t vertex_of(const struct edges *edges, uint32_t node)
{
    const struct caller *caller = &edges->nodes[node];

    if (caller->kind == CALLER_ROLE_SESSION && caller->principal != MODEL_NONE)
        return caller->principal;
    if (caller->kind == CALLER_ACCOUNT && caller->account_index != MODEL_NONE &&
        edges->model->accounts[caller->account_index].detail == ACCOUNT_FULL)
        return MODEL_NONE;
    return node;
}

static uint32_t vertex_account(const struct edges *edges, uint32_t node)
{
    switch (edges->nodes[node].kind) {
    case CALLER_USER:
    case CALLER_ROLE:
    case CALLER_ROLE_SESSION:
    case CALLER_ROOT_USER:
    case CALLER_FEDERATED_USER:
        return edges->nodes[node].account_index;
    case CALLER_ACCOUNT:
    case CALLER_ANYONE:
    case CALLER_ORGANIZATION:
    case CALLER_KNOWN_LATER:
    case CALLER_ACCOUNTS_LIKE:
    case CALLER_ORGANIZATIONS_LIKE:
    case CALLER_UNIQUE_ID:
    case CALLER_SERVICE:
    case CALLER_SAML_PROVIDER:
    case CALLER_WEB_IDENTITY:
        break;
    }
    return MODEL_NONE;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct arc *left = a, *right = b;

    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    if (left->to != right->to)
        return left->to < right->to ? -1 : 1;
    return 0;
}

/* By pair; those of one pair stay in the order in which they were found, which qsort does not promise. */
static int compare_arcs(const void *a, const void *b)
{
    const struct arc *left = a, *right = b;
    int pairs = compare_pairs(left, right);

    return pairs != 0 ? pairs : (left->place > right->place) - (left->place < right->place);
}

/* Sorts and adds up arcs of the same pair; returns how many are left. */
static uint32_t merge_arcs(struct arc *arcs, uint32_t count)
{
    uint32_t kept = 0;

    if (count == 0)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        arcs[i].place = i;
    qsort(arcs, count, sizeof *arcs, compare_arcs);
    for (uint32_t i = 1; i < count; i++) {
        struct arc *last = &arcs[kept];
        if (compare_pairs(last, &arcs[i]) != 0) {
            arcs[++kept] = arcs[i];
            continue;
        }
        if (last->conditional == 0)
            last->residual = arcs[i].residual;
        else if (arcs[i].conditional > 0 && arcs[i].residual != last->residual)
            last->residual = FOLD_VARIOUS;
        last->sure += arcs[i].sure;
        last->conditional += arcs[i].conditional;
        if (last->control == 0)
            last->kind = arcs[i].kind;
        last->control += arcs[i].control;
        last->chained = last->chained || arcs[i].chained;
    }
    return kept + 1;
}

/* first, members, account and arcs from block. */
static void describe_blocks(struct fold *fold)
{
    uint32_t blocks = fold->block_count, count = 0;

    for (uint32_t b = 0; b < blocks; b++) {
        fold->first[b] = MODEL_NONE;
        fold->members[b] = 0;
    }
    for (uint32_t node = 0; node < fold->edges->node_count; node++) {
        uint32_t b = fold->block[node], account = vertex_account(fold->edges, node);
        if (b == MODEL_NONE)
            continue;
        if (fold->members[b]++ == 0) {
            fold->first[b] = node;
            fold->account[b] = account;
        } else if (fold->account[b] != account) {
            fold->account[b] = MODEL_NONE;
        }
    }
    for (uint32_t i = 0; i < fold->base_count; i++) {
        struct arc arc = fold->base[i];
        arc.from = fold->block[arc.from];
        arc.to = fold->block[arc.to];
        if (arc.from != MODEL_NONE && arc.to != MODEL_NONE && arc.from != arc.to)
            fold->arcs[count++] = arc;
    }
    fold->arc_count = merge_arcs(fold->arcs, count);
}

void fold_reset(struct fold *fold)
{
    uint32_t next = 0;

    for (uint32_t node = 0; node < fold->edges->node_count; node++) {
        if (fold->block[node] != MODEL_NONE)
            fold->block[node] = next++;
    }
    fold->block_count = next;
    describe_blocks(fold);
}

/* A block for each vertex that a base arc touches or that is in focus. */
static void draw_touched(struct fold *fold)
{
    const struct edges *edges = fold->edges;

    for (uint32_t node = 0; node < edges->node_count; node++)
        fold->block[node] = fold->focused[node] ? 0 : MODEL_NONE;
    for (uint32_t i = 0; i < fold->base_count; i++)
        fold->block[fold->base[i].from] = fold->block[fold->base[i].to] = 0;
    fold_reset(fold);
}

/* The base arc of one step. A pair may come over several edges; the exact one counts. Steps of a session are drawn
 * from its role, and only where they are not among the first `own` arcs already. */
static void gather_hop(struct fold *fold, const struct hop *hop, uint32_t vertex, bool public, bool redundant,
                       uint32_t own)
{
    const struct edges *edges = fold->edges;
    const struct edge *edge = &edges->edges[hop->edge];
    bool session = vertex != hop->from, control = edge->kind != EDGE_ASSUME;
    struct arc arc = {
        .from = vertex, .to = hop->to, .residual = edge->residual, .control = control, .kind = edge->kind};

    if (!control && edge != edges_between(edges, hop->from, hop->to))
        return;
    if (arc.from == arc.to) {
        fold->loops++;
        return;
    }
    if (control && !redundant && fold_is_administrator(fold, edges->nodes[hop->from].principal) &&
        edges->nodes[hop->from].account_index == edges->nodes[hop->to].account_index) {
        fold->administration++;
        return;
    }
    if (public && edges->nodes[hop->from].kind != CALLER_ANYONE) {
        fold->redundant++;
        return;
    }
    if (edge->verdict != VERDICT_ALLOWED || session)
        arc.conditional = 1;
    else
        arc.sure = 1;
    if (own == 0 || !bsearch(&arc, fold->base, own, sizeof arc, compare_pairs))
        ARRAY_ADD(fold->base, fold->base_count, fold->base_room, arc);
}

/* By node: whether anyone may assume it, whatever the conditions of others. */
static bool *find_public(const struct edges *edges)
{
    bool *public = memory_zeroed(edges->node_count, sizeof *public);
    struct hop_cursor cursor;
    struct hop hop;

    for (uint32_t node = 0; node < edges->node_count; node++) {
        if (edges->nodes[node].kind != CALLER_ANYONE)
            continue;
        hop_cursor_begin(&cursor, edges, node);
        while (hop_cursor_next(&cursor, &hop)) {
            if (edges->edges[hop.edge].verdict == VERDICT_ALLOWED)
            public[hop.to] = true;
        }
    }
    return public;
}

/* Base arcs from the edges. What a session may do counts only where its role as such has no edge. */
static void gather_arcs(struct fold *fold, bool redundant)
{
    const struct edges *edges = fold->edges;
    bool *public = redundant ? NULL : find_public(edges);
    struct hop_cursor cursor;
    struct hop hop;
    uint32_t own = 0;

    for (int sessions = 0; sessions < 2; sessions++) {
        own = merge_arcs(fold->base, fold->base_count);
        fold->base_count = own;
        for (uint32_t node = 0; node < edges->node_count; node++) {
            uint32_t vertex = vertex_of(edges, node);
            if (vertex == MODEL_NONE || (vertex != node) != (sessions == 1))
                continue;
            hop_cursor_begin(&cursor, edges, node);
            while (hop_cursor_next(&cursor, &hop))
                gather_hop(fold, &hop, vertex, public != NULL && public[hop.to], redundant, sessions == 1 ? own : 0);
        }
    }
    fold->base_count = merge_arcs(fold->base, fold->base_count);
    fold->arcs = memory_zeroed(fold->base_count, sizeof *fold->arcs);
    free(public);
}

/* Before a focus takes away where they come from or lead to. */
static void mark_chains(struct fold *fold)
{
    uint32_t nodes = fold->edges->node_count;
    bool *entered = memory_zeroed(nodes, sizeof *entered), *left = memory_zeroed(nodes, sizeof *left);

    for (uint32_t i = 0; i < fold->base_count; i++)
        left[fold->base[i].from] = entered[fold->base[i].to] = true;
    for (uint32_t i = 0; i < fold->base_count; i++)
        fold->base[i].chained = entered[fold->base[i].from] || left[fold->base[i].to];
    free(entered);
    free(left);
}

void fold_open(struct fold *fold, const struct edges *edges, const bool *administrators, bool redundant)
{
    uint32_t nodes = edges->node_count;

    *fold = (struct fold){.edges = edges, .administrators = administrators};
    fold->block = memory_zeroed(nodes, sizeof *fold->block);
    fold->focused = memory_zeroed(nodes, sizeof *fold->focused);
    fold->first = memory_zeroed(nodes, sizeof *fold->first);
    fold->members = memory_zeroed(nodes, sizeof *fold->members);
    fold->account = memory_zeroed(nodes, sizeof *fold->account);
    gather_arcs(fold, redundant);
    mark_chains(fold);
    draw_touched(fold);
    for (uint32_t i = 0; i < edges->model->principal_count; i++) {
        if (fold->block[i] != MODEL_NONE)
            continue;
        if (edges->model->principals[i].is_role)
            fold->undrawn_roles++;
        else
            fold->undrawn_users++;
    }
}

void fold_close(struct fold *fold)
{
    free(fold->base);
    free(fold->arcs);
    free(fold->block);
    free(fold->focused);
    free(fold->first);
    free(fold->members);
    free(fold->account);
    *fold = (struct fold){0};
}

void fold_focus(struct fold *fold, const uint32_t *nodes, uint32_t count, uint32_t hops)
{
    uint32_t node_count = fold->edges->node_count, kept = 0;
    /* Distance from and to the focus, in hops; MODEL_NONE: not that near. */
    uint32_t *after = memory_zeroed(node_count, sizeof *after), *before = memory_zeroed(node_count, sizeof *before);
    bool moved = true;

    for (uint32_t i = 0; i < node_count; i++)
        after[i] = before[i] = MODEL_NONE;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t vertex = vertex_of(fold->edges, nodes[i]);
        if (vertex == MODEL_NONE)
            continue;
        fold->focused[vertex] = true;
        after[vertex] = before[vertex] = 0;
    }
    for (uint32_t hop = 0; hop < hops && moved; hop++) {
        moved = false;
        for (uint32_t i = 0; i < fold->base_count; i++) {
            const struct arc *arc = &fold->base[i];
            if (after[arc->from] == hop && after[arc->to] == MODEL_NONE) {
                after[arc->to] = hop + 1;
                moved = true;
            }
            if (before[arc->to] == hop && before[arc->from] == MODEL_NONE) {
                before[arc->from] = hop + 1;
                moved = true;
            }
        }
    }
    for (uint32_t i = 0; i < fold->base_count; i++) {
        const struct arc *arc = &fold->base[i];
        if ((after[arc->from] != MODEL_NONE && after[arc->from] < hops) ||
            (before[arc->to] != MODEL_NONE && before[arc->to] < hops))
            fold->base[kept++] = *arc;
    }
    fold->base_count = kept;
    free(after);
    free(before);
    draw_touched(fold);
}

static int compare_keys(const void *a, const void *b)
{
    const struct fold_key *left = a, *right = b;

    for (int i = 0; i < 2; i++) {
        if (left->words[i] != right->words[i])
            return left->words[i] < right->words[i] ? -1 : 1;
    }
    return left->block < right->block ? -1 : left->block > right->block;
}

void fold_regroup(struct fold *fold, struct fold_key *keys, uint32_t least)
{
    uint32_t blocks = fold->block_count, next = 0;
    uint32_t *leader = memory_zeroed(blocks, sizeof *leader), *number = memory_zeroed(blocks, sizeof *number);

    qsort(keys, blocks, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < blocks;) {
        uint32_t end = i + 1;
        bool alone = keys[i].words[0] == 0 && keys[i].words[1] == 0;
        while (end < blocks && keys[end].words[0] == keys[i].words[0] && keys[end].words[1] == keys[i].words[1])
            end++;
        for (uint32_t j = i; j < end; j++)
            leader[keys[j].block] = alone || end - i < least ? keys[j].block : keys[i].block;
        i = end;
    }
    for (uint32_t b = 0; b < blocks; b++)
        number[b] = leader[b] == b ? next++ : number[leader[b]];
    for (uint32_t node = 0; node < fold->edges->node_count; node++) {
        if (fold->block[node] != MODEL_NONE)
            fold->block[node] = number[fold->block[node]];
    }
    fold->block_count = next;
    free(leader);
    free(number);
    describe_blocks(fold);
}
