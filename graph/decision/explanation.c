/*
 * The long answer: what every layer says, and everything that is missing.
 */
#include "graph/decision/explanation_inside.h"

#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_STATEMENTS 64u

void *explaining_reserve(struct explaining *work, void *array, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 16 : *room * 2;
    void *grown = arena_allocate_array(work->arena, *room, size);
    if (count > 0)
        memcpy(grown, array, count * size);
    return grown;
}

static void note_statement(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                           const struct statement *statement, const char *action, constraint condition)
{
    struct explaining *work = (struct explaining *)recorder;
    work->noted = explaining_reserve(work, work->noted, work->noted_count, &work->noted_room, sizeof *work->noted);
    work->noted[work->noted_count++] = (struct noted){layer, {use, statement, action, condition}};
}

static void note_level(struct recorder *recorder, const struct model_level *level, const char *action,
                       constraint allows)
{
    struct explaining *work = (struct explaining *)recorder;
    work->levels = explaining_reserve(work, work->levels, work->level_count, &work->level_room, sizeof *work->levels);
    work->levels[work->level_count++] = (struct noted_level){level, action, allows};
}

const char *explaining_keep(struct explaining *work, struct text *text)
{
    return text_keep(text, work->arena);
}

/* ---- layers */

bool explaining_is_impossible(struct explaining *work, constraint formula)
{
    return question_satisfiable(work->evaluator, work->question, formula) == CONSTRAINT_NO;
}

bool explaining_is_certain(struct explaining *work, constraint formula)
{
    return explaining_is_impossible(work, constraint_not(work->evaluator->pool, formula));
}

static enum layer_result result_of(struct explaining *work, constraint allow, constraint deny)
{
    if (explaining_is_certain(work, deny))
        return LAYER_DENIES;
    if (explaining_is_impossible(work, allow))
        return LAYER_SILENT;
    return deny == CONSTRAINT_FALSE && explaining_is_certain(work, allow) ? LAYER_ALLOWS : LAYER_CONDITIONAL;
}

/* Of two actions' results, the worse one counts. */
static enum layer_result worse(enum layer_result a, enum layer_result b)
{
    static const int rank[] = {
        [LAYER_ALLOWS] = 1, [LAYER_CONDITIONAL] = 2, [LAYER_SILENT] = 3, [LAYER_DENIES] = 4, [LAYER_ABSENT] = 0};
    return rank[a] >= rank[b] ? a : b;
}

void explaining_set_layer(struct explaining *work, enum decision_layer_kind layer, enum layer_result result)
{
    work->decision->layers[layer].result = worse(work->decision->layers[layer].result, result);
}

static void choose_statements(struct explaining *work)
{
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        struct decision_layer *target = &work->decision->layers[layer];
        bool denies = target->result == LAYER_DENIES;
        struct decision_statement *list = arena_allocate_array(work->arena, MAXIMUM_STATEMENTS, sizeof *list);
        for (uint32_t i = 0; i < work->noted_count && target->statement_count < MAXIMUM_STATEMENTS; i++) {
            const struct noted *noted = &work->noted[i];
            if ((int)noted->layer != layer || (denies && noted->statement.statement->allow))
                continue;
            list[target->statement_count++] = noted->statement;
        }
        target->statements = list;
    }
}

static void explain_action(struct explaining *work, const char *action, struct action_parts *parts)
{
    struct request request;
    const struct caller *caller = &work->question->caller;
    const struct model *model = work->evaluator->model;
    bool signed_by_iam = caller_has_iam_credentials(caller);
    question_request(work->evaluator, work->question, action, &request);
    evaluator_parts(work->evaluator, &request, &work->recorder, parts);
    explaining_set_layer(work, LAYER_TRUST,
                         result_of(work, parts_trusted(work->evaluator->pool, parts), parts->deny[LAYER_TRUST]));
    if (signed_by_iam) {
        explaining_set_layer(work, LAYER_IDENTITY, result_of(work, parts->identity, parts->deny[LAYER_IDENTITY]));
        if (caller->principal != MODEL_NONE && model->principals[caller->principal].boundary != NULL)
            explaining_set_layer(work, LAYER_BOUNDARY, result_of(work, parts->boundary, parts->deny[LAYER_BOUNDARY]));
        if (!caller_service_linked(model, caller) && caller->account_index != MODEL_NONE &&
            model->scps[caller->account_index].apply == FACT_YES)
            explaining_set_layer(work, LAYER_SCP, result_of(work, parts->scp, parts->deny[LAYER_SCP]));
    }
    const struct model_principal *role = &model->principals[work->question->role];
    if (model->rcps[role->account].apply == FACT_YES && !role->service_linked)
        explaining_set_layer(work, LAYER_RCP, result_of(work, CONSTRAINT_TRUE, parts->deny[LAYER_RCP]));
}

/* ---- what calls pass */

static const struct sts_action *pulled_action(unsigned i)
{
    return &sts_actions[STS_FIRST_BESIDE + i];
}

constraint explaining_passing_only(struct constraint_pool *pool, constraint formula, unsigned pulled)
{
    constraint result = formula;
    for (unsigned i = 0; i < PULLS; i++)
        for (const char *const *key = pulled_action(i)->passed; (pulled >> i & 1) == 0 && *key != NULL; key++)
            result = constraint_and(pool, result, constraint_absent(pool, formula, *key));
    return result;
}

/* The gaps of the additional actions, if the call passes only what they allow. */
static void explain_pulled(struct explaining *work, unsigned pulled, unsigned asked, struct action_parts *parts)
{
    work->pulled = pulled | asked;
    for (unsigned i = 0; i < PULLS; i++)
        if (pulled >> i & 1) {
            explain_action(work, pulled_action(i)->name, parts);
            explaining_find_gaps(work, pulled_action(i)->name, parts);
        }
}

/* Every action could be allowed by itself, or with its gaps closed; but conditions require that something is passed,
 * which requires another action. Chooses as few as possible, and if possible none that only others can allow. */
static void explain_pulls(struct explaining *work, const char *const *actions, uint32_t count,
                          struct action_parts *parts)
{
    static const unsigned subsets[] = {0, 1, 2, 4, 3, 5, 6, 7};
    const struct explaining before = *work;
    const struct decision decision = *work->decision;
    unsigned asked = 0, first = 0;
    for (unsigned i = 0; i < PULLS; i++)
        for (uint32_t j = 0; j < count; j++)
            asked |= strcmp(actions[j], pulled_action(i)->name) == 0 ? 1u << i : 0;
    for (size_t i = 0; i < sizeof subsets / sizeof subsets[0]; i++) {
        constraint formula = explaining_passing_only(work->evaluator->pool, before.together, subsets[i] | asked);
        if ((subsets[i] & asked) != 0 || explaining_is_impossible(work, formula))
            continue;
        explain_pulled(work, subsets[i], asked, parts);
        if (!work->stopped)
            return;
        first = first == 0 ? subsets[i] : first;
        work->noted_count = before.noted_count;
        work->level_count = before.level_count;
        work->together = before.together;
        work->stopped = false;
        work->decision->gap_count = decision.gap_count;
        memcpy(work->decision->layers, decision.layers, sizeof decision.layers);
    }
    if (first != 0)
        explain_pulled(work, first, asked, parts);
}

void decision_explain(struct evaluator *evaluator, const struct decision_question *question, struct arena *arena,
                      struct decision *decision)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    struct explaining work = {.recorder = {note_statement, note_level},
                              .evaluator = evaluator,
                              .question = question,
                              .arena = arena,
                              .decision = decision,
                              .together = CONSTRAINT_TRUE,
                              .pulled = PULL_ALL};
    struct action_parts parts = {0};
    decision_decide(evaluator, question, decision);
    explaining_compare_with_question(&work);
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        decision->layers[layer] = (struct decision_layer){.result = LAYER_ABSENT};
    uint32_t count = question_actions(question, implied, &actions);
    const struct model_account *whole = caller_whole_account(evaluator->model, &question->caller);
    for (uint32_t i = 0; i < count; i++) {
        enum decision_reason reason;
        const char *refusal = caller_refusal(evaluator->model, question, actions[i], &reason);
        if (refusal != NULL) {
            explaining_add_refusal(&work, actions[i], refusal);
            continue;
        }
        explain_action(&work, actions[i], &parts);
        if (decision->verdict != VERDICT_DENIED)
            continue;
        if (whole == NULL || explaining_is_impossible(&work, parts_formula(evaluator->pool, &parts)))
            explaining_find_gaps(&work, actions[i], &parts);
        if (whole != NULL)
            explaining_find_member_gaps(&work, actions[i]);
    }
    if (decision->verdict == VERDICT_DENIED && question->action_count == 0 && !work.stopped && whole == NULL)
        explain_pulls(&work, actions, count, &parts);
    if (decision->verdict == VERDICT_DENIED && decision->gap_count == 0)
        explaining_find_contradiction(&work, actions, count);
    choose_statements(&work);
    explaining_note_layers(&work, &parts);
    explaining_add_notes(&work);
    arena_reset(&evaluator->scratch);
}
