/*
 * Corrections of conditions.
 */
#include "analyzer/findings/conditions/pitfalls.h"
#include "analyzer/findings/facts/trust_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_SIZE 80u

static const char *const set_words[] = {
    [CONDITION_SINGLE] = "", [CONDITION_FOR_ALL_VALUES] = "ForAllValues:", [CONDITION_FOR_ANY_VALUE] = "ForAnyValue:"};

/* Puts the condition under another operator. False: it is not found as it was read, or the other operator has the key.
 */
static bool move_to(json_t *statement, const struct statement_condition *condition, const char *operator_name)
{
    json_t *conditions = json_object_get(statement, "Condition"), *block, *value;
    char written[NAME_SIZE];
    const char *name, *key;
    snprintf(written, sizeof written, "%s%s%s", set_words[condition->name.set], condition->name.op->name,
             condition->name.if_exists ? "IfExists" : "");
    json_object_foreach(conditions, name, block)
    {
        if (strcasecmp(name, written) != 0)
            continue;
        json_object_foreach(block, key, value)
        {
            if (strcasecmp(key, condition->key) != 0)
                continue;
            const char *const operators[] = {operator_name, NULL};
            char *kept = strdup(key), *from = strdup(name);
            json_t *values = json_incref(value);
            bool good = kept != NULL && from != NULL && json_object_del(block, kept) == 0;
            if (good && json_object_size(block) == 0)
                json_object_del(conditions, from);
            good = good && trust_statement_require(statement, operators, kept, values);
            json_decref(values);
            free(kept);
            free(from);
            return good;
        }
    }
    return false;
}

static bool mend(json_t *statement, const struct statement_condition *condition, enum mend how)
{
    static const char *const null[] = {"Null", NULL};
    const char *base = condition->name.op->name, *set = set_words[condition->name.set];
    bool if_exists = condition->name.if_exists, good;
    char name[NAME_SIZE];
    json_t *no;
    switch (how) {
    case MEND_DEMAND_KEY:
        no = json_string("false");
        good = trust_statement_require(statement, null, condition->key, no);
        json_decref(no);
        return good;
    case MEND_DROP_IF_EXISTS:
    case MEND_ADD_IF_EXISTS:
        if_exists = how == MEND_ADD_IF_EXISTS;
        break;
    case MEND_DROP_SET:
        set = "";
        break;
    case MEND_ALL_VALUES:
    case MEND_ANY_VALUE:
        set = set_words[how == MEND_ALL_VALUES ? CONDITION_FOR_ALL_VALUES : CONDITION_FOR_ANY_VALUE];
        break;
    case MEND_LIKE:
        if (strcmp(base, "StringEquals") != 0 && strcmp(base, "StringNotEquals") != 0)
            return false;
        base = condition->name.op->negated ? "StringNotLike" : "StringLike";
        break;
    default:
        return false;
    }
    snprintf(name, sizeof name, "%s%s%s", set, base, if_exists ? "IfExists" : "");
    return move_to(statement, condition, name);
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
