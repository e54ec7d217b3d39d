#include "graph/model/history.h"
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define RECORD(when, account, identity)                                                                                \
    "{\"eventTime\":\"" when "\",\"eventSource\":\"sts.amazonaws.com\",\"eventName\":\"AssumeRole\",\"awsRegion\":"    \
    "\"us-east-1\",\"userIdentity\":" identity                                                                         \
    ",\"requestParameters\":{\"roleArn\":\"arn:aws:iam::222233334444:role/HUB\"},\"recipientAccountId\":\"" account    \
    "\"}"
#define AS_ROLE                                                                                                        \
    "{\"type\":\"AssumedRole\",\"sessionContext\":{\"sessionIssuer\":{\"arn\":\"arn:aws:iam::111122223333:role/"       \
    "RUNNER\"}}}"
#define AS_ID "{\"type\":\"AWSAccount\",\"accountId\":\"111122223333\",\"principalId\":\"AROARUNNER00000000000:s\"}"
#define AS_STRANGER "{\"type\":\"AWSAccount\",\"accountId\":\"999988887777\",\"principalId\":\"AIDASTRANGER\"}"

static struct model *model_of(struct world *world)
{
    char *error = NULL;
    load(world);
    struct model *model = model_load(world->store, &error);
    assert_non_null(model);
    return model;
}

static void calls_of_both_sides(void **state)
{
    struct world *world = *state;
    size_t count;
    put_text(world, "1.json", DETAILS("", ROLE("111122223333", "RUNNER")));
    put_text(world, "2.json", DETAILS("", ROLE("222233334444", "HUB") "," ROLE("222233334444", "IDLE")));
    put_text(world, "caller.json",
             "{\"Records\":[" RECORD("2024-02-01T00:00:00Z", "111122223333",
                                     AS_ROLE) "," RECORD("2024-03-01T00:00:00Z", "111122223333", AS_ROLE) "]}");
    put_text(world, "owner.json",
             "{\"Records\":[" RECORD("2024-01-01T00:00:00Z", "222233334444",
                                     AS_ID) "," RECORD("2024-04-01T00:00:00Z", "222233334444", AS_STRANGER) "]}");
    struct model *model = model_of(world);
    struct history *history = history_load(model);
    assert_non_null(history);
    uint32_t hub = model_find_arn(model, "arn:aws:iam::222233334444:role/HUB");
    const struct history_call *calls = history_calls_on(history, hub, &count);
    assert_int_equal(count, 2);
    assert_string_equal(calls[0].name, "AIDASTRANGER");
    assert_int_equal(calls[0].caller, MODEL_NONE);
    assert_string_equal(calls[0].account, "999988887777");
    assert_string_equal(calls[1].name, "arn:aws:iam::111122223333:role/RUNNER");
    assert_int_equal(calls[1].caller, model_find_arn(model, calls[1].name));
    assert_string_equal(calls[1].first, "2024-01-01T00:00:00Z");
    assert_string_equal(calls[1].last, "2024-03-01T00:00:00Z");
    assert_int_equal(calls[1].count, 2);
    history_calls_on(history, model_find_arn(model, "arn:aws:iam::222233334444:role/IDLE"), &count);
    assert_int_equal(count, 0);
    const struct history_trail *trail = history_trail_of(history, model_find_account(model, "222233334444"));
    assert_non_null(trail);
    assert_string_equal(trail->first, "2024-01-01T00:00:00Z");
    assert_string_equal(trail->last, "2024-04-01T00:00:00Z");
    assert_string_equal(trail->regions, "us-east-1");
    history_free(history);
    model_free(model);
}

static void nothing_is_known(void **state)
{
    struct world *world = *state;
    size_t count;
    put_text(world, "1.json", DETAILS(USER("111122223333", "U"), ROLE("111122223333", "R")));
    struct model *model = model_of(world);
    struct history *history = history_load(model);
    assert_non_null(history);
    assert_null(history_trail_of(history, 0));
    history_calls_on(history, 0, &count);
    assert_int_equal(count, 0);
    for (uint32_t i = 0; i < model->principal_count; i++)
        assert_null(model->principals[i].credential);
    history_free(history);
    model_free(model);
}

static void how_users_sign_in(void **state)
{
    struct world *world = *state;
    char *error = NULL;
    put_text(world, "1.json", DETAILS(USER("111122223333", "U") "," USER("111122223333", "V"), ""));
    put_text(world, "report.csv",
             "user,arn,user_creation_time,password_enabled,mfa_active,access_key_1_active,access_key_1_last_used_date\n"
             "U,arn:aws:iam::111122223333:user/U,x,true,false,true,2024-01-01T00:00:00+00:00\n"
             "gone,arn:aws:iam::111122223333:user/gone,x,true,false,true,N/A\n");
    struct model *model = model_of(world);
    uint32_t user = model_find_arn(model, "arn:aws:iam::111122223333:user/U");
    const int64_t ids[] = {model->principals[user].id};
    const struct model_credential *credential = model->principals[user].credential;
    assert_non_null(credential);
    assert_int_equal(credential->password, FACT_YES);
    assert_int_equal(credential->mfa, FACT_NO);
    assert_int_equal(credential->key, FACT_YES);
    assert_null(credential->password_last_used);
    assert_string_equal(credential->key_last_used, "2024-01-01T00:00:00+00:00");
    assert_null(model->principals[model_find_arn(model, "arn:aws:iam::111122223333:user/V")].credential);
    model_free(model);
    model = model_load_part(world->store, ids, 1, &error);
    assert_non_null(model);
    assert_int_equal(model->principals[0].credential->mfa, FACT_NO);
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(calls_of_both_sides), TEST(nothing_is_known), TEST(how_users_sign_in)};
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
