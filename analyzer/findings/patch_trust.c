/*
 * Patches of trust policies that several rules offer.
 */
#include "analyzer/findings/last_use.h"
#include "analyzer/findings/patches.h"
#include "graph/condition.h"

#include <string.h>

/* ---- changes of a policy */

bool patch_remove_statement(json_t *policy, uint32_t position)
{
    json_t *statements = json_object_get(policy, "Statement");
    return json_is_array(statements) && json_array_size(statements) > 1 && json_array_remove(statements, position) == 0;
}

static void add_principal(json_t *principal, const char *member, json_t *value)
{
    json_t *there = json_object_get(principal, member);
    if (there == NULL)
        json_object_set(principal, member, value);
    else if (json_is_array(there))
        json_array_append(there, value);
    else
        json_object_set_new(principal, member, json_pack("[O, O]", there, value));
}

static void insert_statement(json_t *policy, uint32_t position, json_t *statement)
{
    json_t *statements = json_object_get(policy, "Statement");
    if (json_is_array(statements))
        json_array_insert(statements, position + 1, statement);
    else
        json_object_set_new(policy, "Statement", json_pack("[O, O]", statements, statement));
}

uint32_t patch_split(json_t *policy, uint32_t position,
                     bool (*is_one)(const void *context, const char *member, const char *principal),
                     const void *context)
{
    json_t *statement = trust_policy_statement(policy, position);
    json_t *principal = json_object_get(statement, "Principal"), *list;
    json_t *own = json_object(), *others = json_object();
    const char *member;
    uint32_t found = UINT32_MAX;
    json_object_foreach(principal, member, list)
    {
        size_t i, count = json_is_array(list) ? json_array_size(list) : 1;
        for (i = 0; i < count; i++) {
            json_t *value = json_is_array(list) ? json_array_get(list, i) : list;
            bool one = json_is_string(value) && is_one(context, member, json_string_value(value));
            add_principal(one ? own : others, member, value);
        }
    }
    if (json_object_size(own) > 0 && json_object_size(others) == 0) {
        found = position;
    } else if (json_object_size(own) > 0) {
        json_t *alone = json_deep_copy(statement);
        json_object_set(statement, "Principal", others);
        json_object_set(alone, "Principal", own);
        json_object_del(alone, "Sid"); /* must be unique in the policy */
        insert_statement(policy, position, alone);
        json_decref(alone);
        found = position + 1;
    }
    json_decref(others);
    json_decref(own);
    return found;
}

bool patch_require(json_t *policy, uint32_t position, const char *const *operators, const char *key, json_t *values)
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
            if (strcasecmp(operators[i], name) == 0)
                return json_object_set(block, written, values) == 0;
    }
    return statement != NULL && trust_statement_require(statement, operators, key, values);
}

bool patch_is_demand(const char *operator_name)
{
    struct condition_name name;
    return condition_name_parse(operator_name, &name) && !name.op->negated && name.op->family != CONDITION_NULL;
}

/* Takes the key out of a block of its operator; its values are added. */
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
            json_array_append(released, value);
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
    return statement != NULL &&
           trust_statement_require(statement, operators, key,
                                   json_array_size(values) == 1 ? json_array_get(values, 0) : values);
}

bool patch_demand_one(json_t *statement, const char *operator_name, const char *key, const char *value)
{
    json_t *values = json_string(value);
    bool good = values != NULL && patch_demand(statement, operator_name, key, values);
    json_decref(values);
    return good;
}

bool patch_add_once(json_t *list, const char *text)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) if (strcmp(json_string_value(item), text) == 0) return true;
    return json_array_append_new(list, json_string(text)) == 0;
}

/* What a statement that stays names is named in it as it is written. */
static bool is_named_by(const struct statement *statement, const char *written, const char *subject)
{
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        if (strcmp(principal->value, written) == 0 &&
            (strcmp(written, subject) == 0 || (principal->account != NULL && strcmp(principal->account, subject) == 0)))
            return true;
    }
    return false;
}

/* Takes them out of the statement's Principal. Returns how many are left; -1: none of them was there. */
static int remove_subject(json_t *statement, const struct statement *compiled, const char *subject)
{
    json_t *principal = json_object_get(statement, "Principal"), *list, *value;
    const char *member;
    void *next;
    int left = 0, taken = 0;
    json_object_foreach_safe(principal, next, member, list)
    {
        json_t *stay = json_array();
        size_t i, count = json_is_array(list) ? json_array_size(list) : 1;
        for (i = 0; i < count; i++) {
            value = json_is_array(list) ? json_array_get(list, i) : list;
            if (json_is_string(value) && is_named_by(compiled, json_string_value(value), subject))
                taken++;
            else
                json_array_append(stay, value);
        }
        left += (int)json_array_size(stay);
        if (json_array_size(stay) == 0)
            json_object_del(principal, member);
        else if (json_array_size(stay) < count)
            json_object_set(principal, member, json_array_size(stay) == 1 ? json_array_get(stay, 0) : stay);
        json_decref(stay);
    }
    return taken > 0 ? left : -1;
}

static json_t *locked(void)
{
    return json_pack("{s:s, s:[{s:s, s:s, s:s}]}", "Version", "2012-10-17", "Statement", "Effect", "Deny", "Principal",
                     "*", "Action", "sts:AssumeRole*");
}

/* ---- elaborations */

/* Access goes, and the export does not say whose calls used the role. */
static const char *caution_of(struct analysis *analysis, struct findings *findings, const struct finding *finding)
{
    return last_use_is_recent(analysis->model, finding->at.role)
               ? finding_text(findings,
                              "The role was used on %.10s; the export does not say by whom: loaded CloudTrail events "
                              "would.",
                              analysis->model->principals[finding->at.role].last_used)
               : NULL;
}

static void offer_removal(struct analysis *analysis, struct findings *findings, struct finding *finding, json_t *policy)
{
    struct patch patch = {.style = "removed", .document = policy, .caveat = caution_of(analysis, findings, finding)};
    if (patch_remove_statement(policy, finding->at.statement->position)) {
        patch_offer(analysis, findings, finding, &patch);
    } else if (policy != NULL) {
        patch.style = "closed";
        patch.document = locked();
        patch_offer(analysis, findings, finding, &patch);
        json_decref(patch.document);
    }
}

void patch_statement_away(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    offer_removal(analysis, findings, finding, policy);
    json_decref(policy);
}

void patch_subject_away(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    json_t *statement = trust_policy_statement(policy, finding->at.statement->position);
    int left = remove_subject(statement, finding->at.statement, finding->subject);
    if (left > 0) {
        const struct patch patch = {
            .style = "removed", .document = policy, .caveat = caution_of(analysis, findings, finding)};
        patch_offer(analysis, findings, finding, &patch);
    } else if (left == 0) {
        offer_removal(analysis, findings, finding, policy);
    }
    json_decref(policy);
}

bool patch_offer_condition(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct patch *patch, const char *const *operators, const char *key,
                           const char *const *values, size_t value_count)
{
    struct patch own = *patch;
    json_t *list = json_array();
    for (size_t i = 0; i < value_count; i++)
        json_array_append_new(list, json_string(values[i]));
    own.document = trust_policy_json(analysis, finding->at.use);
    bool good = patch_require(own.document, finding->at.statement->position, operators, key,
                              value_count == 1 ? json_array_get(list, 0) : list) &&
                patch_offer(analysis, findings, finding, &own);
    json_decref(own.document);
    json_decref(list);
    return good;
}
