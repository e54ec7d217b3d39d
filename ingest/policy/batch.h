/*
 * batch: what was read from one file, before it is written. Readers fill batches in parallel; the writer takes them in
 * order.
 */
#ifndef ROLECHAIN_INGEST_POLICY_BATCH_H
#define ROLECHAIN_INGEST_POLICY_BATCH_H

#include "ingest/policy/document_table.h"
#include "ingest/support/arena.h"
#include <stdbool.h>
#include <stdint.h>

struct export_kind;

/* A policy document and its place in the file. */
struct batch_document {
    struct document_entry *entry; /* NULL: none */
    uint32_t line;
    const char *layout; /* "0,4,9": line offsets of its statements; "" if unknown */
};

/* An inline policy (document) or an attached managed one (arn). */
struct batch_policy {
    const char *name, *arn;
    const char *provided; /* a Condition in the normal form of policy.h under which it is there; NULL: always */
    struct batch_document document;
    struct batch_policy *next;
};

struct batch_pair { /* a tag, or a group's name in `key` */
    const char *key, *value;
    struct batch_pair *next;
};

enum batch_principal_kind { BATCH_USER, BATCH_ROLE, BATCH_GROUP };

/* Which input wins when several describe a principal, lowest first: see writer.h. */
enum batch_standing {
    STANDING_LISTED,    /* list-roles, get-role: no identity policies */
    STANDING_PLANNED,   /* Terraform, CloudFormation: what will be there */
    STANDING_COLLECTED, /* AWS Config, iam-collect, PMapper: as another tool saw it */
    STANDING_DETAILS,   /* authorization details */
};

enum batch_profiles { PROFILES_NOT_EXPORTED, PROFILES_NONE, PROFILES_SOME };

struct batch_principal {
    enum batch_principal_kind kind;
    enum batch_standing standing;
    bool part;         /* other files of the same collection have the rest: they add up */
    const char *as_of; /* ISO 8601: when it was captured; NULL: unknown. Among equal standing the latest wins */

    const char *account, *partition, *arn, *name, *path, *unique_id, *created;
    struct batch_document trust;
    struct batch_policy *inline_policies, *managed_policies;
    struct batch_pair *groups, *tags;
    const char *boundary_arn;                 /* NULL: none */
    const char *last_used, *last_used_region; /* NULL: not exported; "": never */
    int64_t max_session_duration;             /* -1: not exported */
    enum batch_profiles profiles;             /* roles: whether some instance profile has it */
    struct batch_pair *profile_list;          /* those: ARN, unique id or NULL */
    bool details;                             /* from authorization details: policies are known */
    bool tags_known;                          /* authorization details and get-role */
    bool identity_lost;                       /* some of its policies, groups or its boundary could not be read */
    bool tags_lost;
    bool more; /* from a page that says that more follow */
    uint32_t line;
    struct batch_principal *next;
};

struct batch_managed_policy {
    const char *account, *arn, *name, *version; /* account: the exporting one; NULL: an AWS-managed policy */
    enum batch_standing standing;
    const char *as_of; /* as of a principal */
    uint32_t versions; /* listed; 0: not known, as in exports that do not list all of them */
    struct batch_document document;
    struct batch_managed_policy *next;
};

/* A user, group, role or managed policy that AWS Config reports as deleted. */
struct batch_deletion {
    const char *account, *arn;
    const char *unique_id; /* "": not said */
    const char *as_of;     /* when; NULL unknown */
    struct batch_deletion *next;
};

/* Kinds of small facts, each a row of a few texts. */
enum batch_fact_type {
    FACT_ORGANIZATION, /* id, management account, feature set, partition */
    FACT_ACCOUNT,      /* id, name, status, organization */
    FACT_NODE,         /* id, name, organization */
    FACT_PARENT,       /* child, parent */
    FACT_POLICY_TYPE,  /* root, type, status */
    FACT_ORG_POLICY,   /* id, type, name; aws_managed; document if describe-policy */
    FACT_TARGET,       /* policy, target */
    FACT_LISTING,      /* call, argument; see `more` */
    FACT_PROVIDER,     /* arn or its name, account (NULL: that of the path), kind, client ids (JSON) or NULL */
    FACT_ALIAS,        /* account, alias */
    FACT_IDENTITY,     /* account: get-caller-identity */
    /* Identity Center: ids are the last parts of ARNs (ssoins-…, ps-…, aam-…). */
    FACT_INSTANCE,       /* id, identity store, owner account, status */
    FACT_PERSON_GROUP,   /* identity store, id, name */
    FACT_MEMBERSHIP,     /* identity store, group, person */
    FACT_PERMISSION_SET, /* id, instance (NULL: not said), name (likewise), session duration (likewise) */
    FACT_PROVISIONED,    /* permission set, account */
    FACT_ASSIGNMENT,     /* account, permission set, USER or GROUP, its id */
    FACT_ATTRIBUTE,      /* tag key, sources (JSON array) */
    FACT_APPLICATION,    /* of account access manager: id, ARN */
    FACT_ENTITLEMENT,    /* id, application (NULL: not said), USER or GROUP and its id ("USER a2c5…"), role ARN */
    FACT_TYPES,
};

struct batch_fact {
    enum batch_fact_type type;
    const char *texts[4];
    struct batch_document document;
    bool more;        /* FACT_LISTING: more pages follow, so this is not all */
    bool aws_managed; /* FACT_ORG_POLICY */
    struct batch_fact *next;
};

/* A person of Identity Center. */
struct batch_person {
    const char *store, *id;
    const char *name;       /* NULL: the reader may not see it */
    const char *status;     /* ENABLED, DISABLED; NULL: not said */
    const char *attributes; /* {"name.givenName": …} as attribute paths call them: canonical JSON */
    bool provisioned;       /* another identity provider made it */
    struct batch_person *next;
};

/* What runs with a role, or tells of what does: a row of ingest/store/workloads.sql. Texts are NULL where the export
 * does not say. */
enum batch_workload_type {
    WORKLOAD_REGION,      /* account, region */
    WORKLOAD_CLUSTER,     /* ARN, account, region, name, issuer, listed */
    WORKLOAD_ASSOCIATION, /* cluster, id, namespace, service account, role, tags, target, external id, limited, listed
                           */
    WORKLOAD_SERVICE_ACCOUNT, /* cluster, namespace, name, role */
    WORKLOAD_NODES,           /* cluster, name, role */
    WORKLOAD_RESOURCE,        /* ARN, account, region, call, scope, state, listed, described, metadata */
    WORKLOAD_PROFILE,         /* of Roles Anywhere: ARN, role, account, region, enabled, limited, fields */
    WORKLOAD_GONE,            /* ARN */
    WORKLOAD_ROLE,            /* ARN, use, role, id of its instance profile */
    WORKLOAD_POOL,            /* of Cognito: id, account, name, guests, classic, logins, listed */
    WORKLOAD_POOL_ROLES,      /* id, account, roles, mappings */
    WORKLOAD_TYPES,
};

#define BATCH_WORKLOAD_TEXTS 10

struct batch_workload {
    enum batch_workload_type type;
    const char *texts[BATCH_WORKLOAD_TEXTS]; /* flags: "1" or "0" */
    struct batch_workload *next;
};

/* How a user, or an account's root, signs in. Numbers are -1 and texts NULL where the export does not say. */
struct batch_credential {
    const char *arn, *account;
    int password, mfa, access_keys; /* has a password; has MFA; how many keys are active */
    const char *password_last_used, *key_last_used;
    uint32_t line;
    struct batch_credential *next;
};

#define BATCH_TIME 32

/* What tokens of an identity provider were like; columns of the table role_token. */
struct batch_token {
    const char *subject, *audience;
    struct batch_token *next;
};

/* Calls to assume a role, added up; columns of the table role_use. */
struct batch_use {
    const char *account, *role, *caller, *caller_account;
    char first[BATCH_TIME], last[BATCH_TIME];
    int64_t count, denied;
    struct batch_token *tokens;
    uint32_t token_count;
    struct batch_use *next;
};

/* Events of one account and region; columns of the table trail. */
struct batch_trail {
    const char *account, *region;
    char first[BATCH_TIME], last[BATCH_TIME];
    int64_t events;
    struct batch_trail *next;
};

struct batch_problem {
    enum problem_severity severity;
    const char *code, *account, *pointer, *message;
    uint32_t line, column;
    struct batch_problem *next;
};

/* A list that keeps its order. */
#define BATCH_LIST(type)                                                                                               \
    struct {                                                                                                           \
        struct type *first, **end;                                                                                     \
        size_t count;                                                                                                  \
    }

/* Of its accounts, what earlier loads knew: noted by the writer, for what is said of the file. */
struct batch_replaced {
    size_t users, roles; /* that give way */
    bool own;            /* they are of authorization details which the file itself held, and holds no more */
    bool beside;         /* authorization details from other files stay */
};

struct batch {
    struct arena arena;
    const struct export_kind *kind; /* never NULL once the file is read; see readers/export_kind.h */
    const char *refusal;            /* not NULL: nothing of the file is used, and why */
    bool looks_like_export; /* a refusal or problem makes the load incomplete even if the file was only found in a
                               folder */
    bool truncated;         /* the last page says that more follow */
    bool has_more;          /* principals of some page have `more` */
    bool full_details;      /* holds authorization details: replaces the accounts it is about */
    bool collected;         /* these details are those of another tool */
    bool all_roles;         /* holds a whole list-roles: replaces what earlier ones said */
    struct batch_replaced replaced;
    uint64_t bytes;
    uint64_t digest[2];
    BATCH_LIST(batch_principal) principals;
    BATCH_LIST(batch_managed_policy) managed_policies;
    BATCH_LIST(batch_deletion) deletions;
    BATCH_LIST(batch_fact) facts;
    BATCH_LIST(batch_person) people;
    BATCH_LIST(batch_workload) workloads;
    BATCH_LIST(batch_credential) credentials;
    BATCH_LIST(batch_use) uses;
    BATCH_LIST(batch_trail) trails;
    BATCH_LIST(batch_problem) problems;
    struct document_entry *added; /* documents whose content is in the arena */
};

#define BATCH_APPEND(list, item)                                                                                       \
    do {                                                                                                               \
        if ((list).end == NULL)                                                                                        \
            (list).end = &(list).first;                                                                                \
        *(list).end = (item);                                                                                          \
        (list).end = &(item)->next;                                                                                    \
        (list).count++;                                                                                                \
    } while (0)

/* What became of a file. */
enum batch_verdict {
    BATCH_LOADED,
    BATCH_UNCHANGED, /* its bytes were loaded before: a load's word, never in the table source */
    BATCH_PARTIAL,   /* something in it could not be read */
    BATCH_SKIPPED,   /* no export */
    BATCH_REFUSED,   /* an export of which nothing is used */
};

/* The verdict as the table source, JSON and people have it, and back (an unknown word: loaded). */
const char *batch_verdict_word(enum batch_verdict verdict);
enum batch_verdict batch_verdict_of(const char *word);

/* What the file gave, in words ("41 users, 75 roles of account 200611803367"), or why it gave nothing; in the batch's
 * arena. */
const char *batch_describe(struct batch *batch, enum batch_verdict *verdict);

#endif
