/*
 * Sentences about problems of policies: facts survive being stored, parts without their facts are left out, and every
 * row makes a whole sentence in the words of now and of before.
 */
#include "ingest/policy/policy_words.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void says(enum policy_words words, const char *const facts[POLICY_FACTS], bool former, const char *expected)
{
    struct arena arena = {0};
    struct text text = {0};
    policy_words_append(&text, policy_words_id(words), policy_words_pack(&arena, facts), former);
    assert_string_equal(text.data, expected);
    text_free(&text);
    arena_free(&arena);
}

static void facts_are_filled_in(void **state)
{
    (void)state;
    says(WORDS_BOTH_MEMBERS, POLICY_FACTS_OF("Action", "NotAction"), false, "both Action and NotAction");
    says(WORDS_NOT_A_POLICY, POLICY_FACTS_OF("a\nb\\n[{0}]"), false, "not a policy document: a\nb\\n[{0}]");
    says(WORDS_PRINCIPAL_EXPECTED, NULL, false, "expected \"*\" or an object such as {\"AWS\": \"arn:…\"}");
}

static void parts_without_facts_are_left_out(void **state)
{
    (void)state;
    says(WORDS_STS_EXPECTED, POLICY_FACTS_OF("s3:x", NULL), false, "a trust policy can only have sts actions");
    says(WORDS_STS_EXPECTED, POLICY_FACTS_OF("AssumeRole", "sts:AssumeRole"), false,
         "a trust policy can only have sts actions; the nearest to \"AssumeRole\" is \"sts:AssumeRole\"");
    says(WORDS_VALUE_IMPOSSIBLE, POLICY_FACTS_OF("x", "2", "aws:k", "Bool", "deny-never", "why"), false,
         "\"x\" and 2 more can never be a value of aws:k: why. Bool never holds, so the statement denies nothing");
}

static void rows_have_rows_in_them(void **state)
{
    const char *const facts[POLICY_FACTS] = {"sts:X", "2026", NULL, "action-allowed"};
    (void)state;
    says(WORDS_ACTION_UNKNOWN, facts, false,
         "\"sts:X\" matches no action known to this version (2026). Listing it allows nothing");
    says(WORDS_ACTION_UNKNOWN, facts, true,
         "\"sts:X\" matches no action known to this version (2026). The statement allows nothing with it");
    /* of a database that somebody made: no row within itself */
    says(WORDS_ACTION_UNKNOWN, POLICY_FACTS_OF("sts:X", "2026", NULL, "action-unknown"), false,
         "\"sts:X\" matches no action known to this version (2026). \"sts:X\" matches no action known to this version "
         "(2026). action-unknown");
}

static void sentences_of_before_stay(void **state)
{
    struct text text = {0};
    (void)state;
    policy_words_append(&text, "no {0} such [row]", "", false);
    assert_string_equal(text.data, "no {0} such [row]");
    text_free(&text);
}

/* All facts given, nothing of the notation is left. */
static void every_row_is_whole(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (enum policy_words words = 0; words < WORDS_OF_POLICIES; words++)
        for (int former = 0; former < 2; former++) {
            struct text text = {0};
            const char *facts =
                policy_words_pack(&arena, POLICY_FACTS_OF("a", "not-an-arn", "c", "allow-never", "deny-never", "f"));
            policy_words_append(&text, policy_words_id(words), facts, former == 1);
            assert_true(text.length > 5);
            assert_null(strpbrk(text.data, "[]"));
            assert_null(strstr(text.data, "{=") != NULL ? text.data : strstr(text.data, "{0"));
            for (enum policy_words other = 0; other < words; other++)
                assert_string_not_equal(policy_words_id(other), policy_words_id(words));
            text_free(&text);
        }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_filled_in),    cmocka_unit_test(parts_without_facts_are_left_out),
        cmocka_unit_test(rows_have_rows_in_them), cmocka_unit_test(sentences_of_before_stay),
        cmocka_unit_test(every_row_is_whole),
    };
    return cmocka_run_group_tests_name("policy_words", tests, NULL, NULL);
}
