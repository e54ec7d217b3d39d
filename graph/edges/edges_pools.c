#include "graph/edges/edges_pools.h"

#include "graph/edges/claim_values.h"
#include "graph/edges/edges_inside.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* A role that trusts the issuer. */
struct demand {
    struct constraint_pool *pool;
    constraint formula;
    uint32_t role;
    char *aud, *amr;                    /* keys */
    const struct identity_pool **pools; /* the pools whose tokens may be admitted */
    uint32_t pool_count;
};

bool pools_issue(const char *issuer)
{
    static const char begins[] = "cognito-identity";
    return issuer != NULL && strncmp(issuer, begins, sizeof begins - 1) == 0;
}

/* CONSTRAINT_FALSE if it is impossible. */
static constraint if_possible(const struct demand *demand, constraint formula)
{
    return constraint_satisfiable(demand->pool, formula) == CONSTRAINT_NO ? CONSTRAINT_FALSE : formula;
}

/* Users' tokens contain the provider in amr, and other values that are not all known. */
static constraint of_visitor(const struct demand *demand, constraint formula, const struct pool_visitor *visitor)
{
    static const char *const guest = "unauthenticated", *const user = "authenticated";
    const char *const known[] = {user, visitor->login};
    struct condition_name some = condition_plain(OPERATOR_STRING_EQUALS);
    some.set = CONDITION_FOR_ANY_VALUE;
    if (visitor->login == NULL)
        return if_possible(demand, constraint_fix(demand->pool, formula, demand->amr, &guest, 1));
    constraint usual = if_possible(demand, constraint_fix(demand->pool, formula, demand->amr, known, 2));
    if (usual != CONSTRAINT_FALSE)
        return usual;
    formula = constraint_and(demand->pool, formula, constraint_atom(demand->pool, &some, demand->amr, "", &user, 1));
    return if_possible(
        demand,
        constraint_and(demand->pool, formula,
                       constraint_not(demand->pool, constraint_atom(demand->pool, &some, demand->amr, "", &guest, 1))));
}

/* A gift without a condition makes all others redundant. */
static void ask_visitor(struct token_edges *tokens, const struct demand *demand, constraint formula,
                        const struct pool_visitor *visitor)
{
    constraint under = CONSTRAINT_FALSE;
    const char *how = NULL;
    for (uint32_t i = 0; i < visitor->count && under != CONSTRAINT_TRUE; i++) {
        const struct pool_gift *gift = &visitor->gifts[i];
        enum constraint_fact kind = gift->unknown ? FACT_NOT_EXPORTED : FACT_OF_CALL;
        if (gift->role != MODEL_NONE && gift->role != demand->role)
            continue;
        how = how == NULL || gift->fact == NULL ? gift->how : how;
        under =
            constraint_or(demand->pool, under,
                          gift->fact != NULL ? constraint_fact_of(demand->pool, kind, gift->fact) : CONSTRAINT_TRUE);
    }
    if (how == NULL)
        return;
    constraint residual = constraint_and(demand->pool, of_visitor(demand, formula, visitor), under);
    if (residual != CONSTRAINT_FALSE)
        ARRAY_ADD(tokens->list, tokens->count, tokens->room,
                  (struct token_edge){visitor->place, demand->role, residual, how});
}

static void find_pools(struct demand *demand, const struct identity_pools *pools)
{
    struct claim_values ids = {0};
    claim_values_find(&ids, demand->pool, demand->formula, demand->aud);
    demand->pool_count = 0;
    for (uint32_t i = 0; i < pools->count; i++)
        if (claim_values_may_be(&ids, pools->list[i].id))
            demand->pools[demand->pool_count++] = &pools->list[i];
    claim_values_free(&ids);
}

static void ask_pools(struct token_edges *tokens, const struct demand *demand)
{
    for (uint32_t i = 0; i < demand->pool_count; i++) {
        const struct identity_pool *pool = demand->pools[i];
        constraint formula = constraint_fix(demand->pool, demand->formula, demand->aud, &pool->id, 1);
        for (uint32_t j = 0; j < pool->count && formula != CONSTRAINT_FALSE; j++)
            ask_visitor(tokens, demand, formula, &pool->visitors[j]);
    }
}

static bool lets_in_other_pools(const struct demand *demand)
{
    const struct condition_name equals = condition_plain(OPERATOR_STRING_EQUALS);
    const char **ids = memory_zeroed((size_t)demand->pool_count + 1, sizeof *ids);
    constraint others = demand->formula;
    for (uint32_t i = 0; i < demand->pool_count; i++)
        ids[i] = demand->pools[i]->id;
    if (demand->pool_count > 0) {
        constraint these = constraint_atom(demand->pool, &equals, demand->aud, "", ids, demand->pool_count);
        others = constraint_and(demand->pool, others, constraint_not(demand->pool, these));
    }
    free(ids);
    return constraint_satisfiable(demand->pool, others) != CONSTRAINT_NO;
}

static void ask_roles(struct token_edges *tokens, struct edges *edges, const struct identity_pools *pools,
                      uint32_t issuer)
{
    struct demand demand = {.pool = edges->pool,
                            .aud = claim_key(edges->nodes[issuer].name, "aud"),
                            .amr = claim_key(edges->nodes[issuer].name, "amr"),
                            .pools = memory_zeroed((size_t)pools->count + 1, sizeof *demand.pools)};
    struct hop_cursor cursor;
    struct hop hop;
    for (hop_cursor_begin(&cursor, edges, issuer); hop_cursor_next(&cursor, &hop);) {
        const struct edge *edge = &edges->edges[hop.edge];
        /* The narrowest edge is exact. */
        if (edge->kind != EDGE_ASSUME || edges_between(edges, issuer, hop.to) != edge)
            continue;
        demand.formula = edge->residual;
        demand.role = hop.to;
        find_pools(&demand, pools);
        ask_pools(tokens, &demand);
        if (!lets_in_other_pools(&demand))
            edges_give_way(edges, issuer, hop.to);
    }
    free(demand.aud);
    free(demand.amr);
    free(demand.pools);
}

void pools_find(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads)
{
    const struct identity_pools *pools = workloads_pools(workloads);
    for (uint32_t node = edges->model->principal_count; node < edges->node_count && pools->count > 0; node++)
        if (edges->nodes[node].kind == CALLER_WEB_IDENTITY && pools_issue(edges->nodes[node].name))
            ask_roles(tokens, edges, pools, node);
}
