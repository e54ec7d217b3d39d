/*
 * Findings and administrators.
 *
 * A finding is {"rule": place in rules, "code", "severity": 0 … 4, "account": place in accounts or -1, "node": the user
 * or role it is about or -1, "resource", "subject", "detail", "who", "leads", "sure", "evidence": [[policy, holder,
 * Sid, statement or -1, file, line]],
 * "places": how many of these there are, "print": its fingerprint}; the worst also have "fix" where it differs from the
 * rule's, "conditions", "witness", "chain" (as findings.schema.json has them) and "patches": [{"policy", "words",
 * "caution", "apply"}].
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/findings/finding_words.h"
#include "analyzer/report/page/page_inside.h"

#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>

/* How many places are kept of findings that are not told completely. */
#define EVIDENCE_OF_BRIEF 3u

static void write_rules(struct page *page)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    page_json_named_open(&page->json, "rules", '[');
    for (size_t i = 0; i < count; i++) {
        page_json_open(&page->json, '{');
        page_json_named_text(&page->json, "id", rules[i].id);
        page_json_named_text(&page->json, "title", rules[i].title);
        page_json_named_text(&page->json, "why", rules[i].why);
        page_json_named_text(&page->json, "fix", rules[i].fix);
        page_json_named_text(&page->json, "reference", rules[i].reference);
        page_json_close(&page->json, '}');
    }
    page_json_close(&page->json, ']');
}

static void write_evidence(struct page *page, const struct finding *finding, bool whole)
{
    page_json_named_open(&page->json, "evidence", '[');
    for (size_t i = 0; i < finding->evidence_count && (whole || i < EVIDENCE_OF_BRIEF); i++) {
        const struct finding_evidence *evidence = &finding->evidence[i];
        page_json_open(&page->json, '[');
        page_json_text(&page->json, evidence->policy);
        page_json_text(&page->json, evidence->holder);
        page_json_text(&page->json, evidence->sid);
        page_json_number(&page->json, evidence->statement == UINT32_MAX ? -1 : (int64_t)evidence->statement);
        page_json_number(&page->json, intern_add(&page->files, evidence->file, strlen(evidence->file)));
        page_json_number(&page->json, evidence->line);
        page_json_close(&page->json, ']');
    }
    page_json_close(&page->json, ']');
}

static void write_patches(struct page *page, const struct finding *finding)
{
    const char *style;
    json_t *policy;
    page_json_named_open(&page->json, "patches", '[');
    json_object_foreach(finding->patch, style, policy)
    {
        const json_t *notes = json_object_get(finding->patch_notes, style);
        char *words = finding_patch_words(finding, style), *caution = finding_patch_cautions(finding, style);
        page_json_open(&page->json, '{');
        page_json_name(&page->json, "policy");
        page_json_value(&page->json, policy);
        page_json_named_text(&page->json, "words", words);
        page_json_named_text(&page->json, "caution", caution);
        page_json_named_text(&page->json, "apply", json_string_value(json_object_get(notes, "apply")));
        page_json_close(&page->json, '}');
        free(words);
        free(caution);
    }
    page_json_close(&page->json, ']');
}

static void write_whole(struct page *page, const struct finding *finding)
{
    const struct {
        const char *name;
        const json_t *value;
    } parts[] = {{"conditions", finding->conditions}, {"witness", finding->witness}, {"chain", finding->chain}};
    if (finding_own_fix(finding)[0] != '\0')
        page_json_named_text(&page->json, "fix", finding->fix);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value != NULL) {
            page_json_name(&page->json, parts[i].name);
            page_json_value(&page->json, parts[i].value);
        }
    write_patches(page, finding);
}

static void write_finding(struct page *page, const struct finding *finding, bool whole)
{
    struct page_json *json = &page->json;
    size_t count;
    uint32_t node = model_find_arn(page->model, finding->resource),
             account = model_find_account(page->model, finding->account);
    bool known = node != MODEL_NONE && page->number[node] != MODEL_NONE;
    page_json_open(json, '{');
    page_json_named_number(json, "rule", finding->rule - finding_rules(&count));
    page_json_named_text(json, "code", finding->code);
    page_json_named_number(json, "severity", finding->severity);
    page_json_named_number(json, "account", account != MODEL_NONE ? (int64_t)account : -1);
    page_json_named_number(json, "node", known ? (int64_t)page->number[node] : -1);
    page_json_named_text(json, "resource", finding->resource);
    page_json_named_text(json, "subject", finding->subject);
    page_json_named_text(json, "detail", finding->detail);
    page_json_named_text(json, "who", danger_word(finding->danger.who));
    page_json_named_number(json, "leads", finding->danger.leads_to);
    page_json_name(json, "sure");
    page_json_flag(json, finding->danger.sure);
    page_json_named_text(json, "print", finding->fingerprint);
    page_json_named_number(json, "places", (int64_t)finding->evidence_count);
    write_evidence(page, finding, whole);
    if (whole)
        write_whole(page, finding);
    page_json_close(json, '}');
}

void page_write_findings(struct page *page)
{
    const struct finding_report *report = page->report;
    write_rules(page);
    page_json_named_open(&page->json, "findings", '[');
    while (page->listed < report->standing &&
           (page->listed == 0 || page_json_size(&page->json) < page->limits->bytes)) {
        size_t i = page->listed++;
        bool whole = i < page->limits->whole_findings;
        struct finding *finding = whole ? finding_report_at(report, i) : finding_report_place(report, i);
        write_finding(page, finding, whole);
        finding_release(finding);
    }
    page_json_close(&page->json, ']');
}

/* ---- administrators */

void page_write_administrators(struct page *page)
{
    struct page_json *json = &page->json;
    page_json_named_open(json, "administrators", '[');
    for (uint32_t i = 0; i < page->principals; i++) {
        const struct administrator *who = administrators_get(page->analysis, page->nodes[i]);
        struct text reason = {0};
        if (who->verdict == VERDICT_DENIED)
            continue;
        char *conditions = wording_conditions(page->analysis, who->residual);
        administrators_tell(page->model, who, &reason);
        page_json_open(json, '[');
        page_json_number(json, i);
        page_json_flag(json, who->sure);
        page_json_text(json, who->how == ADMINISTRATOR_BY_POLICY ? "policy" : "control");
        page_json_number(json, intern_add(&page->reasons, reason.data, reason.length));
        page_json_number(json, intern_add(&page->reasons, conditions, strlen(conditions)));
        page_json_close(json, ']');
        free(conditions);
        text_free(&reason);
    }
    page_json_close(json, ']');
}
