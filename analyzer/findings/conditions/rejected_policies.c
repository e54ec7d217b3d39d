/*
 * What the exports themselves are like: policies that IAM would reject, and what is missing.
 */
#include "analyzer/findings/conditions/rejected_policies.h"
#include "analyzer/analysis/gaps.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "ingest/policy/arn.h"
#include "ingest/policy/policy.h"

#include <stdlib.h>
#include <string.h>

/* Each problem of each document with one of those of an account who have it, and how many have it there. Policies that
 * AWS manages are AWS's business; Allow with NotPrincipal has a finding of its own, operators that do not exist are
 * condition-pitfall.
 */
static const char problems_query[] =
    "WITH holder (document, kind, name, arn, account, source, line, layout) AS ("
    " SELECT trust_document, 0, '', arn, account, source, trust_line, trust_layout FROM principal "
    "  WHERE trust_document IS NOT NULL"
    " UNION ALL SELECT a.document, 1, a.name, p.arn, p.account, a.source, a.line, a.layout FROM attachment a "
    "  JOIN principal p ON p.id = a.principal WHERE a.kind = 'inline' AND a.document IS NOT NULL"
    " UNION ALL SELECT document, 2, name, arn, account, source, line, layout FROM managed_policy "
    "  WHERE document IS NOT NULL AND arn NOT GLOB " ARN_AWS_MANAGED_GLOB
    " UNION ALL SELECT document, 3, name, id, '', source, line, layout FROM org_policy "
    "  WHERE document IS NOT NULL AND aws_managed = 0) "
    "SELECT p.document, p.ordinal, p.severity, p.code, p.position, p.message, h.kind, h.name, h.arn, h.account, "
    "h.source, "
    "h.line, h.layout, count(*) OVER (PARTITION BY p.document, p.ordinal, h.account) AS holders, "
    "row_number() OVER (PARTITION BY p.document, p.ordinal, h.account ORDER BY h.arn, h.name) AS place "
    "FROM document_problem p JOIN holder h ON h.document = p.document "
    "WHERE (p.code = 'unknown-operator') = ?1 AND p.code <> 'notprincipal-with-allow' "
    "ORDER BY p.document, p.ordinal, h.account, place";

static const char *column(struct findings *findings, sqlite3_stmt *query, int index)
{
    const char *text = (const char *)sqlite3_column_text(query, index);
    return finding_text(findings, "%s", text != NULL ? text : "");
}

static enum severity severity_of(const char *word)
{
    if (strcmp(word, "error") == 0)
        return SEVERITY_MEDIUM;
    return strcmp(word, "warning") == 0 ? SEVERITY_LOW : SEVERITY_INFO;
}

/* Of a trust policy that one role has. */
static void offer_correction(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct model *model = analysis->model;
    uint32_t role = model_find_arn(model, finding->resource);
    if (role == MODEL_NONE || model->principals[role].trust == NULL ||
        model->principals[role].trust->document == MODEL_NONE)
        return;
    finding->at =
        (struct trust_statement){.role = role, .who = &model->principals[role], .use = model->principals[role].trust};
    patch_grammar(analysis, findings, finding);
}

static void report_problem(const struct finding_rule *rule, struct findings *findings, sqlite3_stmt *query)
{
    static const char *const kinds[] = {"The trust policy", "Inline policy ", "Managed policy ",
                                        "Organization policy "};
    int kind = sqlite3_column_int(query, 6), holders = sqlite3_column_int(query, 13);
    const char *code = column(findings, query, 3), *name = column(findings, query, 7),
               *arn = column(findings, query, 8);
    bool whole = sqlite3_column_type(query, 4) == SQLITE_NULL;
    uint32_t position = whole ? 0 : (uint32_t)sqlite3_column_int(query, 4);
    const char *message = column(findings, query, 5);
    /* The words rather than the statement's index: the fingerprint outlives another order of statements. */
    const char *subject = finding_text(findings, "%s %s %s", code, name, message);
    struct finding *finding = finding_add(findings, rule, column(findings, query, 9), arn, subject, NULL);
    struct policy_use *use = arena_allocate(&findings->arena, sizeof *use);
    if (use == NULL) {
        findings->failed = true;
        return;
    }
    *use = (struct policy_use){.kind = kind == 0 ? USE_TRUST : USE_INLINE,
                               .name = name,
                               .holder = arn,
                               .document = MODEL_NONE,
                               .source = (uint32_t)sqlite3_column_int64(query, 10),
                               .line = (uint32_t)sqlite3_column_int(query, 11),
                               .layout = (uint32_t)sqlite3_column_int64(query, 12)};
    struct statement statement = {.position = position, .sid = ""};
    finding->code = code;
    if (kind == 0 && holders == 1)
        finding->elaborate = offer_correction;
    finding->severity = severity_of((const char *)sqlite3_column_text(query, 2));
    finding_evidence_add(findings, finding, use, whole ? NULL : &statement);
    const char *others = holders > 1 ? finding_text(findings, " %d other%s the same text.", holders - 1,
                                                    holders == 2 ? " has" : "s have")
                                     : "";
    finding->detail = finding_text(findings, "%s%s of %s: %s%s%s", kinds[kind], kind == 0 ? "" : name, arn, message,
                                   message[0] != '\0' && message[strlen(message) - 1] == '.' ? "" : ".", others);
}

/* Most organizations have none, and need not go through all holders of policies. */
static bool has_problems(sqlite3 *database)
{
    sqlite3_stmt *query = NULL;
    bool has =
        sqlite3_prepare_v2(database, "SELECT 1 FROM document_problem WHERE code <> 'notprincipal-with-allow' LIMIT 1",
                           -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_DONE;
    sqlite3_finalize(query);
    return has;
}

static void report_problems(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            bool operators)
{
    sqlite3_stmt *query = NULL;
    if (!has_problems(store_handle(analysis->store)))
        return;
    if (sqlite3_prepare_v2(store_handle(analysis->store), problems_query, -1, &query, NULL) != SQLITE_OK) {
        findings->failed = true;
        return;
    }
    sqlite3_bind_int(query, 1, operators);
    while (sqlite3_step(query) == SQLITE_ROW)
        if (sqlite3_column_int(query, 14) == 1)
            report_problem(rule, findings, query);
    sqlite3_finalize(query);
}

void find_policy_grammar(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    report_problems(analysis, rule, findings, false);
}

void report_unknown_operators(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    report_problems(analysis, rule, findings, true);
}

/* Those of the grammar that are no finding of another name. */
const char *policy_grammar_code(size_t index)
{
    size_t count;
    const char *const *codes = policy_problem_codes(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(codes[i], "unknown-operator") != 0 && strcmp(codes[i], "notprincipal-with-allow") != 0 &&
            index-- == 0)
            return codes[i];
    return NULL;
}

void find_incomplete_analysis(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct gaps *gaps = analysis_gaps(analysis);
    for (size_t i = 0; i < gaps->count; i++) {
        const char *sentence = gaps->list[i].sentence, *word = gap_kind_word(gaps->list[i].kind);
        struct finding *finding = finding_add(findings, rule, "", "the exports", word, NULL);
        finding->detail = finding_text(
            findings, "%c%s.", sentence[0] >= 'a' && sentence[0] <= 'z' ? sentence[0] - 32 : sentence[0], sentence + 1);
    }
}
