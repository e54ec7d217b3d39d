/*
 * What a load leaves in the database is the same whether derived from scratch or updated: random worlds, changed step
 * by step, loaded step by step into one database and at once into another.
 */
#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/derive.h"
#include "analyzer/analysis/gaps.h"
#include "graph/control/control_edges.h"
#include "graph/control/control_store.h"
#include "graph/edges/edges_read.h"
#include "graph/model/slice.h"
#include "ingest/store/query.h"
#include "ingest/support/text.h"
#include "tests/graph/control/same_edges.h"
#include "tests/graph/random/sketch.h"
#include "tests/support/loading.h"
#include "tests/support/scenario.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- databases */

static struct derivation last;
static bool loaded;

static bool derive(struct store *store, const struct changes *changes, void *context, char **error)
{
    (void)context;
    loaded = true;
    return derive_answers(store, changes, NULL, &last, error);
}

static void load_folder(struct store *store, const char *folder)
{
    const char *const paths[] = {folder};
    const struct load_options options = {.jobs = 1, .before_commit = derive};
    struct load_result result;
    char *error = NULL;
    loaded = false;
    if (!load_paths(store, paths, 1, &options, &result, &error))
        fail_msg("%s", error);
    load_result_free(&result);
}

static struct store *open_store(void)
{
    char *error = NULL;
    struct store *store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    if (store == NULL)
        fail_msg("%s", error);
    return store;
}

static void append_rows(struct store *store, const char *sql, struct text *text)
{
    struct query *rows = query_open(store, sql);
    text_format(text, "-- %s\n", sql);
    while (query_next(rows)) {
        for (int i = 0; i < query_columns(rows); i++)
            text_format(text, "%s ", query_text(rows, i));
        text_append_char(text, '\n');
    }
    query_close(rows);
    assert_null(store_error(store));
}

/* How many principals, and which, are on the paths to and from each: what questions load. */
static void append_slices(struct store *store, struct text *text)
{
    struct query *rows = query_open(store, "SELECT id, arn FROM principal WHERE kind <> 'group' ORDER BY arn");
    struct query *name = query_open(store, "SELECT arn FROM principal WHERE id = ?");
    while (query_next(rows))
        for (int which = 0; which < 4; which++) {
            struct slice slice = {.with_control = which >= 2};
            uint64_t sum = 0;
            assert_true(slice_follow(&slice, store, query_integer(rows, 0), (enum slice_direction)(which % 2)));
            for (size_t i = 0; i < slice.count; i++) {
                QUERY_BIND(name, sql_integer(slice.principals[i]));
                assert_true(query_next(name));
                const char *arn = query_text(name, 0);
                sum += hash_bytes(arn, strlen(arn));
            }
            text_format(text, "%s %d: %zu %llx\n", query_text(rows, 1), which, slice.count, (unsigned long long)sum);
            slice_free(&slice);
        }
    query_close(name);
    query_close(rows);
    assert_null(store_error(store));
}

/* In the words of an answer. */
static void append_gaps(struct store *store, struct text *text)
{
    struct arena arena = {0};
    struct gaps gaps;
    gaps_read(&gaps, store, &arena);
    for (size_t i = 0; i < gaps.count; i++)
        text_format(text, "%s\n", gaps.list[i].sentence);
    arena_free(&arena);
}

static char *answers(struct store *store)
{
    struct text text = {0};
    append_rows(store, "SELECT principal, kind, role, verdict, conditions FROM assumable ORDER BY 1, 2, 3, 4, 5",
                &text);
    append_rows(store,
                "SELECT principal, kind, target, way, actions, verdict, conditions FROM controllable ORDER BY 1, 2, 3, "
                "4, 5, 6, 7",
                &text);
    append_rows(store, "SELECT kind, caller FROM outside_party ORDER BY 1, 2", &text);
    append_rows(store, "SELECT kind, holders, amount, names FROM gap ORDER BY 1", &text);
    append_gaps(store, &text);
    append_rows(store,
                "SELECT m.subject, p.arn FROM mention m JOIN principal p ON p.trust_document = m.document ORDER "
                "BY 1, 2",
                &text);
    append_slices(store, &text);
    return text_release(&text);
}

static void assert_none(struct store *store, const char *sql)
{
    struct text text = {0};
    append_rows(store, sql, &text);
    if (strchr(text.data, '\n')[1] != '\0')
        fail_msg("%s", text.data);
    text_free(&text);
}

/* No reference dangles, and no party is left over. */
static void assert_no_leftovers(struct store *store)
{
    assert_none(store, "SELECT * FROM party_member WHERE principal NOT IN (SELECT id FROM principal)");
    assert_none(store, "SELECT * FROM party_member WHERE party NOT IN (SELECT source FROM edge UNION SELECT target "
                       "FROM edge)");
    assert_none(store, "SELECT * FROM outside_party WHERE party NOT IN (SELECT source FROM edge)");
    for (int end = 0; end < 2; end++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "SELECT * FROM edge WHERE %s NOT IN (SELECT id FROM principal UNION SELECT party FROM party_member "
                 "UNION SELECT party FROM outside_party)",
                 end == 0 ? "source" : "target");
        assert_none(store, sql);
    }
    assert_none(store, "SELECT * FROM residual WHERE id NOT IN (SELECT residual FROM edge UNION SELECT residual FROM "
                       "control_edge)");
    assert_none(store, "SELECT * FROM control_member WHERE principal NOT IN (SELECT id FROM principal)");
    assert_none(store, "SELECT * FROM control_member WHERE party NOT IN (SELECT source FROM control_edge UNION SELECT "
                       "target FROM control_edge)");
    assert_none(store, "SELECT * FROM control_way WHERE id NOT IN (SELECT way FROM control_edge)");
    assert_none(store, "SELECT * FROM mention WHERE document NOT IN (SELECT id FROM document)");
}

/* ---- reading back */

/* Verdict and formula of the edge between two nodes, or "". */
static char *edge_text(const struct edges *edges, uint32_t from, uint32_t to)
{
    const struct edge *edge = edges_between(edges, from, to);
    if (edge == NULL)
        return memory_text("");
    char *formula = constraint_pack(edges->pool, edge->residual);
    char *text = memory_print("%s %s", verdict_word(edge->verdict), formula);
    free(formula);
    return text;
}

/* All pairs of the slice have the edges that are decided over the whole, including those of its outside parties. */
static void assert_slice_is(const struct edges *whole, const struct edges *part)
{
    for (uint32_t i = 0; i < part->node_count; i++) {
        struct caller caller = part->nodes[i];
        if (caller.principal != MODEL_NONE)
            caller.principal = model_find_arn(whole->model, caller.text);
        uint32_t from = edges_find_node(whole, &caller);
        assert_int_not_equal(from, MODEL_NONE);
        for (uint32_t j = 0; j < part->model->principal_count; j++) {
            uint32_t to = model_find_arn(whole->model, part->nodes[j].text);
            char *decided = edge_text(whole, from, to), *read = edge_text(part, i, j);
            if (strcmp(decided, read) != 0)
                fail_msg("%s -> %s\ndecided: %s\nread:    %s", caller.text, part->nodes[j].text, decided, read);
            free(decided);
            free(read);
        }
    }
}

/* All edges, read back with groups as a complete derivation makes them. */
static void assert_whole_is(const struct edges *whole, const struct edges *read)
{
    assert_int_equal(read->node_count, whole->node_count);
    assert_int_equal(read->group_count, whole->group_count);
    assert_int_equal(read->edge_count, whole->edge_count);
    for (uint32_t i = 0; i < whole->edge_count; i++) {
        assert_int_equal(read->edges[i].from, whole->edges[i].from);
        assert_int_equal(read->edges[i].to, whole->edges[i].to);
    }
    assert_slice_is(whole, read);
}

static bool assert_restored(struct store *store, const struct edges *whole)
{
    struct constraint_pool *own = constraint_pool_new();
    struct edges *read = edges_restore(whole->model, own, analysis_time(), store);
    if (read != NULL)
        assert_whole_is(whole, read);
    edges_free(read);
    constraint_pool_free(own);
    return read != NULL;
}

/* All control edges between two nodes, as text: sorted by kind. */
static char *control_text(const struct edges *edges, uint32_t from, uint32_t to)
{
    struct text text = {0};
    edge_end sources[EDGES_ENDS], targets[EDGES_ENDS];
    uint32_t source_count = edges_sources(edges, from, sources), target_count = edges_targets(edges, to, targets);
    text_append_string(&text, "");
    for (int kind = EDGE_EDIT_TRUST; kind <= EDGE_TAKE_OVER && from != to; kind++)
        for (uint32_t i = 0; i < source_count * target_count; i++) {
            uint32_t at, end;
            edges_between_ends(edges, sources[i / target_count], targets[i % target_count], &at, &end);
            for (; at < end; at++) {
                const struct edge *edge = &edges->edges[at];
                if (edge->kind != (enum edge_kind)kind)
                    continue;
                char *formula = constraint_pack(edges->pool, edge->residual);
                text_format(&text, "%s (%s) %s %s\n", edge_kind_word(edge->kind), edge->how,
                            verdict_word(edge->verdict), formula);
                free(formula);
            }
        }
    return text_release(&text);
}

/* All pairs of users and roles in the slice have the same control edges as over the whole. */
static void assert_control_is(const struct edges *whole, const struct edges *part)
{
    for (uint32_t i = 0; i < part->model->principal_count; i++)
        for (uint32_t j = 0; j < part->model->principal_count; j++) {
            const char *from = part->nodes[i].text, *to = part->nodes[j].text;
            char *found = control_text(whole, model_find_arn(whole->model, from), model_find_arn(whole->model, to)),
                 *read = control_text(part, i, j);
            if (strcmp(found, read) != 0)
                fail_msg("%s -> %s\nfound: %s\nread: %s", from, to, found, read);
            free(found);
            free(read);
        }
}

/* Stored control edges are those that would be found now, which it returns; at_once: between the same groups, too. */
static struct edges *assert_control_is_current(struct store *store, const struct model *model,
                                               struct constraint_pool *pool, bool at_once)
{
    struct edges *found = edges_compute(model, pool, analysis_time()),
                 *read = edges_compute(model, pool, analysis_time());
    struct text story = {0};
    control_edges_add(found);
    if (!control_edges_restore(read, store))
        fail_msg("control edges cannot be read");
    if (at_once && !same_edges(found, read, &story))
        fail_msg("%s", story.data);
    assert_control_is(found, read);
    text_free(&story);
    edges_free(read);
    return found;
}

/* The edges read back for questions about some principals are the same as over the whole, decided again. */
static void assert_read_back(struct store *store, bool at_once, struct random *random)
{
    char *error = NULL;
    struct constraint_pool *pool = constraint_pool_new();
    struct model *model = model_load(store, &error);
    struct edges *whole = edges_compute(model, pool, analysis_time());
    assert_true(slice_is_current(store, analysis_time()));
    assert_true(assert_restored(store, whole) || !at_once);
    assert_true(control_edges_stored(store));
    struct edges *control = assert_control_is_current(store, model, pool, at_once);
    for (uint32_t i = 0; i < 6 && model->principal_count > 0; i++) {
        struct slice slice = {.with_control = i >= 3};
        struct edges_reading reading;
        struct constraint_pool *own = constraint_pool_new();
        int64_t start = model->principals[random_below(random, model->principal_count)].id;
        assert_true(slice_follow(&slice, store, start, i % 2 == 0 ? SLICE_TOWARDS : SLICE_FROM));
        assert_true(edges_reading_open(&reading, store, own, &slice));
        struct model *part = model_load_part(store, slice.principals, slice.count, &error);
        struct edges *read = edges_read(&reading, part, analysis_time());
        assert_non_null(read);
        assert_slice_is(whole, read);
        if (slice.with_control) {
            assert_true(control_edges_read(read, &slice, store));
            assert_control_is(control, read);
        }
        edges_free(read);
        model_free(part);
        constraint_pool_free(own);
        edges_reading_close(&reading);
        slice_free(&slice);
    }
    edges_free(control);
    edges_free(whole);
    model_free(model);
    constraint_pool_free(pool);
}

/* ---- the property */

static void show_difference(const char *expected, const char *actual)
{
    while (*expected != '\0' && *actual != '\0') {
        size_t x = strcspn(expected, "\n") + 1, y = strcspn(actual, "\n") + 1;
        if (x != y || strncmp(expected, actual, x) != 0)
            break;
        expected += x;
        actual += y;
    }
    print_error("from nothing: %.*s\nstep by step: %.*s\n", (int)strcspn(expected, "\n"), expected,
                (int)strcspn(actual, "\n"), actual);
}

static void a_load_brings_up_to_date_what_it_touches(void **state)
{
    (void)state;
    uint64_t seed = number_from("ROLECHAIN_RANDOM_SEED", 1), count = number_from("ROLECHAIN_RANDOM_COUNT", 20),
             first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    uint32_t parts = 0, all = 0;
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed * 0xD1342543DE82EF95u + number}, chosen = {number + 1};
        struct sketch sketch;
        struct store *step_by_step = open_store();
        char *folder = scratch_folder();
        char *before = NULL;
        double derived = 0;
        sketch_roll(&sketch, &random);
        for (int step = 0; step < 12; step++) {
            struct text text = {0};
            struct scenario scenario = {0};
            char moment[32];
            sketch_write(&sketch, &text);
            snprintf(moment, sizeof moment, "%.0f", sketch.now);
            setenv("SOURCE_DATE_EPOCH", moment, 1);
            if (!scenario_read(&scenario, text.data, 1) || !scenario_write(&scenario, folder))
                fail_msg("%s", scenario.error);
            load_folder(step_by_step, folder);
            /* A load of nothing new (tags are not in list-roles) derives nothing, whatever the time. */
            if (!loaded)
                sketch.now = derived;
            derived = sketch.now;
            snprintf(moment, sizeof moment, "%.0f", derived);
            setenv("SOURCE_DATE_EPOCH", moment, 1);
            parts += loaded && !last.everything;
            all += loaded && last.everything;
            struct store *from_nothing = open_store();
            load_folder(from_nothing, folder);
            char *expected = answers(from_nothing), *actual = answers(step_by_step);
            if (strcmp(expected, actual) != 0) {
                show_difference(expected, actual);
                printf("before:\n%safter:\n%s", before != NULL ? before : "", text.data);
                fail_msg("seed %llu, world %llu, step %d", (unsigned long long)seed, (unsigned long long)number, step);
            }
            assert_no_leftovers(step_by_step);
            assert_read_back(step_by_step, false, &chosen);
            assert_read_back(from_nothing, true, &chosen);
            free(expected);
            free(actual);
            store_close(from_nothing);
            scenario_free(&scenario);
            free(before);
            before = text_release(&text);
            for (uint32_t changes = 1 + random_below(&random, 4) / 2; changes > 0; changes--)
                sketch_change(&sketch, &random);
        }
        free(before);
        store_close(step_by_step);
        scratch_remove(folder);
    }
    unsetenv("SOURCE_DATE_EPOCH");
    print_message("seed %llu: %u loads brought a part up to date, %u derived everything\n", (unsigned long long)seed,
                  parts, all);
    assert_true(parts > all);
}

static void load_text(struct store *store, const char *folder, const char *text)
{
    struct scenario scenario = {0};
    if (!scenario_read(&scenario, text, 1) || !scenario_write(&scenario, folder))
        fail_msg("%s", scenario.error);
    load_folder(store, folder);
    scenario_free(&scenario);
}

/* The answers of the store, which must be those of the folder loaded into an empty one. The caller frees them. */
static char *answers_as_from_nothing(struct store *store, const char *folder)
{
    struct store *from_nothing = open_store();
    load_folder(from_nothing, folder);
    char *expected = answers(from_nothing), *actual = answers(store);
    assert_string_equal(expected, actual);
    free(expected);
    store_close(from_nothing);
    return actual;
}

static void close_place(struct store *store, char *folder)
{
    store_close(store);
    scratch_remove(folder);
}

static void what_the_samples_stored_is_read_back(void **state)
{
    (void)state;
    struct random chosen = {1};
    struct store *store = open_store();
    setenv("SOURCE_DATE_EPOCH", "1795000000", 1);
    load_folder(store, "samples");
    for (int i = 0; i < 5; i++)
        assert_read_back(store, true, &chosen);
    unsetenv("SOURCE_DATE_EPOCH");
    store_close(store);
}

/* Edges of one time are not valid at another if a policy names a time in between. */
static void edges_are_of_their_time(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    setenv("SOURCE_DATE_EPOCH", "1795000000", 1);
    load_text(store, folder,
              "user A/alice\nrole A/r\n  trust allow sts:AssumeRole from A/alice if DateLessThan aws:CurrentTime "
              "2026-11-20T00:00:00Z\n");
    unsetenv("SOURCE_DATE_EPOCH");
    assert_true(slice_is_current(store, 1795000000));
    assert_true(slice_is_current(store, 1790000000));
    assert_true(slice_is_current(store, 1795100000));
    assert_false(slice_is_current(store, 1796000000));
    assert_true(store_execute(store, "UPDATE derivation SET moment = 1796000000"));
    assert_false(slice_is_current(store, 1795000000));
    assert_true(store_execute(store, "DELETE FROM gap"));
    assert_false(slice_is_current(store, 1796000000));
    close_place(store, folder);
}

/* The same for control. */
static void control_is_of_its_time(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    setenv("SOURCE_DATE_EPOCH", "1795000000", 1);
    load_text(store, folder,
              "user A/alice\n  may allow iam:UpdateAssumeRolePolicy on * if DateLessThan aws:CurrentTime "
              "2026-11-20T00:00:00Z\nrole A/r\n  trust allow sts:AssumeRole from service:ec2.amazonaws.com\n");
    unsetenv("SOURCE_DATE_EPOCH");
    assert_int_equal(store_number(store, "SELECT count(*) FROM controllable"), 1);
    assert_true(slice_is_current(store, 1795100000));
    assert_false(slice_is_current(store, 1796000000));
    close_place(store, folder);
}

/* A policy that names a time between two loads does not make what the second stored out of date. */
static void what_a_part_stored_is_of_its_time(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    setenv("SOURCE_DATE_EPOCH", "1795000000", 1);
    load_text(store, folder, "user A/alice\nrole A/r\n  trust allow sts:AssumeRole from A/alice\n");
    setenv("SOURCE_DATE_EPOCH", "1796000000", 1);
    load_text(store, folder,
              "user A/alice\nrole A/r\n  trust allow sts:AssumeRole from A/alice if DateLessThan aws:CurrentTime "
              "2026-11-20T00:00:00Z\n");
    unsetenv("SOURCE_DATE_EPOCH");
    assert_false(last.everything);
    assert_true(slice_is_current(store, 1796000000));
    assert_int_equal(store_number(store, "SELECT count(*) FROM edge"), 0);
    close_place(store, folder);
}

/* A group of callers that stays the same load after load is stored once. */
static void groups_are_used_again(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct text text = {0};
    char *folder = scratch_folder();
    text_append_string(&text,
                       "user A/alice\n  may allow sts:AssumeRole on *\nuser A/bob\n  may allow sts:AssumeRole on "
                       "*\n");
    for (int i = 0; i < 20; i++) {
        text_format(&text,
                    "role B/role-%02d\n  trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId x%d\n",
                    i, i);
        load_text(store, folder, text.data);
        assert_int_equal(last.everything, i == 0);
    }
    assert_int_equal(store_number(store, "SELECT count(*) FROM edge WHERE source < 0"), 20);
    assert_int_equal(store_number(store, "SELECT count(DISTINCT party) FROM party_member WHERE principal = 1"), 1);
    text_free(&text);
    close_place(store, folder);
}

static void slices_follow_all_groups_of_a_principal(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct text text = {0};
    struct slice slice = {0};
    char *folder = scratch_folder();
    text_append_string(&text, "user A/alice\n");
    for (int i = 0; i < 20; i++)
        text_format(&text, "role B/role-%02d\n", i);
    load_text(store, folder, text.data);
    assert_true(store_execute(store, "INSERT INTO party_member SELECT -id, 1 FROM principal WHERE kind = 'role';"
                                     "INSERT INTO edge SELECT -id, id, 1, 1 FROM principal WHERE kind = "
                                     "'role'"));
    assert_true(slice_follow(&slice, store, 1, SLICE_FROM));
    assert_int_equal(slice.count, 21);
    slice_free(&slice);
    text_free(&text);
    close_place(store, folder);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_true(scratch_write(path, text, strlen(text)));
}

#define MANAGED "arn:aws:iam::aws:policy/Hopping"
#define WHOLE(users, roles, policies)                                                                                  \
    "{\"UserDetailList\":[" users "],\"GroupDetailList\":[],\"RoleDetailList\":[" roles "],\"Policies\":[" policies    \
    "],\"IsTruncated\":false}"

#define BEA                                                                                                            \
    "{\"UserName\":\"bea\",\"Path\":\"/\",\"UserId\":\"AIDABEA0000000000000\",\"Arn\":"                                \
    "\"arn:aws:iam::333333333333:user/bea\",\"GroupList\":[],\"AttachedManagedPolicies\":[]}"
#define LENDER(resource)                                                                                               \
    WHOLE(BEA, "",                                                                                                     \
          "{\"PolicyName\":\"Hopping\",\"Arn\":\"" MANAGED "\",\"DefaultVersionId\":\"v1\","                           \
          "\"PolicyVersionList\":[{\"VersionId\":\"v1\",\"IsDefaultVersion\":true,\"Document\":{"                      \
          "\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"                                \
          "\"sts:AssumeRole\",\"Resource\":\"" resource "\"}]}}]}")
#define NOT_LENDER WHOLE(BEA, "", "")

/* A document of an AWS managed policy from another account counts for everyone who has the policy. */
static void a_load_touches_accounts_that_lacked_a_document(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    write_text(folder, "1.json",
               WHOLE("{\"UserName\":\"ann\",\"Path\":\"/\",\"UserId\":\"AIDAANN0000000000000\",\"Arn\":"
                     "\"arn:aws:iam::111111111111:user/ann\",\"GroupList\":[],\"AttachedManagedPolicies\":[{"
                     "\"PolicyName\":\"Hopping\",\"PolicyArn\":\"" MANAGED "\"}]}",
                     "", ""));
    write_text(folder, "2.json",
               WHOLE("",
                     "{\"RoleName\":\"R\",\"Path\":\"/\",\"RoleId\":\"AROAR00000000000000\",\"Arn\":"
                     "\"arn:aws:iam::222222222222:role/R\",\"RolePolicyList\":[],\"AttachedManagedPolicies\":"
                     "[],\"AssumeRolePolicyDocument\":" TRUST("111111111111") "}",
                     ""));
    load_folder(store, folder);
    assert_none(store, "SELECT * FROM assumable WHERE verdict = 'allowed'");
    write_text(folder, "3.json", LENDER("*"));
    load_folder(store, folder);
    assert_false(last.everything);
    char *actual = answers_as_from_nothing(store, folder);
    assert_non_null(strstr(actual, "user/ann user arn:aws:iam::222222222222:role/R allowed"));
    free(actual);
    /* Another version of it, and none at all. */
    static const char *const later[] = {LENDER("arn:aws:iam::222222222222:role/other"), NOT_LENDER};
    for (size_t i = 0; i < 2; i++) {
        write_text(folder, "3.json", later[i]);
        load_folder(store, folder);
        actual = answers_as_from_nothing(store, folder);
        assert_null(strstr(actual, "user/ann user arn:aws:iam::222222222222:role/R allowed"));
        assert_int_equal(strstr(actual, "1 attached policy has no document") != NULL, i == 1);
        free(actual);
    }
    close_place(store, folder);
}

#define FEDERATED(name)                                                                                                \
    WHOLE("",                                                                                                          \
          "{\"RoleName\":\"" name "\",\"Path\":\"/\",\"RoleId\":\"AROA" name "000000000000\",\"Arn\":"                 \
          "\"arn:aws:iam::111111111111:role/" name "\",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[],"          \
          "\"AssumeRolePolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","             \
          "\"Principal\":{\"Federated\":\"arn:aws:iam::111111111111:saml-provider/Corp\"},\"Action\":"                 \
          "\"sts:AssumeRoleWithSAML\"}]}}",                                                                            \
          "")

/* A list of identity providers brings no principal, but closes a gap. */
static void a_load_touches_accounts_whose_providers_it_lists(void **state)
{
    static const char *const lists[] = {"{\"SAMLProviderList\":[]}",
                                        "{\"SAMLProviderList\":[{\"Arn\":\"arn:aws:iam::111111111111:saml-provider/"
                                        "Corp\"}]}"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct store *store = open_store();
        char *folder = scratch_folder();
        write_text(folder, "1.json", FEDERATED("RRRRR"));
        load_folder(store, folder);
        char *before = answers(store);
        assert_non_null(strstr(before, "identity providers of account 111111111111 (1 role trusts one)"));
        free(before);
        write_text(folder, i == 0 ? "111111111111/list.json" : "list.json", lists[i]);
        load_folder(store, folder);
        assert_false(last.everything);
        char *actual = answers_as_from_nothing(store, folder);
        assert_null(strstr(actual, "identity providers"));
        free(actual);
        close_place(store, folder);
    }
}

#define ROLE_R(trusted)                                                                                                \
    "{\"RoleName\":\"R\",\"Path\":\"/\",\"RoleId\":\"AROAR00000000000000\",\"Arn\":"                                   \
    "\"arn:aws:iam::222222222222:role/R\",\"AssumeRolePolicyDocument\":" TRUST(trusted)

/* If two exports have different trust policies of a role, authorization details win; nothing is left of the other, in a
 * first load either. */
static void a_trust_policy_that_gives_way_leaves_nothing(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    write_text(folder, "1.json",
               WHOLE("", ROLE_R("222222222222") ",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[]}", ""));
    write_text(folder, "2.json", "{\"Roles\":[" ROLE_R("666666666666") "}]}");
    load_folder(store, folder);
    assert_int_equal(store_number(store, "SELECT count(*) FROM document"), 1);
    assert_int_equal(store_number(store, "SELECT count(*) FROM mention WHERE subject = '666666666666'"), 0);
    assert_int_equal(store_number(store, "SELECT count(*) FROM gap WHERE names GLOB '*666666666666*'"), 0);
    close_place(store, folder);
}

/* Loading the first text, then the second, updates a part; this many ways of control are stored. */
static void assert_control_after(const char *first, const char *second, int before, int after)
{
    struct store *store = open_store();
    char *folder = scratch_folder();
    load_text(store, folder, first);
    assert_int_equal(store_number(store, "SELECT count(*) FROM controllable"), before);
    load_text(store, folder, second);
    assert_false(last.everything);
    free(answers_as_from_nothing(store, folder));
    assert_int_equal(store_number(store, "SELECT count(*) FROM controllable"), after);
    close_place(store, folder);
}

/* A group without members: whoever may join it is affected by its policies. */
static void whoever_may_join_a_group_sees_it_change(void **state)
{
    (void)state;
#define MAY_JOIN                                                                                                       \
    "user A/alice\n  may allow iam:AddUserToGroup on *\nrole A/r\n  trust allow sts:AssumeRole from "                  \
    "service:ec2.amazonaws.com\n"
    assert_control_after(MAY_JOIN "group A/g\n  may allow s3:* on *\n",
                         MAY_JOIN "group A/g\n  may allow iam:UpdateAssumeRolePolicy on *\n", 0, 1);
}

static void a_role_gets_an_instance_profile(void **state)
{
    (void)state;
#define RUNS_INSTANCES                                                                                                 \
    "user A/alice\n  may allow iam:PassRole,ec2:RunInstances on *\nrole A/r\n  trust allow sts:AssumeRole from "       \
    "service:ec2.amazonaws.com\n"
    assert_control_after(RUNS_INSTANCES, RUNS_INSTANCES "  profile p\n", 0, 1);
}

/* Members that were not exported are one caller until the last of them is exported. */
static void the_last_member_is_exported(void **state)
{
    static const char open_to_all[] = "role A/r\n  trust allow sts:AssumeRole from * if StringEquals "
                                      "aws:PrincipalOrgID o-example0001\n";
    (void)state;
    struct store *store = open_store();
    struct text text = {0};
    char *folder = scratch_folder();
    text_format(&text, "organization M members A B\nexported M\n%s", open_to_all);
    load_text(store, folder, text.data);
    assert_int_equal(store_number(store, "SELECT count(*) FROM assumable WHERE principal = 'o-example0001'"), 1);
    text_format(&text, "exported B\nuser B/x\n");
    load_text(store, folder, text.data);
    char *actual = answers_as_from_nothing(store, folder);
    assert_int_equal(store_number(store, "SELECT count(*) FROM assumable WHERE principal = 'o-example0001'"), 0);
    free(actual);
    text_free(&text);
    close_place(store, folder);
}

/* A partial account number is a caller, and so are listed accounts that match it, until they are exported. */
static void an_account_like_a_pattern_is_exported(void **state)
{
    static const char open_to_like[] = "role A/r\n  trust allow sts:AssumeRole from * if StringLike "
                                       "aws:PrincipalAccount 2222*\n  trust deny sts:AssumeRole from * if "
                                       "StringEquals aws:PrincipalAccount $C\n";
    static const char of_listed[] = "SELECT count(*) FROM assumable WHERE principal = '222222222222'",
                      of_pattern[] = "SELECT count(*) FROM assumable WHERE principal = '2222*'";
    (void)state;
    struct store *store = open_store();
    struct text text = {0};
    char *folder = scratch_folder();
    text_format(&text, "organization M members A B\nexported M\n%s", open_to_like);
    load_text(store, folder, text.data);
    assert_int_equal(store_number(store, of_pattern), 1);
    assert_int_equal(store_number(store, of_listed), 1);
    text_format(&text, "exported B\nuser B/x\n  may allow sts:AssumeRole on *\n");
    load_text(store, folder, text.data);
    char *actual = answers_as_from_nothing(store, folder);
    assert_int_equal(store_number(store, of_pattern), 1);
    assert_int_equal(store_number(store, of_listed), 0);
    assert_int_equal(store_number(store, "SELECT count(*) FROM assumable WHERE principal LIKE '%:user/x'"), 1);
    free(actual);
    text_free(&text);
    close_place(store, folder);
}

/* An account with only its roles exported is not exported whole: a pattern admits its other principals. */
static void an_account_like_a_pattern_becomes_known(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    load_text(store, folder,
              "role A/r\n  trust allow sts:AssumeRole from * if StringLike aws:PrincipalAccount 2222*\n");
    load_text(store, folder, "roles-only B\nrole B/x\n  trust allow sts:AssumeRole from root:C\n");
    char *actual = answers_as_from_nothing(store, folder);
    assert_int_equal(store_number(store, "SELECT count(*) FROM assumable WHERE principal = '222222222222'"), 1);
    assert_int_equal(store_number(store, "SELECT count(*) FROM assumable WHERE principal = '2222*'"), 1);
    free(actual);
    close_place(store, folder);
}

/* An empty list of roles in the folder of an account removes the earlier ones. */
static void a_list_of_no_roles_takes_them_away(void **state)
{
    (void)state;
    struct store *store = open_store();
    char *folder = scratch_folder();
    load_text(store, folder, "roles-only B\nrole B/R\n  trust allow sts:AssumeRole from root:A\n");
    assert_int_equal(store_number(store, "SELECT count(*) FROM edge"), 1);
    load_text(store, folder, "roles-only B\n");
    assert_int_equal(store_number(store, "SELECT count(*) FROM principal"), 0);
    char *actual = answers_as_from_nothing(store, folder);
    assert_non_null(strstr(actual, "account 222222222222 is exported only in part"));
    free(actual);
    close_place(store, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_brings_up_to_date_what_it_touches),
        cmocka_unit_test(what_the_samples_stored_is_read_back),
        cmocka_unit_test(edges_are_of_their_time),
        cmocka_unit_test(control_is_of_its_time),
        cmocka_unit_test(what_a_part_stored_is_of_its_time),
        cmocka_unit_test(groups_are_used_again),
        cmocka_unit_test(whoever_may_join_a_group_sees_it_change),
        cmocka_unit_test(a_role_gets_an_instance_profile),
        cmocka_unit_test(slices_follow_all_groups_of_a_principal),
        cmocka_unit_test(a_load_touches_accounts_that_lacked_a_document),
        cmocka_unit_test(a_load_touches_accounts_whose_providers_it_lists),
        cmocka_unit_test(a_trust_policy_that_gives_way_leaves_nothing),
        cmocka_unit_test(a_list_of_no_roles_takes_them_away),
        cmocka_unit_test(the_last_member_is_exported),
        cmocka_unit_test(an_account_like_a_pattern_is_exported),
        cmocka_unit_test(an_account_like_a_pattern_becomes_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
