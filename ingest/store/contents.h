/*
 * contents: what a database holds, as `status` lists it: files, accounts, attached policies without a document,
 * problems, events.
 */
#ifndef ROLECHAIN_INGEST_STORE_CONTENTS_H
#define ROLECHAIN_INGEST_STORE_CONTENTS_H

#include "ingest/policy/batch.h"
#include "ingest/store/store.h"
#include "ingest/support/arena.h"

/* Calls whose answers are not there. */
struct stored_calls {
    struct stored_call {
        const char *call;
        int64_t missing;     /* so many answers */
        const char *example; /* what one of them would be about; "" */
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
    } * files; /* by path */
    struct stored_account {
        const char *id, *name, *alias, *status, *loaded;
        bool roles_only; /* its authorization details were not exported */
        bool truncated;
        int64_t users, groups, roles;
    } * accounts; /* that were exported, by id */
    struct stored_policy {
        const char *policy; /* ARN, or name of an inline policy */
        int64_t attachments;
        const char *example; /* ARN of one to whom it is attached, or whose boundary it is */
    } * policies;            /* without a document, by policy */
    struct stored_problem {
        const char *path, *code, *account, *pointer, *message;
        enum problem_severity severity;
        int64_t line, column;
    } * problems; /* by path, in the order in which they were found */
    struct stored_events {
        const char *account, *first, *last;
        int64_t events, regions;
    } * events; /* of CloudTrail, by account */
    struct {
        bool known; /* something of it was loaded */
        int64_t people, groups, sets, assignments, entitlements;
        struct stored_calls missing;
    } identity_center;
    struct {
        bool known; /* there is something of what runs with roles */
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
