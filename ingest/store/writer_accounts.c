/*
 * Accounts: what a file replaces of what earlier loads knew of them, and what goes with a file.
 */
#include "ingest/store/writer_inside.h"

#include <string.h>

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

bool writer_is_exported(struct writer *writer, const char *id)
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

static bool touch_account(struct writer *writer, const struct batch *batch, int64_t source, const char *account,
                          const char *partition)
{
    struct written_account *state = writer_account_state(writer, account);
    if (state == NULL)
        return false;
    if (!writer_note_account(writer, account))
        return false;
    bool lower = batch->collected && writer_is_exported(writer, account), full = batch->full_details && !lower;
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

bool writer_touch_accounts(struct writer *writer, const struct batch *batch, int64_t source, const char *account)
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
        struct written_account *state = writer_account_state(writer, last);
        if (state == NULL)
            return false;
        state->last = state->last || !batch->has_more;
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
