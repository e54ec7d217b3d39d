#include "ingest/store/query.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include "tests/support/loading.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- shapes */

static void shapes(void **state)
{
    static const struct {
        const char *name, *text;
        int users, roles;
    } rows[] = {
        {"plain", DETAILS(USER("111122223333", "A"), ROLE("111122223333", "R")), 1, 1},
        {"array-of-pages", "[" DETAILS(USER("111122223333", "A"), "") "," DETAILS("", ROLE("111122223333", "R")) "]", 1,
         1},
        {"documents-one-after-the-other",
         DETAILS(USER("111122223333", "A"), "") "\n" DETAILS("", ROLE("111122223333", "R")), 1, 1},
        {"bare-list-of-query", "[" ROLE("111122223333", "R") "," ROLE("111122223333", "S") "]", 0, 2},
        {"list-roles", "{\"Roles\":[" ROLE("111122223333", "R") "]}", 0, 1},
        {"get-role", "{\"Role\":" ROLE("111122223333", "R") "}", 0, 1},
        {"two-accounts", DETAILS(USER("111122223333", "A"), ROLE("222233334444", "R")), 1, 1},
        {"members-absent", "{\"UserDetailList\":[" USER("111122223333", "A") "]}", 1, 0},
        {"members-null", "{\"UserDetailList\":[" USER("111122223333", "A") "],\"RoleDetailList\":null}", 1, 0},
        {"leading-zero", DETAILS("", ROLE("033344445555", "R")), 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, "x.json", rows[i].text);
        load(world);
        if (number(world, "SELECT count(*) FROM principal WHERE kind = 'user'") != rows[i].users ||
            number(world, "SELECT count(*) FROM principal WHERE kind = 'role'") != rows[i].roles)
            fail_msg("%s: %s", rows[i].name, world->result.verdicts[0].detail);
        assert_number(world,
                      "SELECT count(*) FROM principal p JOIN account a ON a.id = p.account WHERE length(a.id) = 12",
                      rows[i].users + rows[i].roles);
        assert_number(world, "SELECT count(*) FROM trusts", rows[i].roles);
        assert_sound(world);
        tear_down(&made);
    }
}

static void policies_in_other_places(void **state)
{
#define POLICY                                                                                                         \
    "{\"PolicyName\":\"P\",\"Arn\":\"arn:aws:iam::111122223333:policy/"                                                \
    "P\",\"DefaultVersionId\":\"v1\",\"PolicyVersionList\":[{\"VersionId\":\"v1\",\"Document\":{}}]}"
    struct world *world = *state;
    put_text(world, "query.json", "[" POLICY "]");
    load(world);
    assert_verdict(world, "query.json", "loaded", "1 managed policy");
    put_text(world, "appended.json", DETAILS("", ROLE("222233334444", "R") "," POLICY));
    load(world);
    assert_verdict(world, "appended.json", "loaded", "1 role, 1 managed policy");
    assert_sound(world);
}

static void percent_encoded_documents(void **state)
{
    struct world *world = *state;
    static const char role[] =
        "{\"Roles\":[{\"Path\":\"/\",\"RoleName\":\"R\",\"RoleId\":\"AROAR0000000000000\",\"Arn\":"
        "\"arn:aws:iam::111122223333:role/R\",\"AssumeRolePolicyDocument\":\"%7B%22Version%22%3A%22"
        "2012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%"
        "22AWS%22%3A%22111122223333%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D\"}]}";
    put_text(world, "x.json", role);
    load(world);
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '111122223333'", 1);
}

static void encodings(void **state)
{
    static const char text[] = DETAILS(USER("111122223333", "A"), ROLE("111122223333", "R"));
    enum { LENGTH = sizeof text - 1 };
    for (int encoding = 0; encoding < 3; encoding++) {
        struct world *world;
        void *made;
        char bytes[3 + 2 * LENGTH];
        size_t length = 0;
        set_up(&made);
        world = made;
        if (encoding == 0) {
            memcpy(bytes, "\xEF\xBB\xBF", 3);
            memcpy(bytes + 3, text, LENGTH);
            length = 3 + LENGTH;
        } else {
            memcpy(bytes, encoding == 1 ? "\xFF\xFE" : "\xFE\xFF", 2);
            for (size_t i = 0; i < LENGTH; i++) {
                bytes[2 + 2 * i + (encoding == 2)] = text[i];
                bytes[2 + 2 * i + (encoding == 1)] = 0;
            }
            length = 2 + 2 * LENGTH;
        }
        put(world, "x.json", bytes, length);
        load(world);
        assert_verdict(world, "x.json", "loaded", "1 user, 1 role");
        tear_down(&made);
    }
    (void)state;
}

static void truncated_page(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json",
             "{\"UserDetailList\":[" USER("111122223333",
                                          "A") "],\"RoleDetailList\":[],\"IsTruncated\":true,\"Marker\":\"m\"}");
    load(world);
    assert_verdict(world, "x.json", "loaded", "more pages follow");
    assert_number(world, "SELECT truncated FROM account", 1);
}

/* ---- what is wrong */

static void refused_and_skipped(void **state)
{
    static const struct {
        const char *name, *text, *verdict, *detail;
    } rows[] = {
        {"yaml.json", "UserDetailList:\n- Arn: arn:aws:iam::111122223333:user/a\n  Path: /\n", "skipped", "YAML"},
        {"page.json", "<!DOCTYPE html><html><body>Sign in</body></html>", "skipped", "HTML"},
        {"empty.json", "", "skipped", "empty"},
        {"broken.json", "{\"UserDetailList\": [\n{\"Arn\": ]}", "refused", "line 2, column 9"},
        {"cut.json", "{\"UserDetailList\": [{\"Arn\": \"arn:aws", "refused", "line 1"},
        {"other.json", "{\"Buckets\":[]}", "skipped", ""},
        {"list-roots.json", "{}", "refused", "does not match the API call"},
        {"list-accounts.x.json", "{\"Error\":{}}", "refused", "does not match the API call"},
        {"notes.txt", "some words", "skipped", "not JSON"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        put_text(world, rows[i].name, rows[i].text);
    put_text(world, "good.json", DETAILS(USER("111122223333", "A"), ""));
    load(world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_verdict(world, rows[i].name, rows[i].verdict, rows[i].detail);
    assert_verdict(world, "good.json", "loaded", "1 user");
    assert_true(world->result.incomplete);
    assert_number(world, "SELECT count(*) FROM sources", 10);
}

static void links_that_are_not_followed(void **state)
{
    static const struct {
        const char *target, *name, *detail;
    } rows[] = {
        {"accounts", "a-link.json", "symbolic links to folders are not followed"},
        {"missing.json", "b-link.json", "broken symbolic link"},
        {"c-link.json", "c-link.json", "broken symbolic link"},
        {"..", "accounts/111122223333", "symbolic links to folders"},
    };
    struct world *world = *state;
    char path[512];
    put_text(world, "accounts/good.json", DETAILS(USER("111122223333", "A"), ""));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", world->folder, rows[i].name);
        assert_int_equal(symlink(rows[i].target, path), 0);
    }
    snprintf(path, sizeof path, "%s/d-link.json", world->folder);
    assert_int_equal(symlink("accounts/good.json", path), 0);
    snprintf(path, sizeof path, "%s/pipe.json", world->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    for (int again = 0; again < 2; again++) {
        load(world);
        assert_int_equal(world->result.verdict_count, 7);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            assert_verdict(world, rows[i].name, "skipped", rows[i].detail);
        assert_verdict(world, "pipe.json", "skipped", "not a file or folder");
        assert_verdict(world, "d-link.json", again ? "unchanged" : "loaded", "");
        assert_false(world->result.incomplete);
        assert_int_equal(world->result.nothing_new, again);
        assert_number(world, "SELECT count(*) FROM sources", 7);
    }
}

static void bad_elements_do_not_take_the_rest_along(void **state)
{
    struct world *world = *state;
    put_text(
        world, "x.json",
        DETAILS(
            USER("111122223333", "A") ",{\"Arn\":\"arn:aws:iam::111122223333:user/b\\u0000\"},17,{\"Arn\":"
                                      "\"arn:aws:s3:::bucket\"},{\"UserName\":\"noarn\"},{\"Arn\":\"arn:aws:iam::"
                                      "111122223333:user/c\xFF\"},\n" USER("111122223333", "D"),
            ROLE("111122223333",
                 "R") ",{\"Path\":\"/\",\"RoleName\":\"S\",\"RoleId\":\"AROAS0000000000000\",\"Arn\":\"arn:aws:iam::"
                      "111122223333:role/S\",\"AssumeRolePolicyDocument\":\"garbage\"}"));
    load(world);
    assert_verdict(world, "x.json", "partial", "errors");
    assert_true(world->result.incomplete);
    assert_number(world, "SELECT count(*) FROM principal WHERE name IN ('A', 'D', 'R', 'S')", 4);
    assert_number(world, "SELECT count(*) FROM principal", 4);
    assert_string_equal(problem_of(world, "nul-character")->pointer, "/UserDetailList/1/Arn");
    assert_string_equal(problem_of(world, "invalid-text")->pointer, "/UserDetailList/5/Arn");
    assert_string_equal(problem_of(world, "foreign-object")->pointer, "/UserDetailList/3");
    assert_string_equal(problem_of(world, "invalid-policy")->pointer, "/RoleDetailList/1/AssumeRolePolicyDocument");
    assert_int_equal(problem_of(world, "invalid-policy")->line, 2);
    assert_sound(world);
}

/* Whatever stands where something else is expected is an error of its element, and the caller's permissions are then
 * not known. */
static void wrong_types(void **state)
{
    static const struct {
        const char *member, *code;
        bool identity_known;
    } rows[] = {
        {"\"Tags\":7", "unexpected-type", true},
        {"\"Tags\":[{\"Key\":\"k\",\"Value\":{}}]", "missing-member", true},
        {"\"Tags\":[{\"Key\":\"k\",\"Value\":true}]", "unexpected-type", true},
        {"\"Tags\":[{\"Value\":\"x\"}]", "missing-member", true},
        {"\"GroupList\":{}", "unexpected-type", false},
        {"\"GroupList\":[5]", "unexpected-type", false},
        {"\"UserPolicyList\":\"x\"", "unexpected-type", false},
        {"\"UserPolicyList\":[5]", "unexpected-type", false},
        {"\"UserPolicyList\":[{\"PolicyName\":\"p\"}]", "missing-member", true},
        {"\"UserPolicyList\":[{\"PolicyName\":\"p\",\"PolicyDocument\":5}]", "invalid-policy", true},
        {"\"UserPolicyList\":[{\"PolicyName\":\"p\",\"PolicyDocument\":\"[]\"}]", "invalid-policy", true},
        {"\"UserPolicyList\":[{\"PolicyName\":\"p\",\"PolicyDocument\":\"{}\\u0000\"}]", "nul-character", true},
        {"\"UserPolicyList\":[],\"UserPolicyList\":[]", "duplicate-json-key", false},
        {"\"AttachedManagedPolicies\":[{\"PolicyName\":\"p\"}]", "missing-member", false},
        {"\"PermissionsBoundary\":5", "unexpected-type", false},
        {"\"PermissionsBoundary\":{}", "missing-member", false},
        {"\"PermissionsBoundary\":{\"PermissionsBoundaryArn\":\"a\",\"PermissionsBoundaryArn\":\"b\"}",
         "duplicate-json-key", true},
        {"\"Comment\":\"\xFF\"", "invalid-text", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        char text[2048];
        snprintf(text, sizeof text, "{\"UserDetailList\":[{%s,\"Arn\":\"arn:aws:iam::111122223333:user/A\"}]}",
                 rows[i].member);
        put_text(world, "x.json", text);
        load(world);
        assert_verdict(world, "x.json", "partial", "1 user of account 111122223333");
        assert_true(world->result.incomplete);
        const struct load_problem *problem = problem_of(world, rows[i].code);
        if (problem->line != 1 || problem->column == 0 || strncmp(problem->pointer, "/UserDetailList/0", 17) != 0)
            fail_msg("%s: %s at line %u, column %u", rows[i].member, problem->pointer, problem->line, problem->column);
        if (number(world, "SELECT identity_known FROM principal") != rows[i].identity_known)
            fail_msg("%s: identity_known is wrong", rows[i].member);
        assert_sound(world);
        tear_down(&made);
    }
}

static void lists_that_are_none(void **state)
{
    static const struct {
        const char *text, *code;
    } rows[] = {
        {"{\"UserDetailList\":{},\"RoleDetailList\":[" ROLE("111122223333", "R") "]}", "unexpected-type"},
        {"{\"UserDetailList\":\"x\",\"RoleDetailList\":[" ROLE("111122223333", "R") "]}", "unexpected-type"},
        {"{\"RoleDetailList\":[" ROLE("111122223333", "R") "],\"Policies\":5}", "unexpected-type"},
        {"{\"RoleDetailList\":[" ROLE("111122223333", "R") "],\"Policies\":[5]}", "unexpected-type"},
        {"{\"RoleDetailList\":[" ROLE("111122223333", "R") "],\"Policies\":[{\"Arn\":\"arn:aws:iam::111122223333:"
                                                           "policy/P\",\"PolicyVersionList\":\"x\"}]}",
         "unexpected-type"},
        {"{\"RoleDetailList\":[" ROLE("111122223333", "R") "],\"Policies\":[{\"Arn\":\"arn:aws:iam::111122223333:"
                                                           "policy/P\",\"PolicyVersionList\":[]}]}",
         "missing-member"},
        {"[" ROLE("111122223333", "R") ",5]", "unexpected-type"},
        {"{\"RoleDetailList\":[{\"Arn\":\"arn:aws:iam::111122223333:role/R\"}]}", "missing-member"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, "x.json", rows[i].text);
        load(world);
        assert_verdict(world, "x.json", "partial", "1 role");
        assert_true(problem_of(world, rows[i].code)->line == 1);
        assert_sound(world);
        tear_down(&made);
    }
}

static void elements_of_the_organization(void **state)
{
    static const struct {
        const char *file, *text, *pointer;
    } rows[] = {
        {"list-roots.json", "{\"Roots\":[{\"Id\":\"r-aaaa\"},{\"Name\":\"x\"}]}", "/Roots/1"},
        {"list-roots.json", "{\"Roots\":[5]}", "/Roots/0"},
        {"list-roots.json", "{\"Roots\":5}", "/Roots"},
        {"list-roots.json", "{\"Roots\":[{\"Id\":\"r-aaaa\",\"PolicyTypes\":[{\"Type\":\"x\"}]}]}", "/Roots/0"},
        {"list-accounts.json", "{\"Accounts\":[{\"Id\":\"111122223333\"},{\"Id\":\"1\"}]}", "/Accounts/1"},
        {"list-accounts-for-parent.r-aaaa.json", "{\"Accounts\":{}}", "/Accounts"},
        {"list-organizational-units-for-parent.r-aaaa.json", "{\"OrganizationalUnits\":[{\"Name\":\"x\"}]}",
         "/OrganizationalUnits/0"},
        {"list-children.r-aaaa.json", "{\"Children\":[{\"Type\":\"ACCOUNT\"}]}", "/Children/0"},
        {"list-parents.111122223333.json", "{\"Parents\":[{\"Type\":\"ROOT\"}]}", "/Parents/0"},
        {"list-targets-for-policy.p-aaaaaaaa.json", "{\"Targets\":[{\"Type\":\"ROOT\"}]}", "/Targets/0"},
        {"list-policies.json",
         "{\"Policies\":[{\"Id\":\"p-aaaaaaaa\",\"Type\":\"SERVICE_CONTROL_POLICY\"},{\"Name\":\"x\"}]}",
         "/Policies/1"},
        {"list-saml-providers.json", "{\"SAMLProviderList\":[{}]}", "/SAMLProviderList/0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, rows[i].file, rows[i].text);
        load(world);
        assert_verdict(world, rows[i].file, "partial", "1 error");
        assert_true(world->result.incomplete);
        const struct load_problem *problem = &world->result.problems[0];
        if (strcmp(problem->pointer, rows[i].pointer) != 0 || problem->column == 0)
            fail_msg("%s: %s, column %u", rows[i].text, problem->pointer, problem->column);
        /* It does not say any more that there is nothing else. */
        assert_number(world, "SELECT count(*) FROM listing WHERE call <> 'policy-types' OR argument <> 'r-aaaa'", 0);
        assert_sound(world);
        tear_down(&made);
    }
}

static void places_inside_lists(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json",
             "{\"RoleDetailList\":[\n" ROLE(
                 "111122223333",
                 "A") ",\n"
                      "{\"Arn\":\"arn:aws:iam::111122223333:role/R\",\"AssumeRolePolicyDocument\":\"garbage\",\n"
                      " \"RolePolicyList\":[{\"PolicyName\":\"a\",\"PolicyDocument\":{}},{\"PolicyName\":5}],\n"
                      " \"AttachedManagedPolicies\":[{\"PolicyArn\":true}]}]}");
    load(world);
    assert_number(
        world,
        "SELECT count(*) FROM problem WHERE pointer = '/RoleDetailList/1/AssumeRolePolicyDocument' AND line = 3 "
        "AND col = 70",
        1);
    assert_number(world, "SELECT count(*) FROM problem WHERE pointer = '/RoleDetailList/1/RolePolicyList/1'", 2);
    assert_number(
        world, "SELECT count(*) FROM problem WHERE pointer = '/RoleDetailList/1/AttachedManagedPolicies/0/PolicyArn'",
        1);
}

static void documents_beside_exports(void **state)
{
    struct world *world = *state;
    put_text(
        world, "x.json",
        "{\"call\":\"get-caller-identity\",\"output\":{\"UserId\":\"x\",\"Account\":\"111122223333\",\"Arn\":\"y\"}}\n"
        "{\"call\":\"get-account-authorization-details\",\"output\":" DETAILS("", ROLE("111122223333", "R")) "}");
    load(world);
    assert_verdict(world, "x.json", "loaded", "1 role");
    assert_int_equal(problem_of(world, "not-used")->line, 1);
}

static void deep_and_large(void **state)
{
    struct world *world = *state;
    struct text text = {0};
    text_append_string(&text, "{\"UserDetailList\":[" USER("111122223333", "A") "],\"Other\":");
    for (int i = 0; i < 50000; i++)
        text_append_char(&text, '[');
    for (int i = 0; i < 50000; i++)
        text_append_char(&text, ']');
    text_append_string(&text, "}");
    put_text(world, "deep.json", text.data);
    text_free(&text);
    text_append_string(&text,
                       "{\"RoleDetailList\":[{\"RoleName\":\"R\",\"Path\":\"/\",\"RoleId\":\"AROAR0000000000000\","
                       "\"Arn\":\"arn:aws:iam::222233334444:role/R\",\"Number\":123456789012345678901234567890,"
                       "\"Description\":\"");
    for (int i = 0; i < 3000000; i++)
        text_append_char(&text, 'x');
    text_append_string(&text, "\",\"AssumeRolePolicyDocument\":" TRUST("111122223333") "}]}");
    put_text(world, "long.json", text.data);
    text_free(&text);
    load(world);
    assert_int_equal(world->result.verdict_count, 2);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 'R'", 1);
    assert_sound(world);
}

/* ---- again */

static void same_bytes_change_nothing(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json", DETAILS(USER("111122223333", "A"), ROLE("111122223333", "R")));
    load(world);
    int64_t changes = number(world, "SELECT total_changes()");
    load(world);
    assert_verdict(world, "x.json", "unchanged", "");
    assert_number(world, "SELECT total_changes()", changes);
}

static void a_reload_replaces_its_account_only(void **state)
{
    struct world *world = *state;
    put_text(world, "one.json", DETAILS(USER("111122223333", "A") "," USER("111122223333", "B"), ""));
    put_text(world, "two.json", DETAILS(USER("222233334444", "C"), ROLE("222233334444", "R")));
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 4);
    put_text(world, "one.json", DETAILS(USER("111122223333", "Z"), ""));
    load(world);
    assert_number(world, "SELECT count(*) FROM principal WHERE account = '111122223333'", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 'Z'", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE account = '222233334444'", 2);
    assert_sound(world);
}

static void list_roles_adds_to_details(void **state)
{
    struct world *world = *state;
    put_text(world, "a.json", DETAILS("", ROLE("111122223333", "R")));
    put_text(
        world, "b.json",
        "{\"Roles\":[{\"Path\":\"/\",\"RoleName\":\"R\",\"RoleId\":\"AROAR00000000000\",\"Arn\":\"arn:aws:iam::"
        "111122223333:role/R\",\"MaxSessionDuration\":7200,\"AssumeRolePolicyDocument\":" TRUST("111122223333") "}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 1);
    assert_number(world, "SELECT max_session_duration FROM principal", 7200);
    assert_number(world, "SELECT identity_known FROM principal", 1);
}

static void equal_documents_are_stored_once(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json",
             DETAILS("", ROLE("111122223333", "R") "," ROLE("111122223333", "S") "," ROLE("222233334444", "T")));
    load(world);
    assert_number(world, "SELECT count(*) FROM document", 1);
    assert_int_equal(world->result.counts.documents, 3);
    assert_int_equal(world->result.counts.distinct_documents, 1);
}

/* The same document in several lay-outs, in files whose first one is refused: its texts are known and not written. */
static void documents_first_met_in_a_refused_file(void **state)
{
    static const char pretty[] = "{\n \"Version\": \"2012-10-17\",\n \"Statement\": [\n  {\"Effect\": \"Allow\",\n"
                                 "   \"Principal\": {\"AWS\": \"111122223333\"},\n   \"Action\": "
                                 "\"sts:AssumeRole\"}\n ]\n}";
    struct world *world = *state;
    struct text text = {0};
    put_text(world, "a.json", "{\"RoleDetailList\":[" ROLE("111122223333", "R") "," ROLE("111122223333", "S") "],}");
    text_format(&text,
                "{\"RoleDetailList\":[{\"Arn\":\"arn:aws:iam::111122223333:role/P\",\"AssumeRolePolicyDocument\":%s},\n"
                "{\"Arn\":\"arn:aws:iam::111122223333:role/Q\",\"AssumeRolePolicyDocument\":%s},\n"
                "{\"Arn\":\"arn:aws:iam::111122223333:role/broken\",\"AssumeRolePolicyDocument\":17}," ROLE(
                    "111122223333", "R") "]}",
                pretty, pretty);
    put_text(world, "b.json", text.data);
    text_free(&text);
    load(world);
    assert_verdict(world, "a.json", "refused", "comma");
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '111122223333'", 3);
    assert_number(world, "SELECT count(DISTINCT trust_document) FROM principal WHERE name <> 'broken'", 1);
    assert_number(world, "SELECT trust_line FROM principal WHERE name = 'P'", 1);
    assert_number(world, "SELECT trust_line FROM principal WHERE name = 'Q'", 9);
    assert_number(world, "SELECT line FROM principal WHERE name = 'R'", 17);
    assert_number(world,
                  "SELECT count(*) FROM principal p JOIN layout l ON l.id = p.trust_layout WHERE p.name IN ('P', 'Q') "
                  "AND l.lines = '[3]'",
                  2);
    assert_sound(world);
}

/* Whatever the order of a version's members; what other versions say is neither kept nor judged. */
static void only_the_default_version_counts(void **state)
{
    static const char allow[] = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":"
                                "\"sts:AssumeRole\",\"Resource\":\"*\"}}",
                      other[] = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Perhaps\"}}";
    struct world *world = *state;
    struct text text = {0};
    text_format(
        &text,
        "{\"UserDetailList\":[" USER(
            "111122223333",
            "A") "],\"Policies\":[{\"PolicyName\":\"p\",\"Arn\":"
                 "\"arn:aws:iam::111122223333:policy/p\",\"DefaultVersionId\":\"v2\",\"PolicyVersionList\":["
                 "{\"Document\":%s,\"VersionId\":\"v1\",\"IsDefaultVersion\":false},"
                 "{\"Document\":%s,\"IsDefaultVersion\":true,\"VersionId\":\"v2\"},"
                 "{\"IsDefaultVersion\":false,\"VersionId\":\"v3\",\"Document\":%s}]},"
                 "{\"PolicyName\":\"q\",\"Arn\":\"arn:aws:iam::111122223333:policy/q\",\"DefaultVersionId\":\"v9\","
                 "\"PolicyVersionList\":[{\"Document\":%s,\"VersionId\":\"v8\"},{\"Document\":%s,\"VersionId\":\"v9\"}]"
                 "}"
                 "]}",
        other, allow, other, other, allow);
    put_text(world, "x.json", text.data);
    text_free(&text);
    load(world);
    assert_verdict(world, "x.json", "loaded", "2 managed policies");
    assert_number(world, "SELECT count(*) FROM document", 1);
    assert_number(world,
                  "SELECT count(*) FROM managed_policy m JOIN document d ON d.id = m.document WHERE d.text LIKE "
                  "'%Allow%' AND m.version IN ('v2', 'v9')",
                  2);
    assert_number(world, "SELECT count(*) FROM document_problem", 0);
    assert_sound(world);
}

/* ---- order, interruption */

static char *dump(struct world *world)
{
    static const char *const tables[] = {"source",   "account",   "principal", "attachment", "managed_policy",
                                         "document", "statement", "layout",    "problem",    "group_membership"};
    struct text text = {0};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        /* All columns but the time of the load. */
        struct query *columns =
            query_open(world->store, "SELECT group_concat('quote(' || name || ')', ' || ''|'' || ') "
                                     "FROM pragma_table_info(?) WHERE name <> 'loaded'");
        QUERY_BIND(columns, sql_text(tables[i]));
        assert_true(query_next(columns));
        char *sql = memory_print("SELECT %s FROM %s ORDER BY 1", query_text(columns, 0), tables[i]);
        query_close(columns);
        struct query *rows = query_open(world->store, sql);
        while (query_next(rows))
            text_format(&text, "%s\n", query_text(rows, 0));
        query_close(rows);
        free(sql);
    }
    assert_null(store_error(world->store));
    return text_release(&text);
}

static void any_number_of_threads_gives_the_same_rows(void **state)
{
    struct world *world = *state;
    char *before = NULL, *error = NULL;
    for (int i = 0; i < 40; i++) {
        char name[64];
        struct text text = {0};
        text_format(&text,
                    "{\"UserDetailList\":[],\"RoleDetailList\":[{\"Path\":\"/\",\"RoleName\":\"r%d\",\"RoleId\":"
                    "\"AROA%014d\",\"Arn\":\"arn:aws:iam::%012d:role/r%d\",\"AssumeRolePolicyDocument\":" TRUST(
                        "111122223333") "}]}",
                    i, i, 1000 + i / 3, i);
        snprintf(name, sizeof name, "%02d.json", (i * 7) % 40);
        put_text(world, name, text.data);
        text_free(&text);
    }
    for (int jobs = 1; jobs <= 8; jobs *= 2) {
        const struct load_options options = {.jobs = jobs};
        store_close(world->store);
        world->store = store_open(STORE_MEMORY, STORE_CREATE, &error);
        load_with(world, &options);
        char *after = dump(world);
        if (before != NULL)
            assert_string_equal(before, after);
        free(before);
        before = after;
    }
    assert_true(strlen(before) > 1000);
    free(before);
}

static bool refuse(struct store *store, const struct changes *changes, void *context, char **error)
{
    (void)store;
    (void)changes;
    (void)context;
    *error = strdup("no");
    return false;
}

static void nothing_is_kept_of_a_load_that_stops(void **state)
{
    struct world *world = *state;
    const volatile int cancelled = 1;
    const struct load_options stopped = {.jobs = 2, .cancelled = &cancelled},
                              failing = {.jobs = 2, .before_commit = refuse};
    const char *const paths[] = {world->folder};
    char *error = NULL;
    put_text(world, "x.json", DETAILS(USER("111122223333", "A"), ""));
    load_with(world, &stopped);
    assert_true(world->result.interrupted);
    assert_number(world, "SELECT count(*) FROM principal", 0);
    load_result_free(&world->result);
    assert_false(load_paths(world->store, paths, 1, &failing, &world->result, &error));
    assert_string_equal(error, "no");
    free(error);
    assert_number(world, "SELECT count(*) FROM principal", 0);
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 1);
}

static void paths_that_do_not_exist(void **state)
{
    struct world *world = *state;
    const char *const paths[] = {"/nonexistent/x.json"};
    char *error = NULL;
    assert_true(load_paths(world->store, paths, 1, NULL, &world->result, &error));
    assert_int_equal(world->result.verdict_count, 1);
    assert_int_equal(world->result.verdicts[0].verdict, BATCH_REFUSED);
    assert_true(world->result.incomplete);
}

/* The JSON pointers of problems begin at the document that holds pages or an answer. */
static void pointers_into_pages_and_envelopes(void **state)
{
    struct world *world = *state;
    put_text(world, "pages.json", "[" DETAILS("", "") ",[{\"Roles\":[7]}]]");
    put_text(world, "envelope.json",
             "{\"call\":\"list-roles\",\"args\":{},\"output\":{\"Role\":{\"AssumeRolePolicyDocument\":7}}}");
    put_text(world, "lines.json", "{\"UserDetailList\":[]}\n{\"GroupDetailList\":[[]]}\n");
    load(world);
    assert_number(world, "SELECT count(*) FROM problem WHERE pointer = '/output/Role/AssumeRolePolicyDocument'", 1);
    assert_number(world, "SELECT count(*) FROM problem WHERE pointer = '/1/0/Roles/0'", 1);
    assert_number(world, "SELECT count(*) FROM problem WHERE pointer = '/GroupDetailList/0' AND line = 2", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pointers_into_pages_and_envelopes),
        TEST(shapes),
        TEST(policies_in_other_places),
        TEST(percent_encoded_documents),
        TEST(encodings),
        TEST(truncated_page),
        TEST(refused_and_skipped),
        TEST(links_that_are_not_followed),
        TEST(bad_elements_do_not_take_the_rest_along),
        cmocka_unit_test(wrong_types),
        cmocka_unit_test(lists_that_are_none),
        cmocka_unit_test(elements_of_the_organization),
        TEST(places_inside_lists),
        TEST(documents_beside_exports),
        TEST(deep_and_large),
        TEST(same_bytes_change_nothing),
        TEST(a_reload_replaces_its_account_only),
        TEST(list_roles_adds_to_details),
        TEST(equal_documents_are_stored_once),
        TEST(documents_first_met_in_a_refused_file),
        TEST(only_the_default_version_counts),
        TEST(any_number_of_threads_gives_the_same_rows),
        TEST(nothing_is_kept_of_a_load_that_stops),
        TEST(paths_that_do_not_exist),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
