/*
 * Accounts that are not yours: strangers, and those that a public list attributes to a vendor.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/outsiders.h"
#include "analyzer/findings/rules.h"

static const char *whose(const struct model *model, const char *account)
{
    uint32_t index = model_find_account(model, account);
    if (index != MODEL_NONE && model->accounts[index].in_organization == FACT_NO)
        return "is not in the organization";
    return model->organization == NULL ? "is not in the export, and without organization data its owner is unknown"
                                       : "is neither in the export nor known to be in the organization";
}

/* Evidence that the account is our own after all; "" if there is none. */
static const char *hint_of(const struct analysis *analysis, const struct trust_statement *at,
                           const struct outsider *outsider)
{
    if (outsider->listed || !outsider_may_be_ours(analysis->model, outsider) ||
        !outsider_is_of_the_organization(at, outsider))
        return "";
    return outsider->only_services
               ? " It is the role of a service that acts for an organization, so the account is probably your "
                 "management account or a delegated administrator."
               : " AWS Organizations creates a role of that name for the management account, so this is probably "
                 "yours.";
}

static void judge_unknown(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, const struct outsider *outsider, void *context)
{
    (void)context;
    if (outsider->listed || outsider_is_trusted(outsider))
        return;
    struct finding *finding = outsider_report(analysis, rule, findings, at, outsider, outsider->admits);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    const char *hint = hint_of(analysis, at, outsider);
    if (hint[0] != '\0')
        finding_raise(finding, -1);
    if (outsider->vouched_for)
        hint = finding_text(findings, " --trusted-accounts listed it as an account of %s until %s.",
                            outsider->trusted.owner, outsider->trusted.expires);
    finding->detail =
        finding_text(findings, "%s can assume %s; account %s %s.%s%s", outsider_words(findings, outsider),
                     at->who->name, outsider->account, whose(analysis->model, outsider->account), hint, administrator);
}

static void judge_unknown_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                             const struct trust_statement *at, const struct caller *caller, constraint admits)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, caller->text);
    finding_holds_if(findings, finding, caller, admits);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    if (caller_is_pattern(caller)) {
        finding->detail = finding_text(findings,
                                       "Any account whose number matches %s can assume %s. AWS assigns the numbers: "
                                       "whoever gets such an account gets in.%s",
                                       caller->text, at->who->name, administrator);
        return;
    }
    finding->detail = finding_text(findings,
                                   "The principal with the unique ID %s can assume %s; the ID is not in the export and "
                                   "does not say which account it belongs to.%s",
                                   caller->text, at->who->name, administrator);
}

void find_unknown_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    outsiders_each(analysis, rule, findings, judge_unknown, NULL);
    outsiders_each_id(analysis, rule, findings, judge_unknown_id);
}

/* ---- accounts of the public list */

static const char *listed_as(struct findings *findings, const struct outsider *outsider)
{
    const struct known_account *known = &outsider->known;
    return finding_text(findings, "is listed as %s (%s)", known->name,
                        known->source[0] != '\0' ? known->source : "no public source");
}

static void report_listed(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, const struct outsider *outsider, const char *more)
{
    struct finding *finding = outsider_report(analysis, rule, findings, at, outsider, outsider->admits);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    finding->detail =
        finding_text(findings, "%s can assume %s; account %s %s.%s%s", outsider_words(findings, outsider),
                     at->who->name, outsider->account, listed_as(findings, outsider), more, administrator);
}

static void judge_vendor(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                         const struct trust_statement *at, const struct outsider *outsider, void *context)
{
    (void)context;
    if (outsider->listed && outsider->known.enabled)
        report_listed(analysis, rule, findings, at, outsider, "");
}

void find_vendor(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    outsiders_each(analysis, rule, findings, judge_vendor, NULL);
}

static void judge_retired(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, const struct outsider *outsider, void *context)
{
    (void)context;
    if (outsider->listed && !outsider->known.enabled)
        report_listed(analysis, rule, findings, at, outsider, " The list says it is no longer in use.");
}

void find_retired_vendor(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    outsiders_each(analysis, rule, findings, judge_retired, NULL);
}

/* ---- outsiders who become administrators */

static void judge_outside_administrator(struct analysis *analysis, const struct finding_rule *rule,
                                        struct findings *findings, const struct trust_statement *at,
                                        const struct outsider *outsider, void *context)
{
    (void)context;
    /* It is probably our own: trust-external-unknown says so, and also that the role is an administrator. */
    if (outsider_is_trusted(outsider) || hint_of(analysis, at, outsider)[0] != '\0')
        return;
    bool is_one = administrators_has(analysis, at->role);
    if (!is_one && !administrators_reached(analysis, at->role))
        return;
    struct finding *finding = outsider_report(analysis, rule, findings, at, outsider, outsider->admits);
    const char *account = outsider->listed ? listed_as(findings, outsider) : whose(analysis->model, outsider->account);
    finding->detail = finding_text(
        findings, "%s can assume %s, which %s; account %s %s.", outsider_words(findings, outsider), at->who->name,
        is_one ? "is an administrator of its account" : "leads to an administrator role", outsider->account, account);
}

void find_outside_administrator(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    outsiders_each(analysis, rule, findings, judge_outside_administrator, NULL);
}
