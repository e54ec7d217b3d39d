/*
 * Corrections of trust policies that IAM would reject, if there is only one way to correct them.
 */
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "ingest/policy/policy.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CURRENT "2012-10-17"
#define FEWEST_DIGITS 9u /* for an account id that lost its leading zeros in a spreadsheet or number */

static json_t *statement_of(json_t *policy, size_t index)
{
    json_t *statements = json_object_get(policy, "Statement");
    if (json_is_array(statements))
        return json_array_get(statements, index);
    return index == 0 ? statements : NULL;
}

static bool holds_variables(const json_t *policy)
{
    char *text = json_words(policy, JSON_COMPACT);
    bool holds = strstr(text, "${") != NULL;
    free(text);
    return holds;
}

/* With another Version ${…} would become variables. */
static void set_version(json_t *policy)
{
    if (holds_variables(policy))
        return;
    json_t *rest = json_copy(policy);
    json_object_clear(policy);
    json_put(policy, "Version", json_text(CURRENT));
    json_object_del(rest, "Version");
    json_put_all(policy, rest);
    json_decref(rest);
}

static void drop_resource(json_t *policy)
{
    json_t *statement;
    for (size_t i = 0; (statement = statement_of(policy, i)) != NULL; i++) {
        json_object_del(statement, "Resource");
        json_object_del(statement, "NotResource");
    }
}

static void drop_sids(json_t *policy)
{
    json_t *statement, *seen = json_object();
    for (size_t i = 0; (statement = statement_of(policy, i)) != NULL; i++) {
        json_t *sid = json_object_get(statement, "Sid");
        const char *text = json_string_value(sid);
        if (sid != NULL && (text == NULL || json_object_get(seen, text) != NULL))
            json_object_del(statement, "Sid");
        else if (text != NULL)
            json_put(seen, text, json_true());
    }
    json_decref(seen);
}

static void spell_effect(json_t *policy)
{
    static const char *const effects[] = {"Allow", "Deny"};
    json_t *statement;
    for (size_t i = 0; (statement = statement_of(policy, i)) != NULL; i++) {
        const char *effect = json_string_value(json_object_get(statement, "Effect"));
        for (size_t j = 0; j < 2 && effect != NULL; j++)
            if (strcasecmp(effect, effects[j]) == 0) {
                json_put(statement, "Effect", json_text(effects[j]));
                break;
            }
    }
}

/* Removes the actions of other services, unless nothing would remain. */
static void keep_sts(json_t *policy)
{
    json_t *statement, *action;
    size_t j;
    for (size_t i = 0; (statement = statement_of(policy, i)) != NULL; i++) {
        json_t *list = json_object_get(statement, "Action"), *kept = json_array();
        json_array_foreach(list, j, action)
        {
            const char *text = json_string_value(action);
            if (text != NULL && strncasecmp(text, "sts:", 4) == 0)
                json_add(kept, json_incref(action));
        }
        if (json_array_size(kept) > 0)
            json_put(statement, "Action", json_incref(kept));
        json_decref(kept);
    }
}

/* The id, or the ARN, with its account's leading zeros restored. New reference; NULL: nothing is missing. */
static json_t *with_zeros(const json_t *value)
{
    const char *text = json_string_value(value), *id = text;
    for (int colons = 0; id != NULL && strncmp(text, "arn:", 4) == 0 && colons < 4; colons++) {
        id = strchr(id, ':');
        id = id != NULL ? id + 1 : NULL;
    }
    size_t digits = id != NULL ? strspn(id, "0123456789") : 0;
    if (digits < FEWEST_DIGITS || digits > 11 || (id[digits] != '\0' && id[digits] != ':'))
        return NULL;
    return json_text_format("%.*s%.*s%s", (int)(id - text), text, (int)(12 - digits), "000000000000", id);
}

static void add_zeros(json_t *policy)
{
    json_t *statement, *aws, *value, *full;
    size_t j;
    for (size_t i = 0; (statement = statement_of(policy, i)) != NULL; i++) {
        json_t *principal = json_object_get(statement, "Principal");
        aws = json_object_get(principal, "AWS");
        if (json_is_string(aws) && (full = with_zeros(aws)) != NULL)
            json_put(principal, "AWS", full);
        json_array_foreach(aws, j, value) if ((full = with_zeros(value)) != NULL) json_replace(aws, j, full);
    }
}

static const struct correction {
    enum policy_problem_code code;
    void (*correct)(json_t *policy);
} corrections[] = {
    {GRAMMAR_MISSING_VERSION, set_version},
    {GRAMMAR_INVALID_VERSION, set_version},
    {GRAMMAR_HAS_PROHIBITED_FIELD_RESOURCE, drop_resource},
    {GRAMMAR_DUPLICATE_SID, drop_sids},
    {GRAMMAR_INVALID_SID, drop_sids},
    {GRAMMAR_INVALID_EFFECT, spell_effect},
    {GRAMMAR_TRUST_ACTION_NOT_STS, keep_sts},
    {GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, add_zeros},
};

#define CORRECTIONS (sizeof corrections / sizeof corrections[0])

/* Whether a policy has a problem with that code; GRAMMAR_CODES: any for which IAM would reject it. */
static bool has_problem(const json_t *document, enum policy_problem_code code)
{
    struct arena arena = {0};
    struct policy policy;
    char *text = json_words(document, JSON_COMPACT);
    bool has = false;
    policy_parse(&arena, text, strlen(text), POLICY_TRUST, &policy);
    for (size_t i = 0; !has && i < policy.problem_count; i++)
        has = code != GRAMMAR_CODES ? policy.problems[i].code == code : policy_problem_refuses(&policy.problems[i]);
    arena_free(&arena);
    free(text);
    return has;
}

/* IAM accepts a policy only if no mistake remains. */
static bool correct_all(json_t *policy)
{
    for (size_t i = 0; i < CORRECTIONS && has_problem(policy, GRAMMAR_CODES); i++)
        if (has_problem(policy, corrections[i].code))
            corrections[i].correct(policy);
    return !has_problem(policy, GRAMMAR_CODES);
}

void patch_grammar(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    enum policy_problem_code code = policy_problem_of(finding->code);
    size_t i = 0;
    while (i < CORRECTIONS && corrections[i].code != code)
        i++;
    if (i == CORRECTIONS)
        return;
    struct patch patch = {
        .style = PATCH_CORRECTED, .document = trust_policy_json(analysis, finding->at.use), .closes = true};
    if (patch.document == NULL)
        return;
    corrections[i].correct(patch.document);
    if (correct_all(patch.document) && !has_problem(patch.document, code)) {
        const char *fix = finding->fix;
        if (!patch_offer(analysis, findings, finding, &patch) && finding->fix == fix) {
            patch.opens = true;
            patch_offer(analysis, findings, finding, &patch);
        }
    }
    json_decref(patch.document);
}
