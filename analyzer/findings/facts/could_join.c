#include "analyzer/findings/facts/could_join.h"

#include "analyzer/findings/findings.h"
#include "graph/control/control_rights.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>

/* A principal that controls something. */
struct joiner {
    struct control_rights rights;
    struct control_gain *gains; /* what it may gain */
    uint32_t gain_count;
    bool gains_known;
};

/* The result for one controller and those who are able. */
struct joining_answer {
    bool known;
    const struct control_how *how; /* NULL: it can take over none of them */
};

/* Trusts with the same able principals share a list. */
struct able_list {
    uint32_t *able;
    uint32_t count;
    struct joining_answer *answers; /* by controller */
};

#define LISTS_KEPT 8u

struct controlled_account {
    bool known;
    struct joiner *controllers; /* ascending */
    uint32_t count;
    struct able_list lists[LISTS_KEPT]; /* the last ones */
    uint32_t list_count;                /* number of all lists so far */
};

/* A principal and one that it may take over. */
struct asked_pair {
    uint32_t principal, target;
    const struct control_how *how; /* NULL: it cannot */
};

/* The answers so far. */
struct could_join {
    struct arena arena;
    struct controlled_account *accounts; /* those of the model, once one is asked about */
    uint32_t account_count;
    struct asked_pair *pairs;
    struct hash_index index;
    uint32_t count, room;
};

static void free_list(struct able_list *list)
{
    free(list->able);
    free(list->answers);
}

static void could_join_free(void *notes)
{
    struct could_join *known = notes;
    for (uint32_t i = 0; i < known->account_count; i++)
        for (uint32_t j = 0; j < LISTS_KEPT; j++)
            free_list(&known->accounts[i].lists[j]);
    free(known->pairs);
    hash_index_free(&known->index);
    arena_free(&known->arena);
}

static const struct notes_kind could_join_notes = {sizeof(struct could_join), could_join_free, false};

/* The trust in question. */
struct joining {
    struct analysis *analysis;
    struct could_join *known;
    const struct trust_statement *at;
    uint32_t questions;
    bool complete;
};

static struct controlled_account *controllers_of(struct joining *work, uint32_t index)
{
    struct could_join *known = work->known;
    struct analysis *analysis = work->analysis;
    const struct model *model = analysis->model;
    const struct model_account *of = &model->accounts[index];
    if (known->accounts == NULL) {
        known->account_count = model->account_count;
        known->accounts = arena_allocate_array(&known->arena, known->account_count, sizeof *known->accounts);
    }
    struct controlled_account *account = &known->accounts[index];
    if (account->known)
        return account;
    struct control *control = analysis_control(analysis);
    uint32_t end = of->first_principal + of->principal_count, count = 0;
    for (uint32_t i = of->first_principal; i < end; i++)
        count += control_rights_any(control, i);
    account->controllers = arena_allocate_array(&known->arena, count, sizeof *account->controllers);
    for (uint32_t i = of->first_principal; i < end; i++)
        if (control_rights_any(control, i))
            account->controllers[account->count++] = (struct joiner){.rights = control_rights_of(control, i)};
    account->known = true;
    return account;
}

/* ---- by changing its own permissions */

static void find_gains(struct joining *work, struct joiner *controller)
{
    if (controller->gains_known)
        return;
    struct control_gain *gains = control_gains(&controller->rights, &controller->gain_count);
    controller->gains = arena_copy(&work->known->arena, gains, controller->gain_count, sizeof *gains);
    free(gains);
    controller->gains_known = true;
}

static const struct control_how *by_itself(struct joining *work, struct joiner *controller)
{
    struct analysis *analysis = work->analysis;
    find_gains(work, controller);
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
        decision_decide(analysis->evaluator, &question, &decision);
        if (decision.verdict != VERDICT_DENIED &&
            control_possible(&controller->rights, constraint_and(analysis->pool, gain->formula, decision.residual)))
            return gain->how;
    }
    return NULL;
}

/* ---- by taking over somebody */

static const struct control_how *ask_pair(struct joining *work, struct joiner *controller, uint32_t target)
{
    const struct control_how *how = NULL;
    work->questions++;
    if (control_possible(&controller->rights, control_over(&controller->rights, target, NULL, &how)))
        return how;
    if (!work->analysis->model->principals[target].is_role ||
        !control_possible(&controller->rights, control_pass_role(&controller->rights, target, &how)))
        return NULL;
    return how;
}

static const struct control_how *takes_over(struct joining *work, struct joiner *controller, uint32_t target)
{
    struct could_join *known = work->known;
    uint32_t principal = controller->rights.principal, number;
    uint64_t hash = hash_number((uint64_t)principal << 32 | target);
    struct hash_probe probe = hash_index_probe(hash);
    while ((number = hash_index_next(&known->index, &probe)) != HASH_INDEX_NONE)
        if (known->pairs[number].principal == principal && known->pairs[number].target == target)
            return known->pairs[number].how;
    if (work->questions == COULD_JOIN_QUESTIONS) {
        work->complete = false;
        return NULL;
    }
    const struct control_how *how = ask_pair(work, controller, target);
    hash_index_add(&known->index, hash, known->count);
    ARRAY_ADD(known->pairs, known->count, known->room, ((struct asked_pair){principal, target, how}));
    return how;
}

/* The list for those who are able: kept, or new in place of the oldest. */
static struct able_list *list_of(struct controlled_account *account, const struct usage_list *usage)
{
    uint32_t count = usage->usage.able;
    for (uint32_t i = 0; i < LISTS_KEPT; i++) {
        struct able_list *list = &account->lists[i];
        if (list->answers != NULL && list->count == count &&
            (count == 0 || memcmp(list->able, usage->able, count * sizeof *list->able) == 0))
            return list;
    }
    struct able_list *list = &account->lists[account->list_count++ % LISTS_KEPT];
    free_list(list);
    *list = (struct able_list){.able = memory_copy(usage->able, count, sizeof *list->able),
                               .count = count,
                               .answers = memory_zeroed(account->count, sizeof *list->answers)};
    return list;
}

static const struct control_how *by_another(struct joining *work, struct joiner *controller,
                                            const struct able_list *list, struct joining_answer *answer)
{
    const struct control_how *how = NULL;
    if (!work->complete)
        return NULL;
    if (answer->known)
        return answer->how;
    for (uint32_t i = 0; i < list->count && work->complete && how == NULL; i++)
        how = takes_over(work, controller, list->able[i]);
    *answer = (struct joining_answer){work->complete, how};
    return how;
}

/* ---- the whole */

json_t *could_join_principals(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                              uint32_t account, const struct usage_list *list, bool *complete)
{
    struct joining work = {
        .analysis = analysis, .known = findings_notes(findings, &could_join_notes), .at = at, .complete = true};
    struct controlled_account *of = controllers_of(&work, account);
    struct able_list *able = list_of(of, list);
    const struct model_account *model_of = &analysis->model->accounts[account];
    bool *enters = memory_zeroed(model_of->principal_count, sizeof *enters);
    usage_mark_callers(analysis, findings, at->role, account, enters);
    json_t *joiners = json_array();
    for (uint32_t i = 0; i < of->count; i++) {
        struct joiner *controller = &of->controllers[i];
        uint32_t who = controller->rights.principal;
        if (who == at->role || enters[who - model_of->first_principal])
            continue;
        const struct control_how *how = by_itself(&work, controller);
        if (how == NULL)
            how = by_another(&work, controller, able, &able->answers[i]);
        if (how == NULL)
            continue;
        json_t *joiner = json_object();
        json_put(joiner, "principal", json_text(analysis->model->principals[who].arn));
        json_put(joiner, "how", json_text(how->actions));
        json_add(joiners, joiner);
    }
    free(enters);
    *complete = work.complete;
    return joiners;
}
