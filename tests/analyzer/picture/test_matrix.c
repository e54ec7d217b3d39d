/* The matrix of accounts counts each role once, follows chains, and has room for names of any length. */
#include "analyzer/picture/account_reach.h"
#include "tests/analyzer/picture/drawn.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static const char world[] = "user A/alice\n may allow sts:AssumeRole on *\n"
                            "user A/bob\n may allow sts:AssumeRole on *\n"
                            "role B/entry\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from root:A\n"
                            "role C/admin\n may allow * on *\n trust allow sts:AssumeRole from role:B/entry\n"
                            "role C/reader\n trust allow sts:AssumeRole from root:A,root:B\n"
                            "role C/own\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from root:C\n";

static char *csv_of(struct drawn *drawn)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    view_matrix_csv(&drawn->view, stream);
    fclose(stream);
    return text;
}

static void roles_count_once_and_through_chains(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, world);
    char *csv = csv_of(&drawn);
    assert_string_equal(
        csv,
        "from_account,from_name,into_account,into_name,roles,administrators\n"
        "\"=\"\"111111111111\"\"\",\"=\"\"111111111111\"\"\",\"=\"\"222222222222\"\"\",\"=\"\"222222222222\"\"\",1,0\n"
        "\"=\"\"111111111111\"\"\",\"=\"\"111111111111\"\"\",\"=\"\"333333333333\"\"\",\"=\"\"333333333333\"\"\",3,1\n"
        "\"=\"\"222222222222\"\"\",\"=\"\"222222222222\"\"\",\"=\"\"333333333333\"\"\",\"=\"\"333333333333\"\"\",3,"
        "1\n");
    free(csv);
    struct account_reach reach;
    account_reach_find(&reach, &drawn.view, 1000, false);
    uint32_t from = reach.line_of[model_find_account(drawn.view.model, "111111111111")];
    uint32_t into = reach.line_of[model_find_account(drawn.view.model, "333333333333")];
    assert_int_equal(account_reach_cell(&reach, from, into)->roles, 1);
    assert_int_equal(account_reach_cell(&reach, from, into)->administrators, 0);
    account_reach_free(&reach);
    /* If there are too many accounts, units represent them. */
    account_reach_find(&reach, &drawn.view, 2, true);
    assert_true(reach.by_unit);
    assert_int_equal(reach.count, 1);
    assert_int_equal(reach.lines[0].accounts, 3);
    account_reach_free(&reach);
    drawn_close(&drawn);
}

static void it_is_drawn(void **state)
{
    struct drawn drawn;
    struct drawing drawing = {0};
    char *svg = NULL;
    size_t length;
    (void)state;
    drawn_open(&drawn, world);
    view_matrix(&drawn.view, &drawing);
    FILE *stream = open_memstream(&svg, &length);
    drawing_write_svg(&drawing, stream);
    fclose(stream);
    assert_non_null(strstr(svg, "3 of 6 pairs of accounts have a way; 2 of them reach an administrator"));
    assert_non_null(strstr(svg, "can become 3 roles of 333333333333, 1 of them administrator"));
    assert_non_null(strstr(svg, "1 account reaches no other:"));
    free(svg);
    drawing_free(&drawing);
    drawn_close(&drawn);
}

/* If text cannot be rotated, columns have the numbers of rows instead of names, and the same cells. */
static void an_image_turns_nothing(void **state)
{
    struct drawn drawn;
    (void)state;
    drawn_open(&drawn, world);
    for (int upright = 0; upright < 2; upright++) {
        struct drawing drawing = {.upright = upright != 0};
        uint32_t turned = 0, names = 0, numbers = 0;
        view_matrix(&drawn.view, &drawing);
        for (uint32_t i = 0; i < drawing.count; i++) {
            bool text = drawing.shapes[i].kind == SHAPE_TEXT;
            turned += text && drawing.shapes[i].turned;
            names += text && strcmp(drawing.shapes[i].text, "222222222222") == 0;
            numbers += text && strcmp(drawing.shapes[i].text, "2") == 0 && drawing.shapes[i].fill == INK_SECOND;
        }
        assert_int_equal(turned, upright ? 0 : 3);
        assert_int_equal(names, upright ? 1 : 2);
        assert_int_equal(numbers, upright ? 2 : 0);
        if (upright) {
            char *png = NULL;
            const char *reason = "";
            size_t length;
            FILE *stream = open_memstream(&png, &length);
            assert_true(drawing_write(&drawing, "png", stream, &reason));
            fclose(stream);
            assert_memory_equal(png, "\x89PNG", 4);
            free(png);
        }
        drawing_free(&drawing);
    }
    drawn_close(&drawn);
}

static void one_account_has_no_pairs(void **state)
{
    struct drawn drawn;
    struct drawing drawing = {0};
    bool said = false;
    (void)state;
    drawn_open(&drawn,
               "user A/alice\n may allow sts:AssumeRole on *\nrole A/one\n trust allow sts:AssumeRole from root:A\n");
    view_matrix(&drawn.view, &drawing);
    for (uint32_t i = 0; i < drawing.count; i++) {
        assert_int_equal(drawing.shapes[i].kind, SHAPE_TEXT);
        said = said || strstr(drawing.shapes[i].text, "There are no pairs to show") != NULL;
    }
    assert_true(said);
    drawing_free(&drawing);
    drawn_close(&drawn);
}

/* Accounts reach directly here; arrows end at units, and each account shows which outsiders get in. */
static void accounts_in_their_units(void **state)
{
    struct drawn drawn;
    struct drawing drawing = {0};
    char *svg = NULL;
    size_t length;
    (void)state;
    drawn_open(&drawn, "user A/alice\n may allow sts:AssumeRole on *\n"
                       "role B/entry\n may allow sts:AssumeRole on *\n trust allow sts:AssumeRole from root:A\n"
                       "role C/admin\n may allow * on *\n trust allow sts:AssumeRole from role:B/entry\n"
                       "role C/open\n trust allow sts:AssumeRole from *,root:F\n");
    view_accounts(&drawn.view, &drawing);
    FILE *stream = open_memstream(&svg, &length);
    drawing_write_svg(&drawing, stream);
    fclose(stream);
    assert_non_null(strstr(svg, ">anyone 1 · outside 1<"));
    assert_non_null(strstr(svg, ">closed to outsiders<"));
    assert_non_null(strstr(svg, ">1 admin<"));
    free(svg);
    drawing_free(&drawing);
    view_accounts_flow(&drawn.view, &drawn.flow);
    assert_int_equal(drawn.flow.column_count, 2);
    assert_non_null(drawn_arc(&drawn, "222222222222", "No unit"));
    drawn_close(&drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(roles_count_once_and_through_chains),
                                       cmocka_unit_test(it_is_drawn), cmocka_unit_test(an_image_turns_nothing),
                                       cmocka_unit_test(one_account_has_no_pairs),
                                       cmocka_unit_test(accounts_in_their_units)};
    return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
