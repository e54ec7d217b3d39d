#include "analyzer/findings/facts/condition_reading.h"

#include "analyzer/findings/facts/trust_walk.h"

struct request reading_request(const struct condition_reading *reading, const struct caller *caller)
{
    const struct model *model = reading->analysis->model;
    return (struct request){.model = model,
                            .pool = reading->analysis->pool,
                            .arena = reading->arena,
                            .caller = caller,
                            .role = reading->role,
                            .resource = reading->role != MODEL_NONE ? model->principals[reading->role].arn : "*",
                            .action = "sts:AssumeRole"};
}

constraint reading_holds(const struct condition_reading *reading, const struct request *request,
                         const struct statement_condition *but)
{
    struct constraint_pool *pool = reading->analysis->pool;
    constraint result = request_axioms(request, reading->analysis->now);
    for (uint32_t i = 0; i < reading->statement->condition_count && result != CONSTRAINT_FALSE; i++)
        if (&reading->statement->conditions[i] != but)
            result = constraint_and(
                pool, result,
                request_condition(request, &reading->statement->conditions[i], reading->statement->variables));
    return result;
}

bool reading_holds_without_key(const struct condition_reading *reading, const struct caller *caller, bool this_one)
{
    struct constraint_pool *pool = reading->analysis->pool;
    struct request request = reading_request(reading, caller);
    struct key_value value = request_value(&request, reading->condition->key);
    constraint formula = reading_holds(reading, &request, this_one ? NULL : reading->condition);
    if (value.state == VALUE_KNOWN && value.count > 0)
        return false;
    if (value.state != VALUE_KNOWN)
        formula = constraint_fix(pool, formula, value.key, NULL, 0);
    return constraint_satisfiable(pool, formula) == CONSTRAINT_YES;
}

bool reading_some_caller(struct condition_reading *reading,
                         bool (*holds)(const struct condition_reading *, const struct caller *))
{
    for (uint32_t i = 0; i < reading->caller_count; i++)
        if (holds(reading, &reading->callers[i])) {
            reading->caller = &reading->callers[i];
            return true;
        }
    return false;
}

bool reading_every_caller(struct condition_reading *reading,
                          bool (*holds)(const struct condition_reading *, const struct caller *))
{
    for (uint32_t i = 0; i < reading->caller_count; i++)
        if (!holds(reading, &reading->callers[i]))
            return false;
    reading->caller = &reading->callers[0];
    return reading->caller_count > 0;
}

/* ---- whom a statement is about */

static void add_caller(struct condition_reading *reading, const struct caller *caller)
{
    if (reading->caller_count < READING_CALLERS)
        reading->callers[reading->caller_count++] = *caller;
}

static void add_principals(struct condition_reading *reading, const struct statement *statement)
{
    struct caller caller;
    for (uint32_t i = 0; i < statement->principal_count && !statement->not_principal; i++)
        if (trust_caller(reading->analysis, &statement->principals[i], &caller))
            add_caller(reading, &caller);
    if (statement->not_principal && caller_parse(reading->analysis->model, reading->arena, "*", &caller))
        add_caller(reading, &caller);
}

/* A Deny for everybody matters to those that the policy allows. */
void reading_find_callers(struct condition_reading *reading)
{
    const struct model *model = reading->analysis->model;
    const struct policy_use *use = reading->policy->use;
    struct caller caller;
    reading->caller_count = 0;
    reading->role = use->kind == USE_TRUST ? reading->policy->holders[0] : MODEL_NONE;
    if (use->kind == USE_TRUST) {
        const struct model_document *document = &model->documents[use->document];
        if (reading->statement->allow)
            add_principals(reading, reading->statement);
        for (uint32_t i = 0; i < document->statement_count && !reading->statement->allow; i++) {
            const struct statement *other = &model->statements[document->first_statement + i];
            if (other->allow && other->broken == NULL)
                add_principals(reading, other);
        }
        return;
    }
    bool user = false, role = false;
    for (uint32_t i = 0; i < reading->policy->holder_count && !(user && role); i++) {
        bool *have = model->principals[reading->policy->holders[i]].is_role ? &role : &user;
        caller_of_principal(model, reading->policy->holders[i], &caller);
        if (!*have)
            add_caller(reading, &caller);
        *have = true;
    }
    if (reading->policy->bound == MODEL_NONE)
        return;
    const char *text = use->kind == USE_RCP ? "*" : model->accounts[reading->policy->bound].id;
    if (caller_parse(model, reading->arena, text, &caller))
        add_caller(reading, &caller);
}
