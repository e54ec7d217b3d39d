#include "ingest/policy/issuer_claims.h"

#include <string.h>
#include <strings.h>

struct issuer_claims {
    const char *issuer;     /* '*' stands for one part of the host name, or, at the end, for the rest of the path */
    const char *claims[12]; /* in addition to aud and sub; '+' before a claim: it is a list, '~': it is free text */
};

/* clang-format off */
#define GITHUB {"actor", "actor_id", "enterprise_id", "~environment", "job_workflow_ref", "ref", "repository",           \
                "repository_id", "repository_owner_id", "workflow"}
#define BUILDKITE {"build_branch", "cluster_id", "cluster_name", "organization_id", "organization_slug",                \
                   "pipeline_id", "pipeline_slug"}

static const struct issuer_claims table[] = {
    {"token.actions.githubusercontent.com", GITHUB},
    {"token.actions.githubusercontent.com/*", GITHUB},
    {"token.actions.*.ghe.com", GITHUB},
    {"github.com/enterprises/*", GITHUB},
    {"gitlab.com", {"namespace_id", "project_id", "pipeline_source", "ref_protected", "runner_environment",
                    "user_access_level", "user_email", "user_id", "user_login"}},
    {"accounts.google.com", {"google/organization_number", "oaud"}},
    {"oidc.circleci.com/org/*", {"oidc.circleci.com/project-id"}},
    {"agent.buildkite.com", BUILDKITE},
    {"agent.*.buildkite.dev", BUILDKITE},
    {"agent.*.buildkite.site", BUILDKITE},
    {"idcs-*.identity.oraclecloud.com", {"rpst_id"}},
    {"cognito-identity.amazonaws.com", {"+amr"}},
    {"graph.facebook.com", {"app_id", "id"}},
    {"www.amazon.com", {"app_id", "user_id"}},
};
/* clang-format on */

/* A star in a host name matches anything but '/', one at the end matches anything. */
static bool is_issuer(const char *pattern, const char *name, size_t length)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL)
        return strlen(pattern) == length && strncasecmp(pattern, name, length) == 0;
    size_t before = (size_t)(star - pattern), after = strlen(star + 1);
    if (length <= before + after || strncasecmp(pattern, name, before) != 0)
        return false;
    return after == 0 ||
           (strncasecmp(star + 1, name + length - after, after) == 0 && memchr(name, '/', length) == NULL);
}

enum claim_use issuer_claims_find(const char *key)
{
    const char *colon = strrchr(key, ':');
    if (colon == NULL)
        return CLAIM_OF_OTHERS;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (!is_issuer(table[i].issuer, key, (size_t)(colon - key)))
            continue;
        if (strcasecmp(colon + 1, "aud") == 0 || strcasecmp(colon + 1, "sub") == 0)
            return CLAIM_PLAIN;
        for (const char *const *claim = table[i].claims; *claim != NULL; claim++) {
            bool list = **claim == '+', text = **claim == '~';
            if (strcasecmp(colon + 1, *claim + (list || text)) == 0)
                return list ? CLAIM_LIST_HANDED_ON : text ? CLAIM_HANDED_ON : CLAIM_PLAIN;
        }
        return CLAIM_KEPT_BACK;
    }
    return CLAIM_OF_OTHERS;
}
