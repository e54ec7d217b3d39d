#include "analyzer/analysis/administrators_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

struct administrators {
    struct account_administrators **accounts; /* NULL: not decided */
    struct account_administrators **sure;     /* only those who certainly are administrators; NULL: not decided */
    bool whole;                               /* most results will be needed in full */
    uint32_t account_count;
    const struct account_administrators *before; /* the results of the account that was set aside; NULL: none */
    uint32_t before_account;
    bool *reaching; /* by node; NULL: not computed */
};

/* The analysis's cache, created on first use. */
static struct administrators *cache_of(struct analysis *analysis)
{
    if (analysis->administrators == NULL) {
        struct administrators *cache = memory_zeroed(1, sizeof *cache);
        cache->account_count = analysis->model->account_count;
        cache->accounts = memory_zeroed((size_t)cache->account_count + 1, sizeof *cache->accounts);
        cache->sure = memory_zeroed((size_t)cache->account_count + 1, sizeof *cache->sure);
        analysis->administrators = cache;
    }
    return analysis->administrators;
}

static void free_account(struct account_administrators *of)
{
    if (of == NULL)
        return;
    free(of->list);
    free(of->holders);
    free(of);
}

void administrators_free(struct administrators *cache)
{
    if (cache == NULL)
        return;
    for (uint32_t i = 0; i < cache->account_count; i++) {
        free_account(cache->accounts[i]);
        free_account(cache->sure[i]);
    }
    free(cache->accounts);
    free(cache->sure);
    free(cache->reaching);
    free(cache);
}

struct account_administrators *administrators_set_aside(struct analysis *analysis, uint32_t account)
{
    struct administrators *cache = cache_of(analysis);
    struct account_administrators *kept = cache->accounts[account];
    cache->accounts[account] = NULL;
    cache->whole = true;
    cache->before = kept;
    cache->before_account = account;
    return kept;
}

void administrators_put_back(struct analysis *analysis, uint32_t account, struct account_administrators *kept)
{
    struct administrators *cache = cache_of(analysis);
    free_account(cache->accounts[account]);
    cache->accounts[account] = kept;
    cache->before = NULL;
}

/* ---- the account's list */

const struct administrator *administrators_get(struct analysis *analysis, uint32_t principal)
{
    struct administrators *cache = cache_of(analysis);
    uint32_t account = analysis->model->principals[principal].account;
    if (cache->accounts[account] == NULL)
        cache->accounts[account] =
            administrators_decide(analysis, account, account == cache->before_account ? cache->before : NULL, false);
    return &cache->accounts[account]->list[principal - analysis->model->accounts[account].first_principal];
}

void administrators_want_whole(struct analysis *analysis)
{
    cache_of(analysis)->whole = true;
}

/* Usually few can become administrator at all, and most of those only under conditions, so finding the certain ones is
 * much faster. */
bool administrators_has(struct analysis *analysis, uint32_t principal)
{
    struct administrators *cache = cache_of(analysis);
    if (principal >= analysis->model->principal_count)
        return false;
    uint32_t account = analysis->model->principals[principal].account;
    if (cache->whole || cache->accounts[account] != NULL)
        return administrators_get(analysis, principal)->sure;
    if (cache->sure[account] == NULL)
        cache->sure[account] = administrators_decide(analysis, account, NULL, true);
    return cache->sure[account]->list[principal - analysis->model->accounts[account].first_principal].sure;
}

/* Whether it is one, or can become a role that is one. */
static bool *find_reaching(struct analysis *analysis)
{
    const struct edges *edges = analysis_edges(analysis);
    bool *reaching = memory_zeroed(edges->node_count, sizeof *reaching);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        reaching[i] = analysis->model->principals[i].is_role && administrators_has(analysis, i);
    chains_reach_backwards(edges, reaching);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        reaching[i] = reaching[i] || administrators_has(analysis, i);
    return reaching;
}

bool administrators_reached(struct analysis *analysis, uint32_t node)
{
    struct administrators *cache = cache_of(analysis);
    if (cache->reaching == NULL)
        cache->reaching = find_reaching(analysis);
    return cache->reaching[node];
}

struct lead {
    struct analysis *analysis;
    uint32_t from;
};

static bool is_end(void *context, uint32_t node)
{
    const struct lead *lead = context;
    bool role = node < lead->analysis->model->principal_count && lead->analysis->model->principals[node].is_role;
    return (role || node == lead->from) && administrators_has(lead->analysis, node);
}

bool administrators_reached_by_few(struct analysis *analysis, uint32_t node)
{
    const struct administrators *cache = cache_of(analysis);
    return cache->reaching != NULL
               ? cache->reaching[node]
               : chains_lead(analysis_edges(analysis), node, is_end, &(struct lead){analysis, node});
}
