#include "graph/constraint/constraint_pool.h"
#include "graph/constraint/node_map.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/issuer_claims.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"

#include <stdlib.h>
#include <string.h>

struct constraint_pool *constraint_pool_new(void)
{
    struct constraint_pool *pool = memory_zeroed(1, sizeof *pool);
    ARRAY_RESERVE(pool->nodes, 256u, pool->node_room);
    pool->nodes[CONSTRAINT_FALSE] = (struct constraint_node){.type = NODE_FALSE};
    pool->nodes[CONSTRAINT_TRUE] = (struct constraint_node){.type = NODE_TRUE};
    pool->node_count = 2;
    return pool;
}

void constraint_pool_free(struct constraint_pool *pool)
{
    if (pool == NULL)
        return;
    arena_free(&pool->arena);
    intern_free(&pool->strings);
    intern_free(&pool->key_names);
    hash_index_free(&pool->atom_index);
    hash_index_free(&pool->node_index);
    hash_index_free(&pool->memo_index);
    free(pool->atoms);
    free(pool->nodes);
    free(pool->memos);
    free(pool->keys);
    free(pool);
}

/* ---- interning atoms */

static uint64_t hash_atom(const struct constraint_atom_data *atom)
{
    uint64_t hash = constraint_mix((uintptr_t)atom->name.op, (uint64_t)atom->name.set * 2 + atom->name.if_exists);
    hash = constraint_mix(constraint_mix(hash, (uint64_t)atom->key.hop << 32 | atom->key_id), (uintptr_t)atom->prefix);
    hash = constraint_mix(hash, (uintptr_t)atom->key.name);
    for (uint32_t i = 0; i < atom->value_count; i++)
        hash = constraint_mix(hash, (uintptr_t)atom->values[i]);
    return hash ^ hash >> 32;
}

static bool same_atom(const struct constraint_atom_data *a, const struct constraint_atom_data *b)
{
    return a->name.op == b->name.op && a->name.set == b->name.set && a->name.if_exists == b->name.if_exists &&
           constraint_same_key(a, b) && a->key.name == b->key.name && a->prefix == b->prefix &&
           a->value_count == b->value_count &&
           (a->value_count == 0 || memcmp(a->values, b->values, a->value_count * sizeof *a->values) == 0);
}

/* ---- there and back */

static void drop_atoms(struct constraint_pool *pool, uint32_t count, uint32_t room)
{
    bool grown = pool->atom_index.room != room;
    while (!grown && pool->atom_count > count) {
        pool->atom_count--;
        hash_index_take_last(&pool->atom_index, hash_atom(&pool->atoms[pool->atom_count]), pool->atom_count);
    }
    if (grown)
        hash_index_keep(&pool->atom_index, count);
    pool->atom_count = count;
}

static void drop_nodes(struct constraint_pool *pool, uint32_t count, uint32_t room)
{
    bool grown = pool->node_index.room != room;
    for (uint32_t i = pool->node_count; i > count; i--) {
        const struct constraint_node *node = &pool->nodes[i - 1];
        if (node->negation < count)
            pool->nodes[node->negation].negation = 0;
        if (!grown)
            hash_index_take_last(&pool->node_index, node->hash, i - 1);
    }
    if (grown)
        hash_index_keep(&pool->node_index, count);
    pool->node_count = count;
}

struct constraint_mark constraint_pool_stand(const struct constraint_pool *pool)
{
    return (struct constraint_mark){arena_stand(&pool->arena),
                                    pool->atom_count,
                                    pool->node_count,
                                    pool->memo_count,
                                    {pool->atom_index.room, pool->node_index.room, pool->memo_index.room}};
}

void constraint_pool_return(struct constraint_pool *pool, const struct constraint_mark *mark)
{
    drop_atoms(pool, mark->atoms, mark->rooms[0]);
    drop_nodes(pool, mark->nodes, mark->rooms[1]);
    constraint_drop_memos(pool, mark->memos, mark->rooms[2]);
    arena_return(&pool->arena, mark->arena);
    pool->returns++;
}

uint64_t constraint_pool_returns(const struct constraint_pool *pool)
{
    return pool->returns;
}

size_t constraint_pool_size(const struct constraint_pool *pool)
{
    return pool->arena.used + pool->node_count * sizeof *pool->nodes + pool->atom_count * sizeof *pool->atoms;
}

static uint32_t add_atom(struct constraint_pool *pool, const struct constraint_atom_data *wanted)
{
    uint64_t hash = hash_atom(wanted);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t known; (known = hash_index_next(&pool->atom_index, &probe)) != HASH_INDEX_NONE;)
        if (same_atom(&pool->atoms[known], wanted))
            return known;
    hash_index_add(&pool->atom_index, hash, pool->atom_count);
    ARRAY_ADD(pool->atoms, pool->atom_count, pool->atom_room, *wanted);
    return pool->atom_count - 1;
}

static uint32_t intern_folded(struct constraint_pool *pool, const char *key)
{
    char small[128];
    size_t length = strlen(key);
    char *folded = length < sizeof small ? small : memory_get(length + 1);
    for (size_t i = 0; i <= length; i++)
        folded[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] + ('a' - 'A') : key[i]);
    uint32_t number = intern_add(&pool->strings, folded, length);
    if (folded != small)
        free(folded);
    return number;
}

const char *constraint_key_copy(struct constraint_pool *pool, const char *key)
{
    return intern_string(&pool->strings, key);
}

/* Keys with a row print as in their row, whichever policy was read first. All others (tags, claims of SAML, unknown
 * keys) print as their own policy spells them, so atoms that differ only in that are different. */
static const char *printed_name(struct constraint_pool *pool, const struct pool_key *key, const char *name)
{
    const char *row = key->about->name;
    if (key->about->class == KEY_PROVIDER && issuer_claims_find(name) != CLAIM_OF_OTHERS)
        return intern_text(&pool->strings, key->id);
    return intern_string(&pool->strings, row[strlen(row) - 1] != '*' ? row : name);
}

/* Atoms with the same id are about one value. aws:EpochTime is aws:CurrentTime in another form; numeric operators can
 * only read the former. */
static struct pool_key look_up_key(struct constraint_pool *pool, const char *name)
{
    struct pool_key key = {.about = context_key_find(name), .id = intern_folded(pool, name)};
    bool clock = key.about->relation == RELATED_EPOCH_TIME;
    key.id_in_dates = clock ? intern_folded(pool, KEY_CURRENT_TIME) : key.id;
    key.name = printed_name(pool, &key, name);
    return key;
}

static void set_key(struct constraint_pool *pool, struct constraint_atom_data *atom, struct constraint_key key)
{
    uint32_t number = intern_add(&pool->key_names, key.name, strlen(key.name));
    if (number == pool->key_count)
        ARRAY_ADD(pool->keys, pool->key_count, pool->key_room, look_up_key(pool, key.name));
    const struct pool_key *known = &pool->keys[number];
    atom->about = known->about;
    atom->key_id = atom->name.op->family == CONDITION_DATE ? known->id_in_dates : known->id;
    atom->key = (struct constraint_key){known->name, key.hop};
}

static bool is_plain(const struct constraint_atom_data *atom)
{
    const struct condition_operator *op = atom->name.op;
    bool plain = op->family == CONDITION_STRING && !op->form && !op->glob && !op->folds_case;
    for (uint32_t i = 0; i < atom->value_count && plain; i++)
        plain = strchr(atom->values[i], PATTERN_ESCAPE) == NULL;
    return plain;
}

constraint constraint_atom_in_hop(struct constraint_pool *pool, const struct condition_name *name,
                                  struct constraint_key key, const char *prefix, const char *const *values,
                                  size_t count)
{
    struct constraint_atom_data atom = {.name = *name, .prefix = intern_string(&pool->strings, prefix)};
    const char **sorted = arena_allocate_array(&pool->arena, count, sizeof *sorted);
    set_key(pool, &atom, key);
    for (size_t i = 0; i < count; i++)
        if (values[i] != NULL)
            sorted[atom.value_count++] = intern_string(&pool->strings, values[i]);
    if (atom.value_count > 1)
        qsort(sorted, atom.value_count, sizeof *sorted, order_texts);
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < atom.value_count; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            sorted[distinct++] = sorted[i];
    atom.value_count = distinct;
    atom.values = sorted;
    atom.plain = is_plain(&atom);
    return constraint_literal(pool, add_atom(pool, &atom), false);
}

constraint constraint_atom_on_key(struct constraint_pool *pool, uint32_t number, struct constraint_key key)
{
    struct constraint_atom_data atom = pool->atoms[number];
    if (atom.key.name != NULL)
        set_key(pool, &atom, key);
    return constraint_literal(pool, add_atom(pool, &atom), false);
}

static uint32_t add_fact(struct constraint_pool *pool, enum constraint_fact kind, const char *text)
{
    const char **values = arena_allocate_array(&pool->arena, 1, sizeof *values);
    values[0] = intern_string(&pool->strings, text);
    struct constraint_atom_data atom = {.key_id = UINT32_MAX,
                                        .prefix = intern_string(&pool->strings, ""),
                                        .values = values,
                                        .value_count = 1,
                                        .fact = kind};
    return add_atom(pool, &atom);
}

constraint constraint_fact_of(struct constraint_pool *pool, enum constraint_fact kind, const char *text)
{
    return constraint_literal(pool, add_fact(pool, kind, text), false);
}

enum constraint_fact constraint_fact_kind(struct constraint_pool *pool, const char *text)
{
    return pool->atoms[add_fact(pool, FACT_NOT_EXPORTED, text)].fact;
}

const char *constraint_full_value(struct constraint_pool *pool, const struct constraint_atom_data *atom,
                                  const char *value)
{
    size_t before = strlen(atom->prefix), length = strlen(value);
    if (before == 0)
        return value;
    char *text = arena_allocate(&pool->arena, before + length + 1);
    memcpy(text, atom->prefix, before);
    memcpy(text + before, value, length + 1);
    return text;
}

/* ---- rebuilding */

struct rebuild {
    constraint (*literal)(struct constraint_pool *pool, constraint literal, void *context);
    void *context;
    struct node_map done; /* results */
};

static constraint rebuild(struct constraint_pool *pool, struct rebuild *work, constraint c)
{
    bool fresh;
    if (c <= CONSTRAINT_TRUE)
        return c;
    constraint known = *node_map_at(&work->done, c, &fresh);
    if (!fresh)
        return known;
    struct constraint_node node = pool->nodes[c];
    constraint result;
    if (node.type == NODE_LITERAL) {
        result = work->literal(pool, c, work->context);
    } else {
        result = node.type == NODE_AND ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
        for (uint32_t i = 0; i < node.child_count; i++)
            result = constraint_combine(pool, node.type, result, rebuild(pool, work, node.children[i]));
    }
    *node_map_at(&work->done, c, &fresh) = result;
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
    struct constraint_key (*map)(const struct constraint_key *key, void *context);
    void *context;
};

static constraint rename_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    const struct renaming *renaming = context;
    struct constraint_node node = pool->nodes[literal];
    struct constraint_key key = pool->atoms[node.atom].key;
    if (key.name == NULL)
        return literal;
    struct constraint_key mapped = renaming->map(&key, renaming->context);
    if (mapped.hop == key.hop && strcmp(mapped.name, key.name) == 0)
        return literal;
    constraint moved = constraint_atom_on_key(pool, node.atom, mapped);
    return node.negated ? constraint_not(pool, moved) : moved;
}

constraint constraint_rename(struct constraint_pool *pool, constraint formula,
                             struct constraint_key (*map)(const struct constraint_key *key, void *context),
                             void *context)
{
    struct renaming renaming = {map, context};
    return rebuild_all(pool, formula, rename_literal, &renaming);
}

/* The key of the literal, or its fact. */
static struct constraint_key key_of_literal(const struct constraint_pool *pool, constraint literal, bool *fact)
{
    const struct constraint_atom_data *atom = &pool->atoms[pool->nodes[literal].atom];
    *fact = atom->key.name == NULL;
    return *fact ? (struct constraint_key){atom->values[0], 0} : atom->key;
}

struct doubting {
    bool (*counts)(const struct constraint_key *key, bool fact, void *context);
    void *context;
};

static constraint doubt_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    const struct doubting *doubting = context;
    bool fact;
    struct constraint_key key = key_of_literal(pool, literal, &fact);
    return doubting->counts(&key, fact, doubting->context) ? literal : CONSTRAINT_FALSE;
}

constraint constraint_without(struct constraint_pool *pool, constraint formula,
                              bool (*counts)(const struct constraint_key *key, bool fact, void *context), void *context)
{
    struct doubting doubting = {counts, context};
    return rebuild_all(pool, formula, doubt_literal, &doubting);
}

struct fixing {
    uint32_t key_id, hop;
    const char *const *values;
    size_t count;
};

static constraint fix_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    const struct fixing *fixing = context;
    struct constraint_node node = pool->nodes[literal];
    const struct constraint_atom_data *atom = &pool->atoms[node.atom];
    if (atom->key.name == NULL || atom->key_id != fixing->key_id || atom->key.hop != fixing->hop)
        return literal;
    const char **full = arena_allocate_array(&pool->arena, fixing->count, sizeof *full);
    for (size_t i = 0; i < fixing->count; i++)
        full[i] = constraint_full_value(pool, atom, fixing->values[i]);
    bool holds = condition_holds(&atom->name, full, fixing->count, atom->values, atom->value_count);
    return constraint_of(holds != node.negated);
}

constraint constraint_fix_in_hop(struct constraint_pool *pool, constraint formula, struct constraint_key key,
                                 const char *const *values, size_t count)
{
    struct fixing fixing = {intern_folded(pool, key.name), key.hop, values, count};
    return rebuild_all(pool, formula, fix_literal, &fixing);
}

struct settling {
    const char *text;
    bool holds;
};

static constraint settle_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    const struct settling *settling = context;
    bool fact;
    struct constraint_key key = key_of_literal(pool, literal, &fact);
    return fact && strcmp(key.name, settling->text) == 0
               ? constraint_of(settling->holds != pool->nodes[literal].negated)
               : literal;
}

constraint constraint_settle_fact(struct constraint_pool *pool, constraint formula, const char *text, bool holds)
{
    struct settling settling = {text, holds};
    return rebuild_all(pool, formula, settle_literal, &settling);
}

static constraint present_literal(struct constraint_pool *pool, constraint literal, void *context)
{
    static const char *const no = "false";
    const struct fixing *present = context;
    struct constraint_node node = pool->nodes[literal];
    const struct constraint_atom_data *atom = &pool->atoms[node.atom];
    if (atom->key.name == NULL || atom->key_id != present->key_id || atom->key.hop != present->hop ||
        condition_holds(&atom->name, NULL, 0, atom->values, atom->value_count) == node.negated)
        return literal;
    struct condition_name null = condition_plain(OPERATOR_NULL);
    return constraint_and(pool, literal, constraint_atom_in_hop(pool, &null, atom->key, "", &no, 1));
}

constraint constraint_where_present(struct constraint_pool *pool, constraint formula, const char *key)
{
    struct fixing present = {.key_id = intern_folded(pool, key)};
    return rebuild_all(pool, formula, present_literal, &present);
}

static bool visit_keys(const struct constraint_pool *pool, constraint formula, struct node_map *seen,
                       bool (*each)(const struct constraint_key *key, bool fact, void *context), void *context)
{
    struct constraint_node node = pool->nodes[formula]; /* each may add some */
    bool fresh;
    node_map_at(seen, formula, &fresh);
    if (!fresh)
        return true;
    if (node.type == NODE_LITERAL) {
        bool fact;
        struct constraint_key key = key_of_literal(pool, formula, &fact);
        return each(&key, fact, context);
    }
    for (uint32_t i = 0; i < node.child_count; i++)
        if (!visit_keys(pool, node.children[i], seen, each, context))
            return false;
    return true;
}

bool constraint_each_key(const struct constraint_pool *pool, constraint formula,
                         bool (*each)(const struct constraint_key *key, bool fact, void *context), void *context)
{
    struct node_map seen;
    if (formula <= CONSTRAINT_TRUE)
        return true;
    node_map_open(&seen);
    bool good = visit_keys(pool, formula, &seen, each, context);
    node_map_close(&seen);
    return good;
}
