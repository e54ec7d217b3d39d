#include "ingest/policy/known_actions.h"

#include "ingest/policy/policy.h"
#include "ingest/policy/services.h"
#include "ingest/policy/sts_actions.h"
#include "ingest/support/likeness.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* clang-format off */

/* Except those in sts_actions.h. */
static const char *const sts[] = {
    "sts:AssumeRoot", "sts:DecodeAuthorizationMessage", "sts:GetAccessKeyInfo", "sts:GetCallerIdentity",
    "sts:GetDelegatedAccessToken", "sts:GetFederationToken", "sts:GetServiceBearerToken", "sts:GetSessionToken",
    "sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken", NULL
};

static const char *const iam[] = {
    "iam:AcceptDelegationRequest", "iam:AddClientIDToOpenIDConnectProvider", "iam:AddRoleToInstanceProfile",
    "iam:AddUserToGroup", "iam:AssociateDelegationRequest", "iam:AttachGroupPolicy", "iam:AttachRolePolicy",
    "iam:AttachUserPolicy", "iam:ChangePassword", "iam:CreateAccessKey", "iam:CreateAccountAlias",
    "iam:CreateDelegationRequest", "iam:CreateGroup", "iam:CreateInstanceProfile", "iam:CreateLoginProfile",
    "iam:CreateOpenIDConnectProvider", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:CreateRole",
    "iam:CreateSAMLProvider", "iam:CreateServiceLinkedRole", "iam:CreateServiceSpecificCredential",
    "iam:CreateUser", "iam:CreateVirtualMFADevice", "iam:DeactivateMFADevice", "iam:DeleteAccessKey",
    "iam:DeleteAccountAlias", "iam:DeleteAccountPasswordPolicy", "iam:DeleteCloudFrontPublicKey",
    "iam:DeleteGroup", "iam:DeleteGroupPolicy", "iam:DeleteInstanceProfile", "iam:DeleteLoginProfile",
    "iam:DeleteOpenIDConnectProvider", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DeleteSAMLProvider",
    "iam:DeleteSSHPublicKey", "iam:DeleteServerCertificate", "iam:DeleteServiceLinkedRole",
    "iam:DeleteServiceSpecificCredential", "iam:DeleteSigningCertificate", "iam:DeleteUser",
    "iam:DeleteUserPermissionsBoundary", "iam:DeleteUserPolicy", "iam:DeleteVirtualMFADevice",
    "iam:DetachGroupPolicy", "iam:DetachRolePolicy", "iam:DetachUserPolicy",
    "iam:DisableOrganizationsRootCredentialsManagement", "iam:DisableOrganizationsRootSessions",
    "iam:DisableOutboundWebIdentityFederation", "iam:EnableMFADevice",
    "iam:EnableOrganizationsRootCredentialsManagement", "iam:EnableOrganizationsRootSessions",
    "iam:EnableOutboundWebIdentityFederation", "iam:GenerateCredentialReport",
    "iam:GenerateOrganizationsAccessReport", "iam:GenerateServiceLastAccessedDetails",
    "iam:GetAccessKeyLastUsed", "iam:GetAccountAuthorizationDetails", "iam:GetAccountEmailAddress",
    "iam:GetAccountName", "iam:GetAccountPasswordPolicy", "iam:GetAccountProperties", "iam:GetAccountSummary",
    "iam:GetCloudFrontPublicKey", "iam:GetContextKeysForCustomPolicy", "iam:GetContextKeysForPrincipalPolicy",
    "iam:GetCredentialReport", "iam:GetDelegationRequest", "iam:GetGroup", "iam:GetGroupPolicy",
    "iam:GetHumanReadableSummary", "iam:GetInstanceProfile", "iam:GetLoginProfile", "iam:GetMFADevice",
    "iam:GetOpenIDConnectProvider", "iam:GetOrganizationsAccessReport",
    "iam:GetOutboundWebIdentityFederationInfo", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole",
    "iam:GetRolePolicy", "iam:GetRoleTemplateVersion", "iam:GetSAMLProvider", "iam:GetSSHPublicKey",
    "iam:GetServerCertificate", "iam:GetServiceLastAccessedDetails",
    "iam:GetServiceLastAccessedDetailsWithEntities", "iam:GetServiceLinkedRoleDeletionStatus", "iam:GetUser",
    "iam:GetUserPolicy", "iam:ListAccessKeys", "iam:ListAccountAliases", "iam:ListAttachedGroupPolicies",
    "iam:ListAttachedRolePolicies", "iam:ListAttachedUserPolicies", "iam:ListCloudFrontPublicKeys",
    "iam:ListDelegationRequests", "iam:ListEntitiesForPolicy", "iam:ListGroupPolicies", "iam:ListGroups",
    "iam:ListGroupsForUser", "iam:ListInstanceProfileTags", "iam:ListInstanceProfiles",
    "iam:ListInstanceProfilesForRole", "iam:ListMFADeviceTags", "iam:ListMFADevices",
    "iam:ListOpenIDConnectProviderTags", "iam:ListOpenIDConnectProviders", "iam:ListOrganizationsFeatures",
    "iam:ListPolicies", "iam:ListPoliciesGrantingServiceAccess", "iam:ListPolicyTags", "iam:ListPolicyVersions",
    "iam:ListRolePolicies", "iam:ListRoleTags", "iam:ListRoles", "iam:ListSAMLProviderTags",
    "iam:ListSAMLProviders", "iam:ListSSHPublicKeys", "iam:ListSTSRegionalEndpointsStatus",
    "iam:ListServerCertificateTags", "iam:ListServerCertificates", "iam:ListServiceSpecificCredentials",
    "iam:ListSigningCertificates", "iam:ListUserPolicies", "iam:ListUserTags", "iam:ListUsers",
    "iam:ListVirtualMFADevices", "iam:PassRole", "iam:PutAccountProperties", "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy", "iam:RejectDelegationRequest", "iam:RemoveClientIDFromOpenIDConnectProvider",
    "iam:RemoveRoleFromInstanceProfile", "iam:RemoveUserFromGroup", "iam:ResetServiceSpecificCredential",
    "iam:ResyncMFADevice", "iam:SendDelegationToken", "iam:SetDefaultPolicyVersion",
    "iam:SetSTSRegionalEndpointStatus", "iam:SetSecurityTokenServicePreferences", "iam:SimulateCustomPolicy",
    "iam:SimulatePrincipalPolicy", "iam:TagInstanceProfile", "iam:TagMFADevice", "iam:TagOpenIDConnectProvider",
    "iam:TagPolicy", "iam:TagRole", "iam:TagSAMLProvider", "iam:TagServerCertificate", "iam:TagUser",
    "iam:UntagInstanceProfile", "iam:UntagMFADevice", "iam:UntagOpenIDConnectProvider", "iam:UntagPolicy",
    "iam:UntagRole", "iam:UntagSAMLProvider", "iam:UntagServerCertificate", "iam:UntagUser",
    "iam:UpdateAccessKey", "iam:UpdateAccountEmailAddress", "iam:UpdateAccountName",
    "iam:UpdateAccountPasswordPolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateCloudFrontPublicKey",
    "iam:UpdateGroup", "iam:UpdateLoginProfile", "iam:UpdateOpenIDConnectProviderThumbprint", "iam:UpdateRole",
    "iam:UpdateRoleDescription", "iam:UpdateSAMLProvider", "iam:UpdateSSHPublicKey",
    "iam:UpdateServerCertificate", "iam:UpdateServiceSpecificCredential", "iam:UpdateSigningCertificate",
    "iam:UpdateUser", "iam:UploadCloudFrontPublicKey", "iam:UploadSSHPublicKey", "iam:UploadServerCertificate",
    "iam:UploadSigningCertificate", NULL
};

/* clang-format on */

static const struct {
    const char *service; /* with the colon */
    const char *const *names;
} listed[] = {{"sts:", sts}, {"iam:", iam}};

enum {
    LISTED = sizeof listed / sizeof listed[0],
    LONGEST = 128,
    NAMES = sizeof iam / sizeof iam[0] + STS_ACTION_COUNT
};

/* The service in the table that the pattern is about; LISTED: another service. */
static size_t service_of(const char *pattern)
{
    size_t i = 0;
    while (i < LISTED && strncasecmp(pattern, listed[i].service, strlen(listed[i].service)) != 0)
        i++;
    return i;
}

bool known_action_matches(const char *pattern)
{
    const char *colon = strchr(pattern, ':');
    size_t service = service_of(pattern);
    bool stars = pattern[0] != '\0' && pattern[strspn(pattern, "*")] == '\0';
    if (!policy_action_has_service(pattern) || (colon == NULL && !stars))
        return false;
    if (service == LISTED)
        return pattern[0] == '*' || (service_has_actions(pattern, (size_t)(colon - pattern)) && colon[1] != '\0');
    for (enum sts_action_id id = 0; service == 0 && id < STS_ACTION_COUNT; id++)
        if (policy_action_matches(pattern, sts_actions[id].name))
            return true;
    const size_t behind = strlen(listed[service].service);
    for (const char *const *at = listed[service].names; *at != NULL; at++)
        if (policy_action_may_match(pattern, *at, behind) && policy_action_matches(pattern, *at))
            return true;
    return false;
}

const char *known_action_nearest(const char *pattern, char *buffer, int size)
{
    const char *names[NAMES];
    size_t service = service_of(pattern), length = strcspn(pattern, ":"), count = 0;
    bool bare = pattern[length] == '\0'; /* a name without a service is taken for one of STS */
    char name[LONGEST];
    if (service < LISTED || bare) {
        snprintf(name, sizeof name, "%s%s", bare ? "sts:" : "", pattern);
        for (enum sts_action_id id = 0; (bare || service == 0) && id < STS_ACTION_COUNT; id++)
            names[count++] = sts_actions[id].name;
        for (const char *const *at = listed[bare ? 0 : service].names; *at != NULL; at++)
            names[count++] = *at;
        return nearest_name_close(name, names, count);
    }
    if (length >= sizeof name)
        return NULL;
    snprintf(name, sizeof name, "%.*s", (int)length, pattern);
    const char *near = service_nearest_with_actions(name);
    if (near == NULL)
        return NULL;
    return snprintf(buffer, (size_t)size, "%s%s", near, pattern + length) < size ? buffer : NULL;
}
