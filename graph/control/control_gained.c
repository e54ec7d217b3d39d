/*
 * Edges through gained permissions: those that a principal gives itself, or somebody that it can become.
 *
 * With any permission, what a principal reaches hardly depends on who it is: principals with the same denies, boundary
 * and kind get the same answer from every role that does not distinguish the callers of an account. Such answers are
 * kept for the account.
 */
#include "graph/control/control_gained_inside.h"

#include "graph/edges/trust_index.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

struct gained *control_gained_new(struct adding *work)
{
    struct gained *gained = memory_zeroed(1, sizeof *gained);
    gained->account = MODEL_NONE;
    admissions_find(&gained->admissions, work->model);
    return gained;
}

static void forget_account(struct gained *gained, const struct model *model)
{
    uint32_t actors = gained->actors != NULL ? model->accounts[gained->account].principal_count : 0;
    for (uint32_t i = 0; i < actors; i++)
        free(gained->actors[i].leads);
    for (uint32_t i = 0; i < gained->sorts.count; i++)
        free(gained->answers[i]);
    intern_free(&gained->sorts);
    gained->sorts = (struct intern){0};
    intern_free(&gained->holders);
    gained->holders = (struct intern){.count = 0};
    id_map_free(&gained->own_answers);
    gained->own_answers = (struct id_map){.count = 0};
    intern_free(&gained->of_sets);
    gained->of_sets = (struct intern){0};
    gained->named_count = 0;
    gained_forget_rows(gained);
    free(gained->changes);
    free(gained->assumes);
    free(gained->actors);
    gained->changes = NULL;
    gained->assumes = NULL;
    gained->actors = NULL;
}

void control_gained_free(struct adding *work)
{
    struct gained *gained = work->gained;
    forget_account(gained, work->model);
    admissions_free(&gained->admissions);
    gained_forget_targets(gained);
    free(gained->found);
    free(gained->answers);
    free(gained->assumed);
    free(gained->sources);
    free(gained->patterns);
    id_map_free(&gained->tellers);
    free(gained);
}

/* ---- the account */

static void begin_account(struct adding *work, uint32_t number)
{
    struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[number];
    forget_account(gained, work->model);
    gained->account = number;
    admissions_begin(&gained->admissions, number);
    gained->actors = memory_zeroed(account->principal_count, sizeof *gained->actors);
    gained->assumes = memory_zeroed(account->principal_count, sizeof *gained->assumes);
    gained_find_targets(work);
}

/* ---- targets */

/* Whether the trust policy might admit it: a filter before the decision. */
static bool may_admit(const struct adding *work, const struct control_rights *actor, uint32_t to)
{
    uint32_t set = work->edges->classes.role_sets.of[to];
    return work->model->principals[to].is_role &&
           (set == MODEL_NONE || trust_index_may_admit(work->edges->trust, set, &actor->caller));
}

/* Whether the target gives the source the same answer as everyone of its sort. */
static bool is_usual(const struct adding *work, const struct source *source, const struct target *target)
{
    return source->sort != NO_SORT && !target->looks &&
           !gained_is_named(work->gained, target, source->actor->principal);
}

static constraint decide(struct adding *work, const struct source *source, uint32_t to)
{
    struct decision decision;
    struct decision_question question = {.caller = source->rights.caller,
                                         .role = to,
                                         .gain = source->gain,
                                         .now = work->edges->now,
                                         .verdict_only = true};
    decision_decide(work->evaluator, &question, &decision);
    return decision.verdict == VERDICT_DENIED ? CONSTRAINT_FALSE : decision.residual;
}

#define OF_ONE 0x80000000u

/* The condition under which it assumes the role. All roles of one set give the callers of another account the same
 * answer, and those of their own (classes.h), unless the caller's own policies or its SCPs distinguish them
 * (gained_mark). */
static constraint assume(struct adding *work, struct source *source, const struct target *target)
{
    struct gained *gained = work->gained;
    bool elsewhere = work->model->principals[target->principal].account != gained->account;
    struct {
        uint64_t mark;
        uint32_t owner, set, elsewhere, none;
    } key = {0, source->sort, work->edges->classes.role_sets.of[target->principal], elsewhere, 0};
    if (!is_usual(work, source, target))
        key.owner = OF_ONE | gained_holder(work, source);
    if (!may_admit(work, &source->rights, target->principal) || (elsewhere && !gained_looks(work, source)->grants))
        return CONSTRAINT_FALSE;
    if (key.set == MODEL_NONE || key.owner == HOLDER_NONE ||
        !gained_mark(work, source, work->model->principals[target->principal].arn, &key.mark))
        return decide(work, source, target->principal);
    uint32_t known = gained->of_sets.count;
    uint32_t number = intern_add(&gained->of_sets, (const char *)&key, sizeof key);
    if (number == known) {
        constraint answer = decide(work, source, target->principal);
        ARRAY_ADD(gained->assumed, known, gained->assumed_room, answer);
    }
    return gained->assumed[number];
}

/* Assumes the role, or controls it without further gains. */
static constraint reach(struct adding *work, struct source *source, const struct target *target)
{
    struct control_rights *rights = &source->rights;
    uint32_t to = target->principal;
    constraint result = control_over(rights, to, NULL, NULL);
    if (!work->model->principals[to].is_role || result == CONSTRAINT_TRUE)
        return result;
    result = constraint_or(work->pool, result, assume(work, source, target));
    if (work->model->principals[to].account != rights->caller.account_index || result == CONSTRAINT_TRUE)
        return result;
    result = constraint_or(work->pool, result, control_saml_role(rights, to, NULL));
    if (result != CONSTRAINT_TRUE)
        result = constraint_or(work->pool, result, control_pass_role(rights, to, NULL));
    if (result != CONSTRAINT_TRUE)
        result = constraint_or(work->pool, result, control_take_over(rights, to, NULL));
    return result;
}

/* Where the answer is cached: for everyone of the sort, or for this actor with its gain. NULL: nowhere. */
static constraint *answer_of(struct adding *work, struct source *source, uint32_t number)
{
    struct gained *gained = work->gained;
    bool fresh;
    if (is_usual(work, source, &gained->targets[number]))
        return &gained->answers[source->sort][number];
    int64_t holder = gained_holder(work, source);
    if (holder == HOLDER_NONE)
        return NULL;
    constraint *answer = id_map_add(&gained->own_answers, holder << 32 | number, &fresh);
    *answer = fresh ? NOT_ASKED : *answer;
    return answer;
}

/* After the change: both conditions must be true. */
static constraint with_change(struct adding *work, struct source *source, uint32_t number, constraint formula)
{
    constraint unshared = NOT_ASKED, *result = answer_of(work, source, number);
    result = result != NULL ? result : &unshared;
    if (*result == NOT_ASKED)
        *result = reach(work, source, &work->gained->targets[number]);
    if (*result == CONSTRAINT_FALSE)
        return CONSTRAINT_FALSE;
    constraint both = constraint_and(work->pool, *result, formula);
    /* Two calls may need different external IDs. */
    return control_possible(source->actor, both)
               ? both
               : constraint_fact_of(work->pool, FACT_UNDECIDED,
                                    "the conditions of two calls can be met one after the other");
}

static bool surely_assumes(const struct adding *work, uint32_t from, const struct target *target)
{
    const struct edge *edge = target->entered ? edges_between(work->edges, from, target->principal) : NULL;
    return edge != NULL && edge->verdict == VERDICT_ALLOWED;
}

/* Whether another principal, without changes, certainly becomes the target: then the two hops say more than one. */
static bool leads_already(const struct adding *work, const struct source *source, const struct target *target)
{
    struct gained *gained = work->gained;
    uint32_t actor = source->actor->principal - work->model->accounts[gained->account].first_principal;
    enum answer **leads = &gained->actors[actor].leads;
    if (!target->entered)
        return false;
    if (*leads == NULL)
        *leads = memory_zeroed(gained->target_count, sizeof **leads);
    enum answer *known = &(*leads)[target - gained->targets];
    if (*known == NOT_KNOWN)
        *known = surely_assumes(work, source->actor->principal, target) ? KNOWN_YES : KNOWN_NO;
    return *known == KNOWN_YES;
}

/* ---- which sources of others are decided */

static void set_bit(uint64_t *bits, uint32_t number)
{
    bits[number / 64] |= (uint64_t)1 << (number % 64);
}

static void add_follower(struct gained *gained, uint32_t source)
{
    struct followers *others = &gained->others;
    uint32_t at = 0, by = gained->sources[source].told_by;
    if (by == NO_SORT) {
        set_bit(others->alone, source);
        return;
    }
    while (at < others->leader_count && others->leaders[at].source != by)
        at++;
    if (at == others->leader_count)
        ARRAY_ADD(others->leaders, others->leader_count, others->leader_room,
                  (struct leader){by, memory_zeroed(others->words, sizeof(uint64_t))});
    set_bit(others->leaders[at].bits, source);
}

static void forget_followers(struct gained *gained)
{
    struct followers *others = &gained->others;
    for (uint32_t i = 0; i < others->leader_count; i++)
        free(others->leaders[i].bits);
    free(others->leaders);
    free(others->alone);
    free(others->asked);
    free(others->first_of);
    *others = (struct followers){.words = 0};
}

static void find_followers(struct adding *work)
{
    struct gained *gained = work->gained;
    struct followers *others = &gained->others;
    const struct model_account *account = &work->model->accounts[gained->account];
    others->words = gained->source_count / 64 + 1;
    others->alone = memory_zeroed(others->words, sizeof *others->alone);
    others->asked = memory_zeroed(others->words, sizeof *others->asked);
    others->first_of = memory_zeroed((size_t)account->principal_count + 1, sizeof *others->first_of);
    /* Sources of other principals are sorted by principal. */
    for (uint32_t i = 0, source = gained->own_count; i <= account->principal_count; i++) {
        while (source < gained->source_count && gained->sources[source].actor->principal < account->first_principal + i)
            source++;
        others->first_of[i] = source;
    }
    for (uint32_t i = gained->own_count; i < gained->source_count; i++)
        add_follower(gained, i);
}

/* Whether a source gives the same answer about the target as another of its sort. */
static bool stands_for_others(const struct adding *work, uint32_t number, const struct target *target)
{
    const struct source *source = &work->gained->sources[number];
    return source->actor->principal != target->principal && is_usual(work, source, target) &&
           (number < work->gained->own_count || !leads_already(work, source, target));
}

/* Notes the sources of other principals for which no representative gives the same answer about the target. */
static void mark_asked(struct adding *work, const struct target *target)
{
    struct gained *gained = work->gained;
    struct followers *others = &gained->others;
    uint32_t first = work->model->accounts[gained->account].first_principal;
    memcpy(others->asked, others->alone, others->words * sizeof *others->asked);
    for (uint32_t i = 0; i < others->leader_count; i++)
        if (!stands_for_others(work, others->leaders[i].source, target))
            for (uint32_t j = 0; j < others->words; j++)
                others->asked[j] |= others->leaders[i].bits[j];
    for (uint32_t i = 0; i < target->named_count; i++) {
        uint32_t actor = gained->named[target->first_named + i] - first;
        for (uint32_t j = others->first_of[actor]; j < others->first_of[actor + 1]; j++)
            set_bit(others->asked, j);
    }
}

/* ---- one target */

/* The ways of all sources so far that lead to the target. */
struct gained_edge {
    uint32_t number; /* of the target */
    constraint all;
    const char *how;
    uint32_t of; /* whose changed permissions `how` is about */
};

static void add_way(struct adding *work, struct source *source, struct gained_edge *edge)
{
    if (source->actor->principal == work->gained->targets[edge->number].principal)
        return;
    constraint formula = with_change(work, source, edge->number, source->formula);
    if (formula == CONSTRAINT_FALSE)
        return;
    if (edge->how == NULL || formula == CONSTRAINT_TRUE) {
        edge->how = gained_how(work, source);
        edge->of = source->actor->principal;
    }
    edge->all = constraint_or(work->pool, edge->all, formula);
}

static bool is_told(const struct adding *work, const struct source *source, const struct target *target)
{
    return source->told_by != NO_SORT && is_usual(work, source, target) &&
           stands_for_others(work, source->told_by, target);
}

static void add_others(struct adding *work, struct gained_edge *edge)
{
    struct gained *gained = work->gained;
    const struct target *target = &gained->targets[edge->number];
    mark_asked(work, target);
    for (uint32_t i = 0; i < gained->others.words; i++)
        for (uint64_t left = gained->others.asked[i]; left != 0 && edge->all != CONSTRAINT_TRUE; left &= left - 1) {
            struct source *source = &gained->sources[i * 64 + (uint32_t)__builtin_ctzll(left)];
            if (!is_told(work, source, target) && !leads_already(work, source, target))
                add_way(work, source, edge);
        }
}

/* How the current principal assumes others in its account, which are the first targets. */
static void find_assumes(struct adding *work, uint32_t from)
{
    struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[gained->account];
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct target *target = &gained->targets[i];
        const struct edge *edge = target->entered ? edges_between(work->edges, from, target->principal) : NULL;
        gained->assumes[i] = (struct assuming){edge != NULL ? edge->residual : CONSTRAINT_FALSE,
                                               edge != NULL && edge->verdict == VERDICT_ALLOWED};
    }
}

static bool assumes_already(const struct adding *work, uint32_t from, uint32_t number)
{
    const struct gained *gained = work->gained;
    return number < gained->own_targets ? gained->assumes[number].surely
                                        : surely_assumes(work, from, &gained->targets[number]);
}

/* The current principal. */
struct reaching {
    struct control_rights *rights;
    bool others;                  /* the sources of others are known */
    const struct gained_row *row; /* of another one like it; NULL: none */
};

static struct gained_edge find_gained(struct adding *work, struct reaching *reaching, uint32_t number)
{
    struct gained *gained = work->gained;
    const struct target *target = &gained->targets[number];
    struct gained_edge edge = {.number = number, .all = CONSTRAINT_FALSE};
    for (uint32_t i = 0; i < gained->own_count && edge.all != CONSTRAINT_TRUE; i++)
        if (!is_told(work, &gained->sources[i], target))
            add_way(work, &gained->sources[i], &edge);
    if (edge.all != CONSTRAINT_TRUE && !reaching->others) {
        reaching->others = true;
        gained_find_puppets(work, gained_actor(work, reaching->rights->principal));
        find_followers(work);
    }
    if (edge.all != CONSTRAINT_TRUE)
        add_others(work, &edge);
    return edge;
}

static struct gained_result find_result(struct adding *work, struct reaching *reaching, uint32_t number)
{
    uint32_t from = reaching->rights->principal, to = work->gained->targets[number].principal;
    if (to == from || assumes_already(work, from, number))
        return (struct gained_result){.formula = CONSTRAINT_FALSE};
    if (reaching->row != NULL && gained_row_tells(work, reaching->row, from, number))
        return reaching->row->results[number];
    struct gained_edge edge = find_gained(work, reaching, number);
    return (struct gained_result){true, edge.all, edge.how, edge.of};
}

static void put(struct adding *work, uint32_t from, uint32_t to, uint32_t target)
{
    const struct gained_result *found = &work->gained->found[target];
    control_edges_put(work, from, to, EDGE_EDIT_PERMISSIONS, found->formula, found->how);
}

/* In the order of those to whom the edges lead. */
static void put_all(struct adding *work, uint32_t from)
{
    const struct gained *gained = work->gained;
    uint32_t first = work->model->accounts[gained->account].first_principal, i = 0;
    for (; i < gained->elsewhere_count && gained->elsewhere[i].role < first; i++)
        put(work, from, gained->elsewhere[i].role, gained->elsewhere[i].target);
    for (uint32_t own = 0; own < gained->own_targets; own++)
        put(work, from, first + own, own);
    for (; i < gained->elsewhere_count; i++)
        put(work, from, gained->elsewhere[i].role, gained->elsewhere[i].target);
}

static void add_own_sources(struct adding *work, struct control_rights *rights)
{
    struct gained *gained = work->gained;
    uint32_t count = 0;
    struct control_gain *gains = control_gains(rights, &count);
    gained->source_count = gained->pattern_count = 0;
    id_map_free(&gained->tellers);
    gained->tellers = (struct id_map){.count = 0};
    for (uint32_t i = 0; i < count; i++)
        gained_add_source(work, rights, gains[i].gain, gains[i].formula, gains[i].how);
    gained->own_count = gained->source_count;
    free(gains);
}

void control_gained_add(struct adding *work, struct control_rights *rights, bool alike)
{
    struct gained *gained = work->gained;
    struct reaching reaching = {.rights = rights};
    if (gained->account != rights->caller.account_index)
        begin_account(work, rights->caller.account_index);
    if (!alike) {
        gained_forget_rows(gained);
        free(gained->changes);
        gained->changes = NULL;
    }
    add_own_sources(work, rights);
    find_assumes(work, rights->principal);
    reaching.row = gained_row_of(work, rights);
    ARRAY_RESERVE(gained->found, gained->target_count, gained->found_room);
    for (uint32_t i = 0; i < gained->target_count; i++)
        gained->found[i] = find_result(work, &reaching, i);
    if (reaching.row == NULL)
        gained_keep_row(work, rights->principal);
    put_all(work, rights->principal);
    forget_followers(gained);
}
