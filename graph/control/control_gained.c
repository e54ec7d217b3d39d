/*
 * Edges by more permissions than one has: that it gives itself, or somebody whom it can become.
 *
 * With any permission, what one reaches hardly depends on who one is: who has the same denies, boundary and kind gets
 * the same answer from every role that does not tell the callers of an account apart. Such answers are kept for the
 * account.
 */
#include "graph/control/control_edges_inside.h"

#include "graph/edges/trust_index.h"
#include "ingest/support/array.h"
#include "ingest/support/id_map.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* Somebody of the account, or a role elsewhere that may admit somebody of it. */
struct target {
    uint32_t principal;
    bool looks;                        /* at who calls */
    bool entered;                      /* somebody assumes it */
    uint32_t first_named, named_count; /* those of the account whom its trust policy names, ascending */
};

#define NOT_ASKED UINT32_MAX
#define NO_SORT UINT32_MAX

/* A change that gives `actor` more than it has. */
struct source {
    struct control_rights *actor;
    struct control_rights rights; /* the actor's, with that */
    struct decision_gain gain;
    constraint formula;
    const struct control_how *by;
    const char *how;  /* in words; NULL: not needed yet */
    uint32_t sort;    /* sources of one sort reach the same, but for themselves; NO_SORT: not known */
    uint32_t told_by; /* one before it, of the same sort, under no other condition; NO_SORT: none */
};

/* What somebody of the account can change of another. */
struct change {
    constraint edits, lifts;
    const struct control_how *how, *lifts_how;
};

enum answer { NOT_KNOWN, KNOWN_NO, KNOWN_YES };

/* Somebody of the account, as who acts. */
struct actor {
    struct control_rights rights; /* not asked: without control */
    uint32_t sorts[2];            /* with any permission, within the boundary and without */
    bool sort_known[2];
    enum answer *leads; /* per target: whether it surely assumes it, as it is; NULL: not asked */
};

/* Which sources of others have to be asked of a target: bits by source. Those of one sort say the same of most targets,
 * so the first of them stands for the others. */
struct followers {
    uint64_t *alone; /* nobody stands for them */
    struct leader {
        uint32_t source;
        uint64_t *bits; /* for whom it stands */
    } * leaders;
    uint64_t *asked;    /* of the target at hand */
    uint32_t *first_of; /* per principal of the account: its first source; then all sources */
    uint32_t leader_count, leader_room;
    uint32_t words; /* of bits */
};

struct gained {
    struct admissions admissions;
    uint32_t account; /* at hand */
    struct target *targets;
    uint32_t target_count, target_room;
    uint32_t *named; /* of targets */
    uint32_t named_count, named_room;
    struct intern sorts;
    constraint **answers; /* per sort, per target */
    uint32_t answers_room;
    struct id_map own_answers; /* of actors that are not as their sort, by actor, gain and target */
    struct change *changes;    /* per principal of the account, of whom is at hand and alike; NULL: not asked */
    struct actor *actors;      /* per principal of the account */
    struct source *sources;    /* of whom is at hand: its own, then those of others */
    uint32_t own_count, source_count, source_room;
    struct id_map tellers; /* by sort and formula: the first source of these */
    struct followers others;
};

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
    id_map_free(&gained->own_answers);
    gained->own_answers = (struct id_map){.count = 0};
    gained->named_count = 0;
    free(gained->changes);
    free(gained->actors);
    gained->changes = NULL;
    gained->actors = NULL;
    gained->target_count = 0;
}

void control_gained_free(struct adding *work)
{
    struct gained *gained = work->gained;
    forget_account(gained, work->model);
    admissions_free(&gained->admissions);
    free(gained->targets);
    free(gained->answers);
    free(gained->named);
    free(gained->sources);
    id_map_free(&gained->tellers);
    free(gained);
}

/* ---- the account */

static void add_named(uint32_t principal, void *context)
{
    struct gained *gained = context;
    ARRAY_ADD(gained->named, gained->named_count, gained->named_room, principal);
}

static void add_target(struct adding *work, uint32_t principal)
{
    struct gained *gained = work->gained;
    struct target target = {.principal = principal,
                            .looks = admissions_look(&gained->admissions, principal),
                            .first_named = gained->named_count};
    edge_end ends[EDGES_ENDS];
    for (uint32_t i = edges_targets(work->edges, principal, ends); i > 0; i--) {
        uint32_t first, last;
        edges_in(work->edges, ends[i - 1], &first, &last);
        target.entered = target.entered || first < last;
    }
    admissions_each_named(&gained->admissions, principal, add_named, gained);
    target.named_count = gained->named_count - target.first_named;
    if (target.named_count > 1)
        qsort(gained->named + target.first_named, target.named_count, sizeof *gained->named, order_numbers);
    ARRAY_ADD(gained->targets, gained->target_count, gained->target_room, target);
}

static bool is_named(const struct gained *gained, const struct target *target, uint32_t principal)
{
    return target->named_count > 0 && bsearch(&principal, gained->named + target->first_named, target->named_count,
                                              sizeof principal, order_numbers) != NULL;
}

static void begin_account(struct adding *work, uint32_t number)
{
    struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[number];
    const uint32_t admitted[] = {number, MODEL_NONE};
    uint32_t end = account->first_principal + account->principal_count;
    forget_account(gained, work->model);
    gained->account = number;
    admissions_begin(&gained->admissions, number);
    gained->actors = memory_zeroed(account->principal_count, sizeof *gained->actors);
    for (uint32_t to = account->first_principal; to < end; to++)
        add_target(work, to);
    for (int which = 0; which < 2; which++) {
        uint32_t last = MODEL_NONE;
        for (uint32_t i = admissions_first(&gained->admissions, admitted[which]); i < gained->admissions.count; i++) {
            const struct admission *admission = &gained->admissions.list[i];
            if (admission->account != admitted[which])
                break;
            if (admission->role == last || (admission->role >= account->first_principal && admission->role < end))
                continue;
            last = admission->role;
            add_target(work, last);
        }
    }
}

/* ---- sources */

/* What distinguishes those who have any permission, as words; false: something that only each itself can tell. */
static bool describe(const struct adding *work, uint32_t principal, const struct decision_gain *gain,
                     struct text *words)
{
    const struct model *model = work->model;
    const struct model_principal *who = &model->principals[principal];
    bool bounded = who->boundary != NULL && !gain->no_boundary, looks = false;
    uint32_t boundary = bounded ? who->boundary->document : MODEL_NONE;
    if (!gain->any_permission || gain->group != NULL || who->credential != NULL || !who->identity_known ||
        (bounded && boundary == MODEL_NONE))
        return false;
    if (bounded)
        admissions_sorts(&work->gained->admissions, boundary, false, &looks);
    text_format(words, "%d %d %u", who->is_role, who->service_linked, (unsigned)boundary);
    for (uint32_t i = 0; i < who->policy_count && !looks; i++) {
        uint32_t number = model->uses[who->first_policy + i].document;
        if (number == MODEL_NONE)
            return false;
        if (admissions_sorts(&work->gained->admissions, number, true, &looks))
            text_format(words, " %u", (unsigned)number);
    }
    admissions_mark(&work->gained->admissions, who, words);
    return !looks;
}

static uint32_t find_sort(struct adding *work, uint32_t principal, const struct decision_gain *gain)
{
    struct gained *gained = work->gained;
    struct text words = {0};
    uint32_t sort = NO_SORT, known = gained->sorts.count;
    if (describe(work, principal, gain, &words))
        sort = intern_add(&gained->sorts, words.data, words.length);
    text_free(&words);
    if (sort == known) {
        constraint *answers = memory_get(gained->target_count * sizeof *answers);
        memset(answers, 0xff, gained->target_count * sizeof *answers);
        ARRAY_REACH(gained->answers, sort, gained->answers_room);
        gained->answers[sort] = answers;
    }
    return sort;
}

/* Asked once of everybody, within boundary and without. */
static uint32_t sort_of(struct adding *work, uint32_t principal, const struct decision_gain *gain)
{
    uint32_t first = work->model->accounts[work->gained->account].first_principal;
    struct actor *actor = &work->gained->actors[principal - first];
    if (!gain->any_permission || gain->group != NULL)
        return NO_SORT;
    if (!actor->sort_known[gain->no_boundary])
        actor->sorts[gain->no_boundary] = find_sort(work, principal, gain);
    actor->sort_known[gain->no_boundary] = true;
    return actor->sorts[gain->no_boundary];
}

/* The first source of that sort and formula; `add`: this one, if there is none. */
static uint32_t teller(struct gained *gained, uint32_t sort, constraint formula, uint32_t add)
{
    bool fresh = false;
    int64_t key = (int64_t)sort << 32 | formula;
    uint32_t *known = add != NO_SORT ? id_map_add(&gained->tellers, key, &fresh) : id_map_find(&gained->tellers, key);
    if (known == NULL)
        return NO_SORT;
    *known = fresh ? add : *known;
    return *known;
}

/* One before it that is of its sort and as sure, or under the same condition. */
static uint32_t told_by(struct gained *gained, uint32_t sort, constraint formula)
{
    if (sort == NO_SORT)
        return NO_SORT;
    uint32_t sure = teller(gained, sort, CONSTRAINT_TRUE, NO_SORT);
    uint32_t same = teller(gained, sort, formula, gained->source_count);
    same = same == gained->source_count ? NO_SORT : same;
    return sure < same ? sure : same;
}

static void add_source(struct adding *work, struct control_rights *actor, struct decision_gain gain, constraint formula,
                       const struct control_how *by)
{
    struct gained *gained = work->gained;
    if (!control_possible(actor, formula))
        return;
    uint32_t sort = sort_of(work, actor->principal, &gain);
    struct source source = {.actor = actor,
                            .rights = control_rights_with(actor, &gain),
                            .gain = gain,
                            .formula = formula,
                            .by = by,
                            .sort = sort,
                            .told_by = told_by(gained, sort, formula)};
    ARRAY_ADD(gained->sources, gained->source_count, gained->source_room, source);
}

/* How it is done, in words. */
static const char *how_of(struct adding *work, struct source *source)
{
    struct text text = {0};
    bool itself = source < work->gained->sources + work->gained->own_count;
    if (source->how == NULL) {
        text_format(&text, "%s for %s", source->by->actions, itself ? "itself" : source->actor->caller.name);
        source->how = control_edges_keep(work, text.data);
        text_free(&text);
    }
    return source->how;
}

static struct control_rights *actor_of(struct adding *work, uint32_t principal)
{
    uint32_t first = work->model->accounts[work->gained->account].first_principal;
    struct control_rights *actor = &work->gained->actors[principal - first].rights;
    if (actor->control == NULL)
        *actor = control_rights_of(work->control, principal);
    return actor;
}

static void find_changes(struct adding *work, struct control_rights *rights)
{
    struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[gained->account];
    gained->changes = memory_zeroed(account->principal_count, sizeof *gained->changes);
    for (uint32_t i = 0; i < account->principal_count; i++) {
        struct change *change = &gained->changes[i];
        change->edits = control_edit_permissions(rights, account->first_principal + i, NULL, &change->how);
        change->lifts = control_lift_boundary(rights, account->first_principal + i, NULL, &change->lifts_how);
    }
}

/* What it makes of the other, once it is the other. */
static void add_puppet(struct adding *work, uint32_t to, constraint become, const struct change *change)
{
    static const struct decision_gain any = {.any_permission = true}, lifted = {.no_boundary = true};
    const struct decision_gain both = {.any_permission = true, .no_boundary = true};
    struct control_rights *actor = actor_of(work, to);
    constraint edits = constraint_and(work->pool, become, change->edits);
    add_source(work, actor, any, edits, change->how);
    if (work->model->principals[to].boundary == NULL)
        return;
    const struct control_how *how = change->lifts_how;
    constraint lifts = constraint_or(work->pool, change->lifts, control_lift_boundary(actor, to, &any, &how));
    add_source(work, actor, lifted, constraint_and(work->pool, become, change->lifts), change->lifts_how);
    add_source(work, actor, both, constraint_and(work->pool, edits, lifts), how);
}

/* Those whom it can become in one hop, and whose permissions it may change. */
static void find_puppets(struct adding *work, struct control_rights *rights)
{
    const struct model_account *account = &work->model->accounts[work->gained->account];
    constraint *becomes = memory_zeroed(account->principal_count, sizeof *becomes);
    if (work->gained->changes == NULL)
        find_changes(work, rights);
    for (uint32_t i = 0; i < account->principal_count; i++) {
        /* Those of the account are the first targets. */
        const struct edge *edge = work->gained->targets[i].entered
                                      ? edges_between(work->edges, rights->principal, account->first_principal + i)
                                      : NULL;
        becomes[i] = edge != NULL ? edge->residual : CONSTRAINT_FALSE;
    }
    for (uint32_t i = 0; i < work->now->count; i++) {
        uint32_t at = work->now->edges[i].to - account->first_principal;
        if (at < account->principal_count)
            becomes[at] = constraint_or(work->pool, becomes[at], work->now->edges[i].formula);
    }
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct change *change = &work->gained->changes[i];
        if (account->first_principal + i != rights->principal && becomes[i] != CONSTRAINT_FALSE &&
            (change->edits != CONSTRAINT_FALSE || change->lifts != CONSTRAINT_FALSE))
            add_puppet(work, account->first_principal + i, becomes[i], change);
    }
    free(becomes);
}

/* ---- targets */

/* Whether the trust policy might let it in: a filter before the decision. */
static bool may_admit(const struct adding *work, const struct control_rights *actor, uint32_t to)
{
    uint32_t set = work->edges->classes.role_sets.of[to];
    return work->model->principals[to].is_role &&
           (set == MODEL_NONE || trust_index_may_admit(work->edges->trust, set, &actor->caller));
}

/* Assumes the role, or controls it as it stands. */
static constraint reach(struct adding *work, struct source *source, uint32_t to)
{
    struct control_rights *rights = &source->rights;
    const struct control_how *how = NULL;
    constraint result = control_over(rights, to, NULL, &how);
    if (!work->model->principals[to].is_role || result == CONSTRAINT_TRUE)
        return result;
    if (may_admit(work, rights, to)) {
        struct decision decision;
        struct decision_question question = {
            .caller = rights->caller, .role = to, .gain = source->gain, .now = work->edges->now, .verdict_only = true};
        decision_decide(work->evaluator, &question, &decision);
        if (decision.verdict != VERDICT_DENIED)
            result = constraint_or(work->pool, result, decision.residual);
    }
    if (work->model->principals[to].account != rights->caller.account_index || result == CONSTRAINT_TRUE)
        return result;
    result = constraint_or(work->pool, result, control_saml_role(rights, to, &how));
    if (result != CONSTRAINT_TRUE)
        result = constraint_or(work->pool, result, control_pass_role(rights, to, &how));
    if (result != CONSTRAINT_TRUE)
        result = constraint_or(work->pool, result, control_take_over(rights, to, &how));
    return result;
}

/* Whether the target answers the source as it does all of its sort. */
static bool is_usual(const struct adding *work, const struct source *source, const struct target *target)
{
    return source->sort != NO_SORT && !target->looks && !is_named(work->gained, target, source->actor->principal);
}

/* Where the answer is kept: for all of the sort, or whoever it is of whom the actor is made more. NULL: nowhere. */
static constraint *answer_of(struct adding *work, const struct source *source, uint32_t number)
{
    struct gained *gained = work->gained;
    const struct decision_gain *gain = &source->gain;
    bool fresh;
    if (is_usual(work, source, &gained->targets[number]))
        return &gained->answers[source->sort][number];
    if (gain->group != NULL || gain->account_usable)
        return NULL;
    int64_t actor = source->actor->principal - work->model->accounts[gained->account].first_principal;
    int64_t made = actor * 4 + gain->any_permission * 2 + gain->no_boundary;
    constraint *answer = id_map_add(&gained->own_answers, made << 32 | number, &fresh);
    *answer = fresh ? NOT_ASKED : *answer;
    return answer;
}

/* With the change: under both conditions. */
static constraint with_change(struct adding *work, struct source *source, uint32_t number, constraint formula)
{
    constraint unshared = NOT_ASKED, *result = answer_of(work, source, number);
    result = result != NULL ? result : &unshared;
    if (*result == NOT_ASKED)
        *result = reach(work, source, work->gained->targets[number].principal);
    if (*result == CONSTRAINT_FALSE)
        return CONSTRAINT_FALSE;
    constraint both = constraint_and(work->pool, *result, formula);
    /* Two calls may each need another external id. */
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

/* Whether somebody else, as it is, surely becomes the target: then the two hops say more than one. */
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

/* ---- which sources of others are asked */

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
    /* Sources of others stand by principal. */
    for (uint32_t i = 0, source = gained->own_count; i <= account->principal_count; i++) {
        while (source < gained->source_count && gained->sources[source].actor->principal < account->first_principal + i)
            source++;
        others->first_of[i] = source;
    }
    for (uint32_t i = gained->own_count; i < gained->source_count; i++)
        add_follower(gained, i);
}

/* Whether a source says the same of the target as another of its sort would. */
static bool stands_for_others(const struct adding *work, uint32_t number, const struct target *target)
{
    const struct source *source = &work->gained->sources[number];
    return source->actor->principal != target->principal && is_usual(work, source, target) &&
           (number < work->gained->own_count || !leads_already(work, source, target));
}

/* Notes the sources of others of which none that stands for them says the same of the target. */
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

/* What of all sources so far leads to the target. */
struct gained_edge {
    uint32_t number; /* of the target */
    constraint all;
    const char *how;
};

static void add_way(struct adding *work, struct source *source, struct gained_edge *edge)
{
    if (source->actor->principal == work->gained->targets[edge->number].principal)
        return;
    constraint formula = with_change(work, source, edge->number, source->formula);
    if (formula == CONSTRAINT_FALSE)
        return;
    if (edge->how == NULL || formula == CONSTRAINT_TRUE)
        edge->how = how_of(work, source);
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

static void add_gained(struct adding *work, uint32_t from, uint32_t number, bool *puppets)
{
    struct gained *gained = work->gained;
    const struct target *target = &gained->targets[number];
    struct gained_edge edge = {.number = number, .all = CONSTRAINT_FALSE};
    if (target->principal == from || surely_assumes(work, from, target))
        return;
    for (uint32_t i = 0; i < gained->own_count && edge.all != CONSTRAINT_TRUE; i++)
        if (!is_told(work, &gained->sources[i], target))
            add_way(work, &gained->sources[i], &edge);
    if (edge.all != CONSTRAINT_TRUE && !*puppets) {
        *puppets = true;
        find_puppets(work, actor_of(work, from));
        find_followers(work);
    }
    if (edge.all != CONSTRAINT_TRUE)
        add_others(work, &edge);
    control_edges_put(work, from, target->principal, EDGE_EDIT_PERMISSIONS, edge.all, edge.how);
}

void control_gained_add(struct adding *work, struct control_rights *rights, bool alike)
{
    struct gained *gained = work->gained;
    uint32_t count = 0;
    bool puppets = false;
    if (gained->account != rights->caller.account_index)
        begin_account(work, rights->caller.account_index);
    if (!alike) {
        free(gained->changes);
        gained->changes = NULL;
    }
    struct control_gain *gains = control_gains(rights, &count);
    gained->source_count = 0;
    id_map_free(&gained->tellers);
    gained->tellers = (struct id_map){.count = 0};
    for (uint32_t i = 0; i < count; i++)
        add_source(work, rights, gains[i].gain, gains[i].formula, gains[i].how);
    gained->own_count = gained->source_count;
    free(gains);
    for (uint32_t i = 0; i < gained->target_count; i++)
        add_gained(work, rights->principal, i, &puppets);
    forget_followers(gained);
}
