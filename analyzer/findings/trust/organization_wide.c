/*
 * Trusts for everyone in the organization, or for everyone with a certain name.
 */
#include "analyzer/findings/facts/holders.h"
#include "analyzer/findings/facts/openness.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/json_build.h"

#include <string.h>
#include <strings.h>

/* An account that no policy names: conditions that admit it do not depend on which account it is. */
#define NEWCOMER "000000000001"
/* Fewer accounts than this are a list rather than an organization. */
#define WHOLE_ORGANIZATION 3

/* What the conditions of a statement look at. */
struct binding {
    bool organization, name, else_;
};

static bool look_at(const struct constraint_key *key, bool fact, void *context)
{
    struct binding *binding = context;
    const struct context_key *about = context_key_find(key->name);
    if (!fact &&
        (strcasecmp(about->name, "aws:PrincipalOrgID") == 0 || strcasecmp(about->name, "aws:PrincipalOrgPaths") == 0))
        binding->organization = true;
    else if (!fact && strcasecmp(about->name, "aws:PrincipalArn") == 0)
        binding->name = true;
    else if (fact || (about->class != KEY_CHOSEN && about->domain != KEY_TIME))
        binding->else_ = true;
    return true;
}

static struct binding binding_of(const struct analysis *analysis, constraint formula)
{
    struct binding binding = {false, false, false};
    constraint_each_key(analysis->pool, formula, look_at, &binding);
    return binding;
}

static struct caller newcomer_of(const struct trust_statement *at, const struct model *model)
{
    return (struct caller){.kind = CALLER_ACCOUNT,
                           .principal = MODEL_NONE,
                           .account_index = MODEL_NONE,
                           .text = NEWCOMER,
                           .account = NEWCOMER,
                           .newcomer = true,
                           .partition = model->accounts[at->who->account].partition};
}

/* Calls for the statements for anyone that admit somebody from an account that nobody named. */
static void each_open_to_newcomers(struct analysis *analysis, const struct finding_rule *rule,
                                   struct findings *findings, party_judge judge)
{
    static const struct decision_gain administrator = {.any_permission = true};
    struct party party = {.admits = CONSTRAINT_FALSE};
    while (trust_walk(analysis, findings, &party.at)) {
        if ((party.at.allowed_forms & 1u << PRINCIPAL_ANYONE) == 0 ||
            !party_speaks_for_set(analysis, findings, party.at.role))
            continue;
        party.caller = newcomer_of(&party.at, analysis->model);
        party.admits = trust_admits_with(analysis, &party.caller, &administrator, &party.at);
        if (party.admits != CONSTRAINT_FALSE)
            judge(analysis, rule, findings, &party);
    }
}

static bool admits_outsiders(struct analysis *analysis, constraint formula)
{
    constraint none = constraint_fix(analysis->pool, formula, "aws:PrincipalOrgID", NULL, 0);
    none = constraint_fix(analysis->pool, none, "aws:PrincipalOrgPaths", NULL, 0);
    return constraint_satisfiable(analysis->pool, none) != CONSTRAINT_NO;
}

/* ---- the witness */

#define CALLERS_TRIED 20
#define MEMBERS_PASSED 200

/* A node of another account among the members of an end; MODEL_NONE: none among the first. */
static uint32_t of_another_account(const struct edges *edges, const edge_end *end, uint32_t account)
{
    uint32_t count;
    const uint32_t *members = edges_members(edges, end, &count);
    for (uint32_t i = 0; i < count && i < MEMBERS_PASSED; i++)
        if (members[i] < edges->model->principal_count && edges->model->principals[members[i]].account != account)
            return members[i];
    return MODEL_NONE;
}

/* An exported user or role of another account that gets in by the finding's statement, and when. False: none was found.
 */
static bool find_caller(struct analysis *analysis, const struct finding *finding, struct caller *caller,
                        constraint *formula)
{
    const struct edges *edges = analysis->edges;
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(edges, finding->at.role, targets), first, last, tried = 0;
    for (uint32_t i = 0; i < target_count; i++) {
        edges_in(edges, targets[i], &first, &last);
        for (uint32_t j = first; j < last && tried < CALLERS_TRIED; j++) {
            const struct edge *edge = &edges->edges[edges->in_edges[j]];
            uint32_t node = of_another_account(edges, &edge->from, finding->at.who->account);
            if (edge->kind != EDGE_ASSUME || node == MODEL_NONE)
                continue;
            tried++;
            *caller = edges->nodes[node];
            *formula = trust_admits(analysis, caller, &finding->at);
            if (*formula != CONSTRAINT_FALSE)
                return true;
        }
    }
    return false;
}

/* The account in question does not exist: the witness uses an exported principal, or a name that stands for all. */
static void name_caller(struct analysis *analysis, struct finding *finding, const char *everybody)
{
    struct caller caller;
    constraint formula;
    if (finding->witness == NULL)
        return;
    if (!find_caller(analysis, finding, &caller, &formula)) {
        json_put(finding->witness, "principal", json_text(everybody));
        return;
    }
    json_t *context = constraint_witness(analysis->pool, formula);
    json_put(finding->witness, "principal", json_text(caller.text));
    json_put(finding->witness, "context", context != NULL ? context : json_object());
}

/* ---- trust-org-wide */

static void count_callers(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    if (!finding_has_code(finding, CODE_ORGANIZATION_EVERY_ACCOUNT))
        name_caller(analysis, finding,
                    finding_has_code(finding, CODE_ORGANIZATION_UNIT) ? "any account of the organizational unit"
                    : finding_has_code(finding, CODE_ORGANIZATION_FOREIGN_ORGANIZATION)
                        ? "any account of the other organization"
                        : "any account of the organization");
    uint32_t callers = edges_count_callers(analysis->edges, finding->at.role);
    finding->counts_callers = true;
    finding->facts = json_object();
    json_put(finding->facts, "callers", json_integer(callers));
    party_detail_add(findings, finding, finding_text(findings, " %s can use it.", party_callers(findings, callers)));
}

/* The pattern with which the statement admits several organizations; NULL: it names them. */
static const char *organizations_like(const struct trust_statement *at)
{
    for (uint32_t i = 0; i < at->statement->named_count; i++)
        if (at->statement->named[i].form == PRINCIPAL_ORGANIZATIONS_LIKE)
            return at->statement->named[i].value;
    return NULL;
}

static void judge_organization(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                               const struct party *party)
{
    struct binding binding = binding_of(analysis, party->admits);
    if (!binding.organization || binding.name || binding.else_ || admits_outsiders(analysis, party->admits))
        return;
    /* If only RCPs keep strangers out, trust-public reports it. */
    if (openness_of(analysis, &party->at, true, NULL) != OPENNESS_CLOSED)
        return;
    const char *ours = analysis->model->organization;
    const char *id = party_example(analysis, findings, party->admits, "aws:PrincipalOrgID");
    const char *path = party_example(analysis, findings, party->admits, "aws:PrincipalOrgPaths");
    const char *which = id[0] != '\0' ? id : path, *last = strrchr(path, '/');
    size_t length = strcspn(which, "/"), depth = last != NULL ? (size_t)(last - path) : 0;
    const char *like = organizations_like(&party->at);
    bool foreign = like != NULL || (ours != NULL && (strlen(ours) != length || strncmp(ours, which, length) != 0));
    bool unit = depth > strcspn(path, "/");
    struct party_verdict verdict = {
        .code = foreign ? CODE_ORGANIZATION_FOREIGN_ORGANIZATION
                : unit  ? CODE_ORGANIZATION_UNIT
                        : CODE_ORGANIZATION_ORGANIZATION,
        .who =
            like != NULL ? finding_text(findings, "Anyone in an organization like %s whose own policies allow it", like)
            : foreign    ? finding_text(findings, "Anyone in another organization (%.*s) whose own policies allow it",
                                        (int)length, which)
            : unit
                ? finding_text(findings, "Anyone in an account under %.*s whose own policies allow it", (int)depth,
                               path)
                : finding_text(findings, "Anyone in organization %.*s whose own policies allow it", (int)length, which),
        .how = "",
        .more = "",
        .raise = foreign ? 1 : 0,
        .when = party->admits,
        .elaborate = count_callers};
    party_report(analysis, rule, findings, party, &verdict);
}

/* Every account of the organization listed by number: nobody is kept out either. */
static void judge_all_accounts(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    uint32_t members = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        members += model->accounts[i].in_organization == FACT_YES;
    if (members < WHOLE_ORGANIZATION)
        return;
    struct party party = {.admits = CONSTRAINT_FALSE};
    while (trust_walk(analysis, findings, &party.at)) {
        const struct statement *statement = party.at.statement;
        uint32_t named = 0;
        if (!statement->allow || statement->not_principal || statement->principal_count + 1 < members ||
            !party_speaks_for_set(analysis, findings, party.at.role))
            continue;
        for (uint32_t i = 0; i < statement->principal_count; i++) {
            const struct statement_principal *principal = &statement->principals[i];
            uint32_t account =
                principal->form == PRINCIPAL_ACCOUNT ? model_find_account(model, principal->account) : MODEL_NONE;
            if (account == MODEL_NONE || model->accounts[account].in_organization != FACT_YES ||
                account == model->principals[party.at.role].account ||
                !trust_caller(analysis, principal, &party.caller))
                continue;
            constraint speaks = trust_speaks_for(analysis, &party.caller, &party.at);
            struct binding binding = binding_of(analysis, speaks);
            if (speaks == CONSTRAINT_FALSE || binding.name || binding.else_)
                continue;
            party.admits = speaks;
            named++;
        }
        if (named + 1 < members)
            continue;
        struct party_verdict verdict = {
            .code = CODE_ORGANIZATION_EVERY_ACCOUNT,
            .who = finding_text(findings, "Anyone in %u of the organization's %u accounts whose own policies allow it",
                                named, members),
            .how = "",
            .more = " The trust policy lists each of them.",
            .when = party.admits,
            .elaborate = count_callers};
        party_report(analysis, rule, findings, &party, &verdict);
    }
}

void find_organization_wide(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_open_to_newcomers(analysis, rule, findings, judge_organization);
    judge_all_accounts(analysis, rule, findings);
}

/* ---- trust-arn-pattern-broad */

static void name_creator(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    (void)findings;
    name_caller(analysis, finding, "any account");
}

static void judge_any_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                              const struct party *party)
{
    struct binding binding = binding_of(analysis, party->admits);
    if (!binding.name || party_is_put_off(party->at.statement, "aws:PrincipalArn"))
        return;
    bool outsiders = admits_outsiders(analysis, party->admits);
    const char *example = party_example(analysis, findings, party->admits, "aws:PrincipalArn");
    struct party_verdict verdict = {
        .code = CODE_ARN_PATTERN_ANY_ACCOUNT,
        .who = finding_text(findings, "Anyone who creates a principal with a matching name in any account%s",
                            outsiders              ? " of AWS"
                            : binding.organization ? " of the organization"
                                                   : ""),
        .how = example[0] != '\0' ? finding_text(findings, ", such as %s", example) : "",
        .more = "",
        .raise = outsiders ? 1 : 0,
        .used_by = outsiders ? DANGER_ANYONE : DANGER_MANY,
        .when = party->admits,
        .elaborate = name_creator};
    party_report(analysis, rule, findings, party, &verdict);
}

/* By account: who may create a principal with the trusted name. */
struct squatters {
    struct holders roles, users;
    bool known;
};

static void find_squatters(struct analysis *analysis, struct squatters *squatters)
{
    static const char *const create_role[] = {"iam:CreateRole", NULL}, *const create_user[] = {"iam:CreateUser", NULL};
    if (squatters->known)
        return;
    holders_find(analysis, create_role, false, &squatters->roles);
    holders_find(analysis, create_user, false, &squatters->users);
    squatters->known = true;
}

/* The first principal of an account that gets in only by creating a principal with that name. MODEL_NONE: none. */
static uint32_t squatter(struct analysis *analysis, const struct squatters *squatters, const struct party *party,
                         uint32_t account, const char *arn)
{
    bool role = strstr(arn, ":role/") != NULL;
    const struct holders *holders = role ? &squatters->roles : &squatters->users;
    for (uint32_t i = holders->account_first[account]; i < holders->account_first[account + 1]; i++) {
        struct caller caller;
        caller_of_principal(analysis->model, holders->principals[i], &caller);
        if (holder_may(analysis, holders->principals[i], role ? "iam:CreateRole" : "iam:CreateUser", arn, NULL, 0) &&
            trust_admits(analysis, &caller, &party->at) == CONSTRAINT_FALSE)
            return holders->principals[i];
    }
    return MODEL_NONE;
}

static bool demands_pattern(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->condition_count; i++)
        for (uint32_t j = 0; strcasecmp(statement->conditions[i].key, "aws:PrincipalArn") == 0 &&
                             j < statement->conditions[i].value_count;
             j++)
            if (pattern_has_wildcard(statement->conditions[i].values[j]))
                return true;
    return false;
}

/* Accounts whose principals the statement distinguishes by name. */
static bool account_of(const struct model *model, const struct trust_statement *at, uint32_t index, uint32_t *account)
{
    const struct statement_principal *principal = &at->statement->principals[index];
    *account = MODEL_NONE;
    if (principal->form == PRINCIPAL_ACCOUNT)
        *account = model_find_account(model, principal->account);
    return *account != MODEL_NONE && model->accounts[*account].detail == ACCOUNT_FULL;
}

static void judge_names(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                        struct squatters *squatters, struct party *party)
{
    const struct model *model = analysis->model;
    for (uint32_t i = 0; i < party->at.statement->principal_count; i++) {
        uint32_t account, who;
        if (!account_of(model, &party->at, i, &account) ||
            !trust_caller(analysis, &party->at.statement->principals[i], &party->caller))
            continue;
        constraint speaks = trust_speaks_for(analysis, &party->caller, &party->at);
        const char *arn = party_example(analysis, findings, speaks, "aws:PrincipalArn");
        if (arn[0] == '\0' || model_find_arn(model, arn) != MODEL_NONE)
            continue;
        find_squatters(analysis, squatters);
        who = squatter(analysis, squatters, party, account, arn);
        if (who == MODEL_NONE)
            continue;
        struct party_verdict verdict = {.code = CODE_ARN_PATTERN_NAME_TO_TAKE,
                                        .who = finding_text(findings, "Anyone who creates %s", arn),
                                        .how = "",
                                        .more = finding_text(findings,
                                                             " %s can create it, and cannot assume the role otherwise.",
                                                             model->principals[who].arn),
                                        .when = speaks};
        party_report(analysis, rule, findings, party, &verdict);
    }
}

void find_broad_arn_pattern(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct squatters squatters = {.known = false};
    struct party party = {.admits = CONSTRAINT_FALSE};
    each_open_to_newcomers(analysis, rule, findings, judge_any_account);
    bool names = findings->scope.code == NULL ||
                 strcmp(findings->scope.code, finding_code_words[CODE_ARN_PATTERN_ANY_ACCOUNT]) != 0;
    while (names && trust_walk(analysis, findings, &party.at))
        if (party.at.statement->allow && !party.at.statement->not_principal && demands_pattern(party.at.statement) &&
            party_speaks_for_set(analysis, findings, party.at.role))
            judge_names(analysis, rule, findings, &squatters, &party);
    holders_free(&squatters.roles);
    holders_free(&squatters.users);
}
