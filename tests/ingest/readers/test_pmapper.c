#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>

#define ALLOW                                                                                                          \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"*"  \
    "\"}]}"
#define NODE_ROLE(trusted)                                                                                             \
    "{\"arn\":\"arn:aws:iam::111122223333:role/app/R\",\"id_value\":\"AROAR0000000000000\",\"attached_policies\":[{"   \
    "\"arn\":\"arn:aws:iam::111122223333:role/app/R\",\"name\":\"p\"},{\"arn\":\"arn:aws:iam::111122223333:policy/M\"" \
    ",\"name\":\"M\"}],\"group_memberships\":[],\"trust_policy\":" TRUST(trusted) ",\"active_password\":false,"        \
                                                                                  "\"access_keys\":0,\"permissions_"   \
                                                                                  "boundary\":{\"arn\":\"arn:aws:iam"  \
                                                                                  "::111122223333:policy/M\",\"name"   \
                                                                                  "\":\"M\"},\"has_mfa\":false,"       \
                                                                                  "\"tags\":{\"team\":\"a\"}}"
#define NODE_USER                                                                                                      \
    "{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"id_value\":\"AIDAU\",\"attached_policies\":[],"                   \
    "\"group_memberships\":[\"arn:aws:iam::111122223333:group/g\"],\"trust_policy\":null,\"active_password\":true,"    \
    "\"access_keys\":2,\"permissions_boundary\":null,\"has_mfa\":false,\"tags\":{}}"
#define NODES "[\n" NODE_ROLE("222233334444") ",\n" NODE_USER "]"
#define GROUPS                                                                                                         \
    "[{\"arn\":\"arn:aws:iam::111122223333:group/g\",\"attached_policies\":[{\"arn\":\"arn:aws:iam::111122223333:"     \
    "group/g\",\"name\":\"q\"}]}]"
#define POLICIES                                                                                                       \
    "[{\"arn\":\"arn:aws:iam::111122223333:role/app/R\",\"name\":\"p\",\"policy_doc\":" ALLOW                          \
    "},{\"arn\":\"arn:aws:iam::111122223333:policy/M\",\"name\":\"M\",\"policy_doc\":" ALLOW                           \
    "},{\"arn\":\"arn:aws:iam::111122223333:group/g\",\"name\":\"q\",\"policy_doc\":" ALLOW "}]"

static void assert_whole(struct world *world)
{
    assert_number(world, "SELECT count(*) FROM principal", 3);
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '222233334444'", 1);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%:role/app/R'", 2);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE kind = 'group'", 1);
    assert_number(world, "SELECT count(*) FROM attachment", 3);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NOT NULL", 1);
    assert_number(world, "SELECT sum(identity_known) + sum(tags_known) FROM principal WHERE kind <> 'group'", 4);
    assert_number(world, "SELECT count(*) FROM principal WHERE boundary_document IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM principal_tag", 1);
    assert_number(world, "SELECT password * 100 + mfa * 10 + access_keys FROM credential", 101);
    assert_number(world, "SELECT count(*) FROM account WHERE detail = 'full'", 1);
    assert_sound(world);
}

/* In whatever order the files come, and when they come again. */
static void a_graph(void **state)
{
    static const char *const names[][3] = {{"groups.json", "nodes.json", "policies.json"},
                                           {"3.json", "2.json", "1.json"}};
    (void)state;
    for (int order = 0; order < 2; order++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, names[order][0], GROUPS);
        put_text(world, names[order][1], NODES);
        put_text(world, names[order][2], POLICIES);
        put_text(world, "metadata.json", "{\"account_id\":\"111122223333\",\"pmapper_version\":\"1.1.5\"}");
        put_text(world, "edges.json",
                 "[{\"source\":\"a\",\"destination\":\"b\",\"reason\":\"c\",\"short_reason\":\"d\"}]");
        load(world);
        assert_whole(world);
        assert_verdict(world, "edges.json", "skipped", "PMapper's conclusions");
        put_text(world, names[order][2], POLICIES "\n");
        load(world);
        assert_whole(world);
        tear_down(&made);
    }
}

/* Half of a graph says what the other half would: nothing is taken for absent. */
static void half_a_graph(void **state)
{
    struct world *world = *state;
    put_text(world, "policies.json", POLICIES);
    load(world);
    assert_number(world, "SELECT sum(identity_known) FROM principal", 0);
    assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'role' AND trust_document IS NULL", 1);
    assert_number(world, "SELECT count(*) FROM account WHERE detail = 'full'", 0);
    put_text(world, "policies.json", "{}");
    put_text(world, "nodes.json", NODES);
    load(world);
    assert_number(world, "SELECT count(*) FROM attachment WHERE kind = 'inline' AND document IS NULL", 1);
    assert_sound(world);
}

static void authorization_details_win(void **state)
{
    (void)state;
    for (int order = 0; order < 4; order++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, order % 2 == 0 ? "1.json" : "3.json",
                 "[" NODE_USER
                 ",{\"arn\":\"arn:aws:iam::111122223333:role/R\",\"attached_policies\":[],\"trust_policy\":" TRUST(
                     "222233334444") "}]");
        if (order >= 2)
            load(world);
        put_text(world, "2.json", DETAILS(USER("111122223333", "u"), ROLE("111122223333", "R")));
        load(world);
        assert_number(world, "SELECT count(*) FROM trusts", 1);
        assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '111122223333'", 1);
        assert_number(world, "SELECT count(*) FROM group_membership", 0);
        assert_sound(world);
        tear_down(&made);
    }
}

static void what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *text, *code, *pointer;
    } rows[] = {
        {"[{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"attached_policies\":7}]", "unexpected-type",
         "/0/attached_policies"},
        {"[{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"attached_policies\":[{\"name\":\"x\"}]}]", "missing-member",
         "/0/attached_policies/0"},
        {"[{\"arn\":\"arn:aws:s3:::b\",\"attached_policies\":[]}]", "missing-member", "/0"},
        {"[{\"arn\":\"arn:aws:iam::111122223333:role/r\",\"attached_policies\":[]}]", "missing-member", "/0"},
        {"[{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"name\":\"n\",\"policy_doc\":\"x\"}]", "invalid-policy",
         "/0/policy_doc"},
        {"[{\"name\":\"n\",\"policy_doc\":{}}]", "missing-member", "/0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, "x.json", rows[i].text);
        load(world);
        assert_verdict(world, "x.json", "partial", "");
        assert_string_equal(problem_of(world, rows[i].code)->pointer, rows[i].pointer);
        assert_number(world, "SELECT coalesce(max(identity_known), 0) FROM principal WHERE kind = 'user'", 0);
        assert_sound(world);
        tear_down(&made);
    }
}

static void hostile(void **state)
{
    assert_withstands(*state, "nodes.json", NODES);
    assert_withstands(*state, "policies.json", POLICIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_graph), TEST(half_a_graph),
                                       cmocka_unit_test(authorization_details_win),
                                       cmocka_unit_test(what_is_wrong_is_said), TEST(hostile)};
    return cmocka_run_group_tests_name("pmapper", tests, NULL, NULL);
}
