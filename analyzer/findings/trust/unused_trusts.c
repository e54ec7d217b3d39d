/*
 * Trusts that nobody uses, according to CloudTrail in the role's account.
 */
#include "analyzer/findings/facts/account_usage.h"
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/facts/last_use.h"
#include "analyzer/findings/facts/name_lists.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/account_narrowing.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "graph/model/history.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* A shorter time proves nothing, since there are monthly jobs. */
#define SHORTEST_WINDOW 35

/* The date "2024-01-02" of a time. */
static const char *date_of(struct findings *findings, const char *when)
{
    return finding_text(findings, "%.10s", when);
}

/* ---- trusts that are not used during the period of a trail */

struct unused {
    const char *account; /* an account that is trusted as a whole, to be narrowed; or NULL */
    const char *first, *last, *regions;
    uint32_t *kept, kept_count; /* who used it, ascending */
};

/* Whether the statement may have allowed the call. */
static bool may_explain(struct analysis *analysis, const struct trust_statement *at, const struct history_call *call)
{
    struct caller caller;
    if (call->caller != MODEL_NONE)
        caller_of_principal(analysis->model, call->caller, &caller);
    else if (!caller_parse(analysis->model, &analysis->model->arena, call->name, &caller) ||
             caller.kind == CALLER_UNIQUE_ID) {
        /* The unique id of a principal in that account that is not in the exports. */
        for (uint32_t i = 0; i < at->statement->principal_count; i++) {
            const struct statement_principal *principal = &at->statement->principals[i];
            if (principal->form == PRINCIPAL_ANYONE || principal->form == PRINCIPAL_UNIQUE_ID ||
                (principal->account != NULL && strcmp(principal->account, call->account) == 0))
                return true;
        }
        return at->statement->not_principal;
    }
    return trust_speaks_for(analysis, &caller, at) != CONSTRAINT_FALSE;
}

/* Whether the statement admits anybody; a dead trust has a finding of its own. */
static bool lets_in(struct analysis *analysis, const struct trust_statement *at)
{
    for (uint32_t i = 0; i < at->statement->principal_count; i++) {
        struct caller caller;
        if (trust_caller(analysis, &at->statement->principals[i], &caller) &&
            trust_admits_named(analysis, &caller, at) != CONSTRAINT_FALSE)
            return true;
    }
    return false;
}

static const char *covers(struct findings *findings, const struct analysis *analysis, const struct history_trail *trail)
{
    return finding_text(findings, "the CloudTrail events of account %s from %s to %s (%s)",
                        analysis->model->accounts[trail->account].id, date_of(findings, trail->first),
                        date_of(findings, trail->last), trail->regions);
}

static void elaborate_unused(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct unused *about = finding->about;
    finding->facts = json_object();
    json_put(finding->facts, "from", json_text(about->first));
    json_put(finding->facts, "to", json_text(about->last));
    json_put(finding->facts, "regions", json_text(about->regions));
    json_put(finding->facts, "used_by",
             name_list_json(findings, analysis->model, about->kept, about->kept_count, MODEL_NONE));
    if (about->account == NULL)
        patch_statement_away(analysis, findings, finding);
    else
        narrowing_offer_for(analysis, findings, finding, about->account, about->kept, about->kept_count);
}

static struct finding *report_unused(struct analysis *analysis, const struct finding_rule *rule,
                                     struct findings *findings, const struct trust_statement *at,
                                     enum finding_code code, const char *subject, const struct unused *unused)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, subject);
    struct unused *about = arena_allocate(&findings->arena, sizeof *about);
    finding->code = finding_code_words[code];
    *about = *unused;
    finding->about = about;
    finding->elaborate = elaborate_unused;
    return finding;
}

static void judge_never(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                        const struct trust_statement *at, const struct history_trail *trail,
                        const struct unused *unused)
{
    struct finding *finding = report_unused(analysis, rule, findings, at, CODE_UNUSED_NEVER, "", unused);
    bool outside = false;
    for (uint32_t i = 0; i < at->statement->principal_count; i++)
        outside = outside || at->statement->principals[i].form == PRINCIPAL_ANYONE ||
                  trust_is_outside(analysis->model, &at->statement->principals[i], at->role);
    if (outside)
        finding_raise(finding, 1);
    finding->detail = finding_text(findings, "In %u days, %s show nobody assuming %s through this statement.%s",
                                   last_use_days(trail->first, trail->last), covers(findings, analysis, trail),
                                   at->who->name, finding_raise_for_administrator(finding, analysis, at->role));
}

/* How many of the account get in by the statement; only whether there are more than those to keep matters. */
static bool lets_others_in(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                           uint32_t account, uint32_t kept)
{
    struct usage usage;
    if (analysis->model->accounts[account].detail != ACCOUNT_FULL)
        return false;
    usage_count(analysis, findings, at, account, &usage);
    return usage.able + usage.itself > kept;
}

static void judge_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, const struct history_trail *trail, uint32_t account,
                          const struct unused *all)
{
    const struct model *model = analysis->model;
    const struct model_account *of = &model->accounts[account];
    struct unused unused = *all;
    struct text text = {0};
    unused.account = of->id;
    unused.kept = arena_allocate_array(&findings->arena, all->kept_count, sizeof *unused.kept);
    unused.kept_count = 0;
    for (uint32_t i = 0; i < all->kept_count; i++)
        if (model->principals[all->kept[i]].account == account)
            unused.kept[unused.kept_count++] = all->kept[i];
    if (unused.kept_count == 0 || !lets_others_in(analysis, findings, at, account, unused.kept_count))
        return;
    struct finding *finding = report_unused(analysis, rule, findings, at, CODE_UNUSED_NARROWER, of->id, &unused);
    for (uint32_t i = 0; i < unused.kept_count && i < 5; i++)
        text_format(&text, "%s%s", i > 0 ? ", " : "", model->principals[unused.kept[i]].arn);
    if (unused.kept_count > 5)
        text_format(&text, " and %u more", unused.kept_count - 5);
    finding_set_fix(finding, "Trust the principals that use the role instead of the whole account.");
    finding->detail =
        finding_text(findings, "%s trusts the whole account %s. In %u days, %s show only %s using the trust.%s",
                     at->who->name, of->id, last_use_days(trail->first, trail->last), covers(findings, analysis, trail),
                     text.data, finding_raise_for_administrator(finding, analysis, at->role));
    text_free(&text);
}

/* The known users of the role, ascending, and whether this statement may have admitted any of them; *strangers: or
 * somebody unknown. */
static bool find_users(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                       const struct history_call *calls, size_t count, struct unused *unused, bool *strangers)
{
    bool used = false;
    *strangers = false;
    unused->kept = arena_allocate_array(&findings->arena, count, sizeof *unused->kept);
    for (size_t i = 0; i < count; i++) {
        bool explains = may_explain(analysis, at, &calls[i]);
        used = used || explains;
        *strangers = *strangers || (explains && calls[i].caller == MODEL_NONE && calls[i].account[0] != '\0');
        if (calls[i].caller != MODEL_NONE)
            unused->kept[unused->kept_count++] = calls[i].caller;
    }
    qsort(unused->kept, unused->kept_count, sizeof *unused->kept, order_numbers);
    return used;
}

/* The trail does not show every use that IAM records. */
static bool is_used_otherwise(const struct model_principal *role, const struct history_trail *trail, size_t calls)
{
    return calls == 0 && role->last_used != NULL && strncmp(role->last_used, trail->first, strlen("2024-01-02")) >= 0;
}

static void judge_use(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                      const struct trust_statement *at, const struct history *history)
{
    const struct history_trail *trail = history_trail_of(history, at->who->account);
    struct unused unused = {0};
    bool strangers;
    size_t count;
    if (trail == NULL || last_use_days(trail->first, trail->last) < SHORTEST_WINDOW || at->who->service_linked ||
        strncmp(at->who->created, trail->first, strlen("2024-01-02")) > 0)
        return;
    const struct history_call *calls = history_calls_on(history, at->role, &count);
    if (is_used_otherwise(at->who, trail, count) || !lets_in(analysis, at))
        return;
    bool used = find_users(analysis, findings, at, calls, count, &unused, &strangers);
    unused.first = finding_text(findings, "%s", trail->first);
    unused.last = finding_text(findings, "%s", trail->last);
    unused.regions = finding_text(findings, "%s", trail->regions);
    if (!used)
        judge_never(analysis, rule, findings, at, trail, &unused);
    for (uint32_t i = 0; used && !strangers && i < at->statement->principal_count; i++) {
        const struct statement_principal *principal = &at->statement->principals[i];
        uint32_t account =
            principal->form == PRINCIPAL_ACCOUNT ? model_find_account(analysis->model, principal->account) : MODEL_NONE;
        if (account != MODEL_NONE)
            judge_account(analysis, rule, findings, at, trail, account, &unused);
    }
}

void find_unused_trust(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct history *history = kept_history(analysis, findings);
    struct trust_statement at = {0};
    while (history->trail_count > 0 && trust_walk(analysis, findings, &at))
        if (at.statement->allow && !at.statement->not_principal && trust_is_about_assuming(at.statement))
            judge_use(analysis, rule, findings, &at, history);
}
