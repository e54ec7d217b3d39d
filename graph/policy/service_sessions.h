/*
 * service_sessions: AWS services that pass tags, a source identity or a context with every session they open, which
 * requires more permissions than sts:AssumeRole.
 *
 * Sources: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/aam-prepare-roles.html
 */
#ifndef ROLECHAIN_GRAPH_POLICY_SERVICE_SESSIONS_H
#define ROLECHAIN_GRAPH_POLICY_SERVICE_SESSIONS_H

#include "ingest/policy/sts_actions.h"
#include <stdbool.h>

/* When the table was last compared with these pages. */
#define SERVICE_SESSIONS_AS_OF "2026-11"

struct service_session {
    const char *service;         /* before ".amazonaws.com" */
    enum sts_action_id needs[2]; /* besides sts:AssumeRole; STS_ASSUME_ROLE ends the list */
    const char *unless;          /* a fact under which nothing is passed and nothing more is needed; or NULL */
    bool lasts; /* what it passes is transitive: the same must be allowed when the session assumes further roles */
};

/* NULL: the service is not known to pass anything. */
const struct service_session *service_session_find(const char *principal);

/* Whether the service's calls always need the action. */
bool service_session_needs(const char *principal, enum sts_action_id action);

#endif
