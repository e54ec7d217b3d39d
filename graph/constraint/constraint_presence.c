/*
 * What formulas say about the presence of keys.
 */
#include "graph/constraint/constraint_pool.h"
#include "graph/constraint/node_map.h"

#include <string.h>
#include <strings.h>

struct key_match {
    struct constraint_key key;
    size_t length; /* without the trailing '*' */
    bool open;
};

static bool is_matched(const struct key_match *match, const struct constraint_key *key)
{
    return key->name != NULL && key->hop == match->key.hop &&
           (match->open ? strncasecmp(key->name, match->key.name, match->length)
                        : strcasecmp(key->name, match->key.name)) == 0;
}

/* Adds "absent" for every matching key in the formula. */
static constraint absent_everywhere(struct constraint_pool *pool, constraint formula, const struct key_match *match,
                                    constraint result, struct node_map *seen)
{
    struct constraint_node node = pool->nodes[formula];
    bool fresh = false;
    if (formula <= CONSTRAINT_TRUE)
        return result;
    node_map_at(seen, formula, &fresh);
    if (!fresh)
        return result;
    if (node.type != NODE_LITERAL) {
        for (uint32_t i = 0; i < node.child_count; i++)
            result = absent_everywhere(pool, node.children[i], match, result, seen);
        return result;
    }
    struct constraint_key key = pool->atoms[node.atom].key;
    if (!is_matched(match, &key))
        return result;
    struct condition_name name = condition_plain(OPERATOR_NULL);
    static const char *const yes[] = {"true"};
    return constraint_and(pool, result, constraint_atom_in_hop(pool, &name, key, "", yes, 1));
}

constraint constraint_absent_in_hop(struct constraint_pool *pool, constraint formula, struct constraint_key key)
{
    size_t length = strlen(key.name);
    struct key_match match = {key, length, length > 0 && key.name[length - 1] == '*'};
    match.length -= match.open;
    struct node_map seen;
    if (formula <= CONSTRAINT_TRUE)
        return CONSTRAINT_TRUE;
    node_map_open(&seen);
    constraint result = absent_everywhere(pool, formula, &match, CONSTRAINT_TRUE, &seen);
    node_map_close(&seen);
    return result;
}

/* Adds, for every atom that requires a value of the key from a list, that the other key has one, too. */
static constraint contained_everywhere(struct constraint_pool *pool, constraint formula, const char *key,
                                       const char *other, constraint result, struct node_map *seen)
{
    struct constraint_node node = pool->nodes[formula];
    bool fresh = false;
    if (formula <= CONSTRAINT_TRUE)
        return result;
    node_map_at(seen, formula, &fresh);
    if (!fresh)
        return result;
    if (node.type != NODE_LITERAL) {
        for (uint32_t i = 0; i < node.child_count; i++)
            result = contained_everywhere(pool, node.children[i], key, other, result, seen);
        return result;
    }
    const struct constraint_atom_data atom = pool->atoms[node.atom];
    bool equals = atom.key.name != NULL && atom.key.hop == 0 && strcasecmp(atom.key.name, key) == 0 &&
                  !atom.name.if_exists && atom.name.set != CONDITION_FOR_ALL_VALUES &&
                  atom.name.op->family == CONDITION_STRING && !atom.name.op->glob && !atom.name.op->negated;
    if (!equals)
        return result;
    struct condition_name name = condition_plain(OPERATOR_STRING_EQUALS_IGNORE_CASE);
    name.set = CONDITION_FOR_ANY_VALUE;
    constraint has = constraint_atom_in_hop(pool, &atom.name, atom.key, "", atom.values, atom.value_count);
    constraint other_has = constraint_atom(pool, &name, other, "", atom.values, atom.value_count);
    return constraint_and(pool, result, constraint_or(pool, constraint_not(pool, has), other_has));
}

constraint constraint_contained(struct constraint_pool *pool, constraint formula, const char *key, const char *other)
{
    struct node_map seen;
    if (formula <= CONSTRAINT_TRUE)
        return CONSTRAINT_TRUE;
    node_map_open(&seen);
    constraint result = contained_everywhere(pool, formula, key, other, CONSTRAINT_TRUE, &seen);
    node_map_close(&seen);
    return result;
}

bool constraint_forces_presence(struct constraint_pool *pool, constraint formula, const char *key)
{
    constraint absent = constraint_absent(pool, formula, key);
    return absent != CONSTRAINT_TRUE &&
           constraint_satisfiable(pool, constraint_and(pool, formula, absent)) == CONSTRAINT_NO;
}
