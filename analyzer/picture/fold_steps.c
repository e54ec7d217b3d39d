#include "analyzer/picture/fold.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

bool fold_is_administrator(const struct fold *fold, uint32_t principal)
{
    return fold->administrators != NULL && fold->administrators[principal];
}

static uint64_t mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/* Adds something to a key in which order does not count. */
static void add(struct fold_key *key, uint64_t tag, uint64_t value, uint64_t detail)
{
    uint64_t once = mix(mix(mix(tag) ^ value) ^ detail);

    key->words[0] += once;
    key->words[1] += mix(once ^ 0x5bd1e995u);
}

static struct fold_key *new_keys(const struct fold *fold)
{
    struct fold_key *keys = memory_zeroed(fold->block_count, sizeof *keys);

    for (uint32_t b = 0; b < fold->block_count; b++)
        keys[b].block = b;
    return keys;
}

static void regroup(struct fold *fold, struct fold_key *keys, uint32_t least)
{
    fold_regroup(fold, keys, least);
    free(keys);
}

static const struct caller *first_caller(const struct fold *fold, uint32_t block)
{
    return &fold->edges->nodes[fold->first[block]];
}

static bool is_principal(const struct fold *fold, uint32_t block)
{
    enum caller_kind kind = first_caller(fold, block)->kind;

    return kind == CALLER_USER || kind == CALLER_ROLE;
}

static bool is_administrator(const struct fold *fold, uint32_t block)
{
    const struct caller *caller = first_caller(fold, block);

    return caller->principal != MODEL_NONE && fold_is_administrator(fold, caller->principal);
}

static void clear(struct fold_key *key)
{
    key->words[0] = key->words[1] = 0;
}

/* closed: a block counts among its own callers and roles, so that roles that may assume each other can be twins. */
static void twins(struct fold *fold, uint32_t least, bool loose, bool closed)
{
    struct fold_key *keys = new_keys(fold);

    for (uint32_t i = 0; i < fold->arc_count; i++) {
        const struct arc *arc = &fold->arcs[i];
        uint64_t detail = loose ? 0 : arc->sure > 0 ? 1 : 2 + (uint64_t)arc->residual;
        add(&keys[arc->from], 'o', arc->to, detail);
        add(&keys[arc->to], 'i', arc->from, detail);
    }
    for (uint32_t b = 0; b < fold->block_count; b++) {
        const struct caller *caller = first_caller(fold, b);
        bool foldable =
            is_principal(fold, b) || caller->kind == CALLER_SERVICE || (loose && caller->kind != CALLER_ANYONE);
        if (!foldable || fold->focused[fold->first[b]]) {
            clear(&keys[b]);
            continue;
        }
        if (closed) {
            add(&keys[b], 'o', b, loose ? 0 : 1);
            add(&keys[b], 'i', b, loose ? 0 : 1);
        }
        add(&keys[b], 'a', fold->account[b], (uint64_t)caller->kind);
        add(&keys[b], 'k', caller->principal != MODEL_NONE, is_administrator(fold, b));
    }
    regroup(fold, keys, least);
}

void fold_twins(struct fold *fold, uint32_t least, bool loose)
{
    twins(fold, least, loose, false);
    twins(fold, least, loose, true);
}

void fold_services(struct fold *fold, uint32_t least)
{
    uint32_t blocks = fold->block_count, services = 0;
    bool *dead_end = memory_zeroed(blocks, sizeof *dead_end);
    bool *candidate = memory_zeroed(blocks, sizeof *candidate);
    struct fold_key *keys = new_keys(fold);

    for (uint32_t b = 0; b < blocks; b++) {
        bool focused = fold->focused[fold->first[b]];
        candidate[b] = first_caller(fold, b)->kind == CALLER_SERVICE && !focused;
        dead_end[b] = first_caller(fold, b)->kind == CALLER_ROLE && !focused && !is_administrator(fold, b);
    }
    for (uint32_t i = 0; i < fold->arc_count; i++) {
        const struct arc *arc = &fold->arcs[i];
        dead_end[arc->from] = false;
        if (first_caller(fold, arc->from)->kind != CALLER_SERVICE)
            dead_end[arc->to] = false;
    }
    for (uint32_t i = 0; i < fold->arc_count; i++) {
        if (!dead_end[fold->arcs[i].to])
            candidate[fold->arcs[i].from] = false;
    }
    for (uint32_t i = 0; i < fold->arc_count; i++) {
        if (!candidate[fold->arcs[i].from])
            dead_end[fold->arcs[i].to] = false;
    }
    for (uint32_t b = 0; b < blocks; b++) {
        if (candidate[b]) {
            services += fold->members[b];
            add(&keys[b], 's', 0, 0);
        } else if (dead_end[b]) {
            add(&keys[b], 'r', fold->account[b], 0);
        }
    }
    free(dead_end);
    free(candidate);
    if (services >= least)
        fold_regroup(fold, keys, 2);
    free(keys);
}

void fold_names(struct fold *fold, uint32_t least)
{
    struct fold_key *keys = new_keys(fold);

    for (uint32_t b = 0; b < fold->block_count; b++) {
        const struct caller *caller = first_caller(fold, b);
        if (caller->kind != CALLER_ROLE || fold->members[b] > 1 || !caller->name || fold->focused[fold->first[b]])
            continue;
        add(&keys[b], 'n', hash_bytes(caller->name, strlen(caller->name)), caller->principal != MODEL_NONE);
    }
    regroup(fold, keys, least);
}

void fold_ends(struct fold *fold, bool callers)
{
    struct fold_key *keys = new_keys(fold);

    for (uint32_t b = 0; b < fold->block_count; b++) {
        if (is_principal(fold, b) && fold->account[b] != MODEL_NONE && !fold->focused[fold->first[b]])
            add(&keys[b], 'e', fold->account[b], 0);
    }
    for (uint32_t i = 0; i < fold->arc_count; i++)
        clear(&keys[callers ? fold->arcs[i].to : fold->arcs[i].from]);
    regroup(fold, keys, 2);
}

void fold_accounts(struct fold *fold)
{
    struct fold_key *keys = new_keys(fold);

    for (uint32_t b = 0; b < fold->block_count; b++) {
        const struct caller *caller = first_caller(fold, b);
        uint32_t account = caller->kind == CALLER_ACCOUNT ? caller->account_index : fold->account[b];
        if (account != MODEL_NONE)
            add(&keys[b], 'a', account, 0);
    }
    regroup(fold, keys, 2);
}

void fold_outside(struct fold *fold)
{
    struct fold_key *keys = new_keys(fold);

    for (uint32_t b = 0; b < fold->block_count; b++) {
        const struct caller *caller = first_caller(fold, b);
        if (caller->principal == MODEL_NONE && !fold->focused[fold->first[b]])
            add(&keys[b], 'o', (uint64_t)caller->kind, 0);
    }
    regroup(fold, keys, 2);
}

struct busy_block {
    uint32_t arcs, block;
};

static int compare_busy(const void *a, const void *b)
{
    const struct busy_block *left = a, *right = b;

    if (left->arcs != right->arcs)
        return left->arcs > right->arcs ? -1 : 1;
    return left->block < right->block ? -1 : left->block > right->block;
}

void fold_rest(struct fold *fold, uint32_t maximum)
{
    struct fold_key *keys = new_keys(fold);
    struct busy_block *busy = memory_zeroed(fold->block_count, sizeof *busy);

    for (uint32_t b = 0; b < fold->block_count; b++)
        busy[b].block = b;
    for (uint32_t i = 0; i < fold->arc_count; i++) {
        busy[fold->arcs[i].from].arcs++;
        busy[fold->arcs[i].to].arcs++;
    }
    qsort(busy, fold->block_count, sizeof *busy, compare_busy);
    for (uint32_t i = maximum > 0 ? maximum - 1 : 0; i < fold->block_count; i++)
        add(&keys[busy[i].block], 'r', 0, 0);
    free(busy);
    regroup(fold, keys, 2);
}
