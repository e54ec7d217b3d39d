#include "graph/edges/edges_tokens.h"

#include "graph/edges/claim_values.h"
#include "graph/edges/edges_inside.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A role's conditions for tokens. */
struct demand {
    struct constraint_pool *pool;
    constraint formula;
    char *sub, *aud;              /* keys */
    json_t *audiences;            /* audiences that tokens may have; NULL: unknown */
    struct claim_values subjects; /* possible subjects */
    const char **found;           /* subjects that are admitted */
    uint32_t found_count, found_room;
};

static constraint of_subject(const struct demand *demand, const char *subject)
{
    return constraint_fix(demand->pool, demand->formula, demand->sub, &subject, 1);
}

/* ---- who is admitted */

/* A pod may request a token for any audience that the provider accepts; the usual one is what EKS sets up. */
static constraint with_any_audience(const struct demand *demand, constraint formula)
{
    static const char *const usual = "sts.amazonaws.com";
    constraint any =
        demand->audiences != NULL
            ? CONSTRAINT_FALSE
            : constraint_or(demand->pool, formula, constraint_fix(demand->pool, formula, demand->aud, &usual, 1));
    size_t index;
    json_t *one;
    json_array_foreach(demand->audiences, index, one)
    {
        const char *text = json_string_value(one);
        if (text != NULL)
            any = constraint_or(demand->pool, any, constraint_fix(demand->pool, formula, demand->aud, &text, 1));
    }
    return any;
}

static constraint is_let_in(const struct demand *demand, const char *subject)
{
    constraint formula = of_subject(demand, subject);
    if (formula != CONSTRAINT_FALSE)
        formula = with_any_audience(demand, formula);
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(demand->pool, formula) == CONSTRAINT_NO
               ? CONSTRAINT_FALSE
               : formula;
}

/* Whether anybody besides the subjects found is admitted. */
static bool lets_in_others(const struct demand *demand)
{
    const struct condition_name equals = condition_plain(OPERATOR_STRING_EQUALS);
    if (demand->found_count == 0)
        return true;
    constraint of_found = constraint_atom(demand->pool, &equals, demand->sub, "", demand->found, demand->found_count);
    constraint others = constraint_and(demand->pool, demand->formula, constraint_not(demand->pool, of_found));
    return constraint_satisfiable(demand->pool, others) != CONSTRAINT_NO;
}

/* ---- roles */

/* Whether those found are the only ones, now and later. */
static bool ask(struct token_edges *tokens, struct demand *demand, const struct workload_cluster *cluster,
                const struct workload *list, uint32_t role)
{
    /* Most roles name one subject, so not every service account is decided by itself. */
    claim_values_find(&demand->subjects, demand->pool, demand->formula, demand->sub);
    for (uint32_t i = cluster->first; i < cluster->first + cluster->count; i++) {
        struct text subject = {0};
        if (list[i].namespace == NULL)
            continue;
        text_format(&subject, POD_SUBJECT "%s:%s", list[i].namespace, list[i].service_account);
        constraint residual =
            claim_values_may_be(&demand->subjects, subject.data) ? is_let_in(demand, subject.data) : CONSTRAINT_FALSE;
        if (residual != CONSTRAINT_FALSE) {
            ARRAY_ADD(tokens->list, tokens->count, tokens->room, (struct token_edge){i, role, residual, HOW_TOKEN});
            ARRAY_ADD(demand->found, demand->found_count, demand->found_room,
                      arena_copy_text(&demand->subjects.arena, subject.data, subject.length));
        }
        text_free(&subject);
    }
    return cluster->pods_known && !lets_in_others(demand);
}

static void ask_roles(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads,
                      const struct workload_cluster *cluster, uint32_t provider)
{
    uint32_t count;
    const struct workload *list = workloads_list(workloads, &count);
    const char *audiences = workloads_audiences(workloads, edges->nodes[provider].text);
    struct hop_cursor cursor;
    struct hop hop;
    for (hop_cursor_begin(&cursor, edges, provider); hop_cursor_next(&cursor, &hop);) {
        const struct edge *edge = &edges->edges[hop.edge];
        /* The narrowest edge is exact. */
        if (edge->kind != EDGE_ASSUME || edges_between(edges, provider, hop.to) != edge)
            continue;
        struct demand demand = {.pool = edges->pool,
                                .formula = edge->residual,
                                .sub = claim_key(cluster->issuer, "sub"),
                                .aud = claim_key(cluster->issuer, "aud"),
                                .audiences = audiences != NULL ? json_loads(audiences, 0, NULL) : NULL};
        if (ask(tokens, &demand, cluster, list, hop.to))
            edges_give_way(edges, provider, hop.to);
        free(demand.sub);
        free(demand.aud);
        free(demand.found);
        json_decref(demand.audiences);
        claim_values_free(&demand.subjects);
    }
}

static int compare_issuers(const void *a, const void *b)
{
    const struct workload_cluster *const *x = a, *const *y = b;
    return strcmp((*x)->issuer, (*y)->issuer);
}

/* Clusters with a description; the caller frees the list. */
static const struct workload_cluster **clusters_by_issuer(const struct workloads *workloads, uint32_t *count)
{
    uint32_t all;
    const struct workload_cluster *clusters = workloads_clusters(workloads, &all);
    const struct workload_cluster **list = memory_zeroed((size_t)all + 1, sizeof *list);
    *count = 0;
    for (uint32_t i = 0; i < all; i++)
        if (clusters[i].issuer != NULL)
            list[(*count)++] = &clusters[i];
    if (*count > 1)
        qsort(list, *count, sizeof *list, compare_issuers);
    return list;
}

void tokens_find(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads)
{
    uint32_t count;
    const struct workload_cluster **by_issuer = clusters_by_issuer(workloads, &count);
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++) {
        const struct caller *caller = &edges->nodes[node];
        if (caller->kind != CALLER_WEB_IDENTITY || caller->name == NULL)
            continue;
        const struct workload_cluster key = {.issuer = caller->name}, *wanted = &key;
        size_t i = order_lower_bound(&wanted, by_issuer, count, sizeof *by_issuer, compare_issuers);
        for (; i < count && strcmp(by_issuer[i]->issuer, caller->name) == 0; i++)
            ask_roles(tokens, edges, workloads, by_issuer[i], node);
    }
    free(by_issuer);
}

void tokens_free(struct token_edges *tokens)
{
    free(tokens->list);
    *tokens = (struct token_edges){0};
}
