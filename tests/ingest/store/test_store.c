#include "ingest/store/query.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder, path[1024];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder();
    snprintf(path, sizeof path, "%s/x.db", folder);
    return folder == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(folder);
    return 0;
}

static void refused(enum store_mode mode, const char *word)
{
    char *error = NULL;
    assert_null(store_open(path, mode, &error));
    assert_non_null(error);
    if (strstr(error, word) == NULL)
        fail_msg("%s does not say %s", error, word);
    free(error);
}

static void created_and_opened_again(void **state)
{
    char *error = NULL;
    (void)state;
    refused(STORE_READ, "rolechain load");
    struct store *store = store_open(path, STORE_CREATE, &error);
    assert_non_null(store);
    assert_true(store_execute(
        store, "SELECT * FROM principals, trusts, permissions_to_assume, assumable, controllable, findings, sources"));
    assert_true(store_execute(store, "INSERT INTO account (id, detail) VALUES (33344445555, 'full')"));
    store_close(store);
    store = store_open(path, STORE_READ, &error);
    assert_non_null(store);
    assert_false(store_execute(store, "DELETE FROM account"));
    store_close(store);
}

static void rolled_back(void **state)
{
    char *error = NULL;
    (void)state;
    struct store *store = store_open(path, STORE_CREATE, &error);
    assert_true(store_begin(store));
    assert_true(store_execute(store, "INSERT INTO account (id, detail) VALUES ('111122223333', 'full')"));
    store_rollback(store);
    assert_int_equal(store_number(store, "SELECT count(*) FROM account"), 0);
    assert_null(store_error(store));
    store_close(store);
}

static void other_files_are_refused(void **state)
{
    sqlite3 *other;
    (void)state;
    scratch_write(path, "this is no database, but longer than nothing", 44);
    refused(STORE_READ, path);
    refused(STORE_CREATE, path);
    remove(path);
    sqlite3_open(path, &other);
    sqlite3_exec(other, "CREATE TABLE recipe (name TEXT)", NULL, NULL, NULL);
    sqlite3_close(other);
    refused(STORE_CREATE, "not");
    refused(STORE_READ, "not");
}

static void newer_schema_is_refused(void **state)
{
    char *error = NULL;
    (void)state;
    struct store *store = store_open(path, STORE_CREATE, &error);
    assert_true(store_execute(store, "PRAGMA user_version = 99"));
    store_close(store);
    refused(STORE_READ, "newer");
    refused(STORE_CREATE, "newer");
}

static void older_schema_is_brought_up_to_date(void **state)
{
    char *error = NULL;
    (void)state;
    struct store *store = store_open(path, STORE_CREATE, &error);
    assert_non_null(store);
    assert_true(store_execute(
        store,
        "DROP VIEW assumable; DROP VIEW permissions_to_assume; ALTER TABLE attachment DROP COLUMN provided; "
        "DROP VIEW controllable; DROP TABLE edge; DROP TABLE party_member; DROP TABLE gap; DROP TABLE control_edge; "
        "DROP TABLE control_member; DROP TABLE control_way; ALTER TABLE derivation DROP COLUMN control; "
        "INSERT INTO derivation VALUES (1, 0); "
        "CREATE TABLE edge (class INTEGER, role INTEGER); CREATE TABLE class_member (class); "
        "DROP INDEX principal_name; DROP TABLE credential; DROP TABLE role_use; DROP TABLE "
        "trail; DROP TABLE former_member; DROP TABLE role_token; "
        "ALTER TABLE document_problem RENAME COLUMN words TO message; ALTER TABLE document_problem DROP COLUMN facts; "
        "ALTER TABLE principal DROP COLUMN in_instance_profile; ALTER TABLE managed_policy DROP COLUMN versions; "
        "INSERT INTO account (id, detail) VALUES "
        "('033344445555', 'full'); PRAGMA user_version = 1"));
    store_close(store);
    refused(STORE_READ, "rolechain load PATH");
    store = store_open(path, STORE_CREATE, &error);
    assert_non_null(store);
    assert_true(store_execute(
        store, "SELECT source, target, breadth FROM edge, assumable, gap; SELECT in_instance_profile FROM principal; "
               "SELECT 1 FROM credential, role_use, trail, former_member, role_token; "
               "SELECT words, facts FROM document_problem; SELECT versions FROM managed_policy; SELECT provided FROM "
               "attachment, permissions_to_assume; "
               "SELECT * FROM principal INDEXED BY principal_name WHERE name = ''"));
    assert_true(store_execute(store, "SELECT * FROM control_edge, control_member, control_way, controllable; "
                                     "SELECT control FROM derivation"));
    /* All is derived at the next load. */
    assert_int_equal(store_number(store, "SELECT count(*) FROM derivation"), 0);
    assert_int_equal(store_number(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'class_member'"), 0);
    /* Of the account that is still there, and a source that is not. */
    assert_false(store_execute(store, "INSERT INTO source_account VALUES (1, (SELECT id FROM account))"));
    assert_non_null(strstr(store_error(store), "FOREIGN KEY"));
    store_close(store);
    store = store_open(path, STORE_READ, &error);
    assert_non_null(store);
    store_close(store);
}

static void folders_are_refused(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s", folder);
    refused(STORE_CREATE, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(created_and_opened_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rolled_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(newer_schema_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(older_schema_is_brought_up_to_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
