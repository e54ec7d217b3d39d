#include "tests/support/failing_loads.h"

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

int failing_loads_set_up(void **state)
{
    (void)state;
    folder = scratch_folder();
    snprintf(exports, sizeof exports, "%s/exports", folder);
    snprintf(database, sizeof database, "%s/x.db", folder);
    snprintf(journal, sizeof journal, "%s/x.db-journal", folder);
    setenv("SOURCE_DATE_EPOCH", "1760000000", 1);
    failing_disk_install();
    return folder == NULL;
}

const char *failing_loads_database(void)
{
    return database;
}

int failing_loads_tear_down(void **state)
{
    (void)state;
    scratch_remove(folder);
    return 0;
}

void failing_loads_write_exports(int which)
{
    static const char *const names[] = {"1.json", "2.json", "list-accounts.json"};
    for (int i = 0; i < 3; i++) {
        char path[1100];
        snprintf(path, sizeof path, "%s/%s", exports, names[i]);
        assert_true(scratch_write(path, states[which][i], strlen(states[which][i])));
    }
}

bool failing_loads_load(failing_loads_derive *derive)
{
    const struct load_options options = {.jobs = 1, .before_commit = derive};
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

void failing_loads_put_back(const char *bytes, size_t length)
{
    remove(journal);
    remove(database);
    if (bytes != NULL)
        assert_true(scratch_write(database, bytes, length));
}

/* Under valgrind, which is slow, some of the accesses. */
static long stride(void)
{
    return getenv("VALGRIND") != NULL ? 17 : 1;
}

/* Loads once for each access of that kind, which fails. A load that does not notice has lost nothing. */
static void fail_each(failing_loads_derive *derive, enum disk_access access, bool lasting, const char *bytes,
                      size_t length, const char *before, const char *after)
{
    for (long k = 1;; k += stride()) {
        failing_loads_put_back(bytes, length);
        failing_disk_set(access, k, lasting);
        bool good = failing_loads_load(derive);
        long count = failing_disk_count();
        failing_disk_set(access, 0, false);
        assert_contents(good ? after : before, good ? "loaded" : "failed", k);
        if (lasting || good) {
            assert_true(failing_loads_load(derive));
            assert_contents(after, "loaded again", k);
        }
        if (count < k)
            break;
    }
}

static void fail_all(failing_loads_derive *derive, const char *bytes, size_t length, const char *before,
                     const char *after)
{
    for (int access = 0; access < DISK_ACCESSES; access++) {
        fail_each(derive, (enum disk_access)access, false, bytes, length, before, after);
        fail_each(derive, (enum disk_access)access, true, bytes, length, before, after);
    }
}

void failing_loads_first(failing_loads_derive *derive)
{
    char *error = NULL;
    size_t length;
    store_close(store_open(database, STORE_CREATE, &error));
    char *bytes = scratch_read(database, &length);
    failing_loads_write_exports(0);
    assert_true(failing_loads_load(derive));
    char *after = contents();
    assert_non_null(strstr(after, "role/R"));
    fail_all(derive, bytes, length, "", after);
    free(bytes);
    free(after);
}

void failing_loads_later(failing_loads_derive *derive)
{
    size_t length;
    failing_loads_write_exports(0);
    assert_true(failing_loads_load(derive));
    char *before = contents(), *bytes = scratch_read(database, &length);
    failing_loads_write_exports(1);
    assert_true(failing_loads_load(derive));
    char *after = contents();
    assert_string_not_equal(before, after);
    fail_all(derive, bytes, length, before, after);
    free(before);
    free(bytes);
    free(after);
}
