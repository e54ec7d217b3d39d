/* Loading into a database that holds something, and exports that say the same thing in several files. */
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ALLOW(action)                                                                                                  \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":\"*\"}]}"
/* A role with more members. */
#define ROLE_WITH(account, name, members)                                                                              \
    "{\"Path\":\"/\",\"RoleName\":\"" name "\",\"Arn\":\"arn:aws:iam::" account ":role/" name                          \
    "\",\"AssumeRolePolicyDocument\":" TRUST("111122223333") members "}"
#define INLINE(name, action)                                                                                           \
    ",\"AttachedManagedPolicies\":[],\"RolePolicyList\":[{\"PolicyName\":\"" name                                      \
    "\",\"PolicyDocument\":" ALLOW(action) "}]"
#define TAGS(key) ",\"Tags\":[{\"Key\":\"" key "\",\"Value\":\"x\"}]"
#define PAGE(roles, more) "{\"RoleDetailList\":[" roles "],\"IsTruncated\":" more "}"
#define AWS_POLICY                                                                                                     \
    "{\"PolicyName\":\"Foo\",\"Arn\":\"arn:aws:iam::aws:policy/"                                                       \
    "Foo\",\"DefaultVersionId\":\"v1\",\"PolicyVersionList\":[{"                                                       \
    "\"Document\":" ALLOW("sts:AssumeRole") ",\"VersionId\":\"v1\",\"IsDefaultVersion\":true}]}"

static void get_role_before_changed_details(void **state)
{
    struct world *world = *state;
    put_text(world, "a.json", "{\"Role\":" ROLE_WITH("111122223333", "R", "") "}");
    put_text(world, "b.json", DETAILS("", ROLE_WITH("111122223333", "R", INLINE("old", "s3:*"))));
    load(world);
    put_text(world, "a.json", "{\"Role\":" ROLE_WITH("111122223333", "R", ",\"MaxSessionDuration\":7200") "}");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal WHERE identity_known", 1);
    assert_number(world, "SELECT count(*) FROM attachment WHERE name = 'old'", 1);
    put_text(world, "a.json", "{\"Role\":" ROLE_WITH("111122223333", "R", ",\"MaxSessionDuration\":3600") "}");
    put_text(world, "b.json",
             DETAILS("", ROLE_WITH("111122223333", "R", INLINE("new", "s3:*")) "," ROLE("111122223333", "S")));
    load(world);
    assert_number(world, "SELECT count(*) FROM principal WHERE identity_known", 2);
    assert_number(world, "SELECT max_session_duration FROM principal WHERE name = 'R'", 3600);
    assert_number(world, "SELECT count(*) FROM attachment", 1);
    assert_number(world, "SELECT count(*) FROM attachment WHERE name = 'new'", 1);
    assert_sound(world);
}

static void a_changed_list_of_a_query_replaces_policies_and_tags(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json", "[" ROLE_WITH("111122223333", "R", INLINE("old", "s3:*") TAGS("old")) "]");
    load(world);
    put_text(world, "x.json", "[" ROLE_WITH("111122223333", "R", INLINE("new", "s3:*") TAGS("new")) "]");
    load(world);
    assert_number(world, "SELECT count(*) FROM attachment", 1);
    assert_number(world, "SELECT count(*) FROM attachment WHERE name = 'new'", 1);
    assert_number(world, "SELECT count(*) FROM principal_tag", 1);
    assert_number(world, "SELECT count(*) FROM principal_tag WHERE key = 'new'", 1);
    assert_sound(world);
}

static void a_new_list_of_roles_drops_roles_that_are_gone(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json",
             "{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "," ROLE_WITH("111122223333", "S", "") "]}");
    load(world);
    put_text(world, "x.json", "{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 1);
    assert_number(world, "SELECT count(*) FROM source", 1);
    /* A page that says that more follow drops nothing. */
    put_text(world, "x.json", "{\"Roles\":[" ROLE_WITH("111122223333", "S", "") "],\"IsTruncated\":true}");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_number(world, "SELECT truncated FROM account", 1);
    assert_sound(world);
}

static void files_that_disagree_are_reported(void **state)
{
    struct world *world = *state;
    put_text(world, "a.json", DETAILS("", ROLE_WITH("111122223333", "R", INLINE("p", "s3:*"))));
    put_text(world, "b.json", DETAILS("", ROLE_WITH("111122223333", "R", INLINE("p", "sts:AssumeRole"))));
    load(world);
    assert_non_null(strstr(problem_of(world, "exports-disagree")->path, "b.json"));
    assert_number(world, "SELECT count(*) FROM attachment", 1);
    put_text(world, "b.json", DETAILS("", ROLE_WITH("111122223333", "R", INLINE("p", "s3:*"))));
    load(world);
    assert_int_equal(world->result.problem_count, 0);
}

static void pages_in_any_order(void **state)
{
    static const struct {
        const char *first, *second;
        int truncated; /* accounts */
    } rows[] = {
        {PAGE(ROLE("111122223333", "R"), "true"), PAGE(ROLE("111122223333", "S"), "false"), 0},
        {PAGE(ROLE("111122223333", "R"), "false"), PAGE(ROLE("111122223333", "S"), "true"), 0},
        {PAGE(ROLE("111122223333", "R"), "true"), PAGE(ROLE("111122223333", "S"), "true"), 1},
        {PAGE(ROLE("111122223333", "R"), "true"), PAGE(ROLE("222233334444", "S"), "false"), 1},
        {PAGE(ROLE("111122223333", "R"), "true"), "{\"Policies\":[" AWS_POLICY "],\"IsTruncated\":false}", 0},
        {PAGE(ROLE("111122223333", "R"), "true"), "{\"Roles\":[],\"IsTruncated\":false}", 1},
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        char both[8192];
        snprintf(both, sizeof both, "%s\n%s", rows[i / 2].first, rows[i / 2].second);
        put_text(world, "1.json", i % 2 == 0 ? both : rows[i / 2].first);
        if (i % 2 == 1)
            put_text(world, "2.json", rows[i / 2].second);
        load(world);
        int64_t found = number(world, "SELECT count(*) FROM account WHERE truncated");
        if (found != rows[i / 2].truncated)
            fail_msg("row %zu, in %s: %lld", i / 2, i % 2 == 0 ? "one file" : "two files", (long long)found);
        assert_sound(world);
        tear_down(&made);
    }
}

static void aws_managed_policies_of_another_page_or_account(void **state)
{
    struct world *world = *state;
    put_text(
        world, "1.json",
        PAGE(ROLE("111122223333", "A") "," ROLE_WITH(
                 "222233334444", "R",
                 ",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[{\"PolicyName\":\"Foo\",\"PolicyArn\":\"arn:aws:"
                 "iam::aws:policy/Foo\"}],\"PermissionsBoundary\":{\"PermissionsBoundaryArn\":\"arn:aws:iam::aws:"
                 "policy/Foo\"}"),
             "true"));
    put_text(world, "2.json", "{\"Policies\":[" AWS_POLICY "],\"IsTruncated\":false}");
    load(world);
    assert_number(world, "SELECT count(*) FROM attachment WHERE document IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE boundary_document IS NOT NULL", 1);
    assert_sound(world);
}

static void a_listing_with_more_to_come_is_no_listing(void **state)
{
    struct world *world = *state;
    put_text(world, "list-targets-for-policy.p-aaaaaaaa.json", "{\"Targets\":[],\"NextToken\":\"x\"}");
    put_text(world, "list-targets-for-policy.p-bbbbbbbb.json", "{\"Targets\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM listing", 1);
    assert_number(world, "SELECT count(*) FROM listing WHERE argument = 'p-bbbbbbbb'", 1);
}

#define SCP(id) "{\"Id\":\"" id "\",\"Name\":\"" id "\",\"Type\":\"SERVICE_CONTROL_POLICY\"}"
#define TARGET(id) "{\"Targets\":[{\"TargetId\":\"" id "\"}]}"

static void what_the_organization_no_longer_has_is_dropped(void **state)
{
    struct world *world = *state;
    const char *scps = "list-policies.SERVICE_CONTROL_POLICY.json",
               *rcps = "list-policies.RESOURCE_CONTROL_POLICY.json";
    put_text(world, "list-roots.json",
             "{\"Roots\":[{\"Id\":\"r-aaaa\",\"PolicyTypes\":[{\"Type\":\"SERVICE_CONTROL_POLICY\",\"Status\":"
             "\"ENABLED\"}]}]}");
    put_text(world, scps, "{\"Policies\":[" SCP("p-aaaaaaaa") "," SCP("p-bbbbbbbb") "]}");
    put_text(world, rcps,
             "{\"Policies\":[{\"Id\":\"p-cccccccc\",\"Name\":\"c\",\"Type\":\"RESOURCE_CONTROL_POLICY\"}]}");
    put_text(world, "list-targets-for-policy.p-aaaaaaaa.json", TARGET("r-aaaa"));
    put_text(world, "list-targets-for-policy.p-bbbbbbbb.json", TARGET("r-aaaa"));
    put_text(world, "list-accounts-for-parent.r-aaaa.json", "{\"Accounts\":[{\"Id\":\"111122223333\"}]}");
    put_text(world, "list-organizational-units-for-parent.r-aaaa.json",
             "{\"OrganizationalUnits\":[{\"Id\":\"ou-aaaa-1\"}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM org_policy_target", 2);
    /* One page of many names not all there are. */
    put_text(world, scps, "{\"Policies\":[" SCP("p-aaaaaaaa") "],\"NextToken\":\"x\"}");
    load(world);
    assert_number(world, "SELECT count(*) FROM org_policy", 3);
    put_text(world, scps, "{\"Policies\":[" SCP("p-aaaaaaaa") "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM org_policy", 2);
    assert_number(world, "SELECT count(*) FROM org_policy_target", 1);
    assert_number(world, "SELECT count(*) FROM org_policy_target WHERE policy = 'p-aaaaaaaa'", 1);
    put_text(world, scps, "{\"Policies\":[]}");
    put_text(world, "list-roots.json", "{\"Roots\":[{\"Id\":\"r-aaaa\",\"PolicyTypes\":[]}]}");
    put_text(world, "list-accounts-for-parent.r-aaaa.json", "{\"Accounts\":[]}");
    put_text(world, "list-organizational-units-for-parent.r-aaaa.json", "{\"OrganizationalUnits\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM org_policy", 1);
    assert_number(world, "SELECT count(*) FROM org_policy_type", 0);
    assert_number(world, "SELECT count(*) FROM account WHERE parent <> ''", 0);
    assert_number(world, "SELECT count(*) FROM org_node WHERE parent <> ''", 0);
    assert_sound(world);
}

#define MEMBER(id) "{\"Id\":\"" id "\",\"Arn\":\"arn:aws:organizations::999999999999:account/o-a/" id "\"}"
#define MEMBERS(list) "{\"Accounts\":[" list "]}"

static void who_left_the_organization_is_remembered(void **state)
{
    struct world *world = *state;
    static const char both[] = MEMBERS(MEMBER("111122223333") "," MEMBER("222233334444")),
                      one[] = MEMBERS(MEMBER("111122223333"));
    put_text(world, "list-accounts.json", both);
    load(world);
    put_text(world, "list-accounts.json", both);
    load(world);
    assert_number(world, "SELECT count(*) FROM former_member", 0);
    put_text(world, "list-accounts.json", "{\"Accounts\":[" MEMBER("111122223333") "],\"NextToken\":\"x\"}");
    load(world);
    assert_number(world, "SELECT count(*) FROM former_member", 0);
    put_text(world, "list-accounts.json", both);
    load(world);
    put_text(world, "list-accounts.json", one);
    /* Listed under its unit before it was listed at all. */
    put_text(world, "list-accounts-for-parent.ou-1.json", MEMBERS(MEMBER("333344445555")));
    load(world);
    assert_number(world, "SELECT count(*) FROM former_member", 1);
    assert_number(world,
                  "SELECT count(*) FROM former_member WHERE account = '222233334444' AND organization = 'o-a' AND "
                  "length(listed) = 20 AND listed <= missing",
                  1);
    load(world);
    put_text(world, "x.json", DETAILS("", ROLE("111122223333", "R")));
    load(world);
    assert_number(world, "SELECT count(*) FROM former_member", 1);
    put_text(world, "list-accounts.json", both);
    load(world);
    assert_number(world, "SELECT count(*) FROM former_member", 0);
    assert_sound(world);
}

static void a_file_that_is_again_what_it_was_counts_again(void **state)
{
    struct world *world = *state;
    put_text(world, "list-policies.json", "{\"Policies\":[" SCP("p-aaaaaaaa") "]}");
    for (int times = 0; times < 2; times++) {
        put_text(world, "list-targets-for-policy.p-aaaaaaaa.json", TARGET("r-aaaa"));
        load(world);
        assert_number(world, "SELECT count(*) FROM org_policy_target WHERE target = 'r-aaaa'", 1);
        put_text(world, "list-targets-for-policy.p-aaaaaaaa.json", TARGET("ou-aaaa-1"));
        load(world);
        assert_number(world, "SELECT count(*) FROM org_policy_target WHERE target = 'ou-aaaa-1'", 1);
        assert_number(world, "SELECT count(*) FROM org_policy_target", 1);
    }
}

static void the_first_good_file_after_a_bad_one_is_a_first_load(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json", "{\"RoleDetailList\":[{\"Arn\":");
    load(world);
    assert_verdict(world, "x.json", "refused", "broken JSON");
    put_text(world, "x.json", DETAILS(USER("111122223333", "A"), ROLE("111122223333", "R")));
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_sound(world);
}

static void what_was_wrong_before_is_said_again(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json", DETAILS("", ROLE("111122223333", "R") ",5"));
    load(world);
    assert_verdict(world, "x.json", "partial", "1 role");
    assert_true(world->result.incomplete);
    int64_t changes = number(world, "SELECT total_changes()");
    load(world);
    assert_verdict(world, "x.json", "partial", "not changed since");
    assert_true(world->result.incomplete && world->result.nothing_new);
    assert_number(world, "SELECT total_changes()", changes);
}

static void a_broken_file_takes_nothing_away(void **state)
{
    struct world *world = *state;
    const char *good = DETAILS(USER("111122223333", "A"), ROLE("111122223333", "R"));
    put_text(world, "x.json", good);
    load(world);
    put_text(world, "x.json", "{\"RoleDetailList\":[{\"Arn\":");
    load(world);
    assert_verdict(world, "x.json", "refused", "broken JSON");
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_number(world, "SELECT count(*) FROM source", 2);
    put_text(world, "x.json", good);
    load(world);
    assert_false(world->result.incomplete);
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_number(world, "SELECT count(*) FROM source", 1);
    assert_sound(world);
}

/* A plan has a document of a policy that a role of the authorization details is attached to. */
static void a_plan_alone_that_lent_a_policy(void **state)
{
    struct world *world = *state;
    char path[512];
    const char *const paths[] = {path};
    char *error = NULL;
    snprintf(path, sizeof path, "%s/111122223333.json", world->folder);
    put_text(world, "details.json",
             DETAILS("", ROLE_WITH("111122223333", "R",
                                   ",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[{\"PolicyName\":\"M\","
                                   "\"PolicyArn\":\"arn:aws:iam::111122223333:policy/M\"}]")));
    put_text(world, "111122223333.json",
             "{\"Resources\":{\"P\":{\"Type\":\"AWS::IAM::ManagedPolicy\",\"Properties\":{\"ManagedPolicyName\":\"M\","
             "\"PolicyDocument\":" ALLOW("sts:AssumeRole") "}}}}");
    load(world);
    assert_number(world, "SELECT count(*) FROM attachment WHERE document IS NOT NULL", 1);
    put_text(world, "111122223333.json", "{\"Resources\":{\"Q\":{\"Type\":\"AWS::IAM::User\"}}}");
    load_result_free(&world->result);
    assert_true(load_paths(world->store, paths, 1, NULL, &world->result, &error));
    assert_number(world, "SELECT count(*) FROM attachment WHERE document IS NULL", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 'R' AND identity_known", 1);
    assert_number(world, "SELECT count(*) FROM account WHERE detail = 'full'", 1);
    assert_sound(world);
}

/* What another account lent says where it stands, also when the lender was loaded again. */
static void the_file_of_a_borrowed_policy(void **state)
{
    struct world *world = *state;
    char path[512];
    const char *const paths[] = {path};
    char *error = NULL;
    static const char lent[] = "SELECT count(*) FROM attachment a JOIN source s ON s.id = a.source JOIN principal p ON "
                               "p.id = a.principal WHERE p.account = '111122223333' AND s.path LIKE '%lender.json' AND "
                               "a.document IS NOT NULL AND a.line = ";
    char query[512];
    put_text(world, "borrower.json",
             DETAILS("", ROLE_WITH("111122223333", "R",
                                   ",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[{\"PolicyName\":\"Foo\","
                                   "\"PolicyArn\":\"arn:aws:iam::aws:policy/Foo\"}]")));
    put_text(world, "lender.json",
             "{\"RoleDetailList\":[" ROLE("222233334444", "L") "],\"Policies\":[" AWS_POLICY "]}");
    load(world);
    snprintf(query, sizeof query, "%s1", lent);
    assert_number(world, query, 1);
    snprintf(path, sizeof path, "%s/lender.json", world->folder);
    put_text(world, "lender.json",
             "{\"RoleDetailList\":[" ROLE("222233334444", "M") "],\n\"Policies\":[" AWS_POLICY "]}");
    load_result_free(&world->result);
    assert_true(load_paths(world->store, paths, 1, NULL, &world->result, &error));
    snprintf(query, sizeof query, "%s2", lent);
    assert_number(world, query, 1);
    assert_sound(world);
}

#define PLANNED_ROLE                                                                                                   \
    "{\"Resources\":{\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":\"R\","                           \
    "\"AssumeRolePolicyDocument\":" TRUST(                                                                             \
        "333344445555") ",\"Policies\":[{\"PolicyName\":\"p\",\"PolicyDocument\":" ALLOW("sts:AssumeRole") "}]}}}}"

/* A plan says what will be: whom a role trusts now the account tells, in any order and in one load or two. */
static void a_plan_and_a_list_of_roles(void **state)
{
    (void)state;
    for (int order = 0; order < 4; order++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        bool plan_first = order % 2 == 0;
        const char *plan = plan_first ? "1-111122223333.json" : "2-111122223333.json",
                   *roles = plan_first ? "2.json" : "1.json";
        if (plan_first || order < 2)
            put_text(world, plan, PLANNED_ROLE);
        if (order == 2)
            load(world);
        put_text(world, roles, "{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "]}");
        if (order == 3)
            load(world);
        put_text(world, plan, PLANNED_ROLE);
        load(world);
        assert_number(world, "SELECT count(*) FROM trusts", 1);
        assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '111122223333'", 1);
        assert_number(world, "SELECT count(*) FROM permissions_to_assume", 1);
        assert_number(
            world, "SELECT count(*) FROM principal p JOIN source s ON s.id = p.source WHERE s.kind = 'list-roles'", 1);
        /* The plan alone is not read again when a list comes later, which has newer facts. */
        if (order != 2)
            assert_int_equal(problem_of(world, "exports-disagree")->severity, PROBLEM_WARNING);
        assert_sound(world);
        tear_down(&made);
    }
}

/* What wins over one plan wins over two. */
static void two_plans_after_details(void **state)
{
    struct world *world = *state;
    const char *const paths[] = {world->folder};
    char *error = NULL;
    put_text(world, "details.json", DETAILS("", ROLE("111122223333", "R")));
    load(world);
    char gone[512];
    snprintf(gone, sizeof gone, "%s/details.json", world->folder);
    assert_int_equal(unlink(gone), 0);
    put_text(world, "1-111122223333.json", PLANNED_ROLE);
    put_text(world, "2-111122223333.json", PLANNED_ROLE "\n");
    load_result_free(&world->result);
    assert_true(load_paths(world->store, paths, 1, NULL, &world->result, &error));
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '111122223333'", 1);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume", 0);
    assert_sound(world);
}

static void put_both(struct world *world, const char *name)
{
    put_text(world, name, DETAILS(USER("111122223333", "U"), ROLE("111122223333", "R") "," ROLE("111122223333", "S")));
    load(world);
}

/* What a file told goes with it, even if what stands there now tells less. */
static void a_file_of_details_that_becomes_less(void **state)
{
    static const struct {
        const char *text, *said;
        int roles, known; /* roles whose policies are known */
    } rows[] = {
        {"{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "]}",
         "1 role of account 111122223333; replaces the authorization details that this file held, with 1 user and 2 "
         "roles loaded before",
         1, 0},
        {"{\"Role\":" ROLE_WITH("111122223333", "S", "") "}",
         "1 role of account 111122223333; replaces the authorization details that this file held, with 1 user and 2 "
         "roles loaded before",
         1, 0},
        {"{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "],\"IsTruncated\":true}",
         "1 role of account 111122223333; replaces the authorization details that this file held, with 1 user and 2 "
         "roles loaded before; truncated: more pages follow",
         1, 0},
        {DETAILS("", ROLE("111122223333", "R")),
         "1 role of account 111122223333; replaces 1 user and 2 roles loaded before", 1, 1},
        {DETAILS(USER("111122223333", "U"),
                 ROLE("111122223333", "R") "," ROLE("111122223333", "T") "," ROLE("111122223333", "V")),
         "1 user, 3 roles of account 111122223333", 3, 3},
        /* Another account has nothing to do with it. */
        {DETAILS("", ROLE("222233334444", "R")), "1 role of account 222233334444", 3, 3},
        {"{\"Roles\":[" ROLE_WITH("222233334444", "R", "") "]}", "1 role of account 222233334444", 3, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_both(world, "x.json");
        put_text(world, "x.json", rows[i].text);
        load(world);
        assert_verdict(world, "x.json", "loaded", rows[i].said);
        assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'role'", rows[i].roles);
        assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'role' AND identity_known", rows[i].known);
        assert_sound(world);
        tear_down(&made);
    }
}

/* Beside the file of the details a list adds, whichever comes first. */
static void a_list_in_another_file_replaces_no_details(void **state)
{
    struct world *world = *state;
    put_both(world, "m.json");
    put_text(world, "z.json", "{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 3);
    assert_number(world, "SELECT count(*) FROM principal WHERE identity_known", 3);
    put_text(world, "m.json", "{\"Roles\":[" ROLE_WITH("111122223333", "S", "") "]}");
    put_text(world, "n.json", DETAILS("", ROLE("111122223333", "R")));
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_number(world, "SELECT count(*) FROM principal WHERE identity_known", 1);
    assert_number(world, "SELECT count(*) FROM account WHERE detail = 'full'", 1);
    assert_sound(world);
}

static void a_list_alone_says_that_details_stay(void **state)
{
    struct world *world = *state;
    char *error = NULL, path[512];
    put_both(world, "m.json");
    snprintf(path, sizeof path, "%s/z.json", world->folder);
    put_text(world, "z.json", "{\"Roles\":[" ROLE_WITH("111122223333", "R", "") "]}");
    const char *const paths[] = {path};
    load_result_free(&world->result);
    assert_true(load_paths(world->store, paths, 1, NULL, &world->result, &error));
    assert_verdict(world, "z.json", "loaded",
                   "1 role of account 111122223333; the authorization details loaded earlier are kept");
    assert_number(world, "SELECT count(*) FROM principal", 3);
    assert_sound(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plan_and_a_list_of_roles),
        cmocka_unit_test(a_file_of_details_that_becomes_less),
        TEST(a_list_in_another_file_replaces_no_details),
        TEST(a_list_alone_says_that_details_stay),
        TEST(two_plans_after_details),
        TEST(the_file_of_a_borrowed_policy),
        TEST(a_plan_alone_that_lent_a_policy),
        TEST(get_role_before_changed_details),
        TEST(a_changed_list_of_a_query_replaces_policies_and_tags),
        TEST(a_new_list_of_roles_drops_roles_that_are_gone),
        TEST(files_that_disagree_are_reported),
        cmocka_unit_test(pages_in_any_order),
        TEST(aws_managed_policies_of_another_page_or_account),
        TEST(a_listing_with_more_to_come_is_no_listing),
        TEST(what_the_organization_no_longer_has_is_dropped),
        TEST(who_left_the_organization_is_remembered),
        TEST(a_file_that_is_again_what_it_was_counts_again),
        TEST(the_first_good_file_after_a_bad_one_is_a_first_load),
        TEST(what_was_wrong_before_is_said_again),
        TEST(a_broken_file_takes_nothing_away),
    };
    return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
