#include "ingest/readers/export_kind.h"
#include "ingest/support/intern.h"
#include "ingest/support/memory.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void assert_new(struct intern *names, const char *name)
{
    uint32_t before = names->count;
    intern_add(names, name, strlen(name));
    if (names->count == before)
        fail_msg("%s stands in two rows", name);
}

/* What is looked up by name stands in one row. */
static void names_are_unique(void **state)
{
    struct export_kinds at = {0};
    struct intern kinds = {0}, members = {0}, asked = {0};
    (void)state;
    while (export_kinds_next(&at)) {
        assert_new(&kinds, at.kind->name);
        for (const struct export_member *member = at.kind->members; member != NULL && member->name != NULL; member++) {
            /* A kind that looks whose value it is leaves the others to one behind it. */
            assert_int_equal(intern_find(&members, member->name, strlen(member->name)), INTERN_NONE);
            assert_new(at.kind->is_foreign != NULL ? &asked : &members, member->name);
        }
        for (const struct export_element *element = at.kind->elements; element != NULL && element->read != NULL;
             element++)
            for (size_t i = 0; element->members[i] != NULL; i++) {
                char *told = memory_print("%s%s%s", element->members[i], element->begins != NULL ? ": " : "",
                                          element->begins != NULL ? element->begins : "");
                assert_new(&members, told);
                free(told);
            }
    }
    assert_true(kinds.count > 40);
    intern_free(&kinds);
    intern_free(&members);
    intern_free(&asked);
}

/* Hooks that go together. */
static void rows_are_whole(void **state)
{
    struct export_kinds at = {0};
    (void)state;
    while (export_kinds_next(&at)) {
        const struct export_kind *kind = at.kind;
        assert_true(kind->state_size > 0 || (kind->begin == NULL && kind->finish == NULL && kind->end == NULL));
        assert_true((kind->is_text != NULL) == (kind->read_text != NULL || kind->refusal != NULL));
        assert_true(kind->elements != NULL || !kind->only_objects);
        for (const struct export_other *other = kind->others; other != NULL && other->why != NULL; other++)
            assert_non_null(other->members[0]);
    }
}

static void stored_names_are_found(void **state)
{
    (void)state;
    assert_string_equal(export_kind_named("aws-config")->name, "aws-config");
    assert_true(export_kind_named("aws-config")->is_capture);
    assert_int_equal(export_kind_named("authorization-details")->standing, STANDING_DETAILS);
    assert_int_equal(export_kind_named("list-roles")->standing, STANDING_LISTED);
    assert_int_equal(export_kind_named("terraform-plan")->standing, STANDING_PLANNED);
    assert_true(export_kind_named("terraform-state")->replaces_path);
    assert_true(export_kind_named("of-a-later-version") == &export_kind_none);
    assert_true(export_kind_named("") == &export_kind_none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_unique), cmocka_unit_test(rows_are_whole),
                                       cmocka_unit_test(stored_names_are_found)};
    return cmocka_run_group_tests_name("export_kind", tests, NULL, NULL);
}
