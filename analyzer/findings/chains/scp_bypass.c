/*
 * An SCP's Deny that is bypassed through another account: it applies only to callers in its accounts, so a session of a
 * role elsewhere is not bound by it.
 *
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/holders.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/policy/pattern.h"
#include "ingest/support/array.h"

#include <stdlib.h>
#include <string.h>

struct bypassing {
    struct analysis *analysis;
    bool *bound;                   /* per account: one of its SCPs has a Deny that affects assuming roles */
    struct holders senders;        /* those with a permission to assume roles */
    bool *sources;                 /* per node: an SCP keeps it from the role in question */
    struct reachability everybody; /* from all callers in bound accounts; run when needed */
    bool swept;
    struct intern free; /* pairs that an SCP does not keep apart, see is_known_free */
    struct findings *findings;
};

/* The callers that an SCP keeps from a role, and by which statement. */
struct kept_out {
    struct kept_caller {
        uint32_t caller;
        const struct policy_use *use;
        const struct statement *deny;
    } * list;
    uint32_t count, room;
    bool stopped; /* not all candidates were asked */
};

static bool denies_assuming(const struct model *model, const struct policy_use *use)
{
    if (use->document == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[use->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (!statement->allow && statement->broken == NULL && statement_covers_sts(statement, STS_ASSUME_ROLE))
            return true;
    }
    return false;
}

/* False: no account is bound. */
static bool mark_bound(struct bypassing *bypassing)
{
    const struct model *model = bypassing->analysis->model;
    bool any = false;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_guardrails *scps = &model->scps[i];
        for (uint32_t j = 0; scps->apply == FACT_YES && j < scps->level_count; j++)
            for (uint32_t k = 0; k < scps->levels[j].policy_count && !bypassing->bound[i]; k++)
                any |= bypassing->bound[i] = denies_assuming(model, &model->uses[scps->levels[j].first_policy + k]);
    }
    return any;
}

/* Whether some policy of the principal, by its text, allows assuming the role: a filter before it is decided. */
static bool is_permitted_by_text(const struct model *model, uint32_t principal, const char *role)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++) {
        uint32_t index = model->uses[who->first_policy + i].document;
        const struct model_document *document = index != MODEL_NONE ? &model->documents[index] : NULL;
        for (uint32_t j = 0; document != NULL && j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (!statement->allow || !statement_covers_sts(statement, STS_ASSUME_ROLE))
                continue;
            bool named = statement->not_resource;
            for (uint32_t k = 0; k < statement->resource_count && !named; k++)
                named =
                    strchr(statement->resources[k], '$') != NULL || pattern_matches_arn(statement->resources[k], role);
            if (named)
                return true;
        }
    }
    return false;
}

/* SCPs treat all callers of a class and all roles of a set alike, unless they look at them more closely; so this is
 * decided once. */
static bool is_known_free(struct bypassing *bypassing, uint32_t caller, uint32_t role, bool remember)
{
    const struct classes *classes = &bypassing->analysis->edges->classes;
    const struct model_principal *principals = bypassing->analysis->model->principals;
    const uint32_t pair[3] = {classes->permissions.of[caller], classes->role_sets.of[role],
                              principals[caller].account == principals[role].account};
    if (pair[0] == MODEL_NONE || pair[1] == MODEL_NONE || classes->role_details[pair[0]] != ROLE_BY_SET ||
        classes->caller_details[pair[1]] == CALLER_BY_NAME)
        return false;
    if (remember)
        intern_add(&bypassing->free, (const char *)pair, sizeof pair);
    return intern_find(&bypassing->free, (const char *)pair, sizeof pair) != INTERN_NONE;
}

/* Adds the caller if nothing but Deny statements of SCPs keeps it from the role. */
static void ask(struct bypassing *bypassing, uint32_t role, uint32_t caller, struct kept_out *kept_out)
{
    struct analysis *analysis = bypassing->analysis;
    struct arena arena = {0};
    struct decision decision = {0};
    struct decision_question question = {.role = role, .now = analysis->now};
    if (caller == role || edges_between(analysis->edges, caller, role) != NULL ||
        is_known_free(bypassing, caller, role, false))
        return;
    kept_out->stopped = !findings_spend(bypassing->findings, FINDINGS_DECISION);
    if (kept_out->stopped)
        return;
    caller_of_principal(analysis->model, caller, &question.caller);
    decision_decide(analysis->evaluator, &question, &decision);
    bool only = decision.reason == REASON_SCP;
    if (only)
        decision_explain(analysis->evaluator, &question, &arena, &decision);
    for (uint32_t i = 0; i < decision.gap_count; i++)
        only = only && decision.gaps[i].layer == LAYER_SCP && decision.gaps[i].deny != NULL;
    if (only && decision.gap_count > 0) {
        ARRAY_ADD(kept_out->list, kept_out->count, kept_out->room,
                  (struct kept_caller){caller, decision.gaps[0].deny->use, decision.gaps[0].deny->statement});
    } else {
        is_known_free(bypassing, caller, role, true);
    }
    arena_free(&arena);
}

/* The account's principals that the statement trusts, one of each permission class. */
static void ask_account(struct bypassing *bypassing, uint32_t role, uint32_t account, struct kept_out *kept_out)
{
    const struct analysis *analysis = bypassing->analysis;
    const struct holders *senders = &bypassing->senders;
    const struct partition *classes = &analysis->edges->classes.permissions;
    uint32_t last = MODEL_NONE, end = senders->account_first[account + 1];
    for (uint32_t i = senders->account_first[account]; i < end && !kept_out->stopped; i++) {
        uint32_t caller = senders->principals[i], class = classes->of[caller];
        bool same = class != MODEL_NONE && class == last;
        last = class;
        if (!same && is_permitted_by_text(analysis->model, caller, analysis->model->principals[role].arn))
            ask(bypassing, role, caller, kept_out);
    }
}

static void ask_statement(struct bypassing *bypassing, const struct trust_statement *at, struct kept_out *kept_out)
{
    const struct model *model = bypassing->analysis->model;
    for (uint32_t i = 0; i < at->statement->principal_count; i++) {
        const struct statement_principal *principal = &at->statement->principals[i];
        uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
        struct caller caller;
        if (account == MODEL_NONE || !bypassing->bound[account])
            continue;
        if (principal->form == PRINCIPAL_ACCOUNT)
            ask_account(bypassing, at->role, account, kept_out);
        else if ((principal->form == PRINCIPAL_USER_ARN || principal->form == PRINCIPAL_ROLE_ARN) &&
                 trust_caller(bypassing->analysis, principal, &caller) && caller.principal != MODEL_NONE)
            ask(bypassing, at->role, caller.principal, kept_out);
    }
}

static void report(struct bypassing *bypassing, const struct finding_rule *rule, struct findings *findings,
                   uint32_t role, const struct kept_out *kept_out, const struct hop *hops, uint32_t count)
{
    struct analysis *analysis = bypassing->analysis;
    const struct model *model = analysis->model;
    uint32_t from = hops[0].from, index = 0;
    while (index + 1 < kept_out->count && kept_out->list[index].caller != from)
        index++;
    const struct policy_use *scp = kept_out->list[index].use;
    struct finding *finding = finding_add_principal(findings, analysis, rule, role, scp->name);
    finding->code = finding_code_words[CODE_GUARD_SCP];
    const char *administrator = finding_raise_for_administrator(finding, analysis, role);
    finding->detail =
        finding_text(findings,
                     "SCP %s denies %s access to %s, but not sessions of account %s, through which it can get around "
                     "the SCP: %s.%s",
                     scp->name, model->principals[from].arn, model->principals[role].name,
                     model->accounts[model->principals[hops[count - 1].from].account].id,
                     chain_words(findings, analysis, hops, count), administrator);
    finding_set_fix(finding, "Apply the SCP to the account in between too, or remove its access to this role.");
    chain_attach(analysis, findings, finding, hops, count, NULL);
    finding_evidence_add(findings, finding, scp, kept_out->list[index].deny);
}

/* Whether the chain starts at somebody who is kept out and arrives through a session in another account. */
static bool goes_round(const struct bypassing *bypassing, const struct hop *hops, uint32_t count)
{
    const struct model *model = bypassing->analysis->model;
    return count > 1 && bypassing->sources[hops[0].from] &&
           model->principals[hops[0].from].account != model->principals[hops[count - 1].from].account;
}

static void reach_from_senders(struct bypassing *bypassing)
{
    const struct edges *edges = bypassing->analysis->edges;
    const struct holders *senders = &bypassing->senders;
    bool *from = memory_zeroed((size_t)edges->node_count + 1, sizeof *from);
    for (uint32_t i = 0; i < senders->count; i++)
        from[senders->principals[i]] = bypassing->bound[edges->model->principals[senders->principals[i]].account];
    bypassing->everybody.edges = edges;
    reachability_run(&bypassing->everybody, from);
    bypassing->swept = true;
    free(from);
}

static void judge(struct bypassing *bypassing, const struct finding_rule *rule, struct findings *findings,
                  uint32_t role, const struct kept_out *kept_out)
{
    struct hop *hops;
    if (!bypassing->swept)
        reach_from_senders(bypassing);
    for (uint32_t i = 0; i < kept_out->count; i++)
        bypassing->sources[kept_out->list[i].caller] = true;
    uint32_t count = reachability_chain(&bypassing->everybody, role, &hops);
    bool found = count > 0 && goes_round(bypassing, hops, count);
    if (!found && reachability_has(&bypassing->everybody, role) && findings_spend(bypassing->findings, 0)) {
        struct reachability own = {.edges = bypassing->analysis->edges, .goal = &role};
        free(hops);
        reachability_run(&own, bypassing->sources);
        findings_spend(bypassing->findings, own.steps);
        count = reachability_chain(&own, role, &hops);
        found = count > 0 && goes_round(bypassing, hops, count);
        reachability_close(&own);
    }
    if (found)
        report(bypassing, rule, findings, role, kept_out, hops, count);
    free(hops);
    for (uint32_t i = 0; i < kept_out->count; i++)
        bypassing->sources[kept_out->list[i].caller] = false;
}

static void judge_roles(struct bypassing *bypassing, const struct finding_rule *rule, struct findings *findings)
{
    const unsigned forms = 1u << PRINCIPAL_ACCOUNT | 1u << PRINCIPAL_USER_ARN | 1u << PRINCIPAL_ROLE_ARN;
    struct trust_statement at = {0};
    struct kept_out kept_out = {0};
    bool more = trust_walk(bypassing->analysis, findings, &at);
    while (more) {
        uint32_t role = at.role;
        kept_out.count = 0;
        kept_out.stopped = false;
        for (; more && at.role == role; more = trust_walk(bypassing->analysis, findings, &at))
            if ((at.allowed_forms & forms) != 0)
                ask_statement(bypassing, &at, &kept_out);
        if (kept_out.count > 0)
            judge(bypassing, rule, findings, role, &kept_out);
    }
    free(kept_out.list);
}

void report_scp_bypassed(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    static const char *const actions[] = {"sts:AssumeRole", NULL};
    struct bypassing bypassing = {.analysis = analysis,
                                  .findings = findings,
                                  .bound = memory_zeroed((size_t)analysis->model->account_count + 1, sizeof(bool)),
                                  .sources = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof(bool))};
    if (mark_bound(&bypassing)) {
        holders_find(analysis, actions, true, &bypassing.senders);
        judge_roles(&bypassing, rule, findings);
    }
    holders_free(&bypassing.senders);
    reachability_close(&bypassing.everybody);
    intern_free(&bypassing.free);
    free(bypassing.bound);
    free(bypassing.sources);
}
