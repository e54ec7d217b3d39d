/*
 * context_key: what is known of each condition key offline. ONE table: who decides a key's value, which calls have it,
 * how the value is derived, and what values it can have.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservicests.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (alphabets and lengths); which keys of SAML
 * and OIDC are lists: the second of these pages, "SAML-based AWS STS federation" and "AWS OIDC federation".
 */
#ifndef ROLECHAIN_INGEST_POLICY_CONTEXT_KEY_H
#define ROLECHAIN_INGEST_POLICY_CONTEXT_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* When the table was last compared (make check-tables). */
#define CONDITION_KEYS_AS_OF "2026-11"

enum key_class {
    KEY_KNOWN,        /* computed from the caller, the role and the organization */
    KEY_CHOSEN,       /* whoever makes the call sets it */
    KEY_ENVIRONMENT,  /* a property of the call's surroundings: network, time, MFA, how credentials were obtained */
    KEY_SERVICE,      /* set by an AWS service that acts for a resource; absent for everyone else */
    KEY_PROVIDER,     /* comes out of the identity provider's token or assertion; SOURCE_NEVER: see issuer_claims.h */
    KEY_NEVER,        /* not a key of the AssumeRole actions: always absent */
    KEY_UNRECOGNIZED, /* not in AWS's lists for these actions: could be anything */
};

enum key_domain { KEY_TEXT, KEY_BOOL, KEY_INTEGER, KEY_TIME, KEY_ADDRESS };

/* Who has the key, and how its value is derived: graph/decision/request.c. */
enum key_source {
    SOURCE_OPEN, /* any call can have it, with any value or none (see always) */
    SOURCE_NEVER,
    SOURCE_ALWAYS_TRUE,
    SOURCE_ALWAYS_FALSE,
    /* of the caller, if it has IAM credentials */
    SOURCE_PRINCIPAL_ARN,
    SOURCE_PRINCIPAL_ACCOUNT,
    SOURCE_PRINCIPAL_TYPE,
    SOURCE_PRINCIPAL_ORG_ID,
    SOURCE_PRINCIPAL_ORG_PATHS,
    SOURCE_PRINCIPAL_TAG,
    SOURCE_USER_NAME,
    SOURCE_USER_ID,
    SOURCE_MFA_PRESENT,
    SOURCE_MFA_AGE,
    SOURCE_TOKEN_TIME,         /* of temporary credentials: sessions of roles always, users perhaps */
    SOURCE_FEDERATED_PROVIDER, /* of calls with a token or assertion, and of the sessions that they give: the provider's
                                  ARN, or the name of a built-in one */
    SOURCE_ROLE_SESSION,       /* open for sessions of roles, absent for everyone else */
    /* of services that call */
    SOURCE_IS_SERVICE,
    SOURCE_SERVICE_NAME,
    SOURCE_SERVICE_CALL, /* open for services, absent for everyone else */
    /* of identity providers: open for who holds such a token or assertion */
    SOURCE_CLAIM,
    SOURCE_LASTING_CLAIM, /* also of the sessions that were obtained with one */
    SOURCE_ASSERTION,     /* of SAML */
    /* of the role */
    SOURCE_RESOURCE_ACCOUNT,
    SOURCE_RESOURCE_ORG_ID,
    SOURCE_RESOURCE_ORG_PATHS,
    SOURCE_RESOURCE_TAG,
    /* of the action */
    SOURCE_ASSUME_ROLE, /* open for sts:AssumeRole itself, absent from calls with a token or assertion */
};

/* Keys that say something of each other in one call: graph/constraint/constraint_literals.c. */
enum key_relation {
    RELATED_TO_NONE,
    RELATED_CURRENT_TIME,
    RELATED_EPOCH_TIME, /* the same instant in seconds */
    RELATED_TOKEN_TIME, /* never later than that */
    RELATED_MFA,
    RELATED_MFA_AGE, /* there only with MFA */
    RELATED_ADDRESS,
    RELATED_ENDPOINT, /* of calls through a VPC endpoint, which have no aws:SourceIp */
    RELATED_PASSED_TAG,
    RELATED_PASSED_TAG_NAMES, /* of the tags that are passed */
    RELATED_TRANSITIVE_TAG_NAMES,
    RELATED_SESSION_IDENTITY,
    RELATED_PASSED_IDENTITY, /* the same, if the caller's session has one */
};

/* What a caller needs to satisfy a condition on the key. */
enum key_need { NEED_NOTHING, NEED_AT_WILL, NEED_SECRET, NEED_MFA, NEED_NETWORK, NEED_TOKEN, NEED_SESSION };

struct context_key {
    const char *name; /* a trailing '*' stands for any tag key or claim */
    enum key_class class;
    enum key_source source;
    enum key_domain domain;
    enum key_need need;
    enum key_relation relation;
    bool always; /* present in every request that can reach the decision */
    bool multivalued;
    bool perhaps_list;        /* nobody documents whether it is multivalued */
    bool shared;              /* of the caller's place and time: the same in all calls of a chain */
    bool our_own;             /* rolechain's: it says what plans and templates leave open. AWS has no such key */
    bool delivered;           /* of sessions that a service opened for what runs there, and of no others */
    const char *alphabet;     /* NULL: any; else the bytes that may occur, ranges as in [...] of regular expressions */
    const char *const *forms; /* NULL: any; else patterns, one of which each value matches; ends with NULL */
    int shortest, longest;    /* bytes; longest 0: no limit */
    const char *resource; /* NULL: any; else values are ids of EC2 that begin so ("vpc-"): 8 or 17 hexadecimal digits
                             follow today, of which AWS documents no more than letters and digits */
};

/* How old aws:TokenIssueTime can be, in seconds. */
#define TOKEN_LIVES (36 * 3600.0)
#define TOKEN_OF_ROLE_LIVES (12 * 3600.0)

/* The caller's own session name, when the caller is any session of a role. Chosen when the caller's session was
 * obtained. */
#define KEY_CALLER_SESSION "session name of the caller"

/* Under this name stand both keys of the time, where dates are compared. */
#define KEY_CURRENT_TIME "aws:CurrentTime"

/* The row for a key, without regard to case. Never NULL: keys nobody knows share one KEY_UNRECOGNIZED row. */
const struct context_key *context_key_find(const char *key);

/* The rows of keys with names by number from 0; NULL: there are no more. */
const struct context_key *context_key_row(size_t number);

/* Whether a policy's value holds a value that only the deployment of a template knows
 * (ingest/readers/template_later.h): such a value is of whatever form its key wants, and equal to none that the policy
 * writes out. */
#define KEY_TEMPLATE_VALUE "deployment."
bool context_key_is_put_off(const char *value);

/* What stands behind such a value at the beginning of the text; NULL: there is none. */
const char *context_key_put_off_end(const char *text);

/* Whether the key is one of AWS, for whatever action: of the rows, of a provider's tokens, or of a service. */
bool context_key_is_known(const char *key);

/* The key that may have been meant; in `buffer`. NULL: none is like it. */
const char *context_key_nearest(const char *key, char *buffer, int size);

/* Whether the key's values are names of services. */
bool context_key_names_services(const char *key);

/* The text as a pattern, with a star for each such value; the caller frees it. */
char *context_key_loosened(const char *text);

/* Whether the key is the time of the call. */
static inline bool context_key_is_clock(const struct context_key *key)
{
    return key->relation == RELATED_CURRENT_TIME || key->relation == RELATED_EPOCH_TIME;
}

/* Whether the claim of a token or an assertion stays with the session that the call with it gave. */
bool context_key_lasts(const char *key);

/* Whether requests can have several values of the key: it is multivalued, or nobody documents that it is not. */
static inline bool context_key_may_be_list(const struct context_key *key)
{
    return key->multivalued || key->perhaps_list;
}

/* Whether a byte is in the alphabet (NULL: any byte of printable text). */
bool context_key_allows_byte(const struct context_key *key, unsigned char byte);

#endif
