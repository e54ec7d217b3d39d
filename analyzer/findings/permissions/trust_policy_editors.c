/*
 * Who may rewrite the trust policies of roles, and so become them.
 *
 * Users and roles that certainly are administrators without that are left out: privilege-escalation reports those that
 * should not be. Roles that only AWS changes cannot be rewritten.
 */
#include "analyzer/findings/facts/escalations.h"
#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/patches/patch_roles.h"
#include "analyzer/findings/rules.h"
#include "graph/control/control_rights.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>

#define ACTION "iam:UpdateAssumeRolePolicy"
#define NAMES_SHOWN 3u
#define HOLDERS_FREE 64u /* holders of one policy with different permissions; more take steps */

static bool covers(const struct statement *statement)
{
    return statement->allow && statement->broken == NULL && statement_covers_action(statement, ACTION);
}

/* What one holder can rewrite. */
struct reach {
    uint32_t others, administrators; /* number of roles */
    struct text names, administrator_names;
};

static void count_roles(struct analysis *analysis, uint32_t holder, struct reach *reach)
{
    const struct model *model = analysis->model;
    const struct model_account *account = &model->accounts[model->principals[holder].account];
    struct control_rights rights = control_rights_of(analysis_control(analysis), holder);
    for (uint32_t i = account->first_principal; i < account->first_principal + account->principal_count; i++) {
        const struct model_principal *role = &model->principals[i];
        const struct control_how *how = NULL;
        if (!role->is_role || i == holder || !control_possible(&rights, control_over(&rights, i, NULL, &how)))
            continue;
        bool administrator = administrators_has(analysis, i);
        struct text *names = administrator ? &reach->administrator_names : &reach->names;
        uint32_t *count = administrator ? &reach->administrators : &reach->others;
        if ((*count)++ < NAMES_SHOWN)
            text_format(names, "%s%s", *count > 1 ? ", " : "", role->name);
    }
}

/* Whether it is not an administrator without that, and not a role managed by AWS. */
static bool is_editor(struct analysis *analysis, uint32_t holder)
{
    return !analysis->model->principals[holder].service_linked &&
           !is_administrator_otherwise(administrators_get(analysis, holder));
}

/* The first holder that can rewrite any, and which ones. MODEL_NONE: none can. */
static uint32_t first_editor(struct analysis *analysis, struct findings *findings, const struct owned_policy *policy,
                             struct reach *reach)
{
    uint32_t asked = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < policy->holder_count; i++) {
        uint32_t holder = policy->holders[i];
        if ((asked > 0 && control_rights_alike(analysis_control(analysis), last, holder)) ||
            !is_editor(analysis, holder))
            continue;
        last = holder;
        if (asked++ >= HOLDERS_FREE && !findings_spend(findings, FINDINGS_DECISION))
            return MODEL_NONE;
        count_roles(analysis, holder, reach);
        if (reach->others + reach->administrators > 0)
            return holder;
    }
    return MODEL_NONE;
}

/* ---- patches */

/* Whether a narrower Resource works is only tried for at most this many pairs of role and holder. */
#define QUESTIONS_ASKED 20000u
#define PATH "ROLES-MADE-FOR-THIS"

/* Removes the action, or allows it only for roles with a path. False: a wildcard allows it. */
static bool narrow(struct identity_patch *patch, const char *resource)
{
    const struct model *model = patch->analysis->model;
    const struct model_document *document = &model->documents[patch->patch.use->document];
    json_t *list = json_array();
    bool good = true;
    if (resource != NULL)
        json_add(list, json_text(resource));
    for (uint32_t i = document->statement_count; i > 0 && good; i--) {
        const struct statement *at = &model->statements[document->first_statement + i - 1];
        json_t *rest, *statement;
        if (!covers(at))
            continue;
        patch->position = at->position;
        statement = identity_patch_part(patch, ACTION, &rest);
        good = statement != NULL;
        if (good)
            roles_leave(patch, statement, list);
    }
    json_decref(list);
    return good;
}

static void offer_path(struct identity_patch *patch)
{
    const struct model *model = patch->analysis->model;
    const struct model_account *account = &model->accounts[model->principals[patch->patch.holders[0]].account];
    if (patch->patch.holder_count > QUESTIONS_ASKED / (account->principal_count + 1)) {
        patch_not_offered(patch->findings, patch->finding,
                          "No patch allows it for roles of a path: there are too many holders and roles to prove it.");
        return;
    }
    patch->patch.fill_in = PATH ": a path for only those roles whose trust policies the holders may rewrite";
    const char *resource =
        finding_text(patch->findings, "arn:%s:iam::%s:role/" PATH "/*", account->partition, account->id);
    if (narrow(patch, resource))
        identity_patch_offer(patch, PATCH_RESOURCES);
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct identity_patch patch;
    if (!identity_patch_open(analysis, findings, finding, &patch))
        return;
    if (narrow(&patch, NULL)) {
        identity_patch_offer(&patch, PATCH_REMOVED);
        if (identity_patch_again(&patch))
            offer_path(&patch);
    } else if (identity_patch_again(&patch)) {
        policy_json_append(patch.policy, policy_json_statement("Deny", json_text(ACTION)));
        identity_patch_offer(&patch, PATCH_DENIED);
    }
    identity_patch_close(&patch);
}

/* ---- judging */

static void judge(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                  const struct owned_policy *policy, const struct statement *statement)
{
    const struct model *model = analysis->model;
    struct reach reach = {0};
    uint32_t holder = first_editor(analysis, findings, policy, &reach), roles = reach.others + reach.administrators;
    if (holder != MODEL_NONE) {
        const struct model_principal *who = &model->principals[holder];
        struct finding *finding =
            finding_add(findings, rule, policy->account, policy_resource(policy->use), policy->use->name, statement);
        char *words = policy_words(policy->use);
        bool administrators = reach.administrators > 0;
        const struct text *names = administrators ? &reach.administrator_names : &reach.names;
        uint32_t named = administrators ? reach.administrators : reach.others;
        finding_evidence_add(findings, finding, policy->use, statement);
        policy_hold(findings, finding, policy);
        finding->elaborate = elaborate;
        if (administrators)
            finding_raise(finding, 1);
        finding->detail = finding_text(
            findings, "%s lets %s %s%s rewrite the trust policy of %u role%s, and so become %s%s: %s%s.", words,
            who->is_role ? "role" : "user", who->name,
            policy->holder_count > 1 ? finding_text(findings, " (one of %u holders)", policy->holder_count) : "", roles,
            roles == 1 ? "" : "s", roles == 1 ? "it" : "each",
            administrators ? finding_text(findings, ", among them %u administrator%s", reach.administrators,
                                          reach.administrators == 1 ? "" : "s")
                           : "",
            names->data, named > NAMES_SHOWN ? finding_text(findings, " and %u more", named - NAMES_SHOWN) : "");
        free(words);
    }
    text_free(&reach.administrator_names);
    text_free(&reach.names);
}

void find_trust_editor(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    struct policies policies = {0};
    policies_collect(model, findings, covers, NULL, NULL, &policies);
    for (uint32_t i = 0; i < policies.count; i++) {
        const struct owned_policy *policy = &policies.list[i];
        const struct model_document *document = &model->documents[policy->use->document];
        bool identity = policy->use->kind == USE_INLINE || policy->use->kind == USE_MANAGED;
        for (uint32_t j = 0; j < document->statement_count && identity; j++)
            if (covers(&model->statements[document->first_statement + j])) {
                judge(analysis, rule, findings, policy, &model->statements[document->first_statement + j]);
                break;
            }
    }
    policies_free(&policies);
}
