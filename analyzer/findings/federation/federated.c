/*
 * Web identity: whose tokens a statement lets in. The statement is solved with the tokens that issuers.c knows to be
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
#define TENANTS_NAMED 64

static constraint both(struct analysis *analysis, constraint a, constraint b)
{
    return constraint_and(analysis->pool, a, b);
}

/* What the statement says to a token of another customer of the platform, but for the subject. */
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

static void judge_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct party *party)
{
    const struct issuer *issuer = issuer_find(party->caller.name);
    if (issuer == NULL)
        return;
    constraint admits = any_subject(analysis, party, issuer);
    if (!party_possible(analysis, admits))
        return;
    struct party_verdict verdict = {
        .who = finding_text(findings, "Whoever gets a token of %s", issuer->label),
        .how = finding_text(findings, ": no subject is demanded (%s)", party_key(analysis, party, issuer->subject)),
        .more = issuer->shared ? finding_text(findings, " The same issuer serves all customers of %s, so %s get in.",
                                              issuer->label, issuer->tenants)
                               : " The issuer serves one customer, and all that it has get in.",
        .raise = issuer->shared ? 0 : -1,
        .when = admits};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_subject_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_missing);
}

/* ---- subjects of too many */

/* The tenants that the trust policy names, as patterns of their subjects: "repo:org/app:*" names all that begins with
 * "repo:org/". A name that a wildcard goes on is named too: of "repo:org*" the others are those called otherwise. */
static size_t named_tenants(struct analysis *analysis, struct findings *findings, const struct party *party,
                            const struct issuer *issuer, const char *key, const char *patterns[TENANTS_NAMED])
{
    const struct model_document *document = &analysis->model->documents[party->at.use->document];
    size_t count = 0, opens = strlen(issuer->opens);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &analysis->model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            const struct statement_condition *condition = &statement->conditions[j];
            for (uint32_t k = 0; strcasecmp(condition->key, key) == 0 && k < condition->value_count; k++) {
                const char *value = condition->values[k];
                const char ends[] = {'*', '?', issuer->ends, '\0'};
                if (strncmp(value, issuer->opens, opens) != 0 || count == TENANTS_NAMED)
                    continue;
                size_t length = strcspn(value + opens, ends);
                if (length > 0)
                    patterns[count++] = finding_text(findings, "%.*s%c*", (int)(opens + length), value,
                                                     issuer->ends != '\0' ? issuer->ends : '*');
            }
        }
    }
    return count;
}

/* The subjects that a probe stands for. A part that is not the last holds no separator. */
static constraint subject_like(struct analysis *analysis, const struct issuer *issuer, const char *key,
                               const char *pattern)
{
    const char separator[] = {(char)(issuer->separator != '\0' ? issuer->separator : ':'), '\0'};
    constraint formula = party_key_like(analysis, key, &pattern, 1);
    for (const char *at = strstr(pattern, "?*"); at != NULL && at[2] != '\0'; at = strstr(at + 2, "?*")) {
        struct text text = {0};
        text_format(&text, "%.*s*%s*%s", (int)(at - pattern), pattern, separator, at + 2);
        const char *never = constraint_key_copy(analysis->pool, text.data);
        formula = both(analysis, formula, constraint_not(analysis->pool, party_key_like(analysis, key, &never, 1)));
        text_free(&text);
    }
    return formula;
}

/* Subjects of tenants that the trust policy does not name. */
static constraint other_tenants(struct analysis *analysis, struct findings *findings, const struct party *party,
                                const struct issuer *issuer)
{
    const char *key = party_key(analysis, party, issuer->subject), *named[TENANTS_NAMED];
    constraint formula = to_another_customer(analysis, party, issuer);
    if (formula == CONSTRAINT_FALSE)
        return formula;
    size_t count = named_tenants(analysis, findings, party, issuer, key, named);
    if (count > 0)
        formula = both(analysis, formula, constraint_not(analysis->pool, party_key_like(analysis, key, named, count)));
    if (count > 0 && !party_possible(analysis, formula))
        return CONSTRAINT_FALSE;
    return both(analysis, formula, party_key_like(analysis, key, &issuer->any_subject, 1));
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
    return both(analysis, formula, subject_like(analysis, issuer, key, probe->subject));
}

/* The next probe after `last` (NULL: the first) that gets in, and when. NULL: none. */
static const struct issuer_probe *next_probe(struct analysis *analysis, const struct party *party,
                                             const struct issuer *issuer, const struct issuer_probe *last,
                                             constraint *when)
{
    const struct issuer_probe *end = issuer->probes + sizeof issuer->probes / sizeof issuer->probes[0];
    for (const struct issuer_probe *probe = last != NULL ? last + 1 : issuer->probes;
         probe < end && probe->subject != NULL; probe++) {
        if (probe == issuer->probes &&
            (is_bound_inside(analysis, party, issuer) ||
             party_is_put_off(party->at.statement, party_key(analysis, party, issuer->subject))))
            continue;
        *when = to_probe(analysis, party, issuer, probe);
        if (*when != CONSTRAINT_FALSE && party_possible(analysis, *when))
            return probe;
    }
    return NULL;
}

/* Who else gets in: the first is in the detail already. */
static void list_probes(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct party party = {.at = finding->at, .caller = *finding->caller};
    const struct issuer *issuer = issuer_find(party.caller.name);
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
    constraint usual = issuer->usual != NULL
                           ? both(analysis, verdict->when, party_key_like(analysis, key, &issuer->usual, 1))
                           : CONSTRAINT_FALSE;
    const char *example =
        party_example(analysis, findings, party_possible(analysis, usual) ? usual : verdict->when, key);
    verdict->how = "";
    if (example[0] != '\0') {
        verdict->how = finding_text(findings, ", such as \"%s\"", example);
        verdict->when = both(analysis, party->admits, party_key_is(analysis, key, example));
    }
    party_report(analysis, rule, findings, party, verdict);
}

static void judge_broad(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                        const struct party *party)
{
    const struct issuer *issuer = issuer_find(party->caller.name);
    struct party_verdict verdict = {.more = "", .raise = 0};
    if (issuer == NULL || party_possible(analysis, any_subject(analysis, party, issuer)))
        return;
    if (issuer->shared && issuer->opens != NULL &&
        !party_is_put_off(party->at.statement, party_key(analysis, party, issuer->subject))) {
        verdict.when = other_tenants(analysis, findings, party, issuer);
        if (party_possible(analysis, verdict.when)) {
            verdict.code = CODE_SUBJECT_OTHER_TENANTS;
            verdict.raise = 1;
            verdict.who = finding_text(findings, "On %s also %s", issuer->label, issuer->tenants);
            report_broad(analysis, rule, findings, party, issuer, &verdict);
            return;
        }
    }
    const struct issuer_probe *probe = next_probe(analysis, party, issuer, NULL, &verdict.when);
    if (probe != NULL) {
        verdict.code = probe->code;
        verdict.who = finding_text(findings, "On %s %s", issuer->label, probe->who);
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

/* Of several clients of the provider, those whose tokens the statement takes: it should say for which it is. */
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
            .who = finding_text(findings, "A token made for any of %zu client ids of the provider (%s)", count,
                                names.data),
            .how = finding_text(findings, ": the statement does not say for which it is (%s)", key),
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
    const struct issuer *issuer = issuer_find(party->caller.name);
    const char *audience = issuer != NULL ? issuer->audience : "aud";
    if (strcmp(party->caller.name, ISSUER_COGNITO) == 0)
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
    bool many = issuer != NULL && issuer->many_audiences;
    const char *unknown = told || party->principal->account == NULL
                              ? ""
                              : " The client ids of the provider, which bind the audience too, were not exported.";
    struct party_verdict verdict = {
        .who = finding_text(findings, "A token that %s made for another purpose",
                            issuer != NULL ? issuer->label : party->caller.name),
        .how = finding_text(findings, ": no audience is demanded (%s)", party_key(analysis, party, audience)),
        .more = finding_text(findings, "%s%s",
                             many ? " The issuer gives such tokens to applications of everybody." : "", unknown),
        .raise = many ? 1 : 0,
        .when = formula};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_audience_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_audience);
}
