/*
 * An account as the caller: who in it can call. If all its users and roles are in the export, these are decided; nobody
 * else could call.
 */
#include "graph/decision/evaluator.h"

const struct model_account *caller_whole_account(const struct model *model, const struct caller *caller)
{
    if (caller->kind != CALLER_ACCOUNT || caller->account_index == MODEL_NONE)
        return NULL;
    const struct model_account *account = &model->accounts[caller->account_index];
    return account->detail == ACCOUNT_FULL && !account->truncated ? account : NULL;
}

void decide_member(struct evaluator *evaluator, const struct decision_question *question, uint32_t member,
                   struct decision *decision)
{
    struct decision_question own = *question;
    caller_of_principal(evaluator->model, member, &own.caller);
    decision_decide(evaluator, &own, decision);
}

void decide_members(struct evaluator *evaluator, const struct decision_question *question,
                    const struct model_account *account, struct decision *decision)
{
    *decision = (struct decision){
        .verdict = VERDICT_DENIED, .residual = CONSTRAINT_FALSE, .reason = REASON_NO_IDENTITY_PERMISSION};
    for (uint32_t i = 0; i < account->principal_count && decision->verdict != VERDICT_ALLOWED; i++) {
        struct decision one;
        decide_member(evaluator, question, account->first_principal + i, &one);
        if (one.verdict == VERDICT_DENIED) {
            /* The one that gets furthest shows what is missing. */
            if (decision->verdict == VERDICT_DENIED && (i == 0 || one.reason > decision->reason))
                decision->reason = one.reason;
            continue;
        }
        if (one.verdict == VERDICT_ALLOWED)
            *decision = one;
        decision->verdict = one.verdict;
        decision->reason = REASON_GRANTED;
        decision->undecided = decision->undecided || one.undecided;
        decision->residual = constraint_or(evaluator->pool, decision->residual, one.residual);
    }
    /* Each has its own condition, and one of these is always true. */
    if (decision->verdict == VERDICT_CONDITIONAL &&
        constraint_valid(evaluator->pool, decision->residual) == CONSTRAINT_YES)
        decision->verdict = VERDICT_ALLOWED;
}
