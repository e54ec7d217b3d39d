/*
 * pattern: wildcard and ARN matching over byte strings.
 *
 * '*' is any run of bytes (also none), '?' exactly one character (a whole UTF-8 sequence). There are no other
 * metacharacters. A literal position (a star that came out of a policy variable) is written as the byte sequence
 * PATTERN_ESCAPE c. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * and
 * .../reference_policies_elements_condition_operators.html#Conditions_String
 */
#ifndef ROLECHAIN_GRAPH_POLICY_PATTERN_H
#define ROLECHAIN_GRAPH_POLICY_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Makes the next byte of a pattern literal. Never occurs in valid policy text (IAM refuses U+0001). */
#define PATTERN_ESCAPE '\x01'

/* Whole-string match, case-sensitive (action names: policy_action_matches). Time is O(pattern × text) at worst, memory
 * constant. */
bool pattern_matches(const char *pattern, const char *text);

/* As pattern_matches, ignoring the case of ASCII letters. */
bool pattern_matches_ignoring_case(const char *pattern, const char *text);

/* ArnLike/ArnEquals: both are split at their first five colons and matched field by field; '*' stays inside its field,
 * except in the sixth. False if either has fewer than six fields; a lone "*" pattern matches every ARN. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
bool pattern_matches_arn(const char *pattern, const char *text);

/* Whether the pattern has a wildcard (an escaped one does not count). */
bool pattern_has_wildcard(const char *pattern);

/* A shortest text that both patterns match, in `text` of `size` bytes; "x" where either matches anything. b is an ARN
 * pattern, whose wildcards match no colon before the sixth field. False: there is none, or it does not fit. Time and
 * memory are O(a × b). */
bool pattern_meet(const char *a, const char *b, char *text, size_t size);

/* The account of an ARN pattern, twelve digits without a wildcard before them: all ARNs that it matches are in this
 * account. NULL: they may be in several. */
const char *pattern_account(const char *pattern);

#endif
