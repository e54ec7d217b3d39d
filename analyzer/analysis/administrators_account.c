#include "analyzer/analysis/administrators_inside.h"

#include "graph/control/control_rights.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static const struct decision_gain given[GIVEN] = {
    {0}, {.any_permission = true}, {.no_boundary = true}, {.any_permission = true, .no_boundary = true}};

/* ---- the best of several */

int administrators_rank(const struct administrator *administrator)
{
    if (administrator->verdict == VERDICT_DENIED)
        return 0;
    return administrator->verdict == VERDICT_ALLOWED ? 3 : administrator->sure ? 2 : 1;
}

/* A policy of the principal with a statement that allows the action. */
static const struct policy_use *policy_of(const struct model *model, uint32_t principal, const char *action)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (model_document_allows(model, use->document, action) != NULL)
            return use;
    }
    return NULL;
}

/* Whether a formula can be of any use. */
static bool counts(const struct spreading *work, const struct control_rights *rights, constraint formula)
{
    return work->sure_alone ? control_is_free(rights, formula) : control_possible(rights, formula);
}

/* Whether a way under this formula, possibly with more conditions, may be better than the known one: a conjunction is
 * no surer than its parts. */
static bool may_better(const struct spreading *work, const struct control_rights *rights,
                       const struct administrator *best, constraint part)
{
    switch (administrators_rank(best)) {
    case 0:
        return work->sure_alone ? control_is_free(rights, part) : part != CONSTRAINT_FALSE;
    case 1:
        return control_is_free(rights, part);
    default:
        return constraint_valid(control_pool(rights), part) == CONSTRAINT_YES;
    }
}

/* Whether it is possible, and better than the known way. */
static bool offer(const struct spreading *work, const struct standing *standing, struct administrator *best,
                  constraint residual, struct administrator found)
{
    const struct control_rights *rights = &standing->rights;
    residual = constraint_and(control_pool(rights), standing->under, residual);
    if (!counts(work, rights, residual))
        return false;
    found.residual = residual;
    found.sure = work->sure_alone || control_is_free(rights, residual);
    found.verdict =
        constraint_valid(control_pool(rights), residual) == CONSTRAINT_YES ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
    if (administrators_rank(&found) <= administrators_rank(best))
        return false;
    if (standing->first != NULL) {
        found.then = found.through != MODEL_NONE ? found.by : standing->how != standing->first ? standing->how : NULL;
        found.by = standing->first;
        found.kind = EDGE_EDIT_PERMISSIONS;
        found.how = ADMINISTRATOR_BY_CONTROL;
        found.group = rights->gain.group;
        found.changes_itself = true;
    }
    found.use = policy_of(control_model(rights), rights->principal, found.by->first);
    *best = found;
    return true;
}

/* ---- by itself */

static void by_itself(const struct spreading *work, struct standing *standing, struct administrator *best)
{
    struct administrator found = {.how = ADMINISTRATOR_BY_POLICY, .through = MODEL_NONE};
    constraint residual = control_administers(&standing->rights, &standing->rights.gain, &found.by);
    if (residual != CONSTRAINT_FALSE)
        offer(work, standing, best, residual, found);
}

uint32_t administrators_open_holder(struct spreading *work, uint32_t principal, uint32_t what)
{
    uint32_t count = 0, *number = &work->numbers[principal - work->first][what];
    if (*number != NOT_OPEN)
        return *number;
    struct control_rights bare = control_rights_of(work->control, principal),
                          rights = control_rights_with(&bare, &given[what]);
    struct control_gain *gains = control_gains(&rights, &count);
    struct holder holder = {.principal = principal,
                            .given = what,
                            .through = NOT_OPEN,
                            .standings = memory_zeroed(count + 1, sizeof *holder.standings),
                            .standing_count = count + 1,
                            .changed = work->visits};
    holder.standings[0] = (struct standing){.rights = rights, .under = CONSTRAINT_TRUE};
    for (uint32_t i = 0; i < count; i++)
        holder.standings[i + 1] = (struct standing){control_rights_with(&rights, &gains[i].gain), gains[i].formula,
                                                    gains[i].first, gains[i].how};
    free(gains);
    for (uint32_t i = 0; i <= count && administrators_rank(&holder.best) < 3; i++)
        by_itself(work, &holder.standings[i], &holder.best);
    holder.needs_nobody = holder.best.sure;
    *number = work->holder_count;
    ARRAY_ADD(work->holders, work->holder_count, work->holder_room, holder);
    return *number;
}

/* As it was exported; NULL: it has no relevant rights. */
static const struct holder *plain_holder(const struct spreading *work, uint32_t principal)
{
    uint32_t number = work->numbers[principal - work->first][0];
    return number != NOT_OPEN ? &work->holders[number] : NULL;
}

/* ---- through another */

static const struct control_how assuming = {.actions = "sts:AssumeRole", .first = "sts:AssumeRole"};

struct taking {
    constraint formula; /* of all ways */
    const struct control_how *by;
    enum edge_kind kind;
    int rank; /* of the way that is shown */
};

static void add_way(const struct spreading *work, const struct control_rights *rights, struct taking *taking,
                    constraint formula, const struct control_how *by, enum edge_kind kind)
{
    if (!counts(work, rights, formula))
        return;
    int how_good = formula == CONSTRAINT_TRUE ? 3 : control_is_free(rights, formula) ? 2 : 1;
    if (how_good > taking->rank) {
        taking->rank = how_good;
        taking->by = by;
        taking->kind = kind;
    }
    taking->formula = constraint_or(control_pool(rights), taking->formula, formula);
}

/* The ways through another principal of its account. Taking over what runs with a role is checked last, since it is
 * never sure, and only if it could be better. */
static void takes(const struct spreading *work, struct control_rights *rights, uint32_t to,
                  const struct administrator *best, struct taking *taking)
{
    const struct control_how *how = NULL;
    bool role = control_model(rights)->principals[to].is_role;
    constraint one = control_over(rights, to, NULL, &how);
    add_way(work, rights, taking, one, how, role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS);
    if (!role || taking->rank == 3)
        return;
    one = control_pass_role(rights, to, &how);
    add_way(work, rights, taking, one, how, EDGE_PASS_ROLE);
    if (taking->rank < 3) {
        one = control_saml_role(rights, to, &how);
        add_way(work, rights, taking, one, how, EDGE_TAKE_CREDENTIALS);
    }
    if (taking->rank < 2 && !work->sure_alone &&
        (administrators_rank(best) == 0 || control_is_free(rights, taking->formula))) {
        one = control_take_over(rights, to, &how);
        add_way(work, rights, taking, one, how, EDGE_TAKE_OVER);
    }
}

/* The condition under which it assumes the role, with its gained permissions. */
static constraint assumes(struct spreading *work, const struct standing *standing, uint32_t to)
{
    const struct analysis *analysis = work->analysis;
    const struct control_rights *rights = &standing->rights;
    bool bare = standing->first == NULL && !rights->gain.any_permission && !rights->gain.no_boundary;
    struct decision decision;
    if (!analysis->model->principals[to].is_role)
        return CONSTRAINT_FALSE;
    if (bare) {
        const struct edge *edge = edges_between(analysis->edges, rights->principal, to);
        return edge != NULL ? edge->residual : CONSTRAINT_FALSE;
    }
    struct decision_question question = {
        .caller = rights->caller, .role = to, .gain = rights->gain, .now = analysis->now, .verdict_only = true};
    decision_decide(analysis->evaluator, &question, &decision);
    return decision.verdict == VERDICT_DENIED ? CONSTRAINT_FALSE : decision.residual;
}

/* Whether it can take over an administrator. Assuming one does not count here: that is a chain. */
static bool by_taking(struct spreading *work, struct holder *holder, struct standing *standing, uint32_t to)
{
    struct administrator found = {.how = ADMINISTRATOR_BY_CONTROL, .through = to};
    constraint residual = plain_holder(work, to)->best.residual;
    struct taking taking = {.formula = CONSTRAINT_FALSE};
    if (!may_better(work, &standing->rights, &holder->best, residual))
        return false;
    if (holder->given != 0 || standing->first != NULL)
        add_way(work, &standing->rights, &taking, assumes(work, standing, to), &assuming, EDGE_ASSUME);
    takes(work, &standing->rights, to, &holder->best, &taking);
    if (taking.rank == 0)
        return false;
    found.by = taking.by;
    found.kind = taking.kind;
    if (!offer(work, standing, &holder->best, constraint_and(work->analysis->pool, taking.formula, residual), found))
        return false;
    holder->through = work->numbers[to - work->first][0];
    holder->changed = work->visits;
    return true;
}

/* Whether it can give the other principal permissions, remove its boundary, or both, and then act as it. */
static bool by_changing(struct spreading *work, uint32_t number, struct standing *standing, uint32_t to)
{
    struct constraint_pool *pool = work->analysis->pool;
    struct control_rights *rights = &standing->rights;
    struct taking becomes = {.formula = CONSTRAINT_FALSE};
    const struct control_how *edits = NULL, *lifts = NULL;
    constraint changes[GIVEN] = {CONSTRAINT_FALSE, control_edit_permissions(rights, to, NULL, &edits),
                                 control_lift_boundary(rights, to, NULL, &lifts), CONSTRAINT_FALSE};
    bool better = false;
    changes[3] = constraint_and(pool, changes[1], changes[2]);
    for (uint32_t what = 1; what < GIVEN; what++) {
        struct administrator found = {.how = ADMINISTRATOR_BY_CONTROL, .kind = EDGE_EDIT_PERMISSIONS, .through = to};
        if (!counts(work, rights, changes[what]) ||
            !may_better(work, rights, &work->holders[number].best, changes[what]))
            continue;
        uint32_t other = administrators_open_holder(work, to, what);
        const struct administrator *best = &work->holders[number].best, *then = &work->holders[other].best;
        if (then->verdict == VERDICT_DENIED || !may_better(work, rights, best, then->residual))
            continue;
        if (becomes.rank == 0) {
            add_way(work, rights, &becomes, assumes(work, standing, to), &assuming, EDGE_ASSUME);
            takes(work, rights, to, best, &becomes);
        }
        if (becomes.rank == 0)
            break;
        found.by = what == 2 ? lifts : edits;
        found.then = what == 3 ? lifts : NULL;
        constraint residual = constraint_and(pool, becomes.formula, then->residual);
        residual = constraint_and(pool, changes[what], residual);
        if (offer(work, standing, &work->holders[number].best, residual, found)) {
            work->holders[number].through = other;
            work->holders[number].changed = work->visits;
            better = true;
        }
    }
    return better;
}

/* Whether the principal, unchanged or changed, has a new result since then. */
static bool is_another(const struct spreading *work, uint32_t principal, uint32_t since)
{
    for (uint32_t what = 0; what < GIVEN; what++) {
        uint32_t number = work->numbers[principal - work->first][what];
        if (number != NOT_OPEN && work->holders[number].changed > since)
            return true;
    }
    return false;
}

/* alike: another principal with the same rights found nothing; only the roles that it can assume may differ. */
static bool through_another(struct spreading *work, uint32_t number, struct standing *standing, bool alike)
{
    uint32_t end = work->first + work->count, itself = work->holders[number].principal;
    uint32_t looked = work->holders[number].looked;
    bool better = false, bare = work->holders[number].given == 0 && standing->first == NULL;
    bool changes = control_rights_over_permissions(&standing->rights),
         becomes = control_rights_become(&standing->rights, work->sure_alone);
    bool as_assumed = bare && (alike || !becomes);
    if ((bare && !changes && !becomes) || !counts(work, &standing->rights, standing->under))
        return false;
    /* First through administrators by policy, since that is easier to understand. */
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t to = work->first; to < end && administrators_rank(&work->holders[number].best) < 3; to++) {
            const struct holder *other = plain_holder(work, to);
            bool is_one = other != NULL && other->best.verdict != VERDICT_DENIED;
            bool as_it_is = !changes || (other != NULL && other->needs_nobody);
            if (to == itself || (!is_one && as_it_is) || (looked > 0 && !is_another(work, to, looked)) ||
                (is_one && other->best.how == ADMINISTRATOR_BY_POLICY) != (pass == 0) ||
                (as_assumed && edges_between(work->analysis->edges, itself, to) == NULL))
                continue;
            if (is_one)
                better = by_taking(work, &work->holders[number], standing, to) || better;
            if (!as_it_is)
                better = by_changing(work, number, standing, to) || better;
        }
    return better;
}

/* Repeats until nobody new becomes administrator, and no result becomes surer. */
static void spread(struct spreading *work)
{
    analysis_edges(work->analysis);
    for (bool changed = work->holder_count > 0; changed;) {
        uint32_t last = MODEL_NONE, known = work->holder_count;
        changed = false;
        for (uint32_t i = 0; i < work->holder_count; i++) {
            struct holder holder = work->holders[i];
            if (holder.settled || administrators_rank(&holder.best) == 3)
                continue;
            bool simple = holder.given == 0 && holder.standing_count == 1;
            bool alike = simple && last != MODEL_NONE && control_rights_alike(work->control, last, holder.principal);
            work->visits++;
            for (uint32_t j = 0; j < holder.standing_count; j++)
                changed = through_another(work, i, &holder.standings[j], alike) || changed;
            work->holders[i].looked = alike ? holder.looked : work->visits;
            last = simple && work->holders[i].best.verdict == VERDICT_DENIED ? holder.principal : MODEL_NONE;
        }
        changed = changed || work->holder_count > known;
    }
}

bool administrators_may_be_one(const struct spreading *work, uint32_t principal)
{
    const struct model_principal *who = &work->analysis->model->principals[principal];
    /* Nobody else can make a service act with its service-linked role. */
    return who->identity_known && !who->service_linked && control_rights_any(work->control, principal);
}

static void open_all(struct spreading *work)
{
    uint32_t *order = memory_zeroed(work->count, sizeof *order), count = 0;
    for (uint32_t i = work->first; i < work->first + work->count; i++)
        if (administrators_may_be_one(work, i))
            order[count++] = i;
    control_rights_sort(work->control, order, count);
    for (uint32_t i = 0; i < count; i++)
        administrators_open_holder(work, order[i], 0);
    free(order);
}

/* ---- all principals of an account at once: whoever controls an administrator is one */

static struct account_administrators *close_account(struct spreading *work)
{
    struct account_administrators *of = memory_zeroed(1, sizeof *of);
    of->list = memory_zeroed((size_t)work->count + 1, sizeof *of->list);
    of->holders = memory_zeroed((size_t)work->holder_count + 1, sizeof *of->holders);
    of->holder_count = work->holder_count;
    for (uint32_t i = 0; i < work->holder_count; i++) {
        const struct holder *holder = &work->holders[i];
        if (holder->given == 0)
            of->list[holder->principal - work->first] = holder->best;
        of->holders[i] = (struct found_holder){holder->principal,
                                               holder->given,
                                               holder->through,
                                               holder->needs_nobody,
                                               holder->given != 0 || holder->standing_count > 1,
                                               holder->best};
        free(holder->standings);
    }
    free(work->holders);
    free(work->numbers);
    return of;
}

struct account_administrators *administrators_decide(struct analysis *analysis, uint32_t account_index,
                                                     const struct account_administrators *before, bool sure_alone)
{
    const struct model_account *account = &analysis->model->accounts[account_index];
    struct spreading work = {.analysis = analysis,
                             .control = analysis_control(analysis),
                             .first = account->first_principal,
                             .count = account->principal_count,
                             .sure_alone = sure_alone,
                             .numbers = memory_get((account->principal_count + 1) * sizeof *work.numbers)};
    memset(work.numbers, 0xff, (account->principal_count + 1) * sizeof *work.numbers);
    if (before != NULL && !administrators_gain(&work, before))
        administrators_open_changed(&work, before);
    else
        open_all(&work);
    spread(&work);
    return close_account(&work);
}
