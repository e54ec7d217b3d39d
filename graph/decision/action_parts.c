/*
 * Combines the results of the layers.
 */
#include "graph/decision/evaluator.h"

static constraint any_of(struct constraint_pool *pool, const constraint *list, int count)
{
    constraint result = CONSTRAINT_FALSE;
    for (int i = 0; i < count; i++)
        result = constraint_or(pool, result, list[i]);
    return result;
}

constraint parts_trusted(struct constraint_pool *pool, const struct action_parts *parts)
{
    return any_of(pool, parts->ways, WAY_COUNT);
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
    constraint through = parts->same_account ? parts->ways[WAY_DELEGATED] : any_of(pool, parts->ways, WAY_SERVICE);
    return constraint_or(pool, parts_direct(pool, parts), constraint_and(pool, through, own));
}

constraint parts_denied(struct constraint_pool *pool, const struct action_parts *parts)
{
    return any_of(pool, parts->deny, LAYER_COUNT);
}

constraint parts_formula(struct constraint_pool *pool, const struct action_parts *parts)
{
    constraint formula = constraint_and(pool, parts_granted(pool, parts), parts->scp);
    return constraint_and(pool, formula, constraint_not(pool, parts_denied(pool, parts)));
}
