#include "tests/graph/control/naive_control.h"

#include "graph/control/ways.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* ---- single questions */

static constraint permits(struct naive *naive, uint32_t who, const char *action, const char *arn, uint32_t whom,
                          const struct decision_gain *gain, const char *service)
{
    struct caller caller;
    struct fixed_key passed = {"iam:PassedToService", &service, 1};
    caller_of_principal(naive->model, who, &caller);
    struct permission_question question = {.caller = &caller,
                                           .action = action,
                                           .resource = arn,
                                           .target = whom != MODEL_NONE ? &naive->model->principals[whom] : NULL,
                                           .fixed = &passed,
                                           .fixed_count = service != NULL};
    if (gain == NULL)
        gain = naive->besides;
    if (gain != NULL)
        question.gain = *gain;
    return decision_permits(naive->evaluator, &question);
}

constraint naive_may(struct naive *naive, uint32_t who, const char *action, const char *arn, uint32_t whom,
                     const struct decision_gain *gain)
{
    return permits(naive, who, action, arn, whom, gain, NULL);
}

static constraint becomes(struct naive *naive, const struct caller *caller, uint32_t role,
                          const struct decision_gain *gain)
{
    struct decision decision;
    struct decision_question question = {.caller = *caller, .role = role, .verdict_only = true};
    if (gain != NULL)
        question.gain = *gain;
    if (!naive->model->principals[role].is_role)
        return CONSTRAINT_FALSE;
    decision_decide(naive->evaluator, &question, &decision);
    return decision.verdict == VERDICT_DENIED ? CONSTRAINT_FALSE : decision.residual;
}

constraint naive_assumes(struct naive *naive, uint32_t who, uint32_t role, const struct decision_gain *gain)
{
    struct caller caller;
    caller_of_principal(naive->model, who, &caller);
    return becomes(naive, &caller, role, gain);
}

/* Kept by AWS: nobody of the account changes it. */
static bool is_kept(const struct model_principal *whom)
{
    return strncmp(whom->path, "/aws-service-role/", 18) == 0 || strncmp(whom->path, "/aws-reserved/", 14) == 0;
}

bool naive_is_possible(struct naive *naive, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(naive->pool, formula) != CONSTRAINT_NO;
}

static bool is_sure(struct naive *naive, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_valid(naive->pool, formula) == CONSTRAINT_YES;
}

/* ---- ways over IAM: one action each */

static constraint by_iam(struct naive *naive, uint32_t who, enum way_form form, const char *arn, uint32_t whom,
                         const struct decision_gain *gain)
{
    constraint any = CONSTRAINT_FALSE;
    for (size_t i = 0; i < way_count; i++) {
        if (ways[i].form != form)
            continue;
        constraint one = naive_may(naive, who, ways[i].steps[0].action, arn, whom, gain);
        if (ways[i].exists != NULL)
            one = constraint_and(naive->pool, one, constraint_fact(naive->pool, ways[i].exists));
        any = constraint_or(naive->pool, any, one);
    }
    return any;
}

/* Another principal of its account: its trust policy, its credentials. */
static constraint over(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain)
{
    const struct model_principal *target = &naive->model->principals[whom];
    if (target->account != naive->model->principals[who].account || is_kept(target))
        return CONSTRAINT_FALSE;
    return by_iam(naive, who, target->is_role ? WAY_EDIT_TRUST : WAY_CREDENTIALS, target->arn, whom, gain);
}

/* A new version of a policy, or an earlier one where there may be one. */
static constraint by_versions(struct naive *naive, uint32_t who, const struct policy_use *use,
                              const struct decision_gain *gain)
{
    if (use->arn == NULL || strncmp(use->arn, "arn:aws:iam::aws:", 17) == 0)
        return CONSTRAINT_FALSE;
    constraint any = by_iam(naive, who, WAY_POLICY_VERSIONS, use->arn, MODEL_NONE, gain);
    if (model_policy_versions(naive->model, use->arn) != 1)
        any = constraint_or(naive->pool, any, by_iam(naive, who, WAY_EARLIER_VERSION, use->arn, MODEL_NONE, gain));
    return any;
}

static constraint edits_group(struct naive *naive, uint32_t who, const struct model_group *group,
                              const struct decision_gain *gain)
{
    constraint any = by_iam(naive, who, WAY_POLICIES_OF_GROUP, group->arn, MODEL_NONE, gain);
    for (uint32_t i = 0; i < group->policy_count; i++) {
        const struct policy_use *use = &naive->model->uses[group->first_policy + i];
        any = constraint_or(naive->pool, any, by_versions(naive, who, use, gain));
    }
    return any;
}

constraint naive_edits(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain)
{
    const struct model *model = naive->model;
    const struct model_principal *target = &model->principals[whom];
    if (target->account != model->principals[who].account || is_kept(target))
        return CONSTRAINT_FALSE;
    constraint any =
        by_iam(naive, who, target->is_role ? WAY_POLICIES_OF_ROLE : WAY_POLICIES_OF_USER, target->arn, whom, gain);
    for (uint32_t i = 0; i < target->policy_count; i++) {
        const struct policy_use *use = &model->uses[target->first_policy + i];
        any = constraint_or(naive->pool, any, by_versions(naive, who, use, gain));
    }
    for (uint32_t i = 0; i < target->group_count; i++)
        any = constraint_or(naive->pool, any,
                            edits_group(naive, who, &model->groups[model->memberships[target->first_group + i]], gain));
    return any;
}

/* The boundary of whom: taken away, or its policy written anew. */
constraint naive_lifts(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain)
{
    const struct model_principal *target = &naive->model->principals[whom];
    if (target->boundary == NULL || is_kept(target))
        return CONSTRAINT_FALSE;
    constraint any =
        by_iam(naive, who, target->is_role ? WAY_BOUNDARY_OF_ROLE : WAY_BOUNDARY_OF_USER, target->arn, whom, gain);
    return constraint_or(naive->pool, any, by_versions(naive, who, target->boundary, gain));
}

static constraint signs_for(struct naive *naive, uint32_t who, uint32_t role)
{
    const struct model *model = naive->model;
    const struct model_principal *target = &model->principals[role];
    constraint any = CONSTRAINT_FALSE;
    if (target->trust == NULL || is_kept(target))
        return any;
    const struct model_document *document = &model->documents[target->trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count; j++) {
            struct caller provider;
            if (!caller_parse(model, &naive->arena, statement->principals[j].value, &provider) ||
                provider.kind != CALLER_SAML_PROVIDER || provider.account_index != model->principals[who].account)
                continue;
            constraint writes = by_iam(naive, who, WAY_SAML_METADATA, provider.text, MODEL_NONE, NULL);
            any = constraint_or(naive->pool, any,
                                constraint_and(naive->pool, writes, becomes(naive, &provider, role, NULL)));
        }
    }
    return any;
}

/* ---- ways through services */

/* What there could be for an action to be done to, with the kinds of ways.c; the last stands for those of other kinds,
 * which no policy names. */
static const struct thing {
    const char *kind, *arn;
} things[] = {
    {"arn:P:lambda:*:A:function:*", "arn:aws:lambda:eu-west-1:%s:function:one"},
    {"arn:P:lambda:*:A:function:*", "arn:aws:lambda:eu-west-1:%s:function:two"},
    {"arn:P:lambda:*:A:function:*", "arn:aws:lambda:eu-west-1:%s:function:other"},
    {"arn:P:ec2:*:A:instance/*", "arn:aws:ec2:eu-west-1:%s:instance/i-one"},
    {"arn:P:ec2:*:A:instance/*", "arn:aws:ec2:eu-west-1:%s:instance/i-other"},
    {"arn:P:ec2:*:A:launch-template/*", "arn:aws:ec2:eu-west-1:%s:launch-template/other"},
    {"arn:P:ssm:*:**:document/*", "arn:aws:ssm:eu-west-1:%s:document/other"},
    {"arn:P:codebuild:*:A:project/*", "arn:aws:codebuild:eu-west-1:%s:project/one"},
    {"arn:P:codebuild:*:A:project/*", "arn:aws:codebuild:eu-west-1:%s:project/other"},
    {"arn:P:iam::A:instance-profile/*", "arn:aws:iam::%s:instance-profile/one"},
    {"arn:P:ec2:*:**:image/*", "arn:aws:ec2:eu-west-1::image/ami-one"},
    {"", "arn:aws:other:eu-west-1:%s:something/else"},
};
#define OTHER_THING (sizeof things / sizeof things[0] - 1)

/* The steps of one kind, to that thing. */
static constraint on_thing(struct naive *naive, uint32_t who, const struct way *way, size_t first, const char *arn)
{
    constraint all = CONSTRAINT_TRUE;
    for (size_t j = first; j < WAY_STEPS && way->steps[j].action != NULL; j++)
        if (strcmp(way->steps[first].resource, way->steps[j].resource) == 0)
            all = constraint_and(naive->pool, all, naive_may(naive, who, way->steps[j].action, arn, MODEL_NONE, NULL));
    return all;
}

/* The steps of one kind, to one thing of the account. */
static constraint on_one_thing(struct naive *naive, uint32_t who, const struct way *way, size_t first)
{
    const struct model *model = naive->model;
    const char *kind = way->steps[first].resource;
    constraint any = CONSTRAINT_FALSE;
    bool listed = false;
    if (strcmp(kind, WAY_ON_ANYTHING) == 0)
        return on_thing(naive, who, way, first, WAY_ON_ANYTHING);
    for (size_t i = 0; i < OTHER_THING; i++)
        listed = listed || strcmp(kind, things[i].kind) == 0;
    for (size_t i = 0; i <= OTHER_THING; i++) {
        struct text arn = {0};
        if (strcmp(kind, things[i].kind) != 0 && (listed || i != OTHER_THING))
            continue;
        text_format(&arn, things[i].arn, model->accounts[model->principals[who].account].id);
        any = constraint_or(naive->pool, any, on_thing(naive, who, way, first, arn.data));
        text_free(&arn);
    }
    return any;
}

static constraint takes_steps(struct naive *naive, uint32_t who, const struct way *way)
{
    constraint all = CONSTRAINT_TRUE;
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL; i++)
        all = constraint_and(naive->pool, all, on_one_thing(naive, who, way, i));
    return all;
}

/* "a function runs with <role>", of this one. */
static constraint fact_of(struct naive *naive, const char *words, uint32_t role)
{
    const struct model_principal *target = &naive->model->principals[role];
    struct text name = {0}, text = {0};
    text_format(&name, "role %s/%s", naive->model->accounts[target->account].id, target->name);
    way_add_fact(words, name.data, &text);
    constraint fact = constraint_fact(naive->pool, text.data);
    text_free(&name);
    text_free(&text);
    return fact;
}

static constraint by_way(struct naive *naive, uint32_t who, uint32_t role, const struct way *way, const char *service)
{
    struct caller caller;
    const struct model_principal *target = &naive->model->principals[role];
    constraint all = takes_steps(naive, who, way);
    caller_parse(naive->model, &naive->arena, service, &caller);
    if (way->needs_profile && target->in_instance_profile == FACT_NO)
        return CONSTRAINT_FALSE;
    if (way->form == WAY_PASS_ROLE)
        all = constraint_and(naive->pool, all, permits(naive, who, "iam:PassRole", target->arn, role, NULL, service));
    if (way->form == WAY_PASS_ROLE || way->form == WAY_TAKE_OVER)
        all = constraint_and(naive->pool, all, becomes(naive, &caller, role, NULL));
    if (way->exists != NULL)
        all = constraint_and(naive->pool, all, fact_of(naive, way->exists, role));
    if (way->unsure)
        all = constraint_and(naive->pool, all, constraint_fact(naive->pool, "AWS allows it (not documented)"));
    return naive_is_possible(naive, all) ? all : CONSTRAINT_FALSE;
}

/* The ways over one service. Who needs no more for one than what must be there (how conditions say that) needs no
 * others. */
static constraint over_service(struct naive *naive, uint32_t who, uint32_t role, const char *service,
                               enum way_form form, bool unsure, bool *enough)
{
    constraint any = CONSTRAINT_FALSE;
    for (size_t i = 0; i < way_count && !*enough; i++) {
        constraint one;
        if (ways[i].form != form || ways[i].unsure != unsure || strcmp(ways[i].service, service) != 0 ||
            (one = by_way(naive, who, role, &ways[i], service)) == CONSTRAINT_FALSE)
            continue;
        any = constraint_or(naive->pool, any, one);
        *enough = form == WAY_TAKE_OVER && takes_steps(naive, who, &ways[i]) == CONSTRAINT_TRUE;
    }
    return any;
}

static constraint by_service(struct naive *naive, uint32_t who, uint32_t role, enum way_form form)
{
    const struct model *model = naive->model;
    const struct model_principal *target = &model->principals[role];
    constraint any = CONSTRAINT_FALSE;
    if (!target->is_role || target->trust == NULL || target->service_linked ||
        target->account != model->principals[who].account)
        return any;
    const struct model_document *document = &model->documents[target->trust->document];
    for (int unsure = 0; unsure < 2 && any == CONSTRAINT_FALSE; unsure++) {
        bool enough = false;
        for (uint32_t i = 0; i < document->statement_count; i++) {
            const struct statement *statement = &model->statements[document->first_statement + i];
            for (uint32_t j = 0; j < statement->principal_count && statement->allow; j++)
                any = constraint_or(
                    naive->pool, any,
                    over_service(naive, who, role, statement->principals[j].value, form, unsure != 0, &enough));
        }
    }
    return any;
}

/* ---- what it makes of itself */

struct decision_gain naive_gain(const struct naive *naive, const struct naive_state *state)
{
    return (struct decision_gain){.any_permission = state->any,
                                  .no_boundary = state->lifted,
                                  .group = state->group != MODEL_NONE ? &naive->model->groups[state->group] : NULL};
}

static bool add_state(struct naive *naive, struct naive_state *states, uint32_t *count, struct naive_state state)
{
    uint32_t i = 0;
    while (i < *count &&
           !(states[i].any == state.any && states[i].lifted == state.lifted && states[i].group == state.group))
        i++;
    if (!naive_is_possible(naive, state.under))
        return false;
    if (i == *count) {
        states[(*count)++] = state;
        return true;
    }
    if (constraint_implies(naive->pool, state.under, states[i].under) != CONSTRAINT_NO)
        return false;
    states[i].under = constraint_or(naive->pool, states[i].under, state.under);
    return true;
}

static bool is_in(const struct naive *naive, uint32_t who, uint32_t group)
{
    const struct model_principal *principal = &naive->model->principals[who];
    for (uint32_t i = 0; i < principal->group_count; i++)
        if (naive->model->memberships[principal->first_group + i] == group)
            return true;
    return false;
}

static bool go_on(struct naive *naive, uint32_t who, struct naive_state *states, uint32_t *count, uint32_t at)
{
    const struct model *model = naive->model;
    struct naive_state next = states[at], now = next;
    struct decision_gain gain = naive_gain(naive, &now);
    bool changed = false;
    if (!now.any) {
        constraint edits = naive_edits(naive, who, who, &gain);
        if (now.group != MODEL_NONE)
            edits = constraint_or(naive->pool, edits, edits_group(naive, who, &model->groups[now.group], &gain));
        next.any = true;
        next.under = constraint_and(naive->pool, now.under, edits);
        changed = add_state(naive, states, count, next) || changed;
    }
    if (!now.lifted) {
        next = now;
        next.lifted = true;
        next.under = constraint_and(naive->pool, now.under, naive_lifts(naive, who, who, &gain));
        changed = add_state(naive, states, count, next) || changed;
    }
    for (uint32_t i = 0; i < model->group_count && !now.any && now.group == MODEL_NONE; i++) {
        if (model->principals[who].is_role || model->groups[i].account != model->principals[who].account ||
            is_in(naive, who, i))
            continue;
        next = now;
        next.group = i;
        next.under = constraint_and(naive->pool, now.under,
                                    by_iam(naive, who, WAY_JOIN_GROUP, model->groups[i].arn, MODEL_NONE, &gain));
        changed = add_state(naive, states, count, next) || changed;
    }
    return changed;
}

uint32_t naive_states(struct naive *naive, uint32_t who, struct naive_state states[NAIVE_STATES])
{
    return naive_states_from(naive, who, (struct naive_state){false, false, MODEL_NONE, CONSTRAINT_TRUE}, states);
}

uint32_t naive_states_from(struct naive *naive, uint32_t who, struct naive_state first,
                           struct naive_state states[NAIVE_STATES])
{
    uint32_t count = 1;
    states[0] = first;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < count; i++)
            changed = go_on(naive, who, states, &count, i) || changed;
    }
    return count;
}

/* ---- edges */

/* As the actor with the gain. */
static constraint reaches(struct naive *naive, uint32_t actor, const struct decision_gain *gain, uint32_t to)
{
    static const enum edge_kind ways_of[] = {EDGE_EDIT_TRUST, EDGE_TAKE_CREDENTIALS, EDGE_PASS_ROLE, EDGE_TAKE_OVER};
    if (actor == to)
        return CONSTRAINT_FALSE;
    constraint any = naive_assumes(naive, actor, to, gain);
    naive->besides = gain;
    for (size_t i = 0; i < sizeof ways_of / sizeof ways_of[0]; i++)
        any = constraint_or(naive->pool, any, naive_way(naive, actor, to, ways_of[i]));
    naive->besides = NULL;
    return any;
}

/* What it reaches as the other, whose permissions or boundary it has changed. */
static constraint as_changed(struct naive *naive, uint32_t from, uint32_t puppet, uint32_t to)
{
    static const struct decision_gain any = {.any_permission = true}, lifted = {.no_boundary = true},
                                      both = {.any_permission = true, .no_boundary = true};
    constraint edits = naive_edits(naive, from, puppet, NULL), takes_off = naive_lifts(naive, from, puppet, NULL);
    constraint gone = constraint_or(naive->pool, takes_off, naive_lifts(naive, puppet, puppet, &any));
    constraint all = constraint_and(naive->pool, edits, reaches(naive, puppet, &any, to));
    all = constraint_or(naive->pool, all, constraint_and(naive->pool, takes_off, reaches(naive, puppet, &lifted, to)));
    return constraint_or(
        naive->pool, all,
        constraint_and(naive->pool, constraint_and(naive->pool, edits, gone), reaches(naive, puppet, &both, to)));
}

static constraint gives_itself(struct naive *naive, uint32_t from, uint32_t to)
{
    const struct model *model = naive->model;
    struct naive_state states[NAIVE_STATES];
    uint32_t count = naive_states(naive, from, states);
    constraint any = CONSTRAINT_FALSE;
    for (uint32_t i = 1; i < count; i++) {
        struct decision_gain gain = naive_gain(naive, &states[i]);
        any = constraint_or(naive->pool, any,
                            constraint_and(naive->pool, states[i].under, reaches(naive, from, &gain, to)));
    }
    for (uint32_t puppet = 0; puppet < model->principal_count; puppet++) {
        constraint become = naive_assumes(naive, from, puppet, NULL);
        /* Who surely becomes it without any change is a hop of its own. */
        if (is_sure(naive, naive_assumes(naive, puppet, to, NULL)))
            continue;
        if (puppet == from || model->principals[puppet].account != model->principals[from].account)
            continue;
        for (enum edge_kind kind = EDGE_EDIT_TRUST; kind <= EDGE_TAKE_OVER; kind++)
            if (kind != EDGE_EDIT_PERMISSIONS)
                become = constraint_or(naive->pool, become, naive_edge(naive, from, puppet, kind));
        any = constraint_or(naive->pool, any, constraint_and(naive->pool, become, as_changed(naive, from, puppet, to)));
    }
    return any;
}

constraint naive_way(struct naive *naive, uint32_t from, uint32_t to, enum edge_kind kind)
{
    const struct model_principal *target = &naive->model->principals[to];
    switch (kind) {
    case EDGE_EDIT_TRUST:
        return target->is_role ? over(naive, from, to, NULL) : CONSTRAINT_FALSE;
    case EDGE_TAKE_CREDENTIALS:
        return target->is_role ? signs_for(naive, from, to) : over(naive, from, to, NULL);
    case EDGE_PASS_ROLE:
        return by_service(naive, from, to, WAY_PASS_ROLE);
    case EDGE_TAKE_OVER:
        return by_service(naive, from, to, WAY_TAKE_OVER);
    default:
        return gives_itself(naive, from, to);
    }
}

constraint naive_edge(struct naive *naive, uint32_t from, uint32_t to, enum edge_kind kind)
{
    if (from == to)
        return CONSTRAINT_FALSE;
    /* A worse way is not told beside one that is sure. */
    bool service = kind == EDGE_PASS_ROLE || kind == EDGE_TAKE_OVER;
    if (service && is_sure(naive, naive_way(naive, from, to, EDGE_EDIT_TRUST)))
        return CONSTRAINT_FALSE;
    if (kind == EDGE_TAKE_OVER && is_sure(naive, naive_way(naive, from, to, EDGE_PASS_ROLE)))
        return CONSTRAINT_FALSE;
    if (kind == EDGE_EDIT_PERMISSIONS && is_sure(naive, naive_assumes(naive, from, to, NULL)))
        return CONSTRAINT_FALSE;
    constraint formula = naive_way(naive, from, to, kind);
    return naive_is_possible(naive, formula) ? formula : CONSTRAINT_FALSE;
}
