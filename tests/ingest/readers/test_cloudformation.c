#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNT "111122223333"

static const char whole_template[] =
    "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\"Hub\": {\"Type\": \"AWS::"
    "IAM::Role\", \"Properties\": {\"RoleName\": \"hub\", \"Path\": \"/app/\", \"MaxSessionDura"
    "tion\": 7200, \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": ["
    "{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": {\"Fn::Sub\": \"arn:${AWS::Partition}:iam"
    "::${Trusted}:root\"}}, \"Action\": \"sts:AssumeRole\"}]}, \"ManagedPolicyArns\": [{\"Ref\""
    ": \"Shared\"}, {\"Fn::Join\": [\"\", [\"arn:\", {\"Ref\": \"AWS::Partition\"}, \":iam::aws"
    ":policy/ReadOnlyAccess\"]]}, {\"Ref\": \"AWS::NoValue\"}], \"PermissionsBoundary\": {\"Ref"
    "\": \"Shared\"}, \"Tags\": [{\"Key\": \"team\", \"Value\": {\"Fn::FindInMap\": [\"Teams\","
    " {\"Ref\": \"AWS::AccountId\"}, \"name\"]}}], \"Policies\": [{\"PolicyName\": \"p\", \"Pol"
    "icyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Act"
    "ion\": \"sts:AssumeRole\", \"Resource\": {\"Fn::GetAtt\": [\"Spoke\", \"Arn\"]}}]}}]}}, \""
    "Spoke\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {\"AssumeRolePolicyDocument\": {\""
    "Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\""
    ": {\"Fn::GetAtt\": \"Hub.Arn\"}}, \"Action\": \"sts:AssumeRole\"}]}}}, \n"
    "\"Shared\": {\"Type\": \"AWS::IAM::ManagedPolicy\", \"Properties\": {\"ManagedPolicyName\""
    ": \"shared\", \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect"
    "\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}]}, \"Roles\": [{\"Ref"
    "\": \"Spoke\"}]}}, \"Ops\": {\"Type\": \"AWS::IAM::Group\", \"Properties\": {\"GroupName\""
    ": \"ops\", \"Policies\": []}}, \"Ann\": {\"Type\": \"AWS::IAM::User\", \"Properties\": {\""
    "UserName\": \"ann\", \"Groups\": [{\"Ref\": \"Ops\"}]}}, \"Extra\": {\"Type\": \"AWS::IAM:"
    ":Policy\", \"Properties\": {\"PolicyName\": \"extra\", \"PolicyDocument\": {\"Version\": "
    "\"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \""
    "Resource\": \"*\"}]}, \"Roles\": [{\"Ref\": \"Hub\"}], \"Groups\": [\"ops\"]}}, \"More\": "
    "{\"Type\": \"AWS::IAM::RolePolicy\", \"Properties\": {\"PolicyName\": \"more\", \"RoleName"
    "\": {\"Ref\": \"Hub\"}, \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": ["
    "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}]}}}, \"Add\":"
    " {\"Type\": \"AWS::IAM::UserToGroupAddition\", \"Properties\": {\"GroupName\": {\"Ref\": "
    "\"Ops\"}, \"Users\": [{\"Ref\": \"Ann\"}]}}, \"Bucket\": {\"Type\": \"AWS::S3::Bucket\"}},"
    " \"Parameters\": {\"Trusted\": {\"Type\": \"String\", \"Default\": \"222233334444\"}}, \"M"
    "appings\": {\"Teams\": {\"111122223333\": {\"name\": \"a\"}}}}";

static const char template_of_unknowns[] =
    "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\"R\": {\"Type\": \"AWS::IA"
    "M::Role\", \"Properties\": {\"RoleName\": \"r\", \"AssumeRolePolicyDocument\": {\"Version"
    "\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": {\"Fn"
    "::ImportValue\": \"partner\"}}, \"Action\": \"sts:AssumeRole\"}]}, \n"
    "\"Policies\": [{\"PolicyName\": \"bucket\", \"PolicyDocument\": {\"Version\": \"2012-10-17"
    "\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": {"
    "\"Fn::GetAtt\": [\"Bucket\", \"Arn\"]}}]}}, {\"PolicyName\": \"assume\", \"PolicyDocument"
    "\": {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"st"
    "s:AssumeRole\", \"Resource\": {\"Ref\": \"Target\"}}]}}], \"ManagedPolicyArns\": [{\"Ref\""
    ": \"Attached\"}]}}, \"S\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {\"RoleName\": "
    "\"s\", \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effe"
    "ct\": \"Allow\", \"Principal\": {\"Service\": \"ec2.amazonaws.com\"}, \"Action\": \"sts:As"
    "sumeRole\"}]}, \"PermissionsBoundary\": {\"Ref\": \"Limit\"}}}, \"P\": {\"Type\": \"AWS::I"
    "AM::Policy\", \"Properties\": {\"PolicyName\": \"p\", \"PolicyDocument\": {\"Version\": \""
    "2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Re"
    "source\": \"*\"}]}, \"Users\": [{\"Ref\": \"Somebody\"}]}}, \"U\": {\"Type\": \"AWS::IAM::"
    "User\", \"Properties\": {\"UserName\": \"u\"}}}, \"Parameters\": {\"Target\": {\"Type\": "
    "\"String\"}, \"Attached\": {\"Type\": \"AWS::SSM::Parameter::Value<String>\", \"Default\":"
    " \"/policy\"}}, \"Transform\": [\"AWS::Serverless-2016-10-31\"]}";

static const char small_template[] =
    "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\"R\": {\"Type\": \"AWS::IA"
    "M::Role\", \"Properties\": {\"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\", \""
    "Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": {\"Fn::Sub\": [\"arn:aws:ia"
    "m::${x}:root\", {\"x\": \"222233334444\"}]}}, \"Action\": \"sts:AssumeRole\"}]}, \"Policie"
    "s\": [{\"PolicyName\": \"p\", \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statemen"
    "t\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": {\"Fn::GetAtt"
    "\": [\"R\", \"Arn\"]}}]}}]}}}}";

static void what_the_template_answers(void **state)
{
    struct world *world = *state;
    put_text(world, ACCOUNT ".json", whole_template);
    load(world);
    assert_verdict(world, ACCOUNT, "loaded", "1 user, 1 group, 2 roles, 1 managed policy of account " ACCOUNT);
    assert_number(world,
                  "SELECT count(*) FROM principal WHERE arn = 'arn:aws:iam::111122223333:role/app/hub' AND "
                  "max_session_duration = 7200 AND boundary_document IS NOT NULL AND identity_known",
                  1);
    assert_number(world,
                  "SELECT count(*) FROM trusts WHERE role LIKE '%/hub' AND principal = "
                  "'arn:aws:iam::222233334444:root'",
                  1);
    /* Its name is made later, so it is called by what no name can be, and means itself wherever it is meant. */
    assert_number(world,
                  "SELECT count(*) FROM trusts WHERE role = 'arn:aws:iam::111122223333:role/(Spoke)' AND principal = "
                  "'arn:aws:iam::111122223333:role/app/hub'",
                  1);
    assert_number(world,
                  "SELECT count(*) FROM permissions_to_assume WHERE resources = "
                  "'[\"arn:aws:iam::111122223333:role/(Spoke)\"]' AND policy = 'p'",
                  1);
    assert_number(world,
                  "SELECT count(*) FROM attachment a JOIN principal p ON p.id = a.principal WHERE p.name = 'hub'", 5);
    assert_number(
        world, "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%(Spoke)' AND policy = 'shared'", 1);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE kind = 'group'", 1);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM principal_tag WHERE value = 'a'", 1);
    assert_number(world, "SELECT sum(identity_known) + sum(tags_known) FROM principal WHERE kind <> 'group'", 6);
    assert_string_equal(problem_of(world, "parameter-default")->pointer, "/Parameters/Trusted");
    assert_number(world, "SELECT count(*) FROM problem", 1);
    assert_number(world, "SELECT count(*) FROM document_problem", 0);
    assert_number(world, "SELECT line FROM managed_policy", 2);
    assert_sound(world);
}

static void what_only_the_deployment_knows(void **state)
{
    struct world *world = *state;
    put_text(world, ACCOUNT ".json", template_of_unknowns);
    load(world);
    assert_number(
        world, "SELECT count(*) FROM principal WHERE name = 'r' AND trust_document IS NOT NULL AND NOT identity_known",
        1);
    assert_number(world, "SELECT count(*) FROM statement WHERE body LIKE '%${deployment.Fn--ImportValue.1}%'", 1);
    assert_number(world, "SELECT count(*) FROM attachment WHERE name = 'bucket' AND document IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM attachment WHERE name = 'assume' AND document IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM statement WHERE body LIKE '%${deployment.Target}%'", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 's' AND NOT identity_known", 1);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = 'u' AND NOT identity_known", 1);
    assert_number(world,
                  "SELECT count(*) FROM problem WHERE code = 'known-later' AND pointer = "
                  "'/Resources/R/Properties/Policies' AND line = 2",
                  1);
    assert_non_null(problem_of(world, "unknown-owner"));
    assert_non_null(problem_of(world, "unknown-policy"));
    assert_non_null(problem_of(world, "transformed"));
    assert_number(world, "SELECT count(*) FROM document_problem", 0);
    assert_sound(world);
}

static void wrapped_and_not_named(void **state)
{
    struct world *world = *state;
    char text[4096];
    snprintf(text, sizeof text, "{\"TemplateBody\":%s,\"StagesAvailable\":[\"Original\"]}", small_template);
    put_text(world, ACCOUNT "/get-template.json", text);
    put_text(world, "plain.json", small_template);
    put_text(world, "yaml.json", "{\"TemplateBody\":\"Resources:\\n  R:\\n\",\"StagesAvailable\":[]}");
    put_text(world, "words.json",
             "{\"Resources\":{\"a\":{\"Type\":\"page\"}},\"Parameters\":{\"a\":1,\"a\":2},\"Transform\":\"x\"}");
    load(world);
    assert_verdict(world, "plain.json", "refused", "--account");
    assert_verdict(world, "yaml.json", "skipped", "YAML");
    assert_verdict(world, "words.json", "skipped", "not an export that rolechain reads");
    assert_number(world,
                  "SELECT count(*) FROM problem WHERE source = (SELECT id FROM source WHERE path LIKE '%words%')", 0);
    snprintf(text, sizeof text, "{\"TemplateBody\":%s}", template_of_unknowns);
    put_text(world, ACCOUNT "/get-template.json", text);
    load(world);
    assert_string_equal(problem_of(world, "known-later")->pointer,
                        "/TemplateBody/Resources/R/Properties/AssumeRolePolicyDocument");
    assert_string_equal(problem_of(world, "unknown-owner")->pointer, "/TemplateBody/Resources/P/Properties/Users");
    put_text(world, ACCOUNT "/get-template.json",
             "{\"TemplateBody\":{\"AWSTemplateFormatVersion\":\"2010-09-09\",\"Resources\":{\"a/b~c\":{\"Type\":"
             "\"AWS::IAM::Role\",\"Properties\":{\"Path\":\"/\",\"Path\":\"/\"}}}}}");
    load(world);
    assert_string_equal(problem_of(world, "duplicate-json-key")->pointer,
                        "/TemplateBody/Resources/a~1b~0c/Properties/Path");
}

#define POLICY_DOCUMENT                                                                                                \
    "\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:"            \
    "AssumeRole\","                                                                                                    \
    "\"Resource\":\"*\"}]}"

/* No account is needed for what is left out. */
static void policies_of_others_alone(void **state)
{
    struct world *world = *state;
    put_text(
        world, "policies.json",
        "{\"Resources\":{\"P\":{\"Type\":\"AWS::IAM::Policy\",\"Properties\":{\"PolicyName\":\"p\"," POLICY_DOCUMENT
        ",\"Roles\":[\"there\",{\"Ref\":\"Later\"}]}},\n"
        "\"Q\":{\"Type\":\"AWS::IAM::RolePolicy\",\"Properties\":{\"PolicyName\":\"q\",\"RoleName\":"
        "\"there\"," POLICY_DOCUMENT "}}},\"Parameters\":{\"Later\":{\"Type\":\"String\"}}}");
    put_text(world, ACCOUNT ".json",
             "{\"Resources\":{\"M\":{\"Type\":\"AWS::IAM::ManagedPolicy\",\"Properties\":{" POLICY_DOCUMENT
             ",\"Users\":[\"ann\"]}}}}");
    load(world);
    assert_verdict(world, "policies.json", "loaded", "nothing in it affects who can assume roles");
    assert_verdict(world, ACCOUNT ".json", "loaded", "1 managed policy");
    assert_number(world, "SELECT count(*) FROM problem", 4);
    assert_number(world, "SELECT count(*) FROM problem WHERE code = 'unknown-owner' AND message LIKE '%skipped%'", 4);
    assert_number(world, "SELECT line FROM problem WHERE pointer = '/Resources/Q/Properties/RoleName'", 2);
    assert_number(world, "SELECT count(*) FROM managed_policy", 1);
    assert_sound(world);
}

static void a_template_again(void **state)
{
    struct world *world = *state;
    put_text(world, ACCOUNT ".json", whole_template);
    load(world);
    put_text(world, ACCOUNT ".json", small_template);
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 1);
    assert_number(world, "SELECT count(*) FROM attachment", 1);
    assert_number(world, "SELECT count(*) FROM managed_policy", 0);
    assert_number(world, "SELECT count(*) FROM document", 2);
    assert_number(world, "SELECT count(*) FROM source", 1);
    assert_sound(world);
}

/* A role whose trust policy has this version (with its comma) and these statements. */
static void put_trust(struct world *world, const char *version, const char *statements)
{
    char text[4096];
    snprintf(text, sizeof text,
             "{\"AWSTemplateFormatVersion\":\"2010-09-09\",\"Parameters\":{\"Later\":{\"Type\":\"String\"},\"Env\":{"
             "\"Type\":\"String\"}},\"Mappings\":{\"M\":{\"us-east-1\":{\"Id\":\"222233334444\",\"Ext\":\"aa\"},"
             "\"eu-west-1\":{\"Id\":\"333344445555\",\"Ext\":\"bb\"}},\"E\":{\"dev\":{\"Id\":\"444455556666\"}}},"
             "\"Resources\":{\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":\"r\","
             "\"AssumeRolePolicyDocument\":{%s\"Statement\":[%s]}}}}}",
             version, statements);
    put_text(world, ACCOUNT ".json", text);
    load(world);
}

#define FROM(who) "\"Principal\":{\"AWS\":" who "}"
#define ASSUME "\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
#define LATER "{\"Ref\":\"Later\"}"
#define MAPPED(map, key, name) "{\"Fn::FindInMap\":[\"" map "\",{\"Ref\":\"" key "\"},\"" name "\"]}"

/* One value that nobody knows hides nothing beside it. */
static void what_is_not_known_stays_open_alone(void **state)
{
    static const struct {
        const char *statement, *body; /* what becomes of it: part of a statement */
        int statements;
    } rows[] = {
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\"," LATER "]}}}",
         "\"StringEquals\":{\"aws:SourceIp\":[\"${deployment.Later}\"]}", 1},
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":{\"NotIpAddressIfExists\":{\"aws:SourceIp\":" LATER
                                  "},\"StringNotEqualsIfExists\":{\"aws:SourceIp\":\"x\"}}}",
         "\"StringNotLikeIfExists\":{\"aws:SourceIp\":[\"${deployment.Later}\"]}", 1},
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":{\"DateLessThan\":{\"aws:CurrentTime\":" LATER "}}}",
         "\"StringEquals\":{\"aws:CurrentTime\":[\"${deployment.Later}\"]}", 1},
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":{\"NumericLessThan\":{\"aws:MultiFactorAuthAge\":" LATER
                                  ",\"x:y\":\"5\"}}}",
         "\"NumericLessThan\":{\"x:y\":[\"5\"]},\"StringEquals\":{\"aws:MultiFactorAuthAge\":", 1},
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":{\"Null\":{\"aws:PrincipalTag/a\":" LATER "}}}",
         "\"Condition\":{\"StringEquals\":{\"deployment.Later\":[\"true\"]}}", 1},
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":" LATER "}", "\"deployment.Later\":[\"a condition that holds\"]", 1},
        {"{\"Effect\":\"Allow\",\"Action\":[\"sts:TagSession\"," LATER "]," FROM("\"1\"") "}",
         "\"Action\":[\"*\"],\"Condition\":{\"StringEquals\":{\"deployment.Later\":[\"the action\"]}}", 2},
        {"{\"Effect\":\"Allow\",\"Action\":[[" LATER "]]," FROM("\"1\"") "}",
         "\"StringEquals\":{\"deployment.Later\":[\"the action\"]}", 1},
        {"{" ASSUME FROM("\"1\"") ",\"Condition\":{\"Null\":{\"x:y\":[[" LATER "]]}}}",
         "\"StringEquals\":{\"deployment.Later\":[\"true\"]}", 1},
        {"{\"Sid\":" LATER "," ASSUME "\"Principal\":" LATER "}", "\"Principal\":{\"AWS\":[\"${deployment.Later}\"]}",
         1},
        /* Whose values a map has, one of these they are. */
        {"{" ASSUME FROM(MAPPED("M", "AWS::Region", "Id")) "}",
         "{\"StringEquals\":{\"deployment.AWS--Region\":[\"eu-west-1\"]}},\"Effect\":\"Allow\",\"Principal\":{\"AWS\":["
         "\"333344445555\"]}",
         2},
        {"{" ASSUME FROM(MAPPED(
             "M", "AWS::Region",
             "Id")) ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":" MAPPED("M", "AWS::Region", "Ext") "}}}",
         "{\"deployment.AWS--Region\":[\"us-east-1\"],\"sts:ExternalId\":[\"aa\"]}},\"Effect\":\"Allow\",\"Principal\":"
         "{\"AWS\":[\"222233334444\"]}",
         2},
        {"{" ASSUME FROM("[" MAPPED("M", "AWS::Region", "Id") "," MAPPED("E", "Env", "Id") "]") "}",
         "{\"deployment.AWS--Region\":[\"us-east-1\"],\"deployment.Env\":[\"dev\"]}},\"Effect\":\"Allow\","
         "\"Principal\":"
         "{\"AWS\":[\"222233334444\",\"444455556666\"]}",
         2},
        {"{" ASSUME FROM("{\"Fn::FindInMap\":[\"M\",\"eu-west-1\",\"Id\"]}") "}",
         "{\"Action\":[\"sts:AssumeRole\"],\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"333344445555\"]}}", 1},
    };
    static const char *const versions[] = {"\"Version\":\"2012-10-17\",", "\"Version\":\"2008-10-17\",", ""};
    struct world *world = *state;
    for (size_t i = 0; i < 3 * sizeof rows / sizeof rows[0]; i++) {
        char statements[2048], sql[2048];
        snprintf(statements, sizeof statements,
                 "%s,{" ASSUME FROM("\"9\"") ",\"Condition\":{\"StringEquals\":{\"a:b\":\"${aws:username}\"}}}",
                 rows[i / 3].statement);
        put_trust(world, versions[i % 3], statements);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM statement WHERE instr(body, '%s') > 0", rows[i / 3].body);
        if (number(world, "SELECT count(*) FROM statement") != rows[i / 3].statements + 1 || number(world, sql) != 1)
            fail_msg("row %zu, version %zu", i / 3, i % 3);
        /* What was no variable is none. */
        bool variables = i % 3 == 0 || strstr(rows[i / 3].statement, "Ref\":\"Later") == NULL;
        assert_number(world, "SELECT count(*) FROM statement WHERE instr(body, '\"${aws:username}\"') > 0", variables);
        assert_number(world, "SELECT count(*) FROM statement WHERE instr(body, '\"${$}{aws:username}\"') > 0",
                      !variables);
        assert_sound(world);
    }
}

/* Functions in functions without end, and texts that double. */
static void functions_without_end(void **state)
{
    struct world *world = *state;
    size_t room = 200000, depth = 400;
    char *text = malloc(room), *at = text;
    assert_non_null(text);
    at += sprintf(at, "{\"Resources\":{\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":");
    for (size_t i = 0; i < depth; i++)
        at += sprintf(at, "{\"Fn::Join\":[\"\",[");
    at += sprintf(at, "\"x\"");
    for (size_t i = 0; i < depth; i++)
        at += sprintf(at, "]]}");
    strcpy(at, "}}}}");
    put_text(world, ACCOUNT ".json", text);
    load(world);
    assert_sound(world);
    at = text + sprintf(text, "{\"Resources\":{\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":");
    for (size_t i = 0; i < 60; i++)
        at += sprintf(at, "{\"Fn::Sub\":[\"${a}${a}\",{\"a\":");
    at += sprintf(at, "\"x\"");
    for (size_t i = 0; i < 60; i++)
        at += sprintf(at, "}]}");
    strcpy(at, "}}}}");
    put_text(world, ACCOUNT ".json", text);
    free(text);
    load(world);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = '(R)'", 1);
    assert_sound(world);
    put_text(world, ACCOUNT ".json",
             "{\"Resources\":{\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":{\"Fn::Sub\":\"${R}${R."
             "Arn}${\"},"
             "\"Path\":{\"Fn::Select\":[99,[]]},\"AssumeRolePolicyDocument\":{\"Ref\":7}}}}}");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal WHERE name = '(R)' AND trust_document IS NULL", 1);
    assert_sound(world);
}

static void hostile(void **state)
{
    assert_withstands(*state, ACCOUNT ".json", small_template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(what_the_template_answers), TEST(what_only_the_deployment_knows),
                                       TEST(wrapped_and_not_named),     TEST(policies_of_others_alone),
                                       TEST(a_template_again),          TEST(what_is_not_known_stays_open_alone),
                                       TEST(functions_without_end),     TEST(hostile)};
    return cmocka_run_group_tests_name("cloudformation", tests, NULL, NULL);
}
