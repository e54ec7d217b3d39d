/*
 * contents: what a database contains, as `status` lists it: files, accounts, attached policies without a document,
 * problems, events.
 */
#ifndef ROLECHAIN_INGEST_STORE_CONTENTS_H
#define ROLECHAIN_INGEST_STORE_CONTENTS_H

#include "ingest/policy/batch.h"
#include "ingest/store/store.h"
#include "ingest/support/arena.h"

/* Calls whose answers are missing. */
struct stored_calls {
    struct stored_call {
        const char *call;
        int64_t missing;     /* number of missing answers */
        const char *example; /* what one of them would be about; or "" */
    } * list;
    size_t count, room;
};

struct contents {
    struct arena arena; /* owns the texts */
    struct stored_file {
        const char *path, *kind;
        enum batch_verdict verdict;
        const char *detail, *loaded;
        int64_t bytes, problems;
    } * files; /* sorted by path */
    struct stored_account {
        const char *id, *name, *alias, *status, *loaded;
        bool roles_only; /* its authorization details were not exported */
        bool truncated;
        int64_t users, groups, roles;
    } * accounts; /* exported ones, sorted by id */
    struct stored_policy {
        const char *policy; /* ARN, or name of an inline policy */
        int64_t attachments;
        const char *example; /* ARN of a principal it is attached to, or is the boundary of */
    } * policies;            /* without a document, sorted by policy */
    struct stored_problem {
        const char *path, *code, *account, *pointer, *message;
        enum problem_severity severity;
        int64_t line, column;
    } * problems; /* sorted by path, then in the order found */
    struct stored_events {
        const char *account, *first, *last;
        int64_t events, regions;
    } * events; /* of CloudTrail, sorted by account */
    struct {
        bool known; /* some of it was loaded */
        int64_t people, groups, sets, assignments, entitlements;
        struct stored_calls missing;
    } identity_center;
    struct {
        bool known; /* some of what runs with roles was loaded */
        int64_t clusters, service_accounts, associations, resources, pools;
        struct stored_calls missing;
    } workloads;
    size_t file_count, account_count, policy_count, problem_count, event_count;
    size_t file_room, account_room, policy_room, problem_room, event_room;
};

/* Failures are the store's (store_error): then the lists are incomplete. */
void contents_read(struct contents *contents, struct store *store);
void contents_free(struct contents *contents);

#endif
