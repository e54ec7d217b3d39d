/* What is drawn, and that nothing from a policy is read as markup. */
#include "analyzer/picture/dot.h"
#include "analyzer/picture/image.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *draw(struct edge_world *world, const struct picture_options *options, const char *format)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    struct picture *picture = picture_new(world->edges, options);
    assert_non_null(picture);
    Agraph_t *graph = dot_graph(picture);
    assert_non_null(graph);
    if (strcmp(format, "dot") == 0) {
        agwrite(graph, stream);
    } else {
        const char *reason;
        assert_true(image_write(graph, format, stream, &reason));
    }
    agclose(graph);
    picture_free(picture);
    fclose(stream);
    return text;
}

static void shapes_clusters_and_dashes(void **state)
{
    struct edge_world world;
    const struct picture_options options = {0};
    (void)state;
    edge_world_open(&world,
                    "user A/alice\n may allow sts:AssumeRole on *\n"
                    "role B/deploy\n trust allow sts:AssumeRole from root:A if Bool aws:MultiFactorAuthPresent true\n"
                    "role B/open\n trust allow sts:AssumeRole from *,root:D,service:ec2.amazonaws.com\n");
    char *dot = draw(&world, &options, "dot");
    assert_non_null(strstr(dot, "subgraph cluster_111111111111"));
    assert_non_null(strstr(dot, "subgraph cluster_222222222222"));
    assert_non_null(strstr(dot, "subgraph cluster_legend"));
    assert_non_null(strstr(dot, "shape=ellipse"));
    assert_non_null(strstr(dot, "shape=doubleoctagon"));
    assert_non_null(strstr(dot, "style=dashed"));
    assert_non_null(strstr(dot, "MultiFactorAuthPresent = true"));
    free(dot);
    edge_world_close(&world);
}

static void names_are_no_markup(void **state)
{
    struct edge_world world;
    const struct picture_options options = {0};
    (void)state;
    edge_world_open(&world, "user A/<b>x</b>\n"
                            "user A/\\N\\\"]q\n"
                            "role A/<script>alert(1)</script>\n trust allow sts:AssumeRole from root:A\n"
                            "role A/r&d\n trust allow sts:AssumeRole from user:A/<b>x</b>,user:A/\\N\\\"]q\n"
                            "role A/a&b;c\n trust allow sts:AssumeRole from user:A/<b>x</b>\n");
    char *dot = draw(&world, &options, "dot"), *svg = draw(&world, &options, "svg");
    assert_null(strstr(svg, "<script"));
    assert_null(strstr(svg, "<b>"));
    assert_non_null(strstr(svg, "&lt;b&gt;x"));
    assert_non_null(strstr(svg, "r&amp;d"));
    assert_non_null(strstr(svg, "a&amp;b;c"));
    assert_null(strstr(svg, "a&b;c"));
    Agraph_t *again = agmemread(dot);
    assert_non_null(again);
    agclose(again);
    free(dot);
    free(svg);
    edge_world_close(&world);
}

static void large_pictures_are_drawn_together(void **state)
{
    struct edge_world world;
    struct picture_options options = {.maximum_nodes = 40};
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    (void)state;
    fputs("user A/alice\n may allow sts:AssumeRole on *\n", stream);
    for (int i = 0; i < 200; i++)
        fprintf(stream,
                "role %c/role-%d\n trust allow sts:AssumeRole from user:A/alice if StringEquals sts:ExternalId id-%d\n",
                'B' + i % 5, i / 5, i);
    fclose(stream);
    edge_world_open(&world, text);
    struct picture *picture = picture_new(world.edges, &options);
    assert_true(picture->node_count <= 40);
    assert_true(picture->caption_count > 0);
    const struct picture_caption *caption = &picture->caption[picture->caption_count - 1];
    assert_true(caption->too_large);
    assert_non_null(strstr(caption->sentence, "Too large"));
    picture_free(picture);
    options = (struct picture_options){.accounts = true};
    picture = picture_new(world.edges, &options);
    assert_int_equal(picture->node_count, 6);
    picture_free(picture);
    free(text);
    edge_world_close(&world);
}

static void two_alike_are_drawn_together_in_large_pictures(void **state)
{
    (void)state;
    for (int accounts = 7; accounts <= 8; accounts++) {
        struct edge_world world;
        struct picture_options options = {0};
        char *text = NULL;
        size_t length;
        FILE *stream = open_memstream(&text, &length);
        for (int i = 0; i < accounts; i++) {
            fprintf(stream, "user %c/u\n", 'A' + i);
            for (int j = 0; j < 12; j++)
                fprintf(
                    stream,
                    "role %c/r%d\n trust allow sts:AssumeRole from user:%c/u if StringEquals sts:ExternalId id-%d\n",
                    'A' + i, j, 'A' + i, j / 2);
        }
        fclose(stream);
        edge_world_open(&world, text);
        struct picture *picture = picture_new(world.edges, &options);
        assert_int_equal(picture->node_count, accounts == 7 ? 7 * 13 : 8 * 7);
        picture_free(picture);
        free(text);
        edge_world_close(&world);
    }
}

static void assert_good_shape(const char *svg)
{
    double width = 0, height = 0;
    const char *size = strstr(svg, "<svg width=\"");
    assert_non_null(size);
    assert_int_equal(sscanf(size, "<svg width=\"%lfpt\" height=\"%lfpt\"", &width, &height), 2);
    if (height > 1.5 * width || width > 3 * height)
        fail_msg("%.0f x %.0f", width, height);
}

static void parts_that_nothing_connects_stand_in_columns(void **state)
{
    struct edge_world world;
    struct picture_options options = {0};
    char *text = NULL, *svg, *dot;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    (void)state;
    for (int i = 0; i < 9; i++) {
        fprintf(stream, "user %c/u\n", 'A' + i);
        for (int j = 0; j < 4; j++)
            fprintf(stream,
                    "role %c/r%d\n trust allow sts:AssumeRole from user:%c/u if StringEquals sts:ExternalId id-%d\n",
                    'A' + i, j, 'A' + i, j);
    }
    fclose(stream);
    edge_world_open(&world, text);
    svg = draw(&world, &options, "svg");
    assert_good_shape(svg);
    assert_null(strstr(svg, "<title>column"));
    dot = draw(&world, &options, "dot");
    assert_non_null(strstr(dot, "column 1"));
    free(svg);
    free(dot);
    free(text);
    edge_world_close(&world);
}

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        n++;
    return n;
}

/* So many accounts that have only two services in common. */
static char *accounts_of_services(int accounts)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    for (int i = 0; i < accounts; i++)
        for (int j = 0; j < 12; j++)
            fprintf(stream,
                    "role %c/r%d\n trust allow sts:AssumeRole from service:%s.amazonaws.com if StringEquals "
                    "aws:SourceAccount 1234567890%02d\n",
                    'A' + i, j, j % 2 == 0 ? "ec2" : "lambda", j);
    fclose(stream);
    return text;
}

static void services_of_many_accounts_stand_in_each_column(void **state)
{
    struct edge_world world;
    struct picture_options options = {0};
    char *text = accounts_of_services(8);
    (void)state;
    edge_world_open(&world, text);
    char *svg = draw(&world, &options, "svg"), *dot = draw(&world, &options, "dot");
    assert_good_shape(svg);
    unsigned columns = count(dot, "\"column ") > 0 ? count(dot, "label=\"ec2.amazonaws.com\"") : 0;
    assert_in_range(columns, 2, 4);
    assert_int_equal(count(dot, "label=\"lambda.amazonaws.com\""), columns);
    assert_non_null(strstr(dot, "\"service:ec2.amazonaws.com in column 2\" -> "));
    assert_non_null(strstr(dot, "drawn once in each column"));
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 12; j++) {
            char end[64];
            snprintf(end, sizeof end, "-> \"arn:aws:iam::%012ld:role/r%d\"", 111111111111L * (i + 1), j);
            assert_int_equal(count(dot, end), 1);
        }
    free(svg);
    free(dot);
    free(text);
    edge_world_close(&world);

    text = accounts_of_services(2);
    edge_world_open(&world, text);
    dot = draw(&world, &options, "dot");
    assert_int_equal(count(dot, "label=\"ec2.amazonaws.com\""), 1);
    assert_null(strstr(dot, "column"));
    free(dot);
    free(text);
    edge_world_close(&world);
}

/* Of every edge: whether its colour is that of chains. */
static void chains_have_a_colour(void **state)
{
    static const struct {
        const char *edge;
        bool coloured, dashed;
    } wanted[] = {
        {"user/alice\" -> \"arn:aws:iam::111111111111:role/first\"", true, false},
        {"role/first\" -> \"arn:aws:iam::222222222222:role/second\"", true, true},
        {"role/second\" -> \"arn:aws:iam::222222222222:role/third\"", true, false},
        {"user/bob\" -> \"arn:aws:iam::111111111111:role/alone\"", false, false},
        {"account:444444444444\" -> \"arn:aws:iam::111111111111:role/first\"", false, true},
    };
    struct edge_world world;
    struct picture_options options = {0};
    (void)state;
    edge_world_open(&world, "user A/alice\nuser A/bob\n"
                            "role A/first\n trust allow sts:AssumeRole from user:A/alice,root:D\n"
                            " may allow sts:AssumeRole on *\n"
                            "role B/second\n may allow sts:AssumeRole on *\n"
                            " trust allow sts:AssumeRole from role:A/first if StringEquals sts:ExternalId x-7\n"
                            "role B/third\n trust allow sts:AssumeRole from role:B/second\n"
                            "role A/alone\n trust allow sts:AssumeRole from user:A/bob\n"
                            " trust allow sts:AssumeRole from role:A/alone\n");
    char *dot = draw(&world, &options, "dot");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const char *edge = strstr(dot, wanted[i].edge);
        if (edge == NULL)
            fail_msg("no edge %s", wanted[i].edge);
        const char *end = strstr(edge, "];"), *colour = strstr(edge, "#0072b2"), *dashed = strstr(edge, "=dashed");
        if ((colour != NULL && colour < end) != wanted[i].coloured)
            fail_msg("the colour of %s", wanted[i].edge);
        if ((dashed != NULL && dashed < end) != wanted[i].dashed)
            fail_msg("the dashes of %s", wanted[i].edge);
    }
    assert_non_null(strstr(dot, "among the hops of a chain"));
    free(dot);

    /* What is out of focus counts. */
    uint32_t alice = model_find_arn(world.model, "arn:aws:iam::111111111111:user/alice");
    options = (struct picture_options){.focus = &alice, .focus_count = 1, .hops = 1};
    struct picture *picture = picture_new(world.edges, &options);
    assert_int_equal(picture->edge_count, 1);
    assert_true(picture->edges[0].chained);
    picture_free(picture);
    uint32_t bob = model_find_arn(world.model, "arn:aws:iam::111111111111:user/bob");
    options.focus = &bob;
    dot = draw(&world, &options, "dot");
    assert_null(strstr(dot, "of a chain"));
    free(dot);
    edge_world_close(&world);
}

static void focus(void **state)
{
    struct edge_world world;
    (void)state;
    edge_world_open(&world, "user A/alice\nuser A/bob\n"
                            "role A/near\n trust allow sts:AssumeRole from user:A/alice\n"
                            "role A/far\n trust allow sts:AssumeRole from role:A/near\n"
                            "role A/other\n trust allow sts:AssumeRole from user:A/bob\n");
    uint32_t alice = model_find_arn(world.model, "arn:aws:iam::111111111111:user/alice");
    for (uint32_t hops = 1; hops <= 2; hops++) {
        struct picture_options options = {.focus = &alice, .focus_count = 1, .hops = hops};
        struct picture *picture = picture_new(world.edges, &options);
        assert_int_equal(picture->node_count, hops + 1);
        picture_free(picture);
    }
    edge_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shapes_clusters_and_dashes),
                                       cmocka_unit_test(names_are_no_markup),
                                       cmocka_unit_test(large_pictures_are_drawn_together),
                                       cmocka_unit_test(two_alike_are_drawn_together_in_large_pictures),
                                       cmocka_unit_test(parts_that_nothing_connects_stand_in_columns),
                                       cmocka_unit_test(services_of_many_accounts_stand_in_each_column),
                                       cmocka_unit_test(chains_have_a_colour),
                                       cmocka_unit_test(focus)};
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
