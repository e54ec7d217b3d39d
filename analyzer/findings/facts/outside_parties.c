#include "analyzer/findings/facts/outside_parties.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool party_speaks_for_set(const struct analysis *analysis, const struct findings *findings, uint32_t role)
{
    const struct partition *sets = &analysis->edges->classes.same_trusts;
    uint32_t set = sets->of[role];
    return findings->scope.role != NULL || set == MODEL_NONE || sets->members[sets->first[set]] == role;
}

void party_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                enum principal_form form, party_judge judge)
{
    struct party party = {.admits = CONSTRAINT_FALSE};
    while (trust_walk(analysis, findings, &party.at)) {
        const struct statement *statement = party.at.statement;
        if ((party.at.allowed_forms & 1u << form) == 0 || !party_speaks_for_set(analysis, findings, party.at.role))
            continue;
        for (uint32_t i = 0; i < statement->principal_count; i++) {
            party.principal = &statement->principals[i];
            if (party.principal->form != form || !trust_caller(analysis, party.principal, &party.caller))
                continue;
            party.admits = trust_admits_named(analysis, &party.caller, &party.at);
            if (party.admits != CONSTRAINT_FALSE)
                judge(analysis, rule, findings, &party);
        }
    }
}

static void report_one(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       const struct party *party, const struct party_verdict *verdict, uint32_t role)
{
    struct trust_statement at = party->at;
    at.role = role;
    at.who = &analysis->model->principals[role];
    at.use = at.who->trust;
    struct finding *finding = finding_add_trust(findings, analysis, rule, &at, party->caller.text);
    finding->code = finding_code_words[verdict->code];
    finding_holds_if(findings, finding, &party->caller, verdict->when);
    finding->holds_for_example = verdict->for_example;
    finding_raise(finding, verdict->raise);
    finding->used_by = verdict->used_by;
    finding->elaborate = verdict->elaborate;
    const char *administrator = finding_raise_for_administrator(finding, analysis, role);
    if (findings->take == NULL)
        finding->detail = finding_text(findings, "%s can assume %s%s.%s%s", verdict->who, at.who->name, verdict->how,
                                       verdict->more, administrator);
}

void party_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                  const struct party *party, const struct party_verdict *verdict)
{
    const struct partition *sets = &analysis->edges->classes.same_trusts;
    uint32_t set = sets->of[party->at.role];
    if (set == MODEL_NONE || findings->scope.role != NULL) {
        if (verdict->counts == NULL || verdict->counts(analysis, party->at.role))
            report_one(analysis, rule, findings, party, verdict, party->at.role);
        return;
    }
    for (uint32_t i = sets->first[set]; i < sets->first[set + 1]; i++)
        if (verdict->counts == NULL || verdict->counts(analysis, sets->members[i]))
            report_one(analysis, rule, findings, party, verdict, sets->members[i]);
}

const char *party_key(struct analysis *analysis, const struct party *party, const char *claim)
{
    struct text name = {0};
    text_append_string(&name, party->caller.name);
    text_append_char(&name, ':');
    text_append_string(&name, claim);
    const char *key = constraint_key_copy(analysis->pool, name.data);
    text_free(&name);
    return key;
}

bool party_possible(struct analysis *analysis, constraint formula)
{
    return constraint_satisfiable(analysis->pool, formula) != CONSTRAINT_NO;
}

bool party_is_put_off(const struct statement *statement, const char *key)
{
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        bool put_off = strcasecmp(condition->key, key) == 0 && !condition->name.op->negated &&
                       !condition->name.if_exists && condition->value_count > 0;
        for (uint32_t j = 0; j < condition->value_count; j++)
            put_off = put_off && context_key_is_put_off(condition->values[j]);
        if (put_off)
            return true;
    }
    return false;
}

constraint party_key_test(struct analysis *analysis, const char *operator_name, const char *key,
                          const char *const *values, size_t count)
{
    struct condition_name name;
    condition_name_parse(operator_name, &name);
    return constraint_atom(analysis->pool, &name, key, "", values, count);
}

constraint party_key_like(struct analysis *analysis, const char *key, const char *const *patterns, size_t count)
{
    return party_key_test(analysis, "StringLike", key, patterns, count);
}

constraint party_key_has_form(struct analysis *analysis, const char *key, const char *const *forms, bool ignoring_case)
{
    const struct condition_name name = {.op = ignoring_case ? &condition_in_form_ignoring_case : &condition_in_form};
    size_t count = 0;
    while (forms[count] != NULL)
        count++;
    return count == 0 ? CONSTRAINT_TRUE : constraint_atom(analysis->pool, &name, key, "", forms, count);
}

const struct issuer *party_issuer(const struct analysis *analysis, const struct party *party)
{
    return issuer_find(analysis->model, party->at.use, party->caller.name);
}

constraint party_fix(struct analysis *analysis, const struct party *party, constraint formula, const char *claim,
                     const char *value)
{
    return constraint_fix(analysis->pool, formula, party_key(analysis, party, claim), &value, 1);
}

constraint party_key_is(struct analysis *analysis, const char *key, const char *value)
{
    return party_key_test(analysis, "StringEquals", key, &value, 1);
}

/* A witness may contain a pattern's wildcards unchanged; a letter is easier to read if it works too. */
static const char *without_wildcards(struct analysis *analysis, struct findings *findings, constraint formula,
                                     const char *key, const char *value)
{
    char *plain = arena_copy_text(&findings->arena, value, strlen(value));
    for (char *at = plain; *at != '\0'; at++)
        if (*at == '*' || *at == '?')
            *at = 'x';
    if (party_possible(analysis, constraint_and(analysis->pool, formula, party_key_is(analysis, key, plain))))
        return plain;
    return finding_text(findings, "%s", value);
}

const char *party_example(struct analysis *analysis, struct findings *findings, constraint formula, const char *key)
{
    json_t *request = constraint_witness(analysis->pool, formula);
    const char *name, *example = "";
    json_t *values;
    json_object_foreach(request, name, values)
    {
        const char *value = json_string_value(json_array_get(values, 0));
        if (strcasecmp(name, key) == 0 && value != NULL)
            example = without_wildcards(analysis, findings, formula, key, value);
    }
    json_decref(request);
    return example;
}

const char *party_callers(struct findings *findings, uint32_t count)
{
    return finding_text(findings, "%u %s in the export", count,
                        count == 1 ? "user, role or outside party" : "users, roles and outside parties");
}

void party_detail_add(struct findings *findings, struct finding *finding, const char *sentence)
{
    if (finding->about == NULL)
        finding->about = finding->detail;
    finding->detail = finding_text(findings, "%s%s", (const char *)finding->about, sentence);
}
