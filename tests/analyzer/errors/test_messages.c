/* Every message of messages.cases is read as it says there, every form of the table is among them, and a text of many
 * megabytes that almost reads like a message costs no more than its length. */
#include "analyzer/errors/aws_error.h"
#include "analyzer/errors/error_events.h"
#include "ingest/support/memory.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASES "tests/analyzer/errors/messages.cases"

static const char *const denier_names[] = {
    [DENIER_UNNAMED] = "",          [DENIER_IDENTITY] = "identity", [DENIER_SCP] = "scp",
    [DENIER_RCP] = "rcp",           [DENIER_BOUNDARY] = "boundary", [DENIER_SESSION] = "session-policy",
    [DENIER_ENDPOINT] = "endpoint", [DENIER_TRUST] = "trust"};

/* An error as a line of the case file has it. */
static void describe(const struct aws_error *error, struct text *text)
{
    text_format(text, "=> %s", error->form != NULL ? error->form->id : "allowed");
    for (int i = 0; i < ERROR_FIELD_COUNT; i++)
        if (error->values[i] != NULL)
            text_format(text, " %s=%s", error_field_word((enum error_field)i), error->values[i]);
    if (error->code != NULL)
        text_format(text, " code=%s", error->code);
    if (error->operation != NULL)
        text_format(text, " operation=%s", error->operation);
    if (error->denier != DENIER_UNNAMED)
        text_format(text, " reason=%s %s", denier_names[error->denier], error->explicit_deny ? "deny" : "implicit");
    if (error->policy_arn != NULL)
        text_format(text, " policy=%s", error->policy_arn);
    text_append_char(text, '\n');
}

static void check_case(const struct text *message, const struct text *expected, bool *seen)
{
    struct arena arena = {0};
    struct aws_errors errors = aws_errors_read(&arena, message->data, message->length);
    struct text found = {0};
    for (uint32_t i = 0; i < errors.count; i++) {
        describe(&errors.list[i], &found);
        seen[errors.list[i].form - error_forms] = true;
    }
    if (errors.count == 0)
        text_append_string(&found, "=> none\n");
    if (strcmp(found.data, expected->data) != 0)
        fail_msg("%s\nis read as\n%sand not as\n%s", message->data, found.data, expected->data);
    text_free(&found);
    arena_free(&arena);
}

static void messages(void **state)
{
    FILE *file = fopen(CASES, "r");
    char *line = NULL;
    size_t room = 0, cases = 0, forms = 0;
    while (error_forms[forms].id != NULL)
        forms++;
    bool *seen = memory_zeroed(forms, sizeof *seen);
    struct text message = {0}, expected = {0};
    (void)state;
    assert_non_null(file);
    while (getline(&line, &room, file) >= 0) {
        if (strcmp(line, "----\n") == 0) {
            check_case(&message, &expected, seen);
            message.length = expected.length = 0;
            cases++;
        } else if (strncmp(line, "=> ", 3) == 0) {
            text_append_string(&expected, line);
        } else if (line[0] != '#' && (line[0] != '\n' || message.length > 0)) {
            text_append_string(&message, line);
        }
    }
    assert_int_equal(message.length, 0);
    assert_true(cases > 90);
    for (size_t i = 0; i < forms; i++)
        if (!seen[i])
            fail_msg("no case reads as %s", error_forms[i].id);
    text_free(&message);
    text_free(&expected);
    free(seen);
    free(line);
    fclose(file);
}

/* Every form says what it means, where that is written, and what to do where the exports do not. */
static void forms_are_whole(void **state)
{
    (void)state;
    for (const struct error_form *form = error_forms; form->id != NULL; form++) {
        assert_non_null(form->means);
        assert_true(strncmp(form->source, "https://", 8) == 0);
        assert_true(form->to_do != NULL || form->question != ASK_NOTHING);
        assert_true(form->means[strlen(form->means) - 1] != '.');
        assert_true(form->question != ASK_SERVICE || form->service != NULL);
    }
}

static void many_errors(void **state)
{
    struct arena arena = {0};
    struct text text = {0};
    (void)state;
    for (int i = 0; i < 300; i++)
        text_format(&text,
                    "User: arn:aws:iam::111122223333:user/u%d is not authorized to perform: sts:AssumeRole on "
                    "resource: arn:aws:iam::444455556666:role/r\n",
                    i);
    struct aws_errors errors = aws_errors_read(&arena, text.data, text.length);
    assert_int_equal(errors.count, ERRORS_MOST);
    assert_true(errors.more);
    assert_string_equal(errors.list[19].values[ERROR_CALLER], "arn:aws:iam::111122223333:user/u19");
    text_free(&text);
    arena_free(&arena);
}

/* ---- events */

static char *events_of(const char *json)
{
    struct arena arena = {0};
    struct aws_errors errors;
    struct text text = {0};
    const char *problem = NULL;
    if (!error_events_read(&arena, json, strlen(json), &errors, &problem))
        text_format(&text, "not read: %s\n", problem);
    for (uint32_t i = 0; problem == NULL && i < errors.count; i++) {
        describe(&errors.list[i], &text);
        for (uint32_t k = 0; k < errors.list[i].key_count; k++)
            text_format(&text, "   %s = %s\n", errors.list[i].keys[k].key, errors.list[i].keys[k].values[0]);
    }
    arena_free(&arena);
    return text_release(&text);
}

#define DENIED                                                                                                         \
    "{\"eventName\":\"AssumeRole\",\"eventSource\":\"sts.amazonaws.com\",\"errorCode\":\"AccessDenied\","              \
    "\"errorMessage\":\"User: arn:aws:sts::111122223333:assumed-role/Dev/ana is not authorized to perform: "           \
    "sts:AssumeRole on resource: arn:aws:iam::444455556666:role/ops/deploy\",\"sourceIPAddress\":\"198.51.100.17\","   \
    "\"userIdentity\":{\"type\":\"AssumedRole\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/Dev/ana\"},"          \
    "\"requestParameters\":null}"
#define SAID                                                                                                           \
    "=> denied-on caller=arn:aws:sts::111122223333:assumed-role/Dev/ana action=sts:AssumeRole "                        \
    "resource=arn:aws:iam::444455556666:role/ops/deploy code=AccessDenied operation=AssumeRole\n"                      \
    "   aws:SourceIp = 198.51.100.17\n"

static void expect_events(const char *json, const char *expected)
{
    char *found = events_of(json);
    assert_string_equal(found, expected);
    free(found);
}

/* In every wrapping that people have records in. */
static void wrapped_events(void **state)
{
    (void)state;
    expect_events(DENIED, SAID);
    expect_events("{\"Records\":[" DENIED "]}", SAID);
    expect_events("[" DENIED "," DENIED "]", SAID SAID);
    expect_events(DENIED "\n" DENIED "\n", SAID SAID);
    expect_events("{\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":" DENIED "}", SAID);
    expect_events("{\"Events\":[{\"EventId\":\"1\",\"CloudTrailEvent\":\"{\\\"eventName\\\":\\\"AssumeRole\\\","
                  "\\\"eventSource\\\":\\\"sts.amazonaws.com\\\",\\\"requestParameters\\\":{\\\"roleArn\\\":"
                  "\\\"arn:aws:iam::444455556666:role/r\\\",\\\"externalId\\\":\\\"x7\\\"},\\\"userIdentity\\\":"
                  "{\\\"type\\\":\\\"IAMUser\\\",\\\"arn\\\":\\\"arn:aws:iam::111122223333:user/ana\\\"}}\"}]}",
                  "=> allowed caller=arn:aws:iam::111122223333:user/ana action=sts:AssumeRole "
                  "resource=arn:aws:iam::444455556666:role/r operation=AssumeRole\n   sts:ExternalId = x7\n");
    expect_events("{\"Records\":[{\"eventName\":\"ListUsers\",\"eventSource\":\"iam.amazonaws.com\"}]}", "");
    expect_events("{\"Records\":[", "not read: line 1: ']' expected near end of file\n");
    expect_events("", "");
}

static void callers_of_events(void **state)
{
    (void)state;
    expect_events("{\"eventName\":\"AssumeRoleWithWebIdentity\",\"eventSource\":\"sts.amazonaws.com\",\"userIdentity\":"
                  "{\"type\":\"WebIdentityUser\",\"userName\":\"repo:acme/shop:ref:refs/heads/main\",\"principalId\":"
                  "\"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:"
                  "repo:acme/shop:ref:refs/heads/main\"},\"requestParameters\":{\"roleArn\":"
                  "\"arn:aws:iam::444455556666:role/gha\",\"roleSessionName\":\"s1\"}}",
                  "=> allowed caller=arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com "
                  "action=sts:AssumeRoleWithWebIdentity resource=arn:aws:iam::444455556666:role/gha "
                  "operation=AssumeRoleWithWebIdentity\n"
                  "   sts:RoleSessionName = s1\n"
                  "   token.actions.githubusercontent.com:sub = repo:acme/shop:ref:refs/heads/main\n"
                  "   token.actions.githubusercontent.com:aud = sts.amazonaws.com\n");
    expect_events("{\"eventName\":\"AssumeRole\",\"eventSource\":\"sts.amazonaws.com\",\"userIdentity\":{\"type\":"
                  "\"AWSAccount\",\"principalId\":\"AROAEXAMPLE0123456789:ana\",\"accountId\":\"111122223333\"},"
                  "\"requestParameters\":{\"roleArn\":\"arn:aws:iam::444455556666:role/r\",\"tags\":[{\"key\":\"team\","
                  "\"value\":\"red\"}]}}",
                  "=> allowed caller=AROAEXAMPLE0123456789 action=sts:AssumeRole "
                  "resource=arn:aws:iam::444455556666:role/r operation=AssumeRole\n   aws:RequestTag/team = red\n");
    expect_events("{\"eventName\":\"AssumeRole\",\"eventSource\":\"sts.amazonaws.com\",\"userIdentity\":{\"type\":"
                  "\"AWSService\",\"invokedBy\":\"lambda.amazonaws.com\"},\"requestParameters\":{\"roleArn\":"
                  "\"arn:aws:iam::444455556666:role/f\"}}",
                  "=> allowed caller=lambda.amazonaws.com action=sts:AssumeRole "
                  "resource=arn:aws:iam::444455556666:role/f operation=AssumeRole\n");
    expect_events("{\"DecodedMessage\":\"{\\\"allowed\\\":false,\\\"explicitDeny\\\":true,\\\"context\\\":{"
                  "\\\"principal\\\":{\\\"arn\\\":\\\"arn:aws:iam::111122223333:user/ana\\\"},\\\"action\\\":"
                  "\\\"iam:PassRole\\\",\\\"resource\\\":\\\"arn:aws:iam::111122223333:role/app\\\",\\\"conditions\\\":"
                  "{\\\"items\\\":[{\\\"key\\\":\\\"iam:PassedToService\\\",\\\"values\\\":{\\\"items\\\":[{\\\"value"
                  "\\\":\\\"ec2.amazonaws.com\\\"}]}}]}}}\"}",
                  "=> denied caller=arn:aws:iam::111122223333:user/ana action=iam:PassRole "
                  "resource=arn:aws:iam::111122223333:role/app code=AccessDenied\n"
                  "   iam:PassedToService = ec2.amazonaws.com\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(messages), cmocka_unit_test(forms_are_whole),
                                       cmocka_unit_test(many_errors), cmocka_unit_test(wrapped_events),
                                       cmocka_unit_test(callers_of_events)};
    return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
