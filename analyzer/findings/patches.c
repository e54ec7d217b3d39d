#include "analyzer/findings/patches.h"

#include "analyzer/findings/last_use.h"
#include "analyzer/findings/patch_command.h"
#include "graph/model_trial.h"
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
    {"externalId", "with an external id demanded", "The third party must send the same id from then on."},
    {"corrected", "with the condition put right", NULL},
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

/* A patch while it is tried. */
struct trying {
    struct analysis *analysis;
    struct findings *findings;
    const struct finding *finding;
    const struct patch *patch;
    uint32_t role; /* of a trust policy; else MODEL_NONE */
    struct model_trial trial;
};

static bool is_same(const struct finding *a, const struct finding *b)
{
    return strcmp(a->code, b->code) == 0 && strcmp(a->resource, b->resource) == 0 &&
           strcmp(a->subject, b->subject) == 0;
}

/* How often the rule finds it in what the patch changes, as the model is now. */
static size_t count_again(struct trying *trying)
{
    const struct finding_rule *rule = trying->finding->rule;
    struct findings again = {.only_policy = trying->patch->use};
    size_t count = 0;
    if (trying->role != MODEL_NONE)
        again.only_role = &trying->analysis->model->principals[trying->role];
    rule->find(trying->analysis, rule, &again);
    for (size_t i = 0; i < again.count; i++)
        count += is_same(&again.list[i], trying->finding);
    trying->findings->failed = trying->findings->failed || again.failed;
    findings_free(&again);
    return count;
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

/* Somebody whom the new trust policy names, and when he gets in by it. */
struct named {
    struct caller caller;
    constraint after;
};

/* Those whom the new policy lets in by name; accounts that the old one named too are left out: what is demanded of
 * them only grew. malloc'ed. */
static struct named *find_named(struct trying *trying, const struct policy_use *old, size_t *count)
{
    struct analysis *analysis = trying->analysis;
    struct trust_statement at = {.role = trying->role};
    struct named *list = NULL;
    size_t room = 0;
    *count = 0;
    while (trust_walk_role(analysis->model, &at))
        for (uint32_t i = 0; i < at.statement->principal_count && at.statement->allow && !at.statement->not_principal;
             i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            struct named named;
            if (principal->form == PRINCIPAL_ACCOUNT && names(analysis->model, old, principal->value))
                continue;
            if (!trust_caller(analysis, principal, &named.caller) ||
                (named.after = trust_admits(analysis, &named.caller, &at)) == CONSTRAINT_FALSE)
                continue;
            if (*count == room) {
                struct named *grown = realloc(list, (room = room * 2 + 8) * sizeof *grown);
                if (grown == NULL) {
                    trying->findings->failed = true;
                    return list;
                }
                list = grown;
            }
            list[(*count)++] = named;
        }
    return list;
}

/* As the model is without the trial. */
static bool nobody_gains(struct trying *trying, const struct named *named, size_t count)
{
    struct analysis *analysis = trying->analysis;
    for (size_t i = 0; i < count; i++) {
        struct decision decision = {0};
        const struct decision_question question = {
            .caller = named[i].caller, .role = trying->role, .now = analysis->now};
        if (!decision_decide(analysis->evaluator, &question, &decision) || decision.verdict == VERDICT_DENIED ||
            constraint_implies(analysis->pool, named[i].after, decision.residual) != CONSTRAINT_YES)
            return false;
    }
    return true;
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

static void say_refusal(struct trying *trying, struct finding *finding, const char *whom, const char *why)
{
    finding->fix = finding_text(trying->findings, "%s A ready policy (%s) would refuse %s, %s, and is not offered.",
                                finding->fix, patch_words(trying->patch->style), whom, why);
}

/* Everything that is asked while the new policy is there. */
static bool holds_in_trial(struct trying *trying, struct finding *finding, struct kept_calls *kept, size_t before)
{
    struct analysis *analysis = trying->analysis;
    if (!trying->patch->closes && count_again(trying) >= before)
        return false;
    const struct kept_call *refused = kept_calls_refused(analysis, kept);
    if (refused != NULL) {
        say_refusal(trying, finding, refused->caller.text, refused->why);
        return false;
    }
    if (trying->role != MODEL_NONE && last_use_is_recent(analysis->model, trying->role) && !lets_somebody_in(trying)) {
        finding->fix = finding_text(
            trying->findings, "%s The role was used on %.10s: find out by whom, with CloudTrail, before it is closed.",
            finding->fix, analysis->model->principals[trying->role].last_used);
        return false;
    }
    return !kept->failed;
}

static bool begin(struct trying *trying, const char *text)
{
    const struct patch *patch = trying->patch;
    struct model *model = trying->analysis->model;
    return patch->use != NULL ? model_trial_begin_identity(model, patch->use, patch->holders, patch->holder_count, text,
                                                           &trying->trial)
                              : model_trial_begin(model, trying->role, text, &trying->trial);
}

static bool is_proved(struct trying *trying, struct finding *finding, const char *text)
{
    const struct patch *patch = trying->patch;
    struct analysis *analysis = trying->analysis;
    struct kept_calls kept = {0};
    struct named *named = NULL;
    size_t before = patch->closes ? 0 : count_again(trying), count = 0;
    bool good = false;
    if (patch->use == NULL)
        kept_calls_into(analysis, &trying->findings->kept, trying->role, &kept);
    else
        kept_calls_of(analysis, &trying->findings->kept, patch->holders, patch->holder_count, &kept);
    if (begin(trying, text)) {
        good = holds_in_trial(trying, finding, &kept, before);
        if (good && trying->role != MODEL_NONE && !patch->opens)
            named = find_named(trying, trying->trial.trust, &count);
        model_trial_end(&trying->trial);
    }
    good = good && nobody_gains(trying, named, count);
    trying->findings->failed = trying->findings->failed || kept.failed;
    free(named);
    kept_calls_free(&kept);
    return good;
}

/* ---- offers */

static void add_words(json_t *list, const char *words)
{
    if (words != NULL)
        json_array_append_new(list, json_string(words));
}

static json_t *notes_of(const struct trying *trying)
{
    const struct patch *patch = trying->patch;
    const struct policy_use *use = patch->use != NULL ? patch->use : trying->finding->at.use;
    const struct patch_style *style = style_of(patch->style);
    json_t *caveats = json_array();
    add_words(caveats, style != NULL ? style->caveat : NULL);
    add_words(caveats, patch->caveat);
    if (patch->opens)
        add_words(caveats, "It lets in whom the policy was meant to let in and does not today.");
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

bool patch_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch)
{
    char *text = patch->document != NULL ? json_dumps(patch->document, JSON_COMPACT) : NULL;
    struct trying trying = {.analysis = analysis,
                            .findings = findings,
                            .finding = finding,
                            .patch = patch,
                            .role = patch->use == NULL ? finding->at.role : MODEL_NONE};
    bool good = text != NULL && is_proved(&trying, finding, text);
    findings->failed = findings->failed || (text == NULL && patch->document != NULL);
    free(text);
    if (!good)
        return false;
    if (finding->patch == NULL)
        finding->patch = json_object();
    if (finding->patch_notes == NULL)
        finding->patch_notes = json_object();
    json_object_set(finding->patch, patch->style, patch->document);
    json_object_set_new(finding->patch_notes, patch->style, notes_of(&trying));
    return true;
}
