#include "analyzer/findings/facts/surest_chains.h"

#include "ingest/policy/context_key.h"

static bool is_not_chosen(const struct constraint_key *key, bool fact, void *context)
{
    bool *found = context;
    enum key_class class = fact ? KEY_KNOWN : context_key_find(key->name)->class;
    *found = *found || class == KEY_ENVIRONMENT || class == KEY_PROVIDER || class == KEY_SERVICE;
    return !*found;
}

bool chain_depends_on_others(const struct analysis *analysis, const struct hop *hops, uint32_t count)
{
    bool found = false;
    for (uint32_t i = 0; i < count && !found; i++)
        constraint_each_key(analysis->pool, analysis->edges->edges[hops[i].edge].residual, is_not_chosen, &found);
    return found;
}

static bool is_sure(const struct edge *edge, void *context)
{
    (void)context;
    return edge->verdict == VERDICT_ALLOWED;
}

static bool is_free_to_choose(const struct edge *edge, void *context)
{
    const struct analysis *analysis = context;
    bool found = false;
    constraint_each_key(analysis->pool, edge->residual, is_not_chosen, &found);
    return !found;
}

void sweeps_run(struct sweeps *sweeps, struct analysis *analysis, const bool *stops, const bool *sources)
{
    for (int i = 0; i < CHAINS_SURENESSES; i++)
        sweeps->of[i] = (struct reachability){.edges = analysis->edges, .stops = stops, .context = analysis};
    sweeps->of[CHAINS_SURE].follows = is_sure;
    sweeps->of[CHAINS_CHOSEN].follows = is_free_to_choose;
    for (int i = 0; i < CHAINS_SURENESSES; i++)
        reachability_run(&sweeps->of[i], sources);
}

void sweeps_close(struct sweeps *sweeps)
{
    for (int i = 0; i < CHAINS_SURENESSES; i++)
        reachability_close(&sweeps->of[i]);
}

uint32_t surest_chain(const struct sweeps *sweeps, uint32_t role, struct hop **hops)
{
    uint32_t count = 0;
    *hops = NULL;
    for (int i = 0; i < CHAINS_SURENESSES && count == 0; i++)
        count = reachability_chain(&sweeps->of[i], role, hops);
    return count;
}
