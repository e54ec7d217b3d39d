/*
 * Patches of trust policies that several rules offer.
 */
#include "analyzer/findings/facts/last_use.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_accepted.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/patches/policy_extent.h"
#include "graph/policy/condition.h"
#include "ingest/support/json_build.h"

#include <string.h>

/* ---- changes of a policy */

bool patch_remove_statement(json_t *policy, uint32_t position)
{
    json_t *statements = json_object_get(policy, "Statement");
    return json_is_array(statements) && json_array_size(statements) > 1 && json_array_remove(statements, position) == 0;
}

/* Adds a condition as trust_statement_require does, or replaces the values of the same key under one of the
 * operators. */
static bool require(json_t *policy, uint32_t position, const char *const *operators, const char *key, json_t *values)
{
    json_t *statement = trust_policy_statement(policy, position);
    json_t *condition = json_object_get(statement, "Condition"), *block;
    const char *name, *written;
    json_t *value;
    json_object_foreach(condition, name, block) json_object_foreach(block, written, value)
    {
        if (strcasecmp(written, key) != 0)
            continue;
        for (size_t i = 0; operators[i] != NULL; i++)
            if (strcasecmp(operators[i], name) == 0) {
                json_put(block, written, json_incref(values));
                return true;
            }
    }
    return statement != NULL && trust_statement_require(statement, operators, key, values);
}

bool patch_is_demand(const char *operator_name)
{
    struct condition_name name;
    return condition_name_parse(operator_name, &name) && !name.op->negated && name.op->family != CONDITION_NULL;
}

/* Removes the key from a block of its operator; its values are added to the list. */
static bool release_from(json_t *block, const char *key, json_t *released)
{
    const char *written;
    json_t *value;
    void *next;
    json_object_foreach_safe(block, next, written, value)
    {
        if (strcasecmp(written, key) != 0)
            continue;
        if (json_is_array(value))
            json_array_extend(released, value);
        else
            json_add(released, json_incref(value));
        json_object_del(block, written);
        return true;
    }
    return false;
}

json_t *patch_release(json_t *statement, const char *key)
{
    json_t *condition = json_object_get(statement, "Condition"), *block, *released = json_array();
    const char *operator_name;
    void *next;
    size_t blocks = 0;
    json_object_foreach_safe(condition, next, operator_name, block)
    {
        if (!patch_is_demand(operator_name) || !release_from(block, key, released))
            continue;
        blocks++;
        if (json_object_size(block) == 0)
            json_object_del(condition, operator_name);
    }
    if (blocks < 2)
        return released;
    json_decref(released);
    return NULL;
}

bool patch_demand(json_t *statement, const char *operator_name, const char *key, json_t *values)
{
    const char *const operators[] = {operator_name, NULL};
    json_decref(patch_release(statement, key));
    return statement != NULL && trust_statement_require(statement, operators, key, policy_json_written(values));
}

bool patch_demand_one(json_t *statement, const char *operator_name, const char *key, const char *value)
{
    json_t *values = json_text(value);
    bool good = patch_demand(statement, operator_name, key, values);
    json_decref(values);
    return good;
}

static bool is_subject(const struct statement_principal *principal, const void *context)
{
    return strcmp(principal->value, context) == 0;
}

json_t *patch_locked_policy(void)
{
    json_t *statement = json_object();
    json_put(statement, "Effect", json_text("Deny"));
    json_put(statement, "Principal", json_text("*"));
    json_put(statement, "Action", json_text("sts:AssumeRole*"));
    return policy_json_document(statement);
}

/* ---- elaborations */

/* Removes access, and the export does not say whose calls used the role. */
static const char *caution_of(struct analysis *analysis, struct findings *findings, const struct finding *finding)
{
    return last_use_is_recent(analysis->model, finding->at.role)
               ? finding_text(
                     findings,
                     "The role was used on %.10s; the export does not say by whom (loaded CloudTrail events would).",
                     analysis->model->principals[finding->at.role].last_used)
               : NULL;
}

/* A policy that lets nobody in. */
static void offer_closed(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         const char *caveat)
{
    struct patch patch = {.style = PATCH_CLOSED, .document = patch_locked_policy(), .caveat = caveat};
    patch_offer(analysis, findings, finding, &patch);
    json_decref(patch.document);
}

/* The policy without the removed part; if nothing remains, one that admits nobody. */
static void offer_rest(struct analysis *analysis, struct findings *findings, struct finding *finding, json_t *policy,
                       bool left, const char *caveat)
{
    struct patch patch = {.style = PATCH_REMOVED, .document = policy, .caveat = caveat};
    if (policy == NULL)
        return;
    if (left && accepted_policy_is_left(analysis->model, finding->at.role, policy))
        patch_offer(analysis, findings, finding, &patch);
    else
        offer_closed(analysis, findings, finding, caveat);
}

static void offer_removal(struct analysis *analysis, struct findings *findings, struct finding *finding, json_t *policy,
                          const char *caveat)
{
    bool left = patch_remove_statement(policy, finding->at.statement->position);
    offer_rest(analysis, findings, finding, policy, left, caveat);
}

void patch_statement_away(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    offer_removal(analysis, findings, finding, policy, caution_of(analysis, findings, finding));
    json_decref(policy);
}

static bool let_somebody_in(struct analysis *analysis, const struct trust_statement *at,
                            const struct principals_meant *meant)
{
    const struct statement_principal *principal;
    for (uint32_t i = 0; (principal = trust_named(at->statement, i)) != NULL; i++) {
        struct caller caller;
        if (meant->is(principal, meant->context) && trust_caller(analysis, principal, &caller) &&
            trust_lets_in_named(analysis, &caller, at))
            return true;
    }
    return false;
}

void patch_principals_away(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct principals_meant *meant, const char *caveat)
{
    enum policy_rest rest = policy_extent_rest(policy_extent_of(analysis, findings, finding->at.role, finding->at.use),
                                               analysis->model, meant);
    if (rest == REST_TOO_LONG)
        return;
    const char *caution =
        let_somebody_in(analysis, &finding->at, meant) ? caution_of(analysis, findings, finding) : NULL;
    if (caveat != NULL)
        caution = caution == NULL ? caveat : finding_text(findings, "%s %s", caveat, caution);
    if (rest == REST_NOBODY) {
        offer_closed(analysis, findings, finding, caution);
        return;
    }
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    json_t *statement = trust_policy_statement(policy, finding->at.statement->position);
    int left = patch_remove_principals(statement, meant);
    if (left > 0)
        offer_rest(analysis, findings, finding, policy, true, caution);
    else if (left == 0 && !finding->at.statement->not_principal)
        offer_removal(analysis, findings, finding, policy, caution);
    json_decref(policy);
}

void patch_subject_away(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct principals_meant subject = {finding->at.statement, is_subject, finding->subject};
    patch_principals_away(analysis, findings, finding, &subject, NULL);
}

void patch_account_away(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct principals_meant subject = {finding->at.statement, patch_is_of_account, finding->subject};
    patch_principals_away(analysis, findings, finding, &subject, NULL);
}

void patch_vendor_away(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct principals_meant subject = {finding->at.statement, patch_is_of_account, finding->subject};
    patch_principals_away(analysis, findings, finding, &subject, "Only if the vendor is no longer in use.");
}

void patch_offer_other_name(struct analysis *analysis, struct findings *findings, struct finding *finding,
                            const char *arn, bool opens)
{
    const struct principals_meant subject = {finding->at.statement, is_subject, finding->subject};
    struct patch patch = {
        .style = PATCH_CORRECTED, .document = trust_policy_json(analysis, finding->at.use), .opens = opens};
    json_t *statement = trust_policy_statement(patch.document, finding->at.statement->position);
    json_t *names = json_array();
    json_add(names, json_text(arn));
    if (patch_remove_principals(statement, &subject) >= 0) {
        patch_add_principals(statement, names);
        patch_offer(analysis, findings, finding, &patch);
    }
    json_decref(names);
    json_decref(patch.document);
}

bool patch_offer_condition(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct patch *patch, const char *const *operators, const char *key,
                           const char *const *values, size_t value_count)
{
    const struct policy_extent *extent = policy_extent_of(analysis, findings, finding->at.role, finding->at.use);
    struct patch own = *patch;
    if (policy_extent_is_over_without(extent, finding->at.statement->position))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < value_count; i++)
        json_add(list, json_text(values[i]));
    own.document = trust_policy_json(analysis, finding->at.use);
    bool good = require(own.document, finding->at.statement->position, operators, key, policy_json_written(list)) &&
                patch_offer(analysis, findings, finding, &own);
    json_decref(own.document);
    json_decref(list);
    return good;
}
