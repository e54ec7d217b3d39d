#include "ingest/policy/policy.h"
#include "ingest/support/text.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void parse(struct arena *arena, const char *text, enum policy_kind kind, struct policy *policy)
{
    policy_parse(arena, text, strlen(text), kind, policy);
}

/* "code code (broken)", in the order reported; "good" for nothing. */
static char *summary(const struct policy *policy)
{
    struct text text = {0};
    bool broken = false;
    for (size_t i = 0; i < policy->problem_count; i++)
        text_format(&text, "%s%s", text.length > 0 ? " " : "", policy_problem_word(policy->problems[i].code));
    for (size_t i = 0; i < policy->statement_count; i++)
        broken = broken || policy->statements[i].broken != NULL;
    text_append_string(&text, text.length == 0 ? "good" : "");
    text_append_string(&text, broken ? " (broken)" : "");
    return text_release(&text);
}

/* The catalogue of findings lists them in this order. */
static void words_of_problems_are_sorted(void **state)
{
    (void)state;
    for (enum policy_problem_code code = 0; code < GRAMMAR_CODES; code++) {
        assert_int_equal(policy_problem_of(policy_problem_word(code)), code);
        if (code > 0)
            assert_true(strcmp(policy_problem_word(code - 1), policy_problem_word(code)) < 0);
    }
    assert_int_equal(policy_problem_of("no-such-problem"), GRAMMAR_CODES);
}

/* The document with its last member name written with an escape, so that it is not of the ordinary shape. */
static char *spelled_otherwise(const char *document)
{
    const char *name = NULL;
    struct text text = {0};
    for (const char *at = document; (at = strchr(at, '"')) != NULL;) {
        const char *end = strchr(at + 1, '"');
        if (end == NULL)
            break;
        if (end[1] == ':' && end > at + 1 && at[1] >= 'A')
            name = at + 1;
        at = end + 1;
    }
    if (name == NULL || strchr(document, '\\') != NULL)
        return NULL;
    text_append(&text, document, (size_t)(name - document));
    text_format(&text, "\\u00%02X%s", (unsigned)*name, name + 1);
    return text_release(&text);
}

static void same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

/* However it is read. Errors of JSON say the place, which is another one. */
static void same_policy(const struct policy *a, const struct policy *b)
{
    assert_int_equal(a->statement_count, b->statement_count);
    assert_int_equal(a->problem_count, b->problem_count);
    assert_string_equal(a->version, b->version);
    for (size_t i = 0; i < a->statement_count; i++) {
        const struct policy_statement *one = &a->statements[i], *other = &b->statements[i];
        same_text(one->sid, other->sid);
        same_text(one->effect, other->effect);
        same_text(one->body, other->body);
        same_text(one->broken, other->broken);
        same_text(one->doubt, other->doubt);
        assert_int_equal(one->bears_on_roles, other->bears_on_roles);
    }
    for (size_t i = 0; i < a->problem_count; i++) {
        const struct policy_problem *one = &a->problems[i], *other = &b->problems[i];
        assert_int_equal(one->code, other->code);
        assert_int_equal(one->severity, other->severity);
        assert_int_equal(one->position, other->position);
        same_text(one->pointer, other->pointer);
        if (one->code != GRAMMAR_INVALID_JSON) {
            same_text(one->words, other->words);
            same_text(one->facts, other->facts);
        }
    }
}

static bool has_problem(const struct policy *policy, enum policy_problem_code code)
{
    for (size_t i = 0; i < policy->problem_count; i++)
        if (policy->problems[i].code == code)
            return true;
    return false;
}

/* But for members that occur more than once: those are told by their spelling. */
static size_t compare_spellings(const char *path)
{
    size_t length, compared = 0;
    char *file = scratch_read(path, &length), *rest = NULL;
    assert_non_null(file);
    for (char *line = strtok_r(file, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *arrow = strstr(line, " => "), *document = strchr(line, ' ') + 1;
        if (line[0] == '#' || arrow == NULL)
            continue;
        *arrow = '\0';
        char *other = spelled_otherwise(document);
        for (enum policy_kind kind = POLICY_IDENTITY; other != NULL && kind <= POLICY_RCP; kind++) {
            struct arena arena = {0};
            struct policy policies[2];
            parse(&arena, document, kind, &policies[0]);
            parse(&arena, other, kind, &policies[1]);
            if (!has_problem(&policies[0], GRAMMAR_DUPLICATE_JSON_KEY)) {
                same_policy(&policies[0], &policies[1]);
                compared++;
            }
            arena_free(&arena);
        }
        free(other);
    }
    free(file);
    return compared;
}

static void all_spellings_are_read_alike(void **state)
{
    (void)state;
    assert_true(compare_spellings("tests/ingest/policy/policies.cases") > 100);
    assert_true(compare_spellings("tests/ingest/policy/names.cases") > 100);
}

static void run_cases(const char *path)
{
    size_t length, cases = 0, wrong = 0;
    char *file = scratch_read(path, &length), *rest = NULL;
    assert_non_null(file);
    for (char *line = strtok_r(file, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *arrow = strstr(line, " => "), *document = strchr(line, ' ') + 1;
        struct arena arena = {0};
        struct policy policy;
        if (line[0] == '#')
            continue;
        assert_non_null(arrow);
        *arrow = '\0';
        parse(&arena, document, line[0] == 't' ? POLICY_TRUST : POLICY_IDENTITY, &policy);
        char *found = summary(&policy);
        if (strcmp(found, arrow + 4) != 0)
            print_message("%s\n    gave %s instead of %s\n", document, found, arrow + 4);
        wrong += strcmp(found, arrow + 4) != 0;
        for (size_t i = 0; i < policy.problem_count; i++) {
            assert_true(policy.problems[i].words[0] != '\0');
            assert_true(policy.problems[i].code < GRAMMAR_CODES);
            assert_true(policy.problems[i].pointer[0] == '\0' || policy.problems[i].pointer[0] == '/');
        }
        free(found);
        arena_free(&arena);
        cases++;
    }
    assert_int_equal(wrong, 0);
    assert_true(cases > 30);
    free(file);
}

static void catalogue(void **state)
{
    (void)state;
    run_cases("tests/ingest/policy/policies.cases");
}

static void names_that_match_nothing(void **state)
{
    (void)state;
    run_cases("tests/ingest/policy/names.cases");
}

static void normal_form(void **state)
{
    struct arena arena = {0};
    struct policy policy;
    (void)state;
    parse(
        &arena,
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"S\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":"
        "\"sts:AssumeRole\",\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":true},\"NumericLessThan\":{"
        "\"aws:MultiFactorAuthAge\":[3600,\"7200\"]}}}}",
        POLICY_TRUST, &policy);
    assert_int_equal(policy.statement_count, 1);
    assert_string_equal(policy.statements[0].sid, "S");
    assert_string_equal(policy.statements[0].effect, "Allow");
    assert_string_equal(
        policy.statements[0].body,
        "{\"Action\":[\"sts:AssumeRole\"],\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":[\"true\"]},"
        "\"NumericLessThan\":{\"aws:MultiFactorAuthAge\":[\"3600\",\"7200\"]}},\"Effect\":\"Allow\",\"Principal\":{"
        "\"AWS\":"
        "[\"*\"]},\"Sid\":\"S\"}");
    arena_free(&arena);
}

static void duplicate_condition_keys_keep_all_values(void **state)
{
    struct arena arena = {0};
    struct policy policy;
    (void)state;
    parse(&arena,
          "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"111122223333\"},"
          "\"Action\":\"sts:AssumeRole\",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"a\",\"sts:ExternalId\":"
          "\"b\"}}}]}",
          POLICY_TRUST, &policy);
    assert_int_equal(policy.statement_count, 1);
    assert_non_null(policy.statements[0].doubt);
    assert_non_null(strstr(policy.statements[0].body, "\"a\",\"b\""));
    arena_free(&arena);
}

static void duplicate_members_keep_all_values(void **state)
{
    struct arena arena = {0};
    struct policy policy;
    (void)state;
    parse(&arena,
          "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sts:"
          "AssumeRole\","
          "\"Action\":\"sts:TagSession\",\"Principal\":{\"AWS\":\"111122223333\"}}]}",
          POLICY_TRUST, &policy);
    assert_int_equal(policy.statement_count, 1);
    assert_non_null(policy.statements[0].doubt);
    assert_string_equal(policy.statements[0].body,
                        "{\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"],\"Effect\":\"Deny\","
                        "\"Principal\":{\"AWS\":[\"*\",\"111122223333\"]}}");
    arena_free(&arena);
}

static void what_bears_on_roles(void **state)
{
    static const struct {
        const char *pattern;
        bool negated, bears;
    } rows[] = {{"sts:AssumeRole", false, true},
                {"sts:*", false, true},
                {"*", false, true},
                {"s3:GetObject", false, false},
                {"iam:PassRole", false, true},
                {"iam:Get*", false, false},
                {"s3:*", true, true},
                {"*", true, false},
                {"STS:assumerole", false, true},
                {"iam:Put?olePolicy", false, true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(policy_bears_on_roles(&rows[i].pattern, 1, rows[i].negated), rows[i].bears);
}

static void action_patterns(void **state)
{
    (void)state;
    assert_true(policy_action_matches("sts:Assume*", "sts:AssumeRole"));
    assert_true(policy_action_matches("STS:ASSUMEROLE", "sts:AssumeRole"));
    assert_true(policy_action_matches("*", "sts:AssumeRole"));
    assert_true(policy_action_matches("sts:?ssumeRole", "sts:AssumeRole"));
    assert_false(policy_action_matches("sts:AssumeRole", "sts:AssumeRoleWithSAML"));
    assert_false(policy_action_matches("sts:", "sts:AssumeRole"));
    assert_false(policy_action_matches("s*:*Role", "sts:AssumeRole"));
    assert_true(policy_action_matches("*:*", "sts:AssumeRole"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_spellings_are_read_alike),
                                       cmocka_unit_test(words_of_problems_are_sorted),
                                       cmocka_unit_test(catalogue),
                                       cmocka_unit_test(names_that_match_nothing),
                                       cmocka_unit_test(normal_form),
                                       cmocka_unit_test(duplicate_condition_keys_keep_all_values),
                                       cmocka_unit_test(duplicate_members_keep_all_values),
                                       cmocka_unit_test(what_bears_on_roles),
                                       cmocka_unit_test(action_patterns)};
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
