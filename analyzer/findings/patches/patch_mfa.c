/*
 * Requires MFA of people: sessions of roles never have it (aws:MultiFactorAuthPresent is false or absent there).
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"

#include "ingest/support/json_build.h"

/* For patch_split: a user who enters, or the account of one. */
struct people {
    struct analysis *analysis;
    const struct trust_statement *at;
    const bool *entering;
};

static bool is_user_entering(const struct people *people, uint32_t principal)
{
    struct caller caller;
    if (!people->entering[principal] || people->analysis->model->principals[principal].is_role)
        return false;
    caller_of_principal(people->analysis->model, principal, &caller);
    return trust_speaks_for(people->analysis, &caller, people->at) != CONSTRAINT_FALSE;
}

static bool some_user_enters(const struct people *people)
{
    for (uint32_t i = 0; i < people->analysis->model->principal_count; i++)
        if (is_user_entering(people, i))
            return true;
    return false;
}

static bool is_of_people(const struct statement_principal *principal, const void *context)
{
    const struct people *people = context;
    const struct model *model = people->analysis->model;
    uint32_t user = principal->form == PRINCIPAL_USER_ARN ? model_find_arn(model, principal->value) : MODEL_NONE;
    uint32_t account =
        principal->form == PRINCIPAL_ACCOUNT ? model_find_account(model, principal->account) : MODEL_NONE;
    if (user != MODEL_NONE)
        return is_user_entering(people, user);
    for (uint32_t i = 0; account != MODEL_NONE && i < model->accounts[account].principal_count; i++)
        if (is_user_entering(people, model->accounts[account].first_principal + i))
            return true;
    return false;
}

static bool some_role_enters(const struct analysis *analysis, uint32_t account, uint32_t role)
{
    const struct model_account *of = &analysis->model->accounts[account];
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++)
        if (i != role && analysis->model->principals[i].is_role && edges_between(analysis->edges, i, role) != NULL)
            return true;
    return false;
}

/* Adds a copy of the statement for only the roles of those accounts. False: not possible. */
static bool add_roles(const struct people *people, json_t *policy, uint32_t position)
{
    static const char *const like[] = {"ArnLike", "StringLike", NULL};
    const struct statement *compiled = people->at->statement;
    const struct model *model = people->analysis->model;
    json_t *names = json_array(), *patterns = json_array();
    bool good = true;
    for (uint32_t i = 0; i < compiled->principal_count; i++) {
        const struct statement_principal *principal = &compiled->principals[i];
        uint32_t account =
            principal->form == PRINCIPAL_ACCOUNT ? model_find_account(model, principal->account) : MODEL_NONE;
        if (account == MODEL_NONE || !is_of_people(principal, people) ||
            !some_role_enters(people->analysis, account, people->at->role))
            continue;
        json_add(names, json_text(principal->value));
        json_add(patterns, json_text_format("arn:%s:iam::%s:role/*", model->accounts[account].partition,
                                            model->accounts[account].id));
    }
    if (json_array_size(names) > 0) {
        const json_t *statement = trust_policy_statement(policy, position);
        json_t *own = policy_json_copy(statement), *principal = json_object();
        policy_json_set(principal, "AWS", names);
        json_put(own, "Principal", principal);
        good = trust_statement_require(own, like, "aws:PrincipalArn", policy_json_written(patterns));
        policy_json_insert(policy, statement, own);
    }
    json_decref(names);
    json_decref(patterns);
    return good;
}

static bool demand(const struct people *people, json_t *policy)
{
    const struct statement *statement = people->at->statement;
    const struct principals_meant meant = {statement, is_of_people, people};
    uint32_t position = patch_split_meant(policy, statement->position, &meant);
    return position != UINT32_MAX && add_roles(people, policy, position) &&
           patch_demand_one(trust_policy_statement(policy, position), "Bool", "aws:MultiFactorAuthPresent", "true");
}

json_t *patch_mfa_demanded(struct analysis *analysis, uint32_t role, const bool *entering)
{
    const struct model *model = analysis->model;
    const struct model_principal *who = &model->principals[role];
    const struct model_document *document = &model->documents[who->trust->document];
    json_t *policy = trust_policy_json(analysis, who->trust);
    bool good = policy != NULL, any = false;
    /* From the last: added statements do not move those before. */
    for (uint32_t i = document->statement_count; i > 0 && good; i--) {
        const struct trust_statement at = {.role = role,
                                           .who = who,
                                           .use = who->trust,
                                           .statement = &model->statements[document->first_statement + i - 1]};
        const struct people people = {analysis, &at, entering};
        if (!at.statement->allow || at.statement->broken != NULL || !some_user_enters(&people))
            continue;
        good = any = !at.statement->not_principal && demand(&people, policy);
    }
    if (good && any)
        return policy;
    json_decref(policy);
    return NULL;
}
