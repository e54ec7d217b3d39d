/*
 * model: a compact copy of a database in memory. Strings are interned (except ARNs, names and unique ids of principals,
 * which rarely repeat: compare their text), indexes are dense from 0, arrays replace hash tables.
 *
 * Read-only once loaded, so threads may share it. Everything lives until model_free.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_MODEL_H
#define ROLECHAIN_GRAPH_MODEL_MODEL_H

#include "graph/policy/principal_index.h"
#include "graph/policy/resource_index.h"
#include "ingest/store/store.h"
#include "ingest/support/arena.h"
#include "ingest/support/intern.h"
#include "ingest/support/text.h"
#include <stdbool.h>
#include <stdint.h>

#define MODEL_NONE UINT32_MAX

enum fact { FACT_NO, FACT_YES, FACT_UNKNOWN };

struct model_tag {
    const char *key, *value;
};

/* A distinct policy text. */
struct model_document {
    int64_t id; /* database id; -1: a built-in copy of an AWS managed policy */
    uint32_t first_statement,
        statement_count;                    /* into model.statements; only those that matter for roles, see policy.h */
    const char *broken;                     /* not NULL: it may contain anything */
    const char *version;                    /* "" if absent */
    const struct resource_index *resources; /* of its statements; NULL: check all */
    const struct principal_index *principals; /* likewise */
    bool lets_anyone;                         /* some statement allows anyone, or anyone with exceptions */
    bool names_ids;                           /* some condition of such a statement names a unique id */
};

enum policy_use_kind { USE_INLINE, USE_MANAGED, USE_BOUNDARY, USE_TRUST, USE_SCP, USE_RCP };

/* A document as a principal, group or organization node has it: what explanations and findings refer to. */
struct policy_use {
    const char *name;   /* policy name; "" for a trust policy */
    const char *arn;    /* managed policies and boundaries; else NULL */
    const char *holder; /* ARN of the user, role or group that has it; id of the organization node for SCPs and RCPs */
    const char *provided; /* the condition under which it is attached, which its statements include; NULL: always */
    uint32_t document;    /* MODEL_NONE: neither in the export nor built in */
    enum policy_use_kind kind : 8;
    bool via_group;
    bool built_in;   /* the document is rolechain's own copy of an AWS managed policy */
    uint32_t source; /* table source; 0: unknown */
    uint32_t line;   /* first line of the document in that source; 0: unknown */
    uint32_t layout; /* table layout; 0: unknown */
};

/* Whether the two are one policy: the same managed policy, or the same inline policy of one holder (for a group's, its
 * users share it). */
bool policy_use_is_same(const struct policy_use *a, const struct policy_use *b);

/* How a user signs in, from a credential report. UNKNOWN, NULL: the report does not say. */
struct model_credential {
    enum fact password; /* for the console */
    enum fact mfa;
    enum fact key;                  /* an active access key */
    const char *password_last_used; /* ISO 8601; "": never, as far as AWS knows */
    const char *key_last_used;      /* likewise, of active keys */
};

struct model_principal {
    int64_t id;          /* database id */
    bool is_role;        /* else a user */
    bool service_linked; /* path /aws-service-role/ */
    bool identity_known; /* false: policies, boundary and tags were not exported */
    bool tags_known;
    uint32_t account;
    const char *arn, *name, *path, *unique_id;
    const struct model_tag *tags;
    uint32_t tag_count;
    uint32_t first_policy, policy_count;       /* into model.uses: own, attached, and those of all groups */
    const struct policy_use *boundary;         /* NULL: none */
    const struct policy_use *trust;            /* roles; NULL: not exported */
    const struct model_credential *credential; /* users; NULL: not in a report */
    const char *created;                       /* ISO 8601; "" unknown */
    const char *last_used;                     /* NULL: not exported; "": never used */
    uint32_t max_session_duration;             /* seconds; 0: not exported */
    enum fact in_instance_profile;             /* roles */
    uint32_t first_group, group_count;         /* users: into model.memberships; only exported groups */
    uint32_t source;
    uint32_t line;
};

/* A group of users. Only a whole model has groups (model_load). */
struct model_group {
    const char *arn;
    uint32_t account;
    uint32_t first_policy, policy_count; /* into model.uses */
};

enum account_detail { ACCOUNT_NOT_EXPORTED, ACCOUNT_ROLES_ONLY, ACCOUNT_FULL };

/* The account's state in the organization's list. Source:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html */
enum account_state {
    ACCOUNT_OPEN,      /* or not given */
    ACCOUNT_CLOSING,   /* still usable for a while */
    ACCOUNT_SUSPENDED, /* unusable until AWS lifts the suspension; in lists without State, closed accounts too */
    ACCOUNT_CLOSED,
    ACCOUNT_UNFINISHED, /* was never activated */
};

struct model_account {
    const char *id, *partition, *name, *alias, *status;
    enum account_state state; /* derived from status */
    enum account_detail detail;
    bool truncated;
    enum fact in_organization; /* whether it is in the exported organization; UNKNOWN without organization data */
    bool management;           /* the management account */
    uint32_t node;             /* its parent in the organization; MODEL_NONE: unknown */
    uint32_t first_principal, principal_count; /* principals are sorted by account, then ARN */
    uint32_t first_group, group_count;         /* groups likewise */
    const char *loaded;
};

/* Roots and organizational units. */
struct model_node {
    const char *id, *name;
    bool root;
    uint32_t parent; /* MODEL_NONE: none (a root), or unknown */
};

/* The SCPs or RCPs on one level (root, OU or account) of an account's path. */
struct model_level {
    const char *id; /* r-…, ou-… or the account id */
    const char *name;
    uint32_t first_policy, policy_count; /* into model.uses */
    bool missing;                        /* it stands for levels that are not in the export; its id is "?" */
    bool complete;                       /* the export lists everything attached here; false: there may be more */
    bool open;                           /* its policies allow, and do not deny, every call to assume a role */
};

/* All levels that apply to one account, root first. */
struct model_guardrails {
    enum fact apply; /* NO: management account's SCPs, type not enabled, not a member; UNKNOWN: organization data not
                        exported */
    const struct model_level *levels;
    uint32_t level_count;
};

#define MODEL_SPARE_STATEMENTS 512u

struct model {
    struct arena arena;
    struct intern strings;
    struct model_account *accounts;     /* sorted by id; every account that is exported, listed or named in a policy */
    struct model_principal *principals; /* users and roles, sorted by account index, then ARN */
    struct model_document *documents;   /* with room for one more, see model_trial.h */
    struct statement *statements;       /* with room for MODEL_SPARE_STATEMENTS more */
    struct policy_use *uses;
    struct model_group *groups; /* sorted by account index, then ARN */
    uint32_t *memberships;      /* indexes of groups */
    struct model_node *nodes;
    struct model_guardrails *scps, *rcps; /* per account */
    uint32_t account_count, principal_count, document_count, statement_count, use_count, group_count, node_count;
    const char *organization;       /* "o-…"; NULL: not exported */
    bool part;                      /* only a part of the database, see model_load_part */
    bool members_listed;            /* the database contains all accounts of the organization */
    uint32_t members_not_exported;  /* how many of them are not exported completely, without closed ones */
    const char *management_account; /* NULL unknown */
    struct store *store;            /* for sources, layouts and history; owned by the caller */
    struct model_index *index;      /* for model_find_… */
};

/* Reads the store. NULL with *error (malloc'ed): it could not be read. The store must stay open as long as the
 * model. */
struct model *model_load(struct store *store, char **error);
/* The part of it that questions about these principals (database ids) need: only these principals, their policies,
 * their accounts and the accounts named in their trust policies, with their guardrails. Decisions between them are the
 * same as in the whole model. */
struct model *model_load_part(struct store *store, const int64_t *principals, size_t count, char **error);
/* The same with the groups of their accounts, for questions about control (graph/control/). */
struct model *model_load_touched(struct store *store, const int64_t *principals, size_t count, char **error);
/* The same for questions that are answered from stored edges: only the principals in `asked` (database ids among the
 * principals, ascending) have policies; the others have no policies, boundary and tags, and their trust policies have
 * no statements. Also loads the listed accounts (ids). Only calls among the asked can be decided; if there are none,
 * guardrails are not loaded either. */
struct model *model_load_outline(struct store *store, const int64_t *principals, size_t count, const int64_t *asked,
                                 size_t asked_count, const char *const *accounts, size_t account_count, char **error);
void model_free(struct model *model);

/* The account's name, or its alias; "" if neither is known, or if it is the number again. */
const char *model_account_name(const struct model_account *account);

/* Appends "033344445555 (tooling)", as all texts for people name accounts; only the number if the name is unknown. */
void model_append_account(struct text *text, const struct model *model, const char *id);

/* Whether that is the account's alias or name; never true for "". */
bool model_account_is_called(const struct model_account *account, const char *name);

/* Indexes; MODEL_NONE if absent. Names compare exactly. */
uint32_t model_find_arn(const struct model *model, const char *arn); /* users and roles; a session ARN gives its role */
uint32_t model_find_account(const struct model *model, const char *id);
uint32_t model_find_unique_id(const struct model *model, const char *unique_id); /* AIDA…, AROA… */
/* A role by account and bare name: role names are unique in an account whatever their path. */
uint32_t model_find_role_name(const struct model *model, uint32_t account, const char *name);

/* Whether it is the exported organization; whether that organization has, or may have, accounts that were not exported
 * completely. */
bool model_is_own_organization(const struct model *model, const char *organization);
bool model_has_members_not_exported(const struct model *model);

/* "o-x/r-x/ou-x/ou-y/" for aws:PrincipalOrgPaths; NULL if unknown. Lives with the model. */
const char *model_organization_path(const struct model *model, uint32_t account);

/* The document's first statement that allows the action, whatever its resources and conditions; NULL: there is none, or
 * document is MODEL_NONE. */
const struct statement *model_document_allows(const struct model *model, uint32_t document, const char *action);

/* The number of versions of the managed policy; 0: unknown. */
uint32_t model_policy_versions(const struct model *model, const char *arn);

/* File and line of a statement: *file is "" and *line 0 if unknown. The file text lives with the model. */
void model_locate(const struct model *model, const struct policy_use *use, uint32_t position, const char **file,
                  uint32_t *line);

#endif
