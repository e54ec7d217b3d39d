/*
 * code_services: the AWS services that run what their caller gives them, with a role that they are passed. ONE table:
 * findings ask whether a service is one (a role that trusts it is as good as whoever may use the service), control
 * edges which actions make it run code.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html, and the pages of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CODE_SERVICES_H
#define ROLECHAIN_GRAPH_CONTROL_CODE_SERVICES_H

#include <stddef.h>

#define CODE_SERVICES 22u
#define CODE_SERVICE_WAYS 5u
#define CODE_SERVICE_ACTIONS 3u

struct code_service {
    const char *name;      /* before .amazonaws.com, without region */
    const char *principal; /* as trust policies and iam:PassedToService have it */
    /* Ways to have it run code with the role: each needs all of its actions. None: it is not known by which actions
     * callers do, so nobody gets a control edge by it. NULL ends both. */
    const char *ways[CODE_SERVICE_WAYS][CODE_SERVICE_ACTIONS];
};

extern const struct code_service code_services[CODE_SERVICES];

/* The service of that name (without suffix and region); NULL: it does not run code for its callers. */
const struct code_service *code_service_find(const char *name);

#endif
