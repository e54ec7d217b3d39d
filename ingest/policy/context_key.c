#include "ingest/policy/context_key.h"

#include "ingest/policy/form.h"
#include "ingest/policy/issuer_claims.h"
#include "ingest/policy/services.h"
#include "ingest/support/likeness.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SESSION_NAME_BYTES "A-Za-z0-9_+=,.@-"
#define USER_ID_BYTES "A-Za-z0-9_+=,.@:-"
#define EXTERNAL_ID_BYTES "A-Za-z0-9_+=,.@:/-"
/* https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating: letters of any script too */
#define TAG_BYTES " A-Za-z0-9_.:/=+@\x80-\xff-"
/* Everything except the wildcards: a policy whose author took '*' for a pattern matches nothing. */
#define PLAIN_BYTES " -)+->@-~\x80-\xff"

#define ORGANIZATION .forms = organization, .alphabet = "a-z0-9-", .shortest = 12, .longest = 34
#define ORGANIZATION_PATH .forms = organization_path, .alphabet = "a-z0-9/-"
#define ACCOUNT_ID .alphabet = "0-9", .shortest = 12, .longest = 12

/* Forms of values. Sources: the pages in context_key.h;
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html (ids),
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (aws:userid) */
static const char *const organization[] = {"o-*", NULL};
static const char *const organization_path[] = {"o-*/r-*/", NULL};
static const char *const any_arn[] = {"arn:*:*:*:*:*", NULL};
static const char *const principal_arn[] = {"arn:*:iam::*:user/*", "arn:*:iam::*:role/*", "arn:*:iam::*:root",
                                            "arn:*:sts::*:federated-user/*", NULL};
static const char *const principal_type[] = {"Account", "Anonymous", "AssumedRole", "FederatedUser", "User", NULL};
static const char *const user_id[] = {"AIDA*", "AROA*:*", "????????????", "????????????:*", NULL};
static const char *const instance_arn[] = {"arn:*:ec2:*:*:instance/*", NULL};
static const char *const function_arn[] = {"arn:*:lambda:*:*:function:*", NULL};
static const char *const vpc[] = {"vpc-*", NULL};
static const char *const vpc_arn[] = {"arn:*:ec2:*:*:vpc/vpc-*", NULL};
static const char *const vpc_endpoint[] = {"vpce-*", NULL};
static const char *const provider[] = {"arn:*:iam::*:saml-provider/*", "arn:*:iam::*:oidc-provider/*", ISSUERS_BUILT_IN,
                                       NULL};

/* clang-format off */

/* Keys with a fixed name, sorted by it ignoring case; a test checks the order. */
static const struct context_key keys[] = {
    {"aws:AssumedRoot", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .domain = KEY_BOOL},
    {"aws:CalledVia", .class = KEY_NEVER, .source = SOURCE_NEVER, .multivalued = true},
    {"aws:CalledViaFirst", .class = KEY_NEVER, .source = SOURCE_NEVER},
    {"aws:CalledViaLast", .class = KEY_NEVER, .source = SOURCE_NEVER},
    {"aws:ChatbotSourceArn", .class = KEY_ENVIRONMENT, .forms = any_arn},
    {KEY_CURRENT_TIME, .class = KEY_ENVIRONMENT, .domain = KEY_TIME, .always = true, .shared = true, .relation = RELATED_CURRENT_TIME},
    {"aws:Ec2InstanceSourcePrivateIPv4", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true, .domain = KEY_ADDRESS, .need = NEED_NETWORK},
    {"aws:Ec2InstanceSourceVpc", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true, .need = NEED_NETWORK, .forms = vpc, .resource = "vpc-"},
    {"aws:EpochTime", .class = KEY_ENVIRONMENT, .domain = KEY_TIME, .always = true, .shared = true, .relation = RELATED_EPOCH_TIME},
    {"aws:FederatedProvider", .class = KEY_ENVIRONMENT, .source = SOURCE_FEDERATED_PROVIDER, .need = NEED_TOKEN, .forms = provider},
    {"aws:MultiFactorAuthAge", .class = KEY_ENVIRONMENT, .source = SOURCE_MFA_AGE, .domain = KEY_INTEGER, .need = NEED_MFA, .relation = RELATED_MFA_AGE},
    {"aws:MultiFactorAuthPresent", .class = KEY_ENVIRONMENT, .source = SOURCE_MFA_PRESENT, .domain = KEY_BOOL, .need = NEED_MFA, .relation = RELATED_MFA},
    {"aws:PrincipalAccount", .class = KEY_KNOWN, .source = SOURCE_PRINCIPAL_ACCOUNT, ACCOUNT_ID},
    {"aws:PrincipalArn", .class = KEY_KNOWN, .source = SOURCE_PRINCIPAL_ARN, .forms = principal_arn},
    {"aws:PrincipalIsAWSService", .class = KEY_KNOWN, .source = SOURCE_IS_SERVICE, .domain = KEY_BOOL},
    {"aws:PrincipalOrgID", .class = KEY_KNOWN, .source = SOURCE_PRINCIPAL_ORG_ID, ORGANIZATION},
    {"aws:PrincipalOrgPaths", .class = KEY_KNOWN, .source = SOURCE_PRINCIPAL_ORG_PATHS, .multivalued = true, ORGANIZATION_PATH},
    {"aws:PrincipalServiceName", .class = KEY_KNOWN, .source = SOURCE_SERVICE_NAME},
    {"aws:PrincipalServiceNamesList", .class = KEY_KNOWN, .source = SOURCE_SERVICE_NAME, .multivalued = true},
    {"aws:PrincipalType", .class = KEY_KNOWN, .source = SOURCE_PRINCIPAL_TYPE, .forms = principal_type},
    {"aws:Referer", .class = KEY_CHOSEN, .need = NEED_AT_WILL},
    {"aws:RequestedRegion", .class = KEY_CHOSEN, .always = true, .alphabet = "a-z0-9-", .shortest = 1, .longest = 32, .need = NEED_AT_WILL},
    {"aws:ResourceAccount", .class = KEY_KNOWN, .source = SOURCE_RESOURCE_ACCOUNT, .always = true, ACCOUNT_ID},
    {"aws:ResourceOrgID", .class = KEY_KNOWN, .source = SOURCE_RESOURCE_ORG_ID, ORGANIZATION},
    {"aws:ResourceOrgPaths", .class = KEY_KNOWN, .source = SOURCE_RESOURCE_ORG_PATHS, .multivalued = true, ORGANIZATION_PATH},
    {"aws:SecureTransport", .class = KEY_KNOWN, .source = SOURCE_ALWAYS_TRUE, .domain = KEY_BOOL, .always = true},
    {"aws:SourceAccount", .class = KEY_SERVICE, .source = SOURCE_SERVICE_CALL, ACCOUNT_ID},
    {"aws:SourceArn", .class = KEY_SERVICE, .source = SOURCE_SERVICE_CALL, .forms = any_arn},
    {"aws:SourceIdentity", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .alphabet = SESSION_NAME_BYTES, .shortest = 2, .longest = 64, .relation = RELATED_SESSION_IDENTITY},
    {"aws:SourceIp", .class = KEY_ENVIRONMENT, .domain = KEY_ADDRESS, .shared = true, .need = NEED_NETWORK, .relation = RELATED_ADDRESS},
    {"aws:SourceOrgID", .class = KEY_SERVICE, .source = SOURCE_SERVICE_CALL, ORGANIZATION},
    {"aws:SourceOrgPaths", .class = KEY_SERVICE, .source = SOURCE_SERVICE_CALL, .multivalued = true, ORGANIZATION_PATH},
    {"aws:SourceVpc", .class = KEY_ENVIRONMENT, .shared = true, .need = NEED_NETWORK, .forms = vpc, .resource = "vpc-", .relation = RELATED_ENDPOINT},
    {"aws:SourceVpcArn", .class = KEY_ENVIRONMENT, .shared = true, .need = NEED_NETWORK, .forms = vpc_arn, .relation = RELATED_ENDPOINT},
    {"aws:SourceVpce", .class = KEY_ENVIRONMENT, .shared = true, .need = NEED_NETWORK, .forms = vpc_endpoint, .resource = "vpce-", .relation = RELATED_ENDPOINT},
    {"aws:TagKeys", .class = KEY_CHOSEN, .multivalued = true, .alphabet = TAG_BYTES, .shortest = 1, .longest = 128, .need = NEED_AT_WILL, .relation = RELATED_PASSED_TAG_NAMES},
    {"aws:TokenIssueTime", .class = KEY_ENVIRONMENT, .source = SOURCE_TOKEN_TIME, .domain = KEY_TIME, .relation = RELATED_TOKEN_TIME},
    {"aws:UserAgent", .class = KEY_CHOSEN, .need = NEED_AT_WILL},
    {"aws:userid", .class = KEY_KNOWN, .source = SOURCE_USER_ID, .forms = user_id, .alphabet = USER_ID_BYTES},
    {"aws:username", .class = KEY_KNOWN, .source = SOURCE_USER_NAME, .alphabet = SESSION_NAME_BYTES, .shortest = 1, .longest = 64},
    {"aws:ViaAWSService", .class = KEY_KNOWN, .source = SOURCE_ALWAYS_FALSE, .domain = KEY_BOOL, .always = true},
    {"aws:VpceAccount", .class = KEY_ENVIRONMENT, .shared = true, .need = NEED_NETWORK, ACCOUNT_ID},
    {"aws:VpceOrgID", .class = KEY_ENVIRONMENT, .shared = true, .need = NEED_NETWORK, ORGANIZATION},
    {"aws:VpceOrgPaths", .class = KEY_ENVIRONMENT, .multivalued = true, .shared = true, .need = NEED_NETWORK, ORGANIZATION_PATH},
    {"aws:VpcSourceIp", .class = KEY_ENVIRONMENT, .domain = KEY_ADDRESS, .shared = true, .need = NEED_NETWORK, .relation = RELATED_ENDPOINT},
    {"cognito-identity.amazonaws.com:amr", .class = KEY_PROVIDER, .source = SOURCE_LASTING_CLAIM, .multivalued = true, .need = NEED_TOKEN},
    {"ec2:RoleDelivery", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true},
    {"ec2:SourceInstanceARN", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true, .forms = instance_arn},
    {"lambda:SourceFunctionArn", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true, .forms = function_arn},
    {"saml:cn", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:eduorghomepageuri", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:eduorgidentityauthnpolicyuri", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:eduorglegalname", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:eduorgsuperioruri", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:eduorgwhitepagesuri", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersonaffiliation", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersonassurance", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersonentitlement", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersonnickname", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersonorgunitdn", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersonscopedaffiliation", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {"saml:edupersontargetedid", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .multivalued = true, .need = NEED_TOKEN},
    {KEY_CALLER_SESSION, .class = KEY_CHOSEN, .always = true, .alphabet = SESSION_NAME_BYTES, .shortest = 2, .longest = 64, .need = NEED_SESSION},
    {"ssm:SourceInstanceArn", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true, .forms = any_arn},
    {"sts:DurationSeconds", .class = KEY_NEVER, .source = SOURCE_NEVER, .domain = KEY_INTEGER},
    {"sts:ExternalId", .class = KEY_CHOSEN, .source = SOURCE_ASSUME_ROLE, .alphabet = EXTERNAL_ID_BYTES, .shortest = 2, .longest = 1224,
     .need = NEED_SECRET},
    {"sts:RequestContextProviders", .class = KEY_CHOSEN, .multivalued = true, .forms = any_arn},
    {"sts:RoleSessionName", .class = KEY_CHOSEN, .always = true, .alphabet = SESSION_NAME_BYTES, .shortest = 2, .longest = 64, .need = NEED_AT_WILL},
    {"sts:SourceIdentity", .class = KEY_CHOSEN, .alphabet = SESSION_NAME_BYTES, .shortest = 2, .longest = 64, .need = NEED_AT_WILL, .relation = RELATED_PASSED_IDENTITY},
    {"sts:TransitiveTagKeys", .class = KEY_CHOSEN, .multivalued = true, .alphabet = TAG_BYTES, .shortest = 1, .longest = 128, .need = NEED_AT_WILL, .relation = RELATED_TRANSITIVE_TAG_NAMES},
};

/* Keys with a part that can be any name. */
static const struct context_key families[] = {
    {"aws:PrincipalTag/*", .class = KEY_KNOWN, .source = SOURCE_PRINCIPAL_TAG, .alphabet = TAG_BYTES, .longest = 256},
    {"aws:ResourceTag/*", .class = KEY_KNOWN, .source = SOURCE_RESOURCE_TAG, .alphabet = TAG_BYTES, .longest = 256},
    {"iam:ResourceTag/*", .class = KEY_KNOWN, .source = SOURCE_RESOURCE_TAG, .alphabet = TAG_BYTES, .longest = 256},
    {"aws:RequestTag/*", .class = KEY_CHOSEN, .alphabet = TAG_BYTES, .longest = 256, .need = NEED_AT_WILL, .relation = RELATED_PASSED_TAG},
    {"sts:RequestContext/*", .class = KEY_CHOSEN},
    /* Decided by a template's parameters; not keys of AWS. See ingest/readers/template_values.h and template_later.h. */
    {"cloudformation:Condition/*", .class = KEY_ENVIRONMENT, .domain = KEY_BOOL, .always = true, .shared = true, .our_own = true},
    {KEY_TEMPLATE_VALUE "*", .class = KEY_ENVIRONMENT, .always = true, .shared = true, .our_own = true},
    /* Which of several plans or templates that create the same name is deployed: ingest/store/writer_shared.c. */
    {"rolechain:DeployedFrom/*", .class = KEY_ENVIRONMENT, .always = true, .shared = true, .our_own = true},
    {"glue:*", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION, .delivered = true},
    {"identitystore:*", .class = KEY_ENVIRONMENT, .source = SOURCE_ROLE_SESSION},
    {"saml:*", .class = KEY_PROVIDER, .source = SOURCE_ASSERTION, .need = NEED_TOKEN},
    {"cognito-identity.amazonaws.com:*", .class = KEY_PROVIDER, .source = SOURCE_LASTING_CLAIM, .need = NEED_TOKEN},
    {"accounts.google.com:*", .class = KEY_PROVIDER, .source = SOURCE_LASTING_CLAIM, .need = NEED_TOKEN},
    {"graph.facebook.com:*", .class = KEY_PROVIDER, .source = SOURCE_LASTING_CLAIM, .need = NEED_TOKEN},
    {"www.amazon.com:*", .class = KEY_PROVIDER, .source = SOURCE_LASTING_CLAIM, .need = NEED_TOKEN},
};

/* Claims of unlisted providers, and everything else. */
static const struct context_key single_claim =
    {"*", .class = KEY_PROVIDER, .source = SOURCE_CLAIM, .need = NEED_TOKEN};
static const struct context_key plain_claim =
    {"*", .class = KEY_PROVIDER, .source = SOURCE_CLAIM, .alphabet = PLAIN_BYTES, .need = NEED_TOKEN};
static const struct context_key list_claim =
    {"*", .class = KEY_PROVIDER, .source = SOURCE_CLAIM, .multivalued = true, .need = NEED_TOKEN};
static const struct context_key claim =
    {"*", .class = KEY_PROVIDER, .source = SOURCE_CLAIM, .perhaps_list = true, .need = NEED_TOKEN};
static const struct context_key claim_kept_back =
    {"*", .class = KEY_PROVIDER, .source = SOURCE_NEVER, .need = NEED_TOKEN};
static const struct context_key unrecognized =
    {"*", .class = KEY_UNRECOGNIZED, .perhaps_list = true};

/* clang-format on */

/* Keys without a row: those of SAML that have one value, and those of other actions. */
static const char *const others[] = {
    "aws:CalledViaAWSMCP",
    "aws:IsMcpServiceAction",
    "aws:PrincipalOrgMasterAccountId",
    "aws:SignInSessionArn",
    "aws:SourceOwner",
    "aws:ViaAWSMCPService",
    "iam:AccountPropertyNamespaces",
    "iam:AssociatedResourceArn",
    "iam:AWSServiceName",
    "iam:DelegationDuration",
    "iam:DelegationRequestOwner",
    "iam:FIDO-certification",
    "iam:FIDO-FIPS-140-2-certification",
    "iam:FIDO-FIPS-140-3-certification",
    "iam:NotificationChannel",
    "iam:OrganizationsPolicyId",
    "iam:PassedToService",
    "iam:PermissionsBoundary",
    "iam:PolicyARN",
    "iam:RegisterSecurityKey",
    "iam:RoleTemplateARN",
    "iam:ServiceSpecificCredentialAgeDays",
    "iam:ServiceSpecificCredentialServiceName",
    "iam:TemplateArn",
    "saml:aud",
    "saml:commonName",
    "saml:doc",
    "saml:edupersonorgdn",
    "saml:edupersonprimaryaffiliation",
    "saml:edupersonprimaryorgunitdn",
    "saml:edupersonprincipalname",
    "saml:givenName",
    "saml:iss",
    "saml:mail",
    "saml:name",
    "saml:namequalifier",
    "saml:organizationStatus",
    "saml:primaryGroupSID",
    "saml:sub",
    "saml:sub_type",
    "saml:surname",
    "saml:uid",
    "saml:x500UniqueIdentifier",
    "sts:AWSServiceName",
    "sts:IdentityTokenAudience",
    "sts:RoleAuthorizedByIdp",
    "sts:SigningAlgorithm",
    "sts:TaskPolicyArn",
};

/* Prefixes that keys have and actions do not; the keys of sts, iam, aws and saml are all listed. */
static const char *const prefixes[] = {"catalog", "cognito-identity-auth", "cognito-identity-unauth", "identitycenter"};
static const char *const listed_whole[] = {"aws", "iam", "saml", "sts"};

static const char *const service_keys[] = {"aws:CalledVia",
                                           "aws:CalledViaFirst",
                                           "aws:CalledViaLast",
                                           "aws:PrincipalServiceName",
                                           "aws:PrincipalServiceNamesList",
                                           "iam:AWSServiceName",
                                           "iam:PassedToService",
                                           "sts:AWSServiceName"};

enum {
    KEY_COUNT = sizeof keys / sizeof keys[0],
    FAMILY_COUNT = sizeof families / sizeof families[0],
    OTHER_COUNT = sizeof others / sizeof others[0]
};

/* Claims of unknown providers: AWS documents these names with one value, and "amr" with several. */
static const char *const single_claims[] = {"aud", "azp", "email", "oaud", "sub"};

/* A provider's claim is HOST[/PATH]:claim: the part before the last colon is a host name. */
static const struct context_key *claim_or_unrecognized(const char *key)
{
    const char *colon = strrchr(key, ':'), *dot = strchr(key, '.');
    if (colon == NULL || dot == NULL || dot > colon)
        return &unrecognized;
    enum claim_use use = issuer_claims_find(key);
    if (use != CLAIM_OF_OTHERS)
        return use == CLAIM_KEPT_BACK   ? &claim_kept_back
               : use == CLAIM_PLAIN     ? &plain_claim
               : use == CLAIM_HANDED_ON ? &single_claim
                                        : &list_claim;
    for (size_t i = 0; i < sizeof single_claims / sizeof single_claims[0]; i++)
        if (strcasecmp(colon + 1, single_claims[i]) == 0)
            return &single_claim;
    return strcasecmp(colon + 1, "amr") == 0 ? &list_claim : &claim;
}

static int compare_name(const void *name, const void *key)
{
    return strcasecmp(name, ((const struct context_key *)key)->name);
}

const struct context_key *context_key_find(const char *key)
{
    size_t at = order_lower_bound(key, keys, KEY_COUNT, sizeof keys[0], compare_name);
    if (at < KEY_COUNT && compare_name(key, &keys[at]) == 0)
        return &keys[at];
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        size_t length = strlen(families[i].name) - 1;
        if (strncasecmp(families[i].name, key, length) == 0 && key[length] != '\0')
            return issuer_claims_find(key) == CLAIM_KEPT_BACK ? &claim_kept_back : &families[i];
    }
    return claim_or_unrecognized(key);
}

const struct context_key *context_key_row(size_t number)
{
    return number < KEY_COUNT                  ? &keys[number]
           : number < KEY_COUNT + FAMILY_COUNT ? &families[number - KEY_COUNT]
                                               : NULL;
}

bool context_key_is_put_off(const char *value)
{
    return strstr(value, "${" KEY_TEMPLATE_VALUE) != NULL;
}

const char *context_key_put_off_end(const char *text)
{
    static const char begin[] = "${" KEY_TEMPLATE_VALUE;
    const char *end = strncmp(text, begin, sizeof begin - 1) == 0 ? strchr(text, '}') : NULL;
    return end != NULL ? end + 1 : NULL;
}

/* ---- known keys */

#define IS_ONE_OF(list, text, length) is_one_of(list, sizeof(list) / sizeof(list)[0], text, length)

static bool is_one_of(const char *const *list, size_t count, const char *text, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strncasecmp(list[i], text, length) == 0 && list[i][length] == '\0')
            return true;
    return false;
}

bool context_key_names_services(const char *key)
{
    return IS_ONE_OF(service_keys, key, strlen(key));
}

bool context_key_is_known(const char *key)
{
    const struct context_key *row = context_key_find(key);
    size_t length = strcspn(key, ":");
    if (key[length] == '\0' || key[length + 1] == '\0')
        return false;
    if (IS_ONE_OF(listed_whole, key, length)) {
        bool family = row->name[strlen(row->name) - 1] == '*', tags = strstr(row->name, "/*") != NULL;
        return IS_ONE_OF(others, key, strlen(key)) || !family || tags;
    }
    return row != &unrecognized || IS_ONE_OF(prefixes, key, length) || service_has_actions(key, length);
}

/* The key's name with another service prefix. */
static const char *of_nearest_service(const char *key, char *buffer, int size)
{
    size_t length = strcspn(key, ":");
    char name[64];
    if (key[length] == '\0' || length >= sizeof name || IS_ONE_OF(listed_whole, key, length))
        return NULL;
    memcpy(name, key, length);
    name[length] = '\0';
    const char *near = service_nearest_with_actions(name);
    if (near == NULL)
        return NULL;
    bool fits = snprintf(buffer, (size_t)size, "%s%s", near, key + length) < size;
    return fits && context_key_is_known(buffer) ? buffer : NULL;
}

/* For a family, its name with the part after the key's slash. */
static const char *nearest_family(const char *key, char *buffer, int size)
{
    const char *names[FAMILY_COUNT], *slash = strchr(key, '/');
    char begin[64];
    size_t count = 0, length = slash != NULL ? (size_t)(slash + 1 - key) : 0;
    if (slash == NULL || length + 1 >= sizeof begin)
        return NULL;
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        if (strstr(families[i].name, "/*") != NULL && !families[i].our_own)
            names[count++] = families[i].name;
    snprintf(begin, sizeof begin, "%.*s*", (int)length, key);
    const char *near = nearest_name_close(begin, names, count);
    if (near == NULL)
        return NULL;
    const char *tag = slash[1] != '\0' ? slash + 1 : "KEY";
    return snprintf(buffer, (size_t)size, "%.*s%s", (int)strlen(near) - 1, near, tag) < size ? buffer : NULL;
}

const char *context_key_nearest(const char *key, char *buffer, int size)
{
    const char *names[KEY_COUNT + OTHER_COUNT], *near;
    char name[96];
    size_t count = 0;
    if ((near = nearest_family(key, buffer, size)) != NULL)
        return near;
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strchr(keys[i].name, ':') != NULL)
            names[count++] = keys[i].name;
    for (size_t i = 0; i < OTHER_COUNT; i++)
        names[count++] = others[i];
    /* A name without a prefix may be that of a global key, or of STS. */
    static const char *const forgotten[] = {"", "aws:", "sts:"};
    bool colon = strchr(key, ':') != NULL;
    for (size_t i = colon ? 0 : 1; i < (colon ? 1 : sizeof forgotten / sizeof forgotten[0]); i++) {
        snprintf(name, sizeof name, "%s%s", forgotten[i], key);
        if (strlen(key) < sizeof name - 8 && (near = nearest_name_close(name, names, count)) != NULL) {
            snprintf(buffer, (size_t)size, "%s", near);
            return buffer;
        }
    }
    return of_nearest_service(key, buffer, size);
}

char *context_key_loosened(const char *text)
{
    struct text result = {0};
    text_append_string(&result, "");
    for (const char *end; *text != '\0'; text = end) {
        end = context_key_put_off_end(text);
        text_append(&result, end != NULL ? "*" : text, 1);
        end = end != NULL ? end : text + 1;
    }
    return text_release(&result);
}

bool context_key_allows_byte(const struct context_key *key, unsigned char byte)
{
    if (key->alphabet == NULL)
        return byte >= 0x20 && byte != 0x7F;
    return form_has_byte(key->alphabet, strlen(key->alphabet), byte);
}

bool context_key_lasts(const char *key)
{
    return context_key_find(key)->source == SOURCE_LASTING_CLAIM || strncasecmp(key, "saml:sub", 8) == 0 ||
           strncasecmp(key, "saml:namequalifier", 18) == 0;
}
