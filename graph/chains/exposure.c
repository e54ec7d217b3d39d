#include "graph/chains/exposure_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

bool exposure_is_outside(const struct edges *edges, uint32_t node)
{
    const struct caller *caller = &edges->nodes[node];
    return caller->principal == MODEL_NONE && (caller_is_of_pool(caller) || !caller_is_before_roles(caller));
}

uint32_t exposure_ends(const struct edges *edges, uint32_t node, edge_end ends[EXPOSURE_ENDS])
{
    uint32_t count = edges_targets(edges, node, ends), kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t first, last;
        edges_in(edges, ends[i], &first, &last);
        if (last > first)
            ends[kept++] = ends[i];
    }
    return kept;
}

/* ---- who is counted */

/* Nodes whose edges have the same sources: those of a class without edges of their own and with the same control edges;
 * or a single node with its own. */
struct crowd {
    uint32_t sources[EDGES_ENDS]; /* vertices */
    uint32_t source_count, size;
    bool outside, people;
};

struct crowds {
    struct crowd *list;
    uint32_t count, room;
};

static struct crowd crowd_of(const struct flow_ends *ends, uint32_t node, bool own)
{
    struct crowd crowd = {.size = 1,
                          .outside = exposure_is_outside(ends->edges, node),
                          .people = ends->edges->nodes[node].kind == CALLER_PERSON};
    edge_end sources[EDGES_ENDS];
    uint32_t count = edges_sources(ends->edges, node, sources);
    for (uint32_t i = own ? 0 : 1; i < count; i++) {
        uint32_t vertex = ends->source[edges_place(ends->edges, sources[i])];
        if (vertex != MODEL_NONE)
            crowd.sources[crowd.source_count++] = vertex;
    }
    return crowd;
}

static bool has_same_sources(const struct crowd *a, const struct crowd *b)
{
    return a->source_count == b->source_count &&
           memcmp(a->sources, b->sources, a->source_count * sizeof *a->sources) == 0;
}

static void add_crowd(struct crowds *crowds, struct crowd crowd)
{
    if (crowd.source_count > 0 && crowd.size > 0)
        ARRAY_ADD(crowds->list, crowds->count, crowds->room, crowd);
}

static void list_crowds(const struct flow_ends *ends, struct crowds *crowds)
{
    const struct edges *edges = ends->edges;
    const struct partition *classes = &edges->classes.permissions;
    for (uint32_t class = 0; class < classes->count; class ++) {
        uint32_t first = classes->first[class], last = classes->first[class + 1];
        struct crowd crowd = {.size = 0};
        for (uint32_t i = first; i < last; i++) {
            bool own = ends->source[classes->members[i]] != MODEL_NONE;
            struct crowd one = crowd_of(ends, classes->members[i], own);
            if (own) {
                add_crowd(crowds, one);
            } else if (crowd.size > 0 && has_same_sources(&crowd, &one)) {
                crowd.size++;
            } else {
                add_crowd(crowds, crowd);
                crowd = one;
            }
        }
        add_crowd(crowds, crowd);
    }
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++)
        if (edges->nodes[node].kind != CALLER_PERSON)
            add_crowd(crowds, crowd_of(ends, node, true));
    struct crowd people = {.size = 0};
    for (uint32_t i = 0; i < edges->person_count; i++) {
        struct crowd one = crowd_of(ends, edges->first_person + i, true);
        if (people.size > 0 && has_same_sources(&people, &one)) {
            people.size++;
        } else {
            add_crowd(crowds, people);
            people = one;
        }
    }
    add_crowd(crowds, people);
}

/* ---- counting 512 sums at once */

/* Binary digits of the sums: lane i of digits[k] is digit k of sum i. */
struct sums {
    struct lanes digits[32];
};

static void sums_add(struct sums *sums, const struct lanes *lanes, uint32_t amount)
{
    for (uint32_t low = 0; amount >> low != 0; low++) {
        if ((amount >> low & 1) == 0)
            continue;
        for (uint32_t word = 0; word < LANE_WORDS; word++) {
            uint64_t carry = lanes->words[word];
            for (uint32_t digit = low; carry != 0 && digit < 32; digit++) {
                uint64_t both = sums->digits[digit].words[word] & carry;
                sums->digits[digit].words[word] ^= carry;
                carry = both;
            }
        }
    }
}

static uint32_t sums_of(const struct sums *sums, uint32_t lane)
{
    uint32_t sum = 0;
    for (uint32_t digit = 0; digit < 32; digit++)
        sum |= (uint32_t)(sums->digits[digit].words[lane / 64] >> lane % 64 & 1) << digit;
    return sum;
}

/* ---- a pass */

/* What is known about all roles that have exactly these ends. */
struct question {
    edge_end ends[EXPOSURE_ENDS];
    uint32_t end_count;
};

/* A node that asks this question. */
struct asker {
    uint32_t node, question;
};

struct counting {
    struct flow_ends ends;
    struct flow all, sure;
    struct crowds crowds;
    struct marks asked;  /* per vertex: it is a target that is an end of a question */
    struct marks direct; /* per vertex: it is a source of edges into these */
    struct question *questions;
    struct asker *askers; /* by question */
    uint32_t question_count, question_room, asker_count, asker_room;
};

/* The marks of a crowd: those that run through the flow, and those of direct edges; either may be NULL. False: it has
 * none. */
static bool crowd_marks(const struct crowd *crowd, const struct flow *flow, const struct marks *direct,
                        struct lanes *lanes)
{
    bool any = false;
    for (uint32_t i = 0; i < crowd->source_count; i++) {
        const struct lanes *both[] = {
            flow != NULL ? marks_of(&flow->marks, flow->component[crowd->sources[i]]) : NULL,
            direct != NULL ? marks_of(direct, crowd->sources[i]) : NULL,
        };
        for (size_t j = 0; j < 2; j++) {
            if (both[j] == NULL)
                continue;
            for (uint32_t word = 0; word < LANE_WORDS; word++)
                lanes->words[word] = (any ? lanes->words[word] : 0) | both[j]->words[word];
            any = true;
        }
    }
    return any;
}

/* Marks the sources of edges into the ends in question; sure: only of edges without conditions. */
static void mark_direct(struct counting *work, bool sure)
{
    const struct edges *edges = work->ends.edges;
    for (uint32_t i = marks_before(&work->asked, work->asked.count); i != MODEL_NONE;
         i = marks_before(&work->asked, i)) {
        uint32_t first, last;
        edges_in(edges, work->ends.end[i], &first, &last);
        for (uint32_t j = first; j < last; j++) {
            const struct edge *edge = &edges->edges[edges->in_edges[j]];
            if (!sure || edge->verdict == VERDICT_ALLOWED)
                marks_add(&work->direct, work->ends.source[edges_place(edges, edge->from)], &work->asked.of[i]);
        }
    }
}

static bool counts_itself(const struct counting *work, const struct asker *asker, const struct flow *flow,
                          const struct marks *direct)
{
    struct crowd crowd = crowd_of(&work->ends, asker->node, true);
    struct lanes lanes;
    uint32_t lane = asker->question % LANES;
    return crowd_marks(&crowd, flow, direct, &lanes) && (lanes.words[lane / 64] >> lane % 64 & 1) != 0;
}

/* Whom to count: everyone except the asker, or some callers that nobody can become. */
enum counted { COUNT_ALL, COUNT_OUTSIDERS, COUNT_PEOPLE };

static bool is_counted(const struct crowd *crowd, enum counted whom)
{
    return whom == COUNT_ALL || (whom == COUNT_OUTSIDERS ? crowd->outside : crowd->people);
}

/* Counts the marked ones for each asker. */
static void count_marked(const struct counting *work, const struct flow *flow, const struct marks *direct,
                         enum counted whom, const struct asker *askers, uint32_t count, uint32_t *counts)
{
    struct sums sums;
    memset(&sums, 0, sizeof sums);
    for (uint32_t i = 0; i < work->crowds.count; i++) {
        const struct crowd *crowd = &work->crowds.list[i];
        struct lanes lanes;
        if (is_counted(crowd, whom) && crowd_marks(crowd, flow, direct, &lanes))
            sums_add(&sums, &lanes, crowd->size);
    }
    for (uint32_t i = 0; i < count; i++) {
        counts[i] = sums_of(&sums, askers[i].question % LANES);
        if (whom == COUNT_ALL)
            counts[i] -= counts_itself(work, &askers[i], flow, direct);
    }
}

/* Answers 512 questions at once. */
static void run_pass(struct counting *work, const struct asker *askers, uint32_t count, struct exposure *exposure)
{
    uint32_t *counts = memory_zeroed(count, sizeof *counts);
    flow_run(&work->all, &work->asked);
    flow_run(&work->sure, &work->asked);
    count_marked(work, &work->all, NULL, COUNT_ALL, askers, count, counts);
    for (uint32_t i = 0; i < count; i++)
        exposure[askers[i].node].at_most = counts[i];
    count_marked(work, &work->all, NULL, COUNT_OUTSIDERS, askers, count, counts);
    for (uint32_t i = 0; i < count; i++)
        exposure[askers[i].node].outside = counts[i];
    if (work->ends.edges->person_count > 0)
        count_marked(work, &work->all, NULL, COUNT_PEOPLE, askers, count, counts);
    for (uint32_t i = 0; i < count && work->ends.edges->person_count > 0; i++)
        exposure[askers[i].node].people = counts[i];
    mark_direct(work, true);
    count_marked(work, &work->sure, &work->direct, COUNT_ALL, askers, count, counts);
    for (uint32_t i = 0; i < count; i++)
        exposure[askers[i].node].always = counts[i];
    mark_direct(work, false);
    count_marked(work, &work->sure, &work->direct, COUNT_ALL, askers, count, counts);
    for (uint32_t i = 0; i < count; i++)
        exposure[askers[i].node].certain = counts[i];
    count_marked(work, NULL, &work->direct, COUNT_ALL, askers, count, counts);
    for (uint32_t i = 0; i < count; i++)
        exposure[askers[i].node].direct = counts[i];
    marks_clear(&work->direct);
    marks_clear(&work->all.marks);
    marks_clear(&work->sure.marks);
    free(counts);
}

/* ---- the whole */

/* Consecutive nodes with the same ends share a question. */
static void add_asker(struct counting *work, uint32_t node)
{
    struct question question = {.end_count = 0};
    question.end_count = exposure_ends(work->ends.edges, node, question.ends);
    const struct question *last = work->question_count > 0 ? &work->questions[work->question_count - 1] : NULL;
    if (question.end_count == 0)
        return;
    if (last == NULL || last->end_count != question.end_count ||
        memcmp(last->ends, question.ends, question.end_count * sizeof *question.ends) != 0)
        ARRAY_ADD(work->questions, work->question_count, work->question_room, question);
    struct asker asker = {node, work->question_count - 1};
    ARRAY_ADD(work->askers, work->asker_count, work->asker_room, asker);
}

/* First the roles of each set together, since they share their ends; then the others. */
static void list_askers(struct counting *work, const bool *wanted)
{
    const struct edges *edges = work->ends.edges;
    const struct partition *sets = &edges->classes.role_sets;
    for (uint32_t i = 0; i < sets->first[sets->count]; i++)
        if (wanted == NULL || wanted[sets->members[i]])
            add_asker(work, sets->members[i]);
    for (uint32_t node = 0; node < edges->node_count; node++)
        if ((wanted == NULL || wanted[node]) && (node >= edges->model->principal_count || sets->of[node] == MODEL_NONE))
            add_asker(work, node);
}

static void ask(struct counting *work, uint32_t question)
{
    const struct question *asked = &work->questions[question];
    for (uint32_t i = 0; i < asked->end_count; i++)
        marks_put(&work->asked, work->ends.target[edges_place(work->ends.edges, asked->ends[i])], question % LANES);
}

void exposure_count(const struct edges *edges, const bool *wanted, struct exposure *exposure)
{
    struct counting work = {.question_count = 0};
    memset(exposure, 0, edges->node_count * sizeof *exposure);
    flow_ends_open(&work.ends, edges);
    flow_open(&work.all, &work.ends, false);
    flow_open(&work.sure, &work.ends, true);
    marks_open(&work.asked, work.ends.count);
    marks_open(&work.direct, work.ends.count);
    list_crowds(&work.ends, &work.crowds);
    list_askers(&work, wanted);
    for (uint32_t question = 0, asker = 0; question < work.question_count; question += LANES) {
        uint32_t past = question + LANES, first = asker;
        for (uint32_t i = question; i < past && i < work.question_count; i++)
            ask(&work, i);
        while (asker < work.asker_count && work.askers[asker].question < past)
            asker++;
        run_pass(&work, work.askers + first, asker - first, exposure);
        marks_clear(&work.asked);
    }
    free(work.questions);
    free(work.askers);
    free(work.crowds.list);
    marks_close(&work.asked);
    marks_close(&work.direct);
    flow_close(&work.all);
    flow_close(&work.sure);
    flow_ends_close(&work.ends);
}
