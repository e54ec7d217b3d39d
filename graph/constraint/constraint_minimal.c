/*
 * Makes alternatives minimal: without literals, values or an "or absent" that the others make redundant.
 */
#include "graph/constraint/constraint_pool.h"

#include <string.h>

#define MAXIMUM_LITERALS 24u
#define MAXIMUM_VALUES 16u

static constraint conjunction(struct constraint_pool *pool, const constraint *literals, uint32_t count,
                              uint32_t without)
{
    constraint result = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < count; i++)
        if (i != without)
            result = constraint_and(pool, result, literals[i]);
    return result;
}

/* Leaves out literals without which the others still imply the formula. */
static uint32_t drop_literals(struct constraint_pool *pool, constraint *literals, uint32_t count, constraint formula)
{
    for (uint32_t i = 0; i < count;) {
        if (constraint_implies(pool, conjunction(pool, literals, count, i), formula) == CONSTRAINT_YES) {
            memmove(&literals[i], &literals[i + 1], (count - i - 1) * sizeof *literals);
            count--;
        } else {
            i++;
        }
    }
    return count;
}

/* The literal's atom with other values, such that it is never true if the key is absent: for "no match" literals this
 * is the negation of the positive operator with IfExists. */
static constraint on_presence(struct constraint_pool *pool, const struct constraint_atom_data *atom, bool match,
                              const char *const *values, uint32_t count)
{
    struct condition_name name = atom->name;
    if (name.op->negated)
        name.op = &condition_operators[name.op->opposite];
    name.if_exists = !match;
    constraint result = constraint_atom_in_hop(pool, &name, atom->key, atom->prefix, values, count);
    return match ? result : constraint_not(pool, result);
}

/* A shorter literal that does not change the conjunction: without "or absent" if the key must be there, and without
 * values that the other literals exclude. */
static constraint tighten(struct constraint_pool *pool, constraint literal, constraint all)
{
    const struct constraint_atom_data atom = *constraint_atom_of(pool, literal);
    bool negated = constraint_node_of(pool, literal)->negated;
    if (atom.key.name == NULL || atom.name.set != CONDITION_SINGLE || atom.name.op->family == CONDITION_NULL ||
        atom.value_count == 0 || atom.value_count > MAXIMUM_VALUES)
        return literal;
    bool match = atom.name.op->negated == negated;
    const char *values[MAXIMUM_VALUES];
    uint32_t count = atom.value_count;
    memcpy(values, atom.values, count * sizeof *values);
    constraint strict = on_presence(pool, &atom, match, values, count);
    if (constraint_implies(pool, all, strict) != CONSTRAINT_YES)
        return literal;
    for (uint32_t i = 0; match && count > 1 && i < count;) {
        const char *rest[MAXIMUM_VALUES];
        memcpy(rest, values, i * sizeof *rest);
        memcpy(rest + i, values + i + 1, (count - i - 1) * sizeof *rest);
        constraint fewer = on_presence(pool, &atom, match, rest, count - 1);
        if (constraint_implies(pool, all, fewer) == CONSTRAINT_YES) {
            memcpy(values, rest, (count - 1) * sizeof *values);
            count--;
            strict = fewer;
        } else {
            i++;
        }
    }
    bool absent = condition_holds(&atom.name, NULL, 0, atom.values, atom.value_count) != negated;
    return absent || count < atom.value_count ? strict : literal;
}

constraint constraint_shorten(struct constraint_pool *pool, constraint alternative, constraint formula)
{
    const struct constraint_node *node = constraint_node_of(pool, alternative);
    constraint literals[MAXIMUM_LITERALS];
    if (node->type == NODE_LITERAL || node->type == NODE_FALSE || node->type == NODE_TRUE ||
        node->child_count > MAXIMUM_LITERALS)
        return alternative;
    uint32_t count = node->child_count;
    memcpy(literals, node->children, count * sizeof *literals);
    count = drop_literals(pool, literals, count, formula);
    bool changed = false;
    for (uint32_t i = 0; count > 1 && i < count; i++) {
        constraint tighter = tighten(pool, literals[i], conjunction(pool, literals, count, count));
        changed = changed || tighter != literals[i];
        literals[i] = tighter;
    }
    if (changed)
        count = drop_literals(pool, literals, count, formula);
    return conjunction(pool, literals, count, count);
}
