#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>

static const char known_plan[] =
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"ad"
    "dress\": \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": "
    "\"r\", \"values\": {\"name\": \"r\", \"path\": \"/app/\", \"assume_role_policy\": \"{\\\"V"
    "ersion\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Pr"
    "incipal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]"
    "}\", \"max_session_duration\": 7200, \"inline_policy\": [{}], \"tags_all\": {\"team\": \"a"
    "\"}}}, {\"address\": \"aws_iam_role_policy.p\", \"mode\": \"managed\", \"type\": \"aws_iam"
    "_role_policy\", \"name\": \"p\", \"values\": {\"name\": \"p\", \"role\": \"r\", \"policy\""
    ": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow"
    "\\\", \\\"Action\\\": \\\"sts:AssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}, {\"addre"
    "ss\": \"aws_iam_role_policy_attachment.a\", \"mode\": \"managed\", \"type\": \"aws_iam_rol"
    "e_policy_attachment\", \"name\": \"a\", \"values\": {\"role\": \"r\", \"policy_arn\": \"ar"
    "n:aws:iam::aws:policy/ReadOnlyAccess\"}}, {\"address\": \"aws_iam_user.u\", \"mode\": \"ma"
    "naged\", \"type\": \"aws_iam_user\", \"name\": \"u\", \"values\": {\"name\": \"u\", \"path"
    "\": \"/\"}}, {\"address\": \"aws_iam_group.g\", \"mode\": \"managed\", \"type\": \"aws_iam"
    "_group\", \"name\": \"g\", \"values\": {\"name\": \"g\", \"path\": \"/\"}}, {\"address\": "
    "\"aws_iam_group_policy.q\", \"mode\": \"managed\", \"type\": \"aws_iam_group_policy\", \"n"
    "ame\": \"q\", \"values\": {\"name\": \"q\", \"group\": \"g\", \"policy\": \"{\\\"Version"
    "\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action"
    "\\\": \\\"sts:AssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}, {\"address\": \"aws_iam_"
    "user_group_membership.m\", \"mode\": \"managed\", \"type\": \"aws_iam_user_group_membershi"
    "p\", \"name\": \"m\", \"values\": {\"user\": \"u\", \"groups\": [\"g\"]}}], \"child_module"
    "s\": []}}, \"resource_changes\": [], \"prior_state\": {\"format_version\": \"1.0\", \"valu"
    "es\": {\"root_module\": {\"resources\": [{\"address\": \"data.aws_caller_identity.me\", \""
    "mode\": \"data\", \"type\": \"aws_caller_identity\", \"values\": {\"account_id\": \"111122"
    "223333\", \"arn\": \"arn:aws:iam::111122223333:user/tf\"}}]}}}, \"configuration\": {\"root"
    "_module\": {\"resources\": [], \"module_calls\": {}}}}";

static const char plan_of_references[] =
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"ad"
    "dress\": \"aws_iam_policy.m\", \"mode\": \"managed\", \"type\": \"aws_iam_policy\", \"name"
    "\": \"m\", \"values\": {\"name\": \"m\", \"path\": \"/\", \"policy\": \"{\\\"Version\\\": "
    "\\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action\\\": "
    "\\\"sts:AssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}, {\"address\": \"aws_iam_role.r"
    "[0]\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": \"r[0]\", \"values\": "
    "{\"name\": \"r0\", \"path\": \"/\", \"assume_role_policy\": \"{\\\"Version\\\": \\\"2012-1"
    "0-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"AWS"
    "\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\"}}, {\"address\": "
    "\"aws_iam_role.r[1]\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": \"r[1]"
    "\", \"values\": {\"name\": \"r1\", \"path\": \"/\", \"assume_role_policy\": \"{\\\"Version"
    "\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Principa"
    "l\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\"}},"
    " {\"address\": \"aws_iam_role_policy.p[0]\", \"mode\": \"managed\", \"type\": \"aws_iam_ro"
    "le_policy\", \"name\": \"p[0]\", \"values\": {\"name\": \"p0\", \"policy\": \"{\\\"Version"
    "\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action"
    "\\\": \\\"sts:AssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}, {\"address\": \"aws_iam_"
    "role_policy.p[1]\", \"mode\": \"managed\", \"type\": \"aws_iam_role_policy\", \"name\": \""
    "p[1]\", \"values\": {\"name\": \"p1\", \"policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\","
    " \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action\\\": \\\"sts:AssumeRole"
    "\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}, {\"address\": \"aws_iam_role_policy_attachment.a"
    "\", \"mode\": \"managed\", \"type\": \"aws_iam_role_policy_attachment\", \"name\": \"a\", "
    "\"values\": {}}], \"child_modules\": [{\"address\": \"module.x[\\\"a.b\\\"]\", \"resources"
    "\": [{\"address\": \"module.x[\\\"a.b\\\"].aws_iam_role.z\", \"mode\": \"managed\", \"type"
    "\": \"aws_iam_role\", \"name\": \"z\", \"values\": {\"path\": \"/\", \"assume_role_policy"
    "\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow"
    "\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:Assu"
    "meRole\\\"}]}\"}}, {\"address\": \"module.x[\\\"a.b\\\"].aws_iam_role_policy.p\", \"mode\""
    ": \"managed\", \"type\": \"aws_iam_role_policy\", \"name\": \"p\", \"values\": {\"name\": "
    "\"p\", \"policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect"
    "\\\": \\\"Allow\\\", \\\"Action\\\": \\\"sts:AssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]"
    "}\"}}]}]}}, \"resource_changes\": [], \"prior_state\": {\"format_version\": \"1.0\", \"val"
    "ues\": {\"root_module\": {\"resources\": [{\"address\": \"data.aws_caller_identity.me\", "
    "\"mode\": \"data\", \"type\": \"aws_caller_identity\", \"values\": {\"account_id\": \"1111"
    "22223333\", \"arn\": \"arn:aws:iam::111122223333:user/tf\"}}]}}}, \"configuration\": {\"ro"
    "ot_module\": {\"resources\": [{\"address\": \"aws_iam_role_policy.p\", \"type\": \"aws_iam"
    "_role_policy\", \"expressions\": {\"role\": {\"references\": [\"aws_iam_role.r\", \"count."
    "index\"]}}}, {\"address\": \"aws_iam_role_policy_attachment.a\", \"type\": \"aws_iam_role_"
    "policy_attachment\", \"expressions\": {\"role\": {\"references\": [\"aws_iam_role.r[1].nam"
    "e\", \"aws_iam_role.r[1]\", \"aws_iam_role.r\"]}, \"policy_arn\": {\"references\": [\"aws_"
    "iam_policy.m.arn\", \"aws_iam_policy.m\"]}}}], \"module_calls\": {\"x\": {\"module\": {\"r"
    "esources\": [{\"address\": \"aws_iam_role_policy.p\", \"type\": \"aws_iam_role_policy\", "
    "\"expressions\": {\"role\": {\"references\": [\"aws_iam_role.z.id\", \"aws_iam_role.z\"]}}"
    "}]}}}}}}";

static const char plan_of_unknowns[] =
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"ad"
    "dress\": \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": "
    "\"r\", \"values\": {\"name\": \"r\", \"path\": \"/\"}}, {\"address\": \"aws_iam_role.s\", "
    "\"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": \"s\", \"values\": {\"name\":"
    " \"s\", \"path\": \"/\", \"assume_role_policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", "
    "\\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"2"
    "22233334444\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\"}}, {\"address\": \"aws_iam_r"
    "ole_policy.p\", \"mode\": \"managed\", \"type\": \"aws_iam_role_policy\", \"name\": \"p\","
    " \"values\": {\"name\": \"p\", \"role\": \"r\"}}, {\"address\": \"aws_iam_role_policy_atta"
    "chment.a\", \"mode\": \"managed\", \"type\": \"aws_iam_role_policy_attachment\", \"name\":"
    " \"a\", \"values\": {\"role\": \"r\"}}], \"child_modules\": []}}, \"resource_changes\": [{"
    "\"address\": \"aws_iam_role.s\", \"change\": {\"actions\": [\"create\"], \"after_unknown\""
    ": {\"arn\": true, \"permissions_boundary\": true}}}], \"prior_state\": {\"format_version\""
    ": \"1.0\", \"values\": {\"root_module\": {\"resources\": [{\"address\": \"data.aws_caller_"
    "identity.me\", \"mode\": \"data\", \"type\": \"aws_caller_identity\", \"values\": {\"accou"
    "nt_id\": \"111122223333\", \"arn\": \"arn:aws:iam::111122223333:user/tf\"}}]}}}, \"configu"
    "ration\": {\"root_module\": {\"resources\": [{\"address\": \"aws_iam_role_policy_attachmen"
    "t.a\", \"type\": \"aws_iam_role_policy_attachment\", \"expressions\": {\"policy_arn\": {\""
    "references\": [\"var.policy\"]}}}], \"module_calls\": {}}}}";

static const char plan_without_owners[] =
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"ad"
    "dress\": \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": "
    "\"r\", \"values\": {\"name\": \"r\", \"path\": \"/\", \"assume_role_policy\": \"{\\\"Versi"
    "on\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Princi"
    "pal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\"}"
    "}, {\"address\": \"aws_iam_role_policy.p\", \"mode\": \"managed\", \"type\": \"aws_iam_rol"
    "e_policy\", \"name\": \"p\", \"values\": {\"name\": \"p\", \"policy\": \"{\\\"Version\\\":"
    " \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action\\\": "
    "\\\"sts:AssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}, {\"address\": \"aws_iam_role_p"
    "olicy.q\", \"mode\": \"managed\", \"type\": \"aws_iam_role_policy\", \"name\": \"q\", \"va"
    "lues\": {\"name\": \"q\", \"role\": \"elsewhere\", \"policy\": \"{\\\"Version\\\": \\\"201"
    "2-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action\\\": \\\"sts:A"
    "ssumeRole\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}], \"child_modules\": []}}, \"resource_ch"
    "anges\": [], \"prior_state\": {\"format_version\": \"1.0\", \"values\": {\"root_module\": "
    "{\"resources\": [{\"address\": \"data.aws_caller_identity.me\", \"mode\": \"data\", \"type"
    "\": \"aws_caller_identity\", \"values\": {\"account_id\": \"111122223333\", \"arn\": \"arn"
    ":aws:iam::111122223333:user/tf\"}}]}}}, \"configuration\": {\"root_module\": {\"resources"
    "\": [], \"module_calls\": {}}}}";

static const char plan_of_several[] =
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"ad"
    "dress\": \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": "
    "\"r\", \"values\": {\"name\": \"r\", \"path\": \"/\", \"arn\": \"arn:aws:iam::111122223333"
    ":role/r\", \"assume_role_policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement"
    "\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"222233334444"
    "\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\"}}, {\"address\": \"aws_iam_role.s\", \""
    "mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": \"s\", \"values\": {\"name\": "
    "\"s\", \"path\": \"/\", \"arn\": \"arn:aws:iam::444455556666:role/s\", \"assume_role_polic"
    "y\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allo"
    "w\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:Ass"
    "umeRole\\\"}]}\"}}, {\"address\": \"aws_iam_role.t\", \"mode\": \"managed\", \"type\": \"a"
    "ws_iam_role\", \"name\": \"t\", \"values\": {\"name\": \"t\", \"path\": \"/\", \"assume_ro"
    "le_policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": "
    "\\\"Allow\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Action\\\": "
    "\\\"sts:AssumeRole\\\"}]}\"}}], \"child_modules\": []}}, \"resource_changes\": [], \"prior"
    "_state\": {\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": []}}"
    "}, \"configuration\": {\"root_module\": {\"resources\": [], \"module_calls\": {}}}}";

#define PLAN_OF_ATTACHMENTS(configured)                                                                                \
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": "                             \
    "[{\"address\": \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\""                             \
    ", \"name\": \"r\", \"values\": {\"name\": \"r\", \"path\": \"/app/\", \"assume_role_"                             \
    "policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect"                                \
    "\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, \\\"Act"                             \
    "ion\\\": \\\"sts:AssumeRole\\\"}]}\", \"max_session_duration\": 7200, \"inline_polic"                             \
    "y\": [{}], \"tags_all\": {\"team\": \"a\"}}}, {\"address\": \"aws_iam_user.u\", \"mo"                             \
    "de\": \"managed\", \"type\": \"aws_iam_user\", \"name\": \"u\", \"values\": {\"name"                              \
    "\": \"u\", \"path\": \"/\"}}, {\"address\": \"aws_iam_policy_attachment.a\", \"mode"                              \
    "\": \"managed\", \"type\": \"aws_iam_policy_attachment\", \"name\": \"a\", \"values"                              \
    "\": {\"name\": \"a\", \"policy_arn\": \"arn:aws:iam::aws:policy/ReadOnlyAccess\", \""                             \
    "roles\": [\"r\"]}}], \"child_modules\": []}}, \"resource_changes\": [], \"prior_stat"                             \
    "e\": {\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": [{"                              \
    "\"address\": \"data.aws_caller_identity.me\", \"mode\": \"data\", \"type\": \"aws_ca"                             \
    "ller_identity\", \"values\": {\"account_id\": \"111122223333\", \"arn\": \"arn:aws:i"                             \
    "am::111122223333:user/tf\"}}]}}}, \"configuration\": {\"root_module\": {\"resources"                              \
    "\": [" configured "], \"module_calls\": {}}}}"

static const char plan_of_attachments[] = PLAN_OF_ATTACHMENTS("");

static const char plan_of_unknown_users[] =
    PLAN_OF_ATTACHMENTS("{\"address\": \"aws_iam_policy_attachment.a\", \"type\": \"aws_iam_policy_attachment\", "
                        "\"expressions\": {\"users\": {\"references\": [\"var.users\"]}}}");

static const char a_state_text[] =
    "{\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": [{\"address\":"
    " \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": \"r\", "
    "\"values\": {\"name\": \"r\", \"path\": \"/\", \"arn\": \"arn:aws:iam::111122223333:role/r"
    "\", \"assume_role_policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{"
    "\\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"AWS\\\": \\\"222233334444\\\"}, "
    "\\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\", \"permissions_boundary\": \"arn:aws:iam::1111"
    "22223333:policy/b\", \"managed_policy_arns\": [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]"
    ", \"inline_policy\": [{\"name\": \"i\", \"policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\""
    ", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action\\\": \\\"sts:AssumeRole"
    "\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}]}}]}}}";

static const char small_plan[] =
    "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"ad"
    "dress\": \"aws_iam_role.r\", \"mode\": \"managed\", \"type\": \"aws_iam_role\", \"name\": "
    "\"r\", \"values\": {\"name\": \"r\", \"assume_role_policy\": \"{\\\"Version\\\": \\\"2012-"
    "10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"AWS"
    "\\\": \\\"222233334444\\\"}, \\\"Action\\\": \\\"sts:AssumeRole\\\"}]}\"}}, {\"address\": "
    "\"aws_iam_role_policy.p\", \"mode\": \"managed\", \"type\": \"aws_iam_role_policy\", \"nam"
    "e\": \"p\", \"values\": {\"name\": \"p\", \"policy\": \"{\\\"Version\\\": \\\"2012-10-17"
    "\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Allow\\\", \\\"Action\\\": \\\"sts:AssumeRo"
    "le\\\", \\\"Resource\\\": \\\"*\\\"}]}\"}}]}}, \"configuration\": {\"root_module\": {\"res"
    "ources\": [{\"address\": \"aws_iam_role_policy.p\", \"type\": \"aws_iam_role_policy\", \"e"
    "xpressions\": {\"role\": {\"references\": [\"aws_iam_role.r.id\"]}}}]}}, \"prior_state\": "
    "{\"values\": {\"root_module\": {\"resources\": [{\"address\": \"data.aws_caller_identity.m"
    "e\", \"mode\": \"data\", \"type\": \"aws_caller_identity\", \"values\": {\"account_id\": "
    "\"111122223333\", \"arn\": \"arn:aws:iam::111122223333:user/tf\"}}]}}}}";

static void what_is_known(void **state)
{
    struct world *world = *state;
    put_text(world, "plan.json", known_plan);
    load(world);
    assert_verdict(world, "plan.json", "loaded", "1 user, 1 group, 1 role of account 111122223333");
    assert_number(world,
                  "SELECT count(*) FROM principal WHERE arn = 'arn:aws:iam::111122223333:role/app/r' AND "
                  "max_session_duration = 7200 AND identity_known AND tags_known",
                  1);
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '222233334444'", 1);
    assert_number(world,
                  "SELECT count(*) FROM attachment a JOIN principal p ON p.id = a.principal WHERE p.kind = 'role'", 2);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume", 2);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM account WHERE detail = 'roles'", 1);
    assert_number(world, "SELECT count(*) FROM problem", 0);
    assert_sound(world);
}

/* Names and ARNs that are made later, by what the configuration takes them from. */
static void what_comes_from_the_plan(void **state)
{
    struct world *world = *state;
    put_text(world, "plan.json", plan_of_references);
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%:role/r0' AND policy = 'p0'", 1);
    assert_number(world,
                  "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%:role/r1' AND policy IN ('p1', "
                  "'m')",
                  2);
    assert_number(world,
                  "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%:role/(module.x[%].aws_iam_role."
                  "z)'",
                  1);
    assert_number(world, "SELECT count(*) FROM managed_policy WHERE arn = 'arn:aws:iam::111122223333:policy/m'", 1);
    assert_number(world, "SELECT sum(identity_known) FROM principal", 3);
    assert_number(world, "SELECT count(*) FROM problem", 0);
    assert_sound(world);
}

static void what_is_not_known(void **state)
{
    struct world *world = *state;
    put_text(world, "plan.json", plan_of_unknowns);
    load(world);
    assert_number(
        world, "SELECT count(*) FROM principal WHERE name = 'r' AND trust_document IS NULL AND NOT identity_known", 1);
    assert_number(world, "SELECT count(*) FROM attachment WHERE name = 'p' AND document IS NULL", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 's' AND NOT identity_known", 1);
    assert_string_equal(problem_of(world, "unknown-policy")->pointer, "/planned_values/root_module/resources/3");
    assert_number(world, "SELECT count(*) FROM problem WHERE code = 'known-later' AND severity = 'warning'", 2);
    assert_verdict(world, "plan.json", "loaded", "2 roles");
}

static void whose_policy_it_is(void **state)
{
    struct world *world = *state;
    put_text(world, "plan.json", plan_without_owners);
    load(world);
    assert_number(world, "SELECT count(*) FROM problem WHERE code = 'unknown-owner'", 2);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 'r' AND NOT identity_known", 1);
    put_text(world, "plan.json", plan_of_attachments);
    load(world);
    assert_number(world, "SELECT count(*) FROM attachment", 1);
    assert_number(world, "SELECT sum(identity_known) FROM principal", 2);
    assert_number(world, "SELECT count(*) FROM problem", 0);
    put_text(world, "plan.json", plan_of_unknown_users);
    load(world);
    assert_number(world, "SELECT sum(identity_known) FROM principal WHERE kind = 'role'", 1);
    assert_number(world, "SELECT sum(identity_known) FROM principal WHERE kind = 'user'", 0);
    /* The plan of before is gone. */
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_number(world, "SELECT count(*) FROM source", 1);
    assert_sound(world);
}

static void whose_plan_it_is(void **state)
{
    static const char text[] =
        "{\"planned_values\":{\"root_module\":{\"resources\":[{\"address\":\"aws_iam_user.u\",\"type\":"
        "\"aws_iam_user\",\"mode\":\"managed\",\"values\":{\"name\":\"u\",\"path\":\"/\"}}]}}}";
    const struct load_options options = {.account = "444455556666"};
    struct world *world = *state;
    put_text(world, "plan.json", text);
    put_text(world, "111122223333.json", text);
    load(world);
    assert_verdict(world, "plan.json", "refused", "--account");
    assert_verdict(world, "111122223333.json", "loaded", "111122223333");
    load_with(world, &options);
    assert_verdict(world, "plan.json", "loaded", "444455556666");
    assert_number(world, "SELECT count(*) FROM account", 2);
    put_text(world, "plan.json", plan_of_several);
    load(world);
    assert_verdict(world, "plan.json", "partial", "2 roles of 2 accounts");
    assert_non_null(problem_of(world, "foreign-object"));
    assert_sound(world);
}

static void a_state(void **state)
{
    struct world *world = *state;
    put_text(world, "state.json", a_state_text);
    put_text(world, "words.json", "{\"values\":{\"a\":1}}");
    load(world);
    assert_verdict(world, "state.json", "loaded", "1 role");
    assert_verdict(world, "words.json", "skipped", "");
    assert_number(world, "SELECT count(*) FROM attachment", 2);
    assert_number(
        world, "SELECT count(*) FROM principal WHERE boundary_arn LIKE '%/b' AND identity_known AND NOT tags_known", 1);
}

/* What is there wins over what is planned; what is not there yet is added. */
static void beside_authorization_details(void **state)
{
    (void)state;
    for (int order = 0; order < 4; order++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, order % 2 == 0 ? "1.json" : "3.json", known_plan);
        if (order >= 2)
            load(world);
        put_text(world, "2.json", DETAILS(USER("111122223333", "u"), ""));
        load(world);
        assert_number(world, "SELECT count(*) FROM group_membership", 0);
        assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'user' AND unique_id LIKE 'AIDA%'", 1);
        assert_number(world, "SELECT count(*) FROM account WHERE detail = 'full'", 1);
        if (order < 2)
            assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'role'", 1);
        assert_sound(world);
        tear_down(&made);
    }
}

static void hostile(void **state)
{
    assert_withstands(*state, "x.json", small_plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(what_is_known),
                                       TEST(what_comes_from_the_plan),
                                       TEST(what_is_not_known),
                                       TEST(whose_policy_it_is),
                                       TEST(whose_plan_it_is),
                                       TEST(a_state),
                                       cmocka_unit_test(beside_authorization_details),
                                       TEST(hostile)};
    return cmocka_run_group_tests_name("terraform", tests, NULL, NULL);
}
