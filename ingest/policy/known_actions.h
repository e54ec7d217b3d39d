/*
 * known_actions: the names of all actions of STS and IAM, and of the other services that have any. What is none of them
 * matches nothing. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
#ifndef ROLECHAIN_INGEST_POLICY_KNOWN_ACTIONS_H
#define ROLECHAIN_INGEST_POLICY_KNOWN_ACTIONS_H

#include <stdbool.h>

/* When the table was last compared (make check-tables). */
#define ACTIONS_AS_OF "2026-11"

/* Whether a pattern of Action or NotAction matches an action that is known; of services other than STS and IAM every
 * name is taken for one. */
bool known_action_matches(const char *pattern);

/* What may have been meant by a pattern that matches none: "sts:AssumeRole". Perhaps in `buffer`; NULL: nothing is like
 * it. */
const char *known_action_nearest(const char *pattern, char *buffer, int size);

#endif
