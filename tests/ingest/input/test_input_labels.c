#include "ingest/input/input_files.h"
#include "tests/support/testing.h"

#include <string.h>

static void assert_labels(const char *const *paths, const char *const *labels, size_t count, const char *before)
{
    struct input_files files;
    struct intern earlier = {0};
    if (before != NULL)
        intern_add(&earlier, before, strlen(before));
    input_files_find(&files, paths, count);
    input_files_label(&files, &earlier);
    assert_int_equal(files.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(files.items[i].label, labels[i]);
    input_files_free(&files);
    intern_free(&earlier);
}

/* None exists: they are listed all the same. */
static void as_much_as_tells(void **state)
{
    (void)state;
    assert_labels((const char *const[]){"none/a.json"}, (const char *const[]){""}, 1, NULL);
    assert_labels((const char *const[]){"none/a.json", "none/b.json"}, (const char *const[]){"a.json", "b.json"}, 2,
                  NULL);
    assert_labels((const char *const[]){"none/a/t.json", "none/b/t.json", "none/b/u.json"},
                  (const char *const[]){"a/t.json", "b/t.json", "u.json"}, 3, NULL);
}

static void ends_of_each_other(void **state)
{
    (void)state;
    assert_labels((const char *const[]){"t.json", "none/t.json", "none-t.json", "none/-t.json"},
                  (const char *const[]){"t.json", "none/t.json", "none-t.json", "-t.json"}, 4, NULL);
    assert_labels((const char *const[]){"x/none/t.json", "none/t.json", "y/none/t.json"},
                  (const char *const[]){"x/none/t.json", "none/t.json", "y/none/t.json"}, 3, NULL);
}

static void files_of_before(void **state)
{
    (void)state;
    assert_labels((const char *const[]){"none/a.json"}, (const char *const[]){""}, 1, "none/a.json");
    assert_labels((const char *const[]){"none/a.json"}, (const char *const[]){"a.json"}, 1, "none/b.json");
    assert_labels((const char *const[]){"none/x/a.json"}, (const char *const[]){"x/a.json"}, 1, "none/y/a.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_much_as_tells), cmocka_unit_test(ends_of_each_other),
                                       cmocka_unit_test(files_of_before)};
    return cmocka_run_group_tests_name("input_labels", tests, NULL, NULL);
}
