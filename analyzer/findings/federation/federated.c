/*
 * Web identity: whose tokens a statement accepts. The statement is decided for the tokens that issuers.c says are
 * possible; a token always has a subject and an audience.
 */
#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/model/exported.h"
#include "ingest/support/text.h"

#include <string.h>
#include <strings.h>

#define NOBODY "any-other-name"
#define TENANTS_NAMED 512 /* no trust policy that IAM accepts names more: it has 4,096 characters */

static constraint both(struct analysis *analysis, constraint a, constraint b)
{
    return constraint_and(analysis->pool, a, b);
}

/* The statement's condition for a token of another customer of the platform, apart from the subject. */
static constraint to_another_customer(struct analysis *analysis, const struct party *party, const struct issuer *issuer)
{
    constraint formula = party->admits;
    for (const struct issuer_claim *claim = issuer->others; claim->name != NULL; claim++)
        formula = party_fix(analysis, party, formula, claim->name, claim->value);
    return formula;
}

/* ---- any subject at all */

static constraint any_subject(struct analysis *analysis, const struct party *party, const struct issuer *issuer)
{
    return party_fix(analysis, party, to_another_customer(analysis, party, issuer), issuer->subject, NOBODY);
}

struct claims {
    struct analysis *analysis;
    const struct party *party;
    const char *subject; /* any subject is accepted */
};

/* For an unknown issuer, any claim except these may say whose a token is. */
static bool says_not_whose(const struct constraint_key *key, bool fact, void *context)
{
    static const char *const of_all[] = {"aud", "azp", "oaud", "amr", "iss"};
    const struct claims *claims = context;
    const char *provider = claims->party->caller.name;
    size_t length = strlen(provider);
    if (fact || strncasecmp(key->name, provider, length) != 0 || key->name[length] != ':')
        return true;
    if (strcasecmp(key->name + length + 1, claims->subject) == 0)
        return true;
    for (size_t i = 0; i < sizeof of_all / sizeof of_all[0]; i++)
        if (strcasecmp(key->name + length + 1, of_all[i]) == 0)
            return true;
    return !constraint_forces_presence(claims->analysis->pool, claims->party->admits, key->name);
}

static void judge_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct party *party)
{
    const struct issuer *issuer = party_issuer(analysis, party);
    struct claims claims = {analysis, party, issuer->subject};
    if (issuer->rule != ISSUER_OF_PROJECTS)
        return;
    constraint admits = any_subject(analysis, party, issuer);
    if (!party_possible(analysis, admits) ||
        (issuer->unknown && !constraint_each_key(analysis->pool, party->admits, says_not_whose, &claims)))
        return;
    const char *label = issuer->label != NULL ? issuer->label : party->caller.name;
    struct party_verdict verdict = {
        .who = finding_text(findings, "Anyone with a token of %s", label),
        .how = finding_text(findings, ": no subject is required (%s)", party_key(analysis, party, issuer->subject)),
        .more = issuer->shared
                    ? finding_text(findings, " The same issuer serves all customers of %s, so %s get in too.", label,
                                   issuer->tenants)
                : issuer->unknown ? " rolechain does not know this issuer: check who gets tokens from it."
                                  : " The issuer serves one customer, and all its workloads get in.",
        .raise = issuer->shared    ? 0
                 : issuer->unknown ? -2
                                   : -1,
        .when = admits};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_subject_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_missing);
}

/* ---- subjects that admit too many */

/* The forms of all subjects of tenants that the trust policy names; end with NULL. */
struct named_tenants {
    const char *forms[TENANTS_NAMED + 1];
    size_t count;
};

static void add_form(struct named_tenants *named, const char *form)
{
    if (named->count < TENANTS_NAMED)
        named->forms[named->count++] = form;
}

/* "repo:org/app:*" names everything that begins with "repo:org/". A name with a trailing wildcard is named too: for
 * "repo:org*", the others are those with other names. An id identifies the tenant whatever its name, which may change;
 * a name does so whatever the id. */
static void add_tenant(struct findings *findings, const struct issuer *issuer, const char *value,
                       struct named_tenants *named)
{
    const char ends[] = {'*', '?', issuer->ends, '\0'}, before_id[] = {issuer->before_id, '\0'};
    const char *name = value + strlen(issuer->opens), end = (char)(issuer->ends != '\0' ? issuer->ends : '*');
    const char *id = before_id[0] != '\0' ? strchr(name, before_id[0]) : NULL;
    size_t digits = id != NULL ? strspn(id + 1, "0123456789") : 0, length = strcspn(name, ends);
    if (digits > 0 && id[1 + digits] == end && strcspn(name, (const char[]){end, '\0'}) > (size_t)(id - name)) {
        add_form(named, finding_text(findings, "%s*%.*s%c*", issuer->opens, (int)digits + 1, id, end));
        return;
    }
    if (id != NULL && (size_t)(id - name) < length)
        length = (size_t)(id - name);
    if (length == 0)
        return;
    add_form(named, finding_text(findings, "%s%.*s%c*", issuer->opens, (int)length, name, end));
    if (before_id[0] != '\0')
        add_form(named, finding_text(findings, "%s%.*s%s*", issuer->opens, (int)length, name, before_id));
}

static void find_named(struct analysis *analysis, struct findings *findings, const struct party *party,
                       const struct issuer *issuer, const char *key, struct named_tenants *named)
{
    const struct model_document *document = &analysis->model->documents[party->at.use->document];
    size_t opens = strlen(issuer->opens);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &analysis->model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            const struct statement_condition *condition = &statement->conditions[j];
            for (uint32_t k = 0; strcasecmp(condition->key, key) == 0 && k < condition->value_count; k++)
                if (strncasecmp(condition->values[k], issuer->opens, opens) == 0)
                    add_tenant(findings, issuer, condition->values[k], named);
        }
    }
}

/* Subjects of tenants that the trust policy does not name. No platform distinguishes tenants' names by case. */
static constraint other_tenants(struct analysis *analysis, struct findings *findings, const struct party *party,
                                const struct issuer *issuer)
{
    const char *key = party_key(analysis, party, issuer->subject);
    struct named_tenants named = {.count = 0};
    constraint formula = to_another_customer(analysis, party, issuer);
    if (formula == CONSTRAINT_FALSE)
        return formula;
    find_named(analysis, findings, party, issuer, key, &named);
    if (named.count > 0)
        formula = both(analysis, formula,
                       constraint_not(analysis->pool, party_key_has_form(analysis, key, named.forms, true)));
    return both(analysis, formula, party_key_has_form(analysis, key, issuer->any_subject, false));
}

static bool is_bound_inside(struct analysis *analysis, const struct party *party, const struct issuer *issuer)
{
    for (size_t i = 0; i < sizeof issuer->inside / sizeof issuer->inside[0] && issuer->inside[i] != NULL; i++)
        if (constraint_forces_presence(analysis->pool, party->admits, party_key(analysis, party, issuer->inside[i])))
            return true;
    return false;
}

static constraint to_probe(struct analysis *analysis, const struct party *party, const struct issuer *issuer,
                           const struct issuer_probe *probe)
{
    constraint formula = party->admits;
    for (const struct issuer_claim *claim = probe->claims; claim->name != NULL; claim++)
        formula = party_fix(analysis, party, formula, claim->name, claim->value);
    const char *key = party_key(analysis, party, issuer->subject);
    return both(analysis, formula, party_key_has_form(analysis, key, probe->subjects, false));
}

/* The next probe after `last` (NULL: the first) that gets in, and when. NULL: none. A probe that gets in from any
 * project of the organization also does from any project of a part of it. */
static const struct issuer_probe *next_probe(struct analysis *analysis, const struct party *party,
                                             const struct issuer *issuer, const struct issuer_probe *last,
                                             constraint *when)
{
    const struct issuer_probe *end = issuer->probes + sizeof issuer->probes / sizeof issuer->probes[0];
    bool projects_said = last != NULL && last->code == CODE_SUBJECT_ANY_PROJECT;
    for (const struct issuer_probe *probe = last != NULL ? last + 1 : issuer->probes; probe < end && probe->who != NULL;
         probe++) {
        if (probe->code == CODE_SUBJECT_ANY_PROJECT &&
            (projects_said || is_bound_inside(analysis, party, issuer) ||
             party_is_put_off(party->at.statement, party_key(analysis, party, issuer->subject))))
            continue;
        *when = to_probe(analysis, party, issuer, probe);
        if (*when != CONSTRAINT_FALSE && party_possible(analysis, *when))
            return probe;
    }
    return NULL;
}

/* Who else gets in; the detail already contains the first. */
static void list_probes(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct party party = {.at = finding->at, .caller = *finding->caller};
    const struct issuer *issuer = party_issuer(analysis, &party);
    struct text others = {0};
    constraint when;
    party.admits = trust_admits(analysis, &party.caller, &party.at);
    const struct issuer_probe *probe = next_probe(analysis, &party, issuer, NULL, &when);
    while (probe != NULL && (probe = next_probe(analysis, &party, issuer, probe, &when)) != NULL)
        text_format(&others, "%s%s", others.length > 0 ? ", " : "", probe->who);
    if (others.length > 0)
        party_detail_add(findings, finding, finding_text(findings, " So can: %s.", others.data));
    text_free(&others);
}

static void report_broad(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                         const struct party *party, const struct issuer *issuer, struct party_verdict *verdict)
{
    const char *key = party_key(analysis, party, issuer->subject);
    if (findings->take != NULL) {
        party_report(analysis, rule, findings, party, verdict);
        return;
    }
    constraint usual = issuer->usual[0] != NULL
                           ? both(analysis, verdict->when, party_key_has_form(analysis, key, issuer->usual, false))
                           : CONSTRAINT_FALSE;
    const char *example =
        party_example(analysis, findings, party_possible(analysis, usual) ? usual : verdict->when, key);
    verdict->how = "";
    verdict->when = party->admits;
    if (example[0] != '\0') {
        verdict->how = finding_text(findings, ", such as \"%s\"", example);
        verdict->when = both(analysis, party->admits, party_key_is(analysis, key, example));
        verdict->for_example = true;
    }
    party_report(analysis, rule, findings, party, verdict);
}

static void judge_broad(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                        const struct party *party)
{
    const struct issuer *issuer = party_issuer(analysis, party);
    const char *label = issuer->label != NULL ? issuer->label : party->caller.name;
    struct party_verdict verdict = {.more = "", .raise = 0};
    if (issuer->rule != ISSUER_OF_PROJECTS || party_possible(analysis, any_subject(analysis, party, issuer)))
        return;
    if (issuer->shared && issuer->opens != NULL &&
        !party_is_put_off(party->at.statement, party_key(analysis, party, issuer->subject))) {
        verdict.when = other_tenants(analysis, findings, party, issuer);
        if (party_possible(analysis, verdict.when)) {
            verdict.code = CODE_SUBJECT_OTHER_TENANTS;
            verdict.raise = 1;
            verdict.who = finding_text(findings, "Through %s, %s", label, issuer->tenants);
            report_broad(analysis, rule, findings, party, issuer, &verdict);
            return;
        }
    }
    const struct issuer_probe *probe = next_probe(analysis, party, issuer, NULL, &verdict.when);
    if (probe != NULL) {
        verdict.code = probe->code;
        verdict.who = finding_text(findings, "Through %s, %s", label, probe->who);
        verdict.elaborate = list_probes;
        report_broad(analysis, rule, findings, party, issuer, &verdict);
    }
}

void find_subject_broad(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_broad);
}

/* ---- any audience */

#define CLIENTS_NAMED 3

/* For several clients of the provider whose tokens the statement accepts: it should say which one is meant. */
static void report_clients(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct party *party, const char *audience, const json_t *clients)
{
    const char **taken = arena_allocate_array(&findings->arena, json_array_size(clients), sizeof *taken);
    struct text names = {0};
    const json_t *client;
    size_t i, count = 0;
    json_array_foreach(clients, i, client)
    {
        const char *id = finding_text(findings, "%s", json_string_value(client));
        if (!party_possible(analysis, party_fix(analysis, party, party->admits, audience, id)))
            continue;
        if (count < CLIENTS_NAMED)
            text_format(&names, "%s\"%s\"", count > 0 ? ", " : "", id);
        taken[count++] = id;
    }
    if (count > CLIENTS_NAMED)
        text_format(&names, " and %zu more", count - CLIENTS_NAMED);
    const char *key = party_key(analysis, party, audience);
    if (count > 1) {
        struct party_verdict verdict = {
            .who = finding_text(findings, "A token for any of the provider's %zu client IDs (%s)", count, names.data),
            .how = finding_text(findings, ": the statement does not say which one (%s)", key),
            .more = "",
            .raise = -1,
            .when = both(analysis, party->admits, party_key_test(analysis, "StringEquals", key, taken, count))};
        party_report(analysis, rule, findings, party, &verdict);
    }
    text_free(&names);
}

static void judge_audience(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct party *party)
{
    const struct issuer *issuer = party_issuer(analysis, party);
    const char *audience = issuer->audience;
    if (issuer->rule == ISSUER_OF_POOLS)
        return; /* cognito-open */
    constraint formula = party_fix(analysis, party, party->admits, audience, NOBODY);
    formula = party_fix(analysis, party, formula, "azp", NOBODY);
    formula = party_fix(analysis, party, formula, "oaud", NOBODY);
    if (!party_possible(analysis, formula))
        return;
    json_t *clients = exported_client_ids(analysis->store, party->caller.text);
    bool told = clients != NULL;
    if (json_array_size(clients) > 0) {
        report_clients(analysis, rule, findings, party, audience, clients);
        json_decref(clients);
        return;
    }
    json_decref(clients);
    bool many = issuer->many_audiences;
    const char *unknown = told || party->principal->account == NULL
                              ? ""
                              : " The provider's client IDs, which also limit the audience, are not in the export.";
    struct party_verdict verdict = {
        .who = finding_text(findings, "A token that %s issued for another purpose",
                            issuer->label != NULL ? issuer->label : party->caller.name),
        .how = finding_text(findings, ": no audience is required (%s)", party_key(analysis, party, audience)),
        .more = finding_text(findings, "%s%s", many ? " The issuer issues such tokens to anyone's applications." : "",
                             unknown),
        .raise = many ? 1 : 0,
        .when = formula};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_audience_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_audience);
}
