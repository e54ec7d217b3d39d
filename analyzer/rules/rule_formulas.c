#include "analyzer/rules/rule_formulas.h"

#include "ingest/policy/context_key.h"

/* ---- unless */

/* The operator that compares values of the key with a value that may contain stars. */
static struct condition_name operator_for(const struct context_key *key)
{
    static const enum condition_operator_id operators[] = {
        [KEY_TEXT] = OPERATOR_STRING_LIKE, [KEY_BOOL] = OPERATOR_BOOL,          [KEY_INTEGER] = OPERATOR_NUMERIC_EQUALS,
        [KEY_TIME] = OPERATOR_DATE_EQUALS, [KEY_ADDRESS] = OPERATOR_IP_ADDRESS,
    };
    struct condition_name name = condition_plain(operators[key->domain]);
    if (context_key_may_be_list(key))
        name.set = CONDITION_FOR_ANY_VALUE;
    return name;
}

/* The formula that the condition is met in this hop. */
static constraint met_in(struct constraint_pool *pool, const struct demand *unless, uint32_t hop)
{
    const char *value = "true", *absent = "false";
    switch (unless->kind) {
    case DEMAND_MFA:
        return constraint_atom_in_hop(pool, &(struct condition_name){.op = &condition_operators[OPERATOR_BOOL]},
                                      (struct constraint_key){"aws:MultiFactorAuthPresent", hop}, "", &value, 1);
    case DEMAND_EXTERNAL_ID:
        return constraint_atom_in_hop(pool, &(struct condition_name){.op = &condition_operators[OPERATOR_NULL]},
                                      (struct constraint_key){"sts:ExternalId", hop}, "", &absent, 1);
    case DEMAND_KEY: {
        const struct condition_name name = operator_for(context_key_find(unless->key));
        return constraint_atom_in_hop(pool, &name, (struct constraint_key){unless->key, hop}, "", &unless->value, 1);
    }
    case DEMAND_NONE:
        break;
    }
    return CONSTRAINT_FALSE;
}

static bool note_hop(const struct constraint_key *key, bool fact, void *context)
{
    uint32_t *last = context;
    if (!fact && key->hop > *last)
        *last = key->hop;
    return true;
}

constraint rule_formula_without(struct constraint_pool *pool, constraint demands, const struct demand *unless)
{
    uint32_t last = 0;
    if (unless->kind == DEMAND_NONE)
        return demands;
    constraint_each_key(pool, demands, note_hop, &last);
    for (uint32_t hop = 0; hop <= last; hop++)
        demands = constraint_and(pool, demands, constraint_not(pool, met_in(pool, unless, hop)));
    return demands;
}

/* ---- what the exports leave open */

/* Facts that compare two properties of the call are not open: whoever makes the call decides them. */
static bool is_open(struct constraint_pool *pool, const char *text)
{
    return constraint_fact_kind(pool, text) != FACT_OF_CALL;
}

static bool is_of_call(const struct constraint_key *key, bool fact, void *context)
{
    return !fact || !is_open(context, key->name);
}

enum constraint_answer rule_formula_possible(struct constraint_pool *pool, constraint formula)
{
    if (constraint_satisfiable(pool, formula) == CONSTRAINT_NO)
        return CONSTRAINT_NO;
    constraint plain = constraint_without(pool, formula, is_of_call, pool);
    return constraint_satisfiable(pool, plain) == CONSTRAINT_YES ? CONSTRAINT_YES : CONSTRAINT_UNDECIDED;
}

enum constraint_answer rule_formula_certain(struct constraint_pool *pool, constraint formula)
{
    constraint fails = constraint_not(pool, formula);
    constraint plain = constraint_without(pool, fails, is_of_call, pool);
    if (constraint_satisfiable(pool, fails) == CONSTRAINT_NO)
        return CONSTRAINT_YES;
    return constraint_satisfiable(pool, plain) == CONSTRAINT_YES ? CONSTRAINT_NO : CONSTRAINT_UNDECIDED;
}

struct own_policies {
    struct constraint_pool *pool;
    constraint formula;
};

static bool settle_own(const struct constraint_key *key, bool fact, void *context)
{
    struct own_policies *own = context;
    if (fact && constraint_fact_kind(own->pool, key->name) == FACT_OF_IDENTITY)
        own->formula = constraint_settle_fact(own->pool, own->formula, key->name, true);
    return true;
}

constraint rule_formula_of_outsider(struct constraint_pool *pool, constraint formula, constraint first)
{
    struct own_policies own = {pool, formula};
    constraint_each_key(pool, first, settle_own, &own);
    return own.formula;
}

struct gap_visit {
    struct constraint_pool *pool;
    void (*each)(const char *gap, void *context);
    void *context;
    bool any;
};

static bool visit_gap(const struct constraint_key *key, bool fact, void *context)
{
    struct gap_visit *visit = context;
    if (fact && is_open(visit->pool, key->name)) {
        visit->each(key->name, visit->context);
        visit->any = true;
    }
    return true;
}

void rule_formula_gaps(struct constraint_pool *pool, constraint formula, void (*each)(const char *gap, void *context),
                       void *context)
{
    struct gap_visit visit = {pool, each, context, false};
    constraint_each_key(pool, formula, visit_gap, &visit);
    if (!visit.any)
        each("the conditions of its chains were not fully decided", context);
}
