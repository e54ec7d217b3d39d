/*
 * Accounts: what a file replaces of the data that earlier loads knew, and what disappears with a file.
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/array.h"
#include <string.h>

struct written_account *writer_account_state(struct writer *writer, const char *id)
{
    uint32_t number = intern_add(&writer->accounts, id, strlen(id));
    ARRAY_REACH(writer->account_states, number, writer->account_room);
    return &writer->account_states[number];
}

void writer_account(struct writer *writer, const char *id, const char *partition)
{
    struct written_account *state = writer_account_state(writer, id);
    if (!state->counted)
        WRITE(writer, INSERT_ACCOUNT, sql_text(id), sql_text(partition != NULL ? partition : "aws"));
    state->counted = true;
}

void writer_note_account(struct writer *writer, const char *id)
{
    struct written_account *state = writer_account_state(writer, id);
    if (!state->noted)
        changes_note_account(writer->changes, id);
    state->noted = true;
}

/* Removes what earlier loads knew of the account. Organization facts stay, and so do rows that this load has already
 * brought up to date (their source is one of its own), except for their policies. */
static const char *const purge_all[] = {
    "DELETE FROM principal_tag WHERE principal IN (SELECT id FROM principal WHERE account = ?1 AND source <= ?2)",
    "DELETE FROM instance_profile WHERE role IN (SELECT id FROM principal WHERE account = ?1 AND source <= ?2)",
    "DELETE FROM attachment WHERE source <= ?2 AND principal IN (SELECT id FROM principal WHERE account = ?1)",
    "DELETE FROM group_membership WHERE user IN (SELECT id FROM principal WHERE account = ?1 AND source <= ?2)",
    "DELETE FROM principal WHERE account = ?1 AND source <= ?2",
    "DELETE FROM managed_policy WHERE account = ?1 AND source <= ?2",
    "DELETE FROM identity_provider WHERE account = ?1 AND source <= ?2",
    "DELETE FROM listing WHERE argument = ?1 AND source <= ?2",
    "DELETE FROM credential WHERE account = ?1 AND source <= ?2",
    "DELETE FROM source_account WHERE account = ?1 AND source <= ?2",
    NULL,
};

/* The same for an account of which earlier loads knew only roles, when a new complete list of its roles arrives.
 * Planned roles stay. */
#define LISTED_ROLES                                                                                                   \
    "account = ?1 AND kind = 'role' AND source <= ?2 AND source NOT IN (SELECT id FROM source WHERE kind "             \
    "IN " SOURCES_KINDS("is_planned") ")"

static const char *const purge_roles[] = {
    "DELETE FROM principal_tag WHERE principal IN (SELECT id FROM principal WHERE " LISTED_ROLES ")",
    "DELETE FROM instance_profile WHERE role IN (SELECT id FROM principal WHERE " LISTED_ROLES ")",
    "DELETE FROM attachment WHERE principal IN (SELECT id FROM principal WHERE " LISTED_ROLES ")",
    "DELETE FROM principal WHERE " LISTED_ROLES,
    "DELETE FROM source_account WHERE account = ?1 AND source IN (SELECT id FROM source WHERE id <= ?2 AND kind "
    "IN " SOURCES_KINDS("lists_roles") ")",
    NULL,
};

#define FORGOTTEN "(SELECT id FROM source WHERE id <= ?1 AND path IN (SELECT path FROM temp.forgotten))"

/* Removes the data of the files in temp.forgotten. Documents that they lent to others get another owner. */
static const char *const purge_forgotten[] = {
    "UPDATE principal SET identity_known = 0 WHERE id IN (SELECT principal FROM attachment WHERE kind = 'inline' AND "
    "source IN " FORGOTTEN ")",
    "DELETE FROM principal_tag WHERE principal IN (SELECT id FROM principal WHERE source IN " FORGOTTEN ")",
    "DELETE FROM instance_profile WHERE role IN (SELECT id FROM principal WHERE source IN " FORGOTTEN ")",
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
    ") AND id NOT IN (SELECT account FROM source_account JOIN source ON source.id = source WHERE kind "
    "IN " SOURCES_KINDS("is_details OR is_collection") " AND source NOT IN " FORGOTTEN ")",
    "DELETE FROM source_account WHERE source IN " FORGOTTEN,
    NULL,
};

/* all: not only the roles. */
static void purge(struct writer *writer, const char *account, bool all)
{
    for (const char *const *deletion = all ? purge_all : purge_roles; *deletion != NULL; deletion++)
        STORE_RUN(writer->store, *deletion, sql_text(account), sql_integer(writer->last_source));
    if (all) {
        WRITE(writer, SET_IDENTITY_KNOWN, sql_text(account), sql_integer(writer->last_principal));
        WRITE(writer, RESET_ACCOUNT, sql_text(account));
    }
}

void writer_forget(struct writer *writer, const char *const *paths, size_t count)
{
    struct query *accounts = writer->queries[SELECT_PATH_ACCOUNTS];
    if (!writer->had_data || count == 0)
        return;
    store_execute(writer->store,
                  "CREATE TEMP TABLE IF NOT EXISTS forgotten (path TEXT PRIMARY KEY); DELETE FROM forgotten;");
    for (size_t i = 0; i < count; i++) {
        QUERY_BIND(accounts, sql_text(paths[i]));
        while (query_next(accounts))
            writer_note_account(writer, query_text(accounts, 0));
        STORE_RUN(writer->store, "INSERT OR IGNORE INTO forgotten VALUES (?)", sql_text(paths[i]));
    }
    for (const char *const *deletion = purge_forgotten; *deletion != NULL; deletion++)
        STORE_RUN(writer->store, *deletion, sql_integer(writer->last_source));
    store_execute(writer->store, "DELETE FROM forgotten");
}

static bool knows_roles_only(struct writer *writer, const char *id)
{
    QUERY_BIND(writer->queries[SELECT_ACCOUNT], sql_text(id));
    return query_finds(writer->queries[SELECT_ACCOUNT]);
}

bool writer_is_exported(struct writer *writer, const char *id)
{
    struct written_account *state = writer_account_state(writer, id);
    if (!state->asked && !state->exported && writer->had_data) {
        QUERY_BIND(writer->queries[SELECT_EXPORTED], sql_text(id));
        state->exported = query_finds(writer->queries[SELECT_EXPORTED]);
    }
    state->asked = true;
    return state->exported;
}

/* If a file no longer contains what it said about an account, facts from authorization details are removed even if the
 * new content says less. */
static bool held_details(struct writer *writer, int64_t source, const char *account)
{
    QUERY_BIND(writer->queries[SELECT_HELD_DETAILS], sql_integer(source), sql_integer(writer->last_source),
               sql_text(account));
    return query_finds(writer->queries[SELECT_HELD_DETAILS]);
}

static void note_replaced(struct writer *writer, struct batch *batch, const char *account, bool all)
{
    struct query *count = writer->queries[COUNT_REPLACED];
    QUERY_BIND(count, sql_text(account), sql_integer(writer->last_source), sql_integer(all));
    if (query_next(count)) {
        batch->replaced.users += (size_t)query_integer(count, 0);
        batch->replaced.roles += (size_t)query_integer(count, 1);
    }
    query_reset(count);
}

/* The batch replaces what earlier loads knew about the account. */
static void replace_account(struct writer *writer, struct batch *batch, int64_t source, const char *account, bool full)
{
    struct written_account *state = writer_account_state(writer, account);
    bool own = !full && held_details(writer, source, account), all = full || own;
    if (all || (batch->all_roles && !state->details && knows_roles_only(writer, account))) {
        note_replaced(writer, batch, account, all);
        purge(writer, account, all);
        batch->replaced.own = batch->replaced.own || own;
        state->exported = state->exported && !own;
        state->asked = state->asked || own;
        state->purged = all;
    } else if (batch->all_roles && writer_is_exported(writer, account)) {
        batch->replaced.beside = true;
    }
}

static void touch_account(struct writer *writer, struct batch *batch, int64_t source, const char *account,
                          const char *partition)
{
    struct written_account *state = writer_account_state(writer, account);
    writer_note_account(writer, account);
    bool lower = batch->collected && writer_is_exported(writer, account) && !held_details(writer, source, account);
    bool full = batch->full_details && !lower;
    if (writer->had_data && !state->purged)
        replace_account(writer, batch, source, account, full);
    state->purged = state->purged || full;
    if (full && !batch->collected)
        state->exported = state->asked = true;
    writer->counts.accounts += !state->details;
    state->details = true;
    writer_account(writer, account, partition);
    WRITE(writer, UPDATE_ACCOUNT, sql_text(account), sql_text(batch->full_details ? "full" : "roles"),
          sql_integer(state->more && !state->last), sql_text(writer->when));
    WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(account));
}

void writer_touch_accounts(struct writer *writer, struct batch *batch, int64_t source, const char *account)
{
    const char *last = NULL;
    /* Pages come in any order, and one file may contain pages of several accounts. */
    for (const struct batch_principal *principal = batch->principals.first; principal != NULL && batch->has_more;
         principal = principal->next) {
        struct written_account *state = writer_account_state(writer, principal->account);
        state->more = state->more || principal->more;
        state->last = state->last || !principal->more;
    }
    for (const struct batch_principal *principal = batch->principals.first; principal != NULL;
         principal = principal->next) {
        if (last != NULL && strcmp(last, principal->account) == 0)
            continue;
        last = principal->account;
        struct written_account *state = writer_account_state(writer, last);
        state->last = state->last || !batch->has_more;
        touch_account(writer, batch, source, last, principal->partition);
    }
    /* An account without users and roles still counts as exported or listed, if something says which account it is. */
    bool whole = batch->full_details || (batch->all_roles && batch->problems.count == 0);
    if (last == NULL && whole && account != NULL) {
        struct written_account *state = writer_account_state(writer, account);
        state->more = state->more || batch->truncated;
        state->last = state->last || !batch->truncated;
        touch_account(writer, batch, source, account, NULL);
    } else {
        writer->last_page = writer->last_page || (last == NULL && batch->full_details && !batch->truncated);
    }
}
