#include "analyzer/report/findings/finding_words.h"

#include "analyzer/findings/patches/patches.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/statement_name.h"

#include <string.h>

enum line_style severity_style(enum severity severity)
{
    static const enum line_style styles[] = {[SEVERITY_INFO] = STYLE_FAINT,
                                             [SEVERITY_LOW] = STYLE_FAINT,
                                             [SEVERITY_MEDIUM] = STYLE_MAYBE,
                                             [SEVERITY_HIGH] = STYLE_GRAVE,
                                             [SEVERITY_CRITICAL] = STYLE_WORST};
    return styles[severity];
}

void finding_resource_words(struct text *text, const struct finding_report *report, const struct finding *finding)
{
    static const char *const kinds[] = {
        [ARN_USER] = "user", [ARN_ROLE] = "role", [ARN_GROUP] = "group", [ARN_POLICY] = "policy"};
    struct arn arn;
    char account[16];
    bool known = arn_parse(finding->resource, strlen(finding->resource), &arn) && arn.kind <= ARN_POLICY &&
                 kinds[arn.kind] != NULL && arn.account.length < sizeof account;
    if (!known) {
        text_append_string(text, finding->resource);
        return;
    }
    if (arn.kind == ARN_POLICY && strncmp(arn.account.at, "aws", arn.account.length) == 0) {
        text_format(text, "AWS managed policy %.*s", (int)arn.name.length, arn.name.at);
        return;
    }
    memcpy(account, arn.account.at, arn.account.length);
    account[arn.account.length] = '\0';
    text_format(text, "%s %.*s in ", kinds[arn.kind], (int)arn.name.length, arn.name.at);
    model_append_account(text, report->analysis->model, account);
}

char *finding_conditions(const struct finding *finding)
{
    struct text text = {0};
    size_t i;
    json_t *word;
    json_array_foreach(finding->conditions, i, word) text_format(&text, "%s%s",
                                                                 i > 0                        ? " and "
                                                                 : finding->holds_for_example ? "for example, "
                                                                                              : "",
                                                                 json_string_value(word));
    return text_release(&text);
}

void finding_place(struct text *text, const struct finding_evidence *evidence)
{
    text_append_string(text, evidence->policy);
    if (evidence->sid[0] != '\0' || evidence->statement != UINT32_MAX) {
        text_append_string(text, ", ");
        statement_name_append(text, evidence->sid, evidence->statement);
    }
}

char *finding_patch_words(const struct finding *finding, const char *style)
{
    const json_t *notes = json_object_get(finding->patch_notes, style), *of = json_object_get(notes, "replaces");
    const char *policy = json_string_value(json_object_get(of, "policy"));
    const char *holder = json_string_value(json_object_get(of, "holder"));
    struct text text = {0};
    if (patch_is_trust_policy(finding, style))
        text_append_string(&text, "The trust policy");
    else
        text_format(&text, "The policy %s", policy);
    if (holder != NULL && strcmp(holder, finding->resource) != 0)
        text_format(&text, " of %s", holder);
    text_format(&text, " %s", json_string_value(json_object_get(notes, "does")));
    return text_release(&text);
}

char *finding_patch_cautions(const struct finding *finding, const char *style)
{
    const json_t *notes = json_object_get(finding->patch_notes, style), *caveat;
    const char *fill_in = json_string_value(json_object_get(notes, "fill_in"));
    struct text text = {0};
    size_t i;
    if (fill_in != NULL)
        text_format(&text, "Fill in %s.", fill_in);
    json_array_foreach(json_object_get(notes, "caveats"), i, caveat)
        text_format(&text, "%s%s", text.length > 0 ? " " : "", json_string_value(caveat));
    return text_release(&text);
}

static void append_counts(struct text *text, const size_t counts[SEVERITY_CRITICAL + 1])
{
    const char *separator = ": ";
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
        if (counts[severity] > 0) {
            text_format(text, "%s%zu %s", separator, counts[severity], severity_word((enum severity)severity));
            separator = ", ";
        }
}

void finding_totals(struct text *text, const struct finding_report *report)
{
    size_t counts[SEVERITY_CRITICAL + 1], accounts = finding_accounts_count(report, 0, NULL);
    finding_report_count(report, counts);
    text_format(text, "%zu finding%s", report->standing, report->standing == 1 ? "" : "s");
    if (accounts > 1)
        text_format(text, " in %zu accounts", accounts);
    append_counts(text, counts);
}
