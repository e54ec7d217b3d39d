#include "graph/chains/role_chaining.h"

#include "graph/policy/context_key.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PRINCIPAL_TAG "aws:PrincipalTag/"
#define REQUEST_TAG "aws:RequestTag/"
#define MAXIMUM_TAGS 32u

/* Facts about the caller's place and time hold for the whole chain. The region is none of them: each call chooses it.
 */
static bool is_shared(const char *key)
{
    static const char *const shared[] = {"aws:SourceIp",     "aws:VpcSourceIp", "aws:SourceVpc", "aws:SourceVpce",
                                         "aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths",
                                         "aws:CurrentTime",  "aws:EpochTime"};
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++)
        if (strcasecmp(shared[i], key) == 0)
            return true;
    return false;
}

static const char *of_hop(struct constraint_pool *pool, uint32_t hop, const char *key)
{
    char text[512];
    if (hop == 0)
        return key;
    snprintf(text, sizeof text, "hop %u: %s", hop + 1, key);
    return constraint_key_copy(pool, text);
}

/* ---- names of keys in a chain */

struct renaming {
    struct constraint_pool *pool;
    uint32_t hop; /* 0-based */
};

/* Tags and source identity of the session keep their plain names here; ties below give them their hop. */
static bool is_tied(const char *key)
{
    return strncasecmp(key, PRINCIPAL_TAG, sizeof PRINCIPAL_TAG - 1) == 0 || strcasecmp(key, "aws:SourceIdentity") == 0;
}

static const char *rename_key(const char *key, void *context)
{
    const struct renaming *renaming = context;
    if (is_shared(key) || is_tied(key))
        return key;
    if (renaming->hop > 0 && strcasecmp(key, KEY_CALLER_SESSION) == 0)
        return of_hop(renaming->pool, renaming->hop - 1, "sts:RoleSessionName");
    return of_hop(renaming->pool, renaming->hop, key);
}

static constraint in_hop(struct constraint_pool *pool, constraint residual, uint32_t hop)
{
    struct renaming renaming = {pool, hop};
    return residual <= CONSTRAINT_TRUE || hop == 0 ? residual
                                                   : constraint_rename(pool, residual, rename_key, &renaming);
}

/* Tags and source identity too: for what is not tied, they are open. */
static const char *rename_every_key(const char *key, void *context)
{
    const struct renaming *renaming = context;
    return is_tied(key) ? of_hop(renaming->pool, renaming->hop, key) : rename_key(key, context);
}

static const char *rename_every_tied_key(const char *key, void *context)
{
    const struct renaming *renaming = context;
    return is_tied(key) ? of_hop(renaming->pool, renaming->hop, key) : key;
}

struct replacing {
    const char *from, *to;
};

static const char *replace_key(const char *key, void *context)
{
    const struct replacing *replacing = context;
    return strcasecmp(key, replacing->from) == 0 ? replacing->to : key;
}

static constraint replace(struct constraint_pool *pool, constraint formula, const char *from, const char *to)
{
    struct replacing replacing = {from, to};
    return constraint_rename(pool, formula, replace_key, &replacing);
}

static constraint present(struct constraint_pool *pool, const char *key, bool wanted)
{
    static const char *const no = "false", *const yes = "true";
    struct condition_name null;
    condition_name_parse("Null", &null);
    return constraint_atom(pool, &null, key, "", wanted ? &no : &yes, 1);
}

/* ---- permissions that passing something needs */

/* What hop `hop` demands when the action must be allowed besides. */
static constraint with_action(struct chainer *chainer, struct hop step, uint32_t hop, const char *action)
{
    const struct edges *edges = chainer->edges;
    const struct edge *edge = &edges->edges[step.edge];
    struct decision decision;
    /* Who rewrites the trust policy or its own permissions allows that too; the other kinds pass nothing. */
    if (edge->kind != EDGE_ASSUME)
        return CONSTRAINT_TRUE;
    struct decision_question question = {.caller = edges->nodes[step.from],
                                         .role = step.to,
                                         .actions = &action,
                                         .action_count = 1,
                                         .now = chainer->now,
                                         .verdict_only = true};
    if (!decision_decide(chainer->evaluator, &question, &decision))
        return CONSTRAINT_FALSE;
    struct renaming renaming = {edges->pool, hop};
    return decision.residual <= CONSTRAINT_TRUE || hop == 0
               ? decision.residual
               : constraint_rename(edges->pool, decision.residual, rename_every_key, &renaming);
}

/* Keys that were taken and sessions that a service makes know nothing of the hops before. */
static bool begins_anew(const struct edge *edge)
{
    return edge->kind == EDGE_TAKE_CREDENTIALS || edge->kind == EDGE_PASS_ROLE;
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
                   caller->kind == CALLER_ACCOUNT || caller->kind == CALLER_ANYONE;
    return session && memory_begins(chainer, before) == 0 ? caller : NULL;
}

/* ---- ties: tags and source identity */

struct found_keys {
    const char *tags[MAXIMUM_TAGS];
    uint32_t tag_count;
    bool identity, passes_identity, passes_transitive_tags, too_many;
};

static bool find_keys(const char *key, bool fact, void *context)
{
    struct found_keys *found = context;
    if (fact)
        return true;
    if (strcasecmp(key, "aws:SourceIdentity") == 0)
        found->identity = true;
    const char *plain = strncmp(key, "hop ", 4) == 0 && strstr(key, ": ") != NULL ? strstr(key, ": ") + 2 : key;
    if (strcasecmp(plain, "sts:SourceIdentity") == 0)
        found->passes_identity = true;
    if (strcasecmp(plain, "sts:TransitiveTagKeys") == 0)
        found->passes_transitive_tags = true;
    if (strncasecmp(key, PRINCIPAL_TAG, sizeof PRINCIPAL_TAG - 1) != 0)
        return true;
    for (uint32_t i = 0; i < found->tag_count; i++)
        if (strcasecmp(found->tags[i], key) == 0)
            return true;
    if (found->tag_count < MAXIMUM_TAGS)
        found->tags[found->tag_count++] = key;
    else
        found->too_many = true;
    return true;
}

/* Keys of tags that the last hop passes, as they are named in it. */
static bool find_passed_tags(const char *key, bool fact, void *context)
{
    struct found_keys *found = context;
    const char *plain = fact ? NULL : strstr(key, REQUEST_TAG);
    bool own = plain != NULL && (plain == key || strncmp(key, "hop ", 4) == 0);
    for (uint32_t i = 0; i < found->tag_count; i++)
        own = own && strcasecmp(found->tags[i], key) != 0;
    if (own && found->tag_count < MAXIMUM_TAGS)
        found->tags[found->tag_count++] = key;
    return true;
}

static constraint fix_own_tag(struct constraint_pool *pool, const struct model_principal *role, const char *key,
                              constraint formula)
{
    for (uint32_t i = 0; i < role->tag_count; i++)
        if (strcasecmp(role->tags[i].key, key + sizeof PRINCIPAL_TAG - 1) == 0)
            return constraint_fix(pool, formula, key, &role->tags[i].value, 1);
    return constraint_fix(pool, formula, key, NULL, 0);
}

/* A session with transitive tags passes them in every hop, which sts:TagSession must allow there, also in this one. */
static constraint carries_tags(struct chainer *chainer, const struct chaining *before, uint32_t from_hop,
                               struct hop step)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint result = with_action(chainer, step, before->hops, "sts:TagSession");
    for (uint32_t hop = from_hop; hop < before->hops; hop++)
        result = constraint_and(pool, result, with_action(chainer, before->path[hop], hop, "sts:TagSession"));
    return result;
}

/* The session of hop n-1 has the tag because it was passed there, because it was passed before as a transitive tag, or
 * because the role has it. */
static constraint tie_tag(struct chainer *chainer, const struct chaining *before, struct hop step, const char *key,
                          constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    const struct model_principal *role = &chainer->edges->model->principals[before->path[before->hops - 1].to];
    const char *tag = key + sizeof PRINCIPAL_TAG - 1;
    constraint result = CONSTRAINT_FALSE, not_since = CONSTRAINT_TRUE;
    char request_tag[300];
    struct condition_name contains;
    condition_name_parse("ForAnyValue:StringEquals", &contains);
    snprintf(request_tag, sizeof request_tag, "aws:RequestTag/%s", tag);
    for (uint32_t hop = before->hops, begin = memory_begins(chainer, before); hop-- > begin;) {
        const char *passed = of_hop(pool, hop, request_tag);
        constraint way = constraint_and(pool, present(pool, passed, true), replace(pool, formula, key, passed));
        way = constraint_and(pool, way, with_action(chainer, before->path[hop], hop, "sts:TagSession"));
        if (hop + 1 < before->hops) {
            way = constraint_and(
                pool, way, constraint_atom(pool, &contains, of_hop(pool, hop, "sts:TransitiveTagKeys"), "", &tag, 1));
            way = constraint_and(pool, way, carries_tags(chainer, before, hop + 1, step));
        }
        result = constraint_or(pool, result, constraint_and(pool, way, not_since));
        not_since = constraint_and(pool, not_since, present(pool, passed, false));
    }
    /* The first caller's session may have brought a transitive tag, if its role may be given tags at all. */
    const struct caller *first = session_before(chainer, before);
    if (first != NULL &&
        (first->principal == MODEL_NONE || decision_takes_tags(chainer->edges->model, first->principal)))
        result = constraint_or(pool, result, constraint_and(pool, formula, not_since));
    if (!role->tags_known)
        return constraint_or(pool, result, replace(pool, formula, key, of_hop(pool, before->hops, key)));
    return constraint_or(pool, result, constraint_and(pool, not_since, fix_own_tag(pool, role, key, formula)));
}

/* The source identity was set in one of the hops before, or by the first caller's session, or not at all. */
static constraint tie_identity(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    static const char key[] = "aws:SourceIdentity";
    struct constraint_pool *pool = chainer->edges->pool;
    constraint result = CONSTRAINT_FALSE, none = CONSTRAINT_TRUE;
    for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++) {
        const char *set = of_hop(pool, hop, "sts:SourceIdentity");
        constraint way = constraint_and(pool, present(pool, set, true), replace(pool, formula, key, set));
        way = constraint_and(pool, way, with_action(chainer, before->path[hop], hop, "sts:SetSourceIdentity"));
        for (uint32_t later = hop + 1; later < before->hops; later++)
            way = constraint_and(pool, way, with_action(chainer, before->path[later], later, "sts:SetSourceIdentity"));
        result = constraint_or(pool, result, constraint_and(pool, way, none));
        none = constraint_and(pool, none, present(pool, set, false));
    }
    if (session_before(chainer, before) != NULL)
        result = constraint_or(pool, result, constraint_and(pool, formula, none));
    return constraint_or(pool, result, constraint_and(pool, none, constraint_fix(pool, formula, key, NULL, 0)));
}

/* What was set once cannot be set to something else: a hop that names a source identity names that one, or none. */
static constraint keep_identity(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    const char *own = of_hop(pool, before->hops, "sts:SourceIdentity");
    constraint result = CONSTRAINT_FALSE, none = CONSTRAINT_TRUE;
    for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++) {
        const char *set = of_hop(pool, hop, "sts:SourceIdentity");
        constraint way =
            constraint_or(pool, replace(pool, formula, own, set), constraint_fix(pool, formula, own, NULL, 0));
        way = constraint_and(pool, way, present(pool, set, true));
        result = constraint_or(pool, result, constraint_and(pool, way, none));
        none = constraint_and(pool, none, present(pool, set, false));
    }
    return constraint_or(pool, result, constraint_and(pool, formula, none));
}

/* What was passed once, under that key, needs that action to be allowed in every later hop. */
static constraint allow_carried(struct chainer *chainer, const struct chaining *before, struct hop step,
                                const char *key, const char *action)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint none = CONSTRAINT_TRUE;
    for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++)
        none = constraint_and(pool, none, present(pool, of_hop(pool, hop, key), false));
    return constraint_or(pool, none, with_action(chainer, step, before->hops, action));
}

/* A transitive tag keeps its value: it cannot be passed again in a later hop. */
static constraint keep_tags(struct chainer *chainer, const struct chaining *before, constraint formula)
{
    struct constraint_pool *pool = chainer->edges->pool;
    struct found_keys found = {0};
    struct condition_name contains;
    condition_name_parse("ForAnyValue:StringEquals", &contains);
    constraint_each_key(pool, formula, find_passed_tags, &found);
    for (uint32_t i = 0; i < found.tag_count; i++) {
        const char *plain = strstr(found.tags[i], REQUEST_TAG), *tag = plain + sizeof REQUEST_TAG - 1;
        constraint free = CONSTRAINT_TRUE;
        bool looked_at = false;
        for (uint32_t hop = memory_begins(chainer, before); hop < before->hops; hop++) {
            constraint transitive =
                constraint_atom(pool, &contains, of_hop(pool, hop, "sts:TransitiveTagKeys"), "", &tag, 1);
            free = constraint_and(pool, free, constraint_not(pool, transitive));
            looked_at =
                looked_at || constraint_absent(pool, before->carried, of_hop(pool, hop, plain)) != CONSTRAINT_TRUE;
        }
        free = constraint_or(pool, free, present(pool, found.tags[i], false));
        constraint kept = constraint_and(pool, formula, free);
        /* Not to pass and not to make transitive what nobody asks for is no condition worth the words. */
        if (looked_at || constraint_satisfiable(pool, constraint_and(pool, before->carried, kept)) == CONSTRAINT_NO)
            formula = kept;
    }
    return formula;
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
        struct renaming renaming = {pool, before->hops};
        return constraint_rename(pool, formula, rename_every_tied_key, &renaming);
    }
    for (uint32_t i = 0; i < found.tag_count; i++)
        formula = tie_tag(chainer, before, step, found.tags[i], formula);
    if (found.identity)
        formula = tie_identity(chainer, before, formula);
    if (begins_anew(&chainer->edges->edges[step.edge]))
        return formula;
    constraint_each_key(pool, constraint_and(pool, before->carried, formula), find_keys, &carried);
    if (carried.passes_identity)
        formula = constraint_and(pool, formula,
                                 allow_carried(chainer, before, step, "sts:SourceIdentity", "sts:SetSourceIdentity"));
    if (carried.passes_transitive_tags) {
        formula = constraint_and(pool, formula,
                                 allow_carried(chainer, before, step, "sts:TransitiveTagKeys", "sts:TagSession"));
        formula = constraint_and(pool, formula, keep_tags(chainer, before, own));
    }
    return carried.passes_identity ? keep_identity(chainer, before, formula) : formula;
}

/* ---- extending */

bool chainer_open(struct chainer *chainer, const struct edges *edges)
{
    *chainer =
        (struct chainer){.edges = edges, .evaluator = evaluator_new(edges->model, edges->pool), .now = edges->now};
    return chainer->evaluator != NULL;
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
    if (hop == CONSTRAINT_TRUE)
        return true;
    constraint both = constraint_and(pool, before->carried, hop);
    if (both == CONSTRAINT_FALSE || constraint_satisfiable(pool, both) == CONSTRAINT_NO)
        return false;
    after->carried = both;
    return true;
}
