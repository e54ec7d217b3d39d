/*
 * What single questions cost on a database whose edges are in memory: who-can, reach, paths and explain, asked about
 * the roles and principals with the most edges and about others taken at random. Prints, for each question, "NAME
 * SLOWEST MEDIAN ROWS ABOUT": milliseconds, what the slowest one found and was about; before them "open SECONDS" until
 * the first question can be asked.
 *
 * usage: ask_database DATABASE [HOW-MANY-AT-RANDOM]
 */
#include "analyzer/analysis/analysis.h"
#include "graph/chains/chains.h"
#include "graph/decision/decision.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>

#define WORST 10
#define MAXIMUM_ASKED 2048

enum question { WHO_CAN, REACH, PATHS, EXPLAIN, QUESTION_COUNT };
static const char *const question_names[] = {"who-can", "reach", "paths", "explain"};

struct times {
    double all[MAXIMUM_ASKED];
    uint32_t count;
    double slowest;
    uint64_t rows;
    const char *about, *goal; /* goal: of paths and explain */
};

struct scored {
    uint64_t score;
    uint32_t node;
};

static int descending(const void *a, const void *b)
{
    const struct scored *left = a, *right = b;
    if (left->score != right->score)
        return left->score < right->score ? 1 : -1;
    return left->node < right->node ? -1 : left->node > right->node;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

/* How many nodes are at the other ends of the edges of a node. */
static uint64_t neighbours(const struct edges *edges, uint32_t node, bool incoming)
{
    edge_end ends[EDGES_ENDS];
    uint32_t count = incoming ? edges_targets(edges, node, ends) : edges_sources(edges, node, ends), first, last,
             members;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (incoming)
            edges_in(edges, ends[i], &first, &last);
        else
            edges_out(edges, ends[i], &first, &last);
        for (; first < last; first++) {
            const struct edge *edge = &edges->edges[incoming ? edges->in_edges[first] : first];
            edges_members(edges, incoming ? &edge->from : &edge->to, &members);
            sum += members;
        }
    }
    return sum;
}

/* The nodes to ask about: the worst, then some at random. Returns how many. */
static uint32_t choose(const struct edges *edges, bool roles, uint32_t at_random, uint32_t *chosen)
{
    const struct model *model = edges->model;
    struct scored *list = calloc((size_t)model->principal_count + 1, sizeof *list);
    uint32_t count = 0, taken = 0;
    for (uint32_t i = 0; list != NULL && i < model->principal_count; i++)
        if (!roles || model->principals[i].is_role)
            list[count++] = (struct scored){neighbours(edges, i, roles), i};
    if (count > 0)
        qsort(list, count, sizeof *list, descending);
    while (taken < WORST && taken < count) {
        chosen[taken] = list[taken].node;
        taken++;
    }
    for (uint64_t state = 1; count > 0 && at_random > 0; at_random--) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        chosen[taken++] = list[(state >> 33) % count].node;
    }
    free(list);
    return taken;
}

static bool count_row(const struct chain *chain, void *context)
{
    (void)chain;
    ++*(uint64_t *)context;
    return true;
}

/* A chain to any role, far from the start: the goals that paths and explain are asked about. */
static bool keep_last(const struct chain *chain, void *context)
{
    *(uint32_t *)context = chain->hops[chain->hop_count - 1].to;
    return true;
}

struct goal {
    uint32_t node;
    uint64_t found;
};

static bool stop_at_goal(const struct chain *chain, void *context)
{
    struct goal *goal = context;
    goal->found = chain->hops[chain->hop_count - 1].to == goal->node ? chain->hop_count : 0;
    return goal->found == 0;
}

static void note(struct times *times, double began, uint64_t rows, const char *about, const char *goal)
{
    double time = (measure_now() - began) * 1e3;
    times->all[times->count++] = time;
    if (times->count == 1 || time > times->slowest) {
        times->slowest = time;
        times->rows = rows;
        times->about = about;
        times->goal = goal;
    }
}

static void ask_about_caller(struct analysis *analysis, uint32_t node, struct times *times)
{
    const struct edges *edges = analysis->edges;
    const char *about = edges->nodes[node].text;
    const struct chain_limits limits = {0};
    struct goal goal = {.node = MODEL_NONE};
    struct arena arena = {0};
    struct decision decision;
    uint64_t rows = 0;
    double began = measure_now();
    chains_reach(edges, node, &limits, count_row, &rows);
    note(&times[REACH], began, rows, about, "");
    chains_reach(edges, node, &limits, keep_last, &goal.node);
    if (goal.node == MODEL_NONE)
        return;
    began = measure_now();
    chains_reach(edges, node, &limits, stop_at_goal, &goal);
    note(&times[PATHS], began, goal.found, about, edges->nodes[goal.node].text);
    const struct decision_question question = {.caller = edges->nodes[node], .role = goal.node, .now = analysis->now};
    began = measure_now();
    decision_explain(analysis->evaluator, &question, &arena, &decision);
    note(&times[EXPLAIN], began, 1, about, edges->nodes[goal.node].text);
    arena_free(&arena);
}

static void ask(struct analysis *analysis, uint32_t at_random)
{
    static struct times times[QUESTION_COUNT];
    uint32_t chosen[MAXIMUM_ASKED], count = choose(analysis->edges, true, at_random, chosen);
    const struct chain_limits limits = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint64_t rows = 0;
        double began = measure_now();
        chains_who_can(analysis->edges, chosen[i], &limits, count_row, &rows);
        note(&times[WHO_CAN], began, rows, analysis->edges->nodes[chosen[i]].text, "");
    }
    count = choose(analysis->edges, false, at_random, chosen);
    for (uint32_t i = 0; i < count; i++)
        ask_about_caller(analysis, chosen[i], times);
    for (int i = 0; i < QUESTION_COUNT; i++) {
        if (times[i].count > 0)
            qsort(times[i].all, times[i].count, sizeof times[i].all[0], ascending);
        printf("%s %.3f %.3f %llu %s %s\n", question_names[i], times[i].slowest, times[i].all[times[i].count / 2],
               (unsigned long long)times[i].rows, times[i].about != NULL ? times[i].about : "-",
               times[i].goal != NULL ? times[i].goal : "");
    }
}

int main(int count, char **arguments)
{
    struct analysis analysis = {.now = analysis_time()};
    char *error = NULL;
    double began = measure_now();
    unsigned long at_random = count == 3 ? strtoul(arguments[2], NULL, 10) : 200;
    if ((count != 2 && count != 3) || at_random > MAXIMUM_ASKED - WORST) {
        fprintf(stderr, "usage: %s DATABASE [HOW-MANY-AT-RANDOM]\n", arguments[0]);
        return 2;
    }
    analysis.store = store_open(arguments[1], STORE_READ, &error);
    analysis.model = analysis.store != NULL ? model_load(analysis.store, &error) : NULL;
    bool good = analysis.model != NULL;
    if (good) {
        analysis_start(&analysis);
        analysis_edges(&analysis);
    }
    printf("open %.4f\n", measure_now() - began);
    if (good)
        ask(&analysis, (uint32_t)at_random);
    if (!good)
        fprintf(stderr, "%s\n", error);
    free(error);
    analysis_close(&analysis);
    return good ? 0 : 1;
}
