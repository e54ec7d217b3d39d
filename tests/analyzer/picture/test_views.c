/* What the views show, how much is drawn together, and that nothing from a policy is read as markup. */
#include "analyzer/picture/answer_view.h"
#include "ingest/support/memory.h"
#include "tests/analyzer/picture/drawn.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char chain[] =
    "user A/alice\n may allow sts:AssumeRole on *\n"
    "user A/root-like\n may allow * on *\n"
    "role A/entry\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from user:A/alice\n"
    "role B/admin\n may allow * on *\n"
    " trust allow sts:AssumeRole from role:A/entry if StringEquals sts:ExternalId x-7\n"
    "role B/second\n may allow * on *\n trust allow sts:AssumeRole from role:B/admin\n"
    "role B/public\n trust allow sts:AssumeRole from *\n"
    "role B/worker\n may allow * on *\n"
    " trust allow sts:AssumeRole from service:ec2.amazonaws.com\n"
    "role B/idle\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n";

static void everything_of_a_small_one(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, chain);
    assert_true(view_principals(&drawn.view, false, &drawn.flow));
    assert_non_null(drawn_arc(&drawn, "alice", "entry"));
    assert_false(drawn_arc(&drawn, "alice", "entry")->dashed);
    assert_true(drawn_arc(&drawn, "entry", "admin")->dashed);
    assert_non_null(drawn_arc(&drawn, "lambda", "idle"));
    assert_non_null(drawn_arc(&drawn, "admin", "second"));
    assert_int_equal(drawn_arc(&drawn, "Anyone on AWS", "public")->severity, SEVERITY_CRITICAL);
    assert_null(drawn_arc(&drawn, "alice", "public"));
    assert_true(drawn_box(&drawn, "admin")->administrator);
    assert_false(drawn_box(&drawn, "entry")->administrator);
    /* From left to right. */
    assert_int_equal(drawn_box(&drawn, "alice")->column, 0);
    assert_int_equal(drawn_box(&drawn, "entry")->column, 1);
    assert_int_equal(drawn_box(&drawn, "admin")->column, 2);
    assert_int_equal(drawn_box(&drawn, "second")->column, 3);
    drawn_close(&drawn);
}

static void ways_that_matter(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, chain);
    view_paths(&drawn.view, NULL, NULL, &drawn.flow);
    assert_non_null(drawn_arc(&drawn, "alice", "entry"));
    assert_non_null(drawn_arc(&drawn, "entry", "admin"));
    assert_non_null(drawn_arc(&drawn, "ec2", "worker"));
    /* Outsiders that get in, wherever that leads; not services that lead nowhere, nor users who are administrators. */
    assert_non_null(drawn_arc(&drawn, "Anyone on AWS", "public"));
    assert_null(drawn_box(&drawn, "idle"));
    assert_null(drawn_box(&drawn, "root-like"));
    /* A step from one administrator to another in its account is not a path, but the other counts as reached. */
    assert_null(drawn_box(&drawn, "second"));
    assert_string_equal(drawn.flow.lines[1],
                        "1 user who is not an administrator and 1 AWS service can become 3 of 3 administrator roles: 1 "
                        "directly, 1 through one more role and 1 only through an administrator of its account.");
    assert_int_equal(drawn.flow.column_count, 3);
    assert_int_equal(drawn_box(&drawn, "admin")->column, 2);
    assert_int_equal(drawn_box(&drawn, "worker")->column, 2);
    drawn_close(&drawn);
}

static void ways_to_a_role(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, chain);
    bool *targets = memory_zeroed(drawn.view.edges->node_count, sizeof *targets);
    targets[model_find_arn(drawn.view.model, "arn:aws:iam::222222222222:role/idle")] = true;
    view_paths(&drawn.view, targets, "idle", &drawn.flow);
    assert_non_null(drawn_arc(&drawn, "lambda", "idle"));
    assert_null(drawn_box(&drawn, "admin"));
    free(targets);
    drawn_close(&drawn);
}

static void what_is_around(void **state)
{
    struct drawn drawn;
    (void)state;
    for (uint32_t hops = 1; hops <= 2; hops++) {
        drawn_open(&drawn, chain);
        struct view_focus focus = {"entry", memory_zeroed(drawn.view.edges->node_count, sizeof(bool)), false};
        focus.members[model_find_arn(drawn.view.model, "arn:aws:iam::111111111111:role/entry")] = true;
        view_around(&drawn.view, &focus, 1, hops, &drawn.flow);
        assert_true(drawn_box(&drawn, "entry")->focused);
        assert_int_equal(drawn_box(&drawn, "entry")->shape, FLOW_CARD);
        assert_non_null(drawn_arc(&drawn, "alice", "entry"));
        assert_true(drawn_arc(&drawn, "entry", "admin")->dashed);
        assert_true((drawn_arc(&drawn, "admin", "second") != NULL) == (hops == 2));
        free(focus.members);
        drawn_close(&drawn);
    }
}

/* For an account, what leads in and out, not what happens inside. */
static void what_is_around_an_account(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, chain);
    struct view_focus focus = {"B", memory_zeroed(drawn.view.edges->node_count, sizeof(bool)), true};
    uint32_t account = model_find_account(drawn.view.model, "222222222222");
    for (uint32_t i = 0; i < drawn.view.model->principal_count; i++)
        focus.members[i] = drawn.view.model->principals[i].account == account;
    view_around(&drawn.view, &focus, 1, 1, &drawn.flow);
    assert_non_null(drawn_arc(&drawn, "entry", "B"));
    assert_non_null(drawn_arc(&drawn, "Anyone on AWS", "B"));
    assert_null(drawn_box(&drawn, "admin"));
    free(focus.members);
    drawn_close(&drawn);
}

static void who_makes_themselves_administrator(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, "user A/alice\n may allow iam:PutUserPolicy on *\n"
                       "user A/bob\n may allow iam:CreateAccessKey on *\n"
                       "user A/root-like\n may allow * on *\n"
                       "user B/carol\n may allow iam:AttachUserPolicy on * if Bool aws:MultiFactorAuthPresent true\n"
                       "role B/idle\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from root:B\n");
    view_control(&drawn.view, &drawn.flow);
    assert_non_null(drawn_arc(&drawn, "alice", "iam:PutUserPolicy"));
    assert_string_equal(drawn_box(&drawn, "iam:PutUserPolicy")->count, "on itself");
    assert_non_null(drawn_arc(&drawn, "iam:PutUserPolicy", "111111111111"));
    assert_non_null(drawn_arc(&drawn, "bob", "iam:CreateAccessKey"));
    assert_string_equal(drawn_box(&drawn, "iam:CreateAccessKey")->count, "over root-like");
    assert_true(drawn_arc(&drawn, "carol", "iam:AttachUserPolicy")->dashed);
    assert_false(drawn_arc(&drawn, "alice", "iam:PutUserPolicy")->dashed);
    /* By policy already, and nothing. */
    assert_null(drawn_box(&drawn, "root-like"));
    assert_null(drawn_box(&drawn, "idle"));
    assert_string_equal(drawn.flow.lines[1], "3 users can make themselves administrator in 2 accounts.");
    drawn_close(&drawn);
}

/* The chains of the answer, and nothing else that leads from box to box. */
static void an_answer(void **state)
{
    static const struct chain_limits limits = {0};
    struct drawn drawn;
    struct chain_rows rows = {0};
    (void)state;
    drawn_open(&drawn, chain);
    uint32_t admin = model_find_arn(drawn.view.model, "arn:aws:iam::222222222222:role/admin");
    uint32_t alice = model_find_arn(drawn.view.model, "arn:aws:iam::111111111111:user/alice");
    chains_who_can(drawn.view.edges, admin, &limits, chain_rows_add, &rows);
    view_answer(&drawn.view, &(struct answer_picture){ANSWER_WHO_CAN, MODEL_NONE, admin, &rows}, &drawn.flow);
    assert_string_equal(drawn.flow.lines[1], "2 principals: 1 directly, 1 through other roles; 2 under a condition.");
    assert_non_null(drawn_arc(&drawn, "alice", "entry"));
    assert_true(drawn_arc(&drawn, "entry", "admin")->dashed);
    assert_true(drawn_box(&drawn, "admin")->focused);
    assert_int_equal(drawn_box(&drawn, "admin")->column, 2);
    assert_null(drawn_box(&drawn, "second"));
    chain_rows_free(&rows);
    flow_free(&drawn.flow);

    rows = (struct chain_rows){0};
    chains_reach(drawn.view.edges, alice, &limits, chain_rows_add, &rows);
    view_answer(&drawn.view, &(struct answer_picture){ANSWER_REACH, alice, MODEL_NONE, &rows}, &drawn.flow);
    assert_non_null(drawn_arc(&drawn, "admin", "second"));
    assert_non_null(drawn_arc(&drawn, "alice", "public"));
    /* It can assume public as well, but nobody gets there that way. */
    assert_null(drawn_arc(&drawn, "entry", "public"));
    assert_int_equal(drawn_box(&drawn, "alice")->column, 0);
    chain_rows_free(&rows);
    flow_free(&drawn.flow);

    rows = (struct chain_rows){0};
    view_answer(&drawn.view, &(struct answer_picture){ANSWER_PATHS, admin, alice, &rows}, &drawn.flow);
    assert_string_equal(drawn.flow.lines[1], "There is no chain.");
    drawn_close(&drawn);
}

static void names_are_no_markup(void **state)
{
    static const char *const formats[] = {"svg", "dot", "mermaid"};
    struct drawn drawn;
    size_t length;
    (void)state;
    drawn_open(&drawn, "user A/<b>x</b>\n"
                       "user A/\\N\\\"]q\n"
                       "role A/<script>alert(1)</script>\n trust allow sts:AssumeRole from root:A\n"
                       "role A/]]>r&d\n trust allow sts:AssumeRole from user:A/<b>x</b>,user:A/\\N\\\"]q\n"
                       "role A/a&b;c\xE2\x80\xAE\n trust allow sts:AssumeRole from user:A/<b>x</b>\n");
    assert_true(view_principals(&drawn.view, false, &drawn.flow));
    for (size_t i = 0; i < 3; i++) {
        char *text = drawn_as(&drawn, formats[i], &length);
        assert_null(strstr(text, "<script"));
        assert_null(strstr(text, "\xE2\x80\xAE"));
        if (strcmp(formats[i], "dot") == 0) {
            Agraph_t *again = agmemread(text);
            assert_non_null(again);
            agclose(again);
        } else {
            assert_null(strstr(text, "<b>"));
            assert_null(strstr(text, "]]>"));
        }
        if (strcmp(formats[i], "svg") == 0) {
            assert_non_null(strstr(text, "&lt;b&gt;x"));
            assert_non_null(strstr(text, "a&amp;b;c"));
        }
        free(text);
    }
    drawn_close(&drawn);
}

static char *fleet(unsigned roles, bool alike)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    fputs("user A/alice\n may allow sts:AssumeRole on *\n", stream);
    for (unsigned i = 0; i < roles; i++) {
        fprintf(stream, "role %c/%c-%u%c%u-worker\n trust allow sts:AssumeRole from root:A%s\n may allow * on *\n",
                'B' + i % 5, alike ? 'x' : 'a' + i % 23, i, 'a' + i % 26, i,
                alike ? "" : " if StringEquals sts:ExternalId id");
        if (!alike)
            fprintf(stream, " trust allow sts:AssumeRole from role:%c/%c-%u%c%u-worker\n", 'B' + (i + 1) % 5,
                    'a' + (i + 1) % 23, i + 1, 'a' + (i + 1) % 26, i + 1);
    }
    fclose(stream);
    return text;
}

/* Whatever is asked for, the layout gets no more than it can draw. */
static void fleets_are_drawn_together(void **state)
{
    (void)state;
    for (int alike = 0; alike < 2; alike++)
        for (int view = 0; view < 2; view++) {
            struct drawn drawn;
            size_t length;
            char *text = fleet(400, alike == 1);
            drawn_open(&drawn, text);
            if (view == 0)
                assert_true(view_principals(&drawn.view, true, &drawn.flow));
            else
                view_paths(&drawn.view, NULL, NULL, &drawn.flow);
            assert_in_range(drawn.flow.box_count, 2, FLOW_MOST_BOXES);
            assert_in_range(drawn.flow.arc_count, 1, FLOW_MOST_ARCS);
            char *first = drawn_as(&drawn, "svg", &length), *again = drawn_as(&drawn, "svg", &length);
            assert_string_equal(first, again);
            assert_non_null(strstr(first, " roles</text>"));
            free(first);
            free(again);
            drawn_close(&drawn);
            free(text);
        }
}

/* Boxes with the same name on one ground could not be told apart. */
static void names_are_there_once(void **state)
{
    struct drawn drawn;
    char *text = NULL;
    size_t length;
    (void)state;
    FILE *stream = open_memstream(&text, &length);
    fputs("user A/alice\n may allow sts:AssumeRole on *\n", stream);
    for (unsigned i = 0; i < 70; i++)
        fprintf(stream, "role C/%c%cword%c%c\n may allow * on *\n trust allow sts:AssumeRole from user:A/alice\n",
                'a' + i % 26, 'b' + i / 26, 'c' + i % 11, 'd' + i % 13);
    for (unsigned i = 0; i < 12; i++)
        fprintf(stream,
                "role B/%c-bridge\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from user:A/alice%s\n",
                'a' + i,
                i % 3 == 0   ? " if StringEquals sts:ExternalId id"
                : i % 3 == 1 ? ",service:ec2.amazonaws.com"
                             : "");
    for (unsigned i = 0; i < 60; i++)
        fprintf(stream, "role C/team-%u-ops\n may allow * on *\n trust allow sts:AssumeRole from role:B/%c-bridge\n",
                i * 7919, 'a' + i % 12);
    fclose(stream);
    drawn_open(&drawn, text);
    view_paths(&drawn.view, NULL, NULL, &drawn.flow);
    uint32_t teams = 0;
    for (uint32_t i = 0; i < drawn.flow.box_count; i++)
        teams += strcmp(drawn.flow.boxes[i].name, "team-…") == 0;
    assert_int_equal(teams, 1);
    assert_string_equal(drawn_box(&drawn, "team-…")->count, "60 roles");
    drawn_close(&drawn);
    free(text);
}

/* Critical findings are counted on their box, in every format. */
static void critical_ones_are_counted(void **state)
{
    struct drawn drawn;
    char *text = NULL;
    size_t length;
    (void)state;
    FILE *stream = open_memstream(&text, &length);
    fputs("user A/alice\n may allow sts:AssumeRole on *\n", stream);
    for (unsigned i = 0; i < 70; i++)
        fprintf(stream,
                "role B/pool-%u\n trust allow sts:AssumeRole from user:A/alice if StringEquals sts:ExternalId i%u\n%s",
                i * 7919, i, i % 30 == 3 ? " trust allow sts:AssumeRole from *\n" : "");
    for (unsigned i = 0; i < 3; i++)
        fprintf(stream, "role C/open-%u\n trust allow sts:AssumeRole from *\n", i);
    fclose(stream);
    drawn_open(&drawn, text);
    assert_true(view_principals(&drawn.view, true, &drawn.flow));
    const struct flow_box *pool = drawn_box(&drawn, "pool-…"), *open = drawn_box(&drawn, "open-…");
    assert_non_null(pool);
    assert_non_null(open);
    assert_int_equal(pool->critical, 3);
    assert_false(pool->all_critical);
    assert_int_equal(open->critical, 3);
    assert_true(open->all_critical);
    assert_non_null(strstr(pool->tooltip, "\n3 of them with a critical trust finding"));
    assert_int_equal(drawn_box(&drawn, "Anyone on AWS")->critical, 0);
    static const char *const words[][2] = {{"dot", "70 roles, 3 critical"},
                                           {"dot", "3 roles, all critical"},
                                           {"mermaid", "70 roles, 3 critical"},
                                           {"svg", "how many in the box have a critical trust finding"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *written = drawn_as(&drawn, words[i][0], &length);
        assert_non_null(strstr(written, words[i][1]));
        free(written);
    }
    drawn_close(&drawn);
    free(text);
}

/* Three or more with the same edges are one box, whatever their names. */
static void those_alike_are_one_box(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, "user A/alice\n may allow sts:AssumeRole on *\n"
                       "role B/worker-1\n trust allow sts:AssumeRole from root:A\n"
                       "role B/worker-2\n trust allow sts:AssumeRole from root:A\n"
                       "role B/worker-3\n trust allow sts:AssumeRole from root:A\n"
                       "role C/first\n trust allow sts:AssumeRole from root:A\n"
                       "role C/second\n trust allow sts:AssumeRole from root:A\n"
                       "role C/third\n trust allow sts:AssumeRole from root:A\n"
                       "role D/one\n trust allow sts:AssumeRole from root:A\n"
                       "role D/two\n trust allow sts:AssumeRole from root:A\n");
    assert_true(view_principals(&drawn.view, false, &drawn.flow));
    assert_string_equal(drawn_box(&drawn, "worker-…")->count, "3 roles");
    assert_string_equal(drawn_box(&drawn, "first and others")->count, "3 roles");
    assert_non_null(drawn_box(&drawn, "one"));
    assert_non_null(drawn_box(&drawn, "two"));
    drawn_close(&drawn);
}

static void a_large_one_is_not_drawn_whole(void **state)
{
    struct drawn drawn;
    char *text = fleet(100, false);
    (void)state;
    drawn_open(&drawn, text);
    assert_false(view_principals(&drawn.view, false, &drawn.flow));
    assert_int_equal(drawn.flow.box_count, 0);
    drawn_close(&drawn);
    free(text);
}

/* An arc back leaves the left-hand side of its box, passes the columns in between, and enters the right-hand side of
 * the other, so that it crosses no box. */
static void lines_lead_back(void **state)
{
    struct drawn drawn;
    struct drawing drawing = {0};
    const char *reason;
    uint32_t lines = 0;
    (void)state;
    drawn_open(
        &drawn,
        "user A/alice\n may allow sts:AssumeRole on *\n"
        "role A/one\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from user:A/alice,role:A/three\n"
        "role A/two\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from role:A/one\n"
        "role A/three\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from role:A/two\n");
    assert_true(view_principals(&drawn.view, true, &drawn.flow));
    assert_true(drawn_box(&drawn, "three")->column == 3 && drawn_box(&drawn, "one")->column == 1);
    assert_true(flow_draw(&drawn.flow, &drawing, &reason));
    for (uint32_t i = 0; i < drawing.count; i++) {
        const struct shape *shape = &drawing.shapes[i];
        if (shape->kind != SHAPE_CURVE || shape->points[0].x < shape->points[shape->point_count - 1].x)
            continue;
        lines++;
        for (uint32_t j = 1; j < shape->point_count; j++)
            assert_true(shape->points[j].x <= shape->points[j - 1].x);
        assert_int_equal(shape->point_count, 10);
        for (uint32_t j = 0; j < drawing.count; j++)
            if (drawing.shapes[j].kind == SHAPE_BOX && drawing.shapes[j].line == INK_BOX_LINE)
                assert_false(shape->points[3].x > drawing.shapes[j].x &&
                             shape->points[6].x < drawing.shapes[j].x + drawing.shapes[j].width &&
                             shape->points[3].y > drawing.shapes[j].y &&
                             shape->points[3].y < drawing.shapes[j].y + drawing.shapes[j].height);
    }
    assert_int_equal(lines, 1);
    drawing_free(&drawing);
    drawn_close(&drawn);
}

static void nothing_to_draw(void **state)
{
    struct drawn drawn;
    size_t length;
    (void)state;
    drawn_open(&drawn, "user A/alice\nuser A/bob\n");
    assert_true(view_principals(&drawn.view, false, &drawn.flow));
    char *svg = drawn_as(&drawn, "svg", &length);
    assert_non_null(strstr(svg, "Nobody can assume any role here."));
    free(svg);
    drawn_close(&drawn);
    drawn_open(&drawn, "user A/alice\n");
    view_paths(&drawn.view, NULL, NULL, &drawn.flow);
    svg = drawn_as(&drawn, "svg", &length);
    assert_non_null(strstr(svg, "There is no administrator role."));
    free(svg);
    drawn_close(&drawn);
}

static void images(void **state)
{
    struct drawn drawn;
    size_t length;
    (void)state;
    drawn_open(&drawn, chain);
    view_paths(&drawn.view, NULL, NULL, &drawn.flow);
    char *png = drawn_as(&drawn, "png", &length);
    assert_true(length > 5000);
    assert_memory_equal(png, "\x89PNG", 4);
    char *pdf = drawn_as(&drawn, "pdf", &length);
    assert_memory_equal(pdf, "%PDF", 4);
    free(png);
    free(pdf);
    drawn_close(&drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_of_a_small_one),
                                       cmocka_unit_test(ways_that_matter),
                                       cmocka_unit_test(ways_to_a_role),
                                       cmocka_unit_test(what_is_around),
                                       cmocka_unit_test(what_is_around_an_account),
                                       cmocka_unit_test(who_makes_themselves_administrator),
                                       cmocka_unit_test(an_answer),
                                       cmocka_unit_test(names_are_no_markup),
                                       cmocka_unit_test(fleets_are_drawn_together),
                                       cmocka_unit_test(names_are_there_once),
                                       cmocka_unit_test(critical_ones_are_counted),
                                       cmocka_unit_test(those_alike_are_one_box),
                                       cmocka_unit_test(a_large_one_is_not_drawn_whole),
                                       cmocka_unit_test(lines_lead_back),
                                       cmocka_unit_test(nothing_to_draw),
                                       cmocka_unit_test(images)};
    return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
