/*
 * What the layers come to together.
 */
#include "graph/decision/evaluator.h"

constraint parts_trusted(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint result = CONSTRAINT_FALSE;
    for (int way = 0; way < WAY_COUNT; way++)
        result = constraint_or(pool, result, parts->ways[way]);
    return result;
}

constraint parts_direct(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint result = constraint_or(pool, parts->ways[WAY_SERVICE], parts->ways[WAY_FEDERATED]);
    if (!parts->same_account)
        return result;
    result = constraint_or(pool, result, parts->ways[WAY_USER]);
    result = constraint_or(pool, result, parts->ways[WAY_SESSION]);
    result = constraint_or(pool, result, parts->ways[WAY_ANYONE]);
    return constraint_or(pool, result, constraint_and(pool, parts->ways[WAY_ROLE], parts->boundary));
}

constraint parts_granted(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint own = constraint_and(pool, parts->identity, parts->boundary);
    constraint through = parts->same_account ? parts->ways[WAY_DELEGATED] : CONSTRAINT_FALSE;
    if (!parts->same_account)
        for (int way = 0; way < WAY_SERVICE; way++)
            through = constraint_or(pool, through, parts->ways[way]);
    return constraint_or(pool, parts_direct(pool, parts), constraint_and(pool, through, own));
}

constraint parts_denied(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint result = CONSTRAINT_FALSE;
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        result = constraint_or(pool, result, parts->deny[layer]);
    return result;
}

constraint parts_formula(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint formula = constraint_and(pool, parts_granted(pool, parts), parts->scp);
    return constraint_and(pool, formula, constraint_not(pool, parts_denied(pool, parts)));
}
