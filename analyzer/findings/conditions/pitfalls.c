#include "analyzer/findings/conditions/pitfalls.h"

#include "analyzer/findings/patches/patches.h"
#include <stdlib.h>
#include <string.h>

/* A trust that lets the caller in with a call without the key. */
static bool lets_in_without_key(const struct reading *reading)
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

struct finding *pitfall_add(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
                            const char *subject)
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
        return finding_text(findings, " (%u users and roles have it)", policy->holder_count);
    return policy->holder_count == 1 && policy->use->arn == NULL ? finding_text(findings, " of %s", policy->use->holder)
                                                                 : "";
}

/* Whether its correction can let somebody in: an Allow that meets more calls, a Deny that meets fewer. */
static bool can_open(const struct pitfall_place *place)
{
    const struct condition_name *name = &place->condition->name;
    bool allow = place->statement->allow, negated = name->op->negated;
    switch (place->pitfall->mend) {
    case MEND_DEMAND_KEY:
        return !allow;
    case MEND_DROP_IF_EXISTS: /* a negated operator holds without the key in any case */
        return !allow && !negated;
    case MEND_ADD_IF_EXISTS:
        return allow;
    case MEND_LIKE:
        return allow != negated;
    case MEND_DROP_SET: /* without the key ForAllValues holds, ForAnyValue does not, and alone a negated operator does
                         */
        return name->set == CONDITION_FOR_ANY_VALUE ? allow && negated : !allow && !negated;
    default:
        return true;
    }
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct pitfall_place *place = finding->about;
    json_t *policy = pitfall_mend(analysis, place);
    struct patch patch = {
        .style = "corrected", .document = policy, .is_gone = pitfall_is_gone, .opens = can_open(place)};
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

/* SCPs and RCPs have no holders, and are not tried. */
static void keep_place(const struct reading *reading, struct findings *findings, struct finding *finding,
                       const struct pitfalls *table, const struct pitfall *pitfall)
{
    const struct owned_policy *policy = reading->policy;
    if (policy->holder_count == 0 || pitfall->mend == MEND_NONE)
        return;
    struct pitfall_place *place = arena_allocate(&findings->arena, sizeof *place);
    const uint32_t *holders = policy_copy_holders(findings, policy);
    if (place == NULL || holders == NULL)
        return;
    *place = (struct pitfall_place){
        table, pitfall, policy->use, reading->statement, reading->condition, holders, policy->holder_count};
    finding->about = place;
    finding->elaborate = elaborate;
}

static void report(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfalls *table, const struct pitfall *pitfall)
{
    char *name = condition_name_text(&reading->condition->name);
    struct finding *finding =
        pitfall_add(reading, rule, findings, finding_text(findings, "%s %s", name, reading->condition->key));
    char *policy = policy_words(reading->policy->use);
    finding->code = finding_code_words[pitfall->code];
    finding->fix = pitfall->fix;
    finding_raise(finding, pitfall->steps);
    const char *administrator = "";
    if (pitfall->opens && lets_in_without_key(reading)) {
        finding_raise(finding, 1);
        administrator = finding_raise_for_administrator(finding, reading->analysis, reading->role);
    }
    finding->detail = finding_text(findings, "%s%s has the condition %s on %s: %s.%s", policy != NULL ? policy : "",
                                   holders_words(findings, reading->policy), name, reading->condition->key,
                                   pitfall->says != NULL ? pitfall->says : pitfall->words(reading), administrator);
    free(name);
    free(policy);
    keep_place(reading, findings, finding, table, pitfall);
}

static void judge(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
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

/* Statements that can be about assuming roles and have conditions at all, or spare some. */
static bool is_wanted(const struct statement *statement)
{
    return statement->broken == NULL && (classes_statement_bears(statement) || trust_is_about_assuming(statement)) &&
           (statement->condition_count > 0 || (statement->not_principal && !statement->allow));
}

void pitfalls_find(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfalls *table)
{
    const struct model *model = analysis->model;
    struct policies policies = {0};
    struct arena arena = {0};
    struct reading reading = {.analysis = analysis, .arena = &arena};
    findings->failed = !policies_collect(model, findings, is_wanted, NULL, NULL, &policies) || findings->failed;
    for (uint32_t i = 0; i < policies.count && !findings->failed; i++) {
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
