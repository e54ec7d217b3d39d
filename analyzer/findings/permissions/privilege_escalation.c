/*
 * Users and roles that are not administrators by their policies but can make themselves one: which policy allows it,
 * and by which actions. Rewriting trust policies and providers has rules of its own.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html, docs/control.md
 */
#include "analyzer/findings/facts/escalations.h"
#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/patches/patch_identity.h"
#include "analyzer/findings/patches/policy_json.h"
#include "analyzer/findings/rules.h"
#include "graph/control/ways.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- who */

/* The administrator entry of each holder says which policy it is. */
static bool allows_something(const struct statement *statement)
{
    return statement->allow && statement->broken == NULL;
}

static bool is_told_here(uint32_t principal, void *context)
{
    const struct administrator *found = administrators_get(context, principal);
    return escalates(found) && found->use != NULL && !escalates_by_trust(found);
}

/* ---- patches */

/* Removes the action. False: a wildcard allows it. */
static bool take_away(struct identity_patch *patch, const char *action)
{
    const struct model *model = patch->analysis->model;
    const struct model_document *document = &model->documents[patch->patch.use->document];
    for (uint32_t i = document->statement_count; i > 0; i--) {
        const struct statement *at = &model->statements[document->first_statement + i - 1];
        json_t *rest, *statement;
        if (!statement_allows_action(at, action))
            continue;
        patch->position = at->position;
        statement = identity_patch_part(patch, action, &rest);
        if (statement == NULL)
            return false;
        policy_json_remove(patch->policy, statement);
    }
    return true;
}

/* The first action of every way that the policy allows: each may be sufficient by itself. */
static json_t *all_keys(const struct identity_patch *patch)
{
    const struct model *model = patch->analysis->model;
    json_t *list = json_array();
    for (size_t i = 0; i < way_count; i++) {
        const char *key = way_first_action(&ways[i]);
        if (model_document_allows(model, patch->patch.use->document, key) != NULL)
            policy_json_add_once(list, json_text(key));
    }
    return list;
}

/* Whether no holder can make itself administrator by the policy any more, in any way. This includes the ways that other
 * rules report, since those skip principals that are reported here. */
static bool is_gone(struct analysis *analysis, const struct finding *finding)
{
    uint32_t account = analysis->model->principals[finding->holders[0]].account;
    struct account_administrators *kept = administrators_set_aside(analysis, account);
    bool gone = true;
    for (const uint32_t *holder = finding->holders; *holder != MODEL_NONE && gone; holder++) {
        const struct administrator *found = administrators_get(analysis, *holder);
        gone = !escalates(found) || found->use == NULL || !policy_use_is_same(found->use, finding->evidence[0].use);
    }
    administrators_put_back(analysis, account, kept);
    return gone;
}

/* The smallest change that closes it, tried in turn: without the action of the way; without all sufficient actions;
 * with a Deny of these if a wildcard allows them. */
static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct identity_patch patch;
    if (!identity_patch_open(analysis, findings, finding, &patch))
        return;
    patch.patch.is_gone = is_gone;
    const struct control_how *how = administrators_get(analysis, finding->holders[0])->by;
    json_t *keys = all_keys(&patch), *one;
    size_t i;
    bool good = take_away(&patch, how->first), done = good && identity_patch_offer(&patch, PATCH_REMOVED);
    if (!done && identity_patch_again(&patch)) {
        good = true;
        json_array_foreach(keys, i, one) good = good && take_away(&patch, json_string_value(one));
        done = good && identity_patch_offer(&patch, PATCH_REMOVED);
    }
    if (!done && identity_patch_again(&patch)) {
        policy_json_append(patch.policy, policy_json_statement("Deny", json_incref(keys)));
        identity_patch_offer(&patch, PATCH_DENIED);
    }
    json_decref(keys);
    identity_patch_close(&patch);
}

/* ---- judging */

/* Holders of one policy that can become administrators by the same actions. */
static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct owned_policy *holders)
{
    const struct model *model = analysis->model;
    const struct administrator *first = administrators_get(analysis, holders->holders[0]);
    const struct model_principal *who = &model->principals[holders->holders[0]];
    char *words = policy_words(holders->use);
    const struct statement *statement = model_document_allows(model, holders->use->document, first->by->first);
    struct finding *finding = finding_add(findings, rule, model->accounts[who->account].id,
                                          policy_resource(holders->use), first->by->actions, statement);
    finding_evidence_add(findings, finding, holders->use, statement);
    policy_hold(findings, finding, holders);
    finding->elaborate = elaborate;
    finding_holds_if(findings, finding, NULL, first->residual);
    if (!first->sure)
        finding_raise(finding, -1);
    finding->detail = finding_text(
        findings, "%s lets %s %s%s become administrator of its account: %s%s.", words, who->is_role ? "role" : "user",
        who->name,
        holders->holder_count > 1 ? finding_text(findings, " (one of %u holders)", holders->holder_count) : "",
        escalation_words(findings, model, first), first->residual == CONSTRAINT_TRUE ? "" : ", under conditions");
    free(words);
}

/* One finding for holders with the same actions. */
static void judge(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                  const struct owned_policy *policy)
{
    uint32_t *same = memory_zeroed(policy->holder_count, sizeof *same);
    bool *told = memory_zeroed(policy->holder_count, sizeof *told);
    for (uint32_t i = 0; i < policy->holder_count; i++) {
        const struct administrator *one = administrators_get(analysis, policy->holders[i]);
        struct owned_policy alike = *policy;
        uint32_t count = 0;
        if (told[i] || !policy_use_is_same(one->use, policy->use))
            continue;
        for (uint32_t j = i; j < policy->holder_count; j++) {
            const struct administrator *other = administrators_get(analysis, policy->holders[j]);
            if (told[j] || other->sure != one->sure || strcmp(other->by->actions, one->by->actions) != 0 ||
                !policy_use_is_same(other->use, policy->use))
                continue;
            told[j] = true;
            same[count++] = policy->holders[j];
        }
        alike.holders = same;
        alike.holder_count = count;
        report(analysis, rule, findings, &alike);
    }
    free(same);
    free(told);
}

void find_privilege_escalation(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct policies policies = {0};
    bool tried = findings->scope.policy != NULL;
    struct administrators *kept = analysis->administrators;
    if (tried)
        analysis->administrators = NULL;
    policies_collect(analysis->model, findings, allows_something, is_told_here, analysis, &policies);
    for (uint32_t i = 0; i < policies.count; i++)
        if (policies.list[i].use->kind == USE_INLINE || policies.list[i].use->kind == USE_MANAGED)
            judge(analysis, rule, findings, &policies.list[i]);
    policies_free(&policies);
    if (tried) {
        administrators_free(analysis->administrators);
        analysis->administrators = kept;
    }
}
