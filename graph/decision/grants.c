#include "graph/decision/grants.h"

#include "graph/decision/evaluator.h"
#include "ingest/support/array.h"
#include <stdlib.h>

/* Up to this many pairs of statements are tried one by one; if there are more, all count as grants. */
#define TRIED_PAIRS 256u

struct candidate {
    const struct policy_use *use;
    const struct statement *statement;
    constraint condition;
};

struct candidate_list {
    struct candidate *list;
    uint32_t count, room;
};

struct grant_candidates {
    struct recorder recorder; /* must be first: callbacks get a pointer to it */
    struct candidate_list trust, identity;
};

static void add_candidate(struct candidate_list *candidates, struct candidate candidate)
{
    ARRAY_ADD(candidates->list, candidates->count, candidates->room, candidate);
}

static void note_statement(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                           const struct statement *statement, const char *action, constraint condition)
{
    struct grant_candidates *candidates = (struct grant_candidates *)recorder;
    (void)action;
    if (statement->allow && layer == LAYER_TRUST)
        add_candidate(&candidates->trust, (struct candidate){use, statement, condition});
    else if (statement->allow && layer == LAYER_IDENTITY)
        add_candidate(&candidates->identity, (struct candidate){use, statement, condition});
}

static void note_level(struct recorder *recorder, const struct model_level *level, const char *action,
                       constraint allows)
{
    (void)recorder;
    (void)level;
    (void)action;
    (void)allows;
}

static void add_grant(struct grants *grants, struct grant grant)
{
    ARRAY_ADD(grants->list, grants->count, grants->room, grant);
}

/* Policies without a document may allow anything; if no policies are known, one fact stands for all of them. */
static void add_unknown(const struct model *model, const struct caller *caller, const struct action_parts *parts,
                        struct candidate_list *identity)
{
    uint32_t statements = identity->count;
    if (caller->principal != MODEL_NONE) {
        const struct model_principal *principal = &model->principals[caller->principal];
        for (uint32_t i = 0; i < principal->policy_count; i++)
            if (model->uses[principal->first_policy + i].document == MODEL_NONE)
                add_candidate(identity,
                              (struct candidate){&model->uses[principal->first_policy + i], NULL, parts->identity});
    }
    if (identity->count == 0 && statements == 0 && parts->identity != CONSTRAINT_FALSE)
        add_candidate(identity, (struct candidate){NULL, NULL, parts->identity});
}

static void find(struct evaluator *evaluator, const struct decision_question *question, const struct request *request,
                 const struct action_parts *parts, struct grants *grants)
{
    struct constraint_pool *pool = evaluator->pool;
    const struct candidate_list *trust = &grants->candidates->trust, *identity = &grants->candidates->identity;
    constraint rest = constraint_and(pool, parts->scp, constraint_not(pool, parts_denied(pool, parts)));
    bool untried = (uint64_t)trust->count * (identity->count + 1) > TRIED_PAIRS;
    for (uint32_t i = 0; i < trust->count; i++) {
        struct action_parts alone = {.boundary = parts->boundary, .same_account = parts->same_account};
        evaluator_trust_statement(evaluator, request, trust->list[i].statement, &alone);
        constraint direct = constraint_and(pool, parts_granted(pool, &alone), rest);
        if (direct != CONSTRAINT_FALSE && question_satisfiable(evaluator, question, direct) != CONSTRAINT_NO) {
            add_grant(grants, (struct grant){trust->list[i].statement, NULL, NULL});
            continue;
        }
        for (uint32_t j = 0; j < identity->count; j++) {
            alone.identity = identity->list[j].condition;
            constraint both = constraint_and(pool, parts_granted(pool, &alone), rest);
            if (both == CONSTRAINT_FALSE ||
                (!untried && question_satisfiable(evaluator, question, both) == CONSTRAINT_NO))
                continue;
            add_grant(grants,
                      (struct grant){trust->list[i].statement, identity->list[j].use, identity->list[j].statement});
        }
    }
}

void grants_find(struct evaluator *evaluator, const struct decision_question *question, struct grants *grants)
{
    const char *implied[QUESTION_IMPLIED_ACTIONS];
    const char *const *actions;
    struct request request;
    struct action_parts parts;
    enum decision_reason reason;
    grants->count = 0;
    if (grants->candidates == NULL)
        grants->candidates = memory_zeroed(1, sizeof *grants->candidates);
    struct grant_candidates *candidates = grants->candidates;
    candidates->recorder = (struct recorder){note_statement, note_level};
    candidates->trust.count = candidates->identity.count = 0;
    question_actions(question, implied, &actions);
    if (caller_refusal(evaluator->model, question, actions[0], &reason) != NULL)
        return;
    question_request(evaluator, question, actions[0], &request);
    evaluator_parts(evaluator, &request, &candidates->recorder, &parts);
    add_unknown(evaluator->model, &question->caller, &parts, &candidates->identity);
    find(evaluator, question, &request, &parts, grants);
    arena_reset(&evaluator->scratch);
}

void grants_free(struct grants *grants)
{
    if (grants->candidates != NULL) {
        free(grants->candidates->trust.list);
        free(grants->candidates->identity.list);
    }
    free(grants->candidates);
    free(grants->list);
    *grants = (struct grants){0};
}
