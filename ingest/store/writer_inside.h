/*
 * Internals of writer.h: writer.c (files; beginning and end), writer_statements.c (SQL), writer_documents.c,
 * writer_accounts.c (what is replaced), writer_principals.c (which input wins), writer_shared.c (what several plans
 * create under one name), writer_deletions.c (what was deleted), writer_organization.c (facts), writer_people.c (facts
 * about people), writer_workloads.c (what runs with roles), writer_usage.c (what was used) and writer_reload.c
 * (indexes, unused documents).
 */
#ifndef ROLECHAIN_INGEST_STORE_WRITER_INSIDE_H
#define ROLECHAIN_INGEST_STORE_WRITER_INSIDE_H

#include "ingest/readers/export_kind.h"
#include "ingest/store/changes.h"
#include "ingest/store/query.h"
#include "ingest/store/sources.h"
#include "ingest/store/writer.h"
#include "ingest/support/intern.h"
#include "ingest/support/text.h"

enum writer_statement {
    INSERT_SOURCE,
    UPDATE_SOURCE,
    INSERT_SOURCE_ACCOUNT,
    INSERT_PROBLEM,
    INSERT_ACCOUNT,
    UPDATE_ACCOUNT,
    RESET_ACCOUNT,
    INSERT_PRINCIPAL,
    UPDATE_PRINCIPAL_FULL,
    UPDATE_PRINCIPAL_ROLE,
    SELECT_PRINCIPAL,
    SET_IDENTITY_KNOWN,
    SELECT_IDENTITY,
    DELETE_PRINCIPAL,
    CLEAR_MEMBERS,
    CLEAR_ATTACHMENTS,
    CLEAR_MEMBERSHIPS,
    CLEAR_TAGS,
    SELECT_ACCOUNT,
    SELECT_EXPORTED,
    SELECT_HELD_DETAILS,
    COUNT_REPLACED,
    SELECT_PATH_ACCOUNTS,
    FILL_PRINCIPAL,
    DROP_PLACEHOLDERS,
    SELECT_PATH,
    SELECT_PATH_OF_PRINCIPAL,
    SELECT_DOCUMENT_TEXT,
    SELECT_TRUST_LAYOUT,
    SET_TRUST,
    PROVIDE_ATTACHMENTS,
    NEXT_ATTACHMENT,
    SELECT_BOUNDARY,
    COUNT_TAGS,
    SHARE_PRINCIPAL,
    INSERT_TAG,
    INSERT_MEMBERSHIP,
    INSERT_ATTACHMENT,
    INSERT_MANAGED,
    INSERT_MANAGED_IF_NEW,
    SELECT_MANAGED,
    DELETE_MANAGED,
    INSERT_DOCUMENT,
    INSERT_STATEMENT,
    INSERT_DOCUMENT_PROBLEM,
    SELECT_DOCUMENT,
    INSERT_LAYOUT,
    SELECT_LAYOUT,
    INSERT_PROVIDER,
    INSERT_PLANNED_PROVIDER,
    SELECT_PARTITION,
    CLEAR_PROVIDERS,
    INSERT_LISTING,
    DELETE_LISTING,
    UPSERT_ORGANIZATION,
    UPSERT_ORG_ACCOUNT,
    CLEAR_ORG_ACCOUNTS,
    UPSERT_NODE,
    INSERT_NODE,
    SET_NODE_PARENT,
    SET_ACCOUNT_PARENT,
    UPSERT_POLICY_TYPE,
    UPSERT_ORG_POLICY,
    SET_ORG_POLICY_DOCUMENT,
    SELECT_LISTED,
    SELECT_ORG_POLICIES,
    DELETE_ORG_POLICY,
    CLEAR_PARENT_ACCOUNTS,
    CLEAR_PARENT_UNITS,
    CLEAR_POLICY_TYPES,
    CLEAR_POLICY_TARGETS,
    CLEAR_TARGET_POLICIES,
    INSERT_TARGET,
    SET_ALIAS,
    UPSERT_INSTANCE,
    CLEAR_INSTANCES,
    UPSERT_PERSON,
    CLEAR_PEOPLE,
    UPSERT_PERSON_GROUP,
    CLEAR_PERSON_GROUPS,
    INSERT_PERSON_MEMBERSHIP,
    CLEAR_PERSON_MEMBERSHIPS,
    UPSERT_PERMISSION_SET,
    CLEAR_PERMISSION_SETS,
    INSERT_PROVISIONED,
    CLEAR_PROVISIONED,
    INSERT_ASSIGNMENT,
    CLEAR_ASSIGNMENTS,
    UPSERT_ATTRIBUTE,
    CLEAR_ATTRIBUTES,
    UPSERT_APPLICATION,
    UPSERT_ENTITLEMENT,
    CLEAR_ENTITLEMENTS,
    CLEAR_PROFILES,
    INSERT_PROFILE,
    INSERT_REGION,
    CLEAR_REGIONS,
    UPSERT_CLUSTER,
    CLEAR_CLUSTERS,
    UPSERT_ASSOCIATION,
    CLEAR_ASSOCIATIONS,
    INSERT_SERVICE_ACCOUNT,
    CLEAR_SERVICE_ACCOUNTS,
    INSERT_NODE_GROUP,
    INSERT_ANYWHERE_PROFILE,
    CLEAR_ANYWHERE_PROFILES,
    UPSERT_POOL,
    UPSERT_POOL_ROLES,
    CLEAR_POOLS,
    UPSERT_WORKLOAD,
    DELETE_WORKLOAD,
    CLEAR_WORKLOAD_ROLES,
    INSERT_WORKLOAD_ROLE,
    CLEAR_LISTED_WORKLOADS,
    CLEAR_CREDENTIALS,
    INSERT_CREDENTIAL,
    INSERT_USE,
    INSERT_TOKEN,
    INSERT_TRAIL,
    WRITER_STATEMENTS,
};

/* What is known about a principal that this load has written. */
struct written_principal {
    int64_t id;
    int64_t trust;
    int64_t position; /* of its next policy */
    enum batch_standing standing;
    int64_t as_of; /* writer_instant */
    bool details;
    bool listed;      /* its trust policy comes from list-roles or get-role */
    bool lost;        /* some of its policies could not be read */
    uint64_t content; /* hash of its policies, groups and boundary, if details */
};

struct written_account {
    bool noted;  /* changes_note_account was called */
    bool purged; /* rows of earlier loads were deleted */
    bool counted;
    bool details;
    bool reported;   /* this load has its credential report */
    bool exported;   /* authorization details exist, from this load or an earlier one that is not purged */
    bool asked;      /* it was checked whether an earlier load has them */
    bool more, last; /* a page says that more pages follow; another page says that none do */
};

/* A deletion reported by AWS Config. */
struct written_deletion {
    int64_t as_of; /* the latest */
    uint32_t id;   /* the unique id, in deleted_ids */
};

struct writer {
    struct store *store;
    struct document_table *documents;
    const char *when;
    struct query *queries[WRITER_STATEMENTS];
    struct intern arns; /* principals written in this load */
    struct written_principal *principals;
    uint32_t principal_room;
    struct intern accounts;
    struct written_account *account_states;
    uint32_t account_room;
    struct intern deleted; /* ARNs */
    struct intern deleted_ids;
    struct written_deletion *deletions;
    uint32_t deletion_room;
    struct intern dated_policies; /* ARNs of managed policies with a known capture time */
    int64_t *policy_dates;
    uint32_t policy_room;
    struct intern listings; /* "call argument" of the answers in this load */
    struct intern policies; /* organization policies named in this load, and types of which all were named */
    struct intern layouts;
    int64_t *layout_ids;
    uint32_t layout_room;
    int64_t last_principal, last_source; /* highest ids before this load */
    int64_t last_document;
    char members_listed[32]; /* when the previous list of the organization's accounts was loaded; "": unknown */
    bool members_list;       /* there is a new list */
    struct text indexes;     /* SQL that creates them */
    bool watches;
    int64_t next_principal, next_source, next_document, next_layout;
    bool had_data;
    bool parts;     /* some principals were combined from parts */
    bool merged;    /* several files described a principal: some written documents may be unused */
    bool last_page; /* a last page with only policies, without the account's name */
    struct changes *changes;
    struct writer_counts counts;
};

/* Prepares the statements. */
void writer_prepare(struct writer *writer);

/* Runs a statement without rows, with one value for each parameter: WRITE(writer, SET_ALIAS, sql_text(id),
 * sql_text(alias)). */
#define WRITE(writer, which, ...) writer_run((writer), (which), QUERY_VALUES(__VA_ARGS__))
void writer_run(struct writer *writer, enum writer_statement which, const struct query_value *values, size_t count);

/* Drop the indexes before a first load and create them after it: faster than keeping them sorted. */
void writer_drop_indexes(struct writer *writer);
void writer_build_indexes(struct writer *writer);

/* Note documents that lose a reference, and delete those with none left. Note managed policies that appear or
 * disappear: an attachment that had borrowed its document from one (because its own export lacked it) loses the
 * document if it is a different one now, and gets its new place if it is the same. */
void writer_watch_documents(struct writer *writer);
void writer_give_back_borrowed(struct writer *writer);
void writer_drop_left_documents(struct writer *writer);
void writer_unwatch_documents(struct writer *writer);

/* Database id of a document (whose statements are then written too); 0: none. */
int64_t writer_document(struct writer *writer, struct document_entry *entry);
int64_t writer_layout(struct writer *writer, const char *lines);

/* Makes sure that the account exists; existing accounts keep their data. */
void writer_account(struct writer *writer, const char *id, const char *partition);

/* Whether there are authorization details of the account; asked before anything of it is written. */
bool writer_is_exported(struct writer *writer, const char *id);

/* Deletes what the batch replaces, and notes which accounts it describes. account: its account if it has no principals;
 * NULL: unknown. */
void writer_touch_accounts(struct writer *writer, struct batch *batch, int64_t source, const char *account);

/* Writes principals and managed policies. account: whose export the AWS managed policies come from. */
void writer_principals(struct writer *writer, struct batch *batch, int64_t source, const char *account);

/* Writes the facts of a batch. */
void writer_facts(struct writer *writer, struct batch *batch, int64_t source, const char *path_account);

/* The state of an account in this load. */
struct written_account *writer_account_state(struct writer *writer, const char *id);

/* The state of a principal in this load. */
struct written_principal *writer_principal_state(struct writer *writer, const char *arn);

/* Fills in the state if an earlier load has written the principal. */
void writer_find_earlier(struct writer *writer, const char *arn, struct written_principal *state);

/* Adds what a second plan or template says about a principal that was already written: either may be the one that is
 * deployed, so both count. Returns whether to write its policies and groups, too. */
bool writer_share(struct writer *writer, struct batch *batch, int64_t source, struct batch_principal *principal,
                  struct written_principal *state, bool same_policies);

/* Deletes the policies and group memberships of a principal. */
void writer_clear_policies(struct writer *writer, int64_t id);

/* Notes an account before its principals are changed (changes.h). */
void writer_note_account(struct writer *writer, const char *id);

/* 2024-01-02T03:04:05… as a number that sorts; 0: NULL. */
int64_t writer_instant(const char *text);

/* Deletes what the batch reports as deleted, if it was captured before that. */
void writer_deletions(struct writer *writer, const struct batch *batch, int64_t source);

/* Whether something about to be written was deleted after it was captured. as_of, unique_id: those of the thing to be
 * written. */
bool writer_is_deleted(const struct writer *writer, const char *arn, enum batch_standing standing, const char *as_of,
                       const char *unique_id);

/* Whether this load has already written a later state of the managed policy; if not, notes the time. */
bool writer_policy_is_older(struct writer *writer, const struct batch_managed_policy *policy);

/* Whether the fact is about people of Identity Center, who affect no stored edge; and writes it. */
bool writer_is_about_people(const struct batch_fact *fact);
void writer_people_fact(struct writer *writer, const struct batch_fact *fact);
void writer_people(struct writer *writer, const struct batch *batch);

/* Writes what runs with roles; it affects no stored edge either. */
void writer_workloads(struct writer *writer, const struct batch *batch);

/* Writes credentials, uses of roles and the coverage of the trails. */
void writer_usage(struct writer *writer, const struct batch *batch, int64_t source);

/* At the end of a load into a database that was not empty: deletes organization policies that a complete list of their
 * type no longer names. */
void writer_drop_left_policies(struct writer *writer);

#endif
