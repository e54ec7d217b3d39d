/* What changed between two small worlds, and why: each case is lines before, lines after, and the expected output. */
#include "analyzer/change/change.h"
#include "analyzer/report/change/change_words.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

struct test_case {
    const char *name, *before, *after, *expected;
    const char *new_id; /* for role A/r in NEW; NULL: the same */
};

#define ALICE "user A/alice\n  may allow sts:AssumeRole on *\n"
#define ROLE "role A/r\n  trust allow sts:AssumeRole from "
#define R "arn:aws:iam::111111111111:role/r"

static const struct test_case cases[] = {
    {"a statement of a trust policy", ALICE ROLE "user:A/bob\n", ALICE ROLE "user:A/alice\n",
     "gained statement " R " alice>r\ntrust changed " R "\n", NULL},
    {"a trust policy that is reordered and has a Sid",
     ALICE "role A/r\n  trust {\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"111111111111\",\"222222222222\"]},"
           "\"Action\":\"sts:AssumeRole\"}\n",
     ALICE "role A/r\n  trust {\"Sid\":\"x\",\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":"
           "[\"222222222222\",\"111111111111\"]}}\n",
     "", NULL},
    {"a Deny that goes", ALICE ROLE "root:A\n  trust deny sts:AssumeRole from user:A/alice\n", ALICE ROLE "root:A\n",
     "gained deny-removed " R " alice>r\ntrust changed " R "\n", NULL},
    {"a Deny that comes", ALICE ROLE "root:A\n", ALICE ROLE "root:A\n  trust deny sts:AssumeRole from user:A/alice\n",
     "lost deny-added " R " alice>r\ntrust changed " R "\n", NULL},
    {"a condition that goes", ALICE ROLE "root:A if StringEquals sts:ExternalId x7\n", ALICE ROLE "root:A\n",
     "gained statement " R " alice>r\ntrust changed " R "\n", NULL},
    {"a condition that gets looser", ALICE ROLE "root:A if StringEquals sts:ExternalId x7\n",
     ALICE ROLE "root:A if StringEquals sts:ExternalId x7,y7\n",
     "gained statement " R " alice>r\ntrust changed " R "\n", NULL},
    {"another condition", ALICE ROLE "root:A if StringEquals sts:ExternalId x7\n",
     ALICE ROLE "root:A if StringEquals sts:ExternalId y7\n",
     "gained statement " R " alice>r\nlost statement " R " alice>r\ntrust changed " R "\n", NULL},
    {"a managed policy is attached", "user A/alice\n" ROLE "root:A\n",
     "user A/alice\n  attach go allow sts:AssumeRole on *\n" ROLE "root:A\n",
     "attachment added arn:aws:iam::111111111111:user/alice\ngained attachment arn:aws:iam::111111111111:policy/go "
     "alice>r\n",
     NULL},
    {"a managed policy says something else",
     "user A/alice\n  attach go allow sts:AssumeRole on arn:aws:iam::*:role/x\n" ROLE "root:A\n",
     "user A/alice\n  attach go allow sts:AssumeRole on *\n" ROLE "root:A\n",
     "gained statement arn:aws:iam::111111111111:policy/go alice>r\nmanaged changed "
     "arn:aws:iam::111111111111:policy/go\n",
     NULL},
    {"a group is joined", "group A/g\n  may allow sts:AssumeRole on *\nuser A/alice\n" ROLE "root:A\n",
     "group A/g\n  may allow sts:AssumeRole on *\nuser A/alice group g\n" ROLE "root:A\n",
     "gained membership arn:aws:iam::111111111111:group/g alice>r\ninline added "
     "arn:aws:iam::111111111111:group/g\n",
     NULL},
    {"a boundary goes", "user A/alice\n  may allow sts:AssumeRole on *\n  boundary b allow s3:* on *\n" ROLE "root:A\n",
     ALICE ROLE "root:A\n",
     "boundary removed arn:aws:iam::111111111111:user/alice\ngained boundary arn:aws:iam::111111111111:user/alice "
     "alice>r\n",
     NULL},
    {"an SCP goes", "organization M members A\nscp A deny sts:AssumeRole on *\n" ALICE ROLE "user:A/alice\n",
     "organization M members A\n" ALICE ROLE "user:A/alice\n",
     "gained scp 111111111111 alice>r\nscp removed 111111111111\n", NULL},
    {"an RCP comes", "organization M members A\n" ALICE ROLE "user:A/alice\n",
     "organization M members A\nrcp A deny sts:AssumeRole on *\n" ALICE ROLE "user:A/alice\n",
     "lost rcp 111111111111 alice>r\nrcp added 111111111111\n", NULL},
    {"a role is created", ALICE ROLE "root:A\n",
     ALICE ROLE "root:A\nrole A/s\n  trust allow sts:AssumeRole from root:A\n",
     "gained principal arn:aws:iam::111111111111:role/s alice>s\nprincipal added arn:aws:iam::111111111111:role/s\n",
     NULL},
    {"a user is deleted", ALICE "user A/bob\n  may allow sts:AssumeRole on *\n" ROLE "root:A\n", ALICE ROLE "root:A\n",
     "lost principal arn:aws:iam::111111111111:user/bob bob>r\nprincipal removed "
     "arn:aws:iam::111111111111:user/bob\n",
     NULL},
    {"a user whose name stays in a trust policy is deleted", ALICE ROLE "user:A/alice\n", ROLE "user:A/alice\n",
     "lost principal arn:aws:iam::111111111111:user/alice alice>r\nprincipal removed "
     "arn:aws:iam::111111111111:user/alice\n",
     NULL},
    {"a role is created again", ALICE ROLE "root:A\n", ALICE ROLE "root:A\n", "principal recreated " R "\n",
     "AROAANOTHER0000000000"},
    {"a user is renamed", "user A/alice\n  may allow sts:AssumeRole on *\n" ROLE "root:A\n",
     "user A/zoe\n  may allow sts:AssumeRole on *\n" ROLE "root:A\n",
     "principal renamed arn:aws:iam::111111111111:user/alice\n", NULL},
    {"tags change",
     ALICE "role A/r tag team=x\n  trust allow sts:AssumeRole from root:A if StringEquals "
           "aws:ResourceTag/team y\n",
     ALICE "role A/r tag team=y\n  trust allow sts:AssumeRole from root:A if StringEquals aws:ResourceTag/team y\n",
     "gained tags " R " alice>r\n", NULL},
    {"a chain", ALICE ROLE "root:A\nrole A/s\n  trust allow sts:AssumeRole from user:A/nobody\n",
     ALICE ROLE "root:A\nrole A/s\n  trust allow sts:AssumeRole from role:A/r\n",
     "gained statement arn:aws:iam::111111111111:role/s alice>r>s\ngained statement "
     "arn:aws:iam::111111111111:role/s r>s\ntrust changed arn:aws:iam::111111111111:role/s\n",
     NULL},
    {"a chain and the way that was there", ALICE ROLE "user:A/alice\n", ALICE ROLE "user:A/alice\nrole A/s\n",
     "principal added arn:aws:iam::111111111111:role/s\n", NULL},
    {"an account that one export holds", ALICE ROLE "root:A\n",
     ALICE ROLE "root:A\nuser B/bob\n  may allow sts:AssumeRole on *\nrole B/s\n  trust allow sts:AssumeRole from "
                "root:A\n",
     "incomparable 222222222222\n", NULL},
    {"a stranger who is named where anyone is let in", "role A/r\n  trust allow sts:AssumeRole from *\n",
     "role A/r\n  trust allow sts:AssumeRole from *,root:C\n", "trust changed " R "\n", NULL},
};

/* ---- asking */

static void give_id(struct scenario *scenario, const char *id)
{
    json_t *roles = json_object_get(json_object_get(scenario->accounts, "111111111111"), "role");
    if (id != NULL)
        json_object_set_new(json_array_get(roles, 0), "unique", json_string(id));
}

static void open_state(struct change *change, int state, const struct test_case *about, struct scenario *scenario)
{
    struct analysis *analysis = &change->states[state];
    char *error = NULL;
    if (!scenario_read(scenario, state == STATE_OLD ? about->before : about->after, 1))
        fail_msg("%s: %s", about->name, scenario->error);
    if (state == STATE_NEW)
        give_id(scenario, about->new_id);
    *analysis = (struct analysis){.store = scenario_load(scenario), .pool = change->pool, .shares_pool = true};
    if (analysis->store == NULL)
        fail_msg("%s: %s", about->name, scenario->error);
    analysis->model = model_load(analysis->store, &error);
    assert_non_null(analysis->model);
    analysis_start(analysis);
}

struct lines {
    char **list;
    size_t count, room;
};

/* "alice>r>s" */
static char *chain_of(const struct change *change, enum change_direction direction, const struct change_pair *pair,
                      uint32_t member)
{
    int more = change_more(direction);
    const struct caller *nodes = change->comparison.counterparts.edges[more]->nodes;
    struct hop *hops = change_chain(change, direction, pair, member);
    struct text text = {0};
    text_append_string(&text, nodes[hops[0].from].name != NULL ? nodes[hops[0].from].name : nodes[hops[0].from].text);
    for (uint32_t i = 0; i < pair->hop_count[more]; i++)
        text_format(&text, ">%s", nodes[hops[i].to].name);
    free(hops);
    return text_release(&text);
}

static void add_entry(struct lines *lines, const struct change *change, enum change_direction direction,
                      const struct change_entry *entry)
{
    const struct cause *cause = &entry->causes.list[0];
    uint64_t count = 0;
    for (size_t i = 0; i < entry->pair_count; i++)
        for (uint32_t j = 0; j < entry->pairs[i].members; j++) {
            char *chain = chain_of(change, direction, &entry->pairs[i], change_members(change, &entry->pairs[i])[j]);
            ARRAY_ADD(lines->list, lines->count, lines->room,
                      memory_print("%s %s %s %s", change_direction_word(direction), change_cause_word(cause),
                                   cause->holder, chain));
            free(chain);
            count++;
        }
    assert_int_equal(count, entry->count);
}

/* All output, one line each, sorted. */
static char *said_of(const struct change *change)
{
    struct lines lines = {.count = 0};
    struct text text = {0};
    for (int direction = 0; direction < CHANGE_DIRECTIONS; direction++)
        for (size_t i = 0; i < change->entry_count[direction]; i++)
            add_entry(&lines, change, (enum change_direction)direction, &change->entries[direction][i]);
    for (size_t i = 0; i < change->thing_count; i++)
        ARRAY_ADD(lines.list, lines.count, lines.room,
                  memory_print("%s %s %s", thing_kind_word(change->things[i].kind),
                               thing_change_word(change->things[i].change), change->things[i].holder));
    for (size_t i = 0; i < change->incomparable_count; i++)
        ARRAY_ADD(lines.list, lines.count, lines.room,
                  memory_print("incomparable %s", change->incomparable[i].account));
    if (lines.count > 1)
        qsort(lines.list, lines.count, sizeof *lines.list, order_texts);
    for (size_t i = 0; i < lines.count; i++) {
        text_format(&text, "%s\n", lines.list[i]);
        free(lines.list[i]);
    }
    free(lines.list);
    return text_release(&text);
}

static void what_changed_and_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scenario scenarios[STATES];
        struct change change = {.pool = constraint_pool_new()};
        open_state(&change, STATE_OLD, &cases[i], &scenarios[STATE_OLD]);
        open_state(&change, STATE_NEW, &cases[i], &scenarios[STATE_NEW]);
        assert_true(change_find(&change, false));
        char *said = said_of(&change);
        if (strcmp(said, cases[i].expected) != 0)
            fail_msg("%s\nexpected:\n%sfound:\n%s", cases[i].name, cases[i].expected, said);
        free(said);
        assert_int_equal(change_end(&change, EXIT_YES), EXIT_YES);
        scenario_free(&scenarios[STATE_OLD]);
        scenario_free(&scenarios[STATE_NEW]);
    }
}

/* A thousand callers that cannot be told apart are one entry and one pair in memory, with a count. */
static void classes_are_not_expanded(void **state)
{
    struct text lines = {0};
    (void)state;
    for (int i = 0; i < 1000; i++)
        text_format(&lines, "user A/u%03d\n  may allow sts:AssumeRole on *\n", i);
    char *before = memory_print("%srole B/r\n  trust allow sts:AssumeRole from user:B/x\n", lines.data),
         *after = memory_print("%srole B/r\n  trust allow sts:AssumeRole from root:A\n", lines.data);
    const struct test_case about = {.name = "many", .before = before, .after = after};
    struct scenario scenarios[STATES];
    struct change change = {.pool = constraint_pool_new()};
    open_state(&change, STATE_OLD, &about, &scenarios[STATE_OLD]);
    open_state(&change, STATE_NEW, &about, &scenarios[STATE_NEW]);
    assert_true(change_find(&change, false));
    assert_int_equal(change.entry_count[CHANGE_GAINED], 1);
    assert_int_equal(change.entries[CHANGE_GAINED][0].pair_count, 1);
    assert_int_equal(change.entries[CHANGE_GAINED][0].count, 1000);
    assert_int_equal(change.comparison.hops.count, 1);
    assert_int_equal(change_end(&change, EXIT_YES), EXIT_YES);
    scenario_free(&scenarios[STATE_OLD]);
    scenario_free(&scenarios[STATE_NEW]);
    text_free(&lines);
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_changed_and_why),
                                       cmocka_unit_test(classes_are_not_expanded)};
    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
