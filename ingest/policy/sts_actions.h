/*
 * sts_actions: the actions of STS on a role, in ONE table. Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservicests.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
#ifndef ROLECHAIN_INGEST_POLICY_STS_ACTIONS_H
#define ROLECHAIN_INGEST_POLICY_STS_ACTIONS_H

enum sts_action_id {
    /* the actions that assume a role */
    STS_ASSUME_ROLE,                   /* by users, roles and services */
    STS_ASSUME_ROLE_WITH_SAML,         /* by holders of an assertion of a SAML provider */
    STS_ASSUME_ROLE_WITH_WEB_IDENTITY, /* by holders of a token of an OIDC provider */
    /* needed in addition if the call passes certain values */
    STS_TAG_SESSION,
    STS_SET_SOURCE_IDENTITY,
    STS_SET_CONTEXT,
    STS_ACTION_COUNT,
    STS_FIRST_BESIDE = STS_TAG_SESSION
};

struct sts_action {
    const char *name;      /* "sts:AssumeRole" */
    const char *passed[4]; /* the condition keys of the passed values that need the action; a trailing '*' matches any
                              name; NULL ends the list */
};

extern const struct sts_action sts_actions[STS_ACTION_COUNT];

/* The action with that name, ignoring case; STS_ACTION_COUNT: another action. */
enum sts_action_id sts_action_find(const char *name);

#endif
