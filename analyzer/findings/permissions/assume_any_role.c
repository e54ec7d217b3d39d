/*
 * Permissions to assume roles that are broader than any use.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/patches/patch_roles.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdio.h>
#include <stdlib.h>

#define NAMES_SHOWN 5

enum { UNASKED, MAY, MAY_NOT };

/* Whether the pattern limits neither account nor name. */
static bool is_any_role(const struct statement *statement)
{
    if (statement->not_resource)
        return true;
    for (uint32_t i = 0; i < statement->resource_count; i++)
        if (roles_any(statement->resources[i]))
            return true;
    return false;
}

/* Whether it holds after denies, boundary and SCPs. */
static bool may_assume_any(struct analysis *analysis, uint32_t principal)
{
    struct caller caller;
    char resource[128];
    caller_of_principal(analysis->model, principal, &caller);
    snprintf(resource, sizeof resource, "arn:%s:iam::000000000000:role/a-name-that-no-policy-names", caller.partition);
    constraint formula = decision_permits(analysis->evaluator, &(struct permission_question){.caller = &caller,
                                                                                             .action = "sts:AssumeRole",
                                                                                             .resource = resource,
                                                                                             .now = analysis->now});
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(analysis->pool, formula) != CONSTRAINT_NO;
}

static bool is_broad(const struct statement *statement)
{
    return statement->allow && statement->broken == NULL && statement_covers_sts(statement, STS_ASSUME_ROLE) &&
           is_any_role(statement);
}

/* Principals of one class have the same permissions. */
static bool class_may(struct analysis *analysis, unsigned char *known, uint32_t principal)
{
    unsigned char *answer = &known[analysis->edges->classes.permissions.of[principal]];
    if (*answer == UNASKED)
        *answer = may_assume_any(analysis, principal) ? MAY : MAY_NOT;
    return *answer == MAY;
}

struct asking {
    struct analysis *analysis;
    unsigned char *known; /* per permission class */
    uint32_t *roles;      /* likewise: 1 + how many a member without edges of its own can assume; 0: not asked */
};

static bool counts(uint32_t principal, void *context)
{
    struct asking *asking = context;
    return class_may(asking->analysis, asking->known, principal);
}

static void list_holders(const struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    uint32_t count;
    json_t *names = policy_held_json(analysis->model, findings, finding, &count);
    finding->facts = json_object();
    json_put(finding->facts, "holders", names);
    json_put(finding->facts, "roles", json_integer(edges_count_roles(analysis->edges, finding->about, count)));
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    if (!findings->brief)
        list_holders(analysis, findings, finding);
    if (finding->severity > SEVERITY_INFO || !policy_is_of_aws(finding->evidence[0].use))
        patch_any_role(analysis, findings, finding);
}

/* How many roles the holders can assume. */
static uint32_t count_roles(const struct asking *asking, const struct owned_policy *policy)
{
    const struct edges *edges = asking->analysis->edges;
    uint32_t first, last, class = edges->classes.permissions.of[policy->holders[0]];
    edges_out(edges, policy->holders[0], &first, &last);
    if (policy->holder_count > 1 || class == MODEL_NONE || first < last)
        return edges_count_roles(edges, policy->holders, policy->holder_count);
    if (asking->roles[class] == 0)
        asking->roles[class] = edges_count_roles(edges, policy->holders, 1) + 1;
    return asking->roles[class] - 1;
}

static void report(const struct asking *asking, const struct finding_rule *rule, struct findings *findings,
                   const struct owned_policy *policy, const struct statement *statement)
{
    struct analysis *analysis = asking->analysis;
    const struct model *model = analysis->model;
    const struct policy_use *use = policy->use;
    uint32_t administrators = 0, roles = count_roles(asking, policy);
    struct text text = {0};
    for (uint32_t i = 0; i < policy->holder_count; i++) {
        const struct model_principal *who = &model->principals[policy->holders[i]];
        administrators += administrators_has(analysis, policy->holders[i]);
        if (i < NAMES_SHOWN)
            text_format(&text, "%s%s %s", i == 0 ? "" : ", ", who->is_role ? "role" : "user", who->name);
    }
    if (policy->holder_count > NAMES_SHOWN)
        text_format(&text, " and %u more", policy->holder_count - NAMES_SHOWN);
    bool managed = use->arn != NULL;
    const char *resource = managed ? use->arn : use->holder;
    struct finding *finding =
        finding_add(findings, rule, policy->account, resource, managed ? policy->account : use->name, statement);
    finding_evidence_add(findings, finding, use, statement);
    bool all_administrators = administrators == policy->holder_count;
    if (all_administrators) {
        finding_raise(finding, -3);
        finding_set_fix(finding,
                        "Nothing narrower limits administrators, who can give themselves any role: keep them few.");
    }
    finding->detail = finding_text(
        findings, "%s %s lets %s assume any role that trusts %s account; %s %u role%s today.%s",
        managed ? "Policy" : "Inline policy", use->name, text.data, policy->holder_count == 1 ? "its" : "their",
        policy->holder_count == 1 ? "it can assume" : "they can assume", roles, roles == 1 ? "" : "s",
        !all_administrators         ? ""
        : policy->holder_count == 1 ? " It is an administrator of its account, so this adds little."
                                    : " They are administrators of their accounts, so this adds little.");
    policy_hold(findings, finding, policy);
    finding->elaborate = elaborate;
    text_free(&text);
}

void find_assume_any_role(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    uint32_t classes = analysis->edges->classes.permissions.count;
    struct asking asking = {analysis, memory_zeroed(classes, 1), memory_zeroed(classes, sizeof *asking.roles)};
    struct policies policies = {0};
    policies_collect(model, findings, is_broad, counts, &asking, &policies);
    for (uint32_t i = 0; i < policies.count; i++) {
        const struct owned_policy *policy = &policies.list[i];
        const struct model_document *document = &model->documents[policy->use->document];
        bool identity = policy->use->kind == USE_INLINE || policy->use->kind == USE_MANAGED;
        for (uint32_t j = 0; j < document->statement_count && identity; j++)
            if (is_broad(&model->statements[document->first_statement + j]))
                report(&asking, rule, findings, policy, &model->statements[document->first_statement + j]);
    }
    policies_free(&policies);
    free(asking.known);
    free(asking.roles);
}
