#include "ingest/support/text.h"
#include "ingest/writer_inside.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const sql[WRITER_STATEMENTS] = {
    [INSERT_SOURCE] = "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_SOURCE_ACCOUNT] = "INSERT OR IGNORE INTO source_account VALUES (?, ?)",
    [INSERT_PROBLEM] = "INSERT INTO problem (source, severity, code, account, pointer, line, col, message) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_ACCOUNT] = "INSERT INTO account (id, partition, detail) VALUES (?, ?, 'none') ON CONFLICT (id) DO NOTHING",
    [UPDATE_ACCOUNT] = "UPDATE account SET detail = CASE WHEN detail = 'full' THEN 'full' ELSE ?2 END, "
                       "truncated = CASE WHEN detail = 'full' AND ?2 = 'roles' THEN truncated ELSE ?3 END, loaded = ?4 "
                       "WHERE id = ?1",
    [INSERT_PRINCIPAL] = "INSERT INTO principal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)",
    [UPDATE_PRINCIPAL_FULL] =
        "UPDATE principal SET unique_id = ?2, created = ?3, trust_document = coalesce(?4, trust_document), "
        "trust_line = CASE WHEN ?4 IS NULL THEN trust_line ELSE ?5 END, trust_layout = CASE WHEN ?4 IS NULL THEN "
        "trust_layout ELSE ?6 END, boundary_arn = ?7, identity_known = ?8, tags_known = ?9, "
        "max_session_duration = coalesce(?10, max_session_duration), last_used = coalesce(?11, last_used), "
        "last_used_region = coalesce(?12, last_used_region), source = coalesce(?13, source), line = CASE WHEN ?13 IS "
        "NULL THEN line ELSE ?14 END WHERE id = ?1",
    [UPDATE_PRINCIPAL_ROLE] =
        "UPDATE principal SET trust_document = coalesce(?2, trust_document), trust_line = CASE WHEN ?2 IS NULL THEN "
        "trust_line ELSE ?3 END, trust_layout = CASE WHEN ?2 IS NULL THEN trust_layout ELSE ?4 END, "
        "max_session_duration = coalesce(?5, max_session_duration), last_used = coalesce(?6, last_used), "
        "last_used_region = coalesce(?7, last_used_region), boundary_arn = coalesce(?8, boundary_arn), "
        "tags_known = max(tags_known, ?9), source = coalesce(?10, source), line = CASE WHEN ?10 IS NULL THEN line ELSE "
        "?11 END WHERE id = ?1",
    [SELECT_PRINCIPAL] = "SELECT p.id, coalesce(trust_document, 0), s.kind FROM principal p JOIN source s ON s.id = "
                         "source WHERE arn = ?",
    [SELECT_IDENTITY] = "SELECT unique_id, s.kind, p.kind FROM principal p JOIN source s ON s.id = source "
                        "WHERE p.id = ?",
    [DELETE_PRINCIPAL] = "DELETE FROM principal WHERE id = ?",
    [CLEAR_MEMBERS] = "UPDATE group_membership SET group_principal = NULL WHERE group_principal = ?",
    [CLEAR_ATTACHMENTS] = "DELETE FROM attachment WHERE principal = ?",
    [CLEAR_MEMBERSHIPS] = "DELETE FROM group_membership WHERE user = ?",
    [CLEAR_TAGS] = "DELETE FROM principal_tag WHERE principal = ?",
    [SELECT_ACCOUNT] = "SELECT 1 FROM account WHERE id = ? AND detail = 'roles'",
    [SELECT_EXPORTED] = "SELECT 1 FROM source_account JOIN source ON source.id = source WHERE account = ? AND kind = "
                        "'authorization-details' AND verdict IN ('loaded', 'partial')",
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
    [INSERT_TAG] = "INSERT OR REPLACE INTO principal_tag VALUES (?, ?, ?)",
    [INSERT_MEMBERSHIP] = "INSERT OR IGNORE INTO group_membership VALUES (?, ?, ?)",
    [INSERT_ATTACHMENT] = "INSERT INTO attachment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_MANAGED] = "INSERT OR REPLACE INTO managed_policy VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_MANAGED_IF_NEW] = "INSERT OR IGNORE INTO managed_policy VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [SELECT_MANAGED] = "SELECT s.id, s.kind FROM managed_policy JOIN source s ON s.id = source WHERE account = ? AND "
                       "arn = ?",
    [DELETE_MANAGED] = "DELETE FROM managed_policy WHERE account = ? AND arn = ?",
    [INSERT_DOCUMENT] = "INSERT INTO document VALUES (?, ?, ?, ?, ?)",
    [INSERT_STATEMENT] = "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?)",
    [INSERT_DOCUMENT_PROBLEM] = "INSERT INTO document_problem VALUES (?, ?, ?, ?, ?, ?, ?)",
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
    [CLEAR_CREDENTIALS] = "DELETE FROM credential WHERE account = ?1 AND source <= ?2",
    [INSERT_CREDENTIAL] =
        "INSERT INTO credential VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (arn) DO UPDATE SET password = "
        "coalesce(?3, password), password_last_used = coalesce(?4, password_last_used), mfa = coalesce(?5, mfa), "
        "access_keys = coalesce(?6, access_keys), key_last_used = coalesce(?7, key_last_used)",
    [INSERT_USE] = "INSERT OR REPLACE INTO role_use VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_TOKEN] = "INSERT OR IGNORE INTO role_token VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_TRAIL] = "INSERT OR REPLACE INTO trail VALUES (?, ?, ?, ?, ?, ?)",
};

bool writer_fail(struct writer *writer, const char *what)
{
    writer->failed = true;
    if (*writer->error == NULL)
        *writer->error = strdup(what);
    return false;
}

bool writer_run(struct writer *writer, enum writer_statement which, const char *types, ...)
{
    sqlite3_stmt *statement = writer->statements[which];
    va_list arguments;
    va_start(arguments, types);
    int status = SQLITE_OK;
    for (int i = 0; types[i] != '\0' && status == SQLITE_OK; i++) {
        if (types[i] == 't') {
            const char *text = va_arg(arguments, const char *);
            status = text != NULL ? sqlite3_bind_text(statement, i + 1, text, -1, SQLITE_STATIC)
                                  : sqlite3_bind_null(statement, i + 1);
        } else if (types[i] == 'b') {
            status = sqlite3_bind_blob(statement, i + 1, va_arg(arguments, const void *), 16, SQLITE_STATIC);
        } else {
            int64_t number = va_arg(arguments, int64_t);
            bool null = (types[i] == 'n' && number == 0) || (types[i] == 'm' && number < 0);
            status = null ? sqlite3_bind_null(statement, i + 1) : sqlite3_bind_int64(statement, i + 1, number);
        }
    }
    va_end(arguments);
    if (status == SQLITE_OK)
        status = sqlite3_step(statement);
    sqlite3_reset(statement);
    if (status != SQLITE_DONE && status != SQLITE_ROW)
        return writer_fail(writer, sqlite3_errmsg(writer->handle));
    return true;
}

static int64_t query_number(struct writer *writer, const char *text)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = 0;
    if (sqlite3_prepare_v2(writer->handle, text, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    else
        writer_fail(writer, sqlite3_errmsg(writer->handle));
    sqlite3_finalize(statement);
    return number;
}

bool writer_execute(struct writer *writer, const char *text)
{
    return sqlite3_exec(writer->handle, text, NULL, NULL, NULL) == SQLITE_OK ||
           writer_fail(writer, sqlite3_errmsg(writer->handle));
}

/* ---- tables that grow beside an intern table */

struct written_account *writer_account_state(struct writer *writer, const char *id)
{
    uint32_t number = intern_add(&writer->accounts, id, strlen(id));
    struct written_account *states = intern_room(writer->account_states, &writer->account_room, number, sizeof *states);
    if (states == NULL) {
        writer_fail(writer, "out of memory");
        return NULL;
    }
    writer->account_states = states;
    return &states[number];
}

struct written_principal *writer_principal_state(struct writer *writer, const char *arn)
{
    uint32_t number = intern_add(&writer->arns, arn, strlen(arn));
    struct written_principal *states = intern_room(writer->principals, &writer->principal_room, number, sizeof *states);
    if (states == NULL) {
        writer_fail(writer, "out of memory");
        return NULL;
    }
    writer->principals = states;
    return &states[number];
}

int64_t writer_layout(struct writer *writer, const char *lines)
{
    if (lines == NULL || lines[0] == '\0')
        return 0;
    uint32_t number = intern_add(&writer->layouts, lines, strlen(lines));
    int64_t *ids = intern_room(writer->layout_ids, &writer->layout_room, number, sizeof *ids);
    if (ids == NULL) {
        writer_fail(writer, "out of memory");
        return 0;
    }
    writer->layout_ids = ids;
    if (writer->layout_ids[number] != 0)
        return writer->layout_ids[number];
    struct text json = {0};
    text_format(&json, "[%s]", lines);
    int64_t id = 0;
    sqlite3_stmt *select = writer->statements[SELECT_LAYOUT];
    if (writer->had_data && json.data != NULL) {
        sqlite3_bind_text(select, 1, json.data, -1, SQLITE_STATIC);
        if (sqlite3_step(select) == SQLITE_ROW)
            id = sqlite3_column_int64(select, 0);
        sqlite3_reset(select);
    }
    if (id == 0) {
        id = ++writer->next_layout;
        writer_run(writer, INSERT_LAYOUT, "it", id, json.data);
    }
    text_free(&json);
    writer->layout_ids[number] = id;
    return id;
}

/* ---- documents */

static const char *severity_word(enum policy_severity severity)
{
    return severity == POLICY_ERROR ? "error" : severity == POLICY_WARNING ? "warning" : "note";
}

int64_t writer_document(struct writer *writer, struct document_entry *entry)
{
    if (entry == NULL)
        return 0;
    writer->counts.documents++;
    if (entry->id != 0)
        return entry->id;
    struct document_content *content = document_entry_content(writer->documents, entry);
    if (content == NULL) {
        writer_fail(writer, "out of memory");
        return 0;
    }
    writer->counts.distinct_documents++;
    if (writer->had_data) {
        sqlite3_stmt *select = writer->statements[SELECT_DOCUMENT];
        /* The digest is not keyed, so that it is the same in every database: texts can be made that share it. */
        sqlite3_bind_blob(select, 1, content->digest, 16, SQLITE_STATIC);
        sqlite3_bind_text(select, 2, content->text, -1, SQLITE_STATIC);
        if (sqlite3_step(select) == SQLITE_ROW)
            document_entry_written(entry, sqlite3_column_int64(select, 0));
        sqlite3_reset(select);
        if (entry->id != 0)
            return entry->id;
    }
    const struct policy *policy = &content->policy;
    int64_t id = ++writer->next_document;
    writer_run(writer, INSERT_DOCUMENT, "ibttt", id, content->digest, content->text, policy->version, policy->broken);
    bool whole = content->kind != POLICY_IDENTITY;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        if (whole || statement->bears_on_roles)
            writer_run(writer, INSERT_STATEMENT, "iittttt", id, (int64_t)i, statement->sid, statement->effect,
                       statement->body, statement->broken, statement->doubt);
    }
    for (size_t i = 0; i < policy->problem_count; i++) {
        const struct policy_problem *problem = &policy->problems[i];
        writer_run(writer, INSERT_DOCUMENT_PROBLEM, "iittmtt", id, (int64_t)i, severity_word(problem->severity),
                   problem->code, (int64_t)problem->position, problem->pointer, problem->message);
    }
    document_entry_written(entry, id);
    return id;
}

/* ---- accounts */

bool writer_account(struct writer *writer, const char *id, const char *partition)
{
    struct written_account *state = writer_account_state(writer, id);
    if (state == NULL)
        return false;
    if (state->counted)
        return true;
    state->counted = true;
    return writer_run(writer, INSERT_ACCOUNT, "tt", id, partition != NULL ? partition : "aws");
}

bool writer_note_account(struct writer *writer, const char *id)
{
    struct written_account *state = writer_account_state(writer, id);
    if (state == NULL)
        return false;
    if (!state->noted && !changes_note_account(writer->changes, id, writer->error)) {
        writer->failed = true;
        return false;
    }
    state->noted = true;
    return true;
}

/* Takes away what earlier loads knew of the account; organization facts stay, and so do rows that this load has
 * brought up to date already (their source is one of its own), but for their policies. */
static const char *const purge_all[] = {
    "DELETE FROM principal_tag WHERE principal IN (SELECT id FROM principal WHERE account = ?1 AND source <= ?2)",
    "DELETE FROM attachment WHERE source <= ?2 AND principal IN (SELECT id FROM principal WHERE account = ?1)",
    "DELETE FROM group_membership WHERE user IN (SELECT id FROM principal WHERE account = ?1 AND source <= ?2)",
    "DELETE FROM principal WHERE account = ?1 AND source <= ?2",
    "UPDATE principal SET identity_known = EXISTS (SELECT 1 FROM attachment WHERE principal = principal.id) "
    "WHERE account = ?1 AND id <= ?3",
    "DELETE FROM managed_policy WHERE account = ?1 AND source <= ?2",
    "DELETE FROM identity_provider WHERE account = ?1 AND source <= ?2",
    "DELETE FROM listing WHERE argument = ?1 AND source <= ?2",
    "DELETE FROM credential WHERE account = ?1 AND source <= ?2",
    "DELETE FROM source_account WHERE account = ?1 AND source <= ?2",
    "UPDATE account SET detail = 'none', truncated = 0 WHERE id = ?1",
    NULL,
};

/* The same for an account of which earlier loads knew roles only, by a new list of all its roles. What is planned
 * stays.
 */
#define LISTED_ROLES                                                                                                   \
    "account = ?1 AND kind = 'role' AND source <= ?2 AND source NOT IN (SELECT id FROM source WHERE kind IN "          \
    "('terraform-plan', 'cloudformation'))"

static const char *const purge_roles[] = {
    "DELETE FROM principal_tag WHERE principal IN (SELECT id FROM principal WHERE " LISTED_ROLES ")",
    "DELETE FROM attachment WHERE principal IN (SELECT id FROM principal WHERE " LISTED_ROLES ")",
    "DELETE FROM principal WHERE " LISTED_ROLES,
    "DELETE FROM source_account WHERE account = ?1 AND source IN (SELECT id FROM source WHERE id <= ?2 AND kind IN "
    "('list-roles', 'get-role'))",
    NULL,
};

#define FORGOTTEN "(SELECT id FROM source WHERE id <= ?2 AND path IN (SELECT path FROM temp.forgotten))"

/* What the files of temp.forgotten said. What they lent to others is given back. */
static const char *const purge_forgotten[] = {
    "UPDATE principal SET identity_known = 0 WHERE id IN (SELECT principal FROM attachment WHERE kind = 'inline' AND "
    "source IN " FORGOTTEN ")",
    "DELETE FROM principal_tag WHERE principal IN (SELECT id FROM principal WHERE source IN " FORGOTTEN ")",
    "DELETE FROM group_membership WHERE user IN (SELECT id FROM principal WHERE source IN " FORGOTTEN ")",
    "UPDATE group_membership SET group_principal = NULL WHERE group_principal IN (SELECT id FROM principal WHERE "
    "source IN " FORGOTTEN ")",
    "DELETE FROM attachment WHERE principal IN (SELECT id FROM principal WHERE source IN " FORGOTTEN ")",
    "DELETE FROM attachment WHERE kind = 'inline' AND source IN " FORGOTTEN,
    "UPDATE attachment SET document = NULL, source = (SELECT source FROM principal WHERE id = attachment.principal), "
    "line = 0, layout = NULL WHERE source IN " FORGOTTEN,
    "DELETE FROM principal WHERE source IN " FORGOTTEN,
    "DELETE FROM managed_policy WHERE source IN " FORGOTTEN,
    "DELETE FROM identity_provider WHERE source IN " FORGOTTEN,
    "UPDATE account SET truncated = 0, detail = iif(EXISTS (SELECT 1 FROM principal WHERE account = account.id), "
    "'roles', 'none') WHERE id IN (SELECT account FROM source_account WHERE source IN " FORGOTTEN
    ") AND id NOT IN (SELECT account FROM source_account JOIN source ON source.id = source WHERE kind IN "
    "('authorization-details', 'iam-collect', 'pmapper') AND source NOT IN " FORGOTTEN ")",
    "DELETE FROM source_account WHERE source IN " FORGOTTEN,
    NULL,
};

bool writer_is_planned(const struct batch *batch)
{
    return strncmp(batch->kind, "terraform-", strlen("terraform-")) == 0 || strcmp(batch->kind, "cloudformation") == 0;
}

/* of: the account, or the path. */
static bool purge(struct writer *writer, const char *of, const char *const *deletions)
{
    for (; *deletions != NULL; deletions++) {
        sqlite3_stmt *statement = NULL;
        int status = sqlite3_prepare_v2(writer->handle, *deletions, -1, &statement, NULL);
        if (status == SQLITE_OK) {
            sqlite3_bind_text(statement, 1, of, -1, SQLITE_STATIC);
            sqlite3_bind_int64(statement, 2, writer->last_source);
            if (sqlite3_bind_parameter_count(statement) >= 3)
                sqlite3_bind_int64(statement, 3, writer->last_principal);
            status = sqlite3_step(statement);
        }
        sqlite3_finalize(statement);
        if (status != SQLITE_DONE)
            return writer_fail(writer, sqlite3_errmsg(writer->handle));
    }
    return true;
}

bool writer_forget(struct writer *writer, const char *const *paths, size_t count, char **error)
{
    writer->error = error;
    sqlite3_stmt *select = writer->statements[SELECT_PATH_ACCOUNTS];
    if (!writer->had_data || count == 0)
        return true;
    writer_execute(writer, "CREATE TEMP TABLE IF NOT EXISTS forgotten (path TEXT PRIMARY KEY); DELETE FROM forgotten;");
    static const char *const insert[] = {"INSERT OR IGNORE INTO forgotten VALUES (?1)", NULL};
    for (size_t i = 0; i < count && !writer->failed; i++) {
        sqlite3_bind_text(select, 1, paths[i], -1, SQLITE_STATIC);
        while (!writer->failed && sqlite3_step(select) == SQLITE_ROW)
            writer_note_account(writer, (const char *)sqlite3_column_text(select, 0));
        sqlite3_reset(select);
        purge(writer, paths[i], insert);
    }
    return !writer->failed && purge(writer, NULL, purge_forgotten) && writer_execute(writer, "DELETE FROM forgotten");
}

static bool knows_roles_only(struct writer *writer, const char *id)
{
    sqlite3_stmt *select = writer->statements[SELECT_ACCOUNT];
    sqlite3_bind_text(select, 1, id, -1, SQLITE_STATIC);
    bool answer = sqlite3_step(select) == SQLITE_ROW;
    sqlite3_reset(select);
    return answer;
}

/* Whether authorization details of the account are there; asked before anything of it is written. */
static bool is_exported(struct writer *writer, const char *id)
{
    struct written_account *state = writer_account_state(writer, id);
    if (state == NULL)
        return false;
    if (!state->asked && writer->had_data) {
        sqlite3_stmt *select = writer->statements[SELECT_EXPORTED];
        sqlite3_bind_text(select, 1, id, -1, SQLITE_STATIC);
        state->exported = state->exported || sqlite3_step(select) == SQLITE_ROW;
        sqlite3_reset(select);
    }
    state->asked = true;
    return state->exported;
}

/* ---- principals */

static void merge_problem(struct batch *batch, const struct batch_principal *principal, const char *what)
{
    struct batch_problem *problem = arena_allocate(&batch->arena, sizeof *problem);
    struct text text = {0};
    text_format(&text,
                "another export has another %s for %s; the one of the authorization details is used, else that of "
                "what is there rather than planned, else the first",
                what, principal->arn);
    if (problem != NULL && text.data != NULL) {
        *problem = (struct batch_problem){.severity = "warning",
                                          .code = "exports-disagree",
                                          .account = principal->account,
                                          .pointer = "",
                                          .line = principal->line,
                                          .column = 1};
        problem->message = arena_copy_text(&batch->arena, text.data, text.length);
        BATCH_APPEND(batch->problems, problem);
    }
    text_free(&text);
}

static void write_tags(struct writer *writer, int64_t id, const struct batch_principal *principal)
{
    for (const struct batch_pair *tag = principal->tags; tag != NULL; tag = tag->next)
        writer_run(writer, INSERT_TAG, "itt", id, tag->key, tag->value);
}

static void write_policies(struct writer *writer, int64_t source, const struct batch_principal *principal,
                           const struct intern *managed, const struct batch_managed_policy *const *managed_list)
{
    struct written_principal *state = writer_principal_state(writer, principal->arn);
    if (state == NULL)
        return;
    int64_t id = state->id, position = state->position;
    for (const struct batch_policy *policy = principal->inline_policies; policy != NULL; policy = policy->next)
        writer_run(writer, INSERT_ATTACHMENT, "iitttniin", id, position++, "inline", policy->name, (const char *)NULL,
                   writer_document(writer, policy->document.entry), source, (int64_t)policy->document.line,
                   writer_layout(writer, policy->document.layout));
    for (const struct batch_policy *policy = principal->managed_policies; policy != NULL; policy = policy->next) {
        uint32_t number = intern_find(managed, policy->arn, strlen(policy->arn));
        const struct batch_managed_policy *found = number != INTERN_NONE ? managed_list[number] : NULL;
        writer_run(writer, INSERT_ATTACHMENT, "iitttniin", id, position++, "managed", policy->name, policy->arn,
                   found != NULL ? writer_document(writer, found->document.entry) : (int64_t)0, source,
                   found != NULL ? (int64_t)found->document.line : (int64_t)0,
                   found != NULL ? writer_layout(writer, found->document.layout) : (int64_t)0);
    }
    state->position = position;
}

static const char *const kind_words[] = {[BATCH_USER] = "user", [BATCH_ROLE] = "role", [BATCH_GROUP] = "group"};

int64_t writer_instant(const char *text)
{
    int64_t number = 0;
    int digits = 0;
    for (; text != NULL && *text != '\0' && digits < 14; text++)
        if (*text >= '0' && *text <= '9') {
            number = number * 10 + (*text - '0');
            digits++;
        }
    return number;
}

static void insert_principal(struct writer *writer, int64_t source, const struct batch_principal *principal,
                             struct written_principal *state)
{
    state->id = ++writer->next_principal;
    state->details = principal->details;
    state->lost = principal->identity_lost;
    state->standing = principal->standing;
    state->as_of = writer_instant(principal->as_of);
    state->trust = writer_document(writer, principal->trust.entry);
    state->listed = state->trust != 0 && principal->standing == STANDING_LISTED;
    sqlite3_stmt *statement = writer->statements[INSERT_PRINCIPAL];
    if (principal->max_session_duration < 0)
        sqlite3_bind_null(statement, 15);
    writer_run(writer, INSERT_PRINCIPAL,
               "ittttttt"
               "nin"
               "tii"
               "nttii",
               state->id, principal->account, kind_words[principal->kind], principal->arn, principal->name,
               principal->path, principal->unique_id != NULL ? principal->unique_id : "", principal->created,
               state->trust, (int64_t)principal->trust.line, writer_layout(writer, principal->trust.layout),
               principal->boundary_arn, (int64_t)(principal->details && !principal->identity_lost),
               (int64_t)principal->tags_known,
               principal->max_session_duration < 0 ? (int64_t)0 : principal->max_session_duration, principal->last_used,
               principal->last_used_region, source, (int64_t)principal->line);
}

/* Depends on what is there, not on its order. */
static uint64_t content_of(const struct batch_principal *principal)
{
    uint64_t sum =
        principal->boundary_arn != NULL ? 3 * intern_hash(principal->boundary_arn, strlen(principal->boundary_arn)) : 0;
    for (const struct batch_policy *policy = principal->inline_policies; policy != NULL; policy = policy->next) {
        uint64_t document = (uintptr_t)policy->document.entry;
        sum += intern_hash((const char *)&document, sizeof document) ^ intern_hash(policy->name, strlen(policy->name));
    }
    for (const struct batch_policy *policy = principal->managed_policies; policy != NULL; policy = policy->next)
        sum += 5 * intern_hash(policy->arn, strlen(policy->arn));
    for (const struct batch_pair *group = principal->groups; group != NULL; group = group->next)
        sum += 7 * intern_hash(group->key, strlen(group->key));
    return sum;
}

enum batch_standing writer_standing_of(const char *kind)
{
    static const struct {
        const char *kind;
        enum batch_standing standing;
    } rows[] = {{"authorization-details", STANDING_DETAILS}, {"aws-config", STANDING_COLLECTED},
                {"iam-collect", STANDING_COLLECTED},         {"pmapper", STANDING_COLLECTED},
                {"terraform-state", STANDING_COLLECTED},     {"terraform-plan", STANDING_PLANNED},
                {"cloudformation", STANDING_PLANNED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].kind, kind) == 0)
            return rows[i].standing;
    return STANDING_LISTED;
}

void writer_find_earlier(struct writer *writer, const char *arn, struct written_principal *state)
{
    sqlite3_stmt *select = writer->statements[SELECT_PRINCIPAL];
    sqlite3_bind_text(select, 1, arn, -1, SQLITE_STATIC);
    if (sqlite3_step(select) == SQLITE_ROW)
        *state =
            (struct written_principal){.id = sqlite3_column_int64(select, 0),
                                       .trust = sqlite3_column_int64(select, 1),
                                       .standing = writer_standing_of((const char *)sqlite3_column_text(select, 2))};
    state->listed = state->trust != 0 && state->standing == STANDING_LISTED;
    sqlite3_reset(select);
}

/* What another file of the same collection says of the principal. A part that is the first of this load clears what
 * earlier ones knew. */
static bool add_part(struct writer *writer, int64_t source, const struct batch_principal *principal,
                     struct written_principal *state, bool first)
{
    int64_t trust = writer_document(writer, principal->trust.entry);
    if (first) {
        writer_run(writer, CLEAR_ATTACHMENTS, "i", state->id);
        writer_run(writer, CLEAR_MEMBERSHIPS, "i", state->id);
        writer_run(writer, CLEAR_TAGS, "i", state->id);
        state->standing = principal->standing;
    }
    state->details = state->details || principal->details;
    state->lost = state->lost || principal->identity_lost;
    state->trust = trust != 0 ? trust : state->trust;
    writer_run(writer, FILL_PRINCIPAL, "ittninnitii", state->id, principal->unique_id, principal->created, trust,
               (int64_t)principal->trust.line, writer_layout(writer, principal->trust.layout),
               first || trust != 0 ? source : (int64_t)0, (int64_t)principal->line, principal->boundary_arn,
               (int64_t)(state->details && !state->lost), (int64_t)principal->tags_known);
    write_tags(writer, state->id, principal);
    return true;
}

/* Returns whether the policies and groups of the principal are to be written too. */
static bool merge_principal(struct writer *writer, struct batch *batch, int64_t source,
                            const struct batch_principal *principal, int64_t *id)
{
    if (writer_is_deleted(writer, principal->arn, principal->standing, principal->as_of, principal->unique_id))
        return false;
    struct written_principal *state = writer_principal_state(writer, principal->arn);
    if (state == NULL)
        return false;
    writer->parts = writer->parts || principal->part;
    bool in_this_load = state->id != 0;
    size_t *counts[] = {[BATCH_USER] = &writer->counts.users,
                        [BATCH_ROLE] = &writer->counts.roles,
                        [BATCH_GROUP] = &writer->counts.groups};
    *counts[principal->kind] += !in_this_load;
    if (!in_this_load && writer->had_data)
        writer_find_earlier(writer, principal->arn, state);
    if (state->id == 0) {
        insert_principal(writer, source, principal, state);
        state->content = principal->details ? content_of(principal) : 0;
        *id = state->id;
        write_tags(writer, state->id, principal);
        return principal->details || principal->part;
    }
    *id = state->id;
    writer->merged = writer->merged || in_this_load;
    if (!in_this_load && principal->standing < STANDING_DETAILS && is_exported(writer, principal->account))
        state->standing = STANDING_DETAILS;
    if (principal->standing < state->standing && principal->standing > STANDING_LISTED)
        return false;
    if (!in_this_load)
        state->standing = STANDING_LISTED;
    if (principal->part && (!in_this_load || principal->standing == state->standing))
        return add_part(writer, source, principal, state, !in_this_load);
    int64_t trust = writer_document(writer, principal->trust.entry);
    bool later = principal->details && writer_instant(principal->as_of) > state->as_of;
    bool replaces = in_this_load && state->standing > STANDING_LISTED &&
                    (principal->standing > state->standing || (principal->standing == state->standing && later));
    /* A plan says whom the role will trust, list-roles whom it trusts. */
    bool listed = state->listed && principal->standing == STANDING_PLANNED;
    if (replaces)
        state->trust = 0;
    else if ((in_this_load || listed) && trust != 0 && state->trust != 0 && trust != state->trust)
        merge_problem(batch, principal, "trust policy");
    else if (principal->details && state->details && state->content != content_of(principal))
        merge_problem(batch, principal, "set of policies, groups or boundary");
    if (principal->details && state->details && !replaces)
        return false;
    if (listed)
        trust = 0;
    /* What an earlier load knew gives way. */
    bool earlier = replaces || (writer->had_data && state->id <= writer->last_principal);
    if (earlier && principal->tags_known && (principal->details || !in_this_load))
        writer_run(writer, CLEAR_TAGS, "i", state->id);
    if (principal->details) {
        if (earlier) {
            writer_run(writer, CLEAR_ATTACHMENTS, "i", state->id);
            writer_run(writer, CLEAR_MEMBERSHIPS, "i", state->id);
        }
        writer_run(writer, UPDATE_PRINCIPAL_FULL, "ittnintiinttni", state->id, principal->unique_id, principal->created,
                   trust, (int64_t)principal->trust.line, writer_layout(writer, principal->trust.layout),
                   principal->boundary_arn, (int64_t)!principal->identity_lost, (int64_t)principal->tags_known,
                   principal->max_session_duration < 0 ? (int64_t)0 : principal->max_session_duration,
                   principal->last_used, principal->last_used_region, listed ? (int64_t)0 : source,
                   (int64_t)principal->line);
        state->details = true;
        state->listed = listed;
        state->standing = principal->standing;
        state->as_of = writer_instant(principal->as_of);
        state->position = 0;
        state->content = content_of(principal);
        state->trust = trust != 0 ? trust : state->trust;
        write_tags(writer, state->id, principal);
        return true;
    }
    /* Within a load the details stand; a later load of list-roles brings newer facts. */
    bool planned = state->standing == STANDING_PLANNED && !state->listed;
    bool use_trust = !in_this_load || state->trust == 0 || planned;
    bool new_source = !in_this_load || (use_trust && trust != 0);
    writer_run(writer, UPDATE_PRINCIPAL_ROLE,
               "ininnttti"
               "ni",
               state->id, use_trust ? trust : (int64_t)0, (int64_t)principal->trust.line,
               writer_layout(writer, principal->trust.layout),
               principal->max_session_duration < 0 ? (int64_t)0 : principal->max_session_duration, principal->last_used,
               principal->last_used_region, state->details ? NULL : principal->boundary_arn,
               (int64_t)principal->tags_known, new_source ? source : (int64_t)0, (int64_t)principal->line);
    state->listed = state->listed || (use_trust && trust != 0);
    state->trust = use_trust && trust != 0 ? trust : state->trust;
    write_tags(writer, state->id, principal);
    return false;
}

static void write_groups(struct writer *writer, int64_t id, const struct batch_principal *principal)
{
    for (const struct batch_pair *group = principal->groups; group != NULL; group = group->next)
        writer_run(writer, INSERT_MEMBERSHIP, "itn", id, group->key, (int64_t)0);
}

static bool write_principals(struct writer *writer, struct batch *batch, int64_t source, const char *account)
{
    struct intern managed = {0};
    const struct batch_managed_policy **list = calloc(batch->managed_policies.count + 1, sizeof *list);
    if (list == NULL)
        return writer_fail(writer, "out of memory");
    for (struct batch_managed_policy *policy = batch->managed_policies.first; policy != NULL; policy = policy->next) {
        uint32_t number = intern_add(&managed, policy->arn, strlen(policy->arn));
        if (number == INTERN_NONE) {
            writer_fail(writer, "out of memory");
            break;
        }
        const char *owner = policy->account != NULL ? policy->account : account != NULL ? account : "";
        if (owner[0] == '\0' || batch->principals.first == NULL)
            writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, owner);
        if (writer_is_deleted(writer, policy->arn, policy->standing, policy->as_of, "") ||
            writer_policy_is_older(writer, policy))
            continue;
        list[number] = policy;
        writer->counts.policies++;
        bool kept = policy->standing < STANDING_DETAILS && policy->account != NULL && is_exported(writer, owner);
        writer_run(writer, kept ? INSERT_MANAGED_IF_NEW : INSERT_MANAGED, "ttttniin", owner, policy->arn, policy->name,
                   policy->version, writer_document(writer, policy->document.entry), source,
                   (int64_t)policy->document.line, writer_layout(writer, policy->document.layout));
    }
    for (struct batch_principal *principal = batch->principals.first; principal != NULL && !writer->failed;
         principal = principal->next) {
        int64_t id = 0;
        if (!merge_principal(writer, batch, source, principal, &id))
            continue;
        write_policies(writer, source, principal, &managed, list);
        write_groups(writer, id, principal);
    }
    intern_free(&managed);
    free(list);
    return !writer->failed;
}

/* ---- a file */

static const char *first_account(const struct batch *batch, const char *path_account)
{
    if (batch->principals.first != NULL)
        return batch->principals.first->account;
    for (const struct batch_managed_policy *policy = batch->managed_policies.first; policy != NULL;
         policy = policy->next)
        if (policy->account != NULL)
            return policy->account;
    return path_account;
}

static bool touch_account(struct writer *writer, const struct batch *batch, int64_t source, const char *account,
                          const char *partition)
{
    struct written_account *state = writer_account_state(writer, account);
    if (state == NULL)
        return false;
    if (!writer_note_account(writer, account))
        return false;
    bool lower = batch->collected && is_exported(writer, account), full = batch->full_details && !lower;
    bool replaces = full || (batch->all_roles && !state->details && knows_roles_only(writer, account));
    if (replaces && writer->had_data && !state->purged && !purge(writer, account, full ? purge_all : purge_roles))
        return false;
    state->purged = state->purged || full;
    if (full && !batch->collected)
        state->exported = state->asked = true;
    if (!state->details) {
        writer->counts.accounts++;
        state->details = true;
    }
    writer_account(writer, account, partition);
    writer_run(writer, UPDATE_ACCOUNT, "ttit", account, batch->full_details ? "full" : "roles",
               (int64_t)(state->more && !state->last), writer->when);
    writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, account);
    return !writer->failed;
}

static bool touch_accounts(struct writer *writer, const struct batch *batch, int64_t source, const char *account)
{
    const char *last = NULL;
    /* Pages come in any order, and one file may hold pages of several accounts. */
    for (const struct batch_principal *principal = batch->principals.first; principal != NULL && batch->has_more;
         principal = principal->next) {
        struct written_account *state = writer_account_state(writer, principal->account);
        if (state == NULL)
            return false;
        state->more = state->more || principal->more;
        state->last = state->last || !principal->more;
    }
    for (const struct batch_principal *principal = batch->principals.first; principal != NULL;
         principal = principal->next) {
        if (last != NULL && strcmp(last, principal->account) == 0)
            continue;
        last = principal->account;
        if (!batch->has_more)
            writer_account_state(writer, last)->last = true;
        if (!touch_account(writer, batch, source, last, principal->partition))
            return false;
    }
    /* An account without users and roles is exported or listed all the same, if something says which account it is. */
    bool whole = batch->full_details || (batch->all_roles && batch->problems.count == 0);
    struct written_account *state =
        last == NULL && whole && account != NULL ? writer_account_state(writer, account) : NULL;
    if (state != NULL) {
        state->more = state->more || batch->truncated;
        state->last = state->last || !batch->truncated;
        return touch_account(writer, batch, source, account, NULL);
    }
    writer->last_page = writer->last_page || (last == NULL && batch->full_details && !batch->truncated);
    return !writer->failed;
}

bool writer_add(struct writer *writer, struct batch *batch, const char *path, const char *path_account,
                const char **verdict, const char **detail, char **error)
{
    writer->error = error;
    int64_t source = ++writer->next_source;
    const char *account = NULL;
    bool used = batch->refusal == NULL;
    if (batch->failed)
        return writer_fail(writer, "out of memory");
    /* The row comes first, its verdict last: other rows refer to it. */
    writer_run(writer, INSERT_SOURCE, "ittttibt", source, path, batch->kind, "skipped", "", (int64_t)batch->bytes,
               batch->digest, writer->when);
    if (used && writer->had_data && writer_is_planned(batch))
        writer_forget(writer, &path, 1, error);
    if (used && !writer->failed) {
        account = first_account(batch, path_account);
        touch_accounts(writer, batch, source, account);
        writer_deletions(writer, batch, source);
        write_principals(writer, batch, source, account);
        writer_facts(writer, batch, source, path_account);
        writer_usage(writer, batch, source);
    }
    for (const struct batch_problem *problem = batch->problems.first; problem != NULL; problem = problem->next) {
        writer_run(writer, INSERT_PROBLEM, "ittttiit", source, problem->severity, problem->code, problem->account,
                   problem->pointer, (int64_t)problem->line, (int64_t)problem->column, problem->message);
    }
    *detail = batch_describe(batch, verdict);
    sqlite3_stmt *update = NULL;
    if (*detail == NULL ||
        sqlite3_prepare_v2(writer->handle, "UPDATE source SET verdict = ?, detail = ?, bytes = ? WHERE id = ?", -1,
                           &update, NULL) != SQLITE_OK)
        return writer_fail(writer, "out of memory");
    sqlite3_bind_text(update, 1, *verdict, -1, SQLITE_STATIC);
    sqlite3_bind_text(update, 2, *detail, -1, SQLITE_STATIC);
    sqlite3_bind_int64(update, 3, (sqlite3_int64)batch->bytes);
    sqlite3_bind_int64(update, 4, source);
    if (sqlite3_step(update) != SQLITE_DONE)
        writer_fail(writer, sqlite3_errmsg(writer->handle));
    sqlite3_finalize(update);
    return !writer->failed;
}

/* ---- beginning and end */

struct writer *writer_open(struct store *store, struct document_table *documents, struct changes *changes,
                           const char *when, char **error)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return NULL;
    writer->store = store;
    writer->documents = documents;
    writer->handle = store_handle(store);
    writer->when = when;
    writer->changes = changes;
    writer->error = error;
    writer->last_source = writer->next_source = query_number(writer, "SELECT coalesce(max(id), 0) FROM source");
    writer->had_data = writer->last_source > 0;
    if (!writer->had_data)
        writer_drop_indexes(writer);
    else
        writer_watch_documents(writer);
    for (int i = 0; i < WRITER_STATEMENTS && !writer->failed; i++)
        if (sqlite3_prepare_v3(writer->handle, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &writer->statements[i], NULL) !=
            SQLITE_OK)
            writer_fail(writer, sqlite3_errmsg(writer->handle));
    writer->last_principal = writer->next_principal =
        query_number(writer, "SELECT coalesce(max(id), 0) FROM principal");
    writer->last_document = writer->next_document = query_number(writer, "SELECT coalesce(max(id), 0) FROM document");
    writer->next_layout = query_number(writer, "SELECT coalesce(max(id), 0) FROM layout");
    writer_execute(writer, "DELETE FROM finding");
    if (writer->failed) {
        writer_close(writer);
        return NULL;
    }
    return writer;
}

/* If pages of one account only lack their last one, a last page that names no account is theirs. */
static void close_pages(struct writer *writer)
{
    uint32_t open = INTERN_NONE;
    for (uint32_t i = 0; writer->last_page && i < writer->accounts.count; i++)
        if (writer->account_states[i].more && !writer->account_states[i].last) {
            if (open != INTERN_NONE)
                return;
            open = i;
        }
    if (open != INTERN_NONE)
        writer_run(writer, UPDATE_ACCOUNT, "ttit", intern_text(&writer->accounts, open), "full", (int64_t)0,
                   writer->when);
}

/* In a database that held something, the boundaries of accounts that the load touched, and those of its policies. */
static void find_boundaries(struct writer *writer)
{
    static const char touched[] = "SELECT id FROM principal WHERE account IN (SELECT id FROM noted_account) AND "
                                  "boundary_arn IS NOT NULL UNION SELECT id FROM principal WHERE boundary_arn IN "
                                  "(SELECT arn FROM touched_policy)",
                      all[] = "SELECT id FROM principal WHERE boundary_arn IS NOT NULL";
    struct text update = {0};
    text_format(&update,
                "UPDATE principal SET boundary_document = wanted.document FROM (SELECT id, coalesce((SELECT document "
                "FROM managed_policy WHERE account = p.account AND arn = boundary_arn), CASE WHEN boundary_arn GLOB "
                "'arn:*:iam::aws:*' THEN (SELECT document FROM managed_policy WHERE arn = boundary_arn AND document IS "
                "NOT NULL ORDER BY account LIMIT 1) END) AS document FROM principal p WHERE id IN (%s)) AS wanted "
                "WHERE principal.id = wanted.id AND boundary_document IS NOT wanted.document",
                writer->changes->everything || !writer->had_data ? all : touched);
    if (update.data == NULL)
        writer_fail(writer, "out of memory");
    else
        writer_execute(writer, update.data);
    text_free(&update);
}

bool writer_finish(struct writer *writer, struct writer_counts *counts, char **error)
{
    writer->error = error;
    writer_build_indexes(writer);
    close_pages(writer);
    if (writer->parts)
        writer_run(writer, DROP_PLACEHOLDERS, "");
    if (writer->had_data)
        writer_give_back_borrowed(writer);
    /* An AWS-managed policy is the same whichever account exported it. */
    writer_execute(
        writer,
        "UPDATE attachment SET (document, source, line, layout) = (SELECT m.document, m.source, m.line, m.layout "
        "FROM managed_policy m, principal p WHERE p.id = attachment.principal AND m.account = p.account AND m.arn "
        "= attachment.arn) WHERE document IS NULL AND kind = 'managed' AND EXISTS (SELECT 1 FROM managed_policy m, "
        "principal p WHERE p.id = attachment.principal AND m.account = p.account AND m.arn = attachment.arn);"
        "UPDATE attachment SET (document, source, line, layout) = (SELECT document, source, line, layout FROM "
        "managed_policy WHERE arn = attachment.arn AND document IS NOT NULL ORDER BY account LIMIT 1) WHERE "
        "document IS NULL AND arn GLOB 'arn:*:iam::aws:*' AND arn IN (SELECT arn FROM managed_policy WHERE "
        "document IS NOT NULL);"
        "UPDATE group_membership SET group_principal = (SELECT g.id FROM principal u, principal g WHERE "
        "u.id = group_membership.user "
        "AND g.account = u.account AND g.kind = 'group' AND g.name = group_membership.group_name) WHERE "
        "group_principal IS NULL;");
    find_boundaries(writer);
    if (writer->had_data)
        writer_drop_left_policies(writer);
    if (writer->members_list && !writer->failed &&
        !changes_remember_members(writer->changes, writer->members_listed, writer->when, error))
        writer->failed = true;
    if (writer->had_data)
        writer_execute(
            writer,
            "DELETE FROM problem WHERE source IN (SELECT id FROM source WHERE verdict IN ('loaded', 'partial') AND "
            "id NOT IN "
            "(SELECT source FROM source_account));"
            "DELETE FROM source WHERE verdict IN ('loaded', 'partial') AND id NOT IN (SELECT source FROM "
            "source_account);");
    if (writer->had_data || (writer->merged && writer_watch_documents(writer)))
        writer_drop_left_documents(writer);
    *counts = writer->counts;
    return !writer->failed;
}

void writer_close(struct writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < WRITER_STATEMENTS; i++)
        sqlite3_finalize(writer->statements[i]);
    writer_unwatch_documents(writer);
    text_free(&writer->indexes);
    intern_free(&writer->arns);
    intern_free(&writer->accounts);
    intern_free(&writer->layouts);
    intern_free(&writer->deleted);
    intern_free(&writer->deleted_ids);
    intern_free(&writer->dated_policies);
    intern_free(&writer->listings);
    intern_free(&writer->policies);
    free(writer->principals);
    free(writer->account_states);
    free(writer->layout_ids);
    free(writer->deletions);
    free(writer->policy_dates);
    free(writer);
}
