/*
 * Nodes of formulas: interning, and, or, not. A conjunction or disjunction that grows child by child, as with the
 * conditions and statements of a policy, costs only what is added: its children use the spare room behind those of the
 * smaller one.
 */
#include "graph/constraint/constraint_pool.h"

#include "ingest/support/array.h"
#include "ingest/support/order.h"

#include <stdlib.h>
#include <string.h>

/* The header of an array of children with spare room. */
struct children_room {
    uint32_t used, room;
};
#define GROWS_FROM 16u /* arrays with fewer children are copied */

/* ---- interning */

/* For a node with one more child: continues the hash of the smaller node. */
static uint32_t hash_on(uint32_t hash, constraint child)
{
    uint64_t next = constraint_mix(hash, child);
    return (uint32_t)(next ^ next >> 32);
}

static uint32_t hash_node(const struct constraint_node *node)
{
    uint32_t hash = hash_on((uint32_t)node->type * 2 + node->negated, node->atom);
    for (uint32_t i = 0; i < node->child_count; i++)
        hash = hash_on(hash, node->children[i]);
    return hash;
}

static bool same_node(const struct constraint_node *a, const struct constraint_node *b)
{
    return a->type == b->type && a->negated == b->negated && a->atom == b->atom && a->child_count == b->child_count &&
           (b->child_count == 0 || memcmp(a->children, b->children, a->child_count * sizeof *a->children) == 0);
}

static constraint keep_node(struct constraint_pool *pool, const struct constraint_node *node)
{
    hash_index_add(&pool->node_index, node->hash, pool->node_count);
    ARRAY_ADD(pool->nodes, pool->node_count, pool->node_room, *node);
    return pool->node_count - 1;
}

static constraint add_node(struct constraint_pool *pool, const struct constraint_node *wanted)
{
    struct constraint_node node = *wanted;
    node.hash = hash_node(wanted);
    struct hash_probe probe = hash_index_probe(node.hash);
    for (uint32_t known; (known = hash_index_next(&pool->node_index, &probe)) != HASH_INDEX_NONE;)
        if (same_node(&pool->nodes[known], wanted))
            return known;
    node.children = arena_copy(&pool->arena, wanted->children, node.child_count, sizeof *node.children);
    return keep_node(pool, &node);
}

constraint constraint_literal(struct constraint_pool *pool, uint32_t atom, bool negated)
{
    struct constraint_node node = {.type = NODE_LITERAL, .negated = negated, .atom = atom};
    return add_node(pool, &node);
}

/* ---- operands */

static bool contains(const constraint *sorted, uint32_t count, constraint wanted)
{
    return bsearch(&wanted, sorted, count, sizeof *sorted, order_numbers) != NULL;
}

/* The children of the operand if it has the type, else the operand itself. */
static const constraint *operands(const struct constraint_pool *pool, const constraint *c,
                                  enum constraint_node_type type, uint32_t *count)
{
    const struct constraint_node *node = &pool->nodes[*c];
    bool several = node->type == type;
    *count = several ? node->child_count : 1;
    return several ? node->children : c;
}

/* The operands of both, sorted and distinct; returns how many. */
static uint32_t join(const struct constraint_pool *pool, constraint a, constraint b, enum constraint_node_type type,
                     constraint *list)
{
    uint32_t a_count, b_count, count = 0;
    const constraint *left = operands(pool, &a, type, &a_count), *right = operands(pool, &b, type, &b_count);
    for (uint32_t i = 0, j = 0; i < a_count || j < b_count; count++) {
        constraint next = j == b_count || (i < a_count && left[i] <= right[j]) ? left[i] : right[j];
        i += i < a_count && left[i] == next;
        j += j < b_count && right[j] == next;
        list[count] = next;
    }
    return count;
}

/* Whether a child of the other type contains one of the list: x and (x or y) is x. */
static bool absorbed(const struct constraint_pool *pool, constraint c, enum constraint_node_type other,
                     const constraint *list, uint32_t count)
{
    const struct constraint_node *node = &pool->nodes[c];
    if (node->type != other)
        return false;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (contains(list, count, node->children[i]))
            return true;
    return false;
}

/* ---- growing */

/* The children of the node, followed by one more. */
static constraint *grow_children(struct constraint_pool *pool, const struct constraint_node *node, constraint child)
{
    uint32_t count = node->child_count;
    if (node->grows) {
        struct children_room *room = (struct children_room *)node->children - 1;
        if (room->used == count && count < room->room) {
            ((constraint *)(room + 1))[room->used++] = child;
            return node->children;
        }
    }
    uint32_t places = count * 2;
    struct children_room *room = arena_allocate(&pool->arena, sizeof *room + (size_t)places * sizeof(constraint));
    constraint *children = (constraint *)(room + 1);
    memcpy(children, node->children, count * sizeof *children);
    children[count] = child;
    *room = (struct children_room){count + 1, places};
    return children;
}

static bool is_node_grown_by(const struct constraint_node *known, const struct constraint_node *node, constraint child)
{
    return known->type == node->type && known->child_count == node->child_count + 1 &&
           known->children[node->child_count] == child &&
           (known->children == node->children ||
            memcmp(known->children, node->children, node->child_count * sizeof *node->children) == 0);
}

/* Whether b can simply be appended to the children of a: it is younger than they are (so none of them contains it),
 * does not contradict one, and is not absorbed. */
static bool only_adds(const struct constraint_pool *pool, const struct constraint_node *a, constraint b,
                      enum constraint_node_type other)
{
    const struct constraint_node *node = &pool->nodes[b];
    if (a->child_count < GROWS_FROM || node->type == a->type || b <= a->children[a->child_count - 1])
        return false;
    if (absorbed(pool, b, other, a->children, a->child_count))
        return false;
    return node->negation == 0 || !contains(a->children, a->child_count, node->negation);
}

static constraint grow(struct constraint_pool *pool, constraint a, constraint b)
{
    struct constraint_node node = pool->nodes[a];
    uint32_t hash = hash_on(node.hash, b);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t known; (known = hash_index_next(&pool->node_index, &probe)) != HASH_INDEX_NONE;)
        if (is_node_grown_by(&pool->nodes[known], &node, b))
            return known;
    node.children = grow_children(pool, &node, b);
    node.child_count++;
    node.hash = hash;
    node.negation = 0;
    node.answer = 0;
    node.grows = true;
    return keep_node(pool, &node);
}

/* ---- and, or, not */

static inline constraint neutral_of(enum constraint_node_type type)
{
    return type == NODE_AND ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
}

static inline constraint dominant_of(enum constraint_node_type type)
{
    return type == NODE_AND ? CONSTRAINT_FALSE : CONSTRAINT_TRUE;
}

/* Most formulas are true or false. */
static inline bool is_simple(enum constraint_node_type type, constraint a, constraint b, constraint *result)
{
    if (a == dominant_of(type) || b == neutral_of(type) || a == b)
        *result = a;
    else if (b == dominant_of(type) || a == neutral_of(type))
        *result = b;
    else
        return false;
    return true;
}

constraint constraint_combine(struct constraint_pool *pool, enum constraint_node_type type, constraint a, constraint b)
{
    constraint neutral = neutral_of(type), dominant = dominant_of(type), simple;
    enum constraint_node_type other = type == NODE_AND ? NODE_OR : NODE_AND;
    if (is_simple(type, a, b, &simple))
        return simple;
    if (pool->nodes[a].type == type && contains(pool->nodes[a].children, pool->nodes[a].child_count, b))
        return a;
    if (pool->nodes[a].type == type && only_adds(pool, &pool->nodes[a], b, other))
        return grow(pool, a, b);
    size_t room = (size_t)pool->nodes[a].child_count + pool->nodes[b].child_count + 2;
    constraint few[48], *list = room <= 24 ? few : memory_get(room * 2 * sizeof *list), *left = list + room;
    uint32_t distinct = join(pool, a, b, type, list);
    constraint result = neutral;
    for (uint32_t i = 0; i < distinct; i++)
        if (pool->nodes[list[i]].negation != 0 && contains(list, distinct, pool->nodes[list[i]].negation))
            result = dominant;
    if (result != dominant) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < distinct; i++)
            if (!absorbed(pool, list[i], other, list, distinct))
                left[kept++] = list[i];
        struct constraint_node node = {.type = type, .child_count = kept, .children = left};
        result = kept == 1 ? left[0] : add_node(pool, &node);
    }
    if (list != few)
        free(list);
    return result;
}

constraint constraint_and(struct constraint_pool *pool, constraint a, constraint b)
{
    constraint simple;
    return is_simple(NODE_AND, a, b, &simple) ? simple : constraint_combine(pool, NODE_AND, a, b);
}

constraint constraint_or(struct constraint_pool *pool, constraint a, constraint b)
{
    constraint simple;
    return is_simple(NODE_OR, a, b, &simple) ? simple : constraint_combine(pool, NODE_OR, a, b);
}

constraint constraint_not(struct constraint_pool *pool, constraint a)
{
    if (a <= CONSTRAINT_TRUE)
        return a == CONSTRAINT_FALSE ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
    if (pool->nodes[a].negation != 0)
        return pool->nodes[a].negation;
    struct constraint_node node = pool->nodes[a];
    constraint result;
    if (node.type == NODE_LITERAL) {
        result = constraint_literal(pool, node.atom, !node.negated);
    } else {
        result = node.type == NODE_AND ? CONSTRAINT_FALSE : CONSTRAINT_TRUE;
        for (uint32_t i = 0; i < node.child_count; i++) {
            constraint child = constraint_not(pool, node.children[i]);
            result = constraint_combine(pool, node.type == NODE_AND ? NODE_OR : NODE_AND, result, child);
        }
    }
    if (result > CONSTRAINT_TRUE) {
        pool->nodes[a].negation = result;
        pool->nodes[result].negation = a;
    }
    return result;
}

/* ---- plain implication */

/* Whether all operands of `few` are operands of `many`. */
static bool is_among(const struct constraint_pool *pool, constraint few, constraint many,
                     enum constraint_node_type type)
{
    uint32_t few_count, many_count;
    const constraint *first = operands(pool, &few, type, &few_count);
    const constraint *second = operands(pool, &many, type, &many_count);
    for (uint32_t i = 0; i < few_count; i++)
        if (!contains(second, many_count, first[i]))
            return false;
    return true;
}

bool constraint_plainly_implies(const struct constraint_pool *pool, constraint a, constraint b)
{
    uint32_t a_count, b_count;
    if (a == b || a == CONSTRAINT_FALSE || b == CONSTRAINT_TRUE)
        return true;
    const constraint *has = operands(pool, &a, NODE_AND, &a_count), *asks = operands(pool, &b, NODE_AND, &b_count);
    for (uint32_t i = 0; i < b_count; i++) {
        bool found = contains(has, a_count, asks[i]);
        for (uint32_t j = 0; j < a_count && !found && pool->nodes[asks[i]].type == NODE_OR; j++)
            found = is_among(pool, has[j], asks[i], NODE_OR);
        if (!found)
            return false;
    }
    return true;
}
