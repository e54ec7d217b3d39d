#include "graph/constraint/constraint_pool.h"
#include "graph/constraint/node_map.h"
#include "ingest/support/order.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct constraint_pool *constraint_pool_new(void)
{
    struct constraint_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return NULL;
    pool->node_capacity = 256;
    pool->nodes = calloc(pool->node_capacity, sizeof *pool->nodes);
    if (pool->nodes == NULL) {
        free(pool);
        return NULL;
    }
    pool->nodes[CONSTRAINT_FALSE].type = NODE_FALSE;
    pool->nodes[CONSTRAINT_TRUE].type = NODE_TRUE;
    pool->node_count = 2;
    return pool;
}

void constraint_pool_free(struct constraint_pool *pool)
{
    if (pool == NULL)
        return;
    arena_free(&pool->arena);
    intern_free(&pool->strings);
    free(pool->atoms);
    free(pool->nodes);
    free(pool->atom_slots);
    free(pool->node_slots);
    free(pool->memo);
    free(pool);
}

bool constraint_pool_failed(const struct constraint_pool *pool)
{
    return pool->failed;
}

/* ---- interning atoms and nodes */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
    return hash * 0xBF58476D1CE4E5B9u;
}

static uint64_t hash_atom(const struct constraint_atom_data *atom)
{
    uint64_t hash = mix((uintptr_t)atom->name.op, (uint64_t)atom->name.set * 2 + atom->name.if_exists);
    hash = mix(mix(hash, atom->key_id), (uintptr_t)atom->prefix);
    for (uint32_t i = 0; i < atom->value_count; i++)
        hash = mix(hash, (uintptr_t)atom->values[i]);
    return hash ^ hash >> 32;
}

static bool same_atom(const struct constraint_atom_data *a, const struct constraint_atom_data *b)
{
    return a->name.op == b->name.op && a->name.set == b->name.set && a->name.if_exists == b->name.if_exists &&
           a->key_id == b->key_id && a->prefix == b->prefix && a->value_count == b->value_count &&
           (a->value_count == 0 || memcmp(a->values, b->values, a->value_count * sizeof *a->values) == 0);
}

static uint64_t hash_node(const struct constraint_node *node)
{
    uint64_t hash = mix((uint64_t)node->type * 2 + node->negated, node->atom);
    for (uint32_t i = 0; i < node->child_count; i++)
        hash = mix(hash, node->children[i]);
    return hash ^ hash >> 32;
}

static bool same_node(const struct constraint_node *a, const struct constraint_node *b)
{
    return a->type == b->type && a->negated == b->negated && a->atom == b->atom && a->child_count == b->child_count &&
           (a->child_count == 0 || memcmp(a->children, b->children, a->child_count * sizeof *a->children) == 0);
}

/* Doubles a slot table when it is more than half full. `hash_of` gives the hash of an entry by index. */
static bool grow_slots(struct constraint_pool *pool, uint32_t **slots, uint32_t *slot_count, uint32_t used,
                       uint64_t (*hash_of)(const struct constraint_pool *pool, uint32_t index))
{
    if (used * 2 < *slot_count)
        return true;
    uint32_t count = *slot_count == 0 ? 256 : *slot_count * 2;
    uint32_t *fresh = calloc(count, sizeof *fresh);
    if (fresh == NULL) {
        pool->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < *slot_count; i++) {
        uint32_t entry = (*slots)[i];
        if (entry == 0)
            continue;
        uint32_t at = (uint32_t)hash_of(pool, entry - 1) & (count - 1);
        while (fresh[at] != 0)
            at = (at + 1) & (count - 1);
        fresh[at] = entry;
    }
    free(*slots);
    *slots = fresh;
    *slot_count = count;
    return true;
}

static uint64_t hash_atom_at(const struct constraint_pool *pool, uint32_t index)
{
    return hash_atom(&pool->atoms[index]);
}

static uint64_t hash_node_at(const struct constraint_pool *pool, uint32_t index)
{
    return hash_node(&pool->nodes[index]);
}

static constraint add_node(struct constraint_pool *pool, const struct constraint_node *wanted)
{
    if (pool->failed || !grow_slots(pool, &pool->node_slots, &pool->node_slot_count, pool->node_count, hash_node_at))
        return CONSTRAINT_FALSE;
    uint32_t at = (uint32_t)hash_node(wanted) & (pool->node_slot_count - 1);
    for (; pool->node_slots[at] != 0; at = (at + 1) & (pool->node_slot_count - 1))
        if (same_node(&pool->nodes[pool->node_slots[at] - 1], wanted))
            return pool->node_slots[at] - 1;
    if (pool->node_count == pool->node_capacity) {
        struct constraint_node *grown = pool->node_capacity < UINT32_MAX / 2
                                            ? realloc(pool->nodes, (size_t)pool->node_capacity * 2 * sizeof *grown)
                                            : NULL;
        if (grown == NULL) {
            pool->failed = true;
            return CONSTRAINT_FALSE;
        }
        pool->nodes = grown;
        pool->node_capacity *= 2;
    }
    struct constraint_node node = *wanted;
    if (node.child_count > 0) {
        constraint *children = arena_allocate_array(&pool->arena, node.child_count, sizeof *children);
        if (children == NULL) {
            pool->failed = true;
            return CONSTRAINT_FALSE;
        }
        memcpy(children, wanted->children, node.child_count * sizeof *children);
        node.children = children;
    }
    pool->nodes[pool->node_count] = node;
    pool->node_slots[at] = pool->node_count + 1;
    return pool->node_count++;
}

static constraint add_literal(struct constraint_pool *pool, uint32_t atom, bool negated)
{
    struct constraint_node node = {.type = NODE_LITERAL, .negated = negated, .atom = atom};
    return add_node(pool, &node);
}

static uint32_t add_atom(struct constraint_pool *pool, const struct constraint_atom_data *wanted)
{
    if (pool->failed || !grow_slots(pool, &pool->atom_slots, &pool->atom_slot_count, pool->atom_count, hash_atom_at))
        return 0;
    uint32_t at = (uint32_t)hash_atom(wanted) & (pool->atom_slot_count - 1);
    for (; pool->atom_slots[at] != 0; at = (at + 1) & (pool->atom_slot_count - 1))
        if (same_atom(&pool->atoms[pool->atom_slots[at] - 1], wanted))
            return pool->atom_slots[at] - 1;
    if (pool->atom_count == pool->atom_capacity) {
        uint32_t capacity = pool->atom_capacity == 0 ? 64 : pool->atom_capacity * 2;
        struct constraint_atom_data *grown = realloc(pool->atoms, capacity * sizeof *grown);
        if (grown == NULL) {
            pool->failed = true;
            return 0;
        }
        pool->atoms = grown;
        pool->atom_capacity = capacity;
    }
    pool->atoms[pool->atom_count] = *wanted;
    pool->atom_slots[at] = pool->atom_count + 1;
    return pool->atom_count++;
}

static uint32_t intern_folded(struct constraint_pool *pool, const char *key)
{
    char small[128];
    size_t length = strlen(key);
    char *folded = length < sizeof small ? small : malloc(length + 1);
    if (folded == NULL) {
        pool->failed = true;
        return 0;
    }
    for (size_t i = 0; i <= length; i++)
        folded[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] + ('a' - 'A') : key[i]);
    uint32_t number = intern_add(&pool->strings, folded, length);
    if (folded != small)
        free(folded);
    pool->failed |= number == INTERN_NONE;
    return number;
}

const char *constraint_key_copy(struct constraint_pool *pool, const char *key)
{
    const char *copy = intern_string(&pool->strings, key);
    pool->failed |= copy == NULL;
    return copy != NULL ? copy : "";
}

/* Atoms with the same identity are about one value. aws:EpochTime is aws:CurrentTime in another form; numeric operators
 * can only read the one. */
static uint32_t key_identity(struct constraint_pool *pool, const char *key, enum condition_family family)
{
    bool clock = family == CONDITION_DATE && strcasecmp(key, "aws:EpochTime") == 0;
    return intern_folded(pool, clock ? "aws:CurrentTime" : key);
}

constraint constraint_atom(struct constraint_pool *pool, const struct condition_name *name, const char *key,
                           const char *prefix, const char *const *values, size_t count)
{
    struct constraint_atom_data atom = {.name = *name};
    const char **sorted = arena_allocate_array(&pool->arena, count, sizeof *sorted);
    atom.key = intern_string(&pool->strings, key);
    atom.prefix = intern_string(&pool->strings, prefix);
    if (sorted == NULL || atom.key == NULL || atom.prefix == NULL) {
        pool->failed = true;
        return CONSTRAINT_FALSE;
    }
    atom.key_id = key_identity(pool, key, name->op->family);
    atom.about = context_key_find(key);
    for (size_t i = 0; i < count; i++)
        if (values[i] != NULL)
            sorted[atom.value_count++] = constraint_key_copy(pool, values[i]);
    if (pool->failed)
        return CONSTRAINT_FALSE;
    if (atom.value_count > 1)
        qsort(sorted, atom.value_count, sizeof *sorted, order_texts);
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < atom.value_count; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            sorted[distinct++] = sorted[i];
    atom.value_count = distinct;
    atom.values = sorted;
    uint32_t number = add_atom(pool, &atom);
    return add_literal(pool, number, false);
}

constraint constraint_atom_on_key(struct constraint_pool *pool, uint32_t number, const char *key)
{
    struct constraint_atom_data atom = pool->atoms[number];
    if (atom.key == NULL)
        return add_literal(pool, number, false);
    atom.key = constraint_key_copy(pool, key);
    atom.key_id = key_identity(pool, key, atom.name.op->family);
    atom.about = context_key_find(key);
    number = add_atom(pool, &atom);
    return add_literal(pool, number, false);
}

constraint constraint_fact(struct constraint_pool *pool, const char *text)
{
    const char **values = arena_allocate_array(&pool->arena, 1, sizeof *values);
    if (values == NULL) {
        pool->failed = true;
        return CONSTRAINT_FALSE;
    }
    values[0] = constraint_key_copy(pool, text);
    struct constraint_atom_data atom = {.prefix = constraint_key_copy(pool, ""), .values = values, .value_count = 1};
    atom.key_id = UINT32_MAX;
    uint32_t number = add_atom(pool, &atom);
    return add_literal(pool, number, false);
}

/* ---- and, or, not */

static int compare_handles(const void *a, const void *b)
{
    constraint x = *(const constraint *)a, y = *(const constraint *)b;
    return (x > y) - (x < y);
}

static bool contains(const constraint *sorted, uint32_t count, constraint wanted)
{
    return bsearch(&wanted, sorted, count, sizeof *sorted, compare_handles) != NULL;
}

/* Copies the operand, or its children if it is of the type, into list. */
static uint32_t flatten(const struct constraint_pool *pool, constraint c, enum constraint_node_type type,
                        constraint *list)
{
    const struct constraint_node *node = &pool->nodes[c];
    if (node->type != type) {
        list[0] = c;
        return 1;
    }
    memcpy(list, node->children, node->child_count * sizeof *list);
    return node->child_count;
}

/* Whether a child of the other type has one of list among its children: x and (x or y) is x. */
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

static constraint combine(struct constraint_pool *pool, enum constraint_node_type type, constraint a, constraint b)
{
    constraint neutral = type == NODE_AND ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
    constraint dominant = type == NODE_AND ? CONSTRAINT_FALSE : CONSTRAINT_TRUE;
    enum constraint_node_type other = type == NODE_AND ? NODE_OR : NODE_AND;
    if (a == dominant || b == dominant || pool->failed)
        return pool->failed ? CONSTRAINT_FALSE : dominant;
    if (a == neutral || a == b)
        return b;
    if (b == neutral)
        return a;
    size_t room = (size_t)pool->nodes[a].child_count + pool->nodes[b].child_count + 2;
    constraint *list = malloc(room * sizeof *list);
    if (list == NULL) {
        pool->failed = true;
        return CONSTRAINT_FALSE;
    }
    uint32_t count = flatten(pool, a, type, list);
    count += flatten(pool, b, type, list + count);
    qsort(list, count, sizeof *list, compare_handles);
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || list[i] != list[i - 1])
            list[distinct++] = list[i];
    constraint result = neutral;
    for (uint32_t i = 0; i < distinct; i++)
        if (pool->nodes[list[i]].negation != 0 && contains(list, distinct, pool->nodes[list[i]].negation))
            result = dominant;
    if (result != dominant) {
        uint32_t kept = 0;
        constraint *left = malloc((size_t)distinct * sizeof *left);
        if (left == NULL) {
            free(list);
            pool->failed = true;
            return CONSTRAINT_FALSE;
        }
        for (uint32_t i = 0; i < distinct; i++)
            if (!absorbed(pool, list[i], other, list, distinct))
                left[kept++] = list[i];
        struct constraint_node node = {.type = type, .child_count = kept, .children = left};
        result = kept == 1 ? left[0] : add_node(pool, &node);
        free(left);
    }
    free(list);
    return result;
}

constraint constraint_and(struct constraint_pool *pool, constraint a, constraint b)
{
    if (b == CONSTRAINT_TRUE)
        return a;
    return combine(pool, NODE_AND, a, b);
}

constraint constraint_or(struct constraint_pool *pool, constraint a, constraint b)
{
    if (b == CONSTRAINT_FALSE)
        return a;
    return combine(pool, NODE_OR, a, b);
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
        result = add_literal(pool, node.atom, !node.negated);
    } else {
        result = node.type == NODE_AND ? CONSTRAINT_FALSE : CONSTRAINT_TRUE;
        for (uint32_t i = 0; i < node.child_count; i++) {
            constraint child = constraint_not(pool, node.children[i]);
            result = combine(pool, node.type == NODE_AND ? NODE_OR : NODE_AND, result, child);
        }
    }
    if (!pool->failed && result > CONSTRAINT_TRUE) {
        pool->nodes[a].negation = result;
        pool->nodes[result].negation = a;
    }
    return result;
}

/* ---- rebuilding */

struct rebuild {
    constraint (*literal)(struct constraint_pool *pool, constraint literal, void *context);
    void *context;
    struct node_map done; /* result + 1 */
};

static constraint rebuild(struct constraint_pool *pool, struct rebuild *work, constraint c)
{
    if (c <= CONSTRAINT_TRUE || pool->failed)
        return c;
    bool fresh;
    constraint *known = node_map_at(&work->done, c, &fresh);
    if (known == NULL) {
        pool->failed = true;
        return CONSTRAINT_FALSE;
    }
    if (!fresh)
        return *known - 1;
    struct constraint_node node = pool->nodes[c];
    constraint result;
    if (node.type == NODE_LITERAL) {
        result = work->literal(pool, c, work->context);
    } else {
        result = node.type == NODE_AND ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
        for (uint32_t i = 0; i < node.child_count; i++)
            result = combine(pool, node.type, result, rebuild(pool, work, node.children[i]));
    }
    known = node_map_at(&work->done, c, &fresh);
    if (known == NULL)
        pool->failed = true;
    else
        *known = result + 1;
    return result;
}

static constraint rebuild_all(struct constraint_pool *pool, constraint formula,
                              constraint (*literal)(struct constraint_pool *pool, constraint literal, void *context),
                              void *context)
{
    struct rebuild work = {.literal = literal, .context = context};
    if (formula <= CONSTRAINT_TRUE)
        return formula;
    node_map_open(&work.done);
    constraint result = rebuild(pool, &work, formula);
    node_map_close(&work.done);
    return result;
}

struct renaming {
    const char *(*map)(const char *key, void *context);
    void *context;
};

static constraint rename_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    const struct renaming *renaming = context;
    struct constraint_node node = pool->nodes[literal];
    const char *key = pool->atoms[node.atom].key;
    const char *mapped = key != NULL ? renaming->map(key, renaming->context) : NULL;
    if (mapped == NULL || strcmp(mapped, key) == 0)
        return literal;
    constraint moved = constraint_atom_on_key(pool, node.atom, mapped);
    return node.negated ? constraint_not(pool, moved) : moved;
}

constraint constraint_rename(struct constraint_pool *pool, constraint formula,
                             const char *(*map)(const char *key, void *context), void *context)
{
    struct renaming renaming = {map, context};
    return rebuild_all(pool, formula, rename_literal, &renaming);
}

struct fixing {
    uint32_t key_id;
    const char *const *values;
    size_t count;
};

static constraint fix_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    const struct fixing *fixing = context;
    struct constraint_node node = pool->nodes[literal];
    const struct constraint_atom_data *atom = &pool->atoms[node.atom];
    if (atom->key == NULL || atom->key_id != fixing->key_id)
        return literal;
    /* The values are compared with the atom's prefix put before them. */
    size_t count = fixing->count;
    const char **full = arena_allocate_array(&pool->arena, count, sizeof *full);
    if (full == NULL) {
        pool->failed = true;
        return CONSTRAINT_FALSE;
    }
    for (size_t i = 0; i < count; i++) {
        size_t prefix = strlen(atom->prefix), length = strlen(fixing->values[i]);
        char *text = arena_allocate(&pool->arena, prefix + length + 1);
        if (text == NULL) {
            pool->failed = true;
            return CONSTRAINT_FALSE;
        }
        memcpy(text, atom->prefix, prefix);
        memcpy(text + prefix, fixing->values[i], length);
        full[i] = text;
    }
    bool holds = condition_holds(&atom->name, full, count, atom->values, atom->value_count);
    return holds != node.negated ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
}

constraint constraint_fix(struct constraint_pool *pool, constraint formula, const char *key, const char *const *values,
                          size_t count)
{
    struct fixing fixing = {intern_folded(pool, key), values, count};
    return rebuild_all(pool, formula, fix_literal, &fixing);
}

static bool visit_keys(const struct constraint_pool *pool, constraint formula, struct node_map *seen,
                       bool (*each)(const char *key, bool fact, void *context), void *context)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    bool fresh;
    if (node_map_at(seen, formula, &fresh) == NULL)
        return false;
    if (!fresh)
        return true;
    if (node->type == NODE_LITERAL) {
        const struct constraint_atom_data *atom = &pool->atoms[node->atom];
        return each(atom->key != NULL ? atom->key : atom->values[0], atom->key == NULL, context);
    }
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!visit_keys(pool, node->children[i], seen, each, context))
            return false;
    return true;
}

bool constraint_each_key(const struct constraint_pool *pool, constraint formula,
                         bool (*each)(const char *key, bool fact, void *context), void *context)
{
    struct node_map seen;
    if (formula <= CONSTRAINT_TRUE)
        return true;
    node_map_open(&seen);
    bool good = visit_keys(pool, formula, &seen, each, context);
    node_map_close(&seen);
    return good;
}
