#include "analyzer/findings/patches/patch_identity.h"
#include "analyzer/findings/facts/kept_access.h"

#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_command.h"
#include "analyzer/findings/patches/policy_extent.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/policy.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CALLS_ASKED 1000u /* decided twice each */

bool identity_patch_again(struct identity_patch *patch)
{
    json_decref(patch->policy);
    patch->policy = trust_policy_json(patch->analysis, patch->patch.use);
    patch->patch.document = patch->policy;
    return trust_policy_statement(patch->policy, patch->position) != NULL;
}

/* Determines the policy, its holders and the statement. */
static bool prepare(struct analysis *analysis, struct findings *findings, struct finding *finding,
                    struct identity_patch *patch)
{
    const struct policy_use *use = finding->evidence_count > 0 ? finding->evidence[0].use : NULL;
    const uint32_t *holders = finding->about;
    *patch = (struct identity_patch){.analysis = analysis, .findings = findings, .finding = finding};
    if (use == NULL || holders == NULL || use->document == MODEL_NONE)
        return false;
    if (policy_is_of_aws(use)) {
        if (finding->severity == SEVERITY_INFO)
            return false; /* nobody needs to act */
        finding_set_fix(finding,
                        finding_text(findings,
                                     "AWS manages the policy %s and nobody else can change it: detach it, and attach "
                                     "your own policy with what is needed.",
                                     use->name));
        return false;
    }
    patch->position = finding->statement->position;
    patch->patch.use = use;
    patch->patch.holders = holders;
    while (holders[patch->patch.holder_count] != MODEL_NONE)
        patch->patch.holder_count++;
    return true;
}

static bool read_first(struct identity_patch *patch)
{
    bool good = identity_patch_again(patch);
    if (!good)
        identity_patch_close(patch);
    return good;
}

bool identity_patch_open(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         struct identity_patch *patch)
{
    return prepare(analysis, findings, finding, patch) && read_first(patch);
}

bool identity_patch_open_part(struct analysis *analysis, struct findings *findings, struct finding *finding,
                              struct identity_patch *patch)
{
    return prepare(analysis, findings, finding, patch) &&
           !policy_extent_is_over_without(policy_extent_of(analysis, findings, MODEL_NONE, patch->patch.use),
                                          patch->position) &&
           read_first(patch);
}

void identity_patch_close(struct identity_patch *patch)
{
    json_decref(patch->policy);
    kept_calls_free(&patch->kept);
    *patch = (struct identity_patch){0};
}

bool identity_patch_keep_roles(struct identity_patch *patch)
{
    patch->patch.keeps = &patch->kept;
    if (kept_calls_all(patch->analysis, patch->patch.holders, patch->patch.holder_count, CALLS_ASKED, &patch->kept))
        return true;
    patch_not_offered(
        patch->findings, patch->finding,
        "No patch is offered: its holders assume more than 1,000 roles, each of which would have to stay.");
    return false;
}

/* ---- statements */

/* Replaces the member `old`. */
static void put_in_place(json_t *statement, const char *old, const char *member, json_t *list)
{
    json_t *as_written = json_copy(statement), *value;
    const char *name;
    json_object_clear(statement);
    json_object_foreach(as_written, name, value)
    {
        if (strcmp(name, old) == 0)
            policy_json_set(statement, member, list);
        else
            json_put(statement, name, json_incref(value));
    }
    json_decref(as_written);
}

/* ---- actions */

/* The other actions that a pattern of the service may cover: together everything except sts:AssumeRole. */
static const char *const other_sts_actions[] = {
    "sts:AssumeRoleWith*", "sts:AssumeRoot", "sts:DecodeAuthorizationMessage", "sts:Get*", "sts:Set*", "sts:Tag*"};

/* Whether the action is part of assuming a role, or useless without it. */
static bool belongs_to_assuming(const char *action)
{
    enum sts_action_id id = sts_action_find(action);
    return (id >= STS_FIRST_BESIDE && id < STS_ACTION_COUNT) ||
           pattern_matches_ignoring_case("sts:AssumeRole*", action);
}

static bool is_everything(const char *action)
{
    return action[0] != '\0' && action[strspn(action, "*:")] == '\0';
}

/* Adds an entry of Action to one of the two lists. False: it cannot be split. */
static bool sort_action(const char *entry, const char *action, json_t *part, json_t *rest)
{
    bool assuming = strcmp(action, "sts:AssumeRole") == 0;
    if (strcasecmp(entry, action) == 0 || (assuming && belongs_to_assuming(entry)))
        json_add(part, json_text(entry));
    else if (!policy_action_matches(entry, action))
        json_add(rest, json_text(entry));
    else if (!assuming || strncasecmp(entry, "sts:", 4) != 0)
        return false;
    else {
        json_add(part, json_text(action));
        for (size_t i = 0; i < sizeof other_sts_actions / sizeof other_sts_actions[0]; i++)
            if (pattern_matches_ignoring_case(entry, other_sts_actions[i]))
                json_add(rest, json_text(other_sts_actions[i]));
    }
    return true;
}

/* Splits the statement in two; it keeps the rest. */
static json_t *split(struct identity_patch *patch, json_t *statement, const char *member, json_t *part,
                     const char *rest_member, json_t *rest_list)
{
    json_t *own = policy_json_copy(statement);
    put_in_place(own, member, "Action", part);
    put_in_place(statement, member, rest_member, rest_list);
    policy_json_insert(patch->policy, statement, own);
    return own;
}

static json_t *part_of_actions(struct identity_patch *patch, json_t *statement, const char *action, json_t *part,
                               json_t *rest, json_t **rest_statement)
{
    json_t *actions = json_listed(json_object_get(statement, "Action")), *entry;
    bool everything = false, good = true;
    size_t i;
    json_array_foreach(actions, i, entry) everything =
        everything || (json_is_string(entry) && is_everything(json_string_value(entry)));
    json_array_foreach(actions, i, entry) good =
        good && (everything || (json_is_string(entry) && sort_action(json_string_value(entry), action, part, rest)));
    json_decref(actions);
    if (!good || (json_array_size(part) == 0 && !everything))
        return NULL;
    if (!everything && json_array_size(rest) == 0)
        return statement;
    if (everything) {
        json_add(part, json_text(action));
        json_add(rest, json_text(action));
    }
    *rest_statement = statement;
    return split(patch, statement, "Action", part, everything ? "NotAction" : "Action", rest);
}

json_t *identity_patch_part(struct identity_patch *patch, const char *action, json_t **rest_statement)
{
    json_t *statement = trust_policy_statement(patch->policy, patch->position), *found = NULL;
    json_t *part = json_array(), *except = json_object_get(statement, "NotAction");
    *rest_statement = NULL;
    if (except == NULL) {
        json_t *rest = json_array();
        found = part_of_actions(patch, statement, action, part, rest, rest_statement);
        json_decref(rest);
    } else {
        json_t *more = json_listed(except);
        json_add(part, json_text(action));
        json_add(more, json_text(action));
        *rest_statement = statement;
        found = split(patch, statement, "NotAction", part, "NotAction", more);
        json_decref(more);
    }
    json_decref(part);
    return found;
}

/* ---- resources */

json_t *identity_resources(const json_t *statement)
{
    return json_listed(json_object_get(statement, "Resource"));
}

void identity_set_resources(json_t *statement, json_t *resources)
{
    put_in_place(statement, json_object_get(statement, "NotResource") != NULL ? "NotResource" : "Resource", "Resource",
                 resources);
}

/* ---- offers */

/* A policy needs a statement, so the policy on trial allows something that needs no permission. */
static bool offer_deletion(struct identity_patch *patch)
{
    struct patch tried = patch->patch;
    tried.style = PATCH_REMOVED;
    tried.document = policy_json_document(policy_json_statement("Allow", json_text("sts:GetCallerIdentity")));
    bool good = patch_holds(patch->analysis, patch->findings, patch->finding, &tried);
    char *command = good ? patch_deletion_command(tried.use) : NULL;
    if (good)
        patch->finding->fix =
            finding_text(patch->findings, "%s The policy holds nothing else: delete it%s%s%s.", patch->finding->fix,
                         command != NULL ? " with `" : "", command != NULL ? command : " after detaching it everywhere",
                         command != NULL ? "`" : "");
    free(command);
    json_decref(tried.document);
    return good;
}

bool identity_patch_offer(struct identity_patch *patch, enum patch_style style)
{
    patch->patch.style = style;
    patch->patch.document = patch->policy;
    const json_t *statements = json_object_get(patch->policy, "Statement");
    if (!json_is_object(statements) && json_array_size(statements) == 0)
        return offer_deletion(patch);
    return patch_offer(patch->analysis, patch->findings, patch->finding, &patch->patch);
}
