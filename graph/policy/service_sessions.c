#include "graph/policy/service_sessions.h"

#include <stddef.h>
#include <string.h>

static const struct service_session table[] = {
    /* The certificate's fields are tags, its subject the source identity. */
    {"rolesanywhere", {STS_TAG_SESSION, STS_SET_SOURCE_IDENTITY}, NULL, true},
    /* Six transitive tags for cluster, namespace, service account and pod. */
    {"pods.eks", {STS_TAG_SESSION}, "the EKS Pod Identity association disables session tags", true},
    {"capabilities.eks", {STS_TAG_SESSION}, "the EKS capability passes no session tags", false},
    /* The person for whom the account access manager opens the session. */
    {"account-access", {STS_SET_CONTEXT}, NULL, false},
};

const struct service_session *service_session_find(const char *principal)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t length = strlen(table[i].service);
        if (strncmp(principal, table[i].service, length) == 0 && strncmp(principal + length, ".amazonaws.com", 14) == 0)
            return &table[i];
    }
    return NULL;
}

bool service_session_needs(const char *principal, enum sts_action_id action)
{
    const struct service_session *session = service_session_find(principal);
    if (session == NULL || session->unless != NULL)
        return false;
    return session->needs[0] == action || session->needs[1] == action;
}
