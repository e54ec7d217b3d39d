#include "analyzer/command_line.h"
#include "analyzer/findings/selection.h"
#include "analyzer/report/lines.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

static enum line_style severity_style(enum severity severity)
{
    if (severity >= SEVERITY_HIGH)
        return STYLE_BAD;
    return severity == SEVERITY_INFO ? STYLE_FAINT : STYLE_MAYBE;
}

/* ---- the catalogue */

static json_t *rule_json(const struct finding_rule *rule)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", rule->id, "severity", severity_word(rule->severity),
                     "title", rule->title, "why", rule->why, "fix", rule->fix, "reference", rule->reference);
}

static void print_rule(struct output *output, const struct finding_rule *rule)
{
    line_print(output, STYLE_BOLD, "%s", rule->id);
    line_print(output, severity_style(rule->severity), "  %s\n", severity_word(rule->severity));
    line_paragraph(output, 2, rule->title);
    const char *const parts[][2] = {{"Why", rule->why}, {"Fix", rule->fix}, {"See", rule->reference}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        fprintf(output->stream, "  %s: ", parts[i][0]);
        line_paragraph(output, 0, parts[i][1]);
    }
}

static int list_rules(const struct command_line *line, struct output *output)
{
    size_t count, shown = 0;
    const struct finding_rule *rules = finding_rules(&count);
    const char *wanted = command_line_value(line, "describe"), *names[64];
    bool json = strcmp(output->format, "json") == 0;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        if (i < 64)
            names[i] = rules[i].id;
        if (wanted != NULL && strcmp(wanted, rules[i].id) != 0)
            continue;
        shown++;
        if (json)
            json_array_append_new(list, rule_json(&rules[i]));
        else if (wanted != NULL)
            print_rule(output, &rules[i]);
        else
            line_print(output, STYLE_PLAIN, "%-30s %-9s %s\n", rules[i].id, severity_word(rules[i].severity),
                       rules[i].title);
    }
    if (json && shown > 0) {
        json_t *answer = json_answer("findings");
        json_object_set(answer, "rules", list);
        json_dumpf(answer, output->stream, JSON_INDENT(2));
        fputc('\n', output->stream);
        json_decref(answer);
    }
    json_decref(list);
    if (shown > 0)
        return EXIT_YES;
    const char *nearest = nearest_name(wanted, names, count < 64 ? count : 64);
    command_error("no finding \"%s\"%s%s%s", wanted, nearest != NULL ? "; did you mean " : "",
                  nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
    return EXIT_USAGE;
}

/* ---- text */

static void print_conditions(struct output *output, const json_t *conditions)
{
    struct text text = {0};
    size_t i;
    json_t *word;
    json_array_foreach(conditions, i, word)
        text_format(&text, "%s%s", i > 0 ? " and " : "if ", json_string_value(word));
    if (text.length > 0)
        line_paragraph(output, 6, text.data);
    text_free(&text);
}

static void print_evidence(struct output *output, const struct finding_evidence *evidence)
{
    struct text text = {0};
    if (evidence->file[0] != '\0')
        text_format(&text, "%s:%u: ", evidence->file, evidence->line);
    text_format(&text, "%s", evidence->policy);
    if (evidence->sid[0] != '\0')
        text_format(&text, ", statement \"%s\"", evidence->sid);
    else if (evidence->statement != UINT32_MAX)
        text_format(&text, ", statement %u", evidence->statement);
    fputs("      ", output->stream);
    line_print(output, STYLE_FAINT, "%s\n", text.data != NULL ? text.data : "");
    text_free(&text);
}

static void print_patch(struct output *output, const json_t *patch)
{
    static const struct {
        const char *style, *words;
    } styles[] = {
        {"principals", "with the list of principals"},
        {"condition", "with the account and a condition on who may use it"},
        {"pattern", "with the account and a pattern"},
        {"organization", "with your organization demanded"},
        {"externalId", "with an external id demanded"},
    };
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        const json_t *policy = json_object_get(patch, styles[i].style);
        if (policy == NULL)
            continue;
        line_print(output, STYLE_GOOD, "      The trust policy %s:\n", styles[i].words);
        line_json(output, 6, policy);
    }
}

static void print_finding(struct output *output, const struct finding *finding, bool patches)
{
    line_print(output, STYLE_BOLD, "\n    %s%s%s%s\n", finding->resource, finding->code[0] != '\0' ? "  [" : "",
               finding->code, finding->code[0] != '\0' ? "]" : "");
    line_paragraph(output, 6, finding->detail);
    print_conditions(output, finding->conditions);
    for (size_t i = 0; i < finding->evidence_count; i++)
        print_evidence(output, &finding->evidence[i]);
    if (strcmp(finding->fix, finding->rule->fix) != 0)
        line_paragraph(output, 6, finding->fix);
    if (patches && finding->patch != NULL)
        print_patch(output, finding->patch);
}

static void print_heading(struct output *output, const struct finding *finding, bool first)
{
    if (!first)
        fputc('\n', output->stream);
    line_print(output, severity_style(finding->severity), "%s", severity_word(finding->severity));
    line_print(output, STYLE_BOLD, "  %s", finding->rule->title);
    line_print(output, STYLE_FAINT, "  [%s]\n", finding->rule->id);
    line_paragraph(output, 2, finding->rule->why);
    fputs("  Fix: ", output->stream);
    line_paragraph(output, 0, finding->rule->fix);
}

static void print_totals(struct output *output, const struct findings *findings, size_t known, bool patches)
{
    size_t counts[SEVERITY_CRITICAL + 1] = {0}, patched = 0;
    const char *separator = "";
    for (size_t i = 0; i < findings->count; i++) {
        counts[findings->list[i].severity]++;
        patched += findings->list[i].patch != NULL;
    }
    if (findings->count > 0)
        fputc('\n', output->stream);
    line_print(output, STYLE_BOLD, "%zu finding%s", findings->count, findings->count == 1 ? "" : "s");
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
        if (counts[severity] > 0) {
            line_print(output, STYLE_BOLD, "%s%zu %s", separator[0] != '\0' ? separator : ": ", counts[severity],
                       severity_word((enum severity)severity));
            separator = ", ";
        }
    fputs(".\n", output->stream);
    if (known > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s in the baseline.\n", known, known == 1 ? "is" : "are");
    if (patched > 0 && !patches)
        line_print(output, STYLE_PLAIN, "For %zu of them --patches prints the narrowed trust policy.\n", patched);
}

static void print_text(struct output *output, const struct findings *findings, size_t known, bool patches)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i], *before = i > 0 ? finding - 1 : NULL;
        if (before == NULL || before->rule != finding->rule || before->severity != finding->severity)
            print_heading(output, finding, i == 0);
        print_finding(output, finding, patches);
    }
    print_totals(output, findings, known, patches);
}

/* ---- the command */

static bool store(struct analysis *analysis, struct findings *findings)
{
    char *error = NULL;
    bool good = findings_store(analysis, findings, &error) && store_commit(analysis->store, &error);
    if (!good)
        command_error("%s", error != NULL ? error : "out of memory");
    free(error);
    return good;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const struct finding_selection *selection, enum severity fail_on, struct findings *findings)
{
    const char *baseline = command_line_value(line, "write-baseline");
    int status = EXIT_YES;
    finding_selection_apply(selection, findings);
    if (baseline != NULL && !finding_baseline_write(findings, baseline, output->stream))
        return EXIT_INTERNAL;
    if (command_line_has(line, "store") && !store(analysis, findings))
        return EXIT_INTERNAL;
    size_t known = finding_selection_hide_known(selection, findings);
    for (size_t i = 0; i < findings->count; i++)
        if (command_line_has(line, "fail-on") && findings->list[i].severity >= fail_on)
            status = EXIT_NO;
    if (baseline != NULL && strcmp(baseline, "-") == 0)
        return status;
    for (size_t i = 0; i < findings->count; i++)
        finding_elaborate(analysis, findings, &findings->list[i]);
    if (strcmp(output->format, "json") == 0) {
        json_t *list = json_array(), *document = json_answer("findings");
        for (size_t i = 0; i < findings->count; i++)
            json_array_append_new(list, finding_json(&findings->list[i]));
        json_object_set_new(document, "findings", list);
        json_object_set_new(document, "inBaseline", json_integer((json_int_t)known));
        return json_print(analysis, output, document, status);
    }
    print_text(output, findings, known, command_line_has(line, "patches"));
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct findings findings = {0};
    struct finding_selection selection;
    enum severity fail_on = SEVERITY_INFO;
    const char *word = command_line_value(line, "fail-on");
    if (command_line_has(line, "list") || command_line_has(line, "describe"))
        return list_rules(line, output);
    if (word != NULL && !severity_parse(word, &fail_on)) {
        command_error("--fail-on takes info, low, medium, high or critical, not \"%s\"", word);
        return EXIT_USAGE;
    }
    if (command_line_has(line, "store") && command_line_has(line, "from")) {
        command_error("--store writes into a database: load the exports first, or name one with -d");
        return EXIT_USAGE;
    }
    if (!finding_selection_read(line, &selection))
        return EXIT_USAGE;
    int status = analysis_open(line, output, &analysis);
    if (status == EXIT_YES) {
        if (findings_compute(&analysis, &findings)) {
            status = answer(&analysis, line, output, &selection, fail_on, &findings);
        } else {
            command_error("out of memory");
            status = EXIT_INTERNAL;
        }
        findings_free(&findings);
        analysis_close(&analysis);
    }
    finding_selection_free(&selection);
    return status;
}

static const struct command_option options[] = {
    {"min-severity", 0, "SEVERITY", "leave out what is below: info, low, medium, high, critical", false},
    {"only", 0, "ID", "only these findings; ID/CODE for a sub-code", true},
    {"skip", 0, "ID", "not these findings", true},
    {"fail-on", 0, "SEVERITY", "exit with 1 if a finding is that severe or worse", false},
    {"baseline", 0, "FILE", "leave out what this file knows already", false},
    {"write-baseline", 0, "FILE", "write the findings' fingerprints to a file for --baseline (- prints them instead)",
     false},
    {"store", 0, NULL, "also write them into the database's table `finding`, until the next load", false},
    {"patches", 0, NULL, "print narrowed trust policies, ready to paste", false},
    {"list", 0, NULL, "list all findings there are", false},
    {"describe", 0, "ID", "explain one kind of finding", false},
    {NULL, 0, NULL, NULL, false},
};

const struct command command_findings = {
    .name = "findings",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "trusts and permissions that are broader than they need to be",
    .help = "Worst first, by what statements let through after denies, SCPs, RCPs, boundaries and conditions.\n"
            "Each names the statement with file and line. JSON has evidence, a witness and the patch.\n\n"
            "Examples:\n  rolechain findings --from exports/ --min-severity medium\n"
            "  rolechain findings --from exports/ --baseline known.json --fail-on high",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
