#include "analyzer/findings/facts/outsiders.h"

#include "analyzer/findings/facts/organizing_roles.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "graph/model/trust_names.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include <stdlib.h>
#include <string.h>

/* Whom a statement admits by name: in Principal or, if that is anyone, in conditions. */
struct named {
    struct statement_principal *list;
    uint32_t count, room;
    bool by_conditions;
    struct intern accounts;
    struct named_account {
        uint32_t first, last;
    } * of_account; /* by number in accounts */
    uint32_t *next; /* per principal: the next of its account; INTERN_NONE: it is the last, or of none */
    uint32_t account_room, next_room;
};

static void add_named(const struct statement_principal *principal, void *context)
{
    struct named *named = context;
    ARRAY_ADD(named->list, named->count, named->room, *principal);
}

static void named_free(struct named *named)
{
    free(named->list);
    free(named->of_account);
    free(named->next);
    intern_free(&named->accounts);
}

static void gather(const struct model *model, const struct trust_statement *at, struct named *named)
{
    named->count = 0;
    named->by_conditions = trust_names_allows_anyone(at->statement);
    for (uint32_t i = 0; at->outside && i < at->statement->principal_count; i++)
        add_named(&at->statement->principals[i], named);
    if (named->by_conditions)
        trust_names_each(model, at->role, add_named, named);
}

static void chain_accounts(struct named *named)
{
    intern_free(&named->accounts);
    for (uint32_t i = 0; i < named->count; i++) {
        const char *account = named->list[i].account;
        ARRAY_REACH(named->next, i, named->next_room);
        named->next[i] = INTERN_NONE;
        if (account == NULL)
            continue;
        uint32_t known = named->accounts.count, number = intern_add(&named->accounts, account, strlen(account));
        ARRAY_REACH(named->of_account, number, named->account_room);
        if (number == known)
            named->of_account[number].first = i;
        else
            named->next[named->of_account[number].last] = i;
        named->of_account[number].last = i;
    }
}

/* A caller that gets in just as anyone does is not reported separately. */
static constraint admits(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at,
                         bool by_conditions)
{
    static const struct caller anyone = {
        .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};
    if (!by_conditions)
        return trust_admits_named(analysis, caller, at);
    constraint own = trust_admits(analysis, caller, at);
    if (own == CONSTRAINT_FALSE)
        return own;
    constraint of_all = trust_admits(analysis, &anyone, at);
    return of_all == CONSTRAINT_TRUE || of_all == own ? CONSTRAINT_FALSE : own;
}

/* All principals of the account that principal `index` belongs to. */
static bool collect(struct analysis *analysis, const struct trust_statement *at, const struct named *named,
                    uint32_t index, struct outsider *outsider)
{
    *outsider = (struct outsider){.account = named->list[index].account, .admits = CONSTRAINT_FALSE};
    for (uint32_t i = index; i != INTERN_NONE; i = named->next[i]) {
        const struct statement_principal *principal = &named->list[i];
        struct caller caller;
        if (!trust_is_outside(analysis->model, principal, at->role) || !trust_caller(analysis, principal, &caller))
            continue;
        constraint formula = admits(analysis, &caller, at, named->by_conditions);
        if (formula == CONSTRAINT_FALSE)
            continue;
        bool service = principal->form == PRINCIPAL_ROLE_ARN && arn_is_service_linked_role(principal->value);
        outsider->only_services = service && (outsider->only_services || outsider->principals == 0);
        if (outsider->principals++ == 0) {
            outsider->first = principal->value;
            outsider->caller = caller;
        }
        outsider->whole = outsider->whole || principal->form == PRINCIPAL_ACCOUNT;
        outsider->admits = constraint_or(analysis->pool, outsider->admits, formula);
    }
    if (outsider->principals == 0)
        return false;
    outsider->listed = account_is_known(analysis->account_lists, outsider->account, &outsider->known);
    outsider->vouched_for = account_is_trusted(analysis->account_lists, outsider->account, &outsider->trusted);
    return true;
}

void outsiders_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                    outsider_judge judge, void *context)
{
    struct trust_statement at = {0};
    struct named named = {0};
    while (trust_walk(analysis, findings, &at)) {
        gather(analysis->model, &at, &named);
        chain_accounts(&named);
        for (uint32_t i = 0; i < named.accounts.count; i++) {
            uint32_t first = named.of_account[i].first;
            struct outsider outsider;
            if (trust_is_outside(analysis->model, &named.list[first], at.role) &&
                collect(analysis, &at, &named, first, &outsider))
                judge(analysis, rule, findings, &at, &outsider, context);
        }
    }
    named_free(&named);
}

void outsiders_each_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       outsider_id_judge judge)
{
    struct trust_statement at = {0};
    struct named named = {0};
    struct caller caller;
    while (trust_walk(analysis, findings, &at)) {
        named.count = 0;
        if (trust_names_allows_anyone(at.statement))
            trust_names_each(analysis->model, at.role, add_named, &named);
        for (uint32_t i = 0; i < named.count; i++) {
            if ((named.list[i].form != PRINCIPAL_UNIQUE_ID && named.list[i].form != PRINCIPAL_ACCOUNTS_LIKE) ||
                !caller_parse(analysis->model, &analysis->model->arena, named.list[i].value, &caller))
                continue;
            constraint formula = admits(analysis, &caller, &at, true);
            if (formula != CONSTRAINT_FALSE)
                judge(analysis, rule, findings, &at, &caller, formula);
        }
    }
    named_free(&named);
}

bool outsider_is_trusted(const struct outsider *outsider)
{
    return outsider->vouched_for && !outsider->trusted.expired;
}

bool outsider_may_be_ours(const struct model *model, const struct outsider *outsider)
{
    uint32_t index = model_find_account(model, outsider->account);
    return index != MODEL_NONE ? model->accounts[index].in_organization == FACT_UNKNOWN : model->organization == NULL;
}

bool outsider_is_of_the_organization(const struct trust_statement *at, const struct outsider *outsider)
{
    return outsider->only_services || organizing_role_is_of_management(at->who->name);
}

const char *outsider_words(struct findings *findings, const struct outsider *outsider)
{
    if (outsider->whole)
        return finding_text(findings, "Anyone in account %s whose own policies allow it", outsider->account);
    if (outsider->principals == 1)
        return finding_text(findings, "%s", outsider->first);
    return finding_text(findings, "%s and %u more principals in account %s", outsider->first, outsider->principals - 1,
                        outsider->account);
}

struct finding *outsider_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct trust_statement *at, const struct outsider *outsider, constraint formula)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, outsider->account);
    finding_holds_if(findings, finding, &outsider->caller, formula);
    return finding;
}
