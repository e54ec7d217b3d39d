#include "analyzer/findings/facts/organizing_roles.h"

#include "graph/policy/pattern.h"
#include <stddef.h>
#include <string.h>

static const char of_management[] = "OrganizationAccountAccessRole";

static const char *const patterns[] = {of_management, "stacksets-exec-*", "AWSCloudFormationStackSetExecutionRole",
                                       "AWSControlTowerExecution", "aws-controltower-*ExecutionRole"};

bool organizing_role_is_named(const char *name)
{
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (pattern_matches(patterns[i], name))
            return true;
    return false;
}

bool organizing_role_is_of_management(const char *name)
{
    return strcmp(name, of_management) == 0;
}
