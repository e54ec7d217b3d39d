/* A store on a disk that fails (failing_loads.h). */
#include "ingest/store/query.h"
#include "tests/support/failing_disk.h"
#include "tests/support/failing_loads.h"
#include "tests/support/testing.h"

#include <stdlib.h>

static void creation(void **state)
{
    char *error = NULL;
    (void)state;
    for (int access = 0; access < DISK_ACCESSES; access++)
        for (long k = 1, count = k; count >= k; k++) {
            failing_loads_put_back(NULL, 0);
            failing_disk_set((enum disk_access)access, k, true);
            struct store *store = store_open(failing_loads_database(), STORE_CREATE, &error);
            count = failing_disk_count();
            failing_disk_set((enum disk_access)access, 0, false);
            assert_true((store == NULL) == (error != NULL));
            assert_true(count >= k || store != NULL);
            store_close(store);
            free(error);
            store = store_open(failing_loads_database(), STORE_CREATE, &error);
            assert_non_null(store);
            assert_int_equal(store_number(store, "SELECT count(*) FROM principal"), 0);
            assert_null(store_error(store));
            store_close(store);
        }
}

static void first_load(void **state)
{
    (void)state;
    failing_loads_first(NULL);
}

static void later_load(void **state)
{
    (void)state;
    failing_loads_later(NULL);
}

/* What was read before a failure is not taken for all that there is. */
static void reading(void **state)
{
    char *error = NULL;
    (void)state;
    failing_loads_write_exports(0);
    assert_true(failing_loads_load(NULL));
    for (long k = 1, count = k; count >= k; k++) {
        failing_disk_set(DISK_READ, k, false);
        struct store *store = store_open(failing_loads_database(), STORE_READ, &error);
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

#define DISK_TEST(name) cmocka_unit_test_setup_teardown(name, failing_loads_set_up, failing_loads_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(creation),
        DISK_TEST(first_load),
        DISK_TEST(later_load),
        DISK_TEST(reading),
    };
    return cmocka_run_group_tests_name("failing disk", tests, NULL, NULL);
}
