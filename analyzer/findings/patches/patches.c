#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/facts/kept_access.h"

#include "analyzer/findings/facts/last_use.h"
#include "analyzer/findings/patches/patch_command.h"
#include "graph/model/model_trial.h"
#include <stdlib.h>
#include <string.h>

static const struct patch_style {
    const char *name, *words;
    const char *caveat; /* what to know before it is pasted; NULL: nothing */
} styles[] = {
    {"principals", "with the list of principals",
     "An ARN is bound to the unique id of who has it now: deleted and made again, it loses the trust. In the role's "
     "own account those named need no permission of their own any more."},
    {"condition", "with the account and a condition on who may use it",
     "The condition is about names: who is made again under the same name gets in, if its own policies allow it."},
    {"pattern", "with the account and a pattern",
     "Whoever is given a name like that later gets in too, if its own policies allow it."},
    {"organization", "with your organization demanded",
     "All accounts of the organization still get in, if their own policies allow it."},
    {"unit", "with an organizational unit demanded",
     "All accounts of the unit still get in, if their own policies allow it."},
    {"accounts", "with accounts instead of everybody",
     "Who is made in these accounts later gets in too, if conditions and its own policies allow it."},
    {"externalId", "with an external id demanded", "The third party must send the same id from then on."},
    {"subject", "with the subject of the tokens demanded", "Tokens with another subject are refused from then on."},
    {"audience", "with the audience demanded", "What was issued for another audience is refused from then on."},
    {"mfa", "with MFA demanded of people",
     "Users call with the code of their device from then on: aws sts get-session-token, or mfa_serial in the profile."},
    {"source", "with the source of the call demanded", "Calls from elsewhere are refused from then on."},
    {"resources", "with the roles that it is needed for", NULL},
    {"ownOrganization", "with roles of your organization alone", NULL},
    {"cut", "without those through whom the chain leads", NULL},
    {"denied", "with a Deny", "A Deny counts against what other policies of its holders allow, too."},
    {"corrected", "put right", NULL},
    {"renamed", "with the right name", NULL},
    {"actions", "with the actions that its principals use", NULL},
    {"rewritten", "as it is written by the service that manages the role", NULL},
    {"removed", "without what it should not hold", NULL},
    {"closed", "that lets nobody in", "It is a lock: remove the role when nobody misses it."},
};

static const struct patch_style *style_of(const char *name)
{
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
        if (strcmp(styles[i].name, name) == 0)
            return &styles[i];
    return NULL;
}

const char *patch_words(const char *style)
{
    const struct patch_style *known = style_of(style);
    return known != NULL ? known->words : "as it should be";
}

/* ---- proof */

/* Somebody whom the new trust policy names, and when he gets in by it. */
struct named {
    struct caller caller;
    constraint after;
};

/* A patch while it is tried. */
struct trying {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    const struct patch *patch;
    uint32_t role; /* of a trust policy; else MODEL_NONE */
    const char *text;
    struct model_trial trial;

    /* What it would do. */
    size_t found;                    /* how often the finding would still be there */
    const struct kept_call *refused; /* NULL: nobody who is kept */
    bool locked;                     /* in use, and nobody would get in */
    bool lost;                       /* who must stay would not get in */
    size_t dangers;                  /* see there; of a patch that opens */
    struct named *named;             /* whom the policy would let in by name, see find_named; malloc'ed */
    size_t named_count;
};

static bool is_same(const struct finding *a, const struct finding *b)
{
    return a->rule == b->rule && strcmp(a->code, b->code) == 0 && strcmp(a->resource, b->resource) == 0 &&
           strcmp(a->subject, b->subject) == 0;
}

/* How often it is printed: equal statements made one finding, and its like stand beside it. */
static size_t count_listed(const struct findings *findings, const struct finding *finding)
{
    const struct finding *first = finding, *end = finding + 1;
    while (first > findings->list && is_same(first - 1, finding))
        first--;
    while (end < findings->list + findings->count && is_same(end, finding))
        end++;
    return (size_t)(end - first);
}

static bool is_worse(const struct finding *found, const struct finding *finding)
{
    return found->severity > finding->severity;
}

/* How many such findings the rule has in what the patch changes, as the model is now. */
static size_t run_again(struct trying *trying, const struct finding_rule *rule,
                        bool (*counts)(const struct finding *found, const struct finding *finding))
{
    struct findings again = {.scope = {.policy = trying->patch->use,
                                       .holders = trying->patch->holders,
                                       .holder_count = trying->patch->holder_count,
                                       .code = rule == trying->finding->rule ? trying->finding->code : NULL},
                             .kept = kept_access_of(trying->findings)};
    size_t count = 0;
    if (trying->role != MODEL_NONE)
        again.scope.role = &trying->analysis->model->principals[trying->role];
    rule->find(trying->analysis, rule, &again);
    for (size_t i = 0; i < again.count; i++)
        count += counts(&again.list[i], trying->finding);
    findings_free(&again);
    return count;
}

/* How often the finding is still there. */
static size_t count_again(struct trying *trying)
{
    return run_again(trying, trying->finding->rule, is_same);
}

bool patch_finds(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                 const char *policy)
{
    struct model_trial trial;
    uint32_t role = finding->at.role;
    if (!model_trial_begin(analysis->model, role, policy, &trial))
        return true;
    struct findings again = {.scope = {.role = &analysis->model->principals[role]}, .kept = kept_access_of(findings)};
    finding->rule->find(analysis, finding->rule, &again);
    bool found = false;
    for (size_t i = 0; i < again.count; i++)
        found = found || strcmp(again.list[i].subject, finding->subject) == 0;
    findings_free(&again);
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

/* Exported accounts have many ways in, all of which are asked: not where the old policy named them too, since what is
 * demanded of them only grew. */
static bool is_left_out(const struct trying *trying, const struct policy_use *old,
                        const struct statement_principal *principal)
{
    const struct model *model = trying->analysis->model;
    if (principal->form != PRINCIPAL_ACCOUNT || !names(model, old, principal->value))
        return false;
    uint32_t account = model_find_account(model, principal->account);
    return account != MODEL_NONE && model->accounts[account].detail != ACCOUNT_NOT_EXPORTED;
}

/* Those whom the new policy lets in by name. */
static void find_named(struct trying *trying, const struct policy_use *old)
{
    struct analysis *analysis = trying->analysis;
    struct trust_statement at = {.role = trying->role};
    size_t room = 0;
    while (trust_walk_role(analysis->model, &at))
        for (uint32_t i = 0; i < at.statement->principal_count && at.statement->allow && !at.statement->not_principal;
             i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            struct named named;
            if (is_left_out(trying, old, principal) || !trust_caller(analysis, principal, &named.caller) ||
                (named.after = trust_admits(analysis, &named.caller, &at)) == CONSTRAINT_FALSE)
                continue;
            if (trying->named_count == room) {
                struct named *grown = realloc(trying->named, (room = room * 2 + 8) * sizeof *grown);
                if (grown == NULL) {
                    trying->findings->failed = true;
                    return;
                }
                trying->named = grown;
            }
            trying->named[trying->named_count++] = named;
        }
}

/* When the caller gets into the role, as the model is now. */
static constraint when_admitted(struct trying *trying, const struct caller *caller)
{
    struct decision decision = {0};
    const struct decision_question question = {
        .caller = *caller, .role = trying->role, .now = trying->analysis->now, .verdict_only = true};
    decision_decide(trying->analysis->evaluator, &question, &decision);
    return decision.residual;
}

/* Asked when the new policy is gone. */
static bool nobody_gains(struct trying *trying)
{
    struct constraint_pool *pool = trying->analysis->pool;
    const struct patch_exchange *exchange = &trying->patch->exchange;
    for (size_t i = 0; i < trying->named_count; i++) {
        constraint after = trying->named[i].after, before = when_admitted(trying, &trying->named[i].caller);
        if (exchange->key != NULL) {
            after = constraint_fix(pool, after, exchange->key, &exchange->becomes, 1);
            before = constraint_fix(pool, before, exchange->key, &exchange->was, exchange->was != NULL);
        }
        if (constraint_implies(pool, after, before) != CONSTRAINT_YES)
            return false;
    }
    return true;
}

/* What a policy that lets in more must not bring, if it is worse than what it closes; rules that judge one role alone.
 */
static const char *const dangers[] = {"cognito-open",
                                      "eks-subject-broad",
                                      "oidc-aud-missing",
                                      "oidc-sub-broad",
                                      "oidc-sub-missing",
                                      "rolesanywhere-unbound",
                                      "saml-aud-missing",
                                      "service-confused-deputy",
                                      "trust-external-no-external-id",
                                      "trust-external-to-admin",
                                      "trust-external-unknown",
                                      "trust-public",
                                      "trust-public-weak-condition"};

static size_t count_dangers(struct trying *trying)
{
    size_t rule_count, count = 0;
    const struct finding_rule *rules = finding_rules(&rule_count);
    for (size_t i = 0; i < rule_count; i++)
        for (size_t j = 0; j < sizeof dangers / sizeof dangers[0]; j++)
            if (strcmp(rules[i].id, dangers[j]) == 0)
                count += run_again(trying, &rules[i], is_worse);
    return count;
}

/* Whether the new trust policy speaks for anybody. */
static bool lets_somebody_in(struct trying *trying)
{
    struct trust_statement at = {.role = trying->role};
    while (trust_walk_role(trying->analysis->model, &at)) {
        struct caller caller;
        if (at.statement->allow && at.statement->not_principal)
            return true;
        for (uint32_t i = 0; i < at.statement->principal_count && at.statement->allow; i++)
            if (trust_caller(trying->analysis, &at.statement->principals[i], &caller) &&
                trust_speaks_for(trying->analysis, &caller, &at) != CONSTRAINT_FALSE)
                return true;
    }
    return false;
}

/* Several patches may be given up for the same reason. */
static void say_once(struct trying *trying, const char *words)
{
    struct finding *finding = trying->finding;
    if (strstr(finding->fix, words) == NULL)
        finding->fix = finding_text(trying->findings, "%s %s", finding->fix, words);
}

/* Says why not. */
static bool takes_nothing_away(struct trying *trying)
{
    struct findings *findings = trying->findings;
    const struct model_principal *role =
        trying->role != MODEL_NONE ? &trying->analysis->model->principals[trying->role] : NULL;
    if (trying->refused != NULL)
        say_once(trying, finding_text(findings, "No policy is offered that would refuse %s, %s.",
                                      trying->refused->caller.text, trying->refused->why));
    else if (trying->locked)
        say_once(trying,
                 finding_text(findings, "%s was used on %.10s: find out by whom, with CloudTrail, before it is closed.",
                              strcmp(role->arn, trying->finding->resource) == 0 ? "The role" : role->name,
                              role->last_used));
    return trying->refused == NULL && !trying->locked;
}

static bool begin(struct trying *trying)
{
    const struct patch *patch = trying->patch;
    struct model *model = trying->analysis->model;
    return patch->use != NULL ? model_trial_begin_identity(model, patch->use, patch->holders, patch->holder_count,
                                                           trying->text, &trying->trial)
                              : model_trial_begin(model, trying->role, trying->text, &trying->trial);
}

/* Whether the finding is gone, or found less often: mostly not at all, which is known without a count of before. */
static void look_for_finding(struct trying *trying)
{
    const struct patch *patch = trying->patch;
    if (patch->is_gone != NULL)
        trying->found = !patch->is_gone(trying->analysis, trying->finding);
    else if (!patch->closes)
        trying->found = count_again(trying);
}

/* Everything that is asked while the new policy is there. */
static void look_in_trial(struct trying *trying, struct kept_calls *kept)
{
    const struct patch *patch = trying->patch;
    struct analysis *analysis = trying->analysis;
    look_for_finding(trying);
    trying->refused = kept_calls_refused(analysis, kept);
    trying->lost = patch->keeps != NULL && kept_calls_refused(analysis, patch->keeps) != NULL;
    if (trying->role == MODEL_NONE)
        return;
    trying->locked = last_use_is_recent(analysis->model, trying->role) && !lets_somebody_in(trying);
    trying->lost = trying->lost || (patch->stays != NULL && when_admitted(trying, patch->stays) == CONSTRAINT_FALSE);
    if (patch->opens)
        trying->dangers = count_dangers(trying);
    else
        find_named(trying, trying->trial.trust);
}

/* And once it is gone again. */
static bool is_proved(struct trying *trying)
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
        good = !trying->lost && nobody_gains(trying) &&
               (trying->dangers == 0 || trying->dangers <= count_dangers(trying)) &&
               (trying->found == 0 ||
                (patch->is_gone == NULL && trying->found < count_listed(trying->findings, trying->finding))) &&
               takes_nothing_away(trying);
    }
    kept_calls_free(&kept);
    return good;
}

/* ---- offers */

static void add_words(json_t *list, const char *words)
{
    if (words != NULL)
        json_array_append_new(list, json_string(words));
}

static json_t *notes_of(const struct finding *finding, const struct patch *patch)
{
    const struct policy_use *use = patch->use != NULL ? patch->use : finding->at.use;
    const struct patch_style *style = style_of(patch->style);
    json_t *caveats = json_array();
    add_words(caveats, style != NULL ? style->caveat : NULL);
    add_words(caveats, patch->caveat);
    if (patch->opens)
        add_words(caveats, use->kind == USE_TRUST ? "It lets in whom the policy was meant to let in and does not today."
                                                  : "It allows what the policy was meant to allow and does not today.");
    json_t *notes = json_pack("{s:s, s:{s:s, s:s}, s:o}", "does", patch_words(patch->style), "replaces", "policy",
                              use->kind == USE_TRUST ? "trust policy" : use->name, "holder",
                              use->kind != USE_TRUST && use->arn != NULL ? use->arn : use->holder, "caveats", caveats);
    char *command = patch_command(use);
    if (command != NULL)
        json_object_set_new(notes, "apply", json_string(command));
    free(command);
    if (patch->fill_in != NULL)
        json_object_set_new(notes, "fillIn", json_string(patch->fill_in));
    return notes;
}

bool patch_holds(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch)
{
    char *text = patch->document != NULL ? json_dumps(patch->document, JSON_COMPACT) : NULL;
    struct trying trying = {.analysis = analysis,
                            .findings = findings,
                            .finding = finding,
                            .patch = patch,
                            .text = text,
                            .role = patch->use == NULL ? finding->at.role : MODEL_NONE};
    bool good = text != NULL && is_proved(&trying);
    findings->failed = findings->failed || (text == NULL && patch->document != NULL);
    free(text);
    free(trying.named);
    return good;
}

bool patch_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch)
{
    if (!patch_holds(analysis, findings, finding, patch))
        return false;
    if (finding->patch == NULL)
        finding->patch = json_object();
    if (finding->patch_notes == NULL)
        finding->patch_notes = json_object();
    json_object_set(finding->patch, patch->style, patch->document);
    json_object_set_new(finding->patch_notes, patch->style, notes_of(finding, patch));
    return true;
}
