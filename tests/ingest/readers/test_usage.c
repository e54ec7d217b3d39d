/*
 * What was used: CloudTrail and credential reports.
 */
#include "tests/support/loading.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HUB "arn:aws:iam::222233334444:role/hub"
#define EVENT(when, account, identity, rest)                                                                           \
    "{\"eventTime\":\"" when "\",\"eventSource\":\"sts.amazonaws.com\",\"eventName\":\"AssumeRole\",\"awsRegion\":"    \
    "\"eu-west-1\",\"userIdentity\":{" identity "},\"requestParameters\":{\"roleArn\":\"" HUB                          \
    "\"},\"recipientAccountId\":\"" account "\"" rest "}"
#define BY_ROLE                                                                                                        \
    "\"type\":\"AssumedRole\",\"principalId\":\"AROAX:s\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/x/s\","     \
    "\"accountId\":\"111122223333\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"arn\":\"arn:aws:iam::"  \
    "111122223333:role/p/x\"}}"
#define BY_STRANGER "\"type\":\"AWSAccount\",\"principalId\":\"AROAY0000000000000:s\",\"accountId\":\"333344445555\""
#define OTHER_EVENT                                                                                                    \
    "{\"eventTime\":\"2024-01-01T00:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\","        \
    "\"awsRegion\":\"eu-west-1\",\"recipientAccountId\":\"222233334444\",\"userIdentity\":{}}"

static void calls_are_added_up(void **state)
{
    struct world *world = *state;
    put_text(world, "trail.json",
             "{\"Records\":[" EVENT("2024-03-01T00:00:00Z", "222233334444", BY_ROLE, "") "," EVENT(
                 "2024-02-01T00:00:00Z", "222233334444", BY_ROLE,
                 "") "," EVENT("2024-05-01T00:00:00Z", "222233334444", BY_ROLE,
                               ",\"errorCode\":\"AccessDenied\"") "," EVENT("2024-02-02T00:00:00Z", "222233334444",
                                                                            BY_STRANGER, "") "," OTHER_EVENT "]}");
    load(world);
    assert_verdict(world, "trail.json", "loaded",
                   "2 callers of roles, 5 events from 2024-01-01T00:00:00Z to 2024-05-01T00:00:00Z");
    assert_number(world, "SELECT count(*) FROM role_use WHERE role = '" HUB "'", 2);
    assert_number(
        world,
        "SELECT count * 10 + denied FROM role_use WHERE caller = 'arn:aws:iam::111122223333:role/p/x' AND first "
        "= '2024-02-01T00:00:00Z' AND last = '2024-03-01T00:00:00Z'",
        21);
    assert_number(world,
                  "SELECT count FROM role_use WHERE caller = 'AROAY0000000000000' AND caller_account = "
                  "'333344445555'",
                  1);
    assert_number(world, "SELECT events FROM trail WHERE account = '222233334444' AND region = 'eu-west-1'", 5);
    assert_sound(world);
}

static void who_called(void **state)
{
    static const struct {
        const char *identity, *request, *caller;
    } rows[] = {
        {"\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/u\",\"principalId\":\"AIDAU\"", "",
         "arn:aws:iam::111122223333:user/u"},
        {"\"type\":\"AWSService\",\"invokedBy\":\"lambda.amazonaws.com\"", "", "lambda.amazonaws.com"},
        {"\"type\":\"SAMLUser\",\"principalId\":\"x:y\",\"identityProvider\":\"https://idp\"",
         ",\"principalArn\":\"arn:aws:iam::111122223333:saml-provider/idp\"",
         "arn:aws:iam::111122223333:saml-provider/idp"},
        {"\"type\":\"WebIdentityUser\",\"principalId\":\"arn:aws:iam::111122223333:oidc-provider/h:aud:sub\","
         "\"identityProvider\":\"arn:aws:iam::111122223333:oidc-provider/h\"",
         "", "arn:aws:iam::111122223333:oidc-provider/h"},
        {"\"type\":\"Root\",\"arn\":\"arn:aws:iam::111122223333:root\",\"principalId\":\"111122223333\"", "",
         "arn:aws:iam::111122223333:root"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[2048];
        void *made;
        set_up(&made);
        struct world *world = made;
        snprintf(text, sizeof text,
                 "{\"Records\":[{\"recipientAccountId\":\"222233334444\",\"requestParameters\":{\"roleArn\":\"" HUB
                 "\"%s},\"userIdentity\":{%s},\"eventTime\":\"2024-01-01T00:00:00Z\",\"awsRegion\":\"us-east-1\","
                 "\"eventName\":\"AssumeRoleWithSAML\",\"eventSource\":\"sts.amazonaws.com\"}]}",
                 rows[i].request, rows[i].identity);
        put_text(world, "x.json", text);
        load(world);
        snprintf(text, sizeof text, "SELECT count(*) FROM role_use WHERE caller = '%s'", rows[i].caller);
        assert_number(world, text, 1);
        tear_down(&made);
    }
}

#define BY_TOKEN                                                                                                       \
    "\"type\":\"WebIdentityUser\",\"principalId\":\"x\",\"identityProvider\":\"arn:aws:iam::222233334444:"             \
    "oidc-provider/h\""
#define TOKEN(subject)                                                                                                 \
    ",\"responseElements\":{\"subjectFromWebIdentityToken\":\"" subject                                                \
    "\",\"audience\":\"sts.amazonaws.com\",\"credentials\":{\"accessKeyId\":\"ASIA\"}}"

static void tokens_are_told_apart(void **state)
{
    struct world *world = *state;
    put_text(
        world, "trail.json",
        "{\"Records\":[" EVENT("2024-03-01T00:00:00Z", "222233334444", BY_TOKEN, TOKEN("repo:a/b:x")) "," EVENT(
            "2024-03-02T00:00:00Z", "222233334444", BY_TOKEN,
            TOKEN(
                "repo:a/b:x")) "," EVENT("2024-03-03T00:00:00Z", "222233334444", BY_TOKEN,
                                         TOKEN(
                                             "repo:a/c:x")) "," EVENT("2024-03-04T00:00:00Z", "222233334444", BY_TOKEN,
                                                                      ",\"errorCode\":\"AccessDenied\"" TOKEN(
                                                                          "repo:evil/c:x")) "," EVENT("2024-03-05T00:"
                                                                                                      "00:00Z",
                                                                                                      "222233334444",
                                                                                                      BY_ROLE,
                                                                                                      TOKEN("y")) "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM role_token WHERE audience = 'sts.amazonaws.com' AND role = '" HUB "'",
                  2);
    assert_number(world, "SELECT count(*) FROM role_token WHERE subject = 'repo:a/b:x'", 1);
    assert_number(world, "SELECT count(*) FROM role_token", 2);
    put_text(world, "trail.json", "{\"Records\":[" OTHER_EVENT "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM role_token", 0);
    assert_sound(world);
}

/* A provider that serves people: that there are more is kept, not who. */
static void many_tokens_are_not_kept(void **state)
{
    struct world *world = *state;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    fputs("{\"Records\":[" OTHER_EVENT, stream);
    for (int i = 0; i < 100; i++)
        fprintf(stream, "," EVENT("2024-03-01T00:00:00Z", "222233334444", BY_TOKEN, TOKEN("%d")), i);
    fputs("]}", stream);
    fclose(stream);
    put_text(world, "trail.json", text);
    free(text);
    load(world);
    assert_number(world, "SELECT count(*) FROM role_token", 65);
    assert_number(world, "SELECT count(*) FROM role_token WHERE subject = '' AND audience = ''", 1);
}

static void events_of_a_lookup(void **state)
{
    struct world *world = *state;
    put_text(
        world, "lookup.json",
        "{\"Events\":[{\"EventId\":\"1\",\"EventTime\":1704067200.0,\"CloudTrailEvent\":\"{\\\"eventSource\\\":"
        "\\\"sts.amazonaws.com\\\",\\\"eventName\\\":\\\"AssumeRole\\\",\\\"eventTime\\\":\\\"2024-01-01T00:00:00Z\\\","
        "\\\"awsRegion\\\":\\\"us-east-1\\\",\\\"recipientAccountId\\\":\\\"222233334444\\\",\\\"userIdentity\\\":{"
        "\\\"type\\\":\\\"AWSService\\\",\\\"invokedBy\\\":\\\"ec2.amazonaws.com\\\"},\\\"requestParameters\\\":{"
        "\\\"roleArn\\\":\\\"" HUB "\\\"}}\"}]}");
    put_text(world, "nothing.json", "{\"Events\":[]}");
    put_text(world, "notifications.json", "{\"Records\":[{\"eventSource\":\"aws:s3\",\"s3\":{}}]}");
    load(world);
    assert_verdict(world, "lookup.json", "loaded", "1 caller of a role");
    assert_verdict(world, "nothing.json", "loaded", "an empty answer");
    assert_verdict(world, "notifications.json", "skipped", "");
    assert_number(world, "SELECT count(*) FROM role_use WHERE caller = 'ec2.amazonaws.com'", 1);
}

/* The records alone, as strings: a list, lists of lists, one a line, one alone. */
static void records_as_strings(void **state)
{
#define AS_STRING                                                                                                      \
    "\"{\\\"eventVersion\\\":\\\"1.08\\\",\\\"eventSource\\\":\\\"sts.amazonaws.com\\\",\\\"eventName\\\":"            \
    "\\\"AssumeRole\\\","                                                                                              \
    "\\\"eventTime\\\":\\\"2024-01-01T00:00:00Z\\\",\\\"awsRegion\\\":\\\"us-east-1\\\",\\\"recipientAccountId\\\":"   \
    "\\\"222233334444\\\",\\\"userIdentity\\\":{\\\"type\\\":\\\"AWSService\\\",\\\"invokedBy\\\":\\\"ec2.amazonaws."  \
    "com"                                                                                                              \
    "\\\"},\\\"requestParameters\\\":{\\\"roleArn\\\":\\\"" HUB "\\\"}}\""
    static const struct {
        const char *text, *verdict, *said;
    } rows[] = {
        {"[" AS_STRING "," AS_STRING "]", "loaded", "2 events"},
        {"[[" AS_STRING "],[" AS_STRING "]]", "loaded", "2 events"},
        {AS_STRING "\n" AS_STRING "\n" AS_STRING "\n", "loaded", "3 events"},
        {AS_STRING, "loaded", "1 event"},
        {"{\"Events\":[" AS_STRING "]}", "loaded", "1 event"},
        {"[\"a\"," AS_STRING "]", "loaded", "1 event"},
        {"[\"{\\\"a\\\":1}\",\"{not JSON\",\"{\"]", "skipped", "not an export that rolechain reads"},
        {"[" AS_STRING ",\"{\\\"eventSource\\\":\\\"sts.amazonaws.com\\\"\"]", "partial", "1 event"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put_text(world, "strings.json", rows[i].text);
        load(world);
        assert_verdict(world, "strings.json", rows[i].verdict, rows[i].said);
        assert_sound(world);
    }
}

static void packed_and_loaded_again(void **state)
{
    static const char first[] = "{\"Records\":[" EVENT("2024-03-01T00:00:00Z", "222233334444", BY_ROLE, "") "]}";
    static const char second[] = "{\"Records\":[" EVENT("2024-04-01T00:00:00Z", "222233334444", BY_ROLE, "") "]}";
    struct world *world = *state;
    for (int round = 0; round < 3; round++) {
        const char *text = round < 2 ? first : second;
        char path[1024];
        snprintf(path, sizeof path, "%s/222233334444_CloudTrail.json.gz", world->folder);
        gzFile file = gzopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), strlen(text));
        assert_int_equal(gzclose(file), Z_OK);
        put_text(world, "details.json", DETAILS("", ROLE("222233334444", "hub")));
        load(world);
        assert_number(world, "SELECT count(*) FROM role_use WHERE count = 1", 1);
        assert_number(world, "SELECT count(*) FROM trail WHERE events = 1", 1);
        assert_number(world, "SELECT count(*) FROM role_use WHERE last LIKE '2024-04%'", round == 2);
        assert_number(world, "SELECT count(*) FROM source", 2);
        assert_sound(world);
    }
    /* The account is exported again, the trail stays. */
    put_text(world, "details.json", DETAILS("", ROLE("222233334444", "hub") "," ROLE("222233334444", "other")));
    load(world);
    assert_number(world, "SELECT count(*) FROM role_use", 1);
    assert_sound(world);
}

static void events_that_say_too_little(void **state)
{
    struct world *world = *state;
    put_text(
        world, "time.json",
        "{\"Records\":[\n" EVENT("today", "222233334444", BY_ROLE, "") ",\n" EVENT("today", "x", BY_ROLE, "") "]}");
    put_text(
        world, "role.json",
        "{\"Records\":[\n{\"eventTime\":\"2024-01-01T00:00:00Z\",\"eventSource\":\"sts.amazonaws.com\",\"eventName\":"
        "\"AssumeRole\",\"recipientAccountId\":\"222233334444\",\"requestParameters\":null}]}");
    load(world);
    assert_verdict(world, "time.json", "partial", "1 error");
    assert_int_equal(problem_of(world, "event-without-time")->line, 2);
    assert_int_equal(problem_of(world, "event-without-role")->severity, PROBLEM_WARNING);
    assert_number(world, "SELECT count(*) FROM role_use", 0);
    assert_number(world, "SELECT count(*) FROM problem", 2);
}

static void hostile_trails(void **state)
{
    assert_withstands(*state, "x.json",
                      "{\"Records\":[" EVENT("2024-02-02T00:00:00Z", "222233334444", BY_STRANGER, "") "," OTHER_EVENT
                                                                                                      "]}");
}

/* However many events there are, only distinct callers are kept. */
static void many_events(void **state)
{
    static const char event[] = "," EVENT("2024-03-01T00:00:00Z", "222233334444", BY_ROLE, "");
    struct world *world = *state;
    size_t count = 20000, each = sizeof event - 1;
    char *text = malloc(1024 + count * each), *at = text;
    assert_non_null(text);
    at += sprintf(at, "{\"Records\":[" OTHER_EVENT);
    for (size_t i = 0; i < count; i++, at += each)
        memcpy(at, event, each);
    strcpy(at, "]}");
    put_text(world, "x.json", text);
    free(text);
    load(world);
    assert_number(world, "SELECT count FROM role_use", (int64_t)count);
}

/* ---- credential reports */

#define HEADING                                                                                                        \
    "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,"                  \
    "access_key_1_last_used_date,access_key_2_active,access_key_2_last_used_date\n"
#define ALICE                                                                                                          \
    "alice,arn:aws:iam::111122223333:user/alice,2024-01-01T00:00:00+00:00,true,2024-05-01T00:00:00+00:00,false,true,"  \
    "2024-02-01T00:00:00+00:00,true,2024-03-01T00:00:00+00:00\n"
#define ROOT                                                                                                           \
    "<root_account>,arn:aws:iam::111122223333:root,2024-01-01T00:00:00+00:00,not_supported,no_information,true,false," \
    "N/A,false,N/A\n"

static void how_users_sign_in(void **state)
{
    struct world *world = *state;
    put_text(world, "report.csv",
             HEADING ROOT ALICE "\"a,b\",\"arn:aws:iam::111122223333:user/a,b\",x,false,N/A,false,true,N/A,false,N/A");
    load(world);
    assert_verdict(world, "report.csv", "loaded", "3 lines on credentials");
    assert_number(
        world,
        "SELECT password * 1000 + mfa * 100 + access_keys * 10 + line FROM credential WHERE arn LIKE '%alice' "
        "AND key_last_used = '2024-03-01T00:00:00+00:00'",
        1023);
    assert_number(world,
                  "SELECT mfa FROM credential WHERE arn LIKE '%:root' AND password IS NULL AND password_last_used "
                  "= '' AND key_last_used IS NULL",
                  1);
    assert_number(world, "SELECT access_keys FROM credential WHERE arn LIKE '%user/a,b' AND key_last_used = ''", 1);
    put_text(world, "report.csv", HEADING ROOT);
    load(world);
    assert_number(world, "SELECT count(*) FROM credential", 1);
    assert_sound(world);
}

static void as_the_command_line_prints_it(void **state)
{
    struct world *world = *state;
    /* user,arn,user_creation_time,mfa_active / u,arn:aws:iam::111122223333:user/u,x,true */
    put_text(world, "get-credential-report.json",
             "{\"Content\":\"dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1lLG1mYV9hY3RpdmUKdSxhcm46YXdzOmlhbTo6MTExMTIyMjIzMzMz"
             "OnVzZXIvdSx4LHRydWUK\",\"ReportFormat\":\"text/csv\"}");
    put_text(world, "get-credential-report.2.json", "{\"Content\":\"dXNl%\",\"ReportFormat\":\"text/csv\"}");
    put_text(world, "page.json", "{\"Content\":\"words\"}");
    load(world);
    assert_number(world, "SELECT count(*) FROM credential WHERE mfa = 1 AND password IS NULL AND access_keys IS NULL",
                  1);
    assert_verdict(world, "report.2.json", "partial", "");
    assert_string_equal(problem_of(world, "invalid-report")->pointer, "/Content");
    assert_verdict(world, "page.json", "skipped", "");
}

static void reports_that_are_broken(void **state)
{
    static const struct {
        const char *text, *code;
        unsigned line;
    } rows[] = {
        {HEADING "alice,arn:aws:iam::111122223333:user/alice\n", "wrong-number-of-fields", 2},
        {HEADING ALICE "x,arn,x,x,x,x,x,x,x,x\n", "missing-member", 3},
        {HEADING ROOT "u,arn:aws:iam::111122223333:user/\xFF,x,x,x,x,x,x,x,x\n", "missing-member", 3},
        {HEADING "r,arn:aws:iam::111122223333:role/r,x,x,x,x,x,x,x,x\n", "missing-member", 2},
        {HEADING "\"a\nb\nc", "wrong-number-of-fields", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, "x.csv", rows[i].text);
        load(world);
        assert_verdict(world, "x.csv", "partial", "1 error");
        assert_int_equal(problem_of(world, rows[i].code)->line, rows[i].line);
        tear_down(&made);
    }
}

static void hostile_reports(void **state)
{
    static const char text[] = HEADING ALICE ROOT;
    static const char characters[] = "\",\n\r\\0<";
    struct world *world = *state;
    char *copy = strdup(text);
    assert_non_null(copy);
    for (size_t i = 30; i < sizeof text - 1; i++) {
        put(world, "x.csv", text, i);
        load(world);
        copy[i] = characters[i % sizeof characters];
        put(world, "x.csv", copy, sizeof text - 1);
        load(world);
        copy[i] = text[i];
    }
    free(copy);
    assert_sound(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_are_added_up),
        cmocka_unit_test(who_called),
        TEST(tokens_are_told_apart),
        TEST(many_tokens_are_not_kept),
        TEST(events_of_a_lookup),
        TEST(records_as_strings),
        TEST(packed_and_loaded_again),
        TEST(events_that_say_too_little),
        TEST(hostile_trails),
        TEST(many_events),
        TEST(how_users_sign_in),
        TEST(as_the_command_line_prints_it),
        cmocka_unit_test(reports_that_are_broken),
        TEST(hostile_reports),
    };
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
