/* Both lists of accounts: every supported shape, and the errors for others. */
#include "analyzer/findings/facts/account_lists.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define JULY 1782864000.0 /* 2026-07-01 */

static void shapes_of_known_accounts(void **state)
{
    static const struct {
        const char *text, *id, *name; /* name NULL: refused, or not listed */
        const char *error;            /* a part of the error; NULL: accepted */
    } rows[] = {
        {"{\"accounts\": {\"012345678901\": {\"name\": \"V\", \"source\": \"s\"}}}", "012345678901", "V", NULL},
        {"[{\"name\": \"V\", \"accounts\": [\"012345678901\"], \"source\": [\"s\", \"t\"]}]", "012345678901", "V",
         NULL},
        {"[{\"name\": \"V\", \"accounts\": [12345678901]}]", "012345678901", "V", NULL},
        {"{\"accounts\": {}}", "012345678901", NULL, NULL},
        {"{}", NULL, NULL, "expected {"},
        {"[{\"name\": \"V\"}]", NULL, NULL, "/0: expected"},
        {"[{\"accounts\": [\"012345678901\"]}]", NULL, NULL, "012345678901: expected an object with \"name\""},
        {"{\"accounts\": {\"1234\": {\"name\": \"V\"}}}", NULL, NULL, "\"1234\" is not a 12-digit account ID"},
        {"{\"accounts\": {\"0123456789012\": {\"name\": \"V\"}}}", NULL, NULL, "is not a 12-digit account ID"},
        {"[{\"name\": \"V\", \"accounts\": [-1]}]", NULL, NULL, "is not a 12-digit account ID"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct account_lists lists = {0};
        struct known_account account;
        char *error = NULL;
        json_t *document = json_loads(rows[i].text, 0, NULL);
        bool good = account_lists_know(&lists, document, &error);
        assert_int_equal(good, rows[i].error == NULL);
        if (rows[i].error != NULL)
            assert_non_null(strstr(error, rows[i].error));
        if (rows[i].id != NULL) {
            bool listed = account_is_known(&lists, rows[i].id, &account);
            assert_int_equal(listed, rows[i].name != NULL);
            if (listed)
                assert_string_equal(account.name, rows[i].name);
        }
        free(error);
        json_decref(document);
        account_lists_free(&lists);
    }
}

static void shapes_of_trusted_accounts(void **state)
{
    static const struct {
        const char *text, *id, *owner; /* owner NULL: refused, or not listed */
        bool expired;
        const char *error;
    } rows[] = {
        {"[{\"id\": \"012345678901\", \"owner\": \"o\"}]", "012345678901", "o", false, NULL},
        {"{\"accounts\": {\"012345678901\": {\"owner\": \"o\", \"expires\": \"2026-06-30\"}}}", "012345678901", "o",
         true, NULL},
        {"{\"accounts\": [{\"id\": \"012345678901\", \"owner\": \"o\", \"expires\": \"2026-07-01\"}]}", "012345678901",
         "o", false, NULL},
        {"012345678901,o,2027-01-01", "012345678901", "o", false, NULL},
        {"id,owner,expires\r\n\"012345678901\", \"the o team\" ,2026-01-01\r\n", "012345678901", "the o team", true,
         NULL},
        {"# nobody yet\n\n", "012345678901", NULL, false, NULL},
        {"", "012345678901", NULL, false, NULL},
        {"012345678901", NULL, NULL, false, "line 1: account 012345678901: expected an owner"},
        {"\n12345678901,o", NULL, NULL, false, "line 2: \"12345678901\" is not a 12-digit account ID"},
        {"012345678901,o,tomorrow", NULL, NULL, false, "expected a date"},
        {"012345678901,o,1782864000", NULL, NULL, false, "expected a date"},
        {"[{\"id\": \"012345678901\"}]", NULL, NULL, false, "expected an owner"},
        {"{\"id\": 1}", NULL, NULL, false, "expected [{"},
        {"[{\"id\": 1, \"id\": 2}]", NULL, NULL, false, "1:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct account_lists lists = {.now = JULY};
        struct trusted_account account;
        char *error = NULL;
        bool good = account_lists_trust(&lists, rows[i].text, &error);
        assert_int_equal(good, rows[i].error == NULL);
        if (rows[i].error != NULL)
            assert_non_null(strstr(error, rows[i].error));
        if (rows[i].id != NULL) {
            bool listed = account_is_trusted(&lists, rows[i].id, &account);
            assert_int_equal(listed, rows[i].owner != NULL);
            if (listed) {
                assert_string_equal(account.owner, rows[i].owner);
                assert_int_equal(account.expired, rows[i].expired);
            }
        }
        free(error);
        account_lists_free(&lists);
    }
}

/* Later files add to earlier ones. */
static void lists_add_up(void **state)
{
    struct account_lists lists = {.now = JULY};
    struct trusted_account account;
    struct known_account known;
    char *error = NULL;
    (void)state;
    assert_true(account_lists_trust(&lists, "012345678901,a", &error));
    assert_true(account_lists_trust(&lists, "[{\"id\": \"112345678901\", \"owner\": \"b\"}]", &error));
    assert_true(account_is_trusted(&lists, "012345678901", &account));
    assert_true(account_is_trusted(&lists, "112345678901", &account));
    assert_false(account_is_known(&lists, "112345678901", &known));
    assert_false(account_is_known(NULL, "112345678901", &known));
    account_lists_free(&lists);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shapes_of_known_accounts),
                                       cmocka_unit_test(shapes_of_trusted_accounts), cmocka_unit_test(lists_add_up)};
    return cmocka_run_group_tests_name("account_lists", tests, NULL, NULL);
}
