#include "graph/chains/role_chaining_inside.h"

#include "graph/chains/session_memory.h"
#include "graph/edges/edges_people.h"
#include "graph/edges/edges_workloads.h"
#include "graph/policy/service_sessions.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

unsigned session_look_of(const char *key)
{
    const struct context_key *about = context_key_find(key);
    if (about->source == SOURCE_PRINCIPAL_TAG)
        return LOOKS_AT_TAGS;
    if (strcasecmp(key, SOURCE_IDENTITY) == 0)
        return LOOKS_AT_IDENTITY;
    if (strcasecmp(key, KEY_CALLER_SESSION) == 0)
        return LOOKS_AT_NAME;
    return about->source == SOURCE_FEDERATED_PROVIDER || context_key_lasts(key) || about->delivered ? LOOKS_AT_ORIGIN
                                                                                                    : 0;
}

/* These keep their plain names at first; the ties below assign them to hops. */
static bool is_tied(const char *key)
{
    unsigned look = session_look_of(key);
    return look != 0 && look != LOOKS_AT_NAME;
}

/* ---- keys of a residual become keys of a hop of a chain (context: its number, uint32_t) */

static struct constraint_key rename_key(const struct constraint_key *key, void *context)
{
    const uint32_t *hop = context;
    if (context_key_find(key->name)->shared || is_tied(key->name))
        return *key;
    if (*hop > 0 && strcasecmp(key->name, KEY_CALLER_SESSION) == 0)
        return (struct constraint_key){"sts:RoleSessionName", *hop - 1};
    return (struct constraint_key){key->name, *hop};
}

static constraint in_hop(struct chainer *chainer, constraint residual, uint32_t hop)
{
    bool fresh;
    if (residual <= CONSTRAINT_TRUE || hop == 0)
        return residual;
    constraint *known = id_map_add(&chainer->in_hops, (int64_t)residual << 32 | hop, &fresh);
    if (fresh)
        *known = constraint_rename(chainer->edges->pool, residual, rename_key, &hop);
    return *known;
}

struct constraint_key chaining_rename_tied_key(const struct constraint_key *key, void *context)
{
    const uint32_t *hop = context;
    return is_tied(key->name) ? (struct constraint_key){key->name, *hop} : *key;
}

/* Tags and source identity too: where they are not tied, they stay open. */
static struct constraint_key rename_every_key(const struct constraint_key *key, void *context)
{
    return is_tied(key->name) ? chaining_rename_tied_key(key, context) : rename_key(key, context);
}

static struct constraint_key forget_hop(const struct constraint_key *key, void *context)
{
    (void)context;
    return (struct constraint_key){key->name, 0};
}

constraint chaining_as_one_call(struct constraint_pool *pool, constraint demands)
{
    return demands <= CONSTRAINT_TRUE ? demands : constraint_rename(pool, demands, forget_hop, NULL);
}

static struct constraint_key forget_hop_of_choice(const struct constraint_key *key, void *context)
{
    (void)context;
    bool chosen = context_key_find(key->name)->class == KEY_CHOSEN && strcasecmp(key->name, KEY_CALLER_SESSION) != 0;
    return (struct constraint_key){key->name, chosen ? 0 : key->hop};
}

constraint chaining_as_one_choice(struct constraint_pool *pool, constraint demands)
{
    return demands <= CONSTRAINT_TRUE ? demands : constraint_rename(pool, demands, forget_hop_of_choice, NULL);
}

/* ---- what is known about a person's session */

#define MOST_PERSON_KEYS 32u

/* The edge by which a person became the role of the chain's first hop; NULL: the chain begins otherwise. */
static const struct edge *begins_with_person(const struct edges *edges, const struct chaining *before)
{
    if (before->hops == 0 || before->blurred || !edges_has_people(edges) ||
        edges_person(edges, before->path[0].from) == NULL)
        return NULL;
    return &edges->edges[before->path[0].edge];
}

struct person_keys {
    const char *names[MOST_PERSON_KEYS];
    uint32_t count;
};

static bool find_first_hop(const struct constraint_key *key, bool fact, void *context)
{
    struct person_keys *found = context;
    for (uint32_t i = 0; i < found->count; i++)
        if (strcasecmp(found->names[i], key->name) == 0)
            return true;
    if (!fact && key->hop == 0 && session_names_passed(key->name) && found->count < MOST_PERSON_KEYS)
        found->names[found->count++] = key->name;
    return true;
}

/* Identity Center names the session after the person, makes tags from attributes, none of them transitive, and sets no
 * source identity. */
static constraint fix_of_person(const struct edges *edges, const struct person *person, const char *key,
                                constraint formula)
{
    struct constraint_key passed = {key, 0};
    const char *value = NULL;
    enum fact known = FACT_NO;
    if (strcasecmp(key, "sts:RoleSessionName") == 0) {
        value = person_session_name(person);
        known = value != NULL ? FACT_YES : FACT_UNKNOWN;
    } else if (strncasecmp(key, REQUEST_TAG, sizeof REQUEST_TAG - 1) == 0) {
        known = person_tag(edges->people, person, key + sizeof REQUEST_TAG - 1, &value);
    } else if (strcasecmp(key, "aws:TagKeys") == 0) {
        known = FACT_UNKNOWN;
    }
    return known == FACT_UNKNOWN ? formula
                                 : constraint_fix_in_hop(edges->pool, formula, passed, &value, known == FACT_YES);
}

static constraint settle_person(struct chainer *chainer, const struct chaining *before, constraint hop)
{
    const struct edges *edges = chainer->edges;
    const struct edge *edge = begins_with_person(edges, before);
    struct person_keys found = {.count = 0};
    if (hop <= CONSTRAINT_TRUE || edge == NULL || !edge_is_assignment(edge))
        return hop;
    const struct person *person = edges_person(edges, before->path[0].from);
    constraint_each_key(edges->pool, hop, find_first_hop, &found);
    for (uint32_t i = 0; i < found.count; i++)
        hop = fix_of_person(edges, person, found.names[i], hop);
    return hop;
}

/* What is known about the session of the workload before the first hop. */
static constraint settle_workload(const struct chainer *chainer, const struct chaining *before, struct hop step,
                                  constraint hop)
{
    const struct edges *edges = chainer->edges;
    if (hop <= CONSTRAINT_TRUE || before->hops == 0 || before->blurred ||
        edges_workload(edges, before->path[0].from) == NULL)
        return hop;
    const struct edge *first = &edges->edges[before->path[0].edge];
    hop = edges_settle_workload(edges, first, hop);
    return before->hops == 1 && edges->edges[step.edge].kind == EDGE_ASSUME
               ? edges_settle_target(edges, first, step.to, hop)
               : hop;
}

/* ---- permissions for passing something */

static constraint decide_beside(struct chainer *chainer, struct hop step, enum sts_action_id action)
{
    struct decision decision;
    if (caller_is_before_roles(&chainer->edges->nodes[step.from]))
        return action == STS_SET_SOURCE_IDENTITY ? CONSTRAINT_FALSE : CONSTRAINT_TRUE;
    struct decision_question question = {.caller = chainer->edges->nodes[step.from],
                                         .role = step.to,
                                         .actions = &sts_actions[action].name,
                                         .action_count = 1,
                                         .now = chainer->now,
                                         .verdict_only = true};
    decision_decide(chainer->evaluator, &question, &decision);
    return decision.residual;
}

/* The same, decided once for each pair. */
static constraint known_beside(struct chainer *chainer, struct hop step, enum sts_action_id action)
{
    uint64_t hash = hash_number(hash_number((uint64_t)step.from << 32 | step.to) ^ (uint64_t)action);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t number; (number = hash_index_next(&chainer->beside_index, &probe)) != HASH_INDEX_NONE;) {
        const struct beside *known = &chainer->beside[number];
        if (known->from == step.from && known->to == step.to && known->action == action)
            return known->residual;
    }
    struct beside next = {step.from, step.to, action, decide_beside(chainer, step, action)};
    hash_index_add(&chainer->beside_index, hash, chainer->beside_count);
    ARRAY_ADD(chainer->beside, chainer->beside_count, chainer->beside_room, next);
    return next.residual;
}

constraint chaining_beside(struct chainer *chainer, struct hop step, uint32_t hop, enum sts_action_id action)
{
    /* Whoever rewrites the trust policy or its own permissions can allow that too; the other kinds pass nothing. */
    if (chainer->edges->edges[step.edge].kind != EDGE_ASSUME)
        return CONSTRAINT_TRUE;
    constraint residual = known_beside(chainer, step, action);
    return residual <= CONSTRAINT_TRUE || hop == 0
               ? residual
               : constraint_rename(chainer->edges->pool, residual, rename_every_key, &hop);
}

/* Stolen access keys, and sessions that a service opens, carry nothing from earlier hops. */
bool chaining_begins_anew(const struct edge *edge)
{
    return edge_kind_begins_anew(edge->kind);
}

uint32_t chaining_memory_begins(const struct chainer *chainer, const struct hop *path, uint32_t hops)
{
    for (uint32_t hop = hops; hop-- > 0;)
        if (chaining_begins_anew(&chainer->edges->edges[path[hop].edge]))
            return hop + 1;
    return 0;
}

const struct caller *chaining_session_before(const struct chainer *chainer, const struct hop *path, uint32_t hops)
{
    const struct caller *caller = &chainer->edges->nodes[path[0].from];
    bool session = caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION ||
                   caller->kind == CALLER_ACCOUNT || caller_is_stranger(caller) || caller->kind == CALLER_UNIQUE_ID;
    return session && chaining_memory_begins(chainer, path, hops) == 0 ? caller : NULL;
}

/* The service that opens sessions for the node, or the node itself if it is one; NULL: none is known to pass
 * anything. */
static const struct service_session *session_of(const struct edges *edges, uint32_t node)
{
    const struct workload *workload = edges_workload(edges, node);
    const struct service_session *session = NULL;
    if (edges->nodes[node].kind == CALLER_SERVICE)
        session = service_session_find(edges->nodes[node].text);
    for (uint32_t i = 0; workload != NULL && i < workload->way_count && session == NULL; i++)
        session = service_session_find(workload->ways[i].service);
    return session;
}

bool chaining_begins_laden(const struct edges *edges, uint32_t node)
{
    const struct service_session *session = session_of(edges, node);
    return session != NULL && session->lasts;
}

/* Whether the first session contains nothing that the service passed: FACT_UNKNOWN if that depends. */
static enum fact is_empty_handed(const struct edges *edges, const struct edge *first)
{
    if (edges_workload(edges, first->from) == NULL || strcmp(first->how, HOW_SEVERAL) == 0)
        return FACT_UNKNOWN;
    const struct workload_way *way = edges_workload_way(edges, first);
    if (way == NULL || way->association == NULL)
        return way == NULL ? FACT_YES : FACT_UNKNOWN;
    return way->association->tags == FACT_UNKNOWN ? FACT_UNKNOWN
           : way->association->tags == FACT_YES   ? FACT_NO
                                                  : FACT_YES;
}

static bool find_passed_on(const struct constraint_key *key, bool fact, void *context)
{
    bool *found = context;
    *found = *found || (!fact && ((session_look_of(key->name) & (LOOKS_AT_TAGS | LOOKS_AT_IDENTITY)) != 0 ||
                                  strcasecmp(key->name, "sts:SourceIdentity") == 0 ||
                                  strcasecmp(key->name, "sts:TransitiveTagKeys") == 0));
    return !*found;
}

bool chaining_residual_asks_policies(struct constraint_pool *pool, constraint residual)
{
    bool found = false;
    if (residual > CONSTRAINT_TRUE)
        constraint_each_key(pool, residual, find_passed_on, &found);
    return found;
}

bool chaining_edges_ask_policies(const struct edges *edges)
{
    bool found = false;
    constraint last = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < edges->edge_count && !found; i++) {
        constraint residual = edges->edges[i].residual;
        found = residual != last && chaining_residual_asks_policies(edges->pool, residual);
        last = residual;
    }
    return found;
}

/* What the service that opened the first session passed stays with the session, and passing it on must be allowed,
 * too. */
static constraint carries_of_service(struct chainer *chainer, const struct chaining *before, struct hop step)
{
    struct constraint_pool *pool = chainer->edges->pool;
    const struct edge *edge = &chainer->edges->edges[step.edge];
    if (before->hops == 0 || before->blurred || chaining_begins_anew(edge) ||
        !chaining_begins_laden(chainer->edges, before->path[0].from) ||
        chaining_memory_begins(chainer, before->path, before->hops) > 0)
        return CONSTRAINT_TRUE;
    const struct service_session *session = session_of(chainer->edges, before->path[0].from);
    enum fact empty = is_empty_handed(chainer->edges, &chainer->edges->edges[before->path[0].edge]);
    constraint also = CONSTRAINT_TRUE;
    if (empty == FACT_YES)
        return also;
    for (size_t i = 0; i < 2 && session->needs[i] != STS_ASSUME_ROLE; i++)
        also = constraint_and(pool, also, chaining_beside(chainer, step, before->hops, session->needs[i]));
    return session->unless == NULL || empty == FACT_NO
               ? also
               : constraint_or(pool, constraint_fact(pool, session->unless), also);
}

/* ---- extending */

void chainer_open(struct chainer *chainer, const struct edges *edges)
{
    *chainer =
        (struct chainer){.edges = edges, .evaluator = evaluator_new(edges->model, edges->pool), .now = edges->now};
}

void chainer_forget(struct chainer *chainer)
{
    hash_index_clear(&chainer->beside_index);
    chainer->beside_count = 0;
    id_map_free(&chainer->in_hops);
    chainer->in_hops = (struct id_map){.count = 0};
    if (chainer->of_sessions_room > 0)
        memset(chainer->of_sessions, 0, chainer->of_sessions_room * sizeof *chainer->of_sessions);
    if (chainer->of_passing_room > 0)
        memset(chainer->of_passing, 0, chainer->of_passing_room * sizeof *chainer->of_passing);
}

void chainer_close(struct chainer *chainer)
{
    evaluator_free(chainer->evaluator);
    free(chainer->beside);
    free(chainer->of_sessions);
    free(chainer->of_passing);
    session_forget(chainer);
    id_map_free(&chainer->in_hops);
    hash_index_free(&chainer->beside_index);
    *chainer = (struct chainer){.edges = NULL};
}

bool chaining_extend(struct chainer *chainer, const struct chaining *before, struct hop step, constraint *demands)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint hop = in_hop(chainer, chainer->edges->edges[step.edge].residual, before->hops);
    *demands = before->carried;
    if (hop != CONSTRAINT_TRUE || before->carried != CONSTRAINT_TRUE)
        hop = session_tie(chainer, before, step, hop);
    hop = constraint_and(pool, hop, carries_of_service(chainer, before, step));
    hop = settle_person(chainer, before, hop);
    hop = settle_workload(chainer, before, step, hop);
    if (hop == CONSTRAINT_TRUE)
        return true;
    *demands = constraint_and(pool, before->carried, hop);
    return *demands != CONSTRAINT_FALSE && constraint_satisfiable(pool, *demands) != CONSTRAINT_NO;
}
