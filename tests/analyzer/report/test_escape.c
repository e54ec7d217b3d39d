/* What untrusted text becomes in each format. */
#include "analyzer/report/escape.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEN "0123456789"

static const struct row {
    void (*append)(struct text *text, const char *string);
    const char *from, *to;
} rows[] = {
    {text_append_xml, "a<b> & \"c\" 'd'", "a&lt;b&gt; &amp; &quot;c&quot; 'd'"},
    {text_append_xml, "\x1b[0m\xef\xbf\xbe\xef\xbf\xbd", "\\x1B[0m\\u{FFFE}\xef\xbf\xbd"},
    {text_append_markdown, "a_b*c`d`", "a\\_b\\*c\\`d\\`"},
    {text_append_markdown, "<b>&|", "&lt;b&gt;&amp;&#124;"},
    {text_append_markdown, "@team #12", "@<!-- -->team &#35;<!-- -->12"},
    {text_append_markdown, "http://x www.y", "http&#58;//x &#119;ww.y"},
    {text_append_markdown, "- a", "&#45; a"},
    {text_append_markdown, "1. a", "&#49;. a"},
    {text_append_markdown, "2 of 7 are - so", "2 of 7 are - so"},
    {text_append_markdown, "[x](y) $z$", "\\[x\\]\\(y\\) \\$z\\$"},
    {text_append_mermaid, "role/a-b_c.d", "role/a-b_c.d"},
    {text_append_mermaid, "\"];end", "#34;#93;#59;end"},
    {text_append_mermaid, "a|b`#1;", "a#124;b#96;#35;1#59;"},
    {text_append_mermaid, TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,
     TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN},
    {text_append_mermaid,
     TEN TEN TEN TEN TEN TEN TEN "012345678\xc3\xa4\xc3\xa4" TEN TEN TEN TEN TEN TEN TEN "012345678",
     TEN TEN TEN TEN TEN TEN TEN "012345678…" TEN TEN TEN TEN TEN TEN TEN "012345678"},
    {text_append_json, "{\n \"a\": \"\xc3\xa4 \\u0001\"\n}", "{\n \"a\": \"\xc3\xa4 \\u0001\"\n}"},
    {text_append_json, "\xe2\x80\xae\x7f\xc2\x9b", "\\u202e\\u007f\\u009b"},
    {text_append_json, "\xf3\xa0\x81\x81\xf0\x9f\x98\x80", "\\udb40\\udc41\xf0\x9f\x98\x80"},
    {text_append_csv, "plain", "plain"},
    {text_append_csv, "a,b", "\"a,b\""},
    {text_append_csv, "say \"x\"", "\"say \"\"x\"\"\""},
    {text_append_csv, "=1+1", "'=1+1"},
    {text_append_csv, "+1", "'+1"},
    {text_append_csv, "-1", "'-1"},
    {text_append_csv, "@x,y", "\"'@x,y\""},
    {text_append_csv, "\t=1", "\\x09=1"},
    {text_append_csv, "a\r\nb", "a\\x0D\\x0Ab"},
    {text_append_csv, "", ""},
    {text_append_csv, "033344445555", "\"=\"\"033344445555\"\"\""},
    {text_append_csv, "111122223333", "\"=\"\"111122223333\"\"\""},
    {text_append_csv, "123e45", "\"=\"\"123e45\"\"\""},
    {text_append_csv, "12345", "12345"},
    {text_append_csv, "0", "0"},
    {text_append_csv, "033344445555/x", "033344445555/x"},
    {text_append_file_uri, "a/b.json", "a/b.json"},
    {text_append_file_uri, "./a b%.json", "a%20b%25.json"},
    {text_append_file_uri, "/x:y/\xff", "file:///x%3Ay/%FF"},
    {text_append_file_uri, "c:d", "c%3Ad"},
};

static void escapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {0};
        rows[i].append(&text, rows[i].from);
        char *result = text_release(&text);
        assert_non_null(result);
        assert_string_equal(result, rows[i].to);
        free(result);
    }
}

/* An absolute path inside the working directory becomes relative, one outside does not. */
static void paths_in_the_working_folder(void **state)
{
    char *folder = getcwd(NULL, 0), *uri;
    struct text inside = {0}, beside = {0}, text = {0};
    (void)state;
    text_format(&inside, "%s/a.json", folder);
    text_format(&beside, "%s-old/a.json", folder);
    text_append_file_uri(&text, inside.data);
    uri = text_release(&text);
    assert_string_equal(uri, "a.json");
    free(uri);
    text_append_file_uri(&text, beside.data);
    uri = text_release(&text);
    assert_memory_equal(uri, "file:///", 8);
    free(uri);
    text_free(&inside);
    text_free(&beside);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(escapes), cmocka_unit_test(paths_in_the_working_folder)};
    return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
