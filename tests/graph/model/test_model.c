/* Parts of a model: whoever is chosen has in the part what it has in the whole. */
#include "graph/model/model.h"
#include "ingest/support/text.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static struct scenario scenario;
static struct store *store;
static struct model *whole;

/* Principals of all kinds far apart and next to each other; B is named, C has principals that nothing names. */
static void write_world(struct text *text)
{
    text_append_string(text, "organization M members A C\n"
                             "scp root deny iam:CreateUser on *\n"
                             "scp A deny sts:AssumeRole on arn:aws:iam::$C:role/x*\n"
                             "group A/readers\n may allow sts:AssumeRole on *\n attach Shared allow s3:* on *\n"
                             "group A/empty\n"
                             "user A/team/alice tag team=blue tag site=x group readers group empty\n"
                             " may allow iam:* on *\n boundary Fence allow * on *\n"
                             "user A/bob group nowhere\n missing Lost\n"
                             "user C/carol group nowhere\n");
    for (int i = 0; i < 60; i++) {
        text_format(text, "role %s/x%d%s\n trust allow sts:AssumeRole from account:%s\n", i % 3 != 0 ? "A" : "C", i,
                    i % 4 == 0 ? " tag n=1 tag m=2" : "", i % 5 == 0 ? "B" : "A");
        for (int j = 0; j < i % 4; j++)
            text_format(text, " may allow sts:AssumeRole on arn:aws:iam::$A:role/x%d\n", j);
        if (i % 7 == 0)
            text_format(text, " attach Common%d allow s3:* on *\n boundary Fence%d allow * on *\n", i, i);
    }
}

static int open_world(void **state)
{
    struct text text = {0};
    char *error = NULL;
    (void)state;
    write_world(&text);
    bool good = scenario_read(&scenario, text.data, 1);
    text_free(&text);
    store = good ? scenario_load(&scenario) : NULL;
    whole = store != NULL ? model_load(store, &error) : NULL;
    return whole != NULL ? 0 : -1;
}

static int close_world(void **state)
{
    (void)state;
    model_free(whole);
    store_close(store);
    scenario_free(&scenario);
    return 0;
}

static void describe_use(const struct model *model, const struct policy_use *use, struct text *text)
{
    if (use == NULL) {
        text_append_string(text, "none;");
        return;
    }
    const struct model_document *document = use->document != MODEL_NONE ? &model->documents[use->document] : NULL;
    text_format(text, "%d %s %s %s %d %d %u %u:", (int)use->kind, use->name, use->arn != NULL ? use->arn : "-",
                use->holder, use->via_group, use->built_in, use->source, use->line);
    text_format(text, "%lld", document != NULL ? (long long)document->id : 0LL);
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        text_format(text, " %u %d %s %u %u", statement->position, statement->allow,
                    statement->action_count > 0 ? statement->actions[0] : "", statement->resource_count,
                    statement->principal_count);
    }
    text_append_char(text, ';');
}

static char *describe(const struct model *model, uint32_t index)
{
    const struct model_principal *one = &model->principals[index];
    const struct model_account *account = &model->accounts[one->account];
    struct text text = {0};
    text_format(&text, "%s %s %s %s %d %d %s %d %u %u\n", one->arn, one->name, one->path, one->unique_id, one->is_role,
                one->tags_known, account->id, account->in_organization, one->line, one->tag_count);
    for (uint32_t i = 0; i < one->tag_count; i++)
        text_format(&text, "%s=%s ", one->tags[i].key, one->tags[i].value);
    describe_use(model, one->trust, &text);
    describe_use(model, one->boundary, &text);
    for (uint32_t i = 0; i < one->policy_count; i++)
        describe_use(model, &model->uses[one->first_policy + i], &text);
    for (uint32_t i = 0; i < model->scps[one->account].level_count; i++)
        text_format(&text, "%s %u ", model->scps[one->account].levels[i].id,
                    model->scps[one->account].levels[i].policy_count);
    return text_release(&text);
}

static void assert_part(const int64_t *ids, size_t count)
{
    char *error = NULL;
    struct model *part = model_load_part(store, ids, count, &error);
    assert_non_null(part);
    assert_int_equal(part->principal_count, count);
    for (uint32_t i = 0; i < part->principal_count; i++) {
        const char *arn = part->principals[i].arn;
        uint32_t there = model_find_arn(whole, arn);
        char *mine = describe(part, i), *theirs = describe(whole, there);
        assert_string_equal(mine, theirs);
        assert_int_equal(model_find_arn(part, arn), i);
        assert_int_equal(model_find_unique_id(part, part->principals[i].unique_id), i);
        if (part->principals[i].is_role)
            assert_int_equal(model_find_role_name(part, part->principals[i].account, part->principals[i].name), i);
        assert_true(i == 0 || part->principals[i - 1].account < part->principals[i].account ||
                    strcmp(part->principals[i - 1].arn, arn) < 0);
        free(mine);
        free(theirs);
    }
    model_free(part);
}

static void test_parts(void **state)
{
    (void)state;
    int64_t *ids = calloc(whole->principal_count, sizeof *ids);
    uint64_t random = 20260101;
    assert_non_null(ids);
    for (uint32_t round = 0; round < 60; round++) {
        size_t count = 0;
        for (uint32_t i = 0; i < whole->principal_count; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            if (round == 0 || (random >> 33) % (round + 1) == 0)
                ids[count++] = whole->principals[whole->principal_count - 1 - i].id;
        }
        assert_part(ids, count);
    }
    free(ids);
}

static void test_what_the_whole_holds(void **state)
{
    (void)state;
    uint32_t alice = model_find_arn(whole, "arn:aws:iam::111111111111:user/team/alice");
    assert_int_not_equal(alice, MODEL_NONE);
    const struct model_principal *one = &whole->principals[alice];
    assert_string_equal(one->name, "alice");
    assert_string_equal(one->path, "/team/");
    assert_int_equal(one->tag_count, 2);
    assert_int_equal(one->policy_count, 3);
    assert_true(whole->uses[one->first_policy + 1].via_group && whole->uses[one->first_policy + 2].via_group);
    assert_string_equal(one->boundary->name, "Fence");
    assert_ptr_not_equal(one->boundary, &whole->uses[one->first_policy]);
    uint32_t bob = model_find_arn(whole, "arn:aws:iam::111111111111:user/bob");
    assert_int_equal(whole->principals[bob].policy_count, 2);
    assert_int_equal(whole->uses[whole->principals[bob].first_policy].document, MODEL_NONE);
    assert_int_equal(whole->uses[whole->principals[bob].first_policy + 1].document, MODEL_NONE);
    assert_int_equal(model_find_arn(whole, "arn:aws:sts::111111111111:assumed-role/x1/session"),
                     model_find_arn(whole, "arn:aws:iam::111111111111:role/x1"));
    assert_int_equal(model_find_arn(whole, "arn:aws:iam::111111111111:role/x"), MODEL_NONE);
    assert_int_equal(model_find_unique_id(whole, ""), MODEL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_what_the_whole_holds),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
