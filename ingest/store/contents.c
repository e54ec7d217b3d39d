#include "ingest/store/contents.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include <stdlib.h>

/* A copy of a text of the row. */
static const char *kept(struct contents *contents, struct query *row, int column)
{
    const char *text = query_text(row, column);
    return text != NULL ? arena_copy_text(&contents->arena, text, strlen(text)) : "";
}

static void read_files(struct contents *contents, struct store *store)
{
    struct query *rows = query_open(store, "SELECT path, kind, verdict, detail, bytes, loaded, (SELECT count(*) FROM "
                                           "problem WHERE source = source.id) FROM source ORDER BY path");
    while (query_next(rows))
        ARRAY_ADD(contents->files, contents->file_count, contents->file_room,
                  (struct stored_file){.path = kept(contents, rows, 0),
                                       .kind = kept(contents, rows, 1),
                                       .verdict = batch_verdict_of(kept(contents, rows, 2)),
                                       .detail = kept(contents, rows, 3),
                                       .bytes = query_integer(rows, 4),
                                       .loaded = kept(contents, rows, 5),
                                       .problems = query_integer(rows, 6)});
    query_close(rows);
}

static void read_accounts(struct contents *contents, struct store *store)
{
    struct query *rows = query_open(
        store, "SELECT a.id, a.name, a.alias, a.status, a.detail = 'roles', a.truncated, a.loaded, "
               "count(CASE p.kind WHEN 'user' THEN 1 END), count(CASE p.kind WHEN 'group' THEN 1 END), "
               "count(CASE p.kind WHEN 'role' THEN 1 END) FROM account a LEFT JOIN principal p ON p.account = a.id "
               "WHERE a.detail <> 'none' GROUP BY a.id ORDER BY a.id");
    while (query_next(rows))
        ARRAY_ADD(contents->accounts, contents->account_count, contents->account_room,
                  (struct stored_account){.id = kept(contents, rows, 0),
                                          .name = kept(contents, rows, 1),
                                          .alias = kept(contents, rows, 2),
                                          .status = kept(contents, rows, 3),
                                          .roles_only = query_integer(rows, 4) != 0,
                                          .truncated = query_integer(rows, 5) != 0,
                                          .loaded = kept(contents, rows, 6),
                                          .users = query_integer(rows, 7),
                                          .groups = query_integer(rows, 8),
                                          .roles = query_integer(rows, 9)});
    query_close(rows);
}

static void read_policies(struct contents *contents, struct store *store)
{
    struct query *rows = query_open(
        store, "SELECT coalesce(t.arn, t.name), count(*), min(p.arn) FROM attachment t JOIN principal p ON p.id = "
               "t.principal WHERE t.document IS NULL GROUP BY 1 UNION ALL "
               "SELECT boundary_arn, count(*), min(arn) FROM principal WHERE boundary_arn IS NOT NULL AND "
               "boundary_document IS NULL GROUP BY 1 ORDER BY 1");
    while (query_next(rows))
        ARRAY_ADD(contents->policies, contents->policy_count, contents->policy_room,
                  (struct stored_policy){.policy = kept(contents, rows, 0),
                                         .attachments = query_integer(rows, 1),
                                         .example = kept(contents, rows, 2)});
    query_close(rows);
}

static void read_problems(struct contents *contents, struct store *store)
{
    struct query *rows = query_open(store, "SELECT s.path, p.severity, p.code, p.account, p.pointer, p.line, p.col, "
                                           "p.message FROM problem p JOIN source s ON s.id = p.source ORDER BY "
                                           "s.path, p.id");
    while (query_next(rows))
        ARRAY_ADD(contents->problems, contents->problem_count, contents->problem_room,
                  (struct stored_problem){.path = kept(contents, rows, 0),
                                          .severity = problem_severity_of(kept(contents, rows, 1)),
                                          .code = kept(contents, rows, 2),
                                          .account = kept(contents, rows, 3),
                                          .pointer = kept(contents, rows, 4),
                                          .line = query_integer(rows, 5),
                                          .column = query_integer(rows, 6),
                                          .message = kept(contents, rows, 7)});
    query_close(rows);
}

static void read_events(struct contents *contents, struct store *store)
{
    struct query *rows = query_open(store, "SELECT account, min(first), max(last), sum(events), count(DISTINCT region) "
                                           "FROM trail GROUP BY account ORDER BY account");
    while (query_next(rows))
        ARRAY_ADD(contents->events, contents->event_count, contents->event_room,
                  (struct stored_events){.account = kept(contents, rows, 0),
                                         .first = kept(contents, rows, 1),
                                         .last = kept(contents, rows, 2),
                                         .events = query_integer(rows, 3),
                                         .regions = query_integer(rows, 4)});
    query_close(rows);
}

/* Lists that are needed to know who can become roles of Identity Center: the call, how many of its answers are missing,
 * and what the first missing one would be about. A permission set without a description is named by its ID. */
static const char missing_calls[] =
    "SELECT 'list-instances' AS call, 1 AS missing, '' AS example WHERE NOT EXISTS (SELECT 1 FROM sso_instance) UNION "
    "ALL "
    "SELECT 'list-users', 1, '' WHERE NOT EXISTS (SELECT 1 FROM listing WHERE call = 'identitystore-list-users') UNION "
    "ALL "
    "SELECT 'list-groups', 1, '' WHERE NOT EXISTS (SELECT 1 FROM listing WHERE call = 'identitystore-list-groups') "
    "UNION ALL "
    "SELECT 'list-permission-sets', 1, '' WHERE NOT EXISTS (SELECT 1 FROM listing WHERE call = 'list-permission-sets') "
    "UNION ALL "
    "SELECT 'describe-permission-set', count(*), min(id) FROM permission_set WHERE name IS NULL UNION ALL "
    "SELECT 'list-accounts-for-provisioned-permission-set', count(*), min(coalesce(name, id)) FROM permission_set s "
    "WHERE "
    "listed AND NOT EXISTS (SELECT 1 FROM listing WHERE call = 'list-accounts-for-provisioned-permission-set' AND "
    "argument = s.id) UNION ALL "
    "SELECT 'list-account-assignments', count(*), min(coalesce(s.name, s.id) || ' in account ' || a.account) FROM "
    "permission_set_account a JOIN permission_set s ON s.id = a.permission_set WHERE NOT EXISTS (SELECT 1 FROM listing "
    "WHERE call = 'list-account-assignments' AND argument = a.account || ' ' || a.permission_set) UNION ALL "
    "SELECT 'list-group-memberships', count(*), min(coalesce(g.name, a.principal)) FROM (SELECT DISTINCT principal "
    "FROM "
    "account_assignment WHERE kind = 'GROUP' UNION SELECT principal FROM entitlement WHERE kind = 'GROUP') a LEFT JOIN "
    "person_group g ON g.id = a.principal WHERE NOT EXISTS (SELECT 1 FROM listing WHERE call = "
    "'list-group-memberships' AND argument = a.principal) AND (g.id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM listing "
    "WHERE call = 'identitystore-list-groups'))";

static void read_missing(struct contents *contents, struct store *store, const char *sql, struct stored_calls *calls)
{
    struct query *rows = query_open(store, sql);
    while (query_next(rows))
        if (query_integer(rows, 1) > 0)
            ARRAY_ADD(calls->list, calls->count, calls->room,
                      (struct stored_call){.call = kept(contents, rows, 0),
                                           .missing = query_integer(rows, 1),
                                           .example = kept(contents, rows, 2)});
    query_close(rows);
}

static void read_people(struct contents *contents, struct store *store)
{
    contents->identity_center.people = store_number(store, "SELECT count(*) FROM person");
    contents->identity_center.groups = store_number(store, "SELECT count(*) FROM person_group");
    contents->identity_center.sets = store_number(store, "SELECT count(*) FROM permission_set");
    contents->identity_center.assignments = store_number(store, "SELECT count(*) FROM account_assignment");
    contents->identity_center.entitlements = store_number(store, "SELECT count(*) FROM entitlement");
    contents->identity_center.known = contents->identity_center.people + contents->identity_center.groups +
                                          contents->identity_center.sets + contents->identity_center.assignments +
                                          contents->identity_center.entitlements >
                                      0;
    if (!contents->identity_center.known)
        return;
    read_missing(contents, store, missing_calls, &contents->identity_center.missing);
}

/* The same for what runs with roles. */
static const char missing_lists[] =
    "WITH told (account) AS (SELECT account FROM cluster UNION SELECT account FROM workload) "
    "SELECT 'list-regions' AS call, count(*) AS missing, 'account ' || min(account) AS example FROM told t WHERE NOT "
    "EXISTS (SELECT 1 FROM listing WHERE call = 'list-regions' AND argument = t.account || ' *') UNION ALL "
    "SELECT 'eks list-clusters', count(*), min(r.region || ' in account ' || r.account) FROM account_region r WHERE "
    "r.account IN (SELECT account FROM cluster) AND NOT EXISTS (SELECT 1 FROM listing WHERE call = 'eks-list-clusters' "
    "AND argument = r.account || ' ' || r.region) UNION ALL "
    "SELECT 'eks describe-cluster', count(*), min(arn) FROM cluster WHERE listed AND issuer IS NULL UNION ALL "
    "SELECT 'kubectl get serviceaccounts', count(*), min(arn) FROM cluster WHERE listed AND NOT EXISTS (SELECT 1 FROM "
    "listing WHERE call = 'kubectl-get-serviceaccounts' AND argument = arn) UNION ALL "
    "SELECT 'eks list-pod-identity-associations', count(*), min(arn) FROM cluster WHERE listed AND NOT EXISTS (SELECT "
    "1 "
    "FROM listing WHERE call = 'list-pod-identity-associations' AND argument = arn) UNION ALL "
    "SELECT 'eks describe-pod-identity-association', count(*), min(id || ' of ' || cluster) FROM pod_association WHERE "
    "listed AND role IS NULL UNION ALL "
    "SELECT 'eks list-capabilities', count(*), min(arn) FROM cluster WHERE listed AND NOT EXISTS (SELECT 1 FROM "
    "listing "
    "WHERE call = 'list-capabilities' AND argument = arn) UNION ALL "
    "SELECT 'eks describe-capability', count(*), min(arn) FROM workload WHERE call = 'list-capabilities' AND listed "
    "AND "
    "NOT described UNION ALL "
    "SELECT 'ecs describe-task-definition', count(*), min(arn) FROM workload WHERE call = 'ecs-list-task-definitions' "
    "AND "
    "listed AND NOT described UNION ALL "
    "SELECT 'rolesanywhere list-profiles', count(DISTINCT scope), min(region || ' in account ' || account) FROM "
    "workload w "
    "WHERE call = 'rolesanywhere-list-trust-anchors' AND NOT EXISTS (SELECT 1 FROM listing WHERE call = "
    "'rolesanywhere-list-profiles' AND argument = w.scope) UNION ALL "
    "SELECT 'rolesanywhere list-trust-anchors', count(DISTINCT account || region), min(region || ' in account ' || "
    "account) "
    "FROM anywhere_profile p WHERE NOT EXISTS (SELECT 1 FROM listing WHERE call = 'rolesanywhere-list-trust-anchors' "
    "AND "
    "argument = p.account || ' ' || p.region) UNION ALL "
    "SELECT 'cognito-identity describe-identity-pool', count(*), min(id) FROM identity_pool WHERE guests IS NULL UNION "
    "ALL SELECT 'cognito-identity get-identity-pool-roles', count(*), min(id) FROM identity_pool WHERE roles IS NULL "
    "UNION ALL "
    "SELECT 'ec2 describe-instances', count(*), min(r.region || ' in account ' || r.account) FROM account_region r "
    "WHERE "
    "r.account IN (SELECT account FROM workload WHERE call = 'ec2-describe-instances') AND NOT EXISTS (SELECT 1 FROM "
    "listing WHERE call = 'ec2-describe-instances' AND argument = r.account || ' ' || r.region) UNION ALL "
    "SELECT 'lambda list-functions --function-version ALL', count(*), min(r.region || ' in account ' || r.account) "
    "FROM "
    "account_region r WHERE r.account IN (SELECT account FROM workload WHERE call = 'lambda-list-functions') AND NOT "
    "EXISTS (SELECT 1 FROM listing WHERE call = 'lambda-list-versions' AND argument = r.account || ' ' || r.region)";

static void read_workloads(struct contents *contents, struct store *store)
{
    contents->workloads.clusters = store_number(store, "SELECT count(*) FROM cluster");
    contents->workloads.service_accounts = store_number(store, "SELECT count(*) FROM service_account");
    contents->workloads.associations = store_number(store, "SELECT count(*) FROM pod_association");
    contents->workloads.resources = store_number(store, "SELECT count(*) FROM workload");
    contents->workloads.pools = store_number(store, "SELECT count(*) FROM identity_pool");
    contents->workloads.known = contents->workloads.clusters + contents->workloads.service_accounts +
                                    contents->workloads.associations + contents->workloads.resources +
                                    contents->workloads.pools >
                                0;
    if (contents->workloads.known)
        read_missing(contents, store, missing_lists, &contents->workloads.missing);
}

void contents_read(struct contents *contents, struct store *store)
{
    *contents = (struct contents){0};
    read_files(contents, store);
    read_accounts(contents, store);
    read_policies(contents, store);
    read_problems(contents, store);
    read_events(contents, store);
    read_people(contents, store);
    read_workloads(contents, store);
}

void contents_free(struct contents *contents)
{
    arena_free(&contents->arena);
    free(contents->files);
    free(contents->accounts);
    free(contents->policies);
    free(contents->problems);
    free(contents->events);
    free(contents->identity_center.missing.list);
    free(contents->workloads.missing.list);
}
