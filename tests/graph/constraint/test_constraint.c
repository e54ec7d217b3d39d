#include "graph/constraint/constraint.h"
#include "ingest/support/memory.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct constraint_pool *pool;

static int set_up(void **state)
{
    (void)state;
    pool = constraint_pool_new();
    return pool == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    constraint_pool_free(pool);
    return 0;
}

static constraint atom(const char *operator_name, const char *key, const char *value)
{
    struct condition_name name;
    assert_true(condition_name_parse(operator_name, &name));
    return constraint_atom(pool, &name, key, "", &value, 1);
}

/* Conjunctions of up to four conditions on one or two keys, and whether they can hold. */
static void satisfiable(void **state)
{
    static const struct {
        const char *parts[4][3];
        enum constraint_answer answer;
    } rows[] = {
        {{{"StringEquals", "sts:ExternalId", "a1"}}, CONSTRAINT_YES},
        {{{"StringEquals", "sts:ExternalId", "a1"}, {"StringEquals", "sts:ExternalId", "b1"}}, CONSTRAINT_NO},
        {{{"StringEquals", "sts:ExternalId", "a1"}, {"StringNotEquals", "sts:ExternalId", "a1"}}, CONSTRAINT_NO},
        {{{"StringLike", "sts:ExternalId", "a*"}, {"StringLike", "sts:ExternalId", "*b"}}, CONSTRAINT_YES},
        {{{"StringLike", "sts:ExternalId", "a*"}, {"StringLike", "sts:ExternalId", "b*"}}, CONSTRAINT_NO},
        {{{"StringLike", "sts:ExternalId", "a*"}, {"StringNotLike", "sts:ExternalId", "*"}}, CONSTRAINT_NO},
        {{{"StringLike", "sts:ExternalId", "a?"}, {"StringNotLike", "sts:ExternalId", "a*"}}, CONSTRAINT_NO},
        {{{"StringLike", "sts:ExternalId", "a??"}, {"StringEquals", "sts:ExternalId", "ab"}}, CONSTRAINT_NO},
        {{{"StringEqualsIgnoreCase", "sts:ExternalId", "AB"}, {"StringNotEquals", "sts:ExternalId", "ab"}},
         CONSTRAINT_YES},
        {{{"Null", "sts:ExternalId", "true"}, {"StringEquals", "sts:ExternalId", "a1"}}, CONSTRAINT_NO},
        {{{"Null", "sts:ExternalId", "true"}, {"StringEqualsIfExists", "sts:ExternalId", "a1"}}, CONSTRAINT_YES},
        {{{"Null", "sts:ExternalId", "false"}, {"StringNotLike", "sts:ExternalId", "*"}}, CONSTRAINT_NO},
        {{{"Bool", "aws:MultiFactorAuthPresent", "true"}, {"Bool", "aws:MultiFactorAuthPresent", "false"}},
         CONSTRAINT_NO},
        {{{"Bool", "aws:MultiFactorAuthPresent", "true"}, {"BoolIfExists", "aws:MultiFactorAuthPresent", "false"}},
         CONSTRAINT_NO},
        {{{"NumericLessThan", "aws:MultiFactorAuthAge", "10"}, {"NumericGreaterThan", "aws:MultiFactorAuthAge", "20"}},
         CONSTRAINT_NO},
        {{{"NumericLessThan", "aws:MultiFactorAuthAge", "10"}, {"NumericGreaterThan", "aws:MultiFactorAuthAge", "9"}},
         CONSTRAINT_NO},
        {{{"NumericLessThan", "aws:MultiFactorAuthAge", "10"}, {"NumericGreaterThan", "aws:MultiFactorAuthAge", "8"}},
         CONSTRAINT_YES},
        {{{"IpAddress", "aws:SourceIp", "10.0.0.0/8"}, {"NotIpAddress", "aws:SourceIp", "10.0.0.0/9"}}, CONSTRAINT_YES},
        {{{"IpAddress", "aws:SourceIp", "10.0.0.0/9"}, {"NotIpAddress", "aws:SourceIp", "10.0.0.0/8"}}, CONSTRAINT_NO},
        {{{"IpAddress", "aws:SourceIp", "10.0.0.0/8"}, {"IpAddress", "aws:SourceIp", "2001:db8::/32"}}, CONSTRAINT_NO},
        {{{"IpAddress", "aws:SourceIp", "10.0.0.0/8"},
          {"NotIpAddress", "aws:SourceIp", "10.0.0.0/9"},
          {"NotIpAddress", "aws:SourceIp", "10.128.0.0/9"}},
         CONSTRAINT_NO},
        {{{"DateLessThan", "aws:CurrentTime", "2024-01-01"}, {"DateGreaterThan", "aws:CurrentTime", "2025-01-01"}},
         CONSTRAINT_NO},
        {{{"DateLessThan", "aws:CurrentTime", "2024-01-01"}, {"DateGreaterThan", "aws:EpochTime", "1767225600"}},
         CONSTRAINT_NO},
        {{{"ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"},
          {"ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:*"}},
         CONSTRAINT_NO},
        {{{"StringEquals", "sts:RoleSessionName", "a"}}, CONSTRAINT_NO}, /* shorter than any session name */
        {{{"StringLike", "sts:RoleSessionName", "a b"}}, CONSTRAINT_NO}, /* not in the alphabet */
        {{{"ForAllValues:StringEquals", "aws:TagKeys", "team"}, {"ForAnyValue:StringEquals", "aws:TagKeys", "cost"}},
         CONSTRAINT_NO},
        {{{"ForAllValues:StringEquals", "aws:TagKeys", "team"}, {"Null", "aws:TagKeys", "false"}}, CONSTRAINT_YES},
        {{{"ForAnyValue:StringEquals", "aws:TagKeys", "team"}, {"ForAnyValue:StringEquals", "aws:TagKeys", "cost"}},
         CONSTRAINT_YES},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        constraint all = CONSTRAINT_TRUE;
        for (size_t j = 0; j < 4 && rows[i].parts[j][0] != NULL; j++)
            all = constraint_and(pool, all, atom(rows[i].parts[j][0], rows[i].parts[j][1], rows[i].parts[j][2]));
        if (constraint_satisfiable(pool, all) != rows[i].answer)
            fail_msg("row %zu: %s %s", i, rows[i].parts[0][0], rows[i].parts[0][2]);
        json_t *witness = constraint_witness(pool, all);
        assert_int_equal(witness != NULL, rows[i].answer == CONSTRAINT_YES);
        json_decref(witness);
    }
}

/* Texts of a form (ingest/policy/form.h) that a pattern of a policy takes: names are made of what they are made of. */
static void forms(void **state)
{
    static const char *const form = "o:\x02"
                                    "a-z"
                                    "\x02@\x02"
                                    "0-9"
                                    "\x02:*";
    static const struct {
        const char *pattern;
        enum constraint_answer answer;
    } rows[] = {
        {"*", CONSTRAINT_YES},         {"o:me@*", CONSTRAINT_YES}, {"o:*@1:x", CONSTRAINT_YES},
        {"o:me@x*", CONSTRAINT_NO},    {"o:m:e@*", CONSTRAINT_NO}, {"O:*", CONSTRAINT_NO},
        {"o:me*e@?:", CONSTRAINT_YES}, {"o:@*", CONSTRAINT_NO},    {"o:me@1:*@2:x", CONSTRAINT_YES},
    };
    const struct condition_name in_form = {.op = &condition_in_form}, folded = {.op = &condition_in_form_ignoring_case};
    (void)state;
    constraint of_form = constraint_atom(pool, &in_form, "login.example.com:sub", "", &form, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        constraint all = constraint_and(pool, of_form, atom("StringLike", "login.example.com:sub", rows[i].pattern));
        if (constraint_satisfiable(pool, all) != rows[i].answer)
            fail_msg("%s", rows[i].pattern);
        json_t *witness = constraint_witness(pool, all);
        assert_int_equal(witness != NULL, rows[i].answer == CONSTRAINT_YES);
        json_decref(witness);
    }
    static const char *const mine = "o:ME@*";
    constraint others = constraint_not(pool, constraint_atom(pool, &folded, "login.example.com:sub", "", &mine, 1));
    others = constraint_and(pool, others, of_form);
    assert_int_equal(constraint_satisfiable(pool, others), CONSTRAINT_YES);
    others = constraint_and(pool, others, atom("StringEqualsIgnoreCase", "login.example.com:sub", "o:Me@1:"));
    assert_int_equal(constraint_satisfiable(pool, others), CONSTRAINT_NO);
}

static void algebra(void **state)
{
    constraint a = atom("StringEquals", "sts:ExternalId", "a1"), b = atom("Bool", "aws:MultiFactorAuthPresent", "true");
    (void)state;
    assert_int_equal(constraint_and(pool, a, b), constraint_and(pool, b, a));
    assert_int_equal(constraint_or(pool, a, constraint_not(pool, a)), CONSTRAINT_TRUE);
    assert_int_equal(constraint_and(pool, a, constraint_not(pool, a)), CONSTRAINT_FALSE);
    assert_int_equal(constraint_not(pool, constraint_not(pool, a)), a);
    assert_int_equal(constraint_and(pool, a, CONSTRAINT_TRUE), a);
    assert_int_equal(constraint_or(pool, a, constraint_and(pool, a, b)), a);
    assert_int_equal(constraint_implies(pool, constraint_and(pool, a, b), a), CONSTRAINT_YES);
    assert_int_equal(constraint_implies(pool, a, constraint_and(pool, a, b)), CONSTRAINT_NO);
    assert_int_equal(constraint_valid(pool, constraint_or(pool, b, constraint_not(pool, b))), CONSTRAINT_YES);
    assert_int_equal(constraint_valid(pool, a), CONSTRAINT_NO);
}

static void plain_implication(void **state)
{
    constraint a = atom("StringEquals", "sts:ExternalId", "a1"), b = atom("Bool", "aws:MultiFactorAuthPresent", "true");
    constraint c = constraint_fact(pool, "c"), d = constraint_fact(pool, "d");
    constraint both = constraint_and(pool, a, b), either = constraint_or(pool, c, d);
    constraint three = constraint_or(pool, either, a);
    (void)state;
    assert_true(constraint_plainly_implies(pool, both, a) && constraint_plainly_implies(pool, both, both));
    assert_true(constraint_plainly_implies(pool, constraint_and(pool, both, c), both));
    assert_true(constraint_plainly_implies(pool, a, CONSTRAINT_TRUE));
    assert_true(constraint_plainly_implies(pool, CONSTRAINT_FALSE, a));
    assert_true(constraint_plainly_implies(pool, c, either) && constraint_plainly_implies(pool, either, three));
    assert_true(constraint_plainly_implies(pool, constraint_and(pool, b, c), constraint_and(pool, b, three)));
    assert_false(constraint_plainly_implies(pool, a, both) || constraint_plainly_implies(pool, a, b));
    assert_false(constraint_plainly_implies(pool, a, CONSTRAINT_FALSE));
    assert_false(constraint_plainly_implies(pool, CONSTRAINT_TRUE, a));
    assert_false(constraint_plainly_implies(pool, either, c) || constraint_plainly_implies(pool, three, either));
    assert_false(constraint_plainly_implies(pool, constraint_and(pool, a, either), constraint_and(pool, b, either)));
}

static void fixing(void **state)
{
    const char *const right[] = {"a1"}, *const wrong[] = {"zz"};
    constraint a = atom("StringEquals", "sts:ExternalId", "a1");
    (void)state;
    assert_int_equal(constraint_fix(pool, a, "sts:ExternalId", right, 1), CONSTRAINT_TRUE);
    assert_int_equal(constraint_fix(pool, a, "STS:externalid", right, 1), CONSTRAINT_TRUE);
    assert_int_equal(constraint_fix(pool, a, "sts:ExternalId", wrong, 1), CONSTRAINT_FALSE);
    assert_int_equal(constraint_fix(pool, a, "sts:ExternalId", NULL, 0), CONSTRAINT_FALSE);
    assert_int_equal(constraint_fix(pool, a, "aws:UserAgent", wrong, 1), a);
    assert_true(constraint_forces_presence(pool, a, "sts:ExternalId"));
    assert_false(constraint_forces_presence(pool, constraint_not(pool, a), "sts:ExternalId"));
}

static void assert_words(constraint formula, const char *expected)
{
    json_t *words = constraint_words(pool, formula);
    char *text = json_dumps(words, JSON_COMPACT);
    if (strcmp(text, expected) != 0)
        fail_msg("%s instead of %s", text, expected);
    free(text);
    json_decref(words);
}

static void words(void **state)
{
    constraint a = atom("StringEquals", "sts:ExternalId", "a1"), b = atom("Bool", "aws:MultiFactorAuthPresent", "true");
    (void)state;
    assert_words(CONSTRAINT_TRUE, "[]");
    assert_words(CONSTRAINT_FALSE, "[\"never\"]");
    assert_words(constraint_and(pool, a, b), "[\"aws:MultiFactorAuthPresent = true\",\"sts:ExternalId = \\\"a1\\\"\"]");
    assert_words(constraint_or(pool, a, b), "[\"aws:MultiFactorAuthPresent = true or sts:ExternalId = \\\"a1\\\"\"]");
    assert_words(atom("IpAddress", "aws:SourceIp", "10.0.0.0/8"), "[\"aws:SourceIp in 10.0.0.0/8\"]");
    assert_words(atom("StringLike", "sts:RoleSessionName", "alice-*"),
                 "[\"sts:RoleSessionName like \\\"alice-*\\\"\"]");
}

/* Keys print alike whatever was made before: as the table has them, else as they were given. In any spelling they are
 * one key, so what says the same in two spellings is said once. */
static void spelling(void **state)
{
    constraint written = atom("StringEquals", "aws:PrincipalTag/CostCenter", "x");
    constraint small = atom("StringEquals", "aws:PrincipalTag/costcenter", "x");
    constraint other = atom("StringNotEquals", "aws:PrincipalTag/COSTCENTER", "x");
    (void)state;
    assert_words(atom("StringEquals", "STS:externalid", "a1"), "[\"sts:ExternalId = \\\"a1\\\"\"]");
    assert_words(written, "[\"aws:PrincipalTag/CostCenter = \\\"x\\\"\"]");
    assert_words(small, "[\"aws:PrincipalTag/costcenter = \\\"x\\\"\"]");
    assert_words(atom("StringEquals", "my:OWN", "x"), "[\"my:OWN = \\\"x\\\"\"]");
    assert_words(atom("StringEquals", "my:own", "x"), "[\"my:own = \\\"x\\\"\"]");
    assert_int_equal(constraint_implies(pool, written, small), CONSTRAINT_YES);
    assert_int_equal(constraint_satisfiable(pool, constraint_and(pool, small, other)), CONSTRAINT_NO);
    assert_words(constraint_and(pool, written, small), "[\"aws:PrincipalTag/costcenter = \\\"x\\\"\"]");
    assert_words(constraint_or(pool, small, written), "[\"aws:PrincipalTag/costcenter = \\\"x\\\"\"]");
}

static struct constraint_key to_second_hop(const struct constraint_key *key, void *context)
{
    (void)context;
    return (struct constraint_key){key->name, strcmp(key->name, "aws:SourceIp") == 0 ? 0 : 1};
}

/* The key of another hop is another variable, and says so. */
static void hops(void **state)
{
    const char *const value = "a1";
    constraint first = atom("StringEquals", "sts:ExternalId", "a1"),
               network = atom("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
               other = atom("StringNotEquals", "sts:ExternalId", "a1");
    constraint second = constraint_rename(pool, constraint_and(pool, other, network), to_second_hop, NULL);
    constraint both = constraint_and(pool, constraint_and(pool, first, network), second);
    (void)state;
    assert_int_equal(constraint_satisfiable(pool, constraint_and(pool, first, other)), CONSTRAINT_NO);
    assert_int_equal(constraint_satisfiable(pool, both), CONSTRAINT_YES);
    assert_words(second, "[\"aws:SourceIp in 10.0.0.0/8\",\"hop 2: sts:ExternalId != \\\"a1\\\" or absent\"]");
    assert_int_equal(constraint_fix(pool, second, "sts:ExternalId", &value, 1), second);
    struct constraint_key key = {"STS:externalid", 1};
    assert_int_equal(constraint_fix_in_hop(pool, second, key, &value, 1), CONSTRAINT_FALSE);
    assert_int_equal(constraint_absent(pool, second, key.name), CONSTRAINT_TRUE);
    assert_int_not_equal(constraint_absent_in_hop(pool, second, key), CONSTRAINT_TRUE);
}

/* Thousands of conditions must cost bounded time and memory, and never a wrong answer. */
static void hostile_formulas_end(void **state)
{
    constraint all = CONSTRAINT_TRUE;
    char value[64];
    (void)state;
    for (int i = 0; i < 300; i++) {
        constraint any = CONSTRAINT_FALSE;
        for (int j = 0; j < 8; j++) {
            snprintf(value, sizeof value, "*%d*%d*", i * 7 % 31, j * 13 % 29);
            any = constraint_or(pool, any, atom(j % 2 != 0 ? "StringLike" : "StringNotLike", "aws:UserAgent", value));
        }
        all = constraint_and(pool, all, any);
    }
    enum constraint_answer answer = constraint_satisfiable(pool, all);
    assert_true(answer == CONSTRAINT_YES || answer == CONSTRAINT_UNDECIDED);
}

/* How a formula was put together, and how much of it there was already, does not tell in what it is. */
static void many(void **state)
{
    enum { COUNT = 300 };
    constraint parts[COUNT], up = CONSTRAINT_TRUE, down = CONSTRAINT_TRUE, half = CONSTRAINT_TRUE;
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        char key[32];
        snprintf(key, sizeof key, "aws:RequestTag/k%d", i);
        parts[i] = atom("StringEquals", key, "v");
        up = constraint_and(pool, up, parts[i]);
    }
    for (int i = COUNT; i-- > 0;)
        down = constraint_and(pool, down, parts[i]);
    for (int i = 0; i < COUNT / 2; i++)
        half = constraint_and(pool, half, parts[i]);
    constraint one = half, other = half;
    for (int i = COUNT / 2; i < COUNT; i++) {
        one = constraint_and(pool, one, parts[i]);
        if (i % 2 == 1)
            other = constraint_and(pool, other, parts[i]);
    }
    assert_int_equal(up, down);
    assert_int_equal(up, one);
    assert_int_not_equal(up, other);
    assert_int_equal(constraint_and(pool, other, up), up);
    assert_int_equal(constraint_not(pool, constraint_not(pool, up)), up);
    assert_int_equal(constraint_and(pool, up, parts[COUNT / 3]), up);
    assert_int_equal(constraint_and(pool, up, constraint_not(pool, parts[COUNT / 3])), CONSTRAINT_FALSE);
    assert_int_equal(constraint_satisfiable(pool, up), CONSTRAINT_YES);

    /* What comes last can still contradict, absorb and be absorbed. */
    constraint late = atom("StringEquals", "aws:RequestTag/K7", "w"),
               aside = atom("Bool", "aws:SecureTransport", "true");
    assert_int_equal(constraint_satisfiable(pool, constraint_and(pool, up, late)), CONSTRAINT_NO);
    assert_int_equal(constraint_and(pool, up, constraint_or(pool, parts[9], aside)), up);
    constraint choice = constraint_or(pool, late, aside), with_choice = constraint_and(pool, up, choice);
    assert_int_not_equal(with_choice, up);
    assert_int_equal(constraint_and(pool, with_choice, aside), constraint_and(pool, up, aside));
    assert_int_equal(constraint_satisfiable(pool, with_choice), CONSTRAINT_YES);
    assert_int_equal(constraint_satisfiable(pool, constraint_and(pool, with_choice, constraint_not(pool, aside))),
                     CONSTRAINT_NO);
    constraint tags = atom("ForAllValues:StringEquals", "aws:TagKeys", "k1");
    assert_int_equal(constraint_satisfiable(pool, constraint_and(pool, up, tags)), CONSTRAINT_NO);
    assert_int_equal(constraint_satisfiable(pool, constraint_and(pool, parts[1], tags)), CONSTRAINT_YES);
}

/* What is stored is read back as the same formula, into a pool where other things were made first, and its text does
 * not tell what was made before it. */
static void packed(void **state)
{
    (void)state;
    static const char *const values[] = {"b;3", "", "a*", "\x01*3;x"};
    struct condition_name like;
    assert_true(condition_name_parse("ForAnyValue:StringLikeIfExists", &like));
    constraint listed = constraint_atom(pool, &like, "aws:PrincipalTag/Te am", "AROA:", values, 4);
    constraint id = atom("StringEquals", "sts:ExternalId", "x7"),
               mfa = atom("Bool", "aws:MultiFactorAuthPresent", "true");
    constraint fact = constraint_fact_of(pool, FACT_UNREADABLE, "it; 12;is so");
    const constraint formulas[] = {
        CONSTRAINT_FALSE,
        CONSTRAINT_TRUE,
        listed,
        constraint_not(pool, fact),
        constraint_and(pool, mfa, constraint_or(pool, constraint_not(pool, listed), constraint_and(pool, id, fact))),
        constraint_or(pool, constraint_and(pool, id, mfa), constraint_and(pool, listed, fact)),
    };
    struct constraint_pool *other = constraint_pool_new();
    struct condition_name equals = condition_plain(OPERATOR_STRING_EQUALS);
    const char *value = "x7";
    constraint_atom(other, &equals, "sts:ExternalId", "", &value, 1);
    constraint_fact_of(other, FACT_UNREADABLE, "it; 12;is so");
    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
        char *text = constraint_pack(pool, formulas[i]);
        constraint same = CONSTRAINT_FALSE, there = CONSTRAINT_FALSE;
        assert_true(constraint_unpack(pool, text, &same));
        assert_int_equal(same, formulas[i]);
        assert_true(constraint_unpack(other, text, &there));
        char *again = constraint_pack(other, there);
        assert_string_equal(again, text);
        json_t *words = constraint_words(pool, formulas[i]), *there_words = constraint_words(other, there);
        assert_true(json_equal(words, there_words));
        json_decref(words);
        json_decref(there_words);
        free(again);
        /* No beginning of it, and nothing behind it, is a formula. */
        size_t length = strlen(text);
        for (size_t end = 0; end < length; end++) {
            char *part = strndup(text, end);
            assert_false(constraint_unpack(other, part, &there));
            free(part);
        }
        char longer[2000];
        snprintf(longer, sizeof longer, "%sT", text);
        assert_false(constraint_unpack(other, longer, &there));
        free(text);
    }
    constraint_pool_free(other);
}

/* What names one role is packed as what names another, and comes back as it was of each. */
static void packed_about(void **state)
{
    static const char *const subjects[] = {"1/one", "1/another", "1/one-more"};
    char *texts[3];
    (void)state;
    constraint other = constraint_fact(pool, "a stack has role 1/elsewhere"), mfa;
    mfa = atom("Bool", "aws:MultiFactorAuthPresent", "true");
    for (size_t i = 0; i < 3; i++) {
        char *fact = memory_print("a function runs with role %s, it; 3;is so", subjects[i]);
        constraint named = constraint_not(pool, constraint_fact(pool, fact)), read;
        constraint formula = constraint_and(pool, mfa, constraint_or(pool, named, other));
        bool about = false;
        texts[i] = constraint_pack_about(pool, formula, subjects[i]);
        assert_true(constraint_unpack_about(pool, texts[i], subjects[i], &read, &about));
        assert_true(about);
        assert_int_equal(read, formula);
        assert_string_equal(texts[i], texts[0]);
        assert_false(constraint_unpack(pool, texts[i], &read));
        /* Of what does not name it nothing is left out. */
        char *plain = constraint_pack(pool, formula), *same = constraint_pack_about(pool, formula, "1/elsewhere-2");
        assert_string_equal(same, plain);
        assert_true(constraint_unpack_about(pool, plain, subjects[i], &read, &about));
        assert_false(about);
        assert_int_equal(read, formula);
        free(plain);
        free(same);
        free(fact);
    }
    for (size_t i = 0; i < 3; i++)
        free(texts[i]);
}

/* Texts that a damaged database may hold. */
static void packed_badly(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "X",
                                        "!",
                                        "&;",
                                        "&99999999999999999999;T",
                                        "?7;1;x",
                                        "?0;2;x",
                                        "^0;1;x1;y",
                                        "^0;1;x2;y",
                                        "=4;Nope1;k0;0;",
                                        "=12;StringEquals",
                                        "&3;TT",
                                        "=4;Bool1;k0;4000000000;"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        constraint formula;
        assert_false(constraint_unpack(pool, texts[i], &formula));
    }
    char deep[5000];
    memset(deep, '!', sizeof deep);
    deep[sizeof deep - 2] = 'T';
    deep[sizeof deep - 1] = '\0';
    constraint formula;
    assert_false(constraint_unpack(pool, deep, &formula));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* One of five conditions on two keys, of which some say what others do. */
static constraint condition_number(struct constraint_pool *to, int number)
{
    static const char *const conditions[][3] = {{"StringLike", "sts:ExternalId", "a*"},
                                                {"StringEquals", "sts:ExternalId", "ab"},
                                                {"StringLike", "sts:RoleSessionName", "x-*"},
                                                {"StringNotEquals", "sts:ExternalId", "b"},
                                                {"StringLike", "sts:ExternalId", "*b"}};
    struct condition_name name;
    assert_true(condition_name_parse(conditions[number][0], &name));
    return constraint_atom_in_hop(to, &name, (struct constraint_key){conditions[number][1], 0}, "",
                                  &conditions[number][2], 1);
}

/* (0 or 2) and 3 and 4 and not (1 and 2), with the conditions made in that order before; as words and a witness. */
static char *shown_after(const int *order)
{
    struct constraint_pool *own = constraint_pool_new();
    for (int i = 0; i < 5; i++)
        condition_number(own, order[i]);
    constraint both = constraint_and(own, condition_number(own, 1), condition_number(own, 2));
    constraint formula = constraint_or(own, condition_number(own, 0), condition_number(own, 2));
    formula = constraint_and(own, formula, constraint_not(own, both));
    formula = constraint_and(own, formula, constraint_and(own, condition_number(own, 3), condition_number(own, 4)));
    json_t *shown = json_array();
    json_array_append_new(shown, constraint_words(own, formula));
    json_array_append_new(shown, constraint_witness(own, formula));
    char *text = json_dumps(shown, JSON_COMPACT);
    json_decref(shown);
    constraint_pool_free(own);
    return text;
}

/* What is shown of a formula does not depend on what the pool held before. */
static void shown_alike(void **state)
{
    static const int orders[][5] = {{1, 2, 3, 4, 0}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}, {3, 4, 1, 0, 2}};
    static const int first[] = {0, 1, 2, 3, 4};
    char *expected = shown_after(first);
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        char *shown = shown_after(orders[i]);
        assert_string_equal(shown, expected);
        free(shown);
    }
    free(expected);
}

/* Formulas of many parts, made in an order that depends on the number; whether they can hold together with others. */
static constraint make_numbered(uint32_t number)
{
    constraint result = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < 20; i++) {
        char value[32];
        snprintf(value, sizeof value, "v%u", (number * 7 + i * (number % 5 + 1)) % 90);
        constraint one = atom(i % 3 == 0 ? "StringNotEquals" : "StringEquals", "sts:ExternalId", value);
        constraint two = atom("StringLike", "sts:RoleSessionName", value);
        result = constraint_or(pool, result, constraint_and(pool, one, two));
    }
    return result;
}

/* Handles of before mean the same, and what is made again gets the handles that it would have got. */
static void there_and_back(void **state)
{
    constraint kept[30], once[30];
    enum constraint_answer answers[30];
    (void)state;
    for (uint32_t i = 0; i < 30; i++)
        kept[i] = make_numbered(i);
    for (int round = 0; round < 3; round++) {
        struct constraint_mark mark = constraint_pool_stand(pool);
        for (uint32_t i = 0; i < 30; i++) {
            constraint both = constraint_and(pool, kept[i], constraint_not(pool, make_numbered(i + 100)));
            enum constraint_answer answer = constraint_satisfiable(pool, both);
            assert_true(round == 0 || (both == once[i] && answer == answers[i]));
            once[i] = both;
            answers[i] = answer;
        }
        constraint_pool_return(pool, &mark);
        for (uint32_t i = 0; i < 30; i++)
            assert_int_equal(make_numbered(i), kept[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(satisfiable), TEST(forms),        TEST(algebra),      TEST(plain_implication),    TEST(fixing),
        TEST(words),       TEST(spelling),     TEST(hops),         TEST(hostile_formulas_end), TEST(many),
        TEST(packed),      TEST(packed_about), TEST(packed_badly), TEST(shown_alike),          TEST(there_and_back)};
    return cmocka_run_group_tests_name("constraint", tests, NULL, NULL);
}
