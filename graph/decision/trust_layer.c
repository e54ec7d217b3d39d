/*
 * What the role's trust policy says about one action of the caller.
 */
#include "graph/decision/layers_inside.h"
#include "ingest/support/memory.h"

#include <stdlib.h>

/* NotPrincipal: everyone except those listed. In an Allow, it does not open a role to services and federated
 * identities. */
static void add_not_principal(const struct request *request, const struct trust_part *part, constraint conditions,
                              struct recorder *recorder, struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    const struct statement *statement = part->statement;
    constraint listed = CONSTRAINT_FALSE;
    enum trust_way way;
    for (uint32_t i = 0; i < trust_part_count(part); i++)
        listed = constraint_or(pool, listed, principal_matches(request, trust_part_principal(part, i), false, &way));
    constraint who = constraint_of(caller_has_iam_credentials(request->caller));
    constraint match = statement->allow ? constraint_and(pool, who, constraint_not(pool, listed))
                                        : constraint_not(pool, principal_spared(request, part));
    match = constraint_and(pool, match, conditions);
    layer_record(recorder, LAYER_TRUST, part->use, statement, request->action, match);
    constraint *target = statement->allow ? &parts->ways[WAY_ANYONE] : &parts->deny[LAYER_TRUST];
    *target = constraint_or(pool, *target, match);
}

static void add_principals(const struct request *request, const struct trust_part *part, constraint conditions,
                           struct recorder *recorder, struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    const struct statement *statement = part->statement;
    constraint all = CONSTRAINT_FALSE;
    enum trust_way way;
    for (uint32_t i = 0; i < trust_part_count(part); i++) {
        constraint match = principal_matches(request, trust_part_principal(part, i), statement->allow, &way);
        if (match == CONSTRAINT_FALSE)
            continue;
        match = constraint_and(pool, match, conditions);
        all = constraint_or(pool, all, match);
        if (statement->allow)
            parts->ways[way] = constraint_or(pool, parts->ways[way], match);
    }
    if (!statement->allow)
        parts->deny[LAYER_TRUST] = constraint_or(pool, parts->deny[LAYER_TRUST], all);
    layer_record(recorder, LAYER_TRUST, part->use, statement, request->action, all);
}

static void add_trust_statement(const struct request *request, const struct trust_part *part, struct recorder *recorder,
                                struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    const struct statement *statement = part->statement;
    if (!statement_covers_action(statement, request->action))
        return;
    constraint conditions = layer_conditions(request, statement);
    conditions = constraint_and(pool, conditions, layer_doubt(request, part->use, statement));
    if (conditions == CONSTRAINT_FALSE)
        return;
    if (statement->not_principal)
        add_not_principal(request, part, conditions, recorder, parts);
    else
        add_principals(request, part, conditions, recorder, parts);
}

static bool names_caller(const struct request *request, const struct statement *statement)
{
    enum trust_way way;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (principal_matches(request, &statement->principals[i], statement->allow, &way) != CONSTRAINT_FALSE)
            return true;
    return false;
}

const struct statement_condition *evaluator_near_miss(const struct request *request,
                                                      const struct statement **near_statement)
{
    const struct policy_use *use = request->model->principals[request->role].trust;
    const struct model_document *document =
        use != NULL && use->document != MODEL_NONE ? &request->model->documents[use->document] : NULL;
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &request->model->statements[document->first_statement + i];
        if (!statement->allow || statement->broken != NULL || statement->not_principal ||
            !statement_covers_action(statement, request->action) || !names_caller(request, statement))
            continue;
        for (uint32_t j = 0; j < statement->condition_count; j++)
            if (request_condition(request, &statement->conditions[j], statement->variables) == CONSTRAINT_FALSE) {
                *near_statement = statement;
                return &statement->conditions[j];
            }
    }
    return NULL;
}

/* The document's principals that can be about the caller. */
static const struct statement_place *find_places(const struct request *request, const struct model_document *document,
                                                 uint32_t *count)
{
    const struct caller *caller = request->caller;
    const struct model_principal *who =
        caller->principal != MODEL_NONE ? &request->model->principals[caller->principal] : NULL;
    struct principal_names names = {.text = who != NULL ? who->arn : caller->text,
                                    .unique_id = who != NULL ? who->unique_id : NULL,
                                    .account = caller->account,
                                    .name = caller->name,
                                    .whole_account = caller->kind == CALLER_ACCOUNT};
    return principal_index_find(document->principals, &names, request->arena, count);
}

static void add_part(const struct request *request, const struct trust_part *part, struct recorder *recorder,
                     struct action_parts *parts)
{
    constraint *deny = &parts->deny[LAYER_TRUST];
    if (part->statement->broken == NULL) {
        add_trust_statement(request, part, recorder, parts);
        return;
    }
    parts->broken_trust = true;
    *deny = constraint_or(request->pool, *deny, layer_unreadable(request, part->use, part->statement));
}

void layer_add_trust(const struct request *request, struct recorder *recorder, struct action_parts *parts)
{
    struct constraint_pool *pool = request->pool;
    const struct policy_use *use = request->model->principals[request->role].trust;
    if (use == NULL || use->document == MODEL_NONE) {
        char *fact = memory_print("the trust policy of %s (not in the export) allows it", request->resource);
        parts->ways[WAY_DELEGATED] = constraint_fact(pool, fact);
        free(fact);
        return;
    }
    const struct model_document *document = &request->model->documents[use->document];
    if (document->broken != NULL) {
        parts->broken_trust = true;
        return;
    }
    const struct statement *statements = &request->model->statements[document->first_statement];
    if (document->principals == NULL) {
        for (uint32_t i = 0; i < document->statement_count; i++)
            add_part(request, &(struct trust_part){.use = use, .statement = &statements[i]}, recorder, parts);
        return;
    }
    uint32_t count;
    const struct statement_place *places = find_places(request, document, &count);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && places[end].statement == places[i].statement;)
            end++;
        struct trust_part part = {use, &statements[places[i].statement], places + i, end - i};
        part.count -= places[end - 1].part == STATEMENT_WHOLE;
        add_part(request, &part, recorder, parts);
    }
}

void evaluator_trust_statement(struct evaluator *evaluator, const struct request *request,
                               const struct statement *statement, struct action_parts *parts)
{
    const struct model *model = evaluator->model;
    const struct policy_use *use = model->principals[request->role].trust;
    const struct model_document *document = &model->documents[statement->document];
    struct trust_part part = {.use = use, .statement = statement};
    if (statement->broken != NULL)
        return;
    if (document->principals != NULL && statement->principal_count >= PRINCIPAL_INDEX_FEWEST) {
        uint32_t number = (uint32_t)(statement - &model->statements[document->first_statement]), count, first = 0;
        const struct statement_place *places = find_places(request, document, &count);
        while (first < count && places[first].statement < number)
            first++;
        part.places = places + first;
        while (first + part.count < count && places[first + part.count].statement == number &&
               places[first + part.count].part != STATEMENT_WHOLE)
            part.count++;
    }
    add_trust_statement(request, &part, NULL, parts);
}
