/*
 * Turns what a hop requires of its caller's session into conditions on the earlier hops that created this session.
 */
#include "graph/chains/role_chaining_inside.h"

#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAXIMUM_KEYS 32u
#define LONG_AGO "an earlier hop that was not examined passed what this requires"

static bool is_key(const struct constraint_key *key, const struct constraint_key *other)
{
    return key->hop == other->hop && strcasecmp(key->name, other->name) == 0;
}

static bool begins_with(const char *name, const char *start)
{
    return strncasecmp(name, start, strlen(start)) == 0;
}

/* ---- formulas */

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

/* What later hops require of a key of the caller's session becomes a condition on what the hop passed. */
struct passing_on {
    const char *key;
    struct constraint_key passed;
};

static struct constraint_key pass_on_key(const struct constraint_key *key, void *context)
{
    const struct passing_on *passing = context;
    return key->hop > passing->passed.hop && strcasecmp(key->name, passing->key) == 0 ? passing->passed : *key;
}

static constraint said_of_passed(struct constraint_pool *pool, constraint formula, const char *key,
                                 struct constraint_key passed)
{
    struct passing_on passing = {key, passed};
    return formula <= CONSTRAINT_TRUE ? formula : constraint_rename(pool, formula, pass_on_key, &passing);
}

static constraint present(struct constraint_pool *pool, struct constraint_key key, bool wanted)
{
    static const char *const no = "false", *const yes = "true";
    struct condition_name null = condition_plain(OPERATOR_NULL);
    return constraint_atom_in_hop(pool, &null, key, "", wanted ? &no : &yes, 1);
}

/* The caller of the hop makes the tag transitive. */
static constraint is_transitive(struct constraint_pool *pool, uint32_t hop, const char *tag)
{
    struct condition_name contains = condition_plain(OPERATOR_STRING_EQUALS);
    contains.set = CONDITION_FOR_ANY_VALUE;
    return constraint_atom_in_hop(pool, &contains, (struct constraint_key){"sts:TransitiveTagKeys", hop}, "", &tag, 1);
}

/* ---- what is tested */

struct keys {
    struct constraint_key list[MAXIMUM_KEYS];
    uint32_t count;
    bool too_many;
};

static void add_key(struct keys *keys, const struct constraint_key *key)
{
    for (uint32_t i = 0; i < keys->count; i++)
        if (is_key(&keys->list[i], key))
            return;
    if (keys->count < MAXIMUM_KEYS)
        keys->list[keys->count++] = *key;
    else
        keys->too_many = true;
}

/* Conditions on the caller's session that are not tied to a hop yet. */
struct looked_at {
    struct keys tags, origin;
    bool identity;
};

static bool find_looks(const struct constraint_key *key, bool fact, void *context)
{
    struct looked_at *found = context;
    unsigned look = fact || key->hop > 0 ? 0 : session_look_of(key->name);
    if (look == LOOKS_AT_TAGS)
        add_key(&found->tags, key);
    if (look == LOOKS_AT_ORIGIN)
        add_key(&found->origin, key);
    found->identity = found->identity || look == LOOKS_AT_IDENTITY;
    return true;
}

/* The hops about which a chain says what they pass on. */
struct passing {
    bool *identity, *tags, *transitive; /* tags: also which of them are transitive */
    bool any_identity, any_transitive;
    uint32_t hops;
};

static bool find_passing(const struct constraint_key *key, bool fact, void *context)
{
    struct passing *found = context;
    if (fact || key->hop > found->hops)
        return true;
    if (strcasecmp(key->name, "sts:SourceIdentity") == 0)
        found->identity[key->hop] = found->any_identity = true;
    bool transitive = strcasecmp(key->name, "sts:TransitiveTagKeys") == 0;
    if (transitive || strcasecmp(key->name, "aws:TagKeys") == 0 || begins_with(key->name, REQUEST_TAG))
        found->tags[key->hop] = true;
    if (transitive)
        found->transitive[key->hop] = found->any_transitive = true;
    return true;
}

static void passing_open(struct passing *passing, struct constraint_pool *pool, uint32_t hops, constraint demands)
{
    *passing = (struct passing){.identity = memory_zeroed((size_t)hops + 1, sizeof(bool)),
                                .tags = memory_zeroed((size_t)hops + 1, sizeof(bool)),
                                .transitive = memory_zeroed((size_t)hops + 1, sizeof(bool)),
                                .hops = hops};
    if (demands > CONSTRAINT_TRUE)
        constraint_each_key(pool, demands, find_passing, passing);
}

static void passing_close(struct passing *passing)
{
    free(passing->identity);
    free(passing->tags);
    free(passing->transitive);
}

/* ---- one hop to tie */

struct tying {
    struct chainer *chainer;
    struct constraint_pool *pool;
    const struct chaining *before;
    struct hop step;
    uint32_t begin;         /* the first hop whose tags and source identity can still be there */
    struct passing carried; /* according to the chain's conditions so far */
};

static constraint beside(const struct tying *tying, uint32_t hop, enum sts_action_id action)
{
    const struct chaining *before = tying->before;
    return chaining_beside(tying->chainer, hop < before->hops ? before->path[hop] : tying->step, hop, action);
}

static const struct caller *session_before(const struct tying *tying)
{
    return chaining_session_before(tying->chainer, tying->before->path, tying->before->hops);
}

/* ---- tags */

static constraint fix_own_tag(struct constraint_pool *pool, const struct model_principal *role,
                              struct constraint_key key, constraint formula)
{
    for (uint32_t i = 0; i < role->tag_count; i++)
        if (strcasecmp(role->tags[i].key, key.name + sizeof PRINCIPAL_TAG - 1) == 0)
            return constraint_fix_in_hop(pool, formula, key, &role->tags[i].value, 1);
    return constraint_fix_in_hop(pool, formula, key, NULL, 0);
}

/* The session does not have the tag from this hop: it was not passed there or, before the last hop, is not transitive.
 * If nothing is required of what the hop passes, not passing it is enough. */
static constraint lacks_passed(const struct tying *tying, struct constraint_key passed)
{
    constraint lacks = present(tying->pool, passed, false);
    if (passed.hop + 1 < tying->before->hops && tying->carried.tags[passed.hop])
        lacks = constraint_or(
            tying->pool, lacks,
            constraint_not(tying->pool, is_transitive(tying->pool, passed.hop, passed.name + sizeof REQUEST_TAG - 1)));
    return lacks;
}

/* The first caller's session may have had a transitive tag from the start, if its role may be given tags at all. */
static constraint brought_tag(const struct tying *tying, struct constraint_key key, constraint formula)
{
    const struct caller *first = session_before(tying);
    if (first == NULL ||
        (first->principal != MODEL_NONE && !decision_takes_tags(tying->chainer->edges->model, first->principal)))
        return CONSTRAINT_FALSE;
    return replace(tying->pool, formula, key, (struct constraint_key){key.name, 0});
}

/* No earlier hop made the tag transitive, since such a tag cannot be passed again. */
static constraint free_before(const struct tying *tying, uint32_t end, const char *tag)
{
    constraint free = CONSTRAINT_TRUE;
    for (uint32_t hop = tying->begin; hop < end; hop++)
        if (tying->carried.tags[hop])
            free = constraint_and(tying->pool, free, constraint_not(tying->pool, is_transitive(tying->pool, hop, tag)));
    return free;
}

/* The condition under which the session of the last hop has the tag because that hop passed it. onward: what later hops
 * require for the tag to be passed along. */
static constraint passed_tag(const struct tying *tying, struct constraint_key key, struct constraint_key passed,
                             constraint onward, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    const char *tag = key.name + sizeof PRINCIPAL_TAG - 1;
    constraint way = constraint_and(pool, present(pool, passed, true), replace(pool, formula, key, passed));
    way = constraint_and(pool, way, free_before(tying, passed.hop, tag));
    if (passed.hop + 1 == tying->before->hops)
        return way;
    way = constraint_and(pool, way, is_transitive(pool, passed.hop, tag));
    return constraint_and(pool, way, said_of_passed(pool, onward, key.name, passed));
}

/* The session of hop n-1 has the tag because it was passed there, because it was passed before as a transitive tag, or
 * because the role has it. A session with transitive tags passes them in every hop, which sts:TagSession must allow
 * there, also in this one. */
static constraint tie_tag(const struct tying *tying, struct constraint_key key, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    uint32_t hops = tying->before->hops, hop = hops, ways = 0;
    const struct model_principal *role = &tying->chainer->edges->model->principals[tying->before->path[hops - 1].to];
    constraint result = CONSTRAINT_FALSE, not_passed = CONSTRAINT_TRUE, lacks = CONSTRAINT_TRUE;
    constraint onward = beside(tying, hops, STS_TAG_SESSION);
    char request_tag[300];
    snprintf(request_tag, sizeof request_tag, REQUEST_TAG "%s", key.name + sizeof PRINCIPAL_TAG - 1);
    while (hop > tying->begin && (hop == hops || onward != CONSTRAINT_FALSE) && ways++ < MOST_WAYS) {
        struct constraint_key passed = {request_tag, --hop};
        constraint here = beside(tying, hop, STS_TAG_SESSION);
        if (here != CONSTRAINT_FALSE) {
            constraint way = constraint_and(pool, passed_tag(tying, key, passed, onward, formula), here);
            result = constraint_or(pool, result, constraint_and(pool, way, not_passed));
            not_passed = constraint_and(pool, not_passed, present(pool, passed, false));
            lacks = constraint_and(pool, lacks, lacks_passed(tying, passed));
        }
        onward = constraint_and(pool, onward, here);
    }
    if (onward != CONSTRAINT_FALSE && hop > tying->begin)
        result = constraint_or(pool, result, constraint_fact(pool, LONG_AGO));
    constraint brought = constraint_and(pool, brought_tag(tying, key, formula), not_passed);
    onward = said_of_passed(pool, onward, key.name, (struct constraint_key){key.name, 0});
    result = constraint_or(pool, result, constraint_and(pool, brought, onward));
    if (!role->tags_known)
        return constraint_or(pool, result, replace(pool, formula, key, (struct constraint_key){key.name, hops}));
    return constraint_or(pool, result, constraint_and(pool, lacks, fix_own_tag(pool, role, key, formula)));
}

/* ---- source identities */

/* The first hop from which all later ones may set or pass on a source identity. */
static uint32_t identity_begins(const struct tying *tying)
{
    uint32_t first = tying->before->hops;
    while (first > tying->begin && beside(tying, first - 1, STS_SET_SOURCE_IDENTITY) != CONSTRAINT_FALSE)
        first--;
    return first;
}

/* What the chain requires of source identities mentioned in other hops applies to this one, too. */
static constraint same_elsewhere(const struct tying *tying, struct constraint_key set)
{
    struct constraint_pool *pool = tying->pool;
    constraint same = CONSTRAINT_TRUE;
    for (uint32_t hop = tying->begin; hop < tying->before->hops; hop++) {
        struct constraint_key other = {set.name, hop};
        if (hop == set.hop || !tying->carried.identity[hop])
            continue;
        constraint agrees =
            constraint_or(pool, present(pool, other, false), replace(pool, tying->before->carried, other, set));
        same = constraint_and(pool, same, agrees);
    }
    return same;
}

/* The source identity was set in one of the earlier hops, or by the first caller's session, or not at all. */
static constraint tie_identity(const struct tying *tying, struct constraint_key key, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    uint32_t hops = tying->before->hops, first = identity_begins(tying), ways = 0;
    constraint result = CONSTRAINT_FALSE, none = CONSTRAINT_TRUE, all = CONSTRAINT_TRUE;
    for (uint32_t hop = hops; hop-- > first;) {
        struct constraint_key set = {"sts:SourceIdentity", hop};
        all = constraint_and(pool, all, beside(tying, hop, STS_SET_SOURCE_IDENTITY));
        if (ways++ >= MOST_WAYS && !tying->carried.identity[hop]) {
            result = constraint_or(pool, result, constraint_fact(pool, LONG_AGO));
            continue;
        }
        constraint way = constraint_and(pool, present(pool, set, true), replace(pool, formula, key, set));
        way = constraint_and(pool, constraint_and(pool, way, same_elsewhere(tying, set)),
                             said_of_passed(pool, all, key.name, set));
        result = constraint_or(pool, result, way);
        none = constraint_and(pool, none, present(pool, set, false));
    }
    if (session_before(tying) != NULL && first == 0) {
        struct constraint_key first_own = {key.name, 0};
        constraint onward = constraint_and(pool, all, beside(tying, hops, STS_SET_SOURCE_IDENTITY));
        constraint brought = constraint_and(pool, replace(pool, formula, key, first_own), none);
        onward = said_of_passed(pool, onward, key.name, first_own);
        result = constraint_or(pool, result, constraint_and(pool, brought, onward));
    }
    return constraint_or(pool, result, constraint_and(pool, none, constraint_fix_in_hop(pool, formula, key, NULL, 0)));
}

/* A source identity cannot be changed: a hop that names one names the same, or none. */
static constraint keep_identity(const struct tying *tying, const struct passing *passing, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    struct constraint_key own = {"sts:SourceIdentity", tying->before->hops};
    constraint result = CONSTRAINT_FALSE, none = CONSTRAINT_TRUE;
    constraint without = constraint_fix_in_hop(pool, formula, own, NULL, 0);
    if (without == formula)
        return formula;
    without = constraint_and(pool, without, present(pool, own, false));
    for (uint32_t hop = tying->begin; hop < tying->before->hops; hop++) {
        struct constraint_key set = {own.name, hop};
        if (!passing->identity[hop])
            continue;
        constraint same = constraint_or(pool, replace(pool, formula, own, set), without);
        constraint way = constraint_and(pool, same, present(pool, set, true));
        result = constraint_or(pool, result, constraint_and(pool, way, none));
        none = constraint_and(pool, none, present(pool, set, false));
    }
    return constraint_or(pool, result, constraint_and(pool, formula, none));
}

/* ---- how the session was obtained */

/* The session has the provider and the lasting claims of its token if the hop that created it was a call with a token,
 * and has the keys of its location if a service opened it. If credentials were stolen, it is open how their session was
 * obtained. */
static constraint tie_origin(const struct tying *tying, struct constraint_key key, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    const struct hop *last = &tying->before->path[tying->before->hops - 1];
    const struct caller *caller = &tying->chainer->edges->nodes[last->from];
    enum edge_kind kind = tying->chainer->edges->edges[last->edge].kind;
    const struct context_key *about = context_key_find(key.name);
    bool token = kind == EDGE_ASSUME && caller_is_federated(caller);
    bool delivered = edge_kind_is_of_service(kind) || (kind == EDGE_ASSUME && caller->kind == CALLER_SERVICE);
    if (kind == EDGE_TAKE_CREDENTIALS || (about->delivered && delivered) || caller_is_before_roles(caller))
        return replace(pool, formula, key, (struct constraint_key){key.name, tying->before->hops});
    if (about->source == SOURCE_FEDERATED_PROVIDER)
        return constraint_fix(pool, formula, key.name, &caller->text, token ? 1 : 0);
    size_t length = strlen(caller->name != NULL ? caller->name : "");
    bool of_token = token && (caller->kind == CALLER_SAML_PROVIDER
                                  ? begins_with(key.name, "saml:")
                                  : length > 0 && begins_with(key.name, caller->name) && key.name[length] == ':');
    if (of_token && context_key_lasts(key.name))
        return replace(pool, formula, key, (struct constraint_key){key.name, tying->before->hops - 1});
    return constraint_fix(pool, formula, key.name, NULL, 0);
}

/* ---- what was passed on */

/* Once something is passed under that key, every later hop must allow that action. */
static constraint allow_carried(const struct tying *tying, const bool *hops, const char *key, enum sts_action_id action)
{
    constraint none = CONSTRAINT_TRUE;
    for (uint32_t hop = tying->begin; hop < tying->before->hops; hop++)
        if (hops[hop])
            none = constraint_and(tying->pool, none, present(tying->pool, (struct constraint_key){key, hop}, false));
    return constraint_or(tying->pool, none, beside(tying, tying->before->hops, action));
}

/* Tags that the last hop passes. */
static bool find_passed_tags(const struct constraint_key *key, bool fact, void *context)
{
    if (!fact && begins_with(key->name, REQUEST_TAG))
        add_key(context, key);
    return true;
}

/* A transitive tag keeps its value: it cannot be passed again in a later hop. */
static constraint keep_tags(const struct tying *tying, const struct passing *passing, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    constraint carried = tying->before->carried, result = CONSTRAINT_TRUE;
    struct keys found = {.count = 0};
    constraint_each_key(pool, formula, find_passed_tags, &found);
    for (uint32_t i = 0; i < found.count; i++) {
        const char *name = found.list[i].name;
        constraint free = CONSTRAINT_TRUE;
        bool looked_at = false;
        for (uint32_t hop = tying->begin; hop < tying->before->hops; hop++) {
            struct constraint_key passed = {name, hop};
            if (!passing->tags[hop])
                continue;
            constraint transitive = is_transitive(pool, hop, name + sizeof REQUEST_TAG - 1);
            free = constraint_and(pool, free, constraint_not(pool, transitive));
            looked_at = looked_at || constraint_absent_in_hop(pool, carried, passed) != CONSTRAINT_TRUE;
        }
        free = constraint_or(pool, free, present(pool, found.list[i], false));
        constraint kept = constraint_and(pool, formula, constraint_and(pool, result, free));
        /* Not passing, or not making transitive, what no policy tests is not worth printing as a condition. */
        if (looked_at || constraint_satisfiable(pool, constraint_and(pool, carried, kept)) == CONSTRAINT_NO)
            result = constraint_and(pool, result, free);
    }
    return result;
}

static constraint pass_on(const struct tying *tying, const struct looked_at *found, constraint own, constraint formula)
{
    struct constraint_pool *pool = tying->pool;
    struct passing passing;
    passing_open(&passing, pool, tying->before->hops, constraint_and(pool, tying->before->carried, formula));
    if (passing.any_identity)
        formula = constraint_and(pool, formula,
                                 allow_carried(tying, passing.identity, "sts:SourceIdentity", STS_SET_SOURCE_IDENTITY));
    /* What passing on requires of the session is about the same source identity and tags. */
    struct constraint_key own_identity = {SOURCE_IDENTITY, tying->before->hops};
    if (passing.any_identity && found->identity &&
        constraint_absent_in_hop(pool, formula, own_identity) != CONSTRAINT_TRUE)
        formula = tie_identity(tying, own_identity, formula);
    if (passing.any_transitive) {
        formula = constraint_and(pool, formula,
                                 allow_carried(tying, passing.transitive, "sts:TransitiveTagKeys", STS_TAG_SESSION));
        formula = constraint_and(pool, formula, keep_tags(tying, &passing, own));
        for (uint32_t i = 0; i < found->tags.count; i++) {
            struct constraint_key again = {found->tags.list[i].name, tying->before->hops};
            if (constraint_absent_in_hop(pool, formula, again) != CONSTRAINT_TRUE)
                formula = tie_tag(tying, again, formula);
        }
    }
    if (passing.any_identity)
        formula = keep_identity(tying, &passing, formula);
    passing_close(&passing);
    return formula;
}

static bool find_of_sessions(const struct constraint_key *key, bool fact, void *context)
{
    bool *found = context;
    *found = *found || (!fact && ((session_look_of(key->name) & ~(unsigned)LOOKS_AT_NAME) != 0 ||
                                  strcasecmp(key->name, "sts:SourceIdentity") == 0 ||
                                  strcasecmp(key->name, "sts:TransitiveTagKeys") == 0 ||
                                  strcasecmp(key->name, "aws:TagKeys") == 0 || begins_with(key->name, REQUEST_TAG)));
    return !*found;
}

/* Whether the formula says something about the caller's session, or about what a hop passes on. */
static bool is_of_sessions(struct chainer *chainer, constraint formula)
{
    enum { NOT_ASKED, NO, YES };
    if (formula <= CONSTRAINT_TRUE)
        return false;
    ARRAY_REACH(chainer->of_sessions, formula, chainer->of_sessions_room);
    if (chainer->of_sessions[formula] == NOT_ASKED) {
        bool found = false;
        constraint_each_key(chainer->edges->pool, formula, find_of_sessions, &found);
        chainer->of_sessions[formula] = found ? YES : NO;
    }
    return chainer->of_sessions[formula] == YES;
}

constraint session_tie(struct chainer *chainer, const struct chaining *before, struct hop step, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    struct looked_at found = {.identity = false};
    struct tying tying = {.chainer = chainer, .pool = pool, .before = before, .step = step};
    uint32_t hops = before->hops;
    if (hops == 0 || !(is_of_sessions(chainer, formula) || is_of_sessions(chainer, before->carried)))
        return formula;
    constraint own = formula;
    if (formula > CONSTRAINT_TRUE)
        constraint_each_key(pool, formula, find_looks, &found);
    if (before->blurred || found.tags.too_many || found.origin.too_many)
        return constraint_rename(pool, formula, chaining_rename_tied_key, &hops);
    tying.begin = chaining_memory_begins(chainer, before->path, hops);
    passing_open(&tying.carried, pool, hops, before->carried);
    for (uint32_t i = 0; i < found.tags.count; i++)
        formula = tie_tag(&tying, found.tags.list[i], formula);
    if (found.identity)
        formula = tie_identity(&tying, (struct constraint_key){SOURCE_IDENTITY, 0}, formula);
    for (uint32_t i = 0; i < found.origin.count; i++)
        formula = tie_origin(&tying, found.origin.list[i], formula);
    if (!chaining_begins_anew(&chainer->edges->edges[step.edge]))
        formula = pass_on(&tying, &found, own, formula);
    passing_close(&tying.carried);
    return formula;
}
