/*
 * Trusts in whole accounts: how many of the account's principals can really use them, and which.
 */
#include "analyzer/findings/narrowing.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* Names in a sentence; JSON has all. */
#define NAMES_SHOWN 8

/* Who of a trusted account gets how far. */
struct usage {
    uint32_t principals; /* users and roles of the account, the role itself apart */
    uint32_t admitted;   /* for whom the statement speaks */
    uint32_t *able; /* who get in by it, ascending; the role itself, where it does, comes last and is not counted */
    constraint *conditions;
    uint32_t able_count, sure;
    bool itself;
};

static void usage_free(struct usage *usage)
{
    free(usage->able);
    free(usage->conditions);
}

/* For whom the statement speaks, a permission class at a time where the policy does not look closer. The classes of an
 * account are numbered one after the other. */
struct speaking {
    constraint *of_class; /* UNASKED: not asked yet */
    uint32_t base;
    bool by_name;
};
#define UNASKED UINT32_MAX

static bool speaking_open(struct speaking *speaking, const struct analysis *analysis, const struct trust_statement *at,
                          const struct model_account *of)
{
    const struct classes *classes = &analysis->edges->classes;
    uint32_t last = of->first_principal, count = 1;
    *speaking = (struct speaking){.base = of->principal_count > 0 ? classes->permissions.of[of->first_principal] : 0};
    speaking->by_name = classes->caller_details[classes->role_sets.of[at->role]] == CALLER_BY_NAME;
    for (uint32_t i = 0; i < of->principal_count; i++) {
        uint32_t class = classes->permissions.of[last + i] - speaking->base;
        count = class >= count ? class + 1 : count;
    }
    speaking->of_class = malloc(count * sizeof *speaking->of_class);
    for (uint32_t i = 0; speaking->of_class != NULL && i < count; i++)
        speaking->of_class[i] = UNASKED;
    return speaking->of_class != NULL;
}

static constraint speaks_for(struct analysis *analysis, struct speaking *speaking, const struct trust_statement *at,
                             uint32_t principal)
{
    constraint *known = &speaking->of_class[analysis->edges->classes.permissions.of[principal] - speaking->base];
    if (*known == UNASKED || speaking->by_name) {
        struct caller caller;
        caller_of_principal(analysis->model, principal, &caller);
        *known = trust_speaks_for(analysis, &caller, at);
    }
    return *known;
}

static void add_able(struct usage *usage, uint32_t principal, constraint formula)
{
    usage->sure += formula == CONSTRAINT_TRUE;
    usage->conditions[usage->able_count] = formula;
    usage->able[usage->able_count++] = principal;
}

/* Who gets in; then, if anybody does, for how many the statement speaks. */
static bool measure(struct analysis *analysis, const struct trust_statement *at, uint32_t account, struct usage *usage)
{
    const struct model_account *of = &analysis->model->accounts[account];
    uint32_t first = of->first_principal, end = first + of->principal_count;
    constraint last = CONSTRAINT_FALSE, possible = CONSTRAINT_FALSE;
    struct speaking speaking;
    *usage = (struct usage){.able = calloc((size_t)of->principal_count + 1, sizeof *usage->able),
                            .conditions = calloc((size_t)of->principal_count + 1, sizeof *usage->conditions)};
    if (!speaking_open(&speaking, analysis, at, of) || usage->able == NULL || usage->conditions == NULL) {
        free(speaking.of_class);
        return false;
    }
    for (uint32_t i = first; i < end; i++) {
        const struct edge *edge = edges_between(analysis->edges, i, at->role);
        if (edge == NULL)
            continue;
        constraint formula = constraint_and(analysis->pool, edge->residual, speaks_for(analysis, &speaking, at, i));
        if (formula != last)
            possible = constraint_satisfiable(analysis->pool, formula) != CONSTRAINT_NO ? formula : CONSTRAINT_FALSE;
        last = formula;
        if (i == at->role)
            usage->itself = possible != CONSTRAINT_FALSE;
        else if (possible != CONSTRAINT_FALSE)
            add_able(usage, i, possible);
    }
    usage->able[usage->able_count] = at->role;
    usage->principals = of->principal_count - (at->who->account == account);
    for (uint32_t i = first, next = 0; usage->able_count > 0 && i < end; i++) {
        bool able = next < usage->able_count && usage->able[next] == i;
        next += able;
        if (i != at->role)
            usage->admitted += able || speaks_for(analysis, &speaking, at, i) != CONSTRAINT_FALSE;
    }
    free(speaking.of_class);
    return true;
}

/* Whether the statement speaks for a user or role that somebody makes in the account tomorrow. */
static bool admits_newcomers(struct analysis *analysis, const struct trust_statement *at, const char *account)
{
    static const char *const kinds[] = {"user", "role"};
    const struct model *model = analysis->model;
    bool admits = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !admits; i++) {
        struct text arn = {0};
        struct caller caller;
        text_format(&arn, "arn:%.*s:iam::%s:%s/a-name-that-no-policy-names", (int)strcspn(at->who->arn + 4, ":"),
                    at->who->arn + 4, account, kinds[i]);
        admits = arn.data == NULL || !caller_parse(model, &analysis->model->arena, arn.data, &caller) ||
                 trust_speaks_for(analysis, &caller, at) != CONSTRAINT_FALSE;
        text_free(&arn);
    }
    return admits;
}

static json_t *usage_json(struct analysis *analysis, const struct usage *usage, const char *account)
{
    json_t *names = json_array(), *words = NULL;
    for (uint32_t i = 0; i < usage->able_count; i++) {
        constraint condition = usage->conditions[i];
        json_t *name = json_object();
        /* Most have the same conditions as the one before. */
        if (i == 0 || condition != usage->conditions[i - 1]) {
            json_decref(words);
            words = constraint_words(analysis->pool, condition);
        }
        json_object_set_new(name, "principal", json_string(analysis->model->principals[usage->able[i]].arn));
        json_object_set_new(name, "verdict", json_string(condition == CONSTRAINT_TRUE ? "allowed" : "conditional"));
        json_object_set(name, "conditions", words);
        json_array_append_new(names, name);
    }
    json_decref(words);
    return json_pack("{s:s, s:i, s:i, s:i, s:o}", "account", account, "principals", (int)usage->principals, "admitted",
                     (int)usage->admitted, "able", (int)usage->able_count, "names", names);
}

static const char *account_name(struct findings *findings, const struct model_account *account)
{
    const char *name = account->name[0] != '\0' ? account->name : account->alias;
    return name[0] != '\0' ? finding_text(findings, "%s (%s)", account->id, name) : account->id;
}

static void list_names(struct text *text, const struct model *model, const struct usage *usage)
{
    for (uint32_t i = 0; i < usage->able_count && i < NAMES_SHOWN; i++) {
        const struct model_principal *who = &model->principals[usage->able[i]];
        text_format(text, "%s%s %s", i == 0 ? "" : ", ", who->is_role ? "role" : "user", who->name);
    }
    if (usage->able_count > NAMES_SHOWN)
        text_format(text, " and %u more", usage->able_count - NAMES_SHOWN);
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct trust_statement *at = &finding->at;
    const struct model_account *of = finding->about;
    struct usage usage = {0};
    if (!measure(analysis, at, (uint32_t)(of - analysis->model->accounts), &usage)) {
        findings->failed = true;
    } else {
        finding->facts = usage_json(analysis, &usage, of->id);
        finding->patch = narrowing_patches(analysis, at, of->id, usage.able, usage.able_count + (usage.itself ? 1 : 0));
        if (finding->patch == NULL)
            finding->fix = "No narrower policy could be shown to give the same answers, so there is no patch: name the "
                           "principals that can use the role by hand, and check each with `rolechain explain`.";
    }
    usage_free(&usage);
}

static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct trust_statement *at, uint32_t account, const struct usage *usage)
{
    const struct model *model = analysis->model;
    const struct model_account *of = &model->accounts[account];
    struct text text = {0};
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, of->id);
    finding->about = of;
    finding->elaborate = elaborate;
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    text_format(&text, "%s trusts the whole account %s. ", at->who->name, account_name(findings, of));
    if (usage->able_count == usage->principals) {
        /* Nothing is too broad today; the next principal of the account is. */
        finding_raise(finding, -1);
        if (usage->principals == 1)
            text_append_string(&text, "Its only principal can become it: ");
        else
            text_format(&text, "All its %u users and roles can become it: ", usage->principals);
    } else {
        text_format(&text, "%u of its %u users and roles can become it: ", usage->able_count, usage->principals);
    }
    list_names(&text, model, usage);
    text_append_char(&text, '.');
    if (usage->sure == 0)
        text_append_string(&text, usage->able_count == 1 ? " It must meet conditions." : " All must meet conditions.");
    else if (usage->sure < usage->able_count)
        text_format(&text, " %u of them must meet conditions.", usage->able_count - usage->sure);
    uint32_t waiting = usage->admitted - usage->able_count;
    if (waiting > 0)
        text_format(&text, " %u more %s trusted and lack%s only a permission of %s own account.", waiting,
                    waiting == 1 ? "is" : "are", waiting == 1 ? "s" : "", waiting == 1 ? "its" : "their");
    finding->detail = finding_text(findings, "%s%s", text.data != NULL ? text.data : "", administrator);
    text_free(&text);
}

static void elaborate_unknown(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    (void)analysis;
    (void)findings;
    finding->facts = json_pack("{s:s, s:n}", "account", ((const struct model_account *)finding->about)->id, "able");
}

/* The account of the organization is not in the exports: who could use the trust cannot be counted. */
static void report_unknown(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct trust_statement *at, const struct statement_principal *principal)
{
    const struct model *model = analysis->model;
    uint32_t account = model_find_account(model, principal->account);
    const struct model_account *of = &model->accounts[account];
    struct caller caller;
    if (!trust_caller(analysis, principal, &caller))
        return;
    constraint formula = trust_admits(analysis, &caller, at);
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
    struct usage usage = {0};
    if (account == MODEL_NONE)
        return;
    if (model->accounts[account].detail != ACCOUNT_FULL) {
        /* An outside account is the business of trust-external-unknown. */
        if (model->accounts[account].in_organization == FACT_YES || account == at->who->account)
            report_unknown(analysis, rule, findings, at, principal);
        return;
    }
    if (!measure(analysis, at, account, &usage))
        findings->failed = true;
    /* With nobody able it is a dead trust; where the conditions admit no more than those who are able, it is narrow. */
    else if (usage.able_count > 0 &&
             (usage.admitted > usage.able_count ||
              (usage.admitted == usage.principals && admits_newcomers(analysis, at, model->accounts[account].id))))
        report(analysis, rule, findings, at, account, &usage);
    usage_free(&usage);
}

void find_overbroad_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (!findings->failed && trust_walk(analysis->model, &at)) {
        if (!at.statement->allow || at.statement->not_principal || !trust_is_about_assuming(at.statement))
            continue;
        for (uint32_t i = 0; i < at.statement->principal_count; i++)
            if (is_first_of_account(at.statement, i))
                judge(analysis, rule, findings, &at, &at.statement->principals[i]);
    }
}
