#include "analyzer/findings/facts/could_join.h"

#include "graph/control/control_rights.h"
#include <stdlib.h>
#include <string.h>

/* A principal that controls something. */
struct controller {
    struct control_rights rights;
    struct control_gain *gains; /* what it may come to have */
    uint32_t gain_count;
    bool gains_known;
};

struct joining_account {
    bool known;
    struct controller *controllers; /* ascending */
    uint32_t count;
};

struct joining {
    struct analysis *analysis;
    struct joinings *joinings;
    const struct trust_statement *at;
    const struct usage_list *list;
    uint32_t questions;
    bool complete, failed;
};

static struct joining_account *controllers_of(struct joining *work, uint32_t index)
{
    struct joinings *joinings = work->joinings;
    struct analysis *analysis = work->analysis;
    const struct model *model = analysis->model;
    const struct model_account *of = &model->accounts[index];
    if (joinings->accounts == NULL)
        joinings->accounts =
            arena_allocate_array(&joinings->arena, (size_t)model->account_count + 1, sizeof *joinings->accounts);
    if (joinings->accounts == NULL)
        return NULL;
    struct joining_account *account = &joinings->accounts[index];
    if (account->known)
        return account;
    uint32_t end = of->first_principal + of->principal_count, count = 0;
    for (uint32_t i = of->first_principal; i < end; i++)
        count += control_rights_any(model, i);
    account->controllers = arena_allocate_array(&joinings->arena, (size_t)count + 1, sizeof *account->controllers);
    if (account->controllers == NULL)
        return NULL;
    for (uint32_t i = of->first_principal; i < end; i++)
        if (control_rights_any(model, i))
            account->controllers[account->count++] =
                (struct controller){.rights = control_rights_of(analysis->evaluator, analysis->pool, model,
                                                                &joinings->arena, analysis->now, i)};
    account->known = true;
    return account;
}

/* ---- by what it may change of itself */

static bool find_gains(struct joining *work, struct controller *controller)
{
    struct control_gain gains[CONTROL_GAINS];
    if (controller->gains_known)
        return true;
    controller->gain_count = control_gains(&controller->rights, gains, CONTROL_GAINS);
    controller->gains = arena_allocate_array(&work->joinings->arena, (size_t)controller->gain_count + 1, sizeof *gains);
    controller->gains_known = controller->gains != NULL;
    if (controller->gains != NULL)
        memcpy(controller->gains, gains, controller->gain_count * sizeof *gains);
    return controller->gains_known;
}

static const char *by_itself(struct joining *work, struct controller *controller)
{
    struct analysis *analysis = work->analysis;
    if (!find_gains(work, controller)) {
        work->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < controller->gain_count; i++) {
        const struct control_gain *gain = &controller->gains[i];
        struct decision decision = {0};
        struct decision_question question = {.caller = controller->rights.caller,
                                             .role = work->at->role,
                                             .gain = gain->gain,
                                             .now = analysis->now,
                                             .verdict_only = true};
        if (!control_possible(&controller->rights, gain->formula))
            continue;
        if (!decision_decide(analysis->evaluator, &question, &decision))
            work->failed = true;
        else if (decision.verdict != VERDICT_DENIED &&
                 control_possible(&controller->rights,
                                  constraint_and(analysis->pool, gain->formula, decision.residual)))
            return gain->how;
    }
    return NULL;
}

/* ---- by taking over somebody */

static const char *ask_pair(struct joining *work, struct controller *controller, uint32_t target)
{
    const char *how = NULL;
    char launch[CONTROL_HOW_SIZE] = "";
    work->questions++;
    if (control_possible(&controller->rights, control_over(&controller->rights, target, NULL, &how)))
        return how;
    if (!work->analysis->model->principals[target].is_role ||
        !control_possible(&controller->rights, control_pass_role(&controller->rights, target, launch)))
        return NULL;
    how = arena_copy_text(&work->joinings->arena, launch, strlen(launch));
    work->failed = work->failed || how == NULL;
    return how;
}

static const char *takes_over(struct joining *work, struct controller *controller, uint32_t target)
{
    struct joinings *joinings = work->joinings;
    const uint32_t pair[] = {controller->rights.principal, target};
    uint32_t number = intern_find(&joinings->pairs, (const char *)pair, sizeof pair);
    if (number != INTERN_NONE)
        return joinings->takes[number];
    if (work->questions == JOINING_QUESTIONS) {
        work->complete = false;
        return NULL;
    }
    if (joinings->pairs.count == joinings->room) {
        uint32_t room = joinings->room * 2 + 64;
        const char **grown = realloc(joinings->takes, room * sizeof *grown);
        if (grown == NULL) {
            work->failed = true;
            return NULL;
        }
        joinings->takes = grown;
        joinings->room = room;
    }
    const char *how = ask_pair(work, controller, target);
    number = intern_add(&joinings->pairs, (const char *)pair, sizeof pair);
    work->failed = work->failed || number == INTERN_NONE;
    if (number != INTERN_NONE)
        joinings->takes[number] = how;
    return how;
}

static const char *by_another(struct joining *work, struct controller *controller)
{
    for (uint32_t i = 0; i < work->list->usage.able && work->complete; i++) {
        const char *how = takes_over(work, controller, work->list->able[i]);
        if (how != NULL)
            return how;
    }
    return NULL;
}

/* ---- the whole */

json_t *joining_principals(struct analysis *analysis, struct joinings *joinings, const struct trust_statement *at,
                           uint32_t account, const struct usage_list *list, bool *complete)
{
    struct joining work = {.analysis = analysis, .joinings = joinings, .at = at, .list = list, .complete = true};
    struct joining_account *of = controllers_of(&work, account);
    json_t *joiners = of != NULL ? json_array() : NULL;
    for (uint32_t i = 0; joiners != NULL && i < of->count && !work.failed; i++) {
        struct controller *controller = &of->controllers[i];
        uint32_t who = controller->rights.principal;
        if (who == at->role || edges_between(analysis->edges, who, at->role) != NULL)
            continue;
        const char *how = by_itself(&work, controller);
        if (how == NULL)
            how = by_another(&work, controller);
        if (how != NULL)
            json_array_append_new(
                joiners, json_pack("{s:s, s:s}", "principal", analysis->model->principals[who].arn, "how", how));
    }
    *complete = work.complete;
    if (work.failed) {
        json_decref(joiners);
        return NULL;
    }
    return joiners;
}

void joinings_free(struct joinings *joinings)
{
    free(joinings->takes);
    intern_free(&joinings->pairs);
    arena_free(&joinings->arena);
    *joinings = (struct joinings){0};
}
