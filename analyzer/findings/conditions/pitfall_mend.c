/*
 * Corrections of conditions.
 */
#include "analyzer/findings/conditions/pitfalls.h"
#include "analyzer/findings/facts/trust_walk.h"

#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Puts the condition under another operator. False: it is not found as it was read, or the other operator has the key.
 */
static bool move_to(json_t *statement, const struct statement_condition *condition, const struct condition_name *other)
{
    json_t *conditions = json_object_get(statement, "Condition"), *block, *value;
    char *written = condition_name_text(&condition->name), *wanted = condition_name_text(other);
    const char *name, *key, *const operators[] = {wanted, NULL};
    bool good = false;
    json_object_foreach(conditions, name, block)
    {
        if (strcasecmp(name, written) != 0)
            continue;
        json_object_foreach(block, key, value)
        {
            if (strcasecmp(key, condition->key) != 0)
                continue;
            char *kept = memory_text(key), *from = memory_text(name);
            json_t *values = json_incref(value);
            json_object_del(block, kept);
            if (json_object_size(block) == 0)
                json_object_del(conditions, from);
            good = trust_statement_require(statement, operators, kept, values);
            json_decref(values);
            free(kept);
            free(from);
            goto done;
        }
    }
done:
    free(written);
    free(wanted);
    return good;
}

static bool mend(json_t *statement, const struct statement_condition *condition, enum mend how)
{
    static const char *const null[] = {"Null", NULL};
    struct condition_name name = condition->name;
    switch (how) {
    case MEND_DEMAND_KEY: {
        json_t *no = json_text("false");
        bool good = trust_statement_require(statement, null, condition->key, no);
        json_decref(no);
        return good;
    }
    case MEND_DROP_IF_EXISTS:
    case MEND_ADD_IF_EXISTS:
        name.if_exists = how == MEND_ADD_IF_EXISTS;
        break;
    case MEND_DROP_SET:
        name.set = CONDITION_SINGLE;
        break;
    case MEND_ALL_VALUES:
    case MEND_ANY_VALUE:
        name.set = how == MEND_ALL_VALUES ? CONDITION_FOR_ALL_VALUES : CONDITION_FOR_ANY_VALUE;
        break;
    case MEND_LIKE:
        if (name.op->family != CONDITION_STRING || name.op->glob || name.op->folds_case)
            return false;
        name.op = &condition_operators[name.op->negated ? OPERATOR_STRING_NOT_LIKE : OPERATOR_STRING_LIKE];
        break;
    default:
        return false;
    }
    return move_to(statement, condition, &name);
}

bool pitfall_is_gone(struct analysis *analysis, const struct finding *finding)
{
    const struct pitfall_place *place = finding->about;
    const struct model *model = analysis->model;
    const struct policy_use *use =
        place->use->kind == USE_TRUST ? model->principals[place->holders[0]].trust : place->use;
    const struct model_document *document = &model->documents[use->document];
    const struct owned_policy policy = {.use = use,
                                        .account = "",
                                        .holders = (uint32_t *)place->holders,
                                        .holder_count = place->holder_count,
                                        .bound = MODEL_NONE};
    struct arena arena = {0};
    struct reading reading = {.analysis = analysis, .arena = &arena, .policy = &policy};
    bool found = false;
    for (uint32_t i = 0; i < document->statement_count && !found; i++) {
        reading.statement = &model->statements[document->first_statement + i];
        if (reading.statement->position != place->statement->position)
            continue;
        reading_find_callers(&reading);
        for (uint32_t j = 0; j < reading.statement->condition_count; j++) {
            reading.condition = &reading.statement->conditions[j];
            reading.about = context_key_find(reading.condition->key);
            for (size_t k = 0;
                 k < place->table->count && strcasecmp(reading.condition->key, place->condition->key) == 0; k++)
                found = found || place->table->list[k].is(&reading);
        }
    }
    arena_free(&arena);
    return !found;
}

json_t *pitfall_mend(struct analysis *analysis, const struct pitfall_place *place)
{
    json_t *policy = trust_policy_json(analysis, place->use),
           *statement = trust_policy_statement(policy, place->statement->position);
    if (statement != NULL && mend(statement, place->condition, place->pitfall->mend))
        return policy;
    json_decref(policy);
    return NULL;
}
