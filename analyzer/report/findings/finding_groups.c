#include "analyzer/report/findings/finding_groups.h"

#include "ingest/policy/arn.h"
#include "ingest/support/intern.h"
#include "ingest/support/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_FROM 100 /* findings: more than anybody reads one by one */
#define CAUSE_FROM 4    /* findings of one cause */
#define WORST_SHOWN 5   /* entries of one kind, before the rest becomes one entry */
#define WORST_CRITICAL 10

/* ---- what makes one cause */

/* A key for the kind only. */
static void spell_kind(struct text *key, const struct finding *finding)
{
    key->length = 0;
    text_format(key, "%s\n%s\n%d\n", finding->rule->id, finding->code, (int)finding->severity);
}

/* The account that is the subject, or that its ARN names; `rest`: what the ARN names in it, empty for the account
 * itself. False: neither. */
static bool subject_account(const char *subject, struct span *account, struct span *rest)
{
    struct arn arn;
    size_t length = strlen(subject);
    *rest = (struct span){subject, 0};
    *account = (struct span){subject, length};
    if (arn_is_account_id(subject, length))
        return true;
    if (!arn_parse(subject, length, &arn))
        return false;
    *account = arn.account;
    if (arn.kind != ARN_ACCOUNT_ROOT)
        *rest = arn.resource;
    return true;
}

/* Whether the subject belongs to the finding's account. */
static bool is_own(const struct finding *finding, struct span account)
{
    return account.length == strlen(finding->account) && memcmp(account.at, finding->account, account.length) == 0;
}

/* The subject relative to the finding's account, so that what accounts say about themselves is equal. */
static void spell_subject(struct text *key, const struct finding *finding)
{
    const char *subject = finding->subject_code != NULL ? finding->subject_code : finding->subject;
    struct span account, rest;
    if (subject_account(subject, &account, &rest) && is_own(finding, account))
        text_format(key, "own %.*s", (int)rest.length, rest.at);
    else
        text_append_string(key, subject);
    text_append_char(key, '\n');
}

/* The document and statement that the finding is about; false: it is not about a single one. */
static bool append_statement(struct text *key, const struct finding *finding)
{
    const struct policy_use *use = finding->at.who != NULL       ? finding->at.use
                                   : finding->evidence_count > 0 ? finding->evidence[0].use
                                                                 : NULL;
    if (use == NULL || use->document == MODEL_NONE || finding->begins != MODEL_NONE)
        return false;
    text_format(key, "%u %u\n", use->document,
                finding->evidence_count > 0 ? finding->evidence[0].statement : UINT32_MAX);
    return true;
}

/* A key that is equal for findings that are alike; a finding that is alone has a unique key. */
static void spell_alike(struct text *key, const struct finding *finding, size_t index)
{
    const struct danger *danger = &finding->danger;
    spell_kind(key, finding);
    text_format(key, "%d %u %d %d %u\n", (int)danger->who, danger->leads_to, danger->sure,
                finding->holds_under_conditions, finding->holds_under_conditions ? finding->holds_if : 0);
    text_format(key, "%llx\n", (unsigned long long)finding->told);
    spell_subject(key, finding);
    if (!append_statement(key, finding))
        text_format(key, "\n%zu", index);
}

/* A key that is equal for findings with one cause: for a trust its subject, for a policy also its text. False: the
 * cause is unknown. */
static bool spell_cause(struct text *key, const struct finding *finding)
{
    bool trust = finding->at.who != NULL || finding->begins != MODEL_NONE;
    spell_kind(key, finding);
    spell_subject(key, finding);
    return finding->subject[0] != '\0' && (trust || append_statement(key, finding));
}

/* ---- grouping */

static void append(struct finding_groups *groups, size_t group, enum finding_group_kind kind, size_t finding)
{
    struct finding_group *to = &groups->list[group];
    groups->next[finding] = FINDING_GROUP_END;
    if (to->count++ == 0) {
        to->first = finding;
        to->kind = kind;
    } else {
        groups->next[to->last] = finding;
    }
    to->last = finding;
}

/* Merges the groups after the worst ones of their kind. *of: per finding the number of its group, in the order of the
 * groups' first findings; *kinds: the groups' kinds. Returns the number of remaining groups. */
static size_t gather_rest(const struct finding_report *report, size_t *of, enum finding_group_kind *kinds, size_t count)
{
    const struct finding *list = report->findings->list;
    struct intern sections = {0};
    struct text key = {0};
    size_t *section_of = memory_zeroed(count, sizeof *section_of), *entries = memory_zeroed(count, sizeof *entries);
    size_t *seen = memory_zeroed(count, sizeof *seen), *rest = memory_zeroed(count, sizeof *rest);
    size_t *to = memory_zeroed(count, sizeof *to), met = 0, made = 0;
    for (size_t i = 0; i < report->standing; i++) {
        if (of[i] < met)
            continue;
        spell_kind(&key, &list[i]);
        section_of[met] = intern_add(&sections, key.data, key.length);
        entries[section_of[met++]]++;
    }
    met = 0;
    for (size_t i = 0; i < report->standing; i++) {
        if (of[i] == met) {
            size_t section = section_of[met],
                   worst = list[i].severity == SEVERITY_CRITICAL ? WORST_CRITICAL : WORST_SHOWN;
            bool first = seen[section]++ == worst;
            if (seen[section] <= worst || entries[section] <= worst + 1) {
                kinds[made] = kinds[met];
                to[met] = made++;
            } else {
                if (first)
                    rest[section] = made++;
                to[met] = rest[section];
                kinds[to[met]] = GROUP_REST;
            }
            met++;
        }
        of[i] = to[of[i]];
    }
    free(section_of);
    free(entries);
    free(seen);
    free(rest);
    free(to);
    intern_free(&sections);
    text_free(&key);
    return made;
}

/* The number of each finding's group, in the order of the groups' first findings, and the kinds of the groups. */
static size_t number_groups(const struct finding_report *report, enum finding_merge merge, size_t *of,
                            enum finding_group_kind *kinds)
{
    const struct finding *list = report->findings->list;
    struct intern causes = {0}, keys = {0};
    struct text key = {0};
    bool digest = merge == MERGE_CAUSES && report->standing > DIGEST_FROM;
    uint32_t *cause_of = memory_zeroed(report->standing, sizeof *cause_of);
    size_t *sizes = memory_zeroed(report->standing, sizeof *sizes), count = 0;
    for (size_t i = 0; i < report->standing; i++) {
        bool told = digest && spell_cause(&key, &list[i]);
        cause_of[i] = told ? intern_add(&causes, key.data, key.length) : UINT32_MAX;
        if (told)
            sizes[cause_of[i]]++;
    }
    for (size_t i = 0; i < report->standing; i++) {
        bool cause = cause_of[i] != UINT32_MAX && sizes[cause_of[i]] >= CAUSE_FROM;
        if (cause) {
            key.length = 0;
            text_format(&key, "cause %u", cause_of[i]);
        } else {
            spell_alike(&key, &list[i], i);
            if (merge == MERGE_NOTHING)
                text_format(&key, "\n%zu", i);
        }
        of[i] = intern_add(&keys, key.data, key.length);
        kinds[of[i]] = cause ? GROUP_CAUSE : GROUP_ALIKE;
    }
    count = keys.count;
    free(cause_of);
    free(sizes);
    intern_free(&causes);
    intern_free(&keys);
    text_free(&key);
    return digest ? gather_rest(report, of, kinds, count) : count;
}

size_t finding_accounts_count(const struct finding_report *report, size_t first, const size_t *next)
{
    struct intern accounts = {0};
    for (size_t i = first; i < report->standing; i = next != NULL ? next[i] : i + 1) {
        const char *account = report->findings->list[i].account;
        if (arn_is_account_id(account, strlen(account)))
            intern_add(&accounts, account, strlen(account));
    }
    size_t count = accounts.count;
    intern_free(&accounts);
    return count;
}

void finding_groups_make(const struct finding_report *report, enum finding_merge merge, struct finding_groups *groups)
{
    size_t *of = memory_zeroed(report->standing, sizeof *of);
    enum finding_group_kind *kinds = memory_zeroed(report->standing, sizeof *kinds);
    *groups = (struct finding_groups){.list = memory_zeroed(report->standing, sizeof *groups->list),
                                      .next = memory_zeroed(report->standing, sizeof *groups->next)};
    groups->count = number_groups(report, merge, of, kinds);
    for (size_t i = 0; i < report->standing; i++)
        append(groups, of[i], kinds[of[i]], i);
    for (size_t i = 0; i < groups->count; i++)
        groups->list[i].accounts = finding_accounts_count(report, groups->list[i].first, groups->next);
    free(of);
    free(kinds);
}

void finding_groups_free(struct finding_groups *groups)
{
    free(groups->list);
    free(groups->next);
    *groups = (struct finding_groups){0};
}

/* ---- in words */

#define ROLES_COUNTED 200

/* How many can use each of the roles, if elaboration says so for one of them. */
static void append_callers(struct text *text, const struct finding_report *report, const struct finding_groups *groups,
                           const struct finding_group *group)
{
    const struct finding *list = report->findings->list, *first = finding_report_at(report, group->first);
    uint32_t least = UINT32_MAX, most = 0, counted = 0;
    if (!first->counts_callers)
        return;
    for (size_t i = group->first; i != FINDING_GROUP_END && counted < ROLES_COUNTED; i = groups->next[i], counted++) {
        uint32_t callers = edges_count_callers(report->analysis->edges, list[i].at.role);
        least = callers < least ? callers : least;
        most = callers > most ? callers : most;
    }
    text_append_string(text, " Each");
    if (counted < group->count)
        text_format(text, " of the first %u", counted);
    text_format(text, " can be used by ");
    if (least < most)
        text_format(text, "%u to ", least);
    text_format(text, "%u %s in the export.", most,
                most == 1 ? "user, role or outside party" : "users, roles and outside parties");
}

const char *finding_group_detail(const struct finding_report *report, const struct finding_groups *groups,
                                 const struct finding_group *group)
{
    const struct finding *first = finding_report_at(report, group->first);
    struct text text = {0};
    if (group->count == 1)
        return first->detail;
    text_append_string(&text, finding_judged_detail(first));
    append_callers(&text, report, groups, group);
    const char *detail = finding_text(report->findings, "%s", text.data);
    text_free(&text);
    return detail;
}

/* Whether all of them are about roles, and so can be called "roles". */
static bool are_roles(const struct finding_report *report, const struct finding_groups *groups,
                      const struct finding_group *group)
{
    const struct model *model = report->analysis->model;
    for (size_t i = group->first; i != FINDING_GROUP_END; i = groups->next[i]) {
        const struct finding *finding = &report->findings->list[i];
        uint32_t principal = finding->at.who != NULL ? finding->at.role : model_find_arn(model, finding->resource);
        if (principal == MODEL_NONE || !model->principals[principal].is_role)
            return false;
    }
    return true;
}

void finding_group_size(struct text *text, const struct finding_report *report, const struct finding_groups *groups,
                        const struct finding_group *group)
{
    struct intern resources = {0};
    for (size_t i = group->first; i != FINDING_GROUP_END; i = groups->next[i])
        intern_add(&resources, report->findings->list[i].resource, strlen(report->findings->list[i].resource));
    bool roles = are_roles(report, groups, group);
    size_t count = roles ? resources.count : group->count;
    text_format(text, "%zu %s%s", count, roles ? "role" : "finding", count == 1 ? "" : "s");
    if (group->accounts > 0)
        text_format(text, " in %zu account%s", group->accounts, group->accounts == 1 ? "" : "s");
    intern_free(&resources);
}

void finding_group_subject(struct text *text, const struct finding_report *report, const struct finding_group *group)
{
    const struct model *model = report->analysis->model;
    const struct finding *first = &report->findings->list[group->first];
    struct span account, rest;
    if (first->subject_code != NULL || strcmp(first->subject, "*") == 0)
        return;
    if (!subject_account(first->subject, &account, &rest)) {
        bool policy = first->at.who == NULL && first->begins == MODEL_NONE;
        text_format(text, "all for %s%s", policy ? "policy " : "", first->subject);
        return;
    }
    char id[16];
    snprintf(id, sizeof id, "%.*s", (int)account.length, account.at);
    uint32_t index = model_find_account(model, id);
    bool own = is_own(first, account);
    if (index == MODEL_NONE)
        return; /* it stands for any */
    text_append_string(text, own ? "each for " : "all for ");
    if (rest.length > 0)
        text_format(text, "%.*s of ", (int)rest.length, rest.at);
    if (own)
        text_append_string(text, "its own account");
    else
        text_format(text, "account %s", id);
    if (!own && model->accounts[index].name[0] != '\0')
        text_format(text, " (%s)", model->accounts[index].name);
}

void finding_group_listing(struct text *text, const struct finding_report *report, const struct finding_group *group)
{
    text_format(text, "--only %s --top 0", finding_report_id(report, &report->findings->list[group->first]));
}
