/*
 * Problems of policies: their codes, and how they are recorded.
 */
#include "ingest/policy/policy_inside.h"

#include "ingest/support/array.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const codes[GRAMMAR_CODES] = {
    [GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS] = "account-id-not-12-digits",
    [GRAMMAR_BOTH_ACTION_AND_NOTACTION] = "both-action-and-notaction",
    [GRAMMAR_BOTH_PRINCIPAL_AND_NOTPRINCIPAL] = "both-principal-and-notprincipal",
    [GRAMMAR_BOTH_RESOURCE_AND_NOTRESOURCE] = "both-resource-and-notresource",
    [GRAMMAR_DUPLICATE_JSON_KEY] = "duplicate-json-key",
    [GRAMMAR_DUPLICATE_SID] = "duplicate-sid",
    [GRAMMAR_EMPTY_STATEMENT] = "empty-statement",
    [GRAMMAR_GROUP_AS_PRINCIPAL] = "group-as-principal",
    [GRAMMAR_HAS_PROHIBITED_FIELD_PRINCIPAL] = "has-prohibited-field-principal",
    [GRAMMAR_HAS_PROHIBITED_FIELD_RESOURCE] = "has-prohibited-field-resource",
    [GRAMMAR_IMPOSSIBLE_VALUE] = "impossible-value",
    [GRAMMAR_INVALID_ACTION] = "invalid-action",
    [GRAMMAR_INVALID_CONDITION] = "invalid-condition",
    [GRAMMAR_INVALID_EFFECT] = "invalid-effect",
    [GRAMMAR_INVALID_JSON] = "invalid-json",
    [GRAMMAR_INVALID_PRINCIPAL] = "invalid-principal",
    [GRAMMAR_INVALID_RESOURCE] = "invalid-resource",
    [GRAMMAR_INVALID_SID] = "invalid-sid",
    [GRAMMAR_INVALID_STATEMENT] = "invalid-statement",
    [GRAMMAR_INVALID_VERSION] = "invalid-version",
    [GRAMMAR_MISSING_ACTION] = "missing-action",
    [GRAMMAR_MISSING_EFFECT] = "missing-effect",
    [GRAMMAR_MISSING_PRINCIPAL] = "missing-principal",
    [GRAMMAR_MISSING_RESOURCE] = "missing-resource",
    [GRAMMAR_MISSING_STATEMENT] = "missing-statement",
    [GRAMMAR_MISSING_VERSION] = "missing-version",
    [GRAMMAR_NOTPRINCIPAL_WITH_ALLOW] = "notprincipal-with-allow",
    [GRAMMAR_NUMBER_OVERFLOW] = "number-overflow",
    [GRAMMAR_SIZE_LIMIT] = "size-limit",
    [GRAMMAR_TRUST_ACTION_NOT_STS] = "trust-action-not-sts",
    [GRAMMAR_UNKNOWN_ACTION] = "unknown-action",
    [GRAMMAR_UNKNOWN_CONDITION_KEY] = "unknown-condition-key",
    [GRAMMAR_UNKNOWN_ELEMENT] = "unknown-element",
    [GRAMMAR_UNKNOWN_OPERATOR] = "unknown-operator",
    [GRAMMAR_UNKNOWN_PRINCIPAL] = "unknown-principal",
    [GRAMMAR_VERSION_2008_VARIABLES] = "version-2008-variables",
    [GRAMMAR_WILDCARD_IN_PRINCIPAL_ARN] = "wildcard-in-principal-arn",
    [GRAMMAR_WILDCARD_IN_SERVICE] = "wildcard-in-service",
};

const char *problem_severity_word(enum problem_severity severity)
{
    static const char *const words[] = {
        [PROBLEM_NOTE] = "note", [PROBLEM_WARNING] = "warning", [PROBLEM_ERROR] = "error"};
    return words[severity];
}

enum problem_severity problem_severity_of(const char *word)
{
    enum problem_severity severity = PROBLEM_ERROR;
    while (severity > PROBLEM_NOTE && strcmp(problem_severity_word(severity), word) != 0)
        severity--;
    return severity;
}

const char *policy_problem_word(enum policy_problem_code code)
{
    return codes[code];
}

enum policy_problem_code policy_problem_of(const char *word)
{
    enum policy_problem_code code = 0;
    while (code < GRAMMAR_CODES && strcmp(codes[code], word) != 0)
        code++;
    return code;
}

bool policy_problem_is_of_names(enum policy_problem_code code)
{
    return code == GRAMMAR_IMPOSSIBLE_VALUE || code == GRAMMAR_UNKNOWN_ACTION ||
           code == GRAMMAR_UNKNOWN_CONDITION_KEY || code == GRAMMAR_UNKNOWN_PRINCIPAL;
}

bool policy_problem_refuses(const struct policy_problem *problem)
{
    return problem->severity == PROBLEM_ERROR && !policy_problem_is_of_names(problem->code);
}

void policy_report(struct policy_reader *reader, enum problem_severity severity, enum policy_problem_code code,
                   const char *pointer, enum policy_words words, const char *const facts[POLICY_FACTS])
{
    char where[256];
    if (reader->position >= 0 && reader->single)
        snprintf(where, sizeof where, "/Statement%s", pointer);
    else if (reader->position >= 0)
        snprintf(where, sizeof where, "/Statement/%d%s", reader->position, pointer);
    else
        snprintf(where, sizeof where, "%s", pointer);
    ARRAY_ADD(reader->problems, reader->problem_count, reader->problem_room,
              (struct policy_problem){severity, code, reader->position,
                                      arena_copy_text(reader->arena, where, strlen(where)), policy_words_id(words),
                                      policy_words_pack(reader->arena, facts)});
}

void policy_hand_over_problems(struct policy_reader *reader)
{
    struct policy *policy = reader->policy;
    policy->problem_count = reader->problem_count;
    if (reader->problem_count > 0) {
        policy->problems = arena_allocate_array(reader->arena, reader->problem_count, sizeof *policy->problems);
        memcpy(policy->problems, reader->problems, reader->problem_count * sizeof *policy->problems);
    }
    free(reader->problems);
}

/* An error after which the meaning of the statement is unknown. */
void policy_break(struct policy_reader *reader, struct policy_statement *statement, enum policy_problem_code code,
                  const char *pointer, enum policy_words words, const char *const facts[POLICY_FACTS])
{
    struct text why = {0};
    policy_report(reader, PROBLEM_ERROR, code, pointer, words, facts);
    if (statement->broken != NULL)
        return;
    policy_words_append(&why, policy_words_id(words), policy_words_pack(reader->arena, facts), false);
    statement->broken = text_keep(&why, reader->arena);
}
