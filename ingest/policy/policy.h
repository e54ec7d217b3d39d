/*
 * policy: the grammar of the IAM policy language. Reads one JSON document and returns its statements in a normal form.
 *
 * What IAM would reject is reported, never guessed; a statement with an error is kept as `broken`, so that its presence
 * can make an answer conditional. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html and
 * .../reference_policies_elements.html
 *
 * Normal form of a statement (`body`), as JSON text with sorted members:
 *
 *   {"Action":["sts:AssumeRole"], "Condition":{"StringEquals":{"sts:ExternalId":["x7"]}}, "Effect":"Allow",
 *    "Principal":{"AWS":["arn:…"],"Service":["…"]}, "Resource":["*"], "Sid":"…"}
 *
 * - Action/NotAction, Resource/NotResource and every condition value are arrays of strings (numbers and booleans become
 *   their text: true, 8, 0.5);
 * - Principal "*" is {"AWS":["*"]}; Principal/NotPrincipal members are arrays of strings; members keep their spelling;
 * - operators and keys keep their spelling; an operator or key that occurs twice (duplicate members) has all its values
 *   and the statement has a doubt;
 * - members that the policy's kind forbids (Resource in a trust policy, Principal in an identity policy) are reported
 *   and left in.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_H
#define ROLECHAIN_INGEST_POLICY_POLICY_H

#include "ingest/support/arena.h"
#include <stdbool.h>
#include <stddef.h>

enum policy_kind {
    POLICY_IDENTITY, /* inline or managed, of a user, role or group; also boundaries */
    POLICY_TRUST,
    POLICY_SCP,
    POLICY_RCP,
};

/* The severity of a problem with a policy or an export, and its word for storage and display. */
enum problem_severity { PROBLEM_NOTE, PROBLEM_WARNING, PROBLEM_ERROR };
const char *problem_severity_word(enum problem_severity severity);
/* Unknown words: a note. */
enum problem_severity problem_severity_of(const char *word);

/* What is wrong with a policy, sorted by word: the sub-codes of policy-grammar and of names-nothing. */
enum policy_problem_code {
    GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS,
    GRAMMAR_BOTH_ACTION_AND_NOTACTION,
    GRAMMAR_BOTH_PRINCIPAL_AND_NOTPRINCIPAL,
    GRAMMAR_BOTH_RESOURCE_AND_NOTRESOURCE,
    GRAMMAR_DUPLICATE_JSON_KEY,
    GRAMMAR_DUPLICATE_SID,
    GRAMMAR_EMPTY_STATEMENT,
    GRAMMAR_GROUP_AS_PRINCIPAL,
    GRAMMAR_HAS_PROHIBITED_FIELD_PRINCIPAL,
    GRAMMAR_HAS_PROHIBITED_FIELD_RESOURCE,
    GRAMMAR_IMPOSSIBLE_VALUE,
    GRAMMAR_INVALID_ACTION,
    GRAMMAR_INVALID_CONDITION,
    GRAMMAR_INVALID_EFFECT,
    GRAMMAR_INVALID_JSON,
    GRAMMAR_INVALID_PRINCIPAL,
    GRAMMAR_INVALID_RESOURCE,
    GRAMMAR_INVALID_SID,
    GRAMMAR_INVALID_STATEMENT,
    GRAMMAR_INVALID_VERSION,
    GRAMMAR_MISSING_ACTION,
    GRAMMAR_MISSING_EFFECT,
    GRAMMAR_MISSING_PRINCIPAL,
    GRAMMAR_MISSING_RESOURCE,
    GRAMMAR_MISSING_STATEMENT,
    GRAMMAR_MISSING_VERSION,
    GRAMMAR_NOTPRINCIPAL_WITH_ALLOW,
    GRAMMAR_NUMBER_OVERFLOW,
    GRAMMAR_SIZE_LIMIT,
    GRAMMAR_TRUST_ACTION_NOT_STS,
    GRAMMAR_UNKNOWN_ACTION,
    GRAMMAR_UNKNOWN_CONDITION_KEY,
    GRAMMAR_UNKNOWN_ELEMENT,
    GRAMMAR_UNKNOWN_OPERATOR,
    GRAMMAR_UNKNOWN_PRINCIPAL,
    GRAMMAR_VERSION_2008_VARIABLES,
    GRAMMAR_WILDCARD_IN_PRINCIPAL_ARN,
    GRAMMAR_WILDCARD_IN_SERVICE,
    GRAMMAR_CODES,
};

/* The word for storage and display ("missing-version"), and back; GRAMMAR_CODES: unknown word. */
const char *policy_problem_word(enum policy_problem_code code);
enum policy_problem_code policy_problem_of(const char *word);

/* Whether it is about names and values that match nothing, as far as this version knows (policy_names.c). */
bool policy_problem_is_of_names(enum policy_problem_code code);

struct policy_problem;
/* Whether IAM would refuse a policy with this problem. */
bool policy_problem_refuses(const struct policy_problem *problem);

/* Marks a text in a template that is only known after deployment. */
#define POLICY_UNKNOWN_PART "(known only to the deployment: "

/* Something that IAM would reject or that a reader should know. */
struct policy_problem {
    enum problem_severity severity;
    enum policy_problem_code code;
    int position;        /* statement index, -1: the document */
    const char *pointer; /* JSON pointer inside the document */
    const char *words;   /* the sentence, as policy_words.h stores it: an id … */
    const char *facts;   /* … and facts, "" if there are none */
};

struct policy_statement {
    const char *sid;    /* "" if absent */
    const char *effect; /* "Allow", "Deny", or NULL if unreadable */
    const char *body;   /* normal form; "{}" if broken beyond that */
    const char *broken; /* NULL, or why the statement cannot be read */
    const char *doubt;  /* NULL, or why IAM might read it differently */
    bool bears_on_roles;
};

struct policy {
    const char *version; /* "2012-10-17", "2008-10-17", any other value as written, or "" if absent */
    const char *broken;  /* NULL, or why no statement could be read */
    struct policy_statement *statements;
    size_t statement_count;
    struct policy_problem *problems;
    size_t problem_count;
};

/* Reads a document of that kind. text is JSON of that length (UTF-8). Everything in *policy lives in the arena. Text
 * that is not a policy gives policy->broken and a problem. */
void policy_parse(struct arena *arena, const char *text, size_t length, enum policy_kind kind, struct policy *policy);

/* Whether a list of action patterns (or, if negated, everything else) can match an action that rolechain decides about:
 * the sts actions for assuming a role, the iam actions that give control over a principal, and the actions that start
 * compute with a passed role. The list is one table in policy_actions.c. */
bool policy_bears_on_roles(const char *const *patterns, size_t count, bool negated);

/* Case-insensitive glob over action names: '*' any run, '?' one character.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
bool policy_action_matches(const char *pattern, const char *action);

static inline char policy_action_fold(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* A quick test before policy_action_matches. False: pattern and action differ in the character at `at`. Only valid if
 * the pattern has no wildcard before `at` and is at least that long. */
static inline bool policy_action_may_match(const char *pattern, const char *action, size_t at)
{
    return pattern[at] == '*' || pattern[at] == '?' ||
           policy_action_fold(pattern[at]) == policy_action_fold(action[at]);
}

/* Whether the service before the pattern's colon has no wildcard, or the pattern is for all services. */
bool policy_action_has_service(const char *pattern);

#endif
