/* Random worlds, changed at random: what access changed is the difference of two full relations, each asked pair by
 * pair of its own edges. ROLECHAIN_RANDOM_COUNT, _SEED and _FIRST change how many and which. */
#include "graph/change/comparison.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "tests/graph/random/sketch.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 40u
#define DEFAULT_SEED 20261201u

/* ---- a world before and after */

struct worlds {
    struct scenario scenarios[STATES];
    struct store *stores[STATES];
    struct model *models[STATES];
    struct constraint_pool *pool;
    struct arena arena;
};

static struct store *stores[STATES];

/* Whoever has the same name has the same unique id before and after, as in scenarios the first role and user have. */
static void keep_unique_ids(struct scenario *scenario)
{
    static const char *const names[] = {"deploy", "audit", "admin", "deep"};
    const char *id;
    json_t *account, *role;
    size_t i;
    json_object_foreach(scenario->accounts, id, account)
    {
        json_array_foreach(json_object_get(account, "role"), i, role)
        {
            char unique[64];
            size_t number = 0;
            while (number < 3 && strcmp(names[number], json_string_value(json_object_get(role, "name"))) != 0)
                number++;
            snprintf(unique, sizeof unique, "AROA%c%013zu", 'A' + id[0] - '1', number);
            json_object_set_new(role, "unique", json_string(unique));
        }
        json_array_foreach(json_object_get(account, "user"), i, role)
        {
            bool alice = strcmp(json_string_value(json_object_get(role, "name")), "alice") == 0;
            char unique[64];
            snprintf(unique, sizeof unique, "AIDA%c%013d", 'A' + id[0] - '1', alice ? 0 : 1);
            json_object_set_new(role, "unique", json_string(unique));
        }
    }
}

static void open_worlds(struct worlds *worlds, char *const lines[STATES])
{
    *worlds = (struct worlds){.pool = constraint_pool_new()};
    for (int state = 0; state < STATES; state++) {
        char *error = NULL;
        if (stores[state] == NULL)
            stores[state] = store_open(STORE_MEMORY, STORE_CREATE, &error);
        worlds->stores[state] = stores[state];
        bool read = scenario_read(&worlds->scenarios[state], lines[state], 1);
        keep_unique_ids(&worlds->scenarios[state]);
        if (!read || !scenario_load_again(&worlds->scenarios[state], worlds->stores[state]))
            fail_msg("%s\n%s", worlds->scenarios[state].error, lines[state]);
        worlds->models[state] = model_load(worlds->stores[state], &error);
        if (worlds->models[state] == NULL)
            fail_msg("%s", error);
    }
}

static void close_worlds(struct worlds *worlds)
{
    for (int state = 0; state < STATES; state++) {
        model_free(worlds->models[state]);
        scenario_free(&worlds->scenarios[state]);
    }
    constraint_pool_free(worlds->pool);
    arena_free(&worlds->arena);
}

/* ---- lines "gained CALLER -> ROLE" */

struct lines {
    char **list;
    size_t count, room;
};

static void add_line(struct lines *lines, const char *what, const char *from, const char *to, const char *words)
{
    ARRAY_ADD(lines->list, lines->count, lines->room, memory_print("%s %s -> %s%s", what, from, to, words));
}

static char *sorted(struct lines *lines)
{
    struct text text = {0};
    if (lines->count > 1)
        qsort(lines->list, lines->count, sizeof *lines->list, order_texts);
    for (size_t i = 0; i < lines->count; i++) {
        text_format(&text, "%s\n", lines->list[i]);
        free(lines->list[i]);
    }
    free(lines->list);
    return text_release(&text);
}

/* " denied conditional": which of several conditional chains are told apart, and how, is up to the search. */
static char *words_of(constraint old, constraint new)
{
    const constraint residuals[STATES] = {old, new};
    struct text words = {0};
    for (int state = 0; state < STATES; state++)
        text_format(&words, " %s",
                    residuals[state] == CONSTRAINT_FALSE  ? "denied"
                    : residuals[state] == CONSTRAINT_TRUE ? "allowed"
                                                          : "conditional");
    return text_release(&words);
}

static void add_move(struct lines *lines, struct constraint_pool *pool, const char *from, const char *to,
                     constraint old, constraint new)
{
    struct access_move move = access_move(pool, old, new);
    char *words = words_of(old, new);
    if (move.gained)
        add_line(lines, "gained", from, to, words);
    if (move.lost)
        add_line(lines, "lost", from, to, words);
    free(words);
}

/* ---- as it is found */

struct finding_out {
    const struct hop_changes *changes;
    struct constraint_pool *pool;
    struct lines lines;
};

static void collect(const struct access_change *change, void *context)
{
    struct finding_out *out = context;
    const struct counterparts *counterparts = out->changes->counterparts;
    const struct party_classes *alike = &out->changes->alike;
    for (uint32_t i = alike->first[change->group]; i < alike->first[change->group + 1]; i++) {
        uint32_t from = alike->members[i], to = change->target;
        if (to == from)
            to = change->party;
        else if (to == change->party)
            to = from;
        add_move(&out->lines, out->pool, counterpart_caller(counterparts, from)->text,
                 counterpart_caller(counterparts, to)->text, change->residual[STATE_OLD], change->residual[STATE_NEW]);
    }
}

static char *found(struct worlds *worlds, double now)
{
    struct edges *edges[STATES];
    struct comparison comparison;
    for (int state = 0; state < STATES; state++)
        edges[state] = edges_compute(worlds->models[state], worlds->pool, now);
    comparison_find(&comparison, edges[STATE_OLD], edges[STATE_NEW]);
    struct finding_out out = {.changes = &comparison.hops, .pool = worlds->pool};
    access_changes_each(&comparison.hops, comparison.touched, NULL, collect, &out);
    comparison_free(&comparison);
    edges_free(edges[STATE_OLD]);
    edges_free(edges[STATE_NEW]);
    return sorted(&out.lines);
}

/* ---- as it is by asking about every pair */

static bool keep_residual(const struct chain *chain, void *context)
{
    *(constraint *)context = chain->residual;
    return true;
}

/* Accounts that one export alone can tell of: none of the worlds leaves an organization. */
static bool can_tell(const struct worlds *worlds, const char *account)
{
    enum account_detail details[STATES];
    for (int state = 0; state < STATES; state++) {
        uint32_t index = account != NULL ? model_find_account(worlds->models[state], account) : MODEL_NONE;
        details[state] = index != MODEL_NONE ? worlds->models[state]->accounts[index].detail : ACCOUNT_NOT_EXPORTED;
    }
    return details[STATE_OLD] == details[STATE_NEW];
}

struct asking {
    struct worlds *worlds;
    struct edges *edges[STATES];
    bool *within[STATES];
    struct intern callers, roles; /* "kind text", ARN */
};

/* Everybody who has a node in either state, once all have been asked about in both. */
static void list_parties(struct asking *asking)
{
    for (int round = 0; round < 2; round++)
        for (int state = 0; state < STATES; state++) {
            struct edges *edges = asking->edges[state];
            for (uint32_t i = 0; i < edges->node_count; i++) {
                const struct caller caller = edges->nodes[i];
                struct text key = {0};
                if (!can_tell(asking->worlds, caller.account))
                    continue;
                text_format(&key, "%s %s", caller_kind_word(caller.kind), caller.text);
                intern_add(&asking->callers, key.data, key.length);
                text_free(&key);
                if (i < edges->model->principal_count && edges->model->principals[i].is_role)
                    intern_add(&asking->roles, caller.text, strlen(caller.text));
                if (i >= edges->model->principal_count)
                    edges_of_caller(edges, &caller, edges->now);
            }
        }
}

static uint32_t node_of(struct asking *asking, int state, const char *key)
{
    struct caller caller;
    struct edges *edges = asking->edges[state];
    const char *text = strchr(key, ' ') + 1;
    if (!caller_parse(edges->model, &asking->worlds->arena, text, &caller) ||
        strncmp(caller_kind_word(caller.kind), key, (size_t)(text - key - 1)) != 0 ||
        strlen(caller_kind_word(caller.kind)) != (size_t)(text - key - 1))
        return MODEL_NONE;
    bool exported = model_find_arn(edges->model, text) != MODEL_NONE && caller.kind != CALLER_ROLE_SESSION;
    const struct edges *other = asking->edges[!state];
    uint32_t there = model_find_arn(other->model, text);
    /* A user or role of the one state that is not there in the other is nobody there, whoever still names it. */
    if (!exported && there != MODEL_NONE && caller.kind != CALLER_ROLE_SESSION)
        return MODEL_NONE;
    return edges_of_caller(edges, &caller, edges->now);
}

static constraint residual_of(const struct asking *asking, int state, uint32_t from, const char *role)
{
    const struct edges *edges = asking->edges[state];
    uint32_t to = model_find_arn(edges->model, role);
    const struct chain_limits limits = {.within = asking->within[state]};
    constraint residual = CONSTRAINT_FALSE;
    if (from != MODEL_NONE && to != MODEL_NONE)
        chains_between(edges, from, to, &limits, keep_residual, &residual);
    return residual;
}

static char *asked(struct worlds *worlds, double now)
{
    struct asking asking = {.worlds = worlds};
    struct lines lines = {.count = 0};
    uint32_t *nodes[STATES];
    for (int state = 0; state < STATES; state++)
        asking.edges[state] = edges_compute(worlds->models[state], worlds->pool, now);
    list_parties(&asking);
    for (int state = 0; state < STATES; state++) {
        nodes[state] = memory_zeroed((size_t)asking.callers.count + 1, sizeof(uint32_t));
        for (uint32_t i = 0; i < asking.callers.count; i++)
            nodes[state][i] = node_of(&asking, state, intern_text(&asking.callers, i));
    }
    for (int state = 0; state < STATES; state++) {
        const struct edges *edges = asking.edges[state];
        asking.within[state] = memory_zeroed((size_t)edges->node_count + 1, sizeof(bool));
        for (uint32_t i = 0; i < edges->node_count; i++)
            asking.within[state][i] = can_tell(worlds, edges->nodes[i].account);
    }
    for (uint32_t i = 0; i < asking.callers.count; i++)
        for (uint32_t j = 0; j < asking.roles.count; j++) {
            const char *role = intern_text(&asking.roles, j);
            constraint old = residual_of(&asking, STATE_OLD, nodes[STATE_OLD][i], role),
                       new = residual_of(&asking, STATE_NEW, nodes[STATE_NEW][i], role);
            if (old != new)
                add_move(&lines, worlds->pool, strchr(intern_text(&asking.callers, i), ' ') + 1, role, old, new);
        }
    for (int state = 0; state < STATES; state++) {
        edges_free(asking.edges[state]);
        free(asking.within[state]);
        free(nodes[state]);
    }
    intern_free(&asking.callers);
    intern_free(&asking.roles);
    return sorted(&lines);
}

/* ---- worlds */

static uint64_t changes_seen;

static void compare(char *const lines[STATES], uint64_t number, double now)
{
    struct worlds worlds;
    open_worlds(&worlds, lines);
    char *expected = asked(&worlds, now), *actual = found(&worlds, now);
    for (const char *c = expected; *c != '\0'; c++)
        changes_seen += *c == '\n';
    if (strcmp(expected, actual) != 0) {
        printf("---- before\n%s---- after\n%s---- pair by pair\n%s---- found\n%s", lines[STATE_OLD], lines[STATE_NEW],
               expected, actual);
        fail_msg("world %llu", (unsigned long long)number);
    }
    free(expected);
    free(actual);
    close_worlds(&worlds);
}

static void changes_are_the_difference_of_two_relations(void **state)
{
    (void)state;
    uint64_t count = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT),
             seed = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED),
             first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed + number * 1000003u};
        struct sketch sketch;
        struct text texts[STATES] = {{0}, {0}};
        sketch_roll(&sketch, &random);
        sketch_write(&sketch, &texts[STATE_OLD]);
        double now = sketch.now;
        for (uint32_t i = random_below(&random, 4); i < 4; i++)
            sketch_change(&sketch, &random);
        sketch_write(&sketch, &texts[STATE_NEW]);
        char *const lines[STATES] = {texts[STATE_OLD].data, texts[STATE_NEW].data};
        compare(lines, number, now);
        text_free(&texts[STATE_OLD]);
        text_free(&texts[STATE_NEW]);
    }
    print_message("%llu changes in %llu worlds\n", (unsigned long long)changes_seen, (unsigned long long)count);
    assert_true(changes_seen > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(changes_are_the_difference_of_two_relations)};
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    store_close(stores[STATE_OLD]);
    store_close(stores[STATE_NEW]);
    return status;
}
