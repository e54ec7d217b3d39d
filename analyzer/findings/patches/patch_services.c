/*
 * Patches of trusts in services: the account for which a service must act, whose certificates it may accept, its
 * correct name.
 */
#include "analyzer/findings/facts/service_sources.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "ingest/policy/services.h"
#include "ingest/support/json_build.h"

#include <stdio.h>
#include <string.h>

#define REGION "REGION"

static const struct model_account *home_of(const struct analysis *analysis, const struct finding *finding)
{
    return &analysis->model->accounts[finding->at.who->account];
}

static bool is_service(const void *context, const char *member, const char *principal)
{
    return strcmp(member, "Service") == 0 && strcmp(principal, context) == 0;
}

/* The statement that names only this service; NULL: there can be none. */
static json_t *statement_of_service(json_t *policy, const struct finding *finding)
{
    uint32_t position = patch_split(policy, finding->at.statement->position, is_service, finding->subject);
    return position != UINT32_MAX ? trust_policy_statement(policy, position) : NULL;
}

/* ---- service-confused-deputy */

static bool is_deputy(const void *context, const char *member, const char *principal)
{
    const struct service *service = strcmp(member, "Service") == 0 ? service_find(principal) : NULL;
    (void)context;
    return service != NULL && (service->traits & SERVICE_SAYS_FOR_WHOM) != 0;
}

static void offer_own_account(struct analysis *analysis, struct findings *findings, struct finding *finding,
                              json_t *policy)
{
    const char *home = home_of(analysis, finding)->id;
    uint32_t position = patch_split(policy, finding->at.statement->position, is_deputy, NULL);
    const struct patch patch = {
        .style = PATCH_SOURCE,
        .document = policy,
        .stays = finding->caller,
        .caveat = finding_text(
            findings, "If the service should also act for resources of another account, add that account to %s.",
            home)};
    if (position != UINT32_MAX &&
        patch_demand_one(trust_policy_statement(policy, position), "StringEquals", "aws:SourceAccount", home))
        patch_offer(analysis, findings, finding, &patch);
}

/* The value of the key, with a foreign account replaced by the role's account. New reference. */
static json_t *brought_home(struct analysis *analysis, const struct finding *finding, const char *key, json_t *value)
{
    const char *text = json_string_value(value), *account = text != NULL ? source_account(key, text) : NULL;
    if (account == NULL || !source_is_foreign(analysis, account))
        return json_incref(value);
    return json_text_format("%.*s%s%s", (int)(account - text), text, home_of(analysis, finding)->id, account + 12);
}

/* Without duplicates. *opens: it adds one that was not there. */
static void bring_home(struct analysis *analysis, const struct finding *finding, json_t *block, const char *key,
                       json_t *values, bool *opens)
{
    json_t *before = json_listed(values), *after = json_array(), *value;
    size_t i;
    json_array_foreach(before, i, value)
    {
        json_t *now = brought_home(analysis, finding, key, value);
        *opens = *opens || !policy_json_has(before, now);
        policy_json_add_once(after, now);
    }
    json_put(block, key, json_incref(policy_json_written(after)));
    json_decref(after);
    json_decref(before);
}

static void offer_without_foreign(struct analysis *analysis, struct findings *findings, struct finding *finding,
                                  json_t *policy)
{
    json_t *statement = trust_policy_statement(policy, finding->at.statement->position), *block, *values;
    const char *operator_name, *key;
    struct patch patch = {.style = PATCH_CORRECTED,
                          .document = policy,
                          .caveat = "If the account is yours after all, list it in --trusted-accounts instead."};
    json_object_foreach(json_object_get(statement, "Condition"), operator_name, block)
    {
        json_t *now = json_copy(block);
        json_object_foreach(block, key, values) if (patch_is_demand(operator_name))
            bring_home(analysis, finding, now, key, values, &patch.opens);
        json_put(json_object_get(statement, "Condition"), operator_name, now);
    }
    patch_offer(analysis, findings, finding, &patch);
}

void patch_confused_deputy(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    if (finding_has_code(finding, CODE_DEPUTY_FOREIGN_SOURCE))
        offer_without_foreign(analysis, findings, finding, policy);
    else
        offer_own_account(analysis, findings, finding, policy);
    json_decref(policy);
}

/* ---- service-principal-unknown */

#define SUFFIX ".amazonaws.com"
#define NAME_SIZE 256u

/* The service in the table with that name before the suffix. False: there is none. */
static bool right_name(const char *written, char name[NAME_SIZE])
{
    static const char *const ends[] = {".amazonaws", ".amazon", ".aws"};
    size_t length = strlen(written);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const char *end = strstr(written, ends[i]);
        length = end != NULL && (size_t)(end - written) < length ? (size_t)(end - written) : length;
    }
    if (length == 0 || length >= NAME_SIZE - sizeof SUFFIX)
        return false;
    snprintf(name, NAME_SIZE, "%.*s" SUFFIX, (int)length, written);
    return service_find(name) != NULL && strcmp(name, written) != 0;
}

static bool rename_service(json_t *statement, const char *from, const char *to)
{
    json_t *principal = json_object_get(statement, "Principal");
    json_t *services = json_listed(json_object_get(principal, "Service")), *service;
    bool done = false;
    size_t i;
    json_array_foreach(services, i,
                       service) if (!done && json_is_string(service) && strcmp(json_string_value(service), from) == 0)
    {
        json_replace(services, i, json_text(to));
        done = true;
    }
    if (done)
        json_put(
            principal, "Service",
            json_incref(json_is_array(json_object_get(principal, "Service")) ? services : json_array_get(services, 0)));
    json_decref(services);
    return done;
}

void patch_unknown_service(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    char name[NAME_SIZE];
    bool sure = right_name(finding->subject, name);
    const char *near = sure ? NULL : service_nearest(finding->subject);
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    struct patch patch = {.style = PATCH_RENAMED, .document = policy, .opens = finding->at.statement->allow};
    if (near != NULL) {
        snprintf(name, sizeof name, "%s" SUFFIX, near);
        patch.caveat = finding_text(findings, "Check that %s is the intended service.", name);
    }
    bool offered =
        (sure || near != NULL) &&
        rename_service(trust_policy_statement(policy, finding->at.statement->position), finding->subject, name) &&
        patch_offer(analysis, findings, finding, &patch);
    json_decref(policy);
    if (!offered || !sure)
        patch_subject_away(analysis, findings, finding);
}

/* ---- rolesanywhere-unbound */

void patch_rolesanywhere(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct model_account *home = home_of(analysis, finding);
    json_t *policy = trust_policy_json(analysis, finding->at.use), *statement = statement_of_service(policy, finding);
    bool anchor = finding_has_code(finding, CODE_ROLESANYWHERE_ANY_ANCHOR);
    bool certificate = !constraint_forces_presence(analysis->pool, finding->holds_if, "aws:PrincipalTag/x509*") &&
                       !constraint_forces_presence(analysis->pool, finding->holds_if, "sts:SourceIdentity");
    struct patch patch = {.style = PATCH_SOURCE, .document = policy, .stays = finding->caller};
    patch.fill_in = !certificate ? "REGION and ANCHOR_ID: from the trust anchor's ARN"
                    : !anchor    ? "COMMON_NAME: the CN in the subject of the intended certificates"
                              : "REGION and ANCHOR_ID: from the trust anchor's ARN; COMMON_NAME: the CN in the subject "
                                "of the intended certificates";
    if (statement != NULL &&
        (!anchor || patch_demand_one(statement, "ArnEquals", "aws:SourceArn",
                                     finding_text(findings, "arn:%s:rolesanywhere:" REGION ":%s:trust-anchor/ANCHOR_ID",
                                                  home->partition, home->id))) &&
        (!certificate || patch_demand_one(statement, "StringEquals", "aws:PrincipalTag/x509Subject/CN", "COMMON_NAME")))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(policy);
}

/* ---- eks-subject-broad, by pod identity */

void patch_pod_identity(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct model_account *home = home_of(analysis, finding);
    json_t *policy = trust_policy_json(analysis, finding->at.use), *statement = statement_of_service(policy, finding);
    const struct patch patch = {.style = PATCH_SOURCE,
                                .document = policy,
                                .stays = finding->caller,
                                .fill_in = "REGION and CLUSTER: from the ARN of the intended cluster",
                                .caveat = "All of the cluster's associations with the role still get in; "
                                          "aws:RequestTag/kubernetes-namespace limits it to a namespace."};
    if (statement != NULL &&
        patch_demand_one(statement, "ArnEquals", "aws:SourceArn",
                         finding_text(findings, "arn:%s:eks:" REGION ":%s:cluster/CLUSTER", home->partition, home->id)))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(policy);
}
