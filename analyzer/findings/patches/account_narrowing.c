#include "analyzer/findings/patches/account_narrowing.h"

#include "analyzer/findings/facts/account_usage.h"
#include "analyzer/findings/facts/alike_callers.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "graph/model/model_trial.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
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

static bool is_account(const struct statement_principal *principal, const void *context)
{
    const char *account = context;
    return principal->form == PRINCIPAL_ACCOUNT && strcmp(principal->account, account) == 0;
}

static struct principals_meant account_of(const struct narrowing *narrowing)
{
    return (struct principals_meant){narrowing->at->statement, is_account, narrowing->account};
}

static json_t *list_arns(const struct narrowing *narrowing)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < narrowing->able_count; i++)
        json_add(list, json_text(narrowing->analysis->model->principals[narrowing->able[i]].arn));
    return list;
}

static json_t *with_principals(const struct narrowing *narrowing, json_t *policy)
{
    json_t *statement = trust_policy_statement(policy, narrowing->at->statement->position);
    const struct principals_meant account = account_of(narrowing);
    if (patch_remove_principals(statement, &account) < 0)
        return NULL;
    json_t *arns = list_arns(narrowing);
    patch_add_principals(statement, arns);
    json_decref(arns);
    return policy;
}

/* The account gets its own statement, so that the condition applies to nobody else. */
static json_t *with_condition(const struct narrowing *narrowing, json_t *policy, const char *const *operators,
                              json_t *values)
{
    const struct principals_meant account = account_of(narrowing);
    uint32_t position = patch_split_meant(policy, narrowing->at->statement->position, &account);
    json_t *statement = position != UINT32_MAX ? trust_policy_statement(policy, position) : NULL;
    return statement != NULL && trust_statement_require(statement, operators, "aws:PrincipalArn", values) ? policy
                                                                                                          : NULL;
}

/* ---- proof */

/* Answers under the new policy, for principals that represent others. */
struct proving {
    const struct narrowing *narrowing;
    struct alike_callers alike;
    struct asked {
        bool decided, looked; /* as one of its permissions, and of any */
        struct decision decision;
        bool trusted; /* some statement of the policy may let it in */
    } * asked;        /* per group */
    uint32_t room;
};

static struct decision ask(const struct narrowing *narrowing, uint32_t principal)
{
    struct decision decision = {0};
    struct decision_question question = {
        .role = narrowing->at->role, .now = narrowing->analysis->now, .verdict_only = true};
    caller_of_principal(narrowing->analysis->model, principal, &question.caller);
    decision_decide(narrowing->analysis->evaluator, &question, &decision);
    return decision;
}

static struct decision decide(struct proving *proving, uint32_t principal)
{
    uint32_t group = alike_callers_group(&proving->alike, principal);
    if (group == INTERN_NONE)
        return ask(proving->narrowing, principal);
    ARRAY_REACH(proving->asked, group, proving->room);
    struct asked *asked = &proving->asked[group];
    if (!asked->decided)
        asked->decision = ask(proving->narrowing, principal);
    asked->decided = true;
    return asked->decision;
}

/* Whether some statement of the new policy may let the principal in, whatever its own policies say. */
static bool may_be_trusted(struct proving *proving, uint32_t principal)
{
    struct analysis *analysis = proving->narrowing->analysis;
    uint32_t group = alike_callers_trusted(&proving->alike, principal);
    struct trust_statement at = {.role = proving->narrowing->at->role};
    if (group == INTERN_NONE)
        return true;
    ARRAY_REACH(proving->asked, group, proving->room);
    struct asked *asked = &proving->asked[group];
    struct caller caller;
    if (asked->looked)
        return asked->trusted;
    caller_of_principal(analysis->model, principal, &caller);
    while (!asked->trusted && trust_walk_role(analysis->model, &at))
        asked->trusted = at.statement->allow && trust_speaks_for(analysis, &caller, &at) != CONSTRAINT_FALSE;
    asked->looked = true;
    return asked->trusted;
}

/* Whether the principal can do with the new policy what it can do now, under the same conditions. */
static bool changes_nothing(struct proving *proving, uint32_t principal)
{
    const struct narrowing *narrowing = proving->narrowing;
    const struct edge *before = edges_between(narrowing->analysis->edges, principal, narrowing->at->role);
    struct decision after = decide(proving, principal);
    if (narrowing->others_may_lose && !after.undecided && after.verdict == VERDICT_DENIED &&
        bsearch(&principal, narrowing->able, narrowing->able_count, sizeof principal, order_numbers) == NULL)
        return true;
    return !after.undecided && after.verdict == (before != NULL ? before->verdict : VERDICT_DENIED) &&
           (before == NULL || after.residual == before->residual);
}

/* The same for every principal of the account: everyone who gets in now, and one per permission class of the others,
 * since the new policy names none of them. */
static bool changes_nobody(const struct narrowing *narrowing, json_t *policy)
{
    struct analysis *analysis = narrowing->analysis;
    uint32_t number = model_find_account(analysis->model, narrowing->account), next_class = 0;
    const struct model_account *account = &analysis->model->accounts[number];
    const uint32_t *class_of = analysis->edges->classes.permissions.of;
    bool *enters = memory_zeroed(account->principal_count, sizeof *enters);
    char *text = json_words(policy, JSON_COMPACT);
    struct model_trial trial;
    struct proving proving = {.narrowing = narrowing};
    usage_mark_callers(analysis, narrowing->findings, narrowing->at->role, number, enters);
    bool same = model_trial_begin(analysis->model, narrowing->at->role, text, &trial);
    if (same)
        alike_callers_open(&proving.alike, analysis->model, &analysis->edges->classes.permissions, narrowing->at->role);
    for (uint32_t i = 0; same && i < account->principal_count; i++) {
        /* Classes are numbered as they are met. */
        uint32_t principal = account->first_principal + i;
        bool first = class_of[principal] >= next_class;
        next_class = first ? class_of[principal] + 1 : next_class;
        if (enters[i] || (first && may_be_trusted(&proving, principal)))
            same = changes_nothing(&proving, principal);
    }
    alike_callers_close(&proving.alike);
    model_trial_end(&trial);
    free(proving.asked);
    free(enters);
    free(text);
    return same;
}

/* ---- styles */

/* "arn:…:role/team-*" if all ARNs have a meaningful common prefix; malloc'ed or NULL. */
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
    return length >= least ? memory_print("%.*s*", (int)length, first) : NULL;
}

static bool offer(const struct narrowing *narrowing, enum patch_style style, json_t *policy)
{
    const struct patch patch = {.style = style, .document = policy, .closes = true};
    return policy != NULL && changes_nobody(narrowing, policy) &&
           patch_offer(narrowing->analysis, narrowing->findings, narrowing->finding, &patch);
}

static bool offer_list(const struct narrowing *narrowing, json_t *original)
{
    static const char *const exact[] = {"ArnEquals", "ArnLike", "StringEquals", "StringLike", NULL};
    json_t *policy = json_like(original), *arns = list_arns(narrowing);
    bool any = offer(narrowing, PATCH_PRINCIPALS, with_principals(narrowing, policy));
    json_decref(policy);
    policy = json_like(original);
    any = offer(narrowing, PATCH_CONDITION, with_condition(narrowing, policy, exact, policy_json_written(arns))) || any;
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
    json_t *policy = json_like(original), *value = json_text(pattern);
    bool any = offer(narrowing, PATCH_PATTERN, with_condition(narrowing, policy, like, value));
    json_decref(value);
    json_decref(policy);
    free(pattern);
    return any;
}

static bool offer_all(const struct narrowing *narrowing)
{
    const char *fix = narrowing->finding->fix;
    json_t *original = narrowing->able_count > 0 ? trust_policy_json(narrowing->analysis, narrowing->at->use) : NULL;
    bool any =
        original != NULL && (narrowing->able_count <= NARROWING_LONGEST_LIST ? offer_list(narrowing, original)
                                                                             : offer_pattern(narrowing, original));
    json_decref(original);
    if (any) /* then the reasons why other styles fail do not matter */
        narrowing->finding->fix = fix;
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
