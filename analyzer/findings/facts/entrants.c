#include "analyzer/findings/facts/entrants.h"

#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

#define MOST_ASKED 500u /* to decide */

static void add(struct analysis *analysis, const struct trust_statement *at, uint32_t principal,
                struct entrants *entrants)
{
    struct caller caller;
    for (uint32_t i = 0; i < entrants->count; i++)
        if (entrants->who[i] == principal)
            return;
    caller_of_principal(analysis->model, principal, &caller);
    if (principal == at->role || trust_admits_named(analysis, &caller, at) == CONSTRAINT_FALSE)
        return;
    if (entrants->count == ENTRANTS_MOST)
        entrants->more = true;
    else
        entrants->who[entrants->count++] = principal;
}

static void sort(struct entrants *entrants)
{
    if (entrants->count > 1)
        qsort(entrants->who, entrants->count, sizeof entrants->who[0], order_numbers);
}

/* The users and roles at the other end of the role's edges, one by one, some more than once. False: no more. */
struct edge_walk {
    const struct edges *edges;
    edge_end targets[EDGES_ENDS];
    uint32_t target, target_count, next, last, member, member_count;
    const uint32_t *members;
};

static bool next_principal(struct edge_walk *walk, uint32_t *principal)
{
    for (;;) {
        while (walk->member < walk->member_count) {
            *principal = walk->members[walk->member++];
            if (*principal < walk->edges->model->principal_count)
                return true;
        }
        while (walk->next == walk->last) {
            if (walk->target == walk->target_count)
                return false;
            edges_in(walk->edges, walk->targets[walk->target++], &walk->next, &walk->last);
        }
        const struct edge *edge = &walk->edges->edges[walk->edges->in_edges[walk->next++]];
        walk->member = 0;
        walk->member_count = 0;
        if (edge->kind == EDGE_ASSUME)
            walk->members = edges_members(walk->edges, &edge->from, &walk->member_count);
    }
}

static struct edge_walk walk_into(const struct edges *edges, uint32_t role)
{
    struct edge_walk walk = {.edges = edges};
    walk.target_count = edges_targets(edges, role, walk.targets);
    return walk;
}

void entrants_find(struct analysis *analysis, const struct trust_statement *at, struct entrants *entrants)
{
    struct edge_walk walk = walk_into(analysis->edges, at->role);
    uint32_t principal, asked = 0;
    *entrants = (struct entrants){.more = false};
    while (!entrants->more && next_principal(&walk, &principal)) {
        entrants->more = entrants->unasked = ++asked > MOST_ASKED;
        add(analysis, at, principal, entrants);
    }
    sort(entrants);
}

void entrants_in_use(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                     struct entrants *entrants)
{
    const struct kept_access *kept = kept_access_of(findings);
    size_t count = 0;
    const struct history_call *calls = history_calls_on(kept_history(analysis, findings), at->role, &count);
    *entrants = (struct entrants){.more = false};
    for (size_t i = 0; i < count && !entrants->more; i++)
        if (calls[i].caller != MODEL_NONE)
            add(analysis, at, calls[i].caller, entrants);
        else
            entrants->more = true;
    for (size_t i = 0; i < kept->count && entrants->count > 0; i++)
        if (kept->callers[i].principal != MODEL_NONE)
            add(analysis, at, kept->callers[i].principal, entrants);
    sort(entrants);
}

json_t *entrants_json(const struct model *model, const struct entrants *entrants)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < entrants->count; i++)
        json_add(list, json_text(model->principals[entrants->who[i]].arn));
    return list;
}

struct account_search {
    struct analysis *analysis;
    const struct trust_statement *at;
    const bool *spared;
    const char *found[ENTRANTS_MOST], *left_out[ENTRANTS_MOST];
    uint32_t found_count, left_out_count, asked;
};

static bool has_text(const char *const *list, uint32_t count, const char *text)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

/* False: there are too many, and the caller gives up. */
static bool search_account(uint32_t node, const struct edge *edge, void *context)
{
    struct account_search *search = context;
    const struct caller *caller = &search->analysis->edges->nodes[node];
    bool spared = search->spared != NULL && search->spared[node];
    const char *const *list = spared ? search->left_out : search->found;
    uint32_t *count = spared ? &search->left_out_count : &search->found_count;
    bool nobodys = caller->kind == CALLER_ANYONE || caller->kind == CALLER_SERVICE || caller_is_federated(caller);
    if (edge->kind != EDGE_ASSUME || node == search->at->role || nobodys ||
        (caller->account != NULL && has_text(list, *count, caller->account)))
        return true;
    if (++search->asked > MOST_ASKED)
        return false;
    if (trust_speaks_for(search->analysis, caller, search->at) == CONSTRAINT_FALSE)
        return true;
    if (caller->account == NULL || *count == ENTRANTS_MOST)
        return false;
    (spared ? search->left_out : search->found)[(*count)++] = caller->account;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *entrants_accounts(struct analysis *analysis, const struct trust_statement *at, const bool *spared,
                          json_t *left_out)
{
    struct account_search search = {.analysis = analysis, .at = at, .spared = spared};
    if (!edges_each_caller(analysis->edges, at->role, search_account, &search))
        return NULL;
    if (search.found_count > 1)
        qsort(search.found, search.found_count, sizeof search.found[0], compare_texts);
    json_t *list = json_array();
    for (uint32_t i = 0; i < search.left_out_count; i++)
        json_add(left_out, json_text(search.left_out[i]));
    for (uint32_t i = 0; i < search.found_count; i++)
        if (!has_text(search.left_out, search.left_out_count, search.found[i]))
            json_add(list, json_text(search.found[i]));
    return list;
}

/* The common part of the path, in whole units. */
static size_t common_units(const char *a, const char *b, size_t length)
{
    size_t same = 0, end = 0;
    for (; same < length && a[same] == b[same]; same++)
        if (a[same] == '/')
            end = same + 1;
    return end;
}

/* The length of "o-x/r-x/", which is everybody in the organization. */
static size_t length_of_root(const char *path)
{
    const char *root = path != NULL ? strchr(path, '/') : NULL, *end = root != NULL ? strchr(root + 1, '/') : NULL;
    return end != NULL ? (size_t)(end + 1 - path) : 0;
}

char *entrants_unit(const struct analysis *analysis, uint32_t role)
{
    const struct model *model = analysis->model;
    struct edge_walk walk = walk_into(analysis->edges, role);
    const char *path = model_organization_path(model, model->principals[role].account);
    size_t root = length_of_root(path), length = root > 0 ? strlen(path) : 0;
    uint32_t principal, account = MODEL_NONE;
    while (length > root && next_principal(&walk, &principal)) {
        if (model->principals[principal].account == account)
            continue;
        account = model->principals[principal].account;
        const char *other = model_organization_path(model, account);
        length = other != NULL ? common_units(path, other, length) : 0;
    }
    return length > root ? memory_text_part(path, length) : NULL;
}
