/* The JSON in the report: the nodes, edges and numbers of the model, nothing that HTML would interpret, and what is
 * left out. */
#include "analyzer/report/page/page.h"
#include "analyzer/report/page/page_json.h"
#include "tests/analyzer/picture/drawn.h"
#include "tests/support/testing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char world[] =
    "user A/alice\n may allow sts:AssumeRole,sts:SetSourceIdentity on *\n"
    "user A/bob\n"
    "role A/mid\n may allow * on *\n"
    " trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/alice if StringEquals sts:SourceIdentity alice\n"
    "role B/end\n"
    " trust allow sts:AssumeRole from role:A/mid if StringEquals aws:SourceIdentity eve\n"
    "role B/open\n trust allow sts:AssumeRole from anyone\n"
    "role B/quiet\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n";

struct written {
    struct drawn drawn;
    struct finding_report report;
    char *html;
    json_t *data;
};

static json_t *data_of(const char *html)
{
    static const char mark[] = "id=\"data\">";
    const char *begin = strstr(html, mark);
    assert_non_null(begin);
    begin += sizeof mark - 1;
    const char *end = strstr(begin, "</script>");
    assert_non_null(end);
    /* No other "<" before the end: nothing in it can end the element, or begin a comment in it. */
    assert_ptr_equal(memchr(begin, '<', (size_t)(end - begin) + 1), end);
    json_error_t error;
    json_t *data = json_loadb(begin, (size_t)(end - begin), 0, &error);
    if (data == NULL)
        fail_msg("%s at %d", error.text, error.position);
    return data;
}

static void write_page(struct written *written, const char *text, const struct page_limits *limits)
{
    size_t length;
    drawn_open(&written->drawn, text);
    struct view *view = &written->drawn.view;
    struct findings *findings = view_findings(view);
    findings->brief = findings->patches_unseen = false;
    written->report = (struct finding_report){
        .analysis = &written->drawn.analysis, .findings = findings, .standing = findings->count};
    char *picture = page_picture(view);
    FILE *stream = open_memstream(&written->html, &length);
    page_write(view, &written->report, limits, picture, stream);
    fclose(stream);
    free(picture);
    written->data = data_of(written->html);
}

static void drop(struct written *written)
{
    json_decref(written->data);
    free(written->html);
    drawn_close(&written->drawn);
}

static json_t *at(const struct written *written, const char *object, const char *member)
{
    return json_object_get(json_object_get(written->data, object), member);
}

/* The index of the user or role with that name. */
static size_t place_of(const struct written *written, const char *name)
{
    json_t *names = at(written, "principals", "name");
    for (size_t i = 0; i < json_array_size(names); i++)
        if (strcmp(json_string_value(json_array_get(names, i)), name) == 0)
            return i;
    fail_msg("no %s", name);
    return 0;
}

static json_int_t number_of(const struct written *written, const char *column, const char *name)
{
    return json_integer_value(json_array_get(at(written, "principals", column), place_of(written, name)));
}

static void nodes_edges_and_numbers(void **state)
{
    struct written written;
    (void)state;
    write_page(&written, world, &page_limits);
    const struct edges *edges = written.drawn.analysis.edges;
    size_t principals = json_array_size(at(&written, "principals", "name"));
    assert_int_equal(principals, written.drawn.analysis.model->principal_count);
    assert_int_equal(principals + json_array_size(json_object_get(written.data, "parties")), edges->node_count);
    assert_int_equal(json_array_size(json_object_get(written.data, "edges")), 3 * (size_t)edges->edge_count);
    assert_int_equal(json_array_size(at(&written, "groups", "members")), edges->group_count);
    assert_int_equal(number_of(&written, "direct", "mid"), 1);
    assert_int_equal(number_of(&written, "outside", "open"), 2); /* anyone; and the service through quiet */
    assert_int_equal(number_of(&written, "assumes", "alice"), 2);
    assert_int_equal(number_of(&written, "flags", "bob"), 0);
    assert_int_equal(number_of(&written, "flags", "mid") & 3, 3);
    assert_int_equal(json_array_size(json_object_get(written.data, "findings")), written.report.standing);
    assert_int_equal(json_array_size(json_object_get(written.data, "administrators")), 1);
    assert_int_equal(json_integer_value(at(&written, "about", "principals_left_out")), 0);
    drop(&written);
}

/* alice sets one source identity, and the next role requires another: hops lead there, but no chain does. */
static void conditions_that_cannot_hold_together(void **state)
{
    struct written written;
    (void)state;
    write_page(&written, world, &page_limits);
    json_t *refuted = json_object_get(written.data, "refuted");
    assert_int_equal(number_of(&written, "most", "end"), 1);
    assert_int_equal(json_array_size(refuted), 2);
    assert_int_equal(json_integer_value(json_array_get(refuted, 0)), place_of(&written, "end"));
    json_t *callers = json_array_get(refuted, 1);
    assert_int_equal(json_array_size(callers), 1);
    assert_int_equal(json_integer_value(json_array_get(callers, 0)), place_of(&written, "alice"));
    drop(&written);
    /* Not checked: both numbers are given. */
    struct page_limits limits = page_limits;
    limits.settled = 0;
    write_page(&written, world, &limits);
    assert_int_equal(number_of(&written, "certain", "end"), 1);
    assert_int_equal(number_of(&written, "most", "end"), 2);
    assert_int_equal(json_array_size(json_object_get(written.data, "refuted")), 0);
    drop(&written);
}

static void what_matters_is_kept(void **state)
{
    struct written written;
    struct page_limits limits = page_limits;
    (void)state;
    limits.principals = 2;
    limits.bytes = limits.whole_findings = 1;
    write_page(&written, world, &limits);
    /* The administrator, then roles that are open to others. */
    assert_int_equal(json_array_size(at(&written, "principals", "name")), 2);
    assert_int_equal(number_of(&written, "flags", "mid") & 3, 3);
    assert_int_equal(number_of(&written, "outside", "open"), 2); /* anyone; and the service through quiet */
    assert_int_equal(json_integer_value(at(&written, "about", "principals_left_out")), 4);
    assert_int_equal(json_array_size(json_object_get(written.data, "findings")), 1);
    assert_int_equal(json_integer_value(at(&written, "about", "findings_left_out")), written.report.standing - 1);
    assert_int_equal(json_array_size(at(&written, "documents", "of")), 2);
    drop(&written);
}

/* Roles whose documents do not fit are marked; those of roles with findings come first. */
static void documents_have_a_limit(void **state)
{
    struct written written;
    struct page_limits limits = page_limits;
    (void)state;
    limits.documents = 1;
    write_page(&written, world, &limits);
    assert_int_equal(json_array_size(at(&written, "documents", "text")), 1);
    size_t without = 0;
    for (size_t i = 0; i < json_array_size(at(&written, "documents", "of")); i++)
        without += json_integer_value(json_array_get(at(&written, "documents", "of"), i)) < 0;
    assert_int_equal(without, json_array_size(at(&written, "documents", "of")) - 1);
    drop(&written);
}

static void any_text_is_harmless(void **state)
{
    static const char *const texts[] = {"</script>", "<!-- <script>",
                                        "a\xff"
                                        "b",
                                        "\xe2\x80\xa8\xe2\x80\xae", "]]>\n\"\\\x01"};
    char *text = NULL;
    size_t length;
    (void)state;
    FILE *stream = open_memstream(&text, &length);
    struct page_json json = {.stream = stream};
    page_json_open(&json, '{');
    page_json_named_open(&json, "texts", '[');
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        page_json_text(&json, texts[i]);
    page_json_text(&json, NULL);
    page_json_flag(&json, true);
    page_json_close(&json, ']');
    page_json_named_number(&json, "number", -1);
    page_json_close(&json, '}');
    page_json_end(&json);
    fclose(stream);
    for (size_t i = 0; i < length; i++)
        assert_true(text[i] >= ' ' && text[i] <= '~' && text[i] != '<');
    json_t *value = json_loads(text, 0, NULL), *list = json_object_get(value, "texts");
    assert_int_equal(page_json_size(&json), length);
    assert_string_equal(json_string_value(json_array_get(list, 0)), texts[0]);
    assert_string_equal(json_string_value(json_array_get(list, 2)), "a\\xFFb");
    assert_string_equal(json_string_value(json_array_get(list, 4)), texts[4]);
    assert_true(json_is_null(json_array_get(list, 5)));
    assert_true(json_is_true(json_array_get(list, 6)));
    assert_int_equal(json_integer_value(json_object_get(value, "number")), -1);
    json_decref(value);
    free(text);
}

/* The only script that may run is the one whose hash is in the policy; no requests are allowed. */
static void nothing_is_fetched(void **state)
{
    struct written written;
    (void)state;
    write_page(&written, world, &page_limits);
    assert_non_null(strstr(written.html, "default-src 'none'; script-src 'sha256-"));
    assert_null(strstr(written.html, "src=\""));
    assert_null(strstr(written.html, "url("));
    assert_null(strstr(written.html, "@import"));
    assert_null(strstr(written.html, "innerHTML"));
    drop(&written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_edges_and_numbers), cmocka_unit_test(conditions_that_cannot_hold_together),
        cmocka_unit_test(what_matters_is_kept),    cmocka_unit_test(documents_have_a_limit),
        cmocka_unit_test(any_text_is_harmless),    cmocka_unit_test(nothing_is_fetched),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
