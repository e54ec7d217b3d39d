#include "analyzer/findings/conditions/pitfalls.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A trust that admits the caller if the call lacks the key. */
static bool lets_in_without_key(const struct condition_reading *reading)
{
    struct fixed_key without = {.key = reading->condition->key};
    struct decision decision = {0};
    struct decision_question question = {.caller = *reading->caller,
                                         .role = reading->role,
                                         .fixed = &without,
                                         .fixed_count = 1,
                                         .now = reading->analysis->now};
    struct request request = reading_request(reading, reading->caller);
    if (request_value(&request, reading->condition->key).state == VALUE_KNOWN)
        question.fixed_count = 0;
    if (reading->role == MODEL_NONE)
        return false;
    decision_decide(reading->analysis->evaluator, &question, &decision);
    return decision.verdict != VERDICT_DENIED;
}

struct finding *pitfall_add(struct condition_reading *reading, const struct finding_rule *rule,
                            struct findings *findings, const char *subject)
{
    const struct policy_use *use = reading->policy->use;
    struct finding *finding =
        finding_add(findings, rule, reading->policy->account, policy_resource(use), subject, reading->statement);
    finding_evidence_add(findings, finding, use, reading->statement);
    return finding;
}

static const char *holders_words(struct findings *findings, const struct owned_policy *policy)
{
    if (policy->use->kind == USE_TRUST)
        return finding_text(findings, " of %s", policy->use->holder);
    if (policy->holder_count > 1)
        return finding_text(findings, " (attached to %u users and roles)", policy->holder_count);
    return policy->holder_count == 1 && policy->use->arn == NULL ? finding_text(findings, " of %s", policy->use->holder)
                                                                 : "";
}

/* ---- corrections */

/* finding->about: what its correction needs. */
struct pitfall_place {
    const struct pitfalls *table;
    const struct pitfall *pitfall;
    const struct policy_use *use;
    const struct statement *statement;
    const struct statement_condition *condition;
    const uint32_t *holders; /* holders of the policy; for a trust policy the role */
    uint32_t holder_count;
};

/* The condition's values in a block of its operator; *written: the spelling of its key there. NULL: not as it was
 * read. */
static json_t *find_values(json_t *block, const struct statement_condition *condition, const char **written)
{
    json_t *value;
    json_object_foreach(block, *written, value) if (strcasecmp(*written, condition->key) == 0) return value;
    return NULL;
}

/* Moves the condition to another operator. False: it is not found as it was read, or the other operator already has the
 * key. */
static bool move_to(json_t *statement, const struct statement_condition *condition, const struct condition_name *other)
{
    json_t *conditions = json_object_get(statement, "Condition"), *block, *values = NULL;
    char *own = condition_name_text(&condition->name), *wanted = condition_name_text(other);
    const char *name, *written, *const operators[] = {wanted, NULL};
    bool good = false;
    json_object_foreach(conditions, name, block) if (strcasecmp(name, own) == 0 &&
                                                     (values = find_values(block, condition, &written)) != NULL) break;
    if (values != NULL) {
        char *key = memory_text(written), *from = memory_text(name);
        json_incref(values);
        json_object_del(block, key);
        if (json_object_size(block) == 0)
            json_object_del(conditions, from);
        good = trust_statement_require(statement, operators, key, values);
        json_decref(values);
        free(key);
        free(from);
    }
    free(own);
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

/* Whether, with the policy as it is now (see model_trial), no condition on the same key in that statement is a pitfall
 * of the table. */
static bool is_gone(struct analysis *analysis, const struct finding *finding)
{
    const struct pitfall_place *place = finding->about;
    const struct model *model = analysis->model;
    const struct policy_use *use =
        place->use->kind == USE_TRUST ? model->principals[place->holders[0]].trust : place->use;
    const struct model_document *document = &model->documents[use->document];
    const struct owned_policy policy = {
        .use = use, .account = "", .holders = place->holders, .holder_count = place->holder_count, .bound = MODEL_NONE};
    struct arena arena = {0};
    struct condition_reading reading = {.analysis = analysis, .arena = &arena, .policy = &policy};
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

/* The policy with the condition corrected; NULL: there is no correction. New reference. */
static json_t *mended_policy(struct analysis *analysis, const struct pitfall_place *place)
{
    json_t *policy = trust_policy_json(analysis, place->use),
           *statement = trust_policy_statement(policy, place->statement->position);
    if (statement != NULL && mend(statement, place->condition, place->pitfall->mend))
        return policy;
    json_decref(policy);
    return NULL;
}

/* Whether its correction can admit somebody: an Allow that matches more calls, or a Deny that matches fewer. */
static bool can_open(const struct pitfall_place *place)
{
    const struct condition_name *name = &place->condition->name;
    bool allow = place->statement->allow, negated = name->op->negated;
    switch (place->pitfall->mend) {
    case MEND_DEMAND_KEY:
        return !allow;
    case MEND_DROP_IF_EXISTS: /* a negated operator is true without the key anyway */
        return !allow && !negated;
    case MEND_ADD_IF_EXISTS:
        return allow;
    case MEND_LIKE:
        return allow != negated;
    case MEND_DROP_SET: /* without the key, ForAllValues is true and ForAnyValue false; a negated operator by itself is
                           true */
        return name->set == CONDITION_FOR_ANY_VALUE ? allow && negated : !allow && !negated;
    default:
        return true;
    }
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct pitfall_place *place = finding->about;
    json_t *policy = mended_policy(analysis, place);
    struct patch patch = {.style = PATCH_CORRECTED, .document = policy, .is_gone = is_gone, .opens = can_open(place)};
    if (place->use->kind == USE_TRUST) {
        finding->at = (struct trust_statement){.role = place->holders[0],
                                               .who = &analysis->model->principals[place->holders[0]],
                                               .use = place->use,
                                               .statement = place->statement};
    } else {
        patch.use = place->use;
        patch.holders = place->holders;
        patch.holder_count = place->holder_count;
    }
    patch_offer(analysis, findings, finding, &patch);
    json_decref(policy);
}

/* ---- the walk */

/* SCPs and RCPs have no holders, so their patches are not tried. */
static void keep_place(const struct condition_reading *reading, struct findings *findings, struct finding *finding,
                       const struct pitfalls *table, const struct pitfall *pitfall)
{
    const struct owned_policy *policy = reading->policy;
    if (policy->holder_count == 0 || pitfall->mend == MEND_NONE)
        return;
    struct pitfall_place *place = arena_allocate(&findings->arena, sizeof *place);
    const uint32_t *holders = policy_copy_holders(findings, policy);
    *place = (struct pitfall_place){
        table, pitfall, policy->use, reading->statement, reading->condition, holders, policy->holder_count};
    finding->about = place;
    finding->elaborate = elaborate;
}

static void report(struct condition_reading *reading, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfalls *table, const struct pitfall *pitfall)
{
    char *name = condition_name_text(&reading->condition->name);
    struct finding *finding =
        pitfall_add(reading, rule, findings, finding_text(findings, "%s %s", name, reading->condition->key));
    char *policy = policy_words(reading->policy->use);
    finding->code = finding_code_words[pitfall->code];
    finding_set_fix(finding, pitfall->fix);
    finding_raise(finding, pitfall->steps);
    const char *administrator = "";
    if (pitfall->opens && lets_in_without_key(reading)) {
        finding_raise(finding, 1);
        administrator = finding_raise_for_administrator(finding, reading->analysis, reading->role);
    }
    finding->detail = finding_text(findings, "%s%s has the condition %s on %s: %s.%s", policy,
                                   holders_words(findings, reading->policy), name, reading->condition->key,
                                   pitfall->says != NULL ? pitfall->says : pitfall->words(reading), administrator);
    free(name);
    free(policy);
    keep_place(reading, findings, finding, table, pitfall);
}

static void judge(struct condition_reading *reading, const struct finding_rule *rule, struct findings *findings,
                  const struct pitfalls *table)
{
    const struct statement *statement = reading->statement;
    reading_find_callers(reading);
    if (table->statement != NULL)
        table->statement(reading, rule, findings);
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        reading->condition = &statement->conditions[i];
        reading->about = context_key_find(reading->condition->key);
        for (size_t j = 0; j < table->count; j++)
            if (table->list[j].is(reading)) {
                report(reading, rule, findings, table, &table->list[j]);
                break;
            }
    }
    arena_reset(reading->arena);
}

/* Statements that can be about assuming roles and have conditions, or name exceptions. */
static bool is_wanted(const struct statement *statement)
{
    return statement->broken == NULL && (classes_statement_bears(statement) || trust_is_about_assuming(statement)) &&
           (statement->condition_count > 0 || statement->resource_completions > 0 ||
            (statement->not_principal && !statement->allow));
}

void pitfalls_find(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfalls *table)
{
    const struct model *model = analysis->model;
    struct policies policies = {0};
    struct arena arena = {0};
    struct condition_reading reading = {.analysis = analysis, .arena = &arena};
    policies_collect(model, findings, is_wanted, NULL, NULL, &policies);
    for (uint32_t i = 0; i < policies.count; i++) {
        const struct model_document *document = &model->documents[policies.list[i].use->document];
        reading.policy = &policies.list[i];
        for (uint32_t j = 0; j < document->statement_count && !policy_is_of_aws(reading.policy->use); j++) {
            reading.statement = &model->statements[document->first_statement + j];
            if (is_wanted(reading.statement))
                judge(&reading, rule, findings, table);
        }
    }
    policies_free(&policies);
    arena_free(&arena);
}
