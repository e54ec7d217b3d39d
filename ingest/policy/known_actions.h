/*
 * known_actions: the names of all actions of STS and IAM, and the prefixes of all other services with actions. A
 * pattern that matches none of them has no effect. Source:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
#ifndef ROLECHAIN_INGEST_POLICY_KNOWN_ACTIONS_H
#define ROLECHAIN_INGEST_POLICY_KNOWN_ACTIONS_H

#include <stdbool.h>

/* When the table was last compared (make check-tables). */
#define ACTIONS_AS_OF "2026-11"

/* Whether a pattern of Action or NotAction matches a known action; for services other than STS and IAM any name counts
 * as known. */
bool known_action_matches(const char *pattern);

/* The action that was probably meant by a pattern without a match: "sts:AssumeRole". Possibly in `buffer`; NULL:
 * nothing is similar. */
const char *known_action_nearest(const char *pattern, char *buffer, int size);

#endif
