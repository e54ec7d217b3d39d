#include "analyzer/command_line/command_line.h"
#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/finding_names.h"
#include "analyzer/findings/selection.h"
#include "analyzer/report/findings/catalogue.h"
#include "analyzer/report/findings/finding_report.h"

#include <stdlib.h>
#include <string.h>

static int show_catalogue(const struct command_line *line, struct output *output)
{
    const char *id = command_line_value(line, "describe");
    if (id == NULL)
        return catalogue_print(output, NULL);
    if (!finding_name_check("--describe", id))
        return EXIT_USAGE;
    return catalogue_print(output, finding_rule_find("--describe", id, strcspn(id, "/")));
}

static int print(struct analysis *analysis, struct output *output, struct finding_report *report, int status)
{
    const struct finding_format *format = finding_format_find(output->format);
    report->analysis = analysis;
    report->findings->brief = format->brief && !report->table;
    report->findings->patches_unseen = report->findings->brief && !report->patches;
    if (format->print(report, output) && !report->findings->failed)
        return status;
    command_error("out of memory");
    return EXIT_INTERNAL;
}

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
                  struct finding_selection *selection, struct finding_report *report)
{
    struct findings *findings = report->findings;
    const char *baseline = command_line_value(line, "write-baseline");
    int status = EXIT_YES;
    report->standing = finding_selection_apply(selection, findings);
    if (report->standing == SIZE_MAX) {
        command_error("out of memory");
        return EXIT_INTERNAL;
    }
    if (selection->reports)
        finding_selection_report(selection);
    if (baseline != NULL && !finding_baseline_write(findings, report->standing, baseline, output->stream))
        return EXIT_INTERNAL;
    if (command_line_has(line, "store") && !store(analysis, findings))
        return EXIT_INTERNAL;
    report->known = finding_selection_hide_known(selection, findings, &report->standing);
    report->suppressed = findings->count - report->standing;
    for (size_t i = 0; i < report->standing; i++)
        if (command_line_has(line, "fail-on") && findings->list[i].severity >= report->fail_from)
            status = EXIT_NO;
    if (baseline != NULL && strcmp(baseline, "-") == 0)
        return status;
    return print(analysis, output, report, status);
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct findings findings = {0};
    struct finding_selection selection;
    struct account_lists lists;
    struct finding_report report = {
        .findings = &findings, .patches = command_line_has(line, "patches"), .fail_from = SEVERITY_LOW};
    const char *word = command_line_value(line, "fail-on");
    if (command_line_has(line, "list") || command_line_has(line, "describe"))
        return show_catalogue(line, output);
    if (word != NULL && !severity_parse(word, &report.fail_from)) {
        command_error("--fail-on takes info, low, medium, high or critical, not \"%s\"", word);
        return EXIT_USAGE;
    }
    if (command_line_has(line, "store") && command_line_has(line, "from")) {
        command_error("--store writes into a database: load the exports first, or name one with -d");
        return EXIT_USAGE;
    }
    if (!account_lists_read(line, analysis_time(), &lists))
        return EXIT_USAGE;
    if (!finding_selection_read(line, &selection)) {
        account_lists_free(&lists);
        return EXIT_USAGE;
    }
    report.table =
        !report.patches && selection.only_count == 1 && strcmp(selection.only[0], "trust-account-overbroad") == 0;
    int status = analysis_open(line, output, &analysis);
    if (status == EXIT_YES) {
        analysis.account_lists = &lists;
        selection.reports = !output->quiet;
        findings.selection = &selection;
        const char *const *keep;
        size_t keep_count = command_line_values(line, "keep", &keep);
        status = kept_read(&analysis, keep, keep_count, &findings.kept);
        if (status != EXIT_YES) {
            /* said so */
        } else if (findings_compute(&analysis, &findings)) {
            status = answer(&analysis, line, output, &selection, &report);
        } else {
            command_error("out of memory");
            status = EXIT_INTERNAL;
        }
        findings_free(&findings);
        analysis_close(&analysis);
    }
    finding_selection_free(&selection);
    account_lists_free(&lists);
    return status;
}

static const struct command_option options[] = {
    {"min-severity", 0, "SEVERITY", "leave out what is below: info, low, medium, high, critical", false},
    {"only", 0, "ID", "only these findings; ID/CODE for a sub-code", true},
    {"skip", 0, "ID", "not these findings", true},
    {"fail-on", 0, "SEVERITY", "exit with 1 if a finding is that severe or worse", false},
    {"baseline", 0, "FILE", "leave out what this file knows already", false},
    {"ignore-file", 0, "FILE", "leave out what this file accepts (default: .rolechainignore, if it is there)", false},
    {"write-baseline", 0, "FILE", "write the findings' fingerprints to a file for --baseline (- prints them instead)",
     false},
    {"known-accounts", 0, "FILE", "accounts of vendors and AWS services: known_aws_accounts as JSON", true},
    {"trusted-accounts", 0, "FILE", "accounts outside that may be trusted: id, owner, expires as JSON or CSV", true},
    {"store", 0, NULL, "also write them into the database's table `finding`, until the next load", false},
    {"keep", 0, "PRINCIPAL", "no patch may take away the access of this user, role, account or service", true},
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
    .help =
        "Worst first, by what statements let through after denies, SCPs, RCPs, boundaries and conditions.\n"
        "Each names the statement with file and line. JSON has evidence, a witness and the patch; sarif is for code\n"
        "scanning, csv for spreadsheets, junit for dashboards, markdown for pull requests.\n\n"
        "A line of an ignore file: ID[/CODE] or a fingerprint [ARN or account] [until YYYY-MM-DD] because REASON\n\n"
        "Examples:\n  rolechain findings --from exports/ --min-severity medium\n"
        "  rolechain findings --from exports/ --baseline known.json --fail-on high\n"
        "  rolechain findings --from exports/ -o findings.sarif",
    .options = options,
    .formats = FINDING_FORMATS,
    .reads_database = true,
    .run = run,
};
