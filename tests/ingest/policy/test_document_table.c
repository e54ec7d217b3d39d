#include "ingest/policy/document_table.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>

#define READERS 4
#define DOCUMENTS 500

static struct document_entry *add(struct document_table *table, struct arena *arena, struct document_entry **added,
                                  int number)
{
    char text[200];
    int length = snprintf(text, sizeof text,
                          "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                          "\"sts:AssumeRole\",\"Resource\":\"arn:aws:iam::111122223333:role/r%d\"}]}",
                          number);
    return document_table_add(table, arena, added, POLICY_IDENTITY, text, (size_t)length);
}

static void a_text_is_one_entry(void **state)
{
    struct document_table *table = document_table_new();
    struct arena arena = {0};
    struct document_entry *added = NULL, *one = add(table, &arena, &added, 1);
    (void)state;
    assert_ptr_equal(add(table, &arena, &added, 1), one);
    assert_ptr_not_equal(add(table, &arena, &added, 2), one);
    assert_ptr_not_equal(document_table_add(table, &arena, &added, POLICY_TRUST, "{}", 2),
                         document_table_add(table, &arena, &added, POLICY_SCP, "{}", 2));
    assert_int_equal(document_entry_content(table, one)->policy.statement_count, 1);
    document_entry_written(one, 7);
    assert_int_equal(one->id, 7);
    assert_null(document_entry_content(table, one));
    document_table_free(table);
    arena_free(&arena);
}

/* What was not written when its batch went is there all the same. */
static void contents_outlive_their_batch(void **state)
{
    struct document_table *table = document_table_new();
    struct arena arena = {0};
    struct document_entry *added = NULL, *one = add(table, &arena, &added, 1), *two = add(table, &arena, &added, 2);
    (void)state;
    document_entry_written(one, 1);
    document_table_release(table, added);
    arena_free(&arena);
    assert_null(document_entry_content(table, one));
    assert_int_equal(document_entry_content(table, two)->policy.statement_count, 1);
    document_table_free(table);
}

static void places_are_remembered(void **state)
{
    struct document_table *table = document_table_new();
    struct arena arena = {0};
    struct document_entry *added = NULL;
    struct document_place place = {.entry = add(table, &arena, &added, 1), .layout = "0,2", .length = 3};
    uint64_t key[2], other[2];
    (void)state;
    document_place_key(table, POLICY_IDENTITY, 4, "{ }", 3, key);
    document_place_key(table, POLICY_IDENTITY, 5, "{ }", 3, other);
    assert_null(document_table_find_place(table, key));
    document_table_add_place(table, key, &place);
    assert_string_equal(document_table_find_place(table, key)->layout, "0,2");
    assert_ptr_equal(document_table_find_place(table, key)->entry, place.entry);
    assert_null(document_table_find_place(table, other));
    document_table_free(table);
    arena_free(&arena);
}

struct reader {
    struct document_table *table;
    struct arena arena;
    struct document_entry *added, *entries[DOCUMENTS];
    int start;
    pthread_t thread;
};

static void *read_all(void *context)
{
    struct reader *reader = context;
    for (int i = 0; i < DOCUMENTS; i++) {
        int number = (i + reader->start) % DOCUMENTS;
        reader->entries[number] = add(reader->table, &reader->arena, &reader->added, number);
    }
    return NULL;
}

/* The writer takes contents away while other readers still meet the same texts. */
static void readers_and_a_writer(void **state)
{
    struct document_table *table = document_table_new();
    static struct reader readers[READERS];
    (void)state;
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.table = table, .start = i * (DOCUMENTS / READERS)};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), 0);
    }
    for (int i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        for (int number = 0; number < DOCUMENTS; number++) {
            struct document_entry *entry = readers[i].entries[number];
            assert_ptr_equal(entry, readers[0].entries[number]);
            assert_int_equal(document_entry_content(table, entry) == NULL, entry->id != 0);
            if (entry->id == 0)
                document_entry_written(entry, number + 1);
        }
    }
    for (int i = 0; i < READERS; i++)
        arena_free(&readers[i].arena);
    document_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_text_is_one_entry),
                                       cmocka_unit_test(contents_outlive_their_batch),
                                       cmocka_unit_test(places_are_remembered), cmocka_unit_test(readers_and_a_writer)};
    return cmocka_run_group_tests_name("document_table", tests, NULL, NULL);
}
