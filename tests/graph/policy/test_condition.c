#include "graph/policy/condition.h"
#include "graph/policy/condition_values.h"
#include "tests/support/testing.h"

#include <string.h>

/* OPERATOR, request values (NULL-terminated list, at most 3), policy values, holds. */
static const struct {
    const char *name;
    const char *values[4], *policy[4];
    bool holds;
} rows[] = {
    {"StringEquals", {"a"}, {"a"}, true},
    {"StringEquals", {"a"}, {"A"}, false},
    {"StringEquals", {"a"}, {"b", "a"}, true},
    {"StringEquals", {"a*"}, {"a*"}, true},
    {"StringEquals", {"ab"}, {"a*"}, false},
    {"StringEquals", {NULL}, {"a"}, false},
    {"StringEqualsIfExists", {NULL}, {"a"}, true},
    {"StringEqualsIfExists", {"b"}, {"a"}, false},
    {"StringNotEquals", {"a"}, {"b"}, true},
    {"StringNotEquals", {"a"}, {"b", "a"}, false},
    {"StringNotEquals", {NULL}, {"a"}, true},
    {"StringEqualsIgnoreCase", {"ABC"}, {"abc"}, true},
    {"StringNotEqualsIgnoreCase", {"ABC"}, {"abc"}, false},
    {"StringLike", {"abc"}, {"a*"}, true},
    {"StringLike", {"ABC"}, {"a*"}, false},
    {"StringNotLike", {"abc"}, {"x*"}, true},
    {"StringLike", {"abc"}, {"a?c"}, true},
    {"ArnEquals", {"arn:aws:iam::1:role/x"}, {"arn:aws:iam::*:role/x"}, true},
    {"ArnLike", {"arn:aws:iam::1:role/x"}, {"arn:aws:iam::2:role/x"}, false},
    {"ArnNotLike", {"arn:aws:iam::1:role/x"}, {"arn:aws:iam::2:role/*"}, true},
    {"ArnNotEquals", {NULL}, {"arn:aws:iam::2:role/*"}, true},
    {"NumericEquals", {"8"}, {"8.0"}, true},
    {"NumericLessThan", {"7"}, {"8"}, true},
    {"NumericLessThan", {"8"}, {"8"}, false},
    {"NumericLessThanEquals", {"8"}, {"8"}, true},
    {"NumericGreaterThan", {"9"}, {"8"}, true},
    {"NumericGreaterThanEquals", {"8"}, {"8"}, true},
    {"NumericNotEquals", {"8"}, {"9"}, true},
    {"NumericLessThan", {"many"}, {"8"}, false},
    {"DateLessThan", {"2024-01-01T00:00:00Z"}, {"2025-01-01T00:00:00Z"}, true},
    {"DateGreaterThan", {"2024-01-01T00:00:00Z"}, {"1600000000"}, true},
    {"DateEquals", {"1704067200"}, {"2024-01-01T00:00:00Z"}, true},
    {"DateNotEquals", {"1704067200"}, {"2024-01-01T00:00:00Z"}, false},
    {"DateLessThanEquals", {"2024-01-01"}, {"2024-01-01T00:00:00Z"}, true},
    {"DateGreaterThanEquals", {"2024-01-01T01:00:00+01:00"}, {"2024-01-01T00:00:00Z"}, true},
    {"Bool", {"true"}, {"true"}, true},
    {"Bool", {"true"}, {"false"}, false},
    {"Bool", {"True"}, {"true"}, true},
    {"Bool", {NULL}, {"false"}, false},
    {"BoolIfExists", {NULL}, {"true"}, true},
    {"IpAddress", {"10.1.2.3"}, {"10.0.0.0/8"}, true},
    {"IpAddress", {"11.1.2.3"}, {"10.0.0.0/8"}, false},
    {"IpAddress", {"10.1.2.3"}, {"10.1.2.3"}, true},
    {"IpAddress", {"2001:db8::1"}, {"2001:db8::/32"}, true},
    {"IpAddress", {"2001:db8::1"}, {"10.0.0.0/8"}, false},
    {"NotIpAddress", {"11.1.2.3"}, {"10.0.0.0/8"}, true},
    {"NotIpAddress", {NULL}, {"10.0.0.0/8"}, true},
    {"BinaryEquals", {"aGk="}, {"aGk="}, true},
    {"Null", {"a"}, {"false"}, true},
    {"Null", {"a"}, {"true"}, false},
    {"Null", {NULL}, {"true"}, true},
    {"Null", {NULL}, {"false"}, false},
    {"ForAllValues:StringEquals", {"a", "b"}, {"a", "b", "c"}, true},
    {"ForAllValues:StringEquals", {"a", "x"}, {"a", "b"}, false},
    {"ForAllValues:StringEquals", {NULL}, {"a"}, true},
    {"ForAnyValue:StringEquals", {"a", "x"}, {"a"}, true},
    {"ForAnyValue:StringEquals", {"x"}, {"a"}, false},
    {"ForAnyValue:StringEquals", {NULL}, {"a"}, false},
    {"ForAnyValue:StringLike", {"team-a"}, {"team-*"}, true},
    {"ForAllValues:StringNotEquals", {"a", "b"}, {"c"}, true},
    {"ForAnyValue:StringNotEquals", {"a", "b"}, {"a"}, true},
    {"ForAnyValue:StringNotEquals", {"a"}, {"a"}, false},
};

static size_t count(const char *const *values)
{
    size_t n = 0;
    while (n < 4 && values[n] != NULL)
        n++;
    return n;
}

static void operators(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct condition_name name;
        assert_true(condition_name_parse(rows[i].name, &name));
        bool holds =
            condition_holds(&name, rows[i].values, count(rows[i].values), rows[i].policy, count(rows[i].policy));
        if (holds != rows[i].holds)
            fail_msg("row %zu: %s %s against %s", i, rows[i].name,
                     rows[i].values[0] != NULL ? rows[i].values[0] : "absent", rows[i].policy[0]);
    }
}

/* Among values that match nothing the same holds, however it is looked for. */
static void among_many_values(void **state)
{
    struct arena arena = {0};
    unsigned found = 0;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *values[40];
        struct statement_condition condition = {.values = values};
        assert_true(condition_name_parse(rows[i].name, &condition.name));
        for (unsigned j = 0; j < 32; j++) {
            bool own = j % 8 == 3 && j / 8 < count(rows[i].policy);
            values[j] = own ? rows[i].policy[j / 8] : arena_print(&arena, "arn:aws:iam::9:role/none-%u", 99 - j);
        }
        condition.value_count = 32;
        const struct condition_values *by_text = condition_values_make(&arena, &condition);
        found += by_text != NULL;
        if (by_text != NULL &&
            condition_values_hold(by_text, &condition.name, rows[i].values, count(rows[i].values)) != rows[i].holds)
            fail_msg("row %zu: %s", i, rows[i].name);
    }
    assert_true(found > 20);
    arena_free(&arena);
}

static void names(void **state)
{
    static const char *const wrong[] = {"",
                                        "StringEqual",
                                        "NullIfExists",
                                        "ForAllValues",
                                        "ForAllValues:",
                                        "ForSomeValues:StringEquals",
                                        "StringEqualsIfExistsIfExists",
                                        "ForAnyValue:ForAllValues:StringEquals"};
    struct condition_name name;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (condition_name_parse(wrong[i], &name))
            fail_msg("accepted: %s", wrong[i]);
    assert_true(condition_name_parse("ForAllValues:StringLikeIfExists", &name));
    assert_int_equal(name.set, CONDITION_FOR_ALL_VALUES);
    assert_true(name.if_exists);
}

static void a_variable_without_value_matches_nothing(void **state)
{
    const char *const values[] = {"a"}, *const policy[] = {NULL};
    struct condition_name name;
    (void)state;
    condition_name_parse("StringEquals", &name);
    assert_false(condition_holds(&name, values, 1, policy, 1));
    condition_name_parse("StringNotEquals", &name);
    assert_true(condition_holds(&name, values, 1, policy, 1));
}

static void values(void **state)
{
    struct condition_network network;
    double number;
    (void)state;
    assert_true(condition_parse_number("-1.5e2", &number) && number == -150.0);
    assert_false(condition_parse_number("1x", &number));
    assert_false(condition_parse_number("", &number));
    assert_true(condition_parse_date("1970-01-02", &number) && number == 86400.0);
    assert_false(condition_parse_date("yesterday", &number));
    assert_true(condition_parse_network("203.0.113.0/24", &network) && network.bits == 24 && !network.v6);
    assert_true(condition_parse_network("::1", &network) && network.bits == 128 && network.v6);
    assert_false(condition_parse_network("203.0.113.0/33", &network));
    assert_false(condition_parse_network("203.0.113", &network));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators), cmocka_unit_test(among_many_values), cmocka_unit_test(names),
        cmocka_unit_test(a_variable_without_value_matches_nothing), cmocka_unit_test(values)};
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
