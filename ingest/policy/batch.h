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
    const char *provided; /* the Condition under which it is attached, in the normal form of policy.h; NULL: always */
    struct batch_document document;
    struct batch_policy *next;
};

struct batch_pair { /* a tag, or a group's name in `key` */
    const char *key, *value;
    struct batch_pair *next;
};

enum batch_principal_kind { BATCH_USER, BATCH_ROLE, BATCH_GROUP };

/* Which input wins if several describe a principal, lowest first: see writer.h. */
enum batch_standing {
    STANDING_LISTED,    /* list-roles, get-role: no identity policies */
    STANDING_PLANNED,   /* Terraform, CloudFormation: what will exist */
    STANDING_COLLECTED, /* AWS Config, iam-collect, PMapper: as another tool collected it */
    STANDING_DETAILS,   /* authorization details */
};

enum batch_profiles { PROFILES_NOT_EXPORTED, PROFILES_NONE, PROFILES_SOME };

struct batch_principal {
    enum batch_principal_kind kind;
    enum batch_standing standing;
    bool part;         /* other files of the same collection have the rest: they are combined */
    const char *as_of; /* ISO 8601: when it was captured; NULL: unknown. Among equal standing the latest wins */

    const char *account, *partition, *arn, *name, *path, *unique_id, *created;
    struct batch_document trust;
    struct batch_policy *inline_policies, *managed_policies;
    struct batch_pair *groups, *tags;
    const char *boundary_arn;                 /* NULL: none */
    const char *last_used, *last_used_region; /* NULL: not exported; "": never */
    int64_t max_session_duration;             /* -1: not exported */
    enum batch_profiles profiles;             /* for roles: whether an instance profile contains the role */
    struct batch_pair *profile_list;          /* those instance profiles: ARN, unique id or NULL */
    bool details;                             /* from authorization details: all policies are known */
    bool tags_known;                          /* known from authorization details and get-role */
    bool identity_lost;                       /* some of its policies or groups, or its boundary, could not be read */
    bool tags_lost;
    bool more; /* from a page that says that more pages follow */
    uint32_t line;
    struct batch_principal *next;
};

struct batch_managed_policy {
    const char *account, *arn, *name, *version; /* account: the exporting account; NULL: an AWS managed policy */
    enum batch_standing standing;
    const char *as_of; /* as for a principal */
    uint32_t versions; /* number listed; 0: unknown, for exports that do not list all versions */
    struct batch_document document;
    struct batch_managed_policy *next;
};

/* A user, group, role or managed policy that AWS Config reports as deleted. */
struct batch_deletion {
    const char *account, *arn;
    const char *unique_id; /* "": not given */
    const char *as_of;     /* when; NULL: unknown */
    struct batch_deletion *next;
};

/* Kinds of small facts, each a row of a few texts. */
enum batch_fact_type {
    FACT_ORGANIZATION, /* id, management account, feature set, partition */
    FACT_ACCOUNT,      /* id, name, status, organization */
    FACT_NODE,         /* id, name, organization */
    FACT_PARENT,       /* child id, parent id */
    FACT_POLICY_TYPE,  /* root, type, status */
    FACT_ORG_POLICY,   /* id, type, name; aws_managed; document if describe-policy */
    FACT_TARGET,       /* policy, target */
    FACT_LISTING,      /* call, argument; see `more` */
    FACT_PROVIDER,     /* ARN or name, account (NULL: the one in the path), kind, client ids (JSON) or NULL */
    FACT_ALIAS,        /* account, alias */
    FACT_IDENTITY,     /* account: get-caller-identity */
    /* Identity Center: ids are the last parts of ARNs (ssoins-…, ps-…, aam-…). */
    FACT_INSTANCE,       /* id, identity store, owner account, status */
    FACT_PERSON_GROUP,   /* identity store, id, name */
    FACT_MEMBERSHIP,     /* identity store, group, person */
    FACT_PERMISSION_SET, /* id, instance (NULL: not given), name (likewise), session duration (likewise) */
    FACT_PROVISIONED,    /* permission set, account */
    FACT_ASSIGNMENT,     /* account, permission set, USER or GROUP, its id */
    FACT_ATTRIBUTE,      /* tag key, sources (JSON array) */
    FACT_APPLICATION,    /* managed by account access manager: id, ARN */
    FACT_ENTITLEMENT,    /* id, application (NULL: not given), USER or GROUP with its id ("USER a2c5…"), role ARN */
    FACT_TYPES,
};

struct batch_fact {
    enum batch_fact_type type;
    const char *texts[4];
    struct batch_document document;
    bool more;        /* FACT_LISTING: more pages follow, so this list is incomplete */
    bool aws_managed; /* FACT_ORG_POLICY */
    struct batch_fact *next;
};

/* A person of Identity Center. */
struct batch_person {
    const char *store, *id;
    const char *name;       /* NULL: the exporting user may not see it */
    const char *status;     /* ENABLED, DISABLED; NULL: not given */
    const char *attributes; /* {"name.givenName": …}, keyed by attribute path: canonical JSON */
    bool provisioned;       /* created by another identity provider */
    struct batch_person *next;
};

/* Something that runs with a role, or information about it: a row of ingest/store/workloads.sql. Texts are NULL if the
 * export does not have them. */
enum batch_workload_type {
    WORKLOAD_REGION,      /* account, region */
    WORKLOAD_CLUSTER,     /* ARN, account, region, name, issuer, listed */
    WORKLOAD_ASSOCIATION, /* cluster, id, namespace, service account, role, tags, target, external id, limited, listed
                           */
    WORKLOAD_SERVICE_ACCOUNT, /* cluster, namespace, name, role */
    WORKLOAD_NODES,           /* cluster, name, role */
    WORKLOAD_RESOURCE,        /* ARN, account, region, call, scope, state, listed, described, metadata */
    WORKLOAD_PROFILE,         /* Roles Anywhere: ARN, role, account, region, enabled, limited, fields */
    WORKLOAD_GONE,            /* ARN */
    WORKLOAD_ROLE,            /* ARN, use, role, id of its instance profile */
    WORKLOAD_POOL,            /* Cognito: id, account, name, guests, classic, logins, listed */
    WORKLOAD_POOL_ROLES,      /* id, account, roles, mappings */
    WORKLOAD_TYPES,
};

#define BATCH_WORKLOAD_TEXTS 10

struct batch_workload {
    enum batch_workload_type type;
    const char *texts[BATCH_WORKLOAD_TEXTS]; /* flags: "1" or "0" */
    struct batch_workload *next;
};

/* How a user, or an account's root, signs in. Numbers are -1 and texts NULL if the export does not have them. */
struct batch_credential {
    const char *arn, *account;
    int password, mfa, access_keys; /* has a password; has MFA; how many keys are active */
    const char *password_last_used, *key_last_used;
    uint32_t line;
    struct batch_credential *next;
};

#define BATCH_TIME 32

/* What tokens of an identity provider looked like; columns of table role_token. */
struct batch_token {
    const char *subject, *audience;
    struct batch_token *next;
};

/* Calls to assume a role, summed up; columns of table role_use. */
struct batch_use {
    const char *account, *role, *caller, *caller_account;
    char first[BATCH_TIME], last[BATCH_TIME];
    int64_t count, denied;
    struct batch_token *tokens;
    uint32_t token_count;
    struct batch_use *next;
};

/* Events of one account and region; columns of table trail. */
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

/* What earlier loads knew of the batch's accounts: filled in by the writer, for the message about the file. */
struct batch_replaced {
    size_t users, roles; /* that are replaced */
    bool own;            /* they come from authorization details that this very file held before and no longer does */
    bool beside;         /* authorization details from other files are kept */
};

struct batch {
    struct arena arena;
    const struct export_kind *kind; /* never NULL after reading; see readers/export_kind.h */
    const char *refusal;            /* why nothing of the file is used; NULL: it is used */
    bool looks_like_export; /* a refusal or problem makes the load incomplete even if the file was only found in a
                               folder */
    bool truncated;         /* the last page says that more pages follow */
    bool has_more;          /* some principals have `more` */
    bool full_details;      /* contains authorization details: replaces the accounts they describe */
    bool collected;         /* these details were collected by another tool */
    bool all_roles;         /* contains a complete list-roles: replaces earlier ones */
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

/* The result for a file. */
enum batch_verdict {
    BATCH_LOADED,
    BATCH_UNCHANGED, /* the same bytes were loaded before: used by load only, never stored in table source */
    BATCH_PARTIAL,   /* something in it could not be read */
    BATCH_SKIPPED,   /* not an export */
    BATCH_REFUSED,   /* an export that is not used */
};

/* The verdict as a word for table source, JSON and people, and back (unknown words: loaded). */
const char *batch_verdict_word(enum batch_verdict verdict);
enum batch_verdict batch_verdict_of(const char *word);

/* What the file contained, in words ("41 users, 75 roles of account 200611803367"), or why nothing was used; in the
 * batch's arena. */
const char *batch_describe(struct batch *batch, enum batch_verdict *verdict);

#endif
