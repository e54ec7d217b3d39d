/*
 * The words for problems of policy.h.
 */
#include "ingest/policy/policy.h"

#include <string.h>

static const char *const codes[] = {
    "account-id-not-12-digits",
    "both-action-and-notaction",
    "both-principal-and-notprincipal",
    "both-resource-and-notresource",
    "duplicate-json-key",
    "duplicate-sid",
    "empty-statement",
    "group-as-principal",
    "has-prohibited-field-principal",
    "has-prohibited-field-resource",
    "invalid-action",
    "invalid-condition",
    "invalid-effect",
    "invalid-json",
    "invalid-principal",
    "invalid-resource",
    "invalid-sid",
    "invalid-statement",
    "invalid-version",
    "missing-action",
    "missing-effect",
    "missing-principal",
    "missing-resource",
    "missing-statement",
    "missing-version",
    "notprincipal-with-allow",
    "number-overflow",
    "size-limit",
    "trust-action-not-sts",
    "unknown-element",
    "unknown-operator",
    "version-2008-variables",
    "wildcard-in-principal-arn",
    "wildcard-in-service",
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

const char *const *policy_problem_codes(size_t *count)
{
    *count = sizeof codes / sizeof codes[0];
    return codes;
}
