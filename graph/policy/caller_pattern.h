/*
 * caller_pattern: account numbers and organization ids of which a condition gives only a part.
 *
 * "2222*" is not a list of accounts, but narrower than anyone. Such a pattern is a caller of its own: any account that
 * matches. Patterns are normalised, so that two with the same meaning are one caller. Sources:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html (the form of an id)
 */
#ifndef ROLECHAIN_GRAPH_POLICY_CALLER_PATTERN_H
#define ROLECHAIN_GRAPH_POLICY_CALLER_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Room for either kind of pattern with its NUL. */
#define CALLER_PATTERN_SIZE 96

/* The account numbers that the glob matches, as a glob; the number itself if it is the only one. False: it matches no
 * number, or fixes no digit. */
bool caller_pattern_account(const char *glob, size_t length, char pattern[CALLER_PATTERN_SIZE]);

/* The same for ids of organizations ("o-…"). Also false for a whole id. */
bool caller_pattern_organization(const char *glob, size_t length, char pattern[CALLER_PATTERN_SIZE]);

/* Calls `visit` for each part of an ARN glob that can match the account field of a user's or role's ARN. A star before
 * it, or at its end, may match more than one field. */
typedef void (*caller_pattern_visit)(const char *part, size_t length, void *context);
void caller_pattern_each_account_part(const char *glob, caller_pattern_visit visit, void *context);

/* Whether the test is true for the account pattern in a glob of account numbers, or for one in a glob of ARNs. */
typedef bool caller_pattern_test(const char *pattern, const char *text);
bool caller_pattern_of_account(const char *glob, caller_pattern_test *test, const char *text);
bool caller_pattern_of_arn(const char *glob, caller_pattern_test *test, const char *text);

/* Whether a glob of account numbers, ARNs, organization ids or their paths means exactly this pattern. */
bool caller_pattern_is_told(const char *glob, const char *pattern);

#endif
