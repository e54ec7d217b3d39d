#include "graph/chains/role_chaining.h"

#include "graph/policy/service_sessions.h"
#include "ingest/policy/context_key.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PRINCIPAL_TAG "aws:PrincipalTag/"
#define REQUEST_TAG "aws:RequestTag/"
#define SOURCE_IDENTITY "aws:SourceIdentity"       /* that the session has */
#define FEDERATED_PROVIDER "aws:FederatedProvider" /* whose token gave the session */
#define MAXIMUM_TAGS 32u

/* Tags, source identity and provider of the session keep their plain names here; ties below give them their hop. */
static bool is_tied(const char *key)
{
    return strncasecmp(key, PRINCIPAL_TAG, sizeof PRINCIPAL_TAG - 1) == 0 || strcasecmp(key, SOURCE_IDENTITY) == 0 ||
           strcasecmp(key, FEDERATED_PROVIDER) == 0;
}

static bool is_key(const struct constraint_key *key, const struct constraint_key *other)
{
    return key->hop == other->hop && strcasecmp(key->name, other->name) == 0;
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

static constraint in_hop(struct constraint_pool *pool, constraint residual, uint32_t hop)
{
    return residual <= CONSTRAINT_TRUE || hop == 0 ? residual : constraint_rename(pool, residual, rename_key, &hop);
}

static struct constraint_key rename_tied_key(const struct constraint_key *key, void *context)
{
    const uint32_t *hop = context;
    return is_tied(key->name) ? (struct constraint_key){key->name, *hop} : *key;
}

/* Tags and source identity too: for what is not tied, they are open. */
static struct constraint_key rename_every_key(const struct constraint_key *key, void *context)
{
    return is_tied(key->name) ? rename_tied_key(key, context) : rename_key(key, context);
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

struct replacing {
    struct constraint_key from, to;
};

static struct constraint_key replace_key(const struct constraint_key *key, void *context)
{
    const struct replacing *replacing = context;
    return is_key(key, &replacing->from) ? replacing->to : *key;
}

static constraint replace(struct constraint_pool *pool, constraint formula, struct constraint_key from,
                          struct constraint_key to)
{
    struct replacing replacing = {from, to};
    return constraint_rename(pool, formula, replace_key, &replacing);
}

static constraint present(struct constraint_pool *pool, struct constraint_key key, bool wanted)
{
    static const char *const no = "false", *const yes = "true";
    struct condition_name null = condition_plain(OPERATOR_NULL);
    return constraint_atom_in_hop(pool, &null, key, "", wanted ? &no : &yes, 1);
}

/* That the caller of the hop makes the tag transitive. */
static constraint is_transitive(struct constraint_pool *pool, uint32_t hop, const char *tag)
{
    struct condition_name contains = condition_plain(OPERATOR_STRING_EQUALS);
    contains.set = CONDITION_FOR_ANY_VALUE;
    return constraint_atom_in_hop(pool, &contains, (struct constraint_key){"sts:TransitiveTagKeys", hop}, "", &tag, 1);
}

/* ---- permissions that passing something needs */

/* What hop `hop` demands when the action must be allowed besides. */
static constraint with_action(struct chainer *chainer, struct hop step, uint32_t hop, enum sts_action_id action)
{
    const struct edges *edges = chainer->edges;
    const struct edge *edge = &edges->edges[step.edge];
    struct decision decision;
    /* Who rewrites the trust policy or its own permissions allows that too; the other kinds pass nothing. */
    if (edge->kind != EDGE_ASSUME)
        return CONSTRAINT_TRUE;
    struct decision_question question = {.caller = edges->nodes[step.from],
                                         .role = step.to,
                                         .actions = &sts_actions[action].name,
                                         .action_count = 1,
                                         .now = chainer->now,
                                         .verdict_only = true};
    decision_decide(chainer->evaluator, &question, &decision);
    return decision.residual <= CONSTRAINT_TRUE || hop == 0
               ? decision.residual
               : constraint_rename(edges->pool, decision.residual, rename_every_key, &hop);
}

/* Keys that were taken and sessions that a service makes know nothing of the hops before. */
static bool begins_anew(const struct edge *edge)
{
    return edge->kind == EDGE_TAKE_CREDENTIALS || edge->kind == EDGE_PASS_ROLE || edge->kind == EDGE_TAKE_OVER;
}

/* The first hop whose tags and source identity the session at the end can still have. */
static uint32_t memory_begins(const struct chainer *chainer, const struct chaining *before)
{
    for (uint32_t hop = before->hops; hop-- > 0;)
        if (begins_anew(&chainer->edges->edges[before->path[hop].edge]))
            return hop + 1;
    return 0;
}

/* Whether the caller of the first hop may itself bring a source identity or transitive tags. */
static const struct caller *session_before(const struct chainer *chainer, const struct chaining *before)
{
    const struct caller *caller = &chainer->edges->nodes[before->path[0].from];
    bool session = caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION ||
                   caller->kind == CALLER_ACCOUNT || caller_is_stranger(caller) || caller->kind == CALLER_UNIQUE_ID;
    return session && memory_begins(chainer, before) == 0 ? caller : NULL;
}

/* ---- ties: tags and source identity */

struct found_keys {
    struct constraint_key tags[MAXIMUM_TAGS];
    uint32_t tag_count;
    bool identity, provider, passes_identity, passes_transitive_tags, too_many;
};

static void add_tag(struct found_keys *found, const struct constraint_key *key)
{
    for (uint32_t i = 0; i < found->tag_count; i++)
        if (is_key(&found->tags[i], key))
            return;
    if (found->tag_count < MAXIMUM_TAGS)
        found->tags[found->tag_count++] = *key;
    else
        found->too_many = true;
}

/* Of tags and source identities of sessions those that are not tied to a hop yet. */
static bool find_keys(const struct constraint_key *key, bool fact, void *context)
{
    struct found_keys *found = context;
    if (fact)
        return true;
    if (key->hop == 0 && strcasecmp(key->name, SOURCE_IDENTITY) == 0)
        found->identity = true;
    if (key->hop == 0 && strcasecmp(key->name, FEDERATED_PROVIDER) == 0)
        found->provider = true;
    if (strcasecmp(key->name, "sts:SourceIdentity") == 0)
        found->passes_identity = true;
    if (strcasecmp(key->name, "sts:TransitiveTagKeys") == 0)
        found->passes_transitive_tags = true;
    if (key->hop == 0 && strncasecmp(key->name, PRINCIPAL_TAG, sizeof PRINCIPAL_TAG - 1) == 0)
        add_tag(found, key);
    return true;
}

/* Tags that the last hop passes. */
static bool find_passed_tags(const struct constraint_key *key, bool fact, void *context)
{
    if (!fact && strncmp(key->name, REQUEST_TAG, sizeof REQUEST_TAG - 1) == 0)
        add_tag(context, key);
    return true;
}

static constraint fix_own_tag(struct constraint_pool *pool, const struct model_principal *role,
                              struct constraint_key key, constraint formula)
{
    for (uint32_t i = 0; i < role->tag_count; i++)
        if (strcasecmp(role->tags[i].key, key.name + sizeof PRINCIPAL_TAG - 1) == 0)
            return constraint_fix_in_hop(pool, formula, key, &role->tags[i].value, 1);
    return constraint_fix_in_hop(pool, formula, key, NULL, 0);
}

/* A session with transitive tags passes them in every hop, which sts:TagSession must allow there, also in this one. */
static constraint carries_tags(struct chainer *chainer, const struct chaining *before, uint32_t from_hop,
                               struct hop step)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint result = with_action(chainer, step, before->hops, STS_TAG_SESSION);
    for (uint32_t hop = from_hop; hop < before->hops; hop++)
        result = constraint_and(pool, result, with_action(chainer, before->path[hop], hop, STS_TAG_SESSION));
    return result;
}

/* The session of hop n-1 has the tag because it was passed there, because it was passed before as a transitive tag, or
 * because the role has it. */
static constraint tie_tag(struct chainer *chainer, const struct chaining *before, struct hop step,
                          struct constraint_key key, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    const struct model_principal *role = &chainer->edges->model->principals[before->path[before->hops - 1].to];
    const char *tag = key.name + sizeof PRINCIPAL_TAG - 1;
    constraint result = CONSTRAINT_FALSE, not_since = CONSTRAINT_TRUE;
    char request_tag[300];
    snprintf(request_tag, sizeof request_tag, REQUEST_TAG "%s", tag);
    for (uint32_t hop = before->hops, begin = memory_begins(chainer, before); hop-- > begin;) {
        struct constraint_key passed = {request_tag, hop};
        constraint way = constraint_and(pool, present(pool, passed, true), replace(pool, formula, key, passed));
        way = constraint_and(pool, way, with_action(chainer, before->path[hop], hop, STS_TAG_SESSION));
        if (hop + 1 < before->hops) {
            way = constraint_and(pool, way, is_transitive(pool, hop, tag));
            /* What this hop says of the session's tag is said of the same one. */
            constraint carried = carries_tags(chainer, before, hop + 1, step);
            struct constraint_key own = {key.name, before->hops};
            way = constraint_and(pool, way, replace(pool, carried, own, passed));
        }
        result = constraint_or(pool, result, constraint_and(pool, way, not_since));
        not_since = constraint_and(pool, not_since, present(pool, passed, false));
    }
    /* The first caller's session may have brought a transitive tag, if its role may be given tags at all. */
    const struct caller *first = session_before(chainer, before);
    if (first != NULL &&
        (first->principal == MODEL_NONE || decision_takes_tags(chainer->edges->model, first->principal)))
        result = constraint_or(
            pool, result,
            constraint_and(pool, replace(pool, formula, key, (struct constraint_key){key.name, 0}), not_since));
    if (!role->tags_known) {
        struct constraint_key own = {key.name, before->hops};
        return constraint_or(pool, result, replace(pool, formula, key, own));
    }
    return constraint_or(pool, result, constraint_and(pool, not_since, fix_own_tag(pool, role, key, formula)));
}

/* The source identity was set in one of the hops before, or by the first caller's session, or not at all. */
static constraint tie_identity(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    struct constraint_key key = {SOURCE_IDENTITY, 0};
    struct constraint_pool *pool = chainer->edges->pool;
    constraint result = CONSTRAINT_FALSE, none = CONSTRAINT_TRUE;
    for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++) {
        struct constraint_key set = {"sts:SourceIdentity", hop};
        constraint way = constraint_and(pool, present(pool, set, true), replace(pool, formula, key, set));
        way = constraint_and(pool, way, with_action(chainer, before->path[hop], hop, STS_SET_SOURCE_IDENTITY));
        for (uint32_t later = hop + 1; later < before->hops; later++)
            way = constraint_and(pool, way, with_action(chainer, before->path[later], later, STS_SET_SOURCE_IDENTITY));
        result = constraint_or(pool, result, constraint_and(pool, way, none));
        none = constraint_and(pool, none, present(pool, set, false));
    }
    if (session_before(chainer, before) != NULL)
        result = constraint_or(pool, result, constraint_and(pool, formula, none));
    return constraint_or(pool, result, constraint_and(pool, none, constraint_fix(pool, formula, key.name, NULL, 0)));
}

/* The session has a provider if the hop that gave it was a call with a token or an assertion. How sessions were
 * obtained whose credentials are taken stays open. */
static constraint tie_provider(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    const struct hop *last = &before->path[before->hops - 1];
    const struct caller *caller = &chainer->edges->nodes[last->from];
    enum edge_kind kind = chainer->edges->edges[last->edge].kind;
    struct constraint_key key = {FEDERATED_PROVIDER, 0};
    if (kind == EDGE_TAKE_CREDENTIALS)
        return replace(pool, formula, key, (struct constraint_key){key.name, before->hops});
    bool federated = kind == EDGE_ASSUME && caller_is_federated(caller);
    return constraint_fix(pool, formula, key.name, &caller->text, federated ? 1 : 0);
}

/* What was set once cannot be set to something else: a hop that names a source identity names that one, or none. */
static constraint keep_identity(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    struct constraint_key own = {"sts:SourceIdentity", before->hops};
    constraint result = CONSTRAINT_FALSE, none = CONSTRAINT_TRUE;
    for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++) {
        struct constraint_key set = {own.name, hop};
        constraint way =
            constraint_or(pool, replace(pool, formula, own, set), constraint_fix_in_hop(pool, formula, own, NULL, 0));
        way = constraint_and(pool, way, present(pool, set, true));
        result = constraint_or(pool, result, constraint_and(pool, way, none));
        none = constraint_and(pool, none, present(pool, set, false));
    }
    return constraint_or(pool, result, constraint_and(pool, formula, none));
}

/* What was passed once, under that key, needs that action to be allowed in every later hop. */
static constraint allow_carried(struct chainer *chainer, const struct chaining *before, struct hop step,
                                const char *key, enum sts_action_id action)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint none = CONSTRAINT_TRUE;
    for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++)
        none = constraint_and(pool, none, present(pool, (struct constraint_key){key, hop}, false));
    return constraint_or(pool, none, with_action(chainer, step, before->hops, action));
}

/* A transitive tag keeps its value: it cannot be passed again in a later hop. */
static constraint keep_tags(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    struct found_keys found = {0};
    constraint result = CONSTRAINT_TRUE;
    constraint_each_key(pool, formula, find_passed_tags, &found);
    for (uint32_t i = 0; i < found.tag_count; i++) {
        const char *name = found.tags[i].name;
        constraint free = CONSTRAINT_TRUE;
        bool looked_at = false;
        for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++) {
            struct constraint_key passed = {name, hop};
            constraint transitive = is_transitive(pool, hop, name + sizeof REQUEST_TAG - 1);
            free = constraint_and(pool, free, constraint_not(pool, transitive));
            looked_at = looked_at || constraint_absent_in_hop(pool, before->carried, passed) != CONSTRAINT_TRUE;
        }
        free = constraint_or(pool, free, present(pool, found.tags[i], false));
        constraint kept = constraint_and(pool, formula, constraint_and(pool, result, free));
        /* Not to pass and not to make transitive what nobody asks for is no condition worth the words. */
        if (looked_at || constraint_satisfiable(pool, constraint_and(pool, before->carried, kept)) == CONSTRAINT_NO)
            result = constraint_and(pool, result, free);
    }
    return result;
}

static constraint tie(struct chainer *chainer, const struct chaining *before, struct hop step, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    struct found_keys found = {0}, carried = {0};
    if (before->hops == 0)
        return formula;
    constraint_each_key(pool, formula, find_keys, &found);
    constraint own = formula;
    if (before->hops > CHAINING_TIED_HOPS || found.too_many) {
        uint32_t hop = before->hops;
        return constraint_rename(pool, formula, rename_tied_key, &hop);
    }
    for (uint32_t i = 0; i < found.tag_count; i++)
        formula = tie_tag(chainer, before, step, found.tags[i], formula);
    if (found.identity)
        formula = tie_identity(chainer, before, formula);
    if (found.provider)
        formula = tie_provider(chainer, before, formula);
    if (begins_anew(&chainer->edges->edges[step.edge]))
        return formula;
    constraint_each_key(pool, constraint_and(pool, before->carried, formula), find_keys, &carried);
    if (carried.passes_identity)
        formula = constraint_and(pool, formula,
                                 allow_carried(chainer, before, step, "sts:SourceIdentity", STS_SET_SOURCE_IDENTITY));
    if (carried.passes_transitive_tags) {
        formula = constraint_and(pool, formula,
                                 allow_carried(chainer, before, step, "sts:TransitiveTagKeys", STS_TAG_SESSION));
        formula = constraint_and(pool, formula, keep_tags(chainer, before, own));
        /* What passing the tags on demands of the session's tags is about the same tags. */
        for (uint32_t i = 0; i < found.tag_count; i++) {
            struct constraint_key again = {found.tags[i].name, before->hops};
            if (constraint_absent_in_hop(pool, formula, again) != CONSTRAINT_TRUE)
                formula = tie_tag(chainer, before, step, again, formula);
        }
    }
    return carried.passes_identity ? keep_identity(chainer, before, formula) : formula;
}

bool chaining_begins_laden(const struct edges *edges, uint32_t node)
{
    const struct service_session *session =
        edges->nodes[node].kind == CALLER_SERVICE ? service_session_find(edges->nodes[node].text) : NULL;
    return session != NULL && session->lasts;
}

/* What the service passed that opened the first session stays with it, and passing it on must be allowed too. */
static constraint carries_of_service(struct chainer *chainer, const struct chaining *before, struct hop step)
{
    struct constraint_pool *pool = chainer->edges->pool;
    const struct edge *edge = &chainer->edges->edges[step.edge];
    if (before->hops == 0 || before->hops > CHAINING_TIED_HOPS || begins_anew(edge) ||
        !chaining_begins_laden(chainer->edges, before->path[0].from) || memory_begins(chainer, before) > 0)
        return CONSTRAINT_TRUE;
    const struct service_session *session = service_session_find(chainer->edges->nodes[before->path[0].from].text);
    constraint also = CONSTRAINT_TRUE;
    for (size_t i = 0; i < 2 && session->needs[i] != STS_ASSUME_ROLE; i++)
        also = constraint_and(pool, also, with_action(chainer, step, before->hops, session->needs[i]));
    return session->unless == NULL ? also : constraint_or(pool, constraint_fact(pool, session->unless), also);
}

/* ---- extending */

void chainer_open(struct chainer *chainer, const struct edges *edges)
{
    *chainer =
        (struct chainer){.edges = edges, .evaluator = evaluator_new(edges->model, edges->pool), .now = edges->now};
}

void chainer_close(struct chainer *chainer)
{
    evaluator_free(chainer->evaluator);
    chainer->evaluator = NULL;
}

bool chaining_extend(struct chainer *chainer, const struct chaining *before, struct hop step, struct chaining *after)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint hop = in_hop(pool, chainer->edges->edges[step.edge].residual, before->hops);
    *after = *before;
    if (before->hops < CHAINING_TIED_HOPS)
        after->path[before->hops] = step;
    after->hops++;
    if (hop != CONSTRAINT_TRUE || before->carried != CONSTRAINT_TRUE)
        hop = tie(chainer, before, step, hop);
    hop = constraint_and(pool, hop, carries_of_service(chainer, before, step));
    if (hop == CONSTRAINT_TRUE)
        return true;
    constraint both = constraint_and(pool, before->carried, hop);
    if (both == CONSTRAINT_FALSE || constraint_satisfiable(pool, both) == CONSTRAINT_NO)
        return false;
    after->carried = both;
    return true;
}
