#include "analyzer/findings/narrowing.h"

#include "graph/model_trial.h"
#include "ingest/support/order.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct narrowing {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    const struct trust_statement *at;
    const char *account;
    const uint32_t *able;
    uint32_t able_count;
    bool others_may_lose;
};

static bool is_the_account(const struct narrowing *narrowing, const char *value)
{
    const struct statement *statement = narrowing->at->statement;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (statement->principals[i].form == PRINCIPAL_ACCOUNT &&
            strcmp(statement->principals[i].account, narrowing->account) == 0 &&
            strcmp(statement->principals[i].value, value) == 0)
            return true;
    return false;
}

/* What Principal.AWS holds besides the account. */
static json_t *remove_account(const struct narrowing *narrowing, json_t *statement)
{
    json_t *principal = json_object_get(statement, "Principal"), *aws = json_object_get(principal, "AWS"), *value;
    json_t *left = json_array();
    size_t i;
    if (aws == NULL) {
        json_decref(left);
        return NULL;
    }
    if (json_is_string(aws) && !is_the_account(narrowing, json_string_value(aws)))
        json_array_append(left, aws);
    json_array_foreach(aws, i,
                       value) if (!json_is_string(value) || !is_the_account(narrowing, json_string_value(value)))
        json_array_append(left, value);
    return left;
}

static void set_principals(json_t *statement, json_t *list)
{
    json_t *principal = json_object_get(statement, "Principal");
    if (json_array_size(list) == 0)
        json_object_del(principal, "AWS");
    else
        json_object_set(principal, "AWS", json_array_size(list) == 1 ? json_array_get(list, 0) : list);
}

static json_t *list_arns(const struct narrowing *narrowing)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < narrowing->able_count; i++)
        json_array_append_new(list, json_string(narrowing->analysis->model->principals[narrowing->able[i]].arn));
    return list;
}

static json_t *with_principals(const struct narrowing *narrowing, json_t *policy)
{
    json_t *statement = trust_policy_statement(policy, narrowing->at->statement->position), *arn;
    json_t *left = statement != NULL ? remove_account(narrowing, statement) : NULL;
    if (left == NULL)
        return NULL;
    json_t *arns = list_arns(narrowing);
    size_t i;
    json_array_foreach(arns, i, arn)
    {
        bool there = false;
        size_t j;
        json_t *value;
        json_array_foreach(left, j, value) there = there || json_equal(value, arn);
        if (!there)
            json_array_append(left, arn);
    }
    set_principals(statement, left);
    json_decref(arns);
    json_decref(left);
    return policy;
}

static bool is_written_for_it(const void *context, const char *member, const char *principal)
{
    return strcmp(member, "AWS") == 0 && is_the_account(context, principal);
}

/* The account in a statement of its own, so that the condition binds nobody else. */
static json_t *with_condition(const struct narrowing *narrowing, json_t *policy, const char *const *operators,
                              json_t *values)
{
    uint32_t position = patch_split(policy, narrowing->at->statement->position, is_written_for_it, narrowing);
    json_t *statement = position != UINT32_MAX ? trust_policy_statement(policy, position) : NULL;
    return statement != NULL && trust_statement_require(statement, operators, "aws:PrincipalArn", values) ? policy
                                                                                                          : NULL;
}

/* ---- proof */

static struct decision decide(const struct narrowing *narrowing, uint32_t principal)
{
    struct decision decision = {0};
    struct decision_question question = {
        .role = narrowing->at->role, .now = narrowing->analysis->now, .verdict_only = true};
    caller_of_principal(narrowing->analysis->model, principal, &question.caller);
    if (!decision_decide(narrowing->analysis->evaluator, &question, &decision))
        decision.undecided = true;
    return decision;
}

/* Whether the principal can with the new policy what it can now, under the same conditions. */
static bool changes_nothing(const struct narrowing *narrowing, uint32_t principal)
{
    const struct edge *before = edges_between(narrowing->analysis->edges, principal, narrowing->at->role);
    struct decision after = decide(narrowing, principal);
    if (narrowing->others_may_lose && !after.undecided && after.verdict == VERDICT_DENIED &&
        bsearch(&principal, narrowing->able, narrowing->able_count, sizeof principal, order_numbers) == NULL)
        return true;
    return !after.undecided && after.verdict == (before != NULL ? before->verdict : VERDICT_DENIED) &&
           (before == NULL || after.residual == before->residual);
}

/* The same for every principal of the account: everyone who gets in now, and of the others one a permission class,
 * since the new policy names none of them. */
static bool changes_nobody(const struct narrowing *narrowing, json_t *policy)
{
    struct analysis *analysis = narrowing->analysis;
    const struct model_account *account =
        &analysis->model->accounts[model_find_account(analysis->model, narrowing->account)];
    const uint32_t *class_of = analysis->edges->classes.permissions.of;
    uint32_t end = account->first_principal + account->principal_count, next_class = 0;
    char *text = json_dumps(policy, JSON_COMPACT);
    struct model_trial trial;
    bool same = text != NULL && model_trial_begin(analysis->model, narrowing->at->role, text, &trial);
    for (uint32_t i = account->first_principal; same && i < end; i++) {
        /* Classes are numbered as they are met. */
        bool first = class_of[i] >= next_class;
        next_class = first ? class_of[i] + 1 : next_class;
        if (first || edges_between(analysis->edges, i, narrowing->at->role) != NULL)
            same = changes_nothing(narrowing, i);
    }
    if (text != NULL)
        model_trial_end(&trial);
    free(text);
    return same;
}

/* ---- styles */

/* "arn:…:role/team-*" if all ARNs begin so and the prefix says something; malloc'ed or NULL. */
static char *common_pattern(const struct narrowing *narrowing)
{
    const struct model_principal *principals = narrowing->analysis->model->principals;
    const char *first = principals[narrowing->able[0]].arn;
    size_t length = strlen(first);
    for (uint32_t i = 1; i < narrowing->able_count; i++) {
        const char *arn = principals[narrowing->able[i]].arn;
        size_t same = 0;
        while (same < length && arn[same] == first[same])
            same++;
        length = same;
    }
    const char *slash = strchr(first, '/');
    size_t least = slash != NULL ? (size_t)(slash - first) + 4 : SIZE_MAX;
    char *pattern = length >= least ? malloc(length + 2) : NULL;
    if (pattern != NULL) {
        memcpy(pattern, first, length);
        memcpy(pattern + length, "*", 2);
    }
    return pattern;
}

static bool offer(const struct narrowing *narrowing, const char *style, json_t *policy)
{
    const struct patch patch = {.style = style, .document = policy, .closes = true};
    return policy != NULL && changes_nobody(narrowing, policy) &&
           patch_offer(narrowing->analysis, narrowing->findings, narrowing->finding, &patch);
}

static bool offer_list(const struct narrowing *narrowing, json_t *original)
{
    static const char *const exact[] = {"ArnEquals", "ArnLike", "StringEquals", "StringLike", NULL};
    json_t *policy = json_deep_copy(original), *arns = list_arns(narrowing);
    bool any = offer(narrowing, "principals", with_principals(narrowing, policy));
    json_decref(policy);
    policy = json_deep_copy(original);
    any =
        offer(narrowing, "condition",
              with_condition(narrowing, policy, exact, narrowing->able_count == 1 ? json_array_get(arns, 0) : arns)) ||
        any;
    json_decref(policy);
    json_decref(arns);
    return any;
}

static bool offer_pattern(const struct narrowing *narrowing, json_t *original)
{
    static const char *const like[] = {"ArnLike", "StringLike", NULL};
    char *pattern = common_pattern(narrowing);
    if (pattern == NULL)
        return false;
    json_t *policy = json_deep_copy(original), *value = json_string(pattern);
    bool any = offer(narrowing, "pattern", with_condition(narrowing, policy, like, value));
    json_decref(value);
    json_decref(policy);
    free(pattern);
    return any;
}

static bool offer_all(const struct narrowing *narrowing)
{
    json_t *original = narrowing->able_count > 0 ? trust_policy_json(narrowing->analysis, narrowing->at->use) : NULL;
    bool any =
        original != NULL && (narrowing->able_count <= NARROWING_LONGEST_LIST ? offer_list(narrowing, original)
                                                                             : offer_pattern(narrowing, original));
    json_decref(original);
    return any;
}

bool narrowing_offer(struct analysis *analysis, struct findings *findings, struct finding *finding, const char *account,
                     const uint32_t *able, uint32_t able_count)
{
    const struct narrowing narrowing = {analysis, findings, finding, &finding->at, account, able, able_count, false};
    return offer_all(&narrowing);
}

bool narrowing_offer_for(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         const char *account, const uint32_t *kept, uint32_t kept_count)
{
    const struct narrowing narrowing = {analysis, findings, finding, &finding->at, account, kept, kept_count, true};
    return offer_all(&narrowing);
}
