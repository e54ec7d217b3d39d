#include "graph/policy/context_key.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SESSION_NAME_BYTES "A-Za-z0-9_+=,.@-"
#define EXTERNAL_ID_BYTES "A-Za-z0-9_+=,.@:/-"

#define NETWORK "needs a place in the network"
#define MFA "needs MFA"
#define AT_WILL "the caller can satisfy it at will"
#define TOKEN "needs such a token of the identity provider"
#define SECRET "needs the external id"

static const struct context_key keys[] = {
    /* who the caller is */
    {"aws:PrincipalArn", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:PrincipalAccount", KEY_KNOWN, KEY_TEXT, false, false, "0-9", 12, 12, NULL},
    {"aws:PrincipalType", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:PrincipalOrgID", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:PrincipalOrgPaths", KEY_KNOWN, KEY_TEXT, false, true, NULL, 0, 0, NULL},
    {"aws:PrincipalTag/*", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 256, NULL},
    {"aws:PrincipalIsAWSService", KEY_KNOWN, KEY_BOOL, false, false, NULL, 0, 0, NULL},
    {"aws:PrincipalServiceName", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:PrincipalServiceNamesList", KEY_KNOWN, KEY_TEXT, false, true, NULL, 0, 0, NULL},
    {"aws:username", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 64, NULL},
    {"aws:userid", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {KEY_CALLER_SESSION, KEY_CHOSEN, KEY_TEXT, true, false, SESSION_NAME_BYTES, 2, 64, "for sessions of that name"},
    /* what the role is */
    {"aws:ResourceAccount", KEY_KNOWN, KEY_TEXT, true, false, "0-9", 12, 12, NULL},
    {"aws:ResourceOrgID", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:ResourceOrgPaths", KEY_KNOWN, KEY_TEXT, false, true, NULL, 0, 0, NULL},
    {"aws:ResourceTag/*", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 256, NULL},
    {"iam:ResourceTag/*", KEY_KNOWN, KEY_TEXT, false, false, NULL, 0, 256, NULL},
    /* what the caller passes */
    {"sts:RoleSessionName", KEY_CHOSEN, KEY_TEXT, true, false, SESSION_NAME_BYTES, 2, 64, AT_WILL},
    {"sts:ExternalId", KEY_CHOSEN, KEY_TEXT, false, false, EXTERNAL_ID_BYTES, 2, 1224, SECRET},
    {"sts:SourceIdentity", KEY_CHOSEN, KEY_TEXT, false, false, SESSION_NAME_BYTES, 2, 64, AT_WILL},
    {"aws:RequestTag/*", KEY_CHOSEN, KEY_TEXT, false, false, NULL, 0, 256, AT_WILL},
    {"aws:TagKeys", KEY_CHOSEN, KEY_TEXT, false, true, NULL, 1, 128, AT_WILL},
    {"sts:TransitiveTagKeys", KEY_CHOSEN, KEY_TEXT, false, true, NULL, 1, 128, AT_WILL},
    {"sts:RequestContext/*", KEY_CHOSEN, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"sts:RequestContextProviders", KEY_CHOSEN, KEY_TEXT, false, true, NULL, 0, 0, NULL},
    {"aws:RequestedRegion", KEY_CHOSEN, KEY_TEXT, true, false, "a-z0-9-", 1, 32, AT_WILL},
    {"aws:UserAgent", KEY_CHOSEN, KEY_TEXT, false, false, NULL, 0, 0, AT_WILL},
    {"aws:Referer", KEY_CHOSEN, KEY_TEXT, false, false, NULL, 0, 0, AT_WILL},
    /* where, when and how */
    {"aws:SourceIp", KEY_ENVIRONMENT, KEY_ADDRESS, false, false, NULL, 0, 0, NETWORK},
    {"aws:VpcSourceIp", KEY_ENVIRONMENT, KEY_ADDRESS, false, false, NULL, 0, 0, NETWORK},
    {"aws:SourceVpc", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NETWORK},
    {"aws:SourceVpce", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NETWORK},
    {"aws:SourceVpcArn", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NETWORK},
    {"aws:VpceAccount", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NETWORK},
    {"aws:VpceOrgID", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NETWORK},
    {"aws:VpceOrgPaths", KEY_ENVIRONMENT, KEY_TEXT, false, true, NULL, 0, 0, NETWORK},
    {"aws:CurrentTime", KEY_ENVIRONMENT, KEY_TIME, true, false, NULL, 0, 0, NULL},
    {"aws:EpochTime", KEY_ENVIRONMENT, KEY_TIME, true, false, NULL, 0, 0, NULL},
    {"aws:TokenIssueTime", KEY_ENVIRONMENT, KEY_TIME, false, false, NULL, 0, 0, NULL},
    {"aws:MultiFactorAuthPresent", KEY_ENVIRONMENT, KEY_BOOL, false, false, NULL, 0, 0, MFA},
    {"aws:MultiFactorAuthAge", KEY_ENVIRONMENT, KEY_INTEGER, false, false, NULL, 0, 0, MFA},
    {"aws:SecureTransport", KEY_KNOWN, KEY_BOOL, true, false, NULL, 0, 0, NULL},
    {"aws:ViaAWSService", KEY_KNOWN, KEY_BOOL, true, false, NULL, 0, 0, NULL},
    {"aws:CalledVia", KEY_NEVER, KEY_TEXT, false, true, NULL, 0, 0, NULL},
    {"aws:CalledViaFirst", KEY_NEVER, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:CalledViaLast", KEY_NEVER, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:SourceIdentity", KEY_ENVIRONMENT, KEY_TEXT, false, false, SESSION_NAME_BYTES, 2, 64, NULL},
    {"aws:FederatedProvider", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:AssumedRoot", KEY_ENVIRONMENT, KEY_BOOL, false, false, NULL, 0, 0, NULL},
    {"aws:ChatbotSourceArn", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:Ec2InstanceSourceVpc", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NETWORK},
    {"aws:Ec2InstanceSourcePrivateIPv4", KEY_ENVIRONMENT, KEY_ADDRESS, false, false, NULL, 0, 0, NETWORK},
    {"ec2:SourceInstanceARN", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"ec2:RoleDelivery", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"lambda:SourceFunctionArn", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"ssm:SourceInstanceArn", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"glue:*", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"identitystore:*", KEY_ENVIRONMENT, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    /* set by services that act for a resource */
    {"aws:SourceAccount", KEY_SERVICE, KEY_TEXT, false, false, "0-9", 12, 12, NULL},
    {"aws:SourceArn", KEY_SERVICE, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:SourceOrgID", KEY_SERVICE, KEY_TEXT, false, false, NULL, 0, 0, NULL},
    {"aws:SourceOrgPaths", KEY_SERVICE, KEY_TEXT, false, true, NULL, 0, 0, NULL},
    /* out of tokens and assertions */
    {"saml:cn", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:eduorghomepageuri", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:eduorgidentityauthnpolicyuri", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:eduorglegalname", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:eduorgsuperioruri", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:eduorgwhitepagesuri", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersonaffiliation", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersonassurance", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersonentitlement", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersonnickname", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersonorgunitdn", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersonscopedaffiliation", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:edupersontargetedid", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"saml:*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN},
    {"cognito-identity.amazonaws.com:amr", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN},
    {"cognito-identity.amazonaws.com:*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN},
    {"accounts.google.com:*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN},
    {"graph.facebook.com:*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN},
    {"www.amazon.com:*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN},
    /* keys that the AssumeRole actions do not have */
    {"sts:DurationSeconds", KEY_NEVER, KEY_INTEGER, false, false, NULL, 0, 0, NULL},
};

/* Claims of any provider. AWS documents these names with one value and "amr" with several; of others nothing is known.
 */
static const char *const single_claims[] = {"actor",
                                            "actor_id",
                                            "app_id",
                                            "aud",
                                            "azp",
                                            "email",
                                            "enterprise_id",
                                            "environment",
                                            "google/organization_number",
                                            "id",
                                            "job_workflow_ref",
                                            "oaud",
                                            "oidc.circleci.com/project-id",
                                            "ref",
                                            "repository",
                                            "repository_id",
                                            "rpst_id",
                                            "sub",
                                            "user_id",
                                            "workflow"};
static const struct context_key single_claim = {"*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN};
static const struct context_key list_claim = {"*", KEY_PROVIDER, KEY_TEXT, false, true, NULL, 0, 0, TOKEN};
static const struct context_key claim = {"*", KEY_PROVIDER, KEY_TEXT, false, false, NULL, 0, 0, TOKEN};
static const struct context_key unrecognized = {"*", KEY_UNRECOGNIZED, KEY_TEXT, false, false, NULL, 0, 0, NULL};

/* A provider's claim is HOST[/PATH]:claim: the part before the last colon is a host name. */
static const struct context_key *claim_or_unrecognized(const char *key)
{
    const char *colon = strrchr(key, ':'), *dot = strchr(key, '.');
    if (colon == NULL || dot == NULL || dot > colon)
        return &unrecognized;
    for (size_t i = 0; i < sizeof single_claims / sizeof single_claims[0]; i++)
        if (strcasecmp(colon + 1, single_claims[i]) == 0)
            return &single_claim;
    return strcasecmp(colon + 1, "amr") == 0 ? &list_claim : &claim;
}

/* ---- finding */

#define KEY_COUNT (sizeof keys / sizeof keys[0])
#define SLOTS 256u

/* Keys that are one key each, by the hash of their folded names: row + 1, 0 free. */
static uint8_t slots[SLOTS];
static uint8_t open_rows[KEY_COUNT]; /* those that end in "*" */
static size_t open_count;
static pthread_once_t slots_made = PTHREAD_ONCE_INIT;

static uint32_t folded_hash(const char *key)
{
    uint32_t hash = 2166136261u;
    for (; *key != '\0'; key++)
        hash = (hash ^ ((unsigned char)*key | 0x20u)) * 16777619u;
    return hash ^ hash >> 15;
}

static void make_slots(void)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *name = keys[i].name;
        if (name[strlen(name) - 1] == '*') {
            open_rows[open_count++] = (uint8_t)i;
            continue;
        }
        uint32_t at = folded_hash(name) % SLOTS;
        while (slots[at] != 0)
            at = (at + 1) % SLOTS;
        slots[at] = (uint8_t)(i + 1);
    }
}

const struct context_key *context_key_find(const char *key)
{
    pthread_once(&slots_made, make_slots);
    for (uint32_t at = folded_hash(key) % SLOTS; slots[at] != 0; at = (at + 1) % SLOTS)
        if (strcasecmp(keys[slots[at] - 1].name, key) == 0)
            return &keys[slots[at] - 1];
    for (size_t i = 0; i < open_count; i++) {
        const struct context_key *open = &keys[open_rows[i]];
        size_t length = strlen(open->name) - 1;
        if (strncasecmp(open->name, key, length) == 0 && key[length] != '\0')
            return open;
    }
    return claim_or_unrecognized(key);
}

bool context_key_may_be_list(const struct context_key *key)
{
    return key->multivalued || key == &claim || key == &unrecognized;
}

bool context_key_allows_byte(const struct context_key *key, unsigned char byte)
{
    if (key->alphabet == NULL)
        return byte >= 0x20 && byte != 0x7F;
    for (const char *at = key->alphabet; *at != '\0'; at++) {
        if (at[1] == '-' && at[2] != '\0') {
            if (byte >= (unsigned char)at[0] && byte <= (unsigned char)at[2])
                return true;
            at += 2;
        } else if (byte == (unsigned char)*at) {
            return true;
        }
    }
    return false;
}
