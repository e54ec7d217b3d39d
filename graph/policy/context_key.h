/*
 * context_key: what is known of each condition key offline. ONE table: who decides a key's value, whether it is always
 * there, and what values it can have.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservicests.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (alphabets and lengths); which keys of SAML
 * and OIDC are lists: the second of these pages, "SAML-based AWS STS federation" and "AWS OIDC federation".
 */
#ifndef ROLECHAIN_GRAPH_POLICY_CONTEXT_KEY_H
#define ROLECHAIN_GRAPH_POLICY_CONTEXT_KEY_H

#include <stdbool.h>

enum key_class {
    KEY_KNOWN,        /* computed from the caller, the role and the organization */
    KEY_CHOSEN,       /* whoever makes the call sets it */
    KEY_ENVIRONMENT,  /* a property of the call's surroundings: network, time, MFA, how credentials were obtained */
    KEY_SERVICE,      /* set by an AWS service that acts for a resource; absent for everyone else */
    KEY_PROVIDER,     /* comes out of the identity provider's token or assertion */
    KEY_NEVER,        /* not a key of the AssumeRole actions: always absent */
    KEY_UNRECOGNIZED, /* not in AWS's lists: could be anything */
};

enum key_domain { KEY_TEXT, KEY_BOOL, KEY_INTEGER, KEY_TIME, KEY_ADDRESS };

struct context_key {
    const char *name; /* a trailing '*' stands for any tag key or claim */
    enum key_class class;
    enum key_domain domain;
    bool always; /* present in every request that can reach the decision */
    bool multivalued;
    const char *alphabet;  /* NULL: any; else the bytes that may occur, ranges as in [...] of regular expressions */
    int shortest, longest; /* bytes; longest 0: no limit */
    const char *label;     /* what a caller needs to satisfy it, for people; NULL: nothing special */
};

/* The caller's own session name, when the caller is any session of a role. Chosen when the caller's session was
 * obtained. */
#define KEY_CALLER_SESSION "session name of the caller"

/* The row for a key, without regard to case. Never NULL: keys nobody knows share one KEY_UNRECOGNIZED row. */
const struct context_key *context_key_find(const char *key);

/* Whether requests can have several values of the key: it is multivalued, or nobody documents that it is not. */
bool context_key_may_be_list(const struct context_key *key);

/* Whether a byte is in the alphabet (NULL: any byte of printable text). */
bool context_key_allows_byte(const struct context_key *key, unsigned char byte);

#endif
