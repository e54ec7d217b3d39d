/*
 * How long sessions of a role last: roles that renew themselves, and sessions longer than a working day needs.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/strangers.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_command.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "ingest/policy/arn.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define LONG_SESSION (4u * 3600u)
#define SHORT_SESSION 3600u

/* ---- trust-self */

static bool is_itself(const struct statement_principal *principal, const void *context)
{
    const struct model_principal *who = context;
    return (principal->form == PRINCIPAL_ROLE_ARN && strcmp(principal->value, who->arn) == 0) ||
           (principal->form == PRINCIPAL_UNIQUE_ID && strcmp(principal->value, who->unique_id) == 0);
}

static bool names_itself(const struct trust_statement *at)
{
    for (uint32_t i = 0; i < at->statement->principal_count; i++)
        if (is_itself(&at->statement->principals[i], at->who))
            return true;
    return false;
}

static bool is_account(const struct statement_principal *principal, const void *context)
{
    return principal->form == PRINCIPAL_ACCOUNT && strcmp(principal->account, context) == 0;
}

static bool names_its_account(const struct model *model, const struct trust_statement *at)
{
    for (uint32_t i = 0; i < at->statement->principal_count; i++)
        if (is_account(&at->statement->principals[i], model->accounts[at->who->account].id))
            return true;
    return false;
}

/* The other principals of its account. */
static void offer_exception(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    static const char *const operators[] = {"ArnNotEquals", "ArnNotLike", NULL};
    const struct model_principal *who = finding->at.who;
    const struct principals_meant account = {finding->at.statement, is_account,
                                             analysis->model->accounts[who->account].id};
    const struct patch patch = {.style = PATCH_REMOVED, .document = trust_policy_json(analysis, finding->at.use)};
    uint32_t position = patch_split_meant(patch.document, finding->at.statement->position, &account);
    json_t *arn = json_text(who->arn);
    if (position != UINT32_MAX &&
        trust_statement_require(trust_policy_statement(patch.document, position), operators, "aws:PrincipalArn", arn))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(arn);
    json_decref(patch.document);
}

static void offer_without_itself(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct principals_meant itself = {finding->at.statement, is_itself, finding->at.who};
    if (names_itself(&finding->at))
        patch_principals_away(analysis, findings, finding, &itself, NULL);
    else
        offer_exception(analysis, findings, finding);
}

/* An administrator can do so whatever its trust policy says, so it is only reported if the policy names it. */
void find_trust_self(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    uint32_t last = MODEL_NONE;
    while (trust_walk(analysis, findings, &at)) {
        struct caller self;
        if (at.role == last || !at.statement->allow || at.statement->not_principal ||
            edges_between(analysis->edges, at.role, at.role) == NULL)
            continue;
        bool named = names_itself(&at);
        if (!named && (administrators_has(analysis, at.role) || !names_its_account(analysis->model, &at)))
            continue;
        caller_of_principal(analysis->model, at.role, &self);
        constraint formula = trust_admits(analysis, &self, &at);
        if (formula == CONSTRAINT_FALSE)
            continue;
        struct finding *finding = finding_add_trust(findings, analysis, rule, &at, "itself");
        finding->subject_code = "self";
        finding_holds_if(findings, finding, &self, formula);
        finding_raise(finding, named ? 0 : -1);
        finding->elaborate = offer_without_itself;
        finding->detail = finding_text(
            findings, "%s can assume itself%s: whoever has one of its sessions can renew it forever.", at.who->name,
            named ? "" : ", because its trust policy names its whole account and it may assume roles there");
        last = at.role;
    }
}

/* ---- long-session */

/* How roles can be assumed directly by parties outside the exports. */
enum entered { ENTERED_NOT, ENTERED_BY_OURS, ENTERED_BY_SIGN_IN, ENTERED_BY_STRANGERS };

static enum entered entered_by(const struct edges *edges, uint32_t node)
{
    switch (standing_of(edges->model, NULL, &edges->nodes[node])) {
    case STANDING_STRANGER:
        return ENTERED_BY_STRANGERS;
    case STANDING_SIGNS_IN:
        return ENTERED_BY_SIGN_IN;
    default:
        return ENTERED_BY_OURS;
    }
}

static void mark_entered(const struct edges *edges, enum entered *entered)
{
    enum entered *seen = memory_zeroed((size_t)edges->group_count + 1, sizeof *seen);
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++) {
        enum entered by = entered_by(edges, node);
        edge_end ends[EDGES_ENDS];
        uint32_t end_count = edges->nodes[node].kind != CALLER_SERVICE ? edges_sources(edges, node, ends) : 0;
        for (uint32_t i = 0; i < end_count; i++) {
            uint32_t first, last, count;
            edges_out(edges, ends[i], &first, &last);
            for (uint32_t j = first; j < last; j++) {
                const struct edge *edge = &edges->edges[j];
                bool group = (edge->to & EDGE_GROUP) != 0;
                if (group && seen[edge->to & ~EDGE_GROUP] >= by)
                    continue;
                if (group)
                    seen[edge->to & ~EDGE_GROUP] = by;
                const uint32_t *members = edges_members(edges, &edge->to, &count);
                for (uint32_t k = 0; k < count; k++)
                    if (entered[members[k]] < by)
                        entered[members[k]] = by;
            }
        }
    }
    free(seen);
}

/* IAM lets nobody in the account change roles of IAM Identity Center: their permission set has the duration.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html */
static void tell_fix(struct findings *findings, struct finding *finding, const struct model_principal *who)
{
    if (arn_path_is_reserved(who->path)) {
        finding_set_fix(finding,
                        "Set the session duration of the permission set in IAM Identity Center to what the work needs; "
                        "the minimum is one hour. The role itself cannot be changed in the account.");
        return;
    }
    char *command = patch_session_command(who->arn, SHORT_SESSION);
    finding->fix = finding_text(findings, "%s `%s`", finding->fix, command);
    free(command);
}

void find_long_session(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    const char *const from[] = {[ENTERED_NOT] = "",
                                [ENTERED_BY_OURS] = "from an account of the organization that is not in the export",
                                [ENTERED_BY_SIGN_IN] = "through an identity provider",
                                [ENTERED_BY_STRANGERS] = model->organization != NULL
                                                             ? "from outside the organization"
                                                             : "from outside the exported accounts"};
    enum entered *entered = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *entered);
    mark_entered(analysis->edges, entered);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        if (!who->is_role || who->max_session_duration <= LONG_SESSION)
            continue;
        bool administrator = administrators_has(analysis, i);
        if (!administrator && entered[i] == ENTERED_NOT)
            continue;
        struct finding *finding = finding_add_principal(findings, analysis, rule, i, "");
        if (who->trust != NULL)
            finding_evidence_add(findings, finding, who->trust, NULL);
        tell_fix(findings, finding, who);
        bool both = administrator && entered[i] != ENTERED_NOT;
        finding->detail =
            finding_text(findings, "Sessions of %s can last %u hours; it %s%s%s%s.", who->name,
                         who->max_session_duration / 3600, administrator ? "is an administrator of its account" : "",
                         both ? " and " : "", entered[i] != ENTERED_NOT ? "can be assumed " : "", from[entered[i]]);
    }
    free(entered);
}
