#include "ingest/policy/sts_actions.h"

#include <strings.h>

#include <stddef.h>

const struct sts_action sts_actions[STS_ACTION_COUNT] = {
    [STS_ASSUME_ROLE] = {"sts:AssumeRole", {NULL}},
    [STS_ASSUME_ROLE_WITH_SAML] = {"sts:AssumeRoleWithSAML", {NULL}},
    [STS_ASSUME_ROLE_WITH_WEB_IDENTITY] = {"sts:AssumeRoleWithWebIdentity", {NULL}},
    [STS_TAG_SESSION] = {"sts:TagSession", {"aws:RequestTag/*", "aws:TagKeys", "sts:TransitiveTagKeys", NULL}},
    [STS_SET_SOURCE_IDENTITY] = {"sts:SetSourceIdentity", {"sts:SourceIdentity", NULL}},
    [STS_SET_CONTEXT] = {"sts:SetContext", {"sts:RequestContext/*", "sts:RequestContextProviders", NULL}},
};

enum sts_action_id sts_action_find(const char *name)
{
    enum sts_action_id id = 0;
    while (id < STS_ACTION_COUNT && strcasecmp(name, sts_actions[id].name) != 0)
        id++;
    return id;
}
