/*
 * Trusts in whole accounts: how many of the account's principals can actually use them, and which.
 */
#include "analyzer/findings/facts/account_usage.h"
#include "analyzer/findings/facts/could_join.h"
#include "analyzer/findings/facts/name_lists.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/account_narrowing.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* A principal of a list, and the first one with the same condition. */
struct grouped {
    constraint condition;
    uint32_t leader, principal;
};

static int by_condition(const void *a, const void *b)
{
    const struct grouped *x = a, *y = b;
    if (x->condition != y->condition)
        return x->condition < y->condition ? -1 : 1;
    return (x->principal > y->principal) - (x->principal < y->principal);
}

static int by_leader(const void *a, const void *b)
{
    const struct grouped *x = a, *y = b;
    if (x->leader != y->leader)
        return x->leader < y->leader ? -1 : 1;
    return (x->principal > y->principal) - (x->principal < y->principal);
}

/* Principals with one condition. Lists that differ only by the role itself count as one. */
static json_t *group_json(struct analysis *analysis, struct findings *findings, const struct usage_list *list,
                          uint32_t role, const struct grouped *group, uint32_t count)
{
    constraint condition = group[0].condition;
    bool itself = list->usage.itself && list->of_itself == condition;
    uint32_t *who = memory_zeroed((size_t)count + 1, sizeof *who), total = 0;
    json_t *object = json_object();
    for (uint32_t i = 0; i < count; i++) {
        if (itself && total == i && role < group[i].principal)
            who[total++] = role;
        who[total++] = group[i].principal;
    }
    if (itself && total == count)
        who[total++] = role;
    json_put(object, "verdict", json_text(condition == CONSTRAINT_TRUE ? "allowed" : "conditional"));
    json_put(object, "conditions", constraint_words(analysis->pool, condition));
    json_put(object, "principals", name_list_json(findings, analysis->model, who, total, itself ? role : MODEL_NONE));
    free(who);
    return object;
}

/* Sorts by the conditions, in the order in which their first principals come. */
static void group_by_condition(struct grouped *grouped, uint32_t count)
{
    uint32_t same = 1;
    while (same < count && grouped[same].condition == grouped[0].condition)
        same++;
    if (same >= count)
        return;
    qsort(grouped, count, sizeof *grouped, by_condition);
    for (uint32_t i = 0; i < count; i++)
        grouped[i].leader =
            i > 0 && grouped[i].condition == grouped[i - 1].condition ? grouped[i - 1].leader : grouped[i].principal;
    qsort(grouped, count, sizeof *grouped, by_leader);
}

/* The principals that are able, by condition: [{"verdict", "conditions", "principals"}]. */
static json_t *able_json(struct analysis *analysis, struct findings *findings, uint32_t role,
                         const struct usage_list *list)
{
    uint32_t count = list->usage.able, end;
    struct grouped *grouped = memory_zeroed(count, sizeof *grouped);
    json_t *groups = json_array();
    for (uint32_t i = 0; i < count; i++)
        grouped[i] = (struct grouped){list->conditions[i], 0, list->able[i]};
    group_by_condition(grouped, count);
    for (uint32_t i = 0; i < count; i = end) {
        for (end = i; end < count && grouped[end].condition == grouped[i].condition;)
            end++;
        json_add(groups, group_json(analysis, findings, list, role, &grouped[i], end - i));
    }
    free(grouped);
    return groups;
}

static const char *account_name(struct findings *findings, const struct model_account *account)
{
    const char *name = model_account_name(account);
    return name[0] != '\0' ? finding_text(findings, "%s (%s)", account->id, name) : account->id;
}

static void list_names(struct text *text, const struct model *model, const struct usage *usage)
{
    for (uint32_t i = 0; i < usage->able && i < USAGE_FIRST; i++) {
        const struct model_principal *who = &model->principals[usage->first[i]];
        text_format(text, "%s%s %s", i == 0 ? "" : ", ", who->is_role ? "role" : "user", who->name);
    }
    if (usage->able > USAGE_FIRST)
        text_format(text, " and %u more", usage->able - USAGE_FIRST);
}

static void count_facts(struct analysis *analysis, struct findings *findings, struct finding *finding, uint32_t account,
                        const struct usage_list *list)
{
    const struct usage *usage = &list->usage;
    bool complete = true;
    json_t *facts = finding->facts = json_object();
    json_put(facts, "account", json_text(analysis->model->accounts[account].id));
    json_put(facts, "principals", json_integer(usage->principals));
    json_put(facts, "admitted", json_integer(usage->admitted));
    json_put(facts, "able", json_integer(usage->able));
    json_put(facts, "names", able_json(analysis, findings, finding->at.role, list));
    json_put(facts, "could_join", could_join_principals(analysis, findings, &finding->at, account, list, &complete));
    json_put(facts, "could_join_is_all", json_boolean(complete));
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct trust_statement *at = &finding->at;
    const struct model_account *of = finding->about;
    uint32_t account = (uint32_t)(of - analysis->model->accounts);
    struct usage_list list;
    usage_list_open(analysis, findings, at, account, &list);
    if (!findings->brief)
        count_facts(analysis, findings, finding, account, &list);
    const char *fix = finding->fix;
    bool offered = narrowing_offer(analysis, findings, finding, of->id, list.able, list.usage.able + list.usage.itself);
    bool silent = !offered && finding->fix == fix; /* nothing says yet why there is no patch */
    if (silent && list.usage.able > NARROWING_LONGEST_LIST)
        finding_set_fix(
            finding, finding_text(findings,
                                  "%u principals use it, more than a trust policy should list, and their names share "
                                  "no prefix: give them a path or a tag, and require it with a condition on "
                                  "aws:PrincipalArn or aws:PrincipalTag. --format json names them.",
                                  list.usage.able));
    else if (silent)
        finding_set_fix(finding,
                        "No narrower policy was found that gives the same answers, so there is no patch: name the "
                        "principals that need the role, and check each with `rolechain explain`.");
    usage_list_close(&list);
}

/* A hash of what the detail says about it. */
static uint64_t told_of(const struct usage *usage)
{
    uint32_t numbers[4 + USAGE_FIRST] = {usage->principals, usage->admitted, usage->able, usage->sure};
    for (uint32_t i = 0; i < usage->able && i < USAGE_FIRST; i++)
        numbers[4 + i] = usage->first[i] + 1;
    return hash_bytes(numbers, sizeof numbers);
}

static const char *detail_of(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                             const struct model_account *of, const struct usage *usage)
{
    uint32_t waiting = usage->admitted - usage->able;
    struct text text = {0};
    text_format(&text, "%s trusts the whole account %s. ", at->who->name, account_name(findings, of));
    if (usage->able < usage->principals)
        text_format(&text, "%u of its %u users and roles can assume it: ", usage->able, usage->principals);
    else if (usage->principals == 1)
        text_append_string(&text, "Its only principal can assume it: ");
    else
        text_format(&text, "All %u users and roles there can assume it: ", usage->principals);
    list_names(&text, analysis->model, usage);
    text_append_char(&text, '.');
    if (usage->sure == 0)
        text_append_string(&text, usage->able == 1 ? " It must meet conditions." : " All must meet conditions.");
    else if (usage->sure < usage->able)
        text_format(&text, " %u of them must meet conditions.", usage->able - usage->sure);
    if (waiting > 0)
        text_format(&text, " %u more %s trusted and lack%s only a permission in %s own account.", waiting,
                    waiting == 1 ? "is" : "are", waiting == 1 ? "s" : "", waiting == 1 ? "its" : "their");
    const char *detail = finding_text(findings, "%s", text.data);
    text_free(&text);
    return detail;
}

static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct trust_statement *at, uint32_t account, const struct usage *usage)
{
    const struct model_account *of = &analysis->model->accounts[account];
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, of->id);
    finding->about = of;
    finding->elaborate = elaborate;
    finding->told = told_of(usage);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    /* Nothing is too broad today, but the next principal of the account would get in. */
    if (usage->able == usage->principals)
        finding_raise(finding, -1);
    if (findings->take == NULL)
        finding->detail = finding_text(findings, "%s%s", detail_of(analysis, findings, at, of, usage), administrator);
}

static void elaborate_unknown(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct model_account *account = finding->about;
    (void)analysis;
    (void)findings;
    finding->facts = json_object();
    json_put(finding->facts, "account", json_text(account->id));
    json_put(finding->facts, "able", json_null());
}

/* The account belongs to the organization but is not in the exports: who could use the trust cannot be counted. */
static void report_unknown(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct trust_statement *at, const struct statement_principal *principal)
{
    const struct model *model = analysis->model;
    uint32_t account = model_find_account(model, principal->account);
    const struct model_account *of = &model->accounts[account];
    struct caller caller;
    if (!trust_caller(analysis, principal, &caller))
        return;
    constraint formula = trust_admits_named(analysis, &caller, at);
    if (formula == CONSTRAINT_FALSE)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, of->id);
    finding->about = of;
    finding->elaborate = elaborate_unknown;
    finding_holds_if(findings, finding, NULL, formula);
    finding->detail = finding_text(findings,
                                   "%s trusts the whole account %s. How many of its users and roles can use that is "
                                   "unknown: %s of that account.%s",
                                   at->who->name, account_name(findings, of),
                                   of->detail == ACCOUNT_ROLES_ONLY ? "only list-roles or get-role was exported"
                                                                    : "no authorization details were exported",
                                   finding_raise_for_administrator(finding, analysis, at->role));
}

static bool is_first_of_account(const struct statement *statement, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (statement->principals[i].form == PRINCIPAL_ACCOUNT &&
            statement->principals[i].account == statement->principals[index].account)
            return false;
    return statement->principals[index].form == PRINCIPAL_ACCOUNT;
}

static void judge(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                  const struct trust_statement *at, const struct statement_principal *principal)
{
    const struct model *model = analysis->model;
    uint32_t account = model_find_account(model, principal->account);
    struct usage usage;
    if (account == MODEL_NONE)
        return;
    if (model->accounts[account].detail != ACCOUNT_FULL) {
        /* Outside accounts are reported by trust-external-unknown. */
        if (model->accounts[account].in_organization == FACT_YES || account == at->who->account)
            report_unknown(analysis, rule, findings, at, principal);
        return;
    }
    usage_count(analysis, findings, at, account, &usage);
    /* If nobody is able, the trust is dead; if the conditions admit only those who are able, it is narrow. */
    if (usage.able > 0 && (usage.admitted > usage.able || (usage.admitted == usage.principals &&
                                                           usage_admits_newcomers(analysis, findings, at, account))))
        report(analysis, rule, findings, at, account, &usage);
}

/* Accounts of the organization that are only named by conditions of a statement for anyone, if it admits no
 * stranger. */
static void judge_named(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                        const struct trust_statement *at)
{
    static const struct caller anyone = {
        .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};
    const struct model *model = analysis->model;
    if (at->statement->named_count == 0 || trust_admits(analysis, &anyone, at) != CONSTRAINT_FALSE)
        return;
    for (uint32_t i = 0; i < at->statement->named_count; i++) {
        const struct statement_principal *named = &at->statement->named[i];
        uint32_t account = named->form == PRINCIPAL_ACCOUNT ? model_find_account(model, named->account) : MODEL_NONE;
        if (account != MODEL_NONE && model->accounts[account].detail != ACCOUNT_FULL &&
            model->accounts[account].in_organization == FACT_YES)
            report_unknown(analysis, rule, findings, at, named);
    }
}

void find_overbroad_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        if (!at.statement->allow || at.statement->not_principal || !trust_is_about_assuming(at.statement))
            continue;
        for (uint32_t i = 0; i < at.statement->principal_count; i++)
            if (is_first_of_account(at.statement, i))
                judge(analysis, rule, findings, &at, &at.statement->principals[i]);
        judge_named(analysis, rule, findings, &at);
    }
}
