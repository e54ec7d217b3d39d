/*
 * Notes on an answer: why a layer is absent, and which missing data the answer depends on.
 */
#include "graph/decision/explanation_inside.h"

#define MAXIMUM_MEMBERS 4u

static void add_note(struct explaining *work, const char **notes, uint32_t *count, const char *format,
                     const char *detail)
{
    struct text text = {0};
    text_format(&text, format, detail);
    notes[*count] = explaining_keep(work, &text);
    ++*count;
}

void explaining_add_notes(struct explaining *work)
{
    const struct model *model = work->evaluator->model;
    const struct caller *caller = &work->question->caller;
    const struct model_principal *role = &model->principals[work->question->role];
    const char **notes = arena_allocate_array(work->arena, 8, sizeof *notes);
    uint32_t count = 0;
    bool signed_by_iam = caller_has_iam_credentials(caller);
    bool slr = caller_service_linked(model, caller);
    if (signed_by_iam && !slr && !caller_is_stranger(caller) &&
        (caller->account_index == MODEL_NONE || model->scps[caller->account_index].apply == FACT_UNKNOWN))
        add_note(work, notes, &count,
                 caller->account != NULL ? "the SCPs of account %s are not in the export and could deny this"
                                         : "the SCPs of the caller (%s) are not in the export and could deny this",
                 caller->account != NULL ? caller->account : caller->text);
    if (model->rcps[role->account].apply == FACT_UNKNOWN)
        add_note(work, notes, &count, "the RCPs of account %s are not in the export and could deny this",
                 model->accounts[role->account].id);
    if (work->decision->undecided)
        add_note(work, notes, &count, "%s", "not fully decided: there are too many conditions to search through");
    for (int kind = 0; kind < 2; kind++) {
        uint32_t account = kind == 0 ? caller->account_index : role->account;
        const struct model_guardrails *guardrails = account == MODEL_NONE ? NULL
                                                    : kind == 0           ? &model->scps[account]
                                                                          : &model->rcps[account];
        for (uint32_t i = 0;
             guardrails != NULL && guardrails->apply == FACT_YES && i < guardrails->level_count && count < 7; i++)
            if (!guardrails->levels[i].complete && (kind == 1 || (signed_by_iam && !slr)))
                add_note(work, notes, &count,
                         kind == 0 ? "not all SCPs at %s are in the export; another one could deny this"
                                   : "not all RCPs at %s are in the export; another one could deny this",
                         guardrails->levels[i].missing ? "the levels between root and account"
                                                       : guardrails->levels[i].id);
        if (account != MODEL_NONE && (kind == 1 || signed_by_iam) && model->organization != NULL &&
            model->accounts[account].in_organization == FACT_NO &&
            model->accounts[account].detail != ACCOUNT_NOT_EXPORTED && count < 7)
            add_note(work, notes, &count,
                     kind == 0 ? "account %s is not in list-accounts: assuming no SCP applies to it"
                               : "account %s is not in list-accounts: assuming no RCP applies to it",
                     model->accounts[account].id);
    }
    work->decision->notes = notes;
    work->decision->note_count = count;
}

static const char not_exported[] = "not in the export; assuming none";

static void note_absent(struct decision_layer *layer, const char *note)
{
    layer->note = note;
    layer->assumed_absent = note == not_exported;
}

/* Why no SCP or RCP applies. */
static const char *why_no_guardrail(const struct model *model, const struct model_guardrails *guardrails,
                                    uint32_t account, bool service_linked)
{
    if (service_linked)
        return "service-linked roles are exempt";
    if (account != MODEL_NONE && model->accounts[account].management)
        return "the management account is exempt";
    if (account == MODEL_NONE || guardrails[account].apply == FACT_UNKNOWN)
        return not_exported;
    return model->accounts[account].in_organization == FACT_NO ? "the account is not in the exported organization"
                                                               : "not enabled in the organization";
}

/* Which principals of an account can, or that nobody can. */
static const char *name_members(struct explaining *work, enum layer_result *result)
{
    const struct model *model = work->evaluator->model;
    const struct model_account *account = caller_whole_account(model, &work->question->caller);
    struct text text = {0};
    uint32_t able = 0;
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *member = &model->principals[account->first_principal + i];
        struct decision one;
        decide_member(work->evaluator, work->question, account->first_principal + i, &one);
        if (one.verdict == VERDICT_DENIED || able++ >= MAXIMUM_MEMBERS)
            continue;
        text_format(&text, "%s%s %s%s", able > 1 ? ", " : "", member->is_role ? "role" : "user", member->name,
                    one.verdict == VERDICT_CONDITIONAL ? " (under conditions)" : "");
    }
    if (able == 0) {
        *result = LAYER_SILENT;
        text_format(&text, "none of its %u users and roles can", account->principal_count);
    } else if (able > MAXIMUM_MEMBERS) {
        text_format(&text, " and %u more of its %u users and roles can", able - MAXIMUM_MEMBERS,
                    account->principal_count);
    } else {
        text_format(&text, ": %u of its %u users and roles can", able, account->principal_count);
    }
    return explaining_keep(work, &text);
}

void explaining_note_layers(struct explaining *work, const struct action_parts *parts)
{
    struct decision_layer *layers = work->decision->layers;
    const struct caller *caller = &work->question->caller;
    const struct model *model = work->evaluator->model;
    struct constraint_pool *pool = work->evaluator->pool;
    layers[LAYER_SESSION].note = "session policies belong to a call and are in no export; assuming none";
    bool signed_by_iam = caller_has_iam_credentials(caller);
    bool exported = caller_whole_account(model, caller) != NULL;
    bool somebody = exported || caller_is_stranger(caller);
    bool known = somebody || (caller->principal != MODEL_NONE && model->principals[caller->principal].identity_known);
    if (layers[LAYER_BOUNDARY].result == LAYER_ABSENT)
        note_absent(&layers[LAYER_BOUNDARY], exported ? "each user and role has its own, or none"
                                             : signed_by_iam && !(known && !somebody) ? not_exported
                                                                                      : NULL);
    const struct model_principal *role = &model->principals[work->question->role];
    if (layers[LAYER_SCP].result == LAYER_ABSENT)
        note_absent(&layers[LAYER_SCP], signed_by_iam ? why_no_guardrail(model, model->scps, caller->account_index,
                                                                         caller_service_linked(model, caller))
                                                      : "SCPs apply to IAM principals only");
    if (layers[LAYER_RCP].result == LAYER_ABSENT)
        note_absent(&layers[LAYER_RCP], why_no_guardrail(model, model->rcps, role->account, role->service_linked));
    if (layers[LAYER_IDENTITY].result == LAYER_ABSENT)
        layers[LAYER_IDENTITY].note = "does not apply to this kind of caller";
    else if (exported)
        layers[LAYER_IDENTITY].note = name_members(work, &layers[LAYER_IDENTITY].result);
    else if (caller_is_stranger(caller))
        layers[LAYER_IDENTITY].note = "the caller's own account can allow it";
    else if (!known)
        layers[LAYER_IDENTITY].note = "depends on policies that are not in the export";
    else if (layers[LAYER_IDENTITY].result == LAYER_SILENT && parts_direct(pool, parts) != CONSTRAINT_FALSE)
        layers[LAYER_IDENTITY].note = "not needed: a trust policy in the same account names the caller";
}
