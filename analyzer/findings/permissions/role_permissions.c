/*
 * Permissions to assume roles that lead nowhere, or out of the organization.
 */
#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_roles.h"
#include "analyzer/findings/rules.h"
#include "graph/policy/pattern.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_SHOWN 3
#define HOLDERS_FREE 256u /* holders of one policy that are decided one by one; more take steps */
#define STRANGER "000000000000"
#define USED_CAVEAT                                                                                                    \
    "The export does not show whether roles elsewhere are used: CloudTrail events of the holders' calls to "           \
    "sts:AssumeRole do."
#define FOREIGN_ORGANIZATION "o-stranger00"

/* The account part of a Resource pattern. False: the pattern has no such part. */
static bool account_part(const char *pattern, const char **account, size_t *length)
{
    const char *at = pattern;
    for (int colons = 0; colons < 4; colons++) {
        at = strchr(at, ':');
        if (at == NULL)
            return false;
        at++;
    }
    *account = at;
    *length = strcspn(at, ":");
    return at[*length] == ':' && strncmp(at + *length, ":role/", 6) == 0;
}

static bool grants_roles(const struct statement *statement)
{
    return statement->allow && statement->broken == NULL && !statement->not_resource &&
           statement_covers_sts(statement, STS_ASSUME_ROLE);
}

static bool names_roles(const struct statement *statement)
{
    return grants_roles(statement) && statement->resource_count > 0 &&
           !(statement->resource_count == 1 && strcmp(statement->resources[0], "*") == 0);
}

static const char *holders_words(struct findings *findings, const struct model *model,
                                 const struct owned_policy *policy)
{
    const struct model_principal *first = &model->principals[policy->holders[0]];
    if (policy->holder_count == 1)
        return finding_text(findings, "%s %s", first->is_role ? "role" : "user", first->name);
    return finding_text(findings, "%u users and roles", policy->holder_count);
}

static void list_holders(const struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    uint32_t count;
    if (findings->brief)
        return;
    finding->facts = json_object();
    json_put(finding->facts, "holders", policy_held_json(analysis->model, findings, finding, &count));
}

static struct finding *add_finding(const struct finding_rule *rule, struct findings *findings,
                                   const struct owned_policy *policy, const struct statement *statement,
                                   finding_elaboration *elaborate)
{
    struct finding *finding =
        finding_add(findings, rule, policy->account, policy_resource(policy->use), policy->use->name, statement);
    finding_evidence_add(findings, finding, policy->use, statement);
    policy_hold(findings, finding, policy);
    finding->elaborate = elaborate;
    return finding;
}

/* The policy being changed, as the rule judges it. */
static struct owned_policy policy_of(const struct identity_patch *patch)
{
    return (struct owned_policy){.use = patch->patch.use,
                                 .account = patch->finding->account,
                                 .holders = patch->patch.holders,
                                 .holder_count = patch->patch.holder_count,
                                 .bound = MODEL_NONE};
}

/* Names, at most NAMES_SHOWN of them. */
struct named {
    struct text text;
    uint32_t count;
};

static void name(struct named *named, const char *what)
{
    if (named->count++ < NAMES_SHOWN)
        text_format(&named->text, "%s%s", named->count > 1 ? ", " : "", what);
}

static const char *named_words(struct findings *findings, struct named *named)
{
    if (named->count > NAMES_SHOWN)
        return finding_text(findings, "%s and %u more", named->text.data, named->count - NAMES_SHOWN);
    return finding_text(findings, "%s", named->text.data);
}

/* ---- permissions that lead nowhere */

/* Why none of the holders can, for the first one. */
static const char *why_not(struct analysis *analysis, uint32_t holder, uint32_t role)
{
    static const char *const words[] = {
        [REASON_GRANTED] = "",
        [REASON_CANNOT_CALL] = "STS does not accept such a call",
        [REASON_ACCOUNT_CLOSED] = "one of the two accounts is closed or suspended",
        [REASON_INVALID_POLICY] = "its trust policy is not valid",
        [REASON_EXPLICIT_DENY] = "a statement denies it",
        [REASON_RCP] = "an RCP denies it",
        [REASON_SCP] = "an SCP denies it",
        [REASON_NO_TRUST] = "its trust policy does not trust the caller",
        [REASON_NO_IDENTITY_PERMISSION] = "the permission's conditions can never be met for it",
        [REASON_BOUNDARY] = "the permissions boundary of the caller does not allow it",
        [REASON_UNSATISFIABLE_CONDITIONS] = "the conditions of both sides contradict each other",
    };
    struct decision decision = {0};
    struct decision_question question = {.role = role, .now = analysis->now};
    caller_of_principal(analysis->model, holder, &question.caller);
    decision_decide(analysis->evaluator, &question, &decision);
    return words[decision.reason];
}

static bool is_no_holder(uint32_t caller, const struct edge *edge, void *context)
{
    const struct owned_policy *policy = context;
    return edge->kind != EDGE_ASSUME ||
           bsearch(&caller, policy->holders, policy->holder_count, sizeof caller, order_numbers) == NULL;
}

static bool some_holder_can(struct analysis *analysis, const struct owned_policy *policy, uint32_t role)
{
    struct owned_policy copy = *policy;
    if (policy->holder_count > HOLDERS_FREE) /* only a few of them can */
        return !edges_each_caller(analysis->edges, role, is_no_holder, &copy);
    for (uint32_t i = 0; i < policy->holder_count; i++)
        if (edges_between(analysis->edges, policy->holders[i], role) != NULL)
            return true;
    return false;
}

/* Whether the export has all roles of the account. */
static bool knows_roles_of(const struct model *model, const char *pattern)
{
    char id[13] = "";
    const char *at;
    size_t length;
    if (!account_part(pattern, &at, &length) || length != 12)
        return false;
    memcpy(id, at, 12);
    uint32_t account = model_find_account(model, id);
    return account != MODEL_NONE && model->accounts[account].detail != ACCOUNT_NOT_EXPORTED &&
           !model->accounts[account].truncated;
}

enum { LEADS_ON, MISSING, CLOSED, UNKNOWN };

/* Whether a Resource lets nobody assume anything; *role is set if it is CLOSED. */
static int is_dead(struct analysis *analysis, const struct owned_policy *policy, const char *arn, uint32_t *role)
{
    if (pattern_has_wildcard(arn) || strstr(arn, "${") != NULL || !knows_roles_of(analysis->model, arn))
        return UNKNOWN;
    *role = model_find_arn(analysis->model, arn);
    if (*role == MODEL_NONE)
        return MISSING;
    return some_holder_can(analysis, policy, *role) ? LEADS_ON : CLOSED;
}

static void elaborate_dead(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct identity_patch patch;
    list_holders(analysis, findings, finding);
    if (!identity_patch_open_part(analysis, findings, finding, &patch))
        return;
    const struct owned_policy policy = policy_of(&patch);
    json_t *rest, *statement = identity_patch_part(&patch, "sts:AssumeRole", &rest), *value;
    json_t *all = identity_resources(statement), *left = json_array();
    uint32_t role;
    size_t i;
    json_array_foreach(all, i, value)
    {
        int state = json_is_string(value) ? is_dead(analysis, &policy, json_string_value(value), &role) : UNKNOWN;
        if (state != MISSING && state != CLOSED)
            json_add(left, json_incref(value));
    }
    if (statement != NULL) {
        roles_leave(&patch, statement, left);
        identity_patch_offer(&patch, PATCH_REMOVED);
    }
    json_decref(all);
    json_decref(left);
    identity_patch_close(&patch);
}

static void judge_dead(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       const struct owned_policy *policy, const struct statement *statement)
{
    const struct model *model = analysis->model;
    struct named missing = {0}, closed = {0};
    const char *reason = "";
    uint32_t concrete = 0, role = MODEL_NONE;
    for (uint32_t i = 0; i < statement->resource_count; i++) {
        const char *arn = statement->resources[i];
        int state = is_dead(analysis, policy, arn, &role);
        concrete += state != UNKNOWN;
        if (state == MISSING) {
            name(&missing, arn);
        } else if (state == CLOSED) {
            name(&closed, arn);
            reason = closed.count == 1 ? why_not(analysis, policy->holders[0], role) : reason;
        }
    }
    if (missing.count + closed.count > 0) {
        struct finding *finding = add_finding(rule, findings, policy, statement, elaborate_dead);
        const char *gone = missing.count > 0
                               ? finding_text(findings, " %s %s not exist.", named_words(findings, &missing),
                                              missing.count == 1 ? "does" : "do")
                               : "";
        const char *shut = closed.count > 0 ? finding_text(findings, " %s: %s%s.", named_words(findings, &closed),
                                                           closed.count == 1 ? "" : "for the first, ", reason)
                                            : "";
        char *words = policy_words(policy->use);
        finding->detail =
            finding_text(findings, "%s lets %s assume %u role%s by name; %u lead%s nowhere.%s%s", words,
                         holders_words(findings, model, policy), concrete, concrete == 1 ? "" : "s",
                         missing.count + closed.count, missing.count + closed.count == 1 ? "s" : "", gone, shut);
        free(words);
    }
    text_free(&missing.text);
    text_free(&closed.text);
}

/* ---- permissions that lead out */

/* An ARN that the pattern matches, in the account. False: the pattern has variables, or is too long. */
static bool example_of(const char *pattern, const char *account, char *arn, size_t size)
{
    const char *part;
    size_t length, used = 0;
    if (strstr(pattern, "${") != NULL || !account_part(pattern, &part, &length))
        return false;
    for (const char *at = pattern; *at != '\0' && used + 16 < size; at++) {
        if (at == part) {
            memcpy(arn + used, account, 12);
            used += 12;
            at += length;
        }
        if (*at == '*' && at < part) {
            memcpy(arn + used, "aws", 3);
            used += 3;
        } else {
            arn[used++] = (char)(*at == '*' || *at == '?' ? 'x' : *at);
        }
    }
    arn[used] = '\0';
    return used + 16 < size && pattern_matches(pattern, arn);
}

/* Whether some holder has the permission for a role of an account that is not in the organization, after denies,
 * boundary and SCPs. */
static bool holds_outside(struct analysis *analysis, struct findings *findings, const struct owned_policy *policy,
                          const char *arn, const char *account)
{
    static const char *const foreign[] = {FOREIGN_ORGANIZATION}, *const paths[] = {FOREIGN_ORGANIZATION "/r-0000/"};
    const char *const accounts[] = {account};
    const struct fixed_key fixed[] = {
        {"aws:ResourceAccount", accounts, 1}, {"aws:ResourceOrgID", foreign, 1}, {"aws:ResourceOrgPaths", paths, 1}};
    for (uint32_t i = 0; i < policy->holder_count; i++) {
        struct caller caller;
        if (i >= HOLDERS_FREE && !findings_spend(findings, FINDINGS_DECISION))
            return true; /* some may, which is also reported */
        caller_of_principal(analysis->model, policy->holders[i], &caller);
        constraint formula =
            decision_permits(analysis->evaluator, &(struct permission_question){.caller = &caller,
                                                                                .action = "sts:AssumeRole",
                                                                                .resource = arn,
                                                                                .fixed = fixed,
                                                                                .fixed_count = 3,
                                                                                .now = analysis->now});
        if (constraint_satisfiable(analysis->pool, formula) != CONSTRAINT_NO)
            return true;
    }
    return false;
}

/* How a Resource leads out of the organization. */
struct outbound {
    bool any_account, certain;
};

static bool leads_out(struct analysis *analysis, struct findings *findings, const struct owned_policy *policy,
                      const char *pattern, struct outbound *how)
{
    const struct model *model = analysis->model;
    char id[13] = STRANGER, arn[2048];
    const char *part;
    size_t length;
    if (!account_part(pattern, &part, &length))
        return false;
    bool plain = length == 12 && strspn(part, "0123456789") >= 12;
    if (plain)
        memcpy(id, part, 12);
    else if (memchr(part, '*', length) == NULL || roles_any(pattern))
        return false;
    uint32_t account = plain ? model_find_account(model, id) : MODEL_NONE;
    enum fact inside = account != MODEL_NONE ? model->accounts[account].in_organization : FACT_UNKNOWN;
    bool ours = account != MODEL_NONE && model->accounts[account].detail != ACCOUNT_NOT_EXPORTED;
    *how = (struct outbound){!plain, !plain || model->organization != NULL};
    return inside != FACT_YES && !ours && example_of(pattern, id, arn, sizeof arn) &&
           holds_outside(analysis, findings, policy, arn, id);
}

/* The part of Resource that stays: patterns for any account become patterns for the accounts in which some holder
 * assumes such a role or, if `whole`, stay unchanged. *any: there are such patterns. */
static json_t *without_outside(struct identity_patch *patch, const json_t *statement, bool whole, bool *any)
{
    const struct model *model = patch->analysis->model;
    const struct owned_policy policy = policy_of(patch);
    json_t *all = identity_resources(statement), *left = json_array(), *value;
    struct outbound how = {0};
    size_t i;
    *any = false;
    json_array_foreach(all, i, value)
    {
        const char *pattern = json_string_value(value);
        bool outside = pattern != NULL && leads_out(patch->analysis, patch->findings, &policy, pattern, &how);
        bool pinned = outside && how.any_account;
        if (!outside || (pinned && whole))
            json_add(left, json_incref(value));
        *any = *any || pinned;
        for (size_t j = 0; j < patch->kept.count && pinned && !whole; j++) {
            const struct model_principal *role = &model->principals[patch->kept.list[j].role];
            if (pattern_matches(pattern, role->arn))
                policy_json_add_once(left, roles_of_account(pattern, model->accounts[role->account].id));
        }
    }
    json_decref(all);
    return left;
}

/* Removes the outside accounts; `whole`: keeps patterns for any account, and requires the organization. */
static bool offer_inside(struct identity_patch *patch, bool whole)
{
    static const char *const equals[] = {"StringEquals", "StringLike", NULL};
    json_t *rest, *statement = identity_patch_part(patch, "sts:AssumeRole", &rest);
    bool any = false, good = statement != NULL;
    json_t *left = good ? without_outside(patch, statement, whole, &any) : NULL;
    if (good && whole) {
        json_t *organization = json_text(patch->analysis->model->organization);
        good = any && trust_statement_require(statement, equals, "aws:ResourceOrgID", organization);
        json_decref(organization);
    }
    if (good) {
        bool some = json_array_size(left) > 0;
        patch->patch.caveat = some && any && !whole ? ROLES_CAVEAT : USED_CAVEAT;
        roles_leave(patch, statement, left);
        good = identity_patch_offer(patch, whole         ? PATCH_OWN_ORGANIZATION
                                           : any && some ? PATCH_RESOURCES
                                                         : PATCH_REMOVED);
    }
    json_decref(left);
    return good;
}

static void elaborate_outbound(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct identity_patch patch;
    list_holders(analysis, findings, finding);
    if (!identity_patch_open_part(analysis, findings, finding, &patch))
        return;
    if (identity_patch_keep_roles(&patch)) {
        offer_inside(&patch, false);
        if (analysis->model->organization != NULL && identity_patch_again(&patch))
            offer_inside(&patch, true);
    }
    identity_patch_close(&patch);
}

static void judge_outbound(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct owned_policy *policy, const struct statement *statement)
{
    struct named outside = {0};
    bool any_account = false, certain = false;
    for (uint32_t i = 0; i < statement->resource_count; i++) {
        struct outbound how;
        if (!leads_out(analysis, findings, policy, statement->resources[i], &how))
            continue;
        any_account = any_account || how.any_account;
        certain = certain || how.certain;
        name(&outside, statement->resources[i]);
    }
    if (outside.count > 0) {
        struct finding *finding = add_finding(rule, findings, policy, statement, elaborate_outbound);
        char *words = policy_words(policy->use);
        if (!certain)
            finding_raise(finding, -1);
        finding->detail = finding_text(
            findings, "%s lets %s assume %s: %s.%s", words, holders_words(findings, analysis->model, policy),
            named_words(findings, &outside),
            any_account ? "whoever has a role of that name in any account is trusted" : "that account is not yours",
            certain ? "" : " It may be yours: without organization data that is unknown.");
        if (any_account)
            finding_set_fix(finding, "Name the accounts, or require aws:ResourceOrgID.");
        free(words);
    }
    text_free(&outside.text);
}

/* ---- all */

typedef void judge_statement(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                             const struct owned_policy *policy, const struct statement *statement);

static void judge_all(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                      judge_statement *judge)
{
    const struct model *model = analysis->model;
    struct policies policies = {0};
    policies_collect(model, findings, names_roles, NULL, NULL, &policies);
    for (uint32_t i = 0; i < policies.count; i++) {
        const struct owned_policy *policy = &policies.list[i];
        const struct model_document *document = &model->documents[policy->use->document];
        bool identity = policy->use->kind == USE_INLINE || policy->use->kind == USE_MANAGED;
        for (uint32_t j = 0; j < document->statement_count && identity && !policy_is_of_aws(policy->use); j++)
            if (grants_roles(&model->statements[document->first_statement + j]))
                judge(analysis, rule, findings, policy, &model->statements[document->first_statement + j]);
    }
    policies_free(&policies);
}

void find_dead_permission(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    judge_all(analysis, rule, findings, judge_dead);
}

void find_outbound(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    judge_all(analysis, rule, findings, judge_outbound);
}
