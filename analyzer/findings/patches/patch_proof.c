#include "analyzer/findings/patches/patch_proof.h"

#include "analyzer/findings/facts/last_use.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

static bool is_same(const struct finding *a, const struct finding *b)
{
    return a->rule == b->rule && strcmp(a->code, b->code) == 0 && strcmp(a->resource, b->resource) == 0 &&
           strcmp(a->subject, b->subject) == 0;
}

static bool has_same_subject(const struct finding *a, const struct finding *b)
{
    return strcmp(a->subject, b->subject) == 0;
}

static bool is_worse(const struct finding *found, const struct finding *finding)
{
    return found->severity > finding->severity;
}

/* How often it is in the list: equal statements became one finding, with its duplicates beside it. */
static size_t count_listed(const struct findings *findings, const struct finding *finding)
{
    const struct finding *first = finding, *end = finding + 1;
    while (first > findings->list && is_same(first - 1, finding))
        first--;
    while (end < findings->list + findings->count && is_same(end, finding))
        end++;
    return (size_t)(end - first);
}

/* How many such findings the rule has in the scope, with the model as it is now. */
static size_t run_again(struct analysis *analysis, struct findings *findings, const struct finding_rule *rule,
                        struct findings_scope scope, const struct finding *finding,
                        bool (*counts)(const struct finding *found, const struct finding *finding))
{
    struct findings again = {.scope = scope, .kept = kept_access_of(findings)};
    size_t count = 0;
    rule->find(analysis, rule, &again);
    for (size_t i = 0; i < again.count; i++)
        count += counts(&again.list[i], finding);
    findings_free(&again);
    return count;
}

/* Runs within the scope of the patch. */
static size_t run_on_patched(struct patch_trying *trying, const struct finding_rule *rule,
                             bool (*counts)(const struct finding *found, const struct finding *finding))
{
    const struct findings_scope scope = {
        .role = trying->role != MODEL_NONE ? &trying->analysis->model->principals[trying->role] : NULL,
        .policy = trying->patch->use,
        .holders = trying->patch->holders,
        .holder_count = trying->patch->holder_count,
        .code = rule == trying->finding->rule ? trying->finding->code : NULL};
    return run_again(trying->analysis, trying->findings, rule, scope, trying->finding, counts);
}

bool patch_finds(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                 const char *policy)
{
    struct model_trial trial;
    if (!model_trial_begin(analysis->model, finding->at.role, policy, &trial))
        return true;
    const struct findings_scope scope = {.role = &analysis->model->principals[finding->at.role]};
    bool found = run_again(analysis, findings, finding->rule, scope, finding, has_same_subject) > 0;
    model_trial_end(&trial);
    return found;
}

static bool names(const struct model *model, const struct policy_use *trust, const char *value)
{
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count && statement->allow; j++)
            if (strcmp(statement->principals[j].value, value) == 0)
                return true;
    }
    return false;
}

/* Exported accounts have many ways in, all of which are checked; skipped if the old policy named the principal too,
 * since its conditions only grew. */
static bool is_left_out(const struct patch_trying *trying, const struct policy_use *old,
                        const struct statement_principal *principal)
{
    const struct model *model = trying->analysis->model;
    if (principal->form != PRINCIPAL_ACCOUNT || !names(model, old, principal->value))
        return false;
    uint32_t account = model_find_account(model, principal->account);
    return account != MODEL_NONE && model->accounts[account].detail != ACCOUNT_NOT_EXPORTED;
}

/* Those whom the new policy admits by name. */
static void find_named(struct patch_trying *trying, const struct policy_use *old)
{
    struct analysis *analysis = trying->analysis;
    struct trust_statement at = {.role = trying->role};
    const struct statement_principal *principal;
    while (trust_walk_role(analysis->model, &at))
        for (uint32_t i = 0; (principal = trust_named(at.statement, i)) != NULL; i++) {
            struct patch_named named;
            if (!is_left_out(trying, old, principal) && trust_caller(analysis, principal, &named.caller) &&
                (named.after = trust_admits(analysis, &named.caller, &at)) != CONSTRAINT_FALSE)
                ARRAY_ADD(trying->named, trying->named_count, trying->named_room, named);
        }
}

/* Checked after the new policy is removed. */
static bool nobody_gains(struct patch_trying *trying)
{
    struct constraint_pool *pool = trying->analysis->pool;
    const struct patch_exchange *exchange = &trying->patch->exchange;
    for (size_t i = 0; i < trying->named_count; i++) {
        constraint after = trying->named[i].after,
                   before = trust_access(trying->analysis, &trying->named[i].caller, trying->role);
        if (exchange->key != NULL) {
            after = constraint_fix(pool, after, exchange->key, &exchange->becomes, 1);
            before = constraint_fix(pool, before, exchange->key, &exchange->was, exchange->was != NULL);
        }
        if (constraint_implies(pool, after, before) != CONSTRAINT_YES)
            return false;
    }
    return true;
}

/* Findings that a policy which admits more must not cause, if they are worse than the one it closes; only rules that
 * judge a single role. */
static finding_rule_function *const dangers[] = {
    find_audience_missing,    find_cognito_open,          find_confused_deputy, find_eks_subject,
    find_missing_external_id, find_outside_administrator, find_public,          find_public_weak,
    find_rolesanywhere,       find_saml_audience,         find_subject_broad,   find_subject_missing,
    find_unknown_account};

static size_t count_dangers(struct patch_trying *trying)
{
    size_t rule_count, count = 0;
    const struct finding_rule *rules = finding_rules(&rule_count);
    for (size_t i = 0; i < rule_count; i++)
        for (size_t j = 0; j < sizeof dangers / sizeof dangers[0]; j++)
            if (rules[i].find == dangers[j])
                count += run_on_patched(trying, &rules[i], is_worse);
    return count;
}

enum refusal_reason { REFUSES_KEPT, SHUTS_OUT_ORGANIZER, USED_LATELY, SHUTS_OUT_SOMEBODY };

/* The reason in a finding's fix why a patch is not offered; several patches may fail for the same reason. */
struct refusal {
    const char *fix; /* finding->fix with the reason */
    enum refusal_reason reason;
    const char *who;
    const char *why; /* REFUSES_KEPT: the reason of the call; one text for all of a kind */
    const struct refusal *before;
};

/* For the finding that was tried last. */
struct refusals {
    const struct finding *finding;
    const struct refusal *last;
};

static const struct notes_kind refusal_notes = {sizeof(struct refusals), NULL, false};

static void say_once(struct patch_trying *trying, enum refusal_reason reason, const char *who, const char *words)
{
    struct findings *findings = trying->findings;
    struct finding *finding = trying->finding;
    struct refusals *refusals = findings_notes(findings, &refusal_notes);
    const struct refusal *said = refusals->finding == finding ? refusals->last : NULL;
    while (said != NULL && said->fix != finding->fix) /* its words were removed again */
        said = said->before;
    const char *why = reason == REFUSES_KEPT ? trying->refused->why : NULL;
    for (const struct refusal *one = said; one != NULL; one = one->before)
        if (one->reason == reason && one->why == why && strcmp(one->who, who) == 0)
            return;
    struct refusal *refusal = arena_allocate(&findings->arena, sizeof *refusal);
    finding->fix = finding_text(findings, "%s %s", finding->fix, words);
    *refusal = (struct refusal){finding->fix, reason, finding_text(findings, "%s", who), why, said};
    *refusals = (struct refusals){finding, refusal};
}

/* CloudTrail keeps that for 90 days, in the region of the call. Source:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html */
const char *patch_lookup(const struct analysis *analysis, struct findings *findings, uint32_t role)
{
    return finding_text(findings,
                        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=%s",
                        analysis->model->principals[role].arn);
}

/* A policy that admits nobody is offered only if nobody is admitted today, as far as can be known. */
static bool closes_for_nobody(struct patch_trying *trying)
{
    struct findings *findings = trying->findings;
    const struct model_principal *role = &trying->analysis->model->principals[trying->role];
    if (!trying->out.nobody)
        return true;
    if (last_use_is_recent(trying->analysis->model, trying->role)) {
        bool itself = strcmp(role->arn, trying->finding->resource) == 0;
        say_once(trying, USED_LATELY, role->arn,
                 finding_text(findings,
                              "%s was used on %.10s: find out in CloudTrail by whom before you remove the access.",
                              itself ? "The role" : role->name, role->last_used));
        return false;
    }
    if (!trying->out.somebody_today)
        return true;
    const char *who = shut_out_words(trying->analysis, findings, &trying->out);
    if (!findings->patches_unseen)
        say_once(trying, SHUTS_OUT_SOMEBODY, "",
                 finding_text(findings,
                              "No policy that removes all access to %s is offered, because it would shut out %s. Ask "
                              "the role's owner and CloudTrail (%s) who needs it; delete the role if nobody does.",
                              role->name, who != NULL ? who : "accounts of the organization that were not exported",
                              patch_lookup(trying->analysis, findings, trying->role)));
    return false;
}

/* Says why not. */
static bool takes_nothing_away(struct patch_trying *trying)
{
    struct findings *findings = trying->findings;
    if (trying->refused != NULL) {
        const char *who = trying->refused->caller.text, *why = trying->refused->why;
        say_once(trying, REFUSES_KEPT, who,
                 finding_text(findings, "No policy is offered that would shut out %s, %s.", who, why));
        return false;
    }
    if (trying->out.organizer != NULL) {
        const char *role = trying->analysis->model->principals[trying->role].name, *account = trying->out.organizer;
        const char *management = trying->analysis->model->management_account;
        say_once(
            trying, SHUTS_OUT_ORGANIZER, account,
            management != NULL && strcmp(management, account) == 0
                ? finding_text(findings,
                               "AWS creates roles named %s so that the management account %s can assume them: no "
                               "policy is offered that would cut off anyone there, now or later.",
                               role, account)
                : finding_text(
                      findings,
                      "AWS creates roles named %s so that the organization's management account or a delegated "
                      "administrator can assume them: find out whether account %s is one of these before you remove "
                      "its access.",
                      role, account));
        return false;
    }
    return closes_for_nobody(trying);
}

static bool begin(struct patch_trying *trying)
{
    const struct patch *patch = trying->patch;
    struct model *model = trying->analysis->model;
    return patch->use != NULL ? model_trial_begin_identity(model, patch->use, patch->holders, patch->holder_count,
                                                           trying->text, &trying->trial)
                              : model_trial_begin(model, trying->role, trying->text, &trying->trial);
}

/* Whether the finding is gone, or found less often. Usually it is gone, which needs no earlier count. */
static void look_for_finding(struct patch_trying *trying)
{
    const struct patch *patch = trying->patch;
    if (patch->is_gone != NULL)
        trying->found = !patch->is_gone(trying->analysis, trying->finding);
    else if (!patch->closes)
        trying->found = run_on_patched(trying, trying->finding->rule, is_same);
}

/* Everything that is decided under the new policy. */
static void look_in_trial(struct patch_trying *trying, struct kept_calls *kept)
{
    const struct patch *patch = trying->patch;
    const struct model_trial *trial = &trying->trial;
    uint32_t before = trial->changed_count > 0 ? trial->document : MODEL_NONE;
    uint32_t after = trial->changed_count > 0 ? trial->changed[0]->document : MODEL_NONE;
    struct analysis *analysis = trying->analysis;
    look_for_finding(trying);
    trying->refused = kept_calls_refused(analysis, kept, before, after);
    trying->lost = patch->keeps != NULL && kept_calls_refused(analysis, patch->keeps, before, after) != NULL;
    if (trying->role == MODEL_NONE)
        return;
    shut_out_find(analysis, trying->role, trying->trial.trust, &trying->out);
    trying->lost = trying->lost ||
                   (patch->stays != NULL && trust_access(analysis, patch->stays, trying->role) == CONSTRAINT_FALSE);
    if (patch->opens)
        trying->dangers = count_dangers(trying);
    else
        find_named(trying, trying->trial.trust);
}

bool patch_proved(struct patch_trying *trying)
{
    const struct patch *patch = trying->patch;
    struct kept_calls kept = {0};
    if (patch->use == NULL)
        kept_calls_into(trying->analysis, trying->findings, trying->role, &kept);
    else
        kept_calls_of(trying->analysis, trying->findings, patch->holders, patch->holder_count, &kept);
    bool good = begin(trying);
    if (good) {
        look_in_trial(trying, &kept);
        model_trial_end(&trying->trial);
        shut_out_compare(trying->analysis, trying->findings, &trying->out);
        good = !trying->lost && nobody_gains(trying) &&
               (trying->dangers == 0 || trying->dangers <= count_dangers(trying)) &&
               (trying->found == 0 ||
                (patch->is_gone == NULL && trying->found < count_listed(trying->findings, trying->finding))) &&
               takes_nothing_away(trying);
    }
    kept_calls_free(&kept);
    return good;
}

void patch_trying_free(struct patch_trying *trying)
{
    free(trying->named);
    shut_out_free(&trying->out);
}
