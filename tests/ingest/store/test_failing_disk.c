/* Loads while one access to the disk after the other fails: what the database held stays, whatever was about to be
 * written, the load says that it failed, and the next one works. */
#include "ingest/store/query.h"
#include "ingest/support/text.h"
#include "tests/support/failing_disk.h"
#include "tests/support/loading.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLICY(action)                                                                                                 \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":\"*\"}]}"
#define BUSY_ROLE(name, action)                                                                                        \
    "{\"Path\":\"/\",\"RoleName\":\"" name "\",\"Arn\":\"arn:aws:iam::111122223333:role/" name                         \
    "\",\"AssumeRolePolicyDocument\":" TRUST(                                                                          \
        "111122223333") ",\"AttachedManagedPolicies\":[],\"RolePolicyList\":["                                         \
                        "{\"PolicyName\":\"p\",\"PolicyDocument\":" POLICY(                                            \
                            action) "}],\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}"

/* Two states of the same exports; between them something comes, goes and changes. */
static const char *const states[2][3] = {
    {DETAILS(USER("111122223333", "A"), BUSY_ROLE("R", "s3:*") "," ROLE("111122223333", "S")),
     DETAILS(USER("222233334444", "B"), ROLE("222233334444", "T")),
     "{\"Accounts\":[{\"Id\":\"111122223333\",\"Arn\":\"arn:aws:organizations::111122223333:account/o-ab12cd34ef/"
     "111122223333\",\"Name\":\"one\",\"Status\":\"ACTIVE\"}]}"},
    {DETAILS(USER("111122223333", "A"), BUSY_ROLE("R", "sts:AssumeRole") "," BUSY_ROLE("U", "iam:*")),
     DETAILS("", ROLE("222233334444", "T")),
     "{\"Accounts\":[{\"Id\":\"222233334444\",\"Arn\":\"arn:aws:organizations::111122223333:account/o-ab12cd34ef/"
     "222233334444\",\"Name\":\"two\",\"Status\":\"ACTIVE\"}]}"},
};

static char *folder, exports[1024], database[1024], journal[1024];

static int set_up_disk(void **state)
{
    (void)state;
    folder = scratch_folder();
    snprintf(exports, sizeof exports, "%s/exports", folder);
    snprintf(database, sizeof database, "%s/x.db", folder);
    snprintf(journal, sizeof journal, "%s/x.db-journal", folder);
    return folder == NULL;
}

static int tear_down_disk(void **state)
{
    (void)state;
    scratch_remove(folder);
    return 0;
}

static void write_exports(const char *const *texts)
{
    static const char *const names[] = {"1.json", "2.json", "list-accounts.json"};
    for (int i = 0; i < 3; i++) {
        char path[1100];
        snprintf(path, sizeof path, "%s/%s", exports, names[i]);
        assert_true(scratch_write(path, texts[i], strlen(texts[i])));
    }
}

/* Whether the exports were loaded into the database. */
static bool load_exports(void)
{
    const struct load_options options = {.jobs = 1};
    const char *const path = exports;
    struct load_result result = {0};
    char *error = NULL;
    struct store *store = store_open(database, STORE_CREATE, &error);
    bool good = store != NULL && load_paths(store, &path, 1, &options, &result, &error);
    assert_true(good == (error == NULL));
    free(error);
    load_result_free(&result);
    store_close(store);
    return good;
}

/* The rows of all tables, as text; "" if there are none, or no tables. */
static char *contents(void)
{
    sqlite3 *handle;
    sqlite3_stmt *tables, *rows;
    struct text text = {0};
    text_append_string(&text, "");
    assert_int_equal(sqlite3_open_v2(database, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT 'SELECT ' || quote(name) || ', * FROM ' || name FROM sqlite_schema "
                                        "WHERE type = 'table' ORDER BY name",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(tables, 0);
        assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &rows, NULL), SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW)
            for (int column = 0; column < sqlite3_column_count(rows); column++)
                text_format(&text, "%s|", (const char *)sqlite3_column_text(rows, column));
        assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
    }
    assert_int_equal(sqlite3_finalize(tables), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    return text_release(&text);
}

static void assert_contents(const char *expected, const char *when, long k)
{
    char *found = contents();
    if (strcmp(found, expected) != 0)
        fail_msg("%s, access %ld: the database holds %s", when, k, found);
    free(found);
}

/* Puts the database back as it was; NULL: there is none. */
static void put_back(const char *bytes, size_t length)
{
    remove(journal);
    remove(database);
    if (bytes != NULL)
        assert_true(scratch_write(database, bytes, length));
}

/* Loads once for each access of that kind, which fails. A load that does not notice has lost nothing. */
static void fail_each(enum disk_access access, bool lasting, const char *bytes, size_t length, const char *before,
                      const char *after)
{
    for (long k = 1;; k++) {
        put_back(bytes, length);
        failing_disk_set(access, k, lasting);
        bool good = load_exports();
        long count = failing_disk_count();
        failing_disk_set(access, 0, false);
        assert_contents(good ? after : before, good ? "loaded" : "failed", k);
        assert_true(load_exports());
        assert_contents(after, "loaded again", k);
        if (count < k)
            break;
    }
}

static void fail_all(const char *bytes, size_t length, const char *before, const char *after)
{
    for (int access = 0; access < DISK_ACCESSES; access++) {
        fail_each((enum disk_access)access, false, bytes, length, before, after);
        fail_each((enum disk_access)access, true, bytes, length, before, after);
    }
}

static void creation(void **state)
{
    char *error = NULL;
    (void)state;
    for (int access = 0; access < DISK_ACCESSES; access++)
        for (long k = 1, count = k; count >= k; k++) {
            put_back(NULL, 0);
            failing_disk_set((enum disk_access)access, k, true);
            struct store *store = store_open(database, STORE_CREATE, &error);
            count = failing_disk_count();
            failing_disk_set((enum disk_access)access, 0, false);
            assert_true((store == NULL) == (error != NULL));
            assert_true(count >= k || store != NULL);
            store_close(store);
            free(error);
            store = store_open(database, STORE_CREATE, &error);
            assert_non_null(store);
            assert_int_equal(store_number(store, "SELECT count(*) FROM principal"), 0);
            assert_null(store_error(store));
            store_close(store);
        }
}

static void first_load(void **state)
{
    char *error = NULL;
    size_t length;
    (void)state;
    store_close(store_open(database, STORE_CREATE, &error));
    char *bytes = scratch_read(database, &length);
    write_exports(states[0]);
    assert_true(load_exports());
    char *after = contents();
    assert_non_null(strstr(after, "role/R"));
    fail_all(bytes, length, "", after);
    free(bytes);
    free(after);
}

static void later_load(void **state)
{
    size_t length;
    (void)state;
    write_exports(states[0]);
    assert_true(load_exports());
    char *before = contents(), *bytes = scratch_read(database, &length);
    write_exports(states[1]);
    assert_true(load_exports());
    char *after = contents();
    assert_string_not_equal(before, after);
    fail_all(bytes, length, before, after);
    free(before);
    free(bytes);
    free(after);
}

/* What was read before a failure is not taken for all that there is. */
static void reading(void **state)
{
    char *error = NULL;
    (void)state;
    write_exports(states[0]);
    assert_true(load_exports());
    for (long k = 1, count = k; count >= k; k++) {
        failing_disk_set(DISK_READ, k, false);
        struct store *store = store_open(database, STORE_READ, &error);
        int64_t roles = 0;
        if (store != NULL) {
            struct query *query = query_open(store, "SELECT name FROM principal WHERE kind = 'role'");
            while (query_next(query))
                roles++;
            query_close(query);
            assert_true(store_error(store) != NULL || roles == 3);
            assert_int_equal(store_number(store, "SELECT count(*) FROM principal"), store_error(store) != NULL ? 0 : 5);
        }
        count = failing_disk_count();
        assert_true(count < k || store == NULL || store_error(store) != NULL);
        store_close(store);
        free(error);
        error = NULL;
    }
    failing_disk_set(DISK_READ, 0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(creation, set_up_disk, tear_down_disk),
        cmocka_unit_test_setup_teardown(first_load, set_up_disk, tear_down_disk),
        cmocka_unit_test_setup_teardown(later_load, set_up_disk, tear_down_disk),
        cmocka_unit_test_setup_teardown(reading, set_up_disk, tear_down_disk),
    };
    setenv("SOURCE_DATE_EPOCH", "1760000000", 1);
    failing_disk_install();
    return cmocka_run_group_tests_name("failing disk", tests, NULL, NULL);
}
