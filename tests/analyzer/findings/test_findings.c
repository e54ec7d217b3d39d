/* What all findings have in common: patches, fingerprints, the database. Cases for each finding: cases/. */
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/facts/name_lists.h"
#include "ingest/store/query.h"
#include "tests/support/findings_world.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void world_with_lists(struct findings_world *world, const char *text, bool lists)
{
    *world = (struct findings_world){.findings.lists = lists};
    findings_world_open(world, text);
}

static void open_world(struct findings_world *world, const char *text)
{
    world_with_lists(world, text, false);
}

static const struct finding *find(const struct findings_world *world, const char *id)
{
    for (size_t i = 0; i < world->findings.count; i++)
        if (strcmp(world->findings.list[i].rule->id, id) == 0)
            return &world->findings.list[i];
    fail_msg("no %s", id);
    return NULL;
}

/* Each of this many roles trusts its whole account; all roles are able. */
static void open_alike(struct findings_world *world, unsigned count)
{
    struct text text = {0};
    for (unsigned i = 0; i < count; i++)
        text_format(&text, "role A/r%u\n trust allow sts:AssumeRole from root:A\n may allow sts:AssumeRole on *\n", i);
    world_with_lists(world, text.data, true);
    text_free(&text);
}

/* The size of the findings' facts as text, without the lists, and the number of names in the lists. */
static void measure(struct findings_world *world, size_t *facts, size_t *names)
{
    *facts = *names = 0;
    for (size_t i = 0; i < world->findings.count; i++) {
        char *text = json_dumps(world->findings.list[i].facts, JSON_COMPACT | JSON_ENCODE_ANY);
        *facts += text != NULL ? strlen(text) : 0;
        free(text);
    }
    for (uint32_t i = 0; i < name_lists_count(&world->findings); i++) {
        json_t *list = name_lists_at(&world->findings, world->analysis.model, i);
        *names += json_array_size(list);
        json_decref(list);
    }
}

static void lists_of_names_are_held_once(void **state)
{
    struct findings_world world;
    size_t facts[2], names[2];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        open_alike(&world, i == 0 ? 20 : 80);
        measure(&world, &facts[i], &names[i]);
        const struct finding *finding = find(&world, "trust-account-overbroad");
        json_t *group = json_array_get(json_object_get(finding->facts, "names"), 0);
        json_t *principals = json_object_get(group, "principals");
        assert_int_equal(json_integer_value(json_object_get(principals, "count")), i == 0 ? 19 : 79);
        assert_int_equal(json_array_size(json_object_get(principals, "first")), NAME_LIST_FIRST);
        assert_string_equal(json_string_value(json_object_get(principals, "except")), finding->resource);
        json_t *list = name_lists_at(&world.findings, world.analysis.model,
                                     (uint32_t)json_integer_value(json_object_get(principals, "list")));
        assert_int_equal(json_array_size(list), i == 0 ? 20 : 80);
        json_decref(list);
        findings_world_close(&world);
    }
    /* Four times the roles: four times the size, not sixteen. */
    assert_true(facts[1] < 5 * facts[0]);
    assert_true(names[1] < 5 * names[0]);
}

/* Findings that are complete by themselves, as in the database, have only the first names. */
static void no_list_is_named_where_none_is_shown(void **state)
{
    struct findings_world world;
    struct text text = {0};
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        text_format(&text, "role A/r%u\n trust allow sts:AssumeRole from root:A\n may allow sts:AssumeRole on *\n", i);
    open_world(&world, text.data);
    text_free(&text);
    json_t *group = json_array_get(json_object_get(find(&world, "trust-account-overbroad")->facts, "names"), 0);
    json_t *principals = json_object_get(group, "principals");
    assert_int_equal(json_integer_value(json_object_get(principals, "count")), 19);
    assert_null(json_object_get(principals, "list"));
    assert_int_equal(name_lists_count(&world.findings), 0);
    findings_world_close(&world);
}

/* Both styles of narrowing, beside another principal of the same statement. */
static void narrowed_policies(void **state)
{
    struct findings_world world;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from root:B,service:ec2.amazonaws.com\n"
                       "user B/x\n may allow sts:AssumeRole on role:A/r\nuser B/y\nrole B/z\n may allow sts:* on *\n");
    const struct finding *finding = find(&world, "trust-account-overbroad");
    json_t *principals = json_object_get(finding->patch, "principals"),
           *condition = json_object_get(finding->patch, "condition");
    assert_non_null(principals);
    assert_non_null(condition);
    char *first =
        json_dumps(json_array_get(json_object_get(principals, "Statement"), 0), JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(
        strstr(first, "\"AWS\":[\"arn:aws:iam::222222222222:role/z\",\"arn:aws:iam::222222222222:user/x\"]"));
    assert_non_null(strstr(first, "\"Service\":[\"ec2.amazonaws.com\"]"));
    free(first);
    /* The condition must not apply to the service: the account gets its own statement. */
    assert_int_equal(json_array_size(json_object_get(condition, "Statement")), 2);
    json_t *facts = finding->facts;
    assert_int_equal(json_integer_value(json_object_get(facts, "principals")), 3);
    assert_int_equal(json_integer_value(json_object_get(facts, "able")), 2);
    findings_world_close(&world);
}

/* Who could make itself able: by its own permissions, or by taking over somebody who is able. */
static void could_join(void **state)
{
    struct findings_world world;
    (void)state;
    open_world(
        &world,
        "role A/r\n trust allow sts:AssumeRole from root:B\n"
        "user B/x\n may allow sts:AssumeRole on role:A/r\n"
        "user B/itself\n may allow iam:PutUserPolicy on user:B/itself\n"
        "user B/taker\n may allow iam:CreateAccessKey on user:B/x\n"
        "user B/bounded\n may allow iam:PutUserPolicy on user:B/bounded\n boundary limit allow iam:PutUserPolicy on *\n"
        "user B/unbinds\n may allow iam:PutUserPolicy on user:B/unbinds\n boundary wide allow iam:* on *\n"
        "user B/elsewhere\n may allow iam:CreateAccessKey on user:B/none\nuser B/none\n");
    json_t *joiners = json_object_get(find(&world, "trust-account-overbroad")->facts, "could_join");
    assert_int_equal(json_array_size(joiners), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(joiners, 0), "principal")),
                        "arn:aws:iam::222222222222:user/itself");
    assert_string_equal(json_string_value(json_object_get(json_array_get(joiners, 0), "how")), "iam:PutUserPolicy");
    assert_string_equal(json_string_value(json_object_get(json_array_get(joiners, 1), "principal")),
                        "arn:aws:iam::222222222222:user/taker");
    assert_string_equal(json_string_value(json_object_get(json_array_get(joiners, 2), "principal")),
                        "arn:aws:iam::222222222222:user/unbinds");
    findings_world_close(&world);
}

/* A condition of the trust excludes those who could give themselves the permission. */
static void cannot_join(void **state)
{
    struct findings_world world;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from root:B if StringLike aws:PrincipalArn *user/t*\n"
                       "user B/t1\n may allow sts:AssumeRole on role:A/r\nuser B/t2\n"
                       "user B/itself\n may allow iam:PutUserPolicy on user:B/itself\n");
    assert_int_equal(json_array_size(json_object_get(find(&world, "trust-account-overbroad")->facts, "could_join")), 0);
    findings_world_close(&world);
}

/* No patch takes away the access of those whom --keep names. */
static void patches_keep_access(void **state)
{
    static const struct {
        const char *keep;
        bool patched;
    } rows[] = {{"arn:aws:iam::444444444444:user/partner", false}, {"arn:aws:iam::222222222222:user/x", true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct findings_world world;
        open_world(&world,
                   "organization M members A B\nexported A\nexported B\nrole A/r\n trust allow sts:AssumeRole from *\n"
                   "user B/x\n may allow sts:AssumeRole on role:A/r\n");
        struct finding *finding = (struct finding *)find(&world, "trust-public");
        assert_non_null(finding->patch);
        struct kept_access kept = {0};
        assert_int_equal(kept_access_read(&world.analysis, &rows[i].keep, 1, &kept), EXIT_YES);
        world.findings.kept = &kept;
        for (int again = 0; again < 2; again++) {
            finding_release(finding);
            finding_elaborate(&world.analysis, &world.findings, finding);
            assert_int_equal(finding->patch != NULL, rows[i].patched);
            const char *said = strstr(finding->fix, "named by --keep");
            assert_int_equal(said != NULL, !rows[i].patched);
            assert_true(said == NULL ||
                        (strstr(said + 1, "named by --keep") == NULL && strstr(finding->fix, rows[i].keep)));
        }
        findings_world_close(&world);
        kept_access_free(&kept);
    }
}

/* In the role's own account a list of ARNs would exempt the user from its boundary: that style is not offered. */
static void no_patch_that_widens(void **state)
{
    struct findings_world world;
    (void)state;
    open_world(&world,
               "role A/r\n trust allow sts:AssumeRole from root:A\n"
               "user A/x\n may allow sts:AssumeRole on role:A/r if Bool aws:MultiFactorAuthPresent true\nuser A/y\n");
    const struct finding *finding = find(&world, "trust-account-overbroad");
    assert_null(json_object_get(finding->patch, "principals"));
    assert_non_null(json_object_get(finding->patch, "condition"));
    findings_world_close(&world);
}

/* A role that can assume itself is not counted among the users of the trust, but can still do so. */
static void patch_keeps_the_role_itself(void **state)
{
    struct findings_world world;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from root:A\n may allow * on *\n"
                       "user A/x\n may allow sts:AssumeRole on role:A/r\nuser A/y\n");
    const struct finding *finding = find(&world, "trust-account-overbroad");
    json_t *principals = json_object_get(finding->patch, "principals");
    assert_non_null(principals);
    char *text = json_dumps(principals, JSON_COMPACT);
    assert_non_null(strstr(text, "[\"arn:aws:iam::111111111111:user/x\",\"arn:aws:iam::111111111111:role/r\"]"));
    assert_non_null(strstr(finding->detail, "1 of its 2 users and roles can assume it: user x."));
    free(text);
    findings_world_close(&world);
}

/* Trust policies with the same meaning in other words, or that differ in names that nobody has yet, are judged
 * together; a finding shows the role's own policy. */
static void trusts_in_other_words(void **state)
{
    static const struct {
        const char *world, *id, *says[2]; /* for A/r1 and A/r2; NULL: no finding */
    } cases[] = {
        {"role A/r1\n trust {\"Sid\":\"One\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"222222222222\"},\"Action\":"
         "\"sts:AssumeRole\"}\n"
         "role A/r2\n trust {\"Sid\":\"Two\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"222222222222\"},\"Action\":"
         "\"sts:AssumeRole\"}\n"
         "user B/x\n may allow sts:AssumeRole on *\nuser B/y\n",
         "trust-account-overbroad",
         {"\"One\"", "\"Two\""}},
        {"role A/r1\n trust {\"Sid\":\"One\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":"
         "\"sts:AssumeRole\"}\n"
         "role A/r2\n trust {\"Sid\":\"Two\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":"
         "\"sts:AssumeRole\"}\n",
         "trust-public",
         {"\"One\"", "\"Two\""}},
        {"role A/r1\n trust "
         "{\"Sid\":\"One\",\"Effect\":\"Allow\",\"Principal\":{\"Federated\":\"arn:aws:iam::111111111111:"
         "oidc-provider/token.actions.githubusercontent.com\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\"}\n"
         "role A/r2\n trust "
         "{\"Sid\":\"Two\",\"Effect\":\"Allow\",\"Principal\":{\"Federated\":\"arn:aws:iam::111111111111:"
         "oidc-provider/token.actions.githubusercontent.com\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\"}\n",
         "oidc-sub-missing",
         {"\"One\"", "\"Two\""}},
        {"role A/r1\n trust allow sts:AssumeRole from root:B if ArnLike aws:PrincipalArn arn:aws:iam::$B:user/x\n"
         "role A/r2\n trust allow sts:AssumeRole from root:B if ArnLike aws:PrincipalArn arn:aws:iam::$B:user/x,"
         "arn:aws:iam::$B:user/a-name-*\n"
         "user B/x\n may allow sts:AssumeRole on *\n",
         "trust-account-overbroad",
         {NULL, "a-name-"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct findings_world world;
        open_world(&world, cases[i].world);
        for (int role = 0; role < 2; role++) {
            const struct finding *own = NULL;
            for (size_t j = 0; j < world.findings.count; j++)
                if (strcmp(world.findings.list[j].rule->id, cases[i].id) == 0 &&
                    strcmp(world.findings.list[j].resource,
                           role == 0 ? "arn:aws:iam::111111111111:role/r1" : "arn:aws:iam::111111111111:role/r2") == 0)
                    own = &world.findings.list[j];
            if (cases[i].says[role] == NULL) {
                assert_null(own);
                continue;
            }
            assert_non_null(own);
            json_t *object = finding_json(own);
            char *text = json_dumps(object, JSON_COMPACT);
            json_decref(object);
            if (strstr(text, cases[i].says[role]) == NULL ||
                strstr(text, cases[i].says[1 - role] != NULL ? cases[i].says[1 - role] : "\a") != NULL)
                fail_msg("%s", text);
            free(text);
        }
        findings_world_close(&world);
    }
}

static void fingerprints(void **state)
{
    static const char *const same[] = {
        "role A/r\n trust allow sts:AssumeRole from root:D,root:C\n",
        "role A/q\nrole A/r\n trust allow sts:AssumeRole from root:C,root:D\n",
        "role A/r\n trust "
        "{\"Sid\":\"Other\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"arn:aws:iam::$D:root\",\"arn:aws:iam::$C:"
        "root\"]},"
        "\"Action\":[\"sts:AssumeRole\"]}\n",
    };
    char first[33] = "";
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct findings_world world;
        open_world(&world, same[i]);
        const struct finding *finding = find(&world, "trust-external-unknown");
        assert_int_equal(strlen(finding->fingerprint), 32);
        if (i > 0)
            assert_string_equal(finding->fingerprint, first);
        memcpy(first, finding->fingerprint, sizeof first);
        findings_world_close(&world);
    }
}

static void stored(void **state)
{
    struct findings_world world;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from *\n");
    findings_store(&world.analysis, &world.findings);
    assert_null(store_error(world.analysis.store));
    assert_int_equal(store_number(world.analysis.store, "SELECT count(*) FROM finding"), world.findings.count);
    assert_int_equal(store_number(world.analysis.store, "SELECT count(json_extract(document, '$.id')) FROM finding"),
                     world.findings.count);
    findings_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(narrowed_policies),
                                       cmocka_unit_test(lists_of_names_are_held_once),
                                       cmocka_unit_test(no_list_is_named_where_none_is_shown),
                                       cmocka_unit_test(could_join),
                                       cmocka_unit_test(patches_keep_access),
                                       cmocka_unit_test(cannot_join),
                                       cmocka_unit_test(no_patch_that_widens),
                                       cmocka_unit_test(patch_keeps_the_role_itself),
                                       cmocka_unit_test(fingerprints),
                                       cmocka_unit_test(trusts_in_other_words),
                                       cmocka_unit_test(stored)};
    return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
