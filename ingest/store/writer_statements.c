/*
 * The writer's SQL statements, and how they are run.
 */
#include "ingest/store/writer_inside.h"

static const char *const sql[WRITER_STATEMENTS] = {
    [INSERT_SOURCE] = "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [UPDATE_SOURCE] = "UPDATE source SET verdict = ?2, detail = ?3, bytes = ?4 WHERE id = ?1",
    [INSERT_SOURCE_ACCOUNT] = "INSERT OR IGNORE INTO source_account VALUES (?, ?)",
    [INSERT_PROBLEM] = "INSERT INTO problem (source, severity, code, account, pointer, line, col, message) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_ACCOUNT] = "INSERT INTO account (id, partition, detail) VALUES (?, ?, 'none') ON CONFLICT (id) DO NOTHING",
    [UPDATE_ACCOUNT] = "UPDATE account SET detail = CASE WHEN detail = 'full' THEN 'full' ELSE ?2 END, "
                       "truncated = CASE WHEN detail = 'full' AND ?2 = 'roles' THEN truncated ELSE ?3 END, loaded = ?4 "
                       "WHERE id = ?1",
    [RESET_ACCOUNT] = "UPDATE account SET detail = 'none', truncated = 0 WHERE id = ?",
    [INSERT_PRINCIPAL] =
        "INSERT INTO principal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
    [UPDATE_PRINCIPAL_FULL] =
        "UPDATE principal SET unique_id = ?2, created = ?3, trust_document = coalesce(?4, trust_document), "
        "trust_line = CASE WHEN ?4 IS NULL THEN trust_line ELSE ?5 END, trust_layout = CASE WHEN ?4 IS NULL THEN "
        "trust_layout ELSE ?6 END, boundary_arn = ?7, identity_known = ?8, tags_known = ?9, "
        "max_session_duration = coalesce(?10, max_session_duration), last_used = coalesce(?11, last_used), "
        "last_used_region = coalesce(?12, last_used_region), source = coalesce(?13, source), line = CASE WHEN ?13 IS "
        "NULL THEN line ELSE ?14 END, in_instance_profile = coalesce(?15, in_instance_profile) WHERE id = ?1",
    [UPDATE_PRINCIPAL_ROLE] =
        "UPDATE principal SET trust_document = coalesce(?2, trust_document), trust_line = CASE WHEN ?2 IS NULL THEN "
        "trust_line ELSE ?3 END, trust_layout = CASE WHEN ?2 IS NULL THEN trust_layout ELSE ?4 END, "
        "max_session_duration = coalesce(?5, max_session_duration), last_used = coalesce(?6, last_used), "
        "last_used_region = coalesce(?7, last_used_region), boundary_arn = coalesce(?8, boundary_arn), "
        "tags_known = max(tags_known, ?9), source = coalesce(?10, source), line = CASE WHEN ?10 IS NULL THEN line ELSE "
        "?11 END WHERE id = ?1",
    [SELECT_PRINCIPAL] = "SELECT p.id, coalesce(trust_document, 0), s.kind FROM principal p JOIN source s ON s.id = "
                         "source WHERE arn = ?",
    [SET_IDENTITY_KNOWN] = "UPDATE principal SET identity_known = EXISTS (SELECT 1 FROM attachment WHERE principal = "
                           "principal.id) WHERE account = ? AND id <= ?",
    [SELECT_IDENTITY] = "SELECT unique_id, s.kind, p.kind FROM principal p JOIN source s ON s.id = source "
                        "WHERE p.id = ?",
    [DELETE_PRINCIPAL] = "DELETE FROM principal WHERE id = ?",
    [CLEAR_MEMBERS] = "UPDATE group_membership SET group_principal = NULL WHERE group_principal = ?",
    [CLEAR_ATTACHMENTS] = "DELETE FROM attachment WHERE principal = ?",
    [CLEAR_MEMBERSHIPS] = "DELETE FROM group_membership WHERE user = ?",
    [CLEAR_TAGS] = "DELETE FROM principal_tag WHERE principal = ?",
    [SELECT_ACCOUNT] = "SELECT 1 FROM account WHERE id = ? AND detail = 'roles'",
    [SELECT_EXPORTED] =
        "SELECT 1 FROM source_account JOIN source ON source.id = source WHERE account = ? AND kind IN " SOURCES_KINDS(
            "is_details") " AND verdict IN ('loaded', 'partial')",
    /* Data from a pipe has no file whose content could have changed. */
    [SELECT_HELD_DETAILS] =
        "SELECT 1 FROM source now JOIN source before ON before.path = now.path AND before.id <= ?2 JOIN source_account "
        "s ON s.source = before.id AND s.account = ?3 WHERE now.id = ?1 AND now.path <> '-' AND now.path NOT GLOB "
        "'/dev/*' AND before.verdict IN ('loaded', 'partial') AND before.kind IN " SOURCES_KINDS("is_details"),
    [COUNT_REPLACED] =
        "SELECT count(*) FILTER (WHERE p.kind = 'user'), count(*) FILTER (WHERE p.kind = 'role') FROM principal p JOIN "
        "source s ON s.id = p.source WHERE p.account = ? AND p.source <= ? AND (p.kind = 'role' OR ?) AND s.kind "
        "IN " SOURCES_KINDS("is_details OR lists_roles"),
    [SELECT_PATH_ACCOUNTS] = "SELECT DISTINCT account FROM source_account JOIN source ON source.id = source WHERE "
                             "path = ? AND account <> ''",
    [FILL_PRINCIPAL] =
        "UPDATE principal SET unique_id = CASE unique_id WHEN '' THEN ?2 ELSE unique_id END, created = CASE created "
        "WHEN "
        "'' THEN ?3 ELSE created END, trust_document = coalesce(?4, trust_document), trust_line = CASE WHEN ?4 IS NULL "
        "THEN trust_line ELSE ?5 END, trust_layout = CASE WHEN ?4 IS NULL THEN trust_layout ELSE ?6 END, source = "
        "coalesce(?7, source), line = CASE WHEN ?7 IS NULL THEN line ELSE ?8 END, boundary_arn = coalesce(?9, "
        "boundary_arn), identity_known = ?10, tags_known = max(tags_known, ?11) WHERE id = ?1",
    [DROP_PLACEHOLDERS] = "DELETE FROM attachment WHERE kind = 'inline' AND document IS NULL AND EXISTS (SELECT 1 FROM "
                          "attachment o WHERE o.principal = attachment.principal AND o.kind = 'inline' AND o.name = "
                          "attachment.name AND o.document IS NOT NULL)",
    [SELECT_PATH] = "SELECT path FROM source WHERE id = ?",
    [SELECT_PATH_OF_PRINCIPAL] = "SELECT s.path FROM principal p JOIN source s ON s.id = source WHERE p.id = ?",
    [SELECT_DOCUMENT_TEXT] = "SELECT text FROM document WHERE id = ?",
    [SELECT_TRUST_LAYOUT] = "SELECT coalesce(trust_layout, 0) FROM principal WHERE id = ?",
    [SET_TRUST] = "UPDATE principal SET trust_document = ?2, trust_layout = ?3 WHERE id = ?1",
    [PROVIDE_ATTACHMENTS] = "UPDATE attachment SET provided = json_patch(?2, coalesce(provided, '{}')) WHERE principal "
                            "= ?1 AND (provided IS NULL OR instr(provided, ?3) = 0)",
    [NEXT_ATTACHMENT] = "SELECT coalesce(max(position) + 1, 0) FROM attachment WHERE principal = ?",
    [SELECT_BOUNDARY] = "SELECT 1 FROM principal WHERE id = ? AND boundary_arn IS ?",
    [COUNT_TAGS] = "SELECT count(*) FROM principal_tag WHERE principal = ?1 AND (?2 IS NULL OR (key = ?2 AND value = "
                   "?3))",
    [SHARE_PRINCIPAL] = "UPDATE principal SET identity_known = ?2, boundary_arn = iif(?3, boundary_arn, NULL), "
                        "tags_known = min(tags_known, ?4) WHERE id = ?1",
    [INSERT_TAG] = "INSERT OR REPLACE INTO principal_tag VALUES (?, ?, ?)",
    [INSERT_MEMBERSHIP] = "INSERT OR IGNORE INTO group_membership VALUES (?, ?, NULL)",
    [INSERT_ATTACHMENT] = "INSERT INTO attachment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_MANAGED] = "INSERT OR REPLACE INTO managed_policy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_MANAGED_IF_NEW] = "INSERT OR IGNORE INTO managed_policy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SELECT_MANAGED] = "SELECT s.id, s.kind FROM managed_policy JOIN source s ON s.id = source WHERE account = ? AND "
                       "arn = ?",
    [DELETE_MANAGED] = "DELETE FROM managed_policy WHERE account = ? AND arn = ?",
    [INSERT_DOCUMENT] = "INSERT INTO document VALUES (?, ?, ?, ?, ?)",
    [INSERT_STATEMENT] = "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?)",
    [INSERT_DOCUMENT_PROBLEM] = "INSERT INTO document_problem VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [SELECT_DOCUMENT] = "SELECT id FROM document WHERE digest = ? AND text = ?",
    [INSERT_LAYOUT] = "INSERT INTO layout VALUES (?, ?)",
    [SELECT_LAYOUT] = "SELECT id FROM layout WHERE lines = ?",
    [INSERT_PROVIDER] = "INSERT INTO identity_provider VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (arn) DO UPDATE SET "
                        "client_ids = coalesce(?4, client_ids), source = ?5",
    [INSERT_PLANNED_PROVIDER] = "INSERT INTO identity_provider VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (arn) DO UPDATE "
                                "SET client_ids = coalesce(client_ids, ?4)",
    [SELECT_PARTITION] = "SELECT partition FROM account WHERE id = ?",
    [CLEAR_PROVIDERS] = "DELETE FROM identity_provider WHERE account = ?1 AND kind = ?2 AND source <= ?3",
    [INSERT_LISTING] = "INSERT OR REPLACE INTO listing VALUES (?, ?, ?)",
    [DELETE_LISTING] = "DELETE FROM listing WHERE call = ? AND argument = ?",
    [SELECT_LISTED] =
        "SELECT loaded FROM listing JOIN source ON source.id = listing.source WHERE call = ? AND argument "
        "= ''",
    [UPSERT_ORGANIZATION] =
        "INSERT INTO organization VALUES (?1, coalesce(?4, 'aws'), coalesce(?2, ''), coalesce(?3, '')) ON CONFLICT "
        "(id) "
        "DO UPDATE SET management_account = coalesce(?2, management_account), feature_set = coalesce(?3, feature_set), "
        "partition = coalesce(?4, partition)",
    [UPSERT_ORG_ACCOUNT] = "UPDATE account SET name = coalesce(?2, name), status = coalesce(?3, status), "
                           "organization = coalesce(?4, organization) WHERE id = ?1",
    [CLEAR_ORG_ACCOUNTS] = "UPDATE account SET organization = '' WHERE organization <> ''",
    [UPSERT_NODE] = "INSERT INTO org_node VALUES (?1, coalesce(?3, ''), ?4, coalesce(?2, ''), '') ON CONFLICT (id) DO "
                    "UPDATE SET name = coalesce(?2, name), organization = coalesce(?3, organization)",
    [INSERT_NODE] = "INSERT OR IGNORE INTO org_node VALUES (?1, '', ?2, '', '')",
    [SET_NODE_PARENT] = "INSERT INTO org_node VALUES (?1, '', 'ou', '', ?2) ON CONFLICT (id) DO UPDATE SET parent = ?2",
    [SET_ACCOUNT_PARENT] = "UPDATE account SET parent = ?2 WHERE id = ?1",
    [UPSERT_POLICY_TYPE] = "INSERT OR REPLACE INTO org_policy_type VALUES (?, ?, ?)",
    [UPSERT_ORG_POLICY] =
        "INSERT INTO org_policy (id, type, name, aws_managed, source) VALUES (?1, ?2, coalesce(?3, ''), "
        "?4, ?5) ON CONFLICT (id) DO UPDATE SET name = coalesce(?3, name), aws_managed = ?4",
    [SET_ORG_POLICY_DOCUMENT] =
        "UPDATE org_policy SET document = ?2, source = ?3, line = ?4, layout = ?5 WHERE id = ?1",
    [SELECT_ORG_POLICIES] = "SELECT id, type FROM org_policy ORDER BY id",
    [DELETE_ORG_POLICY] = "DELETE FROM org_policy WHERE id = ?",
    [CLEAR_PARENT_ACCOUNTS] = "UPDATE account SET parent = '' WHERE parent = ?",
    [CLEAR_PARENT_UNITS] = "UPDATE org_node SET parent = '' WHERE parent = ?",
    [CLEAR_POLICY_TYPES] = "DELETE FROM org_policy_type WHERE root = ?",
    [CLEAR_POLICY_TARGETS] = "DELETE FROM org_policy_target WHERE policy = ?",
    [CLEAR_TARGET_POLICIES] = "DELETE FROM org_policy_target WHERE target = ?1 AND policy IN "
                              "(SELECT id FROM org_policy WHERE type = ?2)",
    [INSERT_TARGET] = "INSERT OR IGNORE INTO org_policy_target VALUES (?, ?)",
    [SET_ALIAS] = "UPDATE account SET alias = ?2 WHERE id = ?1",
    [UPSERT_INSTANCE] = "INSERT OR REPLACE INTO sso_instance VALUES (?1, ?2, coalesce(?3, ''), coalesce(?4, ''))",
    [CLEAR_INSTANCES] = "DELETE FROM sso_instance",
    [UPSERT_PERSON] = "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?)",
    [CLEAR_PEOPLE] = "DELETE FROM person WHERE store = ?",
    [UPSERT_PERSON_GROUP] = "INSERT OR REPLACE INTO person_group VALUES (?, ?, ?)",
    [CLEAR_PERSON_GROUPS] = "DELETE FROM person_group WHERE store = ?",
    [INSERT_PERSON_MEMBERSHIP] = "INSERT OR IGNORE INTO person_membership VALUES (?, ?)",
    [CLEAR_PERSON_MEMBERSHIPS] = "DELETE FROM person_membership WHERE \"group\" = ?",
    [UPSERT_PERMISSION_SET] =
        "INSERT INTO permission_set VALUES (?1, coalesce(?2, ''), ?3, ?4, ?3 IS NULL) ON CONFLICT (id) DO UPDATE SET "
        "instance = coalesce(?2, instance), name = coalesce(?3, name), duration = coalesce(?4, duration), listed = "
        "max(listed, ?3 IS NULL)",
    [CLEAR_PERMISSION_SETS] = "UPDATE permission_set SET listed = 0",
    [INSERT_PROVISIONED] = "INSERT OR IGNORE INTO permission_set_account VALUES (?, ?)",
    [CLEAR_PROVISIONED] = "DELETE FROM permission_set_account WHERE permission_set = ?",
    [INSERT_ASSIGNMENT] = "INSERT OR IGNORE INTO account_assignment VALUES (?, ?, ?, ?)",
    [CLEAR_ASSIGNMENTS] = "DELETE FROM account_assignment WHERE account = ? AND permission_set = ?",
    [UPSERT_ATTRIBUTE] = "INSERT OR REPLACE INTO access_attribute VALUES (?1, coalesce(?2, '[]'))",
    [CLEAR_ATTRIBUTES] = "DELETE FROM access_attribute",
    [UPSERT_APPLICATION] = "INSERT OR REPLACE INTO access_application VALUES (?, ?)",
    [UPSERT_ENTITLEMENT] = "INSERT OR REPLACE INTO entitlement VALUES (?, ?, ?, ?, ?)",
    [CLEAR_ENTITLEMENTS] = "DELETE FROM entitlement WHERE application = ?",
    [CLEAR_PROFILES] = "DELETE FROM instance_profile WHERE role = ?",
    [INSERT_PROFILE] = "INSERT OR REPLACE INTO instance_profile VALUES (?, ?, ?)",
    [INSERT_REGION] = "INSERT OR IGNORE INTO account_region VALUES (?, ?)",
    [CLEAR_REGIONS] = "DELETE FROM account_region WHERE account = substr(?, 1, 12)",
    [UPSERT_CLUSTER] = "INSERT INTO cluster VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (arn) DO UPDATE SET issuer = "
                       "coalesce(?5, issuer), listed = max(listed, ?6)",
    [CLEAR_CLUSTERS] = "UPDATE cluster SET listed = 0 WHERE account = ? AND region = ?",
    [UPSERT_ASSOCIATION] =
        "INSERT INTO pod_association VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (cluster, id) DO "
        "UPDATE SET namespace = ?3, service_account = ?4, role = coalesce(?5, role), tags = coalesce(?6, tags), target "
        "= iif(?5 IS NULL, target, ?7), external_id = iif(?5 IS NULL, external_id, ?8), limited = iif(?5 IS NULL, "
        "limited, ?9), listed = max(listed, ?10)",
    [CLEAR_ASSOCIATIONS] = "UPDATE pod_association SET listed = 0 WHERE cluster = ?",
    [INSERT_SERVICE_ACCOUNT] = "INSERT OR REPLACE INTO service_account VALUES (?, ?, ?, ?)",
    [CLEAR_SERVICE_ACCOUNTS] = "DELETE FROM service_account WHERE cluster = ?",
    [UPSERT_WORKLOAD] =
        "INSERT INTO workload VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (arn) DO UPDATE SET "
        "call = ?4, scope = ?5, state = coalesce(?6, state), listed = max(listed, ?7), described = "
        "max(described, ?8), metadata = coalesce(?9, metadata)",
    [INSERT_NODE_GROUP] = "INSERT OR REPLACE INTO node_group VALUES (?, ?, ?)",
    [INSERT_ANYWHERE_PROFILE] = "INSERT OR REPLACE INTO anywhere_profile VALUES (?, ?, ?, ?, ?, ?, ?)",
    [CLEAR_ANYWHERE_PROFILES] = "DELETE FROM anywhere_profile WHERE account = ? AND region = ?",
    [UPSERT_POOL] =
        "INSERT INTO identity_pool (id, account, region, name, guests, classic, logins, listed) VALUES (?1, "
        "?2, substr(?1, 1, instr(?1, ':') - 1), ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET account "
        "= coalesce(?2, account), name = coalesce(?3, name), guests = iif(?6 IS NULL, guests, ?4), "
        "classic = iif(?6 IS NULL, classic, ?5), logins = coalesce(?6, logins), listed = max(listed, ?7)",
    [UPSERT_POOL_ROLES] =
        "INSERT INTO identity_pool (id, account, region, roles, mappings, listed) VALUES (?1, ?2, substr(?1, 1, "
        "instr(?1, ':') - 1), ?3, ?4, 0) ON CONFLICT (id) DO UPDATE SET account = coalesce(?2, account), roles = ?3, "
        "mappings = ?4",
    [CLEAR_POOLS] = "UPDATE identity_pool SET listed = 0 WHERE account = ? AND region = ?",
    [DELETE_WORKLOAD] = "DELETE FROM workload WHERE arn = ?",
    [CLEAR_WORKLOAD_ROLES] = "DELETE FROM workload_role WHERE workload = ?",
    [INSERT_WORKLOAD_ROLE] = "INSERT OR IGNORE INTO workload_role VALUES (?, ?, ?, ?)",
    [CLEAR_LISTED_WORKLOADS] = "UPDATE workload SET listed = 0 WHERE call = ? AND scope = ?",
    [CLEAR_CREDENTIALS] = "DELETE FROM credential WHERE account = ?1 AND source <= ?2",
    [INSERT_CREDENTIAL] =
        "INSERT INTO credential VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (arn) DO UPDATE SET password = "
        "coalesce(?3, password), password_last_used = coalesce(?4, password_last_used), mfa = coalesce(?5, mfa), "
        "access_keys = coalesce(?6, access_keys), key_last_used = coalesce(?7, key_last_used)",
    [INSERT_USE] = "INSERT OR REPLACE INTO role_use VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_TOKEN] = "INSERT OR IGNORE INTO role_token VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_TRAIL] = "INSERT OR REPLACE INTO trail VALUES (?, ?, ?, ?, ?, ?)",
};

void writer_prepare(struct writer *writer)
{
    for (int i = 0; i < WRITER_STATEMENTS; i++)
        writer->queries[i] = query_open(writer->store, sql[i]);
}

void writer_run(struct writer *writer, enum writer_statement which, const struct query_value *values, size_t count)
{
    query_bind_values(writer->queries[which], values, count);
    query_run(writer->queries[which]);
}
