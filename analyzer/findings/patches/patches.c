#include "analyzer/findings/patches/patch_proof.h"

#include "analyzer/analysis/wording.h"
#include "analyzer/findings/patches/patch_accepted.h"
#include "analyzer/findings/patches/patch_command.h"
#include "ingest/policy/arn.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name; /* member of "patch" and "patch_notes" */
    const char *does;
    const char *caveat; /* what to know before pasting; NULL: nothing */
} styles[] = {
    [PATCH_PRINCIPALS] =
        {"principals", "with a list of principals",
         "An ARN stands for the principal that has it now: deleted and created again, it is no longer trusted. In the "
         "role's own account, the listed principals need no permission of their own any more."},
    [PATCH_CONDITION] = {"condition", "with the account and a condition on its principals",
                         "The condition compares names: a principal created again under the same name gets in if its "
                         "own policies allow it."},
    [PATCH_PATTERN] = {"pattern", "with the account and a pattern",
                       "Principals given a matching name later get in too if their own policies allow it."},
    [PATCH_ORGANIZATION] = {"organization", "with your organization required",
                            "All accounts of the organization still get in if their own policies allow it."},
    [PATCH_UNIT] = {"unit", "with an organizational unit required",
                    "All accounts of the unit still get in if their own policies allow it."},
    [PATCH_ACCOUNTS] =
        {"accounts", "with accounts instead of everyone",
         "Principals created in these accounts later get in too if conditions and their own policies allow it."},
    [PATCH_EXTERNAL_ID] = {"external_id", "with an external ID required",
                           "From then on the third party must send this ID."},
    [PATCH_SUBJECT] = {"subject", "with the token's subject required",
                       "From then on tokens with another subject are rejected."},
    [PATCH_AUDIENCE] = {"audience", "with the audience required",
                        "From then on what was issued for another audience is rejected."},
    [PATCH_MFA] = {"mfa", "with MFA required of people",
                   "From then on, users need a code from their MFA device: aws sts get-session-token, or mfa_serial in "
                   "the profile."},
    [PATCH_SOURCE] = {"source", "with the source of the call required",
                      "From then on calls from elsewhere are rejected."},
    [PATCH_RESOURCES] = {"resources", "naming only the roles it is needed for", NULL},
    [PATCH_OWN_ORGANIZATION] = {"own_organization", "limited to roles of your organization", NULL},
    [PATCH_CUT] = {"cut", "without the principals through which the chain leads", NULL},
    [PATCH_DENIED] = {"denied", "with a Deny", "A Deny also overrides what other policies of its holders allow."},
    [PATCH_CORRECTED] = {"corrected", "corrected", NULL},
    [PATCH_RENAMED] = {"renamed", "with the right name", NULL},
    [PATCH_ACTIONS] = {"actions", "with the actions its principals use", NULL},
    [PATCH_REWRITTEN] = {"rewritten", "as the service that manages the role creates it", NULL},
    [PATCH_REMOVED] = {"removed", "with only what belongs there", NULL},
    [PATCH_CLOSED] = {"closed", "with all access removed",
                      "As far as the export shows, nobody gets in today either. It disables the role; delete it once "
                      "nothing breaks."},
};

static void add_words(json_t *list, const char *words)
{
    if (words != NULL)
        json_add(list, json_text(words));
}

void patch_not_offered(struct findings *findings, struct finding *finding, const char *sentence)
{
    if (!findings->patches_unseen)
        finding->fix = finding_text(findings, "%s %s", finding->fix, sentence);
}

static const struct policy_use *use_of(const struct finding *finding, const struct patch *patch)
{
    return patch->use != NULL ? patch->use : finding->at.use;
}

#define VERSIONS_MOST 5u
#define DELETE_ONE "delete an old one first (aws iam delete-policy-version)."

/* Changing a managed policy creates a new version of it. NULL: there is room for one. */
static const char *version_caveat(const struct model *model, const struct policy_use *use)
{
    uint32_t versions =
        use->kind == USE_MANAGED || use->kind == USE_BOUNDARY ? model_policy_versions(model, use->arn) : 1;
    if (versions == 0)
        return "A managed policy can have five versions: if it has five, " DELETE_ONE;
    return versions >= VERSIONS_MOST ? "The policy already has five versions, the maximum: " DELETE_ONE : NULL;
}

static json_t *notes_of(const struct model *model, const struct finding *finding, const struct patch *patch,
                        const struct accepted_policy *accepted, const char *loss)
{
    const struct policy_use *use = use_of(finding, patch);
    json_t *notes = json_object(), *replaces = json_object(), *caveats = json_array();
    add_words(caveats, styles[patch->style].caveat);
    add_words(caveats, patch->caveat);
    add_words(caveats, loss);
    add_words(caveats, accepted->left_out);
    add_words(caveats, accepted->quota);
    if (patch->opens)
        add_words(caveats, use->kind == USE_TRUST
                               ? "It admits principals that the policy was meant to admit but does not admit today."
                               : "It allows what the policy was meant to allow but does not allow today.");
    json_put(replaces, "policy", json_text(wording_policy_name(use)));
    json_put(replaces, "holder", json_text(use->kind != USE_TRUST && use->arn != NULL ? use->arn : use->holder));
    json_put(notes, "does", json_text(styles[patch->style].does));
    json_put(notes, "replaces", replaces);
    json_put(notes, "caveats", caveats);
    char *command = patch_command(use);
    if (arn_is_reserved_role(use->holder) && command == NULL)
        add_words(caveats, "Nobody in the account can change this role (its path is /aws-reserved/): IAM rejects the "
                           "command. Provision the permission set again in IAM Identity Center, and compare.");
    if (command != NULL)
        add_words(caveats, version_caveat(model, use));
    json_put_text(notes, "apply", command);
    json_put_text(notes, "fill_in", patch->fill_in);
    free(command);
    return notes;
}

/* "These lose access to ROLE: role x, role y and 3 more."; NULL: nobody does, or the policy is not a role's trust
 * policy. */
static const char *loss_of(const struct patch_trying *trying)
{
    const struct analysis *analysis = trying->analysis;
    const char *who = trying->role != MODEL_NONE ? shut_out_words(analysis, trying->findings, &trying->out) : NULL;
    return who != NULL ? finding_text(trying->findings, "These lose access to %s: %s.",
                                      analysis->model->principals[trying->role].name, who)
                       : NULL;
}

/* Tries the version that IAM accepts, which the caller owns; *loss: see loss_of. */
static bool holds(struct analysis *analysis, struct findings *findings, struct finding *finding,
                  const struct patch *patch, struct accepted_policy *accepted, const char **loss)
{
    uint32_t role = patch->use == NULL ? finding->at.role : MODEL_NONE;
    *accepted = (struct accepted_policy){0};
    if (role != MODEL_NONE && analysis->model->principals[role].service_linked)
        return false; /* only the service can change it */
    if (patch->document != NULL)
        accepted_policy_make(analysis, findings, role, patch, accepted);
    if (accepted->document == NULL)
        return false;
    char *text = json_words(accepted->document, JSON_COMPACT);
    struct patch_trying trying = {
        .analysis = analysis, .findings = findings, .finding = finding, .patch = patch, .text = text, .role = role};
    bool good = patch_proved(&trying);
    *loss = good ? loss_of(&trying) : NULL;
    free(text);
    patch_trying_free(&trying);
    return good;
}

bool patch_holds(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch)
{
    struct accepted_policy accepted;
    const char *loss;
    bool good = holds(analysis, findings, finding, patch, &accepted, &loss);
    accepted_policy_free(&accepted);
    return good;
}

bool patch_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch)
{
    struct accepted_policy accepted;
    const char *loss;
    bool good = holds(analysis, findings, finding, patch, &accepted, &loss);
    if (good && finding->patch == NULL)
        finding->patch = json_object();
    if (good && finding->patch_notes == NULL)
        finding->patch_notes = json_object();
    if (good) {
        json_put(finding->patch, styles[patch->style].name, json_incref(accepted.document));
        json_put(finding->patch_notes, styles[patch->style].name,
                 notes_of(analysis->model, finding, patch, &accepted, loss));
        if (use_of(finding, patch)->kind == USE_TRUST)
            finding->trust_patches |= UINT32_C(1) << patch->style;
    }
    accepted_policy_free(&accepted);
    return good;
}

bool patch_is_trust_policy(const struct finding *finding, const char *style)
{
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
        if (strcmp(styles[i].name, style) == 0)
            return (finding->trust_patches & UINT32_C(1) << i) != 0;
    return false;
}
