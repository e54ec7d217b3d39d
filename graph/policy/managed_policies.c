#include "graph/policy/managed_policies.h"

#include "ingest/policy/arn.h"
#include <string.h>

static const struct {
    const char *name;
    const char *statements;
} policies[] = {
#define POLICY(name, ...) {name, "[" #__VA_ARGS__ "]"},
#define NOTHING(name) {name, "[]"},
#include "graph/policy/managed_policies.def"
};

const char *managed_policy_statements(const char *arn)
{
    const char *name = arn_aws_managed_policy(arn);
    if (name == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
        if (strcmp(policies[i].name, name) == 0)
            return policies[i].statements;
    /* Services do not assume other roles with their service-linked roles, and nobody else uses these. */
    return strncmp(name, "aws-service-role/", strlen("aws-service-role/")) == 0 ? "[]" : NULL;
}
