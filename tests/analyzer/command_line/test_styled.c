/*
 * How sentences are laid out: where lines break, where a tag goes, what names cannot do.
 */
#include "analyzer/command_line/styled.h"
#include "tests/support/testing.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

struct page {
    struct output output;
    char *text;
    size_t size;
};

static void open_page(struct page *page, int width, bool colour)
{
    *page = (struct page){.output = {.width = width, .colour = colour, .utf8 = true}};
    page->output.stream = open_memstream(&page->text, &page->size);
    assert_non_null(page->output.stream);
}

static void close_page(struct page *page, const char *expected)
{
    fclose(page->output.stream);
    assert_string_equal(page->text, expected);
    free(page->text);
}

static void wraps_between_words(void **state)
{
    (void)state;
    struct page page;
    struct styled line = {0};
    open_page(&page, 41, false);
    styled_add(&line, STYLE_PLAIN, "A sentence that is longer than the terminal is wide, by far");
    styled_print(&line, &page.output, 2, 4, NULL);
    close_page(&page, "  A sentence that is longer than the\n    terminal is wide, by far\n");
    open_page(&page, 0, false);
    styled_add(&line, STYLE_PLAIN, "A sentence that is longer than the terminal is wide, by far");
    styled_print(&line, &page.output, 2, 4, NULL);
    close_page(&page, "  A sentence that is longer than the terminal is wide, by far\n");
}

/* A word too long for the line gets its own line and is not cut. */
static void long_words_stay_whole(void **state)
{
    (void)state;
    struct page page;
    struct styled line = {0};
    open_page(&page, 41, false);
    styled_add(&line, STYLE_PLAIN, "see arn:aws:iam::111122223333:role/a/path/that/is/long now");
    styled_print(&line, &page.output, 0, 2, NULL);
    close_page(&page, "see\n  arn:aws:iam::111122223333:role/a/path/that/is/long\n  now\n");
}

static void joined_words_stay_together(void **state)
{
    (void)state;
    struct page page;
    struct styled line = {0};
    open_page(&page, 41, false);
    styled_add(&line, STYLE_PLAIN, "a chain of several roles to the next ->");
    styled_join(&line);
    styled_add(&line, STYLE_PLAIN, "role");
    styled_print(&line, &page.output, 0, 2, NULL);
    close_page(&page, "a chain of several roles to the next\n  -> role\n");
}

static void tags_stand_at_the_edge(void **state)
{
    (void)state;
    static const struct {
        int width, rest;
        const char *words, *tag, *printed;
    } rows[] = {
        {41, 2, "short", "file.json:12", "  short                      file.json:12\n"},
        /* without room: on the next line, at the same edge */
        {41, 6, "as long as would leave no room", "file.json:12",
         "  as long as would leave no room\n                             file.json:12\n"},
        {41, 30, "as long as would leave no room", "a/file.json:12",
         "  as long as would leave no room\n                           a/file.json:12\n"},
        {41, 9, "short", "a/folder/with/a/name/longer/than/the/line.json:12",
         "  short\n    a/folder/with/a/name/longer/than/the/line.json:12\n"},
        /* in a wide terminal not too far to the right */
        {200, 2, "short", "file.json:12",
         "  short                                                                                                     "
         "file.json:12\n"},
        {200, 2,
         "a line that itself goes on for so long that what stands behind it at the usual column would lie upon it, all "
         "of it",
         "file.json:12",
         "  a line that itself goes on for so long that what stands behind it at the usual column would lie upon it, "
         "all of it  file.json:12\n"},
        {0, 2, "short", "file.json:12", "  short  file.json:12\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct page page;
        struct styled line = {0};
        open_page(&page, rows[i].width, false);
        styled_add(&line, STYLE_PLAIN, "%s", rows[i].words);
        styled_print(&line, &page.output, 2, rows[i].rest, rows[i].tag);
        close_page(&page, rows[i].printed);
    }
}

/* Colours end before a line breaks and start again on the next, so that indents are not underlined or painted. */
static void colours_end_with_the_line(void **state)
{
    (void)state;
    struct page page;
    struct styled line = {0};
    open_page(&page, 41, true);
    styled_add(&line, STYLE_BOLD, "A bold part that goes over the edge of it");
    styled_add(&line, STYLE_PLAIN, " and ends");
    styled_print(&line, &page.output, 2, 2, NULL);
    close_page(&page, "  \033[1mA bold part that goes over the edge of\033[0m\n  \033[1mit\033[0m and ends\n");
}

/* Names from an export can neither colour, nor move the cursor, nor imitate our marks. */
static void names_are_made_visible(void **state)
{
    (void)state;
    struct page page;
    struct styled line = {0};
    open_page(&page, 0, true);
    styled_add(&line, STYLE_PLAIN, "%s",
               "a\033[31mb\001"
               "1c\002d\ne");
    styled_print(&line, &page.output, 0, 0, "t\033[0m");
    fclose(page.output.stream);
    assert_null(strchr(page.text, '\001'));
    assert_null(strchr(page.text, '\002'));
    assert_null(strstr(page.text, "\033[31m"));
    assert_ptr_equal(strchr(page.text, '\n'), page.text + strlen(page.text) - 1);
    free(page.text);
}

static void columns_are_those_of_the_terminal(void **state)
{
    (void)state;
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* as main does */
    assert_int_equal(styled_columns("abc", 3), 3);
    assert_int_equal(styled_columns("é─▶", strlen("é─▶")), 3);
    assert_int_equal(styled_columns("日本", strlen("日本")), 4);
}

static void signs_without_utf8_are_ascii(void **state)
{
    (void)state;
    struct output output = {.utf8 = false};
    assert_string_equal(styled_sign(&output, SIGN_ARROW), "->");
    assert_string_equal(styled_sign(&output, SIGN_NO), "");
    output.utf8 = true;
    assert_string_equal(styled_sign(&output, SIGN_ARROW_MAYBE), "┄▶");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps_between_words),
        cmocka_unit_test(long_words_stay_whole),
        cmocka_unit_test(joined_words_stay_together),
        cmocka_unit_test(tags_stand_at_the_edge),
        cmocka_unit_test(colours_end_with_the_line),
        cmocka_unit_test(names_are_made_visible),
        cmocka_unit_test(columns_are_those_of_the_terminal),
        cmocka_unit_test(signs_without_utf8_are_ascii),
    };
    return cmocka_run_group_tests_name("styled", tests, NULL, NULL);
}
