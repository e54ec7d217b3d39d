/*
 * Services: on whose behalf they use a role, and what they run with it.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/name_lists.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/service_sources.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/control/control_rights.h"
#include "ingest/policy/arn.h"
#include "ingest/policy/services.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

#include <string.h>

#define STRANGER "000000000000"

static constraint source_arn_like(struct analysis *analysis, const char *pattern)
{
    return party_key_test(analysis, "ArnLike", "aws:SourceArn", &pattern, 1);
}

/* ---- service-confused-deputy */

/* The service, acting for a resource of an account outside the organization. */
static constraint acting_for(struct analysis *analysis, struct findings *findings, constraint admits,
                             const char *account)
{
    static const char *const organization[] = {"o-stranger00"}, *const path[] = {"o-stranger00/r-0000/"};
    struct constraint_pool *pool = analysis->pool;
    admits = constraint_fix(pool, admits, "aws:SourceAccount", &account, 1);
    admits = constraint_fix(pool, admits, "aws:SourceOrgID", organization, 1);
    admits = constraint_fix(pool, admits, "aws:SourceOrgPaths", path, 1);
    return constraint_and(pool, admits, source_arn_like(analysis, finding_text(findings, "arn:*:*:*:%s:*", account)));
}

/* The same for the account that the statement names with this key. */
static constraint said_for(struct analysis *analysis, struct findings *findings, const struct party *party,
                           const char *key, const char *account)
{
    bool by_arn = strcasecmp(key, "aws:SourceArn") == 0;
    return constraint_and(analysis->pool, party->admits,
                          by_arn ? source_arn_like(analysis, finding_text(findings, "arn:*:*:*:%s:*", account))
                                 : party_key_test(analysis, "StringEquals", "aws:SourceAccount", &account, 1));
}

/* A foreign account that the statement names and admits; NULL: none. */
static const char *foreign_source(struct analysis *analysis, struct findings *findings, const struct party *party,
                                  constraint *when)
{
    const struct statement *statement = party->at.statement;
    for (uint32_t i = 0; i < statement->condition_count; i++)
        for (uint32_t j = 0; j < statement->conditions[i].value_count; j++) {
            const struct statement_condition *condition = &statement->conditions[i];
            const char *account = source_account(condition->key, condition->values[j]);
            if (account == NULL || !source_is_foreign(analysis, account))
                continue;
            account = finding_text(findings, "%.12s", account);
            *when = said_for(analysis, findings, party, condition->key, account);
            if (party_possible(analysis, acting_for(analysis, findings, party->admits, account)))
                return account;
        }
    return NULL;
}

static bool says_for_whom(const struct statement_principal *principal)
{
    const struct service *service = principal->form == PRINCIPAL_SERVICE ? service_find(principal->value) : NULL;
    return service != NULL && (service->traits & SERVICE_SAYS_FOR_WHOM) != 0;
}

/* All services in the statement that may act for an account that is not ours: one finding. */
struct deputies {
    struct party first;
    struct text names;
    const char *foreign; /* an account that the statement names; NULL: any account */
    constraint when;
};

static void add_deputy(struct analysis *analysis, struct findings *findings, struct deputies *deputies,
                       const struct party *party)
{
    constraint when = CONSTRAINT_FALSE;
    const char *foreign = foreign_source(analysis, findings, party, &when);
    if (foreign == NULL && !party_possible(analysis, acting_for(analysis, findings, party->admits, STRANGER)))
        return;
    if (deputies->names.length == 0) {
        deputies->first = *party;
        deputies->foreign = foreign;
        deputies->when = foreign != NULL ? when : party->admits;
    }
    text_format(&deputies->names, "%s%s", deputies->names.length > 0 ? ", " : "", party->caller.text);
}

static void report_deputies(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct deputies *deputies)
{
    const char *foreign = deputies->foreign;
    struct party_verdict verdict = {
        .code = foreign != NULL ? CODE_DEPUTY_FOREIGN_SOURCE : CODE_DEPUTY_ANY_SOURCE,
        .who = finding_text(findings, "%s, acting for %s%s,", deputies->names.data,
                            foreign != NULL ? "account " : "a resource of any account", foreign != NULL ? foreign : ""),
        .how = "",
        .more = foreign == NULL ? ""
                : analysis->model->organization == NULL
                    ? " The account is not in the export, and without organization data its owner is unknown."
                    : " The account is neither in the export nor in the organization.",
        .raise = foreign != NULL ? 1 : 0,
        .when = deputies->when};
    party_report(analysis, rule, findings, &deputies->first, &verdict);
}

void find_confused_deputy(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct party party = {.admits = CONSTRAINT_FALSE};
    while (trust_walk(analysis, findings, &party.at)) {
        const struct statement *statement = party.at.statement;
        struct deputies deputies = {.foreign = NULL};
        if (!statement->allow || statement->not_principal || party.at.who->service_linked ||
            !party_speaks_for_set(analysis, findings, party.at.role))
            continue;
        for (uint32_t i = 0; i < statement->principal_count; i++)
            if (says_for_whom(&statement->principals[i]) &&
                trust_caller(analysis, &statement->principals[i], &party.caller) &&
                (party.admits = trust_admits(analysis, &party.caller, &party.at)) != CONSTRAINT_FALSE)
                add_deputy(analysis, findings, &deputies, &party);
        if (deputies.names.length > 0)
            report_deputies(analysis, rule, findings, &deputies);
        text_free(&deputies.names);
    }
}

/* ---- service-to-admin */

/* Whether it is an administrator by its own permissions; if only by control, it is worth reporting. */
static bool is_administrator_by_policy(struct analysis *analysis, uint32_t principal)
{
    const struct administrator *who = administrators_get(analysis, principal);
    return who->verdict != VERDICT_DENIED && who->how == ADMINISTRATOR_BY_POLICY;
}

struct users {
    uint32_t *list, count, room; /* ascending */
};

/* Who in the role's account can pass the role to a service and have code run with it, or take over what already runs
 * with it, and is not an administrator by policy. */
static void find_users(struct analysis *analysis, uint32_t role, struct users *passers, struct users *takers)
{
    const struct model *model = analysis->model;
    const struct model_account *home = &model->accounts[model->principals[role].account];
    struct control *control = analysis_control(analysis);
    const struct control_how *how = NULL;
    for (uint32_t i = home->first_principal; i < home->first_principal + home->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        if (i == role || who->service_linked || !control_rights_any(control, i) ||
            is_administrator_by_policy(analysis, i))
            continue;
        struct control_rights rights = control_rights_of(control, i);
        if (control_possible(&rights, control_pass_role(&rights, role, &how)))
            ARRAY_ADD(passers->list, passers->count, passers->room, i);
        else if (control_possible(&rights, control_take_over(&rights, role, &how)))
            ARRAY_ADD(takers->list, takers->count, takers->room, i);
    }
}

static const char *first_words(struct findings *findings, const struct model *model, const struct users *users)
{
    return finding_text(findings, "%s%s", model->principals[users->list[0]].arn, users->count > 1 ? " …" : "");
}

static void list_users(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct users passers = {0}, takers = {0};
    find_users(analysis, finding->at.role, &passers, &takers);
    uint32_t passing = passers.count, taking = takers.count;
    const char *can_pass = "", *can_take = "";
    if (passing > 0)
        can_pass = finding_text(findings, " %u can make it run code of their own and %s otherwise: %s.", passing,
                                passing == 1 ? "is not an administrator" : "are not administrators",
                                first_words(findings, analysis->model, &passers));
    if (taking > 0)
        can_take = finding_text(findings, " %u%s can take over what runs with it: %s.", taking,
                                passing > 0   ? " more"
                                : taking == 1 ? " non-administrator"
                                              : " non-administrators",
                                first_words(findings, analysis->model, &takers));
    if (passing + taking > 0)
        party_detail_add(findings, finding, finding_text(findings, "%s%s", can_pass, can_take));
    finding->facts = json_object();
    json_put(finding->facts, "passers", name_list_json(findings, analysis->model, passers.list, passing, MODEL_NONE));
    json_put(finding->facts, "takers", name_list_json(findings, analysis->model, takers.list, taking, MODEL_NONE));
    free(passers.list);
    free(takers.list);
}

static bool runs_code(const struct statement_principal *principal)
{
    const struct service *service = principal->form == PRINCIPAL_SERVICE ? service_find(principal->value) : NULL;
    return service != NULL && way_service_runs_code(service->name);
}

void find_service_administrator(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        struct text names = {0};
        struct caller caller, first = {.text = ""};
        constraint admits = CONSTRAINT_FALSE, formula;
        if (!at.statement->allow || at.statement->not_principal || at.who->service_linked)
            continue;
        for (uint32_t i = 0; i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            if (!runs_code(principal) || !administrators_has(analysis, at.role) ||
                !trust_caller(analysis, principal, &caller) ||
                (formula = trust_admits_named(analysis, &caller, &at)) == CONSTRAINT_FALSE)
                continue;
            if (names.length == 0) {
                first = caller;
                admits = formula;
            }
            text_format(&names, "%s%s", names.length > 0 ? ", " : "", principal->value);
        }
        if (names.length > 0) {
            struct finding *finding = finding_add_trust(findings, analysis, rule, &at, first.text);
            finding_holds_if(findings, finding, &first, admits);
            finding->elaborate = list_users;
            finding->detail = finding_text(findings,
                                           "%s is an administrator of its account, and code runs with it through %s: "
                                           "whoever writes that code is an administrator too.",
                                           at.who->name, names.data);
        }
        text_free(&names);
    }
}

/* ---- service-principal-unknown */

static bool has_suffix(const char *text, const char *suffix)
{
    size_t length = strlen(text), end = strlen(suffix);
    return length > end && strcmp(text + length - end, suffix) == 0;
}

/* Roles that AWS writes itself, for services that may be newer than the table. */
static bool is_of_aws(const struct model_principal *role)
{
    return role->service_linked || arn_is_reserved_role(role->arn);
}

void find_unknown_service(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        if (is_of_aws(at.who))
            continue;
        for (uint32_t i = 0; i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            const char *partition = analysis->model->accounts[at.who->account].partition;
            if (principal->form != PRINCIPAL_SERVICE || has_suffix(principal->value, ".amazon.com"))
                continue;
            bool known = service_find(principal->value) != NULL;
            bool elsewhere = caller_is_of_china(principal->value) && strcmp(partition, "aws-cn") != 0;
            if (known && !elsewhere)
                continue;
            const char *near = known ? NULL : service_nearest(principal->value);
            struct finding *finding = finding_add_trust(findings, analysis, rule, &at, principal->value);
            finding->code = finding_code_words[known ? CODE_SERVICE_WRONG_PARTITION : CODE_SERVICE_UNKNOWN_NAME];
            finding->detail =
                known ? finding_text(
                            findings,
                            "%s is a service name of partition aws-cn, %s is in %s: it can never assume the role.",
                            principal->value, at.who->name, partition)
                      : finding_text(findings,
                                     "%s names %s, which is not a known service (as of " SERVICES_AS_OF ")%s%s%s.",
                                     at.who->name, principal->value, near != NULL ? "; " : "", near != NULL ? near : "",
                                     near != NULL ? ".amazonaws.com is the nearest" : "");
        }
    }
}

/* ---- rolesanywhere-unbound */

#define OTHER_ANCHOR "00000000-0000-4000-8000-000000000000"

static void judge_certificates(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                               const struct party *party)
{
    if (strcmp(party->caller.text, "rolesanywhere.amazonaws.com") != 0)
        return;
    const char *home = analysis->model->accounts[party->at.who->account].id;
    constraint other = constraint_and(
        analysis->pool, party->admits,
        source_arn_like(analysis, finding_text(findings, "arn:*:rolesanywhere:*:%s:trust-anchor/" OTHER_ANCHOR, home)));
    bool any_anchor = party_possible(analysis, other);
    bool any_certificate = !constraint_forces_presence(analysis->pool, party->admits, "aws:PrincipalTag/x509*") &&
                           !constraint_forces_presence(analysis->pool, party->admits, "sts:SourceIdentity");
    if (!any_anchor && !any_certificate)
        return;
    struct party_verdict verdict = {
        .code = any_anchor ? CODE_ROLESANYWHERE_ANY_ANCHOR : CODE_ROLESANYWHERE_ANY_CERTIFICATE,
        .who = any_anchor && any_certificate ? "Anyone with a certificate of any trust anchor in the account"
               : any_anchor                  ? "Anyone with such a certificate of any trust anchor in the account"
                                             : "Anyone with any certificate of the trust anchor",
        .how = any_anchor ? ": no trust anchor is required (aws:SourceArn)"
                          : ": nothing about the certificate is required (aws:PrincipalTag/x509Subject/CN)",
        .more = any_anchor && any_certificate ? " Nothing about the certificate is required either." : "",
        .when = party->admits};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_rolesanywhere(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_SERVICE, judge_certificates);
}
