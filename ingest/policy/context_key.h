/*
 * context_key: what is known offline about each condition key. ONE table: who decides a key's value, which calls have
 * it, how the value is derived, and what values it can have.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservicests.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (alphabets and lengths). Which keys of SAML
 * and OIDC are lists: the second page, "SAML-based AWS STS federation" and "AWS OIDC federation".
 */
#ifndef ROLECHAIN_INGEST_POLICY_CONTEXT_KEY_H
#define ROLECHAIN_INGEST_POLICY_CONTEXT_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* When the table was last compared (make check-tables). */
#define CONDITION_KEYS_AS_OF "2026-11"

enum key_class {
    KEY_KNOWN,        /* computed from the caller, the role and the organization */
    KEY_CHOSEN,       /* set by whoever makes the call */
    KEY_ENVIRONMENT,  /* a property of the call's surroundings: network, time, MFA, how credentials were obtained */
    KEY_SERVICE,      /* set by an AWS service that acts for a resource; absent in all other calls */
    KEY_PROVIDER,     /* from the identity provider's token or assertion; SOURCE_NEVER: see issuer_claims.h */
    KEY_NEVER,        /* not a key of the AssumeRole actions: always absent */
    KEY_UNRECOGNIZED, /* not in AWS's lists for these actions: could be anything */
};

enum key_domain { KEY_TEXT, KEY_BOOL, KEY_INTEGER, KEY_TIME, KEY_ADDRESS };

/* Which calls have the key, and how its value is derived: graph/decision/request.c. */
enum key_source {
    SOURCE_OPEN, /* any call can have it, with any value or none (see always) */
    SOURCE_NEVER,
    SOURCE_ALWAYS_TRUE,
    SOURCE_ALWAYS_FALSE,
    /* derived from the caller, if it has IAM credentials */
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
    SOURCE_TOKEN_TIME,         /* temporary credentials: always for sessions of roles, possibly for users */
    SOURCE_FEDERATED_PROVIDER, /* calls with a token or assertion, and the sessions they create: the provider's ARN, or
                                  the name of a built-in one */
    SOURCE_ROLE_SESSION,       /* open for sessions of roles, absent otherwise */
    /* calls by services */
    SOURCE_IS_SERVICE,
    SOURCE_SERVICE_NAME,
    SOURCE_SERVICE_CALL, /* open for services, absent otherwise */
    /* identity providers: open for holders of such a token or assertion */
    SOURCE_CLAIM,
    SOURCE_LASTING_CLAIM, /* also in sessions that were obtained with one */
    SOURCE_ASSERTION,     /* for SAML */
    /* derived from the role */
    SOURCE_RESOURCE_ACCOUNT,
    SOURCE_RESOURCE_ORG_ID,
    SOURCE_RESOURCE_ORG_PATHS,
    SOURCE_RESOURCE_TAG,
    /* derived from the action */
    SOURCE_ASSUME_ROLE, /* open for sts:AssumeRole itself, absent in calls with a token or assertion */
};

/* How keys of one call depend on each other: graph/constraint/constraint_literals.c. */
enum key_relation {
    RELATED_TO_NONE,
    RELATED_CURRENT_TIME,
    RELATED_EPOCH_TIME, /* the same time in seconds */
    RELATED_TOKEN_TIME, /* never later than the current time */
    RELATED_MFA,
    RELATED_MFA_AGE, /* present only with MFA */
    RELATED_ADDRESS,
    RELATED_ENDPOINT, /* calls through a VPC endpoint, which have no aws:SourceIp */
    RELATED_PASSED_TAG,
    RELATED_PASSED_TAG_NAMES, /* the names of the passed tags */
    RELATED_TRANSITIVE_TAG_NAMES,
    RELATED_SESSION_IDENTITY,
    RELATED_PASSED_IDENTITY, /* the same as the identity of the caller's session, if that has one */
};

/* What a caller needs to satisfy a condition on the key. */
enum key_need { NEED_NOTHING, NEED_AT_WILL, NEED_SECRET, NEED_MFA, NEED_NETWORK, NEED_TOKEN, NEED_SESSION };

struct context_key {
    const char *name; /* a trailing '*' matches any tag key or claim */
    enum key_class class;
    enum key_source source;
    enum key_domain domain;
    enum key_need need;
    enum key_relation relation;
    bool always; /* present in every request that can reach the decision */
    bool multivalued;
    bool perhaps_list;        /* AWS does not document whether it is multivalued */
    bool shared;              /* set by the caller's location and time: the same in all calls of a chain */
    bool our_own;             /* defined by rolechain, for what plans and templates leave open. AWS has no such key */
    bool delivered;           /* set in sessions that a service created for what runs there, and only in those */
    const char *alphabet;     /* bytes that may occur, with ranges as in [...] of regular expressions; NULL: any */
    const char *const *forms; /* patterns, ending with NULL; each value matches one of them. NULL: any value */
    int shortest, longest;    /* in bytes; longest 0: no limit */
    const char *resource;     /* EC2 ids that start with this ("vpc-"); 8 or 17 hexadecimal digits follow today, but AWS
                                 only documents letters and digits. NULL: any value */
};

/* The maximum age of aws:TokenIssueTime, in seconds. */
#define TOKEN_LIVES (36 * 3600.0)
#define TOKEN_OF_ROLE_LIVES (12 * 3600.0)

/* The caller's own session name, if the caller is any session of a role. It was chosen when that session was
 * obtained. */
#define KEY_CALLER_SESSION "session name of the caller"

/* Both keys of the current time use this name when dates are compared. */
#define KEY_CURRENT_TIME "aws:CurrentTime"

/* The row for a key, ignoring case. Never NULL: unknown keys share one KEY_UNRECOGNIZED row. */
const struct context_key *context_key_find(const char *key);

/* The rows of named keys by number, from 0; NULL: no more. */
const struct context_key *context_key_row(size_t number);

/* Whether a value in a policy contains a part that is only known when a template is deployed
 * (ingest/readers/template_later.h): it has whatever form its key requires, and equals none of the values written in
 * policies. */
#define KEY_TEMPLATE_VALUE "deployment."
bool context_key_is_put_off(const char *value);

/* The text after such a part at the beginning; NULL: the text does not begin with one. */
const char *context_key_put_off_end(const char *text);

/* Whether AWS has the key, for any action: it is in the rows, in a provider's tokens, or belongs to a service. */
bool context_key_is_known(const char *key);

/* The key that was probably meant, possibly in `buffer`. NULL: none is similar. */
const char *context_key_nearest(const char *key, char *buffer, int size);

/* Whether the key's values are names of services. */
bool context_key_names_services(const char *key);

/* The text as a pattern, with a star for each part that is only known after deployment; the caller frees it. */
char *context_key_loosened(const char *text);

/* Whether the key is the time of the call. */
static inline bool context_key_is_clock(const struct context_key *key)
{
    return key->relation == RELATED_CURRENT_TIME || key->relation == RELATED_EPOCH_TIME;
}

/* Whether the claim of a token or an assertion stays in the session that the call created. */
bool context_key_lasts(const char *key);

/* Whether requests can have several values of the key: it is multivalued, or AWS does not document that it is not. */
static inline bool context_key_may_be_list(const struct context_key *key)
{
    return key->multivalued || key->perhaps_list;
}

/* Whether a byte is in the alphabet (NULL: any byte of printable text). */
bool context_key_allows_byte(const struct context_key *key, unsigned char byte);

#endif
