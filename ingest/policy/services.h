/*
 * services: the AWS services, as principals and as prefixes of actions and condition keys. ONE table;
 * graph/control/ways.h says which of them run code.
 *
 * Sources: the pages "Cross-service confused deputy prevention" of the services' guides, and
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
#ifndef ROLECHAIN_INGEST_POLICY_SERVICES_H
#define ROLECHAIN_INGEST_POLICY_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

/* When the table was last compared (make check-tables). */
#define SERVICES_AS_OF "2026-11"

enum service_traits {
    /* It acts for resources of any customer and names them in aws:SourceAccount and aws:SourceArn. Services without
     * this trait do not name them, or only use roles in the resource's own account (EC2, EKS, Lambda, Secrets
     * Manager). */
    SERVICE_SAYS_FOR_WHOM = 1,
    /* Actions and condition keys begin with its name, now or in the past. */
    SERVICE_HAS_ACTIONS = 2,
};

struct service {
    const char *name; /* before .amazonaws.com, without region */
    int traits;
};

/* The row for a service principal ("monitoring.rds.amazonaws.com", "logs.eu-west-1.amazonaws.com"). A name that is
 * not in the table belongs to the service that one of its labels names; the last such label counts. NULL: no such
 * service. */
const struct service *service_find(const char *principal);

/* The service with the most similar name; NULL: none is similar. */
const char *service_nearest(const char *principal);

/* Whether actions and condition keys begin with this name of that length, ignoring case. */
bool service_has_actions(const char *name, size_t length);

/* The most similar name with actions; NULL: none is similar. */
const char *service_nearest_with_actions(const char *name);

#endif
