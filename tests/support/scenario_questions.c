/*
 * Asking a scenario's questions, and doing what the answers propose.
 */
#include "tests/support/scenario.h"

#include "graph/decision/remedy.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

static bool prepare(struct model *model, const struct scenario_question *question, struct decision_question *asked)
{
    *asked = (struct decision_question){.role = model_find_arn(model, question->role),
                                        .actions = question->action_count > 0 ? question->actions : NULL,
                                        .action_count = question->action_count,
                                        .fixed = question->fixed,
                                        .fixed_count = question->fixed_count,
                                        .now = question->now};
    return asked->role != MODEL_NONE && caller_parse(model, &model->arena, question->caller, &asked->caller);
}

bool scenario_ask(struct model *model, struct constraint_pool *pool, const struct scenario_question *question,
                  struct scenario_answer *answer)
{
    struct evaluator *evaluator = evaluator_new(model, pool);
    struct arena arena = {0};
    struct decision decision = {0};
    struct decision_question asked;
    *answer = (struct scenario_answer){0};
    bool good = prepare(model, question, &asked);
    if (good) {
        decision_explain(evaluator, &asked, &arena, &decision);
        json_t *words = constraint_words(pool, decision.residual), *item;
        struct text text = {0};
        size_t i;
        text_append(&text, "", 0);
        json_array_foreach(words, i, item) text_format(&text, "%s%s", i > 0 ? " and " : "", json_string_value(item));
        answer->verdict = decision.verdict;
        answer->reason = decision.reason;
        answer->conditions = text_release(&text);
        json_decref(words);
    }
    evaluator_free(evaluator);
    arena_free(&arena);
    return good;
}

/* ---- remedies */

static json_t *holder(struct scenario *scenario, const char *arn)
{
    static const char *const kinds[] = {"user", "role"};
    const char *id;
    json_t *of, *principal;
    size_t i;
    json_object_foreach(scenario->accounts, id, of) for (size_t kind = 0; kind < 2; kind++) json_array_foreach(
        json_object_get(of, kinds[kind]), i,
        principal) if (strcmp(json_string_value(json_object_get(principal, "arn")), arn) == 0) return principal;
    return NULL;
}

/* The policy to which a remedy's statements are added; an identity remedy is a policy of its own. */
static json_t *policy_for(struct scenario *scenario, const struct remedy *remedy)
{
    json_t *policies = json_object_get(json_object_get(scenario->accounts, remedy->account), "policies");
    json_t *principal = holder(scenario, remedy->attach_to);
    if (remedy->kind == REMEDY_BOUNDARY)
        return json_object_get(policies, remedy->attach_to);
    if (remedy->kind == REMEDY_TRUST)
        return json_object_get(principal, "trust");
    if (remedy->kind != REMEDY_IDENTITY || principal == NULL)
        return NULL;
    char arn[128];
    snprintf(arn, sizeof arn, "arn:aws:iam::%s:policy/remedy", remedy->account);
    json_array_append_new(json_object_get(principal, "attached"), json_string(arn));
    json_t *policy = json_pack("{s:s, s:[]}", "Version", "2012-10-17", "Statement");
    json_object_set_new(policies, arn, policy);
    return policy;
}

static bool apply(struct scenario *scenario, const struct remedy *remedy)
{
    json_t *target = remedy->policy != NULL ? policy_for(scenario, remedy) : NULL;
    if (remedy->kind == REMEDY_TRUST && json_object_get(remedy->policy, "Statement") != NULL)
        return json_object_clear(target) == 0 && json_object_update(target, remedy->policy) == 0;
    json_t *statements = json_object_get(target, "Statement"), *added = json_object_get(remedy->policy, "Statement");
    if (!json_is_array(statements))
        return false;
    return added != NULL ? json_array_extend(statements, added) == 0
                         : json_array_append(statements, remedy->policy) == 0;
}

bool scenario_remedy(struct scenario *scenario, struct model *model, struct constraint_pool *pool,
                     const struct scenario_question *question)
{
    struct evaluator *evaluator = evaluator_new(model, pool);
    struct arena arena = {0};
    struct decision decision = {0};
    struct decision_question asked;
    struct remedy *remedies = NULL;
    uint32_t count = 0;
    bool good = prepare(model, question, &asked);
    if (good) {
        decision_explain(evaluator, &asked, &arena, &decision);
        remedy_propose(evaluator, &asked, &decision, &arena, &remedies, &count);
    }
    for (uint32_t i = 0; i < count; i++) {
        good = good && apply(scenario, &remedies[i]);
        json_decref(remedies[i].policy);
    }
    evaluator_free(evaluator);
    arena_free(&arena);
    return good && count > 0;
}
