#include "tests/analyzer/analysis/naive_administrators.h"

#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>

/* A principal in some state, and who it can be next. */
struct step {
    uint32_t to; /* node */
    constraint under;
};

struct node {
    uint32_t who;
    struct naive_state state;
    constraint administers;
    struct step *steps;
    uint32_t count, room;
};

struct closing {
    struct naive *naive;
    struct node *nodes;
    uint32_t count, room;
};

static bool is_limiting(const struct constraint_key *key, bool fact)
{
    return fact || context_key_find(key->name)->class == KEY_UNRECOGNIZED;
}

static bool counts(const struct constraint_key *key, bool fact, void *context)
{
    (void)context;
    return !is_limiting(key, fact);
}

static constraint free_part(struct naive *naive, constraint formula)
{
    return constraint_without(naive->pool, formula, counts, NULL);
}

bool naive_is_free(struct naive *naive, constraint formula)
{
    return constraint_satisfiable(naive->pool, free_part(naive, formula)) == CONSTRAINT_YES;
}

/* ---- can it create a principal with any permission */

static constraint may_one(struct naive *naive, uint32_t who, const struct decision_gain *gain, const char *kind,
                          const char *first, const char *second)
{
    char arn[128];
    const struct model *model = naive->model;
    snprintf(arn, sizeof arn, "arn:aws:iam::%s:%s/zz9", model->accounts[model->principals[who].account].id, kind);
    constraint any = free_part(naive, naive_may(naive, who, first, arn, MODEL_NONE, gain));
    if (second != NULL)
        any = constraint_or(naive->pool, any, free_part(naive, naive_may(naive, who, second, arn, MODEL_NONE, gain)));
    return any;
}

static constraint administers(struct naive *naive, uint32_t who, const struct naive_state *state)
{
    struct decision_gain gain = naive_gain(naive, state);
    struct constraint_pool *pool = naive->pool;
    constraint user = may_one(naive, who, &gain, "user", "iam:CreateUser", NULL);
    user = constraint_and(pool, user, may_one(naive, who, &gain, "user", "iam:AttachUserPolicy", "iam:PutUserPolicy"));
    user =
        constraint_and(pool, user, may_one(naive, who, &gain, "user", "iam:CreateAccessKey", "iam:CreateLoginProfile"));
    constraint role = may_one(naive, who, &gain, "role", "iam:CreateRole", "iam:UpdateAssumeRolePolicy");
    role = constraint_and(pool, role, may_one(naive, who, &gain, "role", "iam:AttachRolePolicy", "iam:PutRolePolicy"));
    return constraint_or(pool, user, role);
}

/* ---- who it can be next */

static bool is_bare(const struct naive_state *state)
{
    return !state->any && !state->lifted && state->group == MODEL_NONE;
}

static uint32_t node_of(struct closing *work, uint32_t who, struct naive_state state)
{
    for (uint32_t i = 0; i < work->count; i++) {
        const struct node *node = &work->nodes[i];
        if (node->who == who && node->state.any == state.any && node->state.lifted == state.lifted &&
            node->state.group == state.group)
            return i;
    }
    state.under = CONSTRAINT_TRUE;
    /* Nobody can make a service act with its service-linked role. */
    bool service = work->naive->model->principals[who].service_linked;
    constraint makes = service ? CONSTRAINT_FALSE : administers(work->naive, who, &state);
    ARRAY_ADD(work->nodes, work->count, work->room, (struct node){.who = who, .state = state, .administers = makes});
    return work->count - 1;
}

static void add_step(struct closing *work, uint32_t from, uint32_t who, struct naive_state state, constraint under)
{
    if (!naive_is_possible(work->naive, under))
        return;
    uint32_t to = node_of(work, who, state);
    struct node *node = &work->nodes[from];
    ARRAY_ADD(node->steps, node->count, node->room, (struct step){to, under});
}

/* Whether it certainly is an administrator without anybody's help. */
static bool needs_nobody(struct naive *naive, uint32_t who)
{
    struct naive_state states[NAIVE_STATES];
    uint32_t count = naive_states(naive, who, states);
    for (uint32_t i = 0; i < count; i++)
        if (naive_is_free(naive, constraint_and(naive->pool, states[i].under, administers(naive, who, &states[i]))))
            return true;
    return false;
}

/* Without assuming it. */
static constraint takes(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain)
{
    constraint any = CONSTRAINT_FALSE;
    naive->besides = gain;
    for (enum edge_kind kind = EDGE_EDIT_TRUST; kind <= EDGE_TAKE_OVER; kind++)
        if (kind != EDGE_EDIT_PERMISSIONS)
            any = constraint_or(naive->pool, any, naive_way(naive, who, whom, kind));
    naive->besides = NULL;
    return any;
}

static void add_other(struct closing *work, uint32_t from, uint32_t whom)
{
    static const struct naive_state bare = {false, false, MODEL_NONE, CONSTRAINT_TRUE},
                                    any = {true, false, MODEL_NONE, CONSTRAINT_TRUE},
                                    lifted = {false, true, MODEL_NONE, CONSTRAINT_TRUE},
                                    both = {true, true, MODEL_NONE, CONSTRAINT_TRUE};
    struct naive *naive = work->naive;
    uint32_t who = work->nodes[from].who;
    struct naive_state state = work->nodes[from].state;
    struct decision_gain gain = naive_gain(naive, &state);
    constraint taken = takes(naive, who, whom, &gain), assumed = naive_assumes(naive, who, whom, &gain);
    constraint becomes = constraint_or(naive->pool, taken, assumed);
    /* Without changes: a principal that only assumes an administrator is at the beginning of a chain. */
    add_step(work, from, whom, bare, is_bare(&state) ? taken : becomes);
    if (needs_nobody(naive, whom))
        return;
    constraint edits = constraint_and(naive->pool, becomes, naive_edits(naive, who, whom, &gain));
    constraint lifts = constraint_and(naive->pool, becomes, naive_lifts(naive, who, whom, &gain));
    add_step(work, from, whom, any, edits);
    add_step(work, from, whom, lifted, lifts);
    add_step(work, from, whom, both, constraint_and(naive->pool, edits, lifts));
}

static void find_steps(struct closing *work, uint32_t from)
{
    const struct model *model = work->naive->model;
    struct naive_state states[NAIVE_STATES];
    uint32_t who = work->nodes[from].who;
    uint32_t count = naive_states_from(work->naive, who, work->nodes[from].state, states);
    for (uint32_t i = 1; i < count; i++)
        add_step(work, from, who, states[i], states[i].under);
    for (uint32_t whom = 0; whom < model->principal_count; whom++)
        if (whom != who && model->principals[whom].account == model->principals[who].account)
            add_other(work, from, whom);
}

/* ---- the closure */

static bool widen(struct naive *naive, constraint *formula, constraint also)
{
    if (!naive_is_possible(naive, also) || constraint_implies(naive->pool, also, *formula) != CONSTRAINT_NO)
        return false;
    *formula = constraint_or(naive->pool, *formula, also);
    return true;
}

struct naive_administrator *naive_administrators(struct naive *naive)
{
    static const struct naive_state bare = {false, false, MODEL_NONE, CONSTRAINT_TRUE};
    uint32_t principals = naive->model->principal_count;
    struct closing work = {.naive = naive};
    struct naive_administrator *answers = memory_zeroed((size_t)principals + 1, sizeof *answers);
    for (uint32_t i = 0; i < principals; i++) {
        uint32_t node = node_of(&work, i, bare);
        answers[i].by_policy = work.nodes[node].administers;
    }
    for (uint32_t i = 0; i < work.count; i++)
        find_steps(&work, i);
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < work.count; i++)
            for (uint32_t j = 0; j < work.nodes[i].count; j++) {
                const struct step *step = &work.nodes[i].steps[j];
                constraint also = constraint_and(naive->pool, step->under, work.nodes[step->to].administers);
                changed = widen(naive, &work.nodes[i].administers, also) || changed;
            }
    }
    for (uint32_t i = 0; i < work.count; i++) {
        if (i < principals)
            answers[i].by_all =
                naive->model->principals[i].service_linked ? CONSTRAINT_FALSE : work.nodes[i].administers;
        free(work.nodes[i].steps);
    }
    free(work.nodes);
    return answers;
}
