/*
 * Patches of the only policy by which non-administrators may change an identity provider.
 */
#include "analyzer/findings/patches/patch_providers.h"

#include "analyzer/findings/facts/holders.h"
#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_identity.h"
#include "ingest/policy/policy.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool allows_one(const struct model *model, const struct policy_use *use, const char *const *actions)
{
    return use->document != MODEL_NONE && document_allows_any(model, &model->documents[use->document], actions);
}

/* The policy of these principals that allows one of the actions. NULL: there are several. */
static const struct policy_use *only_policy(const struct model *model, const uint32_t *principals, uint32_t count,
                                            const char *const *actions)
{
    const struct policy_use *found = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct model_principal *who = &model->principals[principals[i]];
        for (uint32_t j = 0; j < who->policy_count; j++) {
            const struct policy_use *use = &model->uses[who->first_policy + j];
            if (!allows_one(model, use, actions))
                continue;
            if (found != NULL && !policy_use_is_same(found, use))
                return NULL;
            found = use;
        }
    }
    return found;
}

/* The account's holders of the policy, ascending. malloc'ed. */
static uint32_t *holders_of(const struct model *model, const struct model_account *account,
                            const struct policy_use *policy, uint32_t *count)
{
    uint32_t *holders = memory_zeroed(account->principal_count, sizeof *holders);
    *count = 0;
    for (uint32_t i = account->first_principal; i < account->first_principal + account->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        bool has = who->boundary != NULL && policy_use_is_same(who->boundary, policy);
        for (uint32_t j = 0; j < who->policy_count && !has; j++)
            has = policy_use_is_same(&model->uses[who->first_policy + j], policy);
        if (has)
            holders[(*count)++] = i;
    }
    return holders;
}

static bool is_one_of(const char *const *actions, const char *entry)
{
    for (; *actions != NULL; actions++)
        if (strcasecmp(*actions, entry) == 0)
            return true;
    return false;
}

static bool covers_one(const char *const *actions, const char *entry)
{
    for (; *actions != NULL; actions++)
        if (policy_action_matches(entry, *actions))
            return true;
    return false;
}

/* Removes the actions from an Allow. *wider: what remains still allows one of them. False: nothing remains. */
static bool take_out(json_t *statement, const char *const *actions, bool *wider)
{
    json_t *written = json_object_get(statement, "Action"), *entry, *stay = json_array();
    json_t *before = json_listed(written);
    size_t i;
    *wider = *wider || written == NULL;
    json_array_foreach(before, i, entry)
    {
        const char *text = json_is_string(entry) ? json_string_value(entry) : "";
        if (is_one_of(actions, text))
            continue;
        json_add(stay, json_incref(entry));
        *wider = *wider || covers_one(actions, text);
    }
    bool left = written == NULL || json_array_size(stay) > 0;
    if (left && json_array_size(stay) < json_array_size(before))
        policy_json_set(statement, "Action", stay);
    json_decref(before);
    json_decref(stay);
    return left;
}

static void take_out_of_all(struct identity_patch *patch, const char *const *actions, bool *wider)
{
    json_t *statements = json_object_get(patch->policy, "Statement");
    size_t count = json_is_array(statements) ? json_array_size(statements) : 1;
    for (size_t i = count; i-- > 0;) {
        json_t *statement = trust_policy_statement(patch->policy, (uint32_t)i);
        const char *effect = json_string_value(json_object_get(statement, "Effect"));
        if (effect != NULL && strcmp(effect, "Allow") == 0 && !take_out(statement, actions, wider))
            policy_json_remove(patch->policy, statement);
    }
}

/* A Deny of the actions, if a wildcard allows them. */
static json_t *denial(const char *const *actions)
{
    json_t *list = json_array();
    for (; *actions != NULL; actions++)
        json_add(list, json_text(*actions));
    return policy_json_statement("Deny", list);
}

void patch_provider_editors(struct analysis *analysis, struct findings *findings, struct finding *finding,
                            const uint32_t *editors, uint32_t count, const char *const *actions,
                            bool (*is_gone)(struct analysis *analysis, const struct finding *finding))
{
    const struct model *model = analysis->model;
    const struct policy_use *use = only_policy(model, editors, count, actions);
    if (use == NULL || policy_is_of_aws(use))
        return;
    struct identity_patch patch = {.analysis = analysis, .findings = findings, .finding = finding};
    const struct model_account *account = &model->accounts[model->principals[editors[0]].account];
    uint32_t *holders = holders_of(model, account, use, &patch.patch.holder_count);
    bool wider = false;
    patch.patch.use = use;
    patch.patch.holders = holders;
    patch.patch.is_gone = is_gone;
    patch.policy = trust_policy_json(analysis, use);
    if (patch.policy != NULL) {
        take_out_of_all(&patch, actions, &wider);
        if (wider)
            policy_json_append(patch.policy, denial(actions));
        identity_patch_offer(&patch, PATCH_REMOVED);
    }
    identity_patch_close(&patch);
    free(holders);
}
