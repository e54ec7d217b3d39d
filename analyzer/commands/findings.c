#include "analyzer/command_line/command_line.h"
#include "analyzer/command_line/interrupt.h"
#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/finding_names.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "analyzer/findings/selection.h"
#include "analyzer/report/findings/catalogue.h"
#include "analyzer/report/findings/finding_report.h"
#include "analyzer/report/findings/patch_files.h"

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

/* Whether only findings with a table of their own were requested. */
static bool asks_for_table(const struct finding_selection *selection)
{
    const char *name = selection->only_count == 1 ? selection->only[0] : "/";
    return strchr(name, '/') == NULL && finding_rule_find("--only", name, strlen(name))->find == find_overbroad_account;
}

/* On standard error, for formats without a place for it. */
static void say_left_out(const struct finding_report *report)
{
    if (report->cut > 0)
        command_error("showing %zu of %zu findings; --top 0 shows all", report->standing,
                      report->standing + report->cut);
    if (report->narrowed > 0)
        command_error("%zu more finding%s outside --account, --ou and --role", report->narrowed,
                      report->narrowed == 1 ? " is" : "s are");
}

/* After printing, since cuts are searched while findings are printed. */
static void say_uncut(const struct finding_report *report)
{
    size_t uncut = chain_cuts_left_out(report->findings);
    if (uncut > 0)
        command_error("no place to cut was searched for in %zu chain%s: worse findings used up the time; narrow with "
                      "--only, --account or --role",
                      uncut, uncut == 1 ? "" : "s");
}

/* A baseline of a narrowed run does not contain the rest. */
static void say_narrowed_baseline(const char *path, const struct finding_report *report, size_t kept)
{
    command_error("%s holds only the %zu finding%s of this narrowed run%s; all others will be reported as new", path,
                  report->standing, report->standing == 1 ? "" : "s",
                  kept > 0 ? ", and what the old baseline holds beyond it" : "");
}

static int print(struct analysis *analysis, struct output *output, struct finding_report *report, int status)
{
    const struct finding_format *format = finding_format_find(output->format);
    if (format->silent && !output->quiet)
        say_left_out(report);
    report->findings->brief = format->brief && !report->table;
    report->findings->lists = format->lists;
    progress_answer(analysis->progress);
    report->findings->patches_unseen = report->findings->brief && !report->patches && report->files == NULL;
    format->print(report, output);
    if (!output->quiet)
        say_uncut(report);
    return status;
}

static int write_patches(const struct output *output, const struct finding_report *report, int status)
{
    return report->files == NULL || patch_files_write(report->files, report, output->quiet) ? status : EXIT_INTERNAL;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  struct finding_selection *selection, struct finding_report *report)
{
    struct findings *findings = report->findings;
    const char *baseline = command_line_value(line, "write-baseline");
    size_t kept;
    int status = EXIT_YES;
    finding_selection_apply(selection, analysis->model, findings, &report->standing, &kept);
    report->narrowed = selection->narrowed;
    report->cut = selection->cut;
    report->whole = selection->whole;
    if (selection->reports)
        finding_selection_report(selection);
    if (baseline != NULL && !finding_baseline_write(findings, report->standing, kept, baseline, output->stream))
        return EXIT_INTERNAL;
    if (baseline != NULL && selection->reports && report->narrowed + report->cut > 0)
        say_narrowed_baseline(baseline, report, kept);
    finding_selection_drop_kept(findings, kept);
    if (command_line_has(line, "store")) {
        const volatile int *stop = interrupt_hold();
        findings_store(analysis, findings);
        bool stored = store_commit(analysis->store);
        if (*stop != 0)
            interrupt_end();
        interrupt_release();
        if (!stored)
            return EXIT_INTERNAL;
    }
    report->known = finding_selection_hide_known(selection, findings, &report->standing);
    report->suppressed = findings->count - report->standing;
    for (size_t i = 0; i < report->standing; i++)
        if (command_line_has(line, "fail-on") && findings->list[i].severity >= report->fail_from)
            status = EXIT_NO;
    report->analysis = analysis;
    if (baseline == NULL || strcmp(baseline, "-") != 0)
        status = print(analysis, output, report, status);
    return write_patches(output, report, status);
}

/* Reads the options about the report. False: an error was printed. */
static bool read_wishes(const struct command_line *line, struct finding_report *report)
{
    const char *folder = command_line_value(line, "patches-dir");
    uint32_t fail_from = SEVERITY_LOW, max_steps = FINDINGS_MAX_STEPS;
    command_line_word(line, "fail-on", &fail_from);
    command_line_number(line, "max-steps", &max_steps);
    report->fail_from = (enum severity)fail_from;
    report->findings->max_steps = max_steps;
    report->patches = command_line_has(line, "patches");
    if (command_line_has(line, "store") && command_line_has(line, "from")) {
        command_error("--store writes into a database: load the exports first, or name one with -d");
        return false;
    }
    if (folder != NULL)
        report->files = patch_files_new(folder);
    return folder == NULL || report->files != NULL;
}

/* With the lists and the selection that were read. */
static int run_on_database(const struct command_line *line, struct output *output, const struct account_lists *lists,
                           struct finding_selection *selection, struct finding_report *report)
{
    struct analysis analysis;
    struct kept_access kept = {0};
    struct findings *findings = report->findings;
    const char *const *keep;
    size_t keep_count = command_line_values(line, "keep", &keep);
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    analysis.account_lists = lists;
    findings->kept = &kept;
    findings->selection = selection;
    status = kept_access_read(&analysis, keep, keep_count, &kept);
    if (status == EXIT_YES && !finding_focus_read(&analysis, line, &selection->focus))
        status = EXIT_USAGE;
    bool computed = status == EXIT_YES && findings_compute(&analysis, findings);
    if (computed && findings->unsearched > 0)
        command_error("some ways around what roles ask for, or some holders of permissions, were not looked for, so "
                      "findings may be missing: raise --max-steps to look for all");
    if (status == EXIT_YES)
        status = computed ? answer(&analysis, line, output, selection, report) : EXIT_INTERNAL;
    findings_free(findings);
    kept_access_free(&kept);
    return analysis_end(&analysis, status);
}

static int run(const struct command_line *line, struct output *output)
{
    struct findings findings = {0};
    struct finding_selection selection;
    struct account_lists lists;
    struct finding_report report = {.findings = &findings};
    int status = EXIT_USAGE;
    if (command_line_has(line, "list") || command_line_has(line, "describe"))
        return show_catalogue(line, output);
    if (!read_wishes(line, &report) || !account_lists_read(line, analysis_time(), &lists)) {
        patch_files_free(report.files);
        return EXIT_USAGE;
    }
    if (finding_selection_read(line, &selection)) {
        selection.reports = !output->quiet;
        report.table = !report.patches && report.files == NULL && asks_for_table(&selection);
        status = run_on_database(line, output, &lists, &selection, &report);
        finding_selection_free(&selection);
    }
    account_lists_free(&lists);
    patch_files_free(report.files);
    return status;
}

static const struct command_option options[] = {
    {.name = "min-severity",
     .value = "SEVERITY",
     .help = "leave out findings below this severity (info, low, medium, high, critical)",
     .kind = OPTION_WORD,
     .words = severity_words},
    {.name = "only", .value = "ID", .help = "only these findings; ID/CODE for a sub-code", .repeatable = true},
    {.name = "skip", .value = "ID", .help = "not these findings", .repeatable = true},
    {.name = "top",
     .value = "N",
     .help = "show and count only the N most dangerous findings; 0: all",
     .kind = OPTION_NUMBER,
     .most = 1000000000},
    {.name = "account",
     .value = "ACCOUNT",
     .help = "only findings of this account (number, alias or name); also the account of exports that do not name one",
     .repeatable = true},
    {.name = "ou",
     .value = "UNIT",
     .help = "only findings of accounts below this organizational unit (ID, name or path)",
     .repeatable = true},
    {.name = "role",
     .value = "ROLE",
     .help = "only findings that involve this role (ARN or ACCOUNT/NAME), or all roles with this NAME",
     .repeatable = true},
    {.name = "fail-on",
     .value = "SEVERITY",
     .help = "exit with 1 if there is a finding of this severity or a higher one",
     .kind = OPTION_WORD,
     .words = severity_words},
    {.name = "baseline", .value = "FILE", .help = "leave out findings that are in this baseline", .kind = OPTION_INPUT},
    FINDING_IGNORE_OPTION,
    {.name = "write-baseline",
     .value = "FILE",
     .help = "write the findings' fingerprints to a file for --baseline (-: print them)",
     .kind = OPTION_OUTPUT},
    ACCOUNT_LIST_OPTIONS,
    {.name = "store", .help = "also keep the findings in the database (table `finding`) until the next load"},
    {.name = "keep",
     .value = "PRINCIPAL",
     .help = "offer no patch that takes access away from this user, role, account or service",
     .repeatable = true},
    {.name = "max-steps",
     .value = "N",
     .help = "steps for the searches for ways around what roles require, and for holders of permissions (default: "
             "400000000)",
     .kind = OPTION_NUMBER,
     .least = 1,
     .most = UINT32_MAX},
    {.name = "patches", .help = "print the tested patches: narrowed policies, ready to paste"},
    {.name = "patches-dir",
     .value = "DIR",
     .help = "write each tested patch to a file in this new or empty folder, and index.json, which lists them"},
    {.name = "list", .help = "list every kind of finding"},
    {.name = "describe", .value = "ID", .help = "explain one kind of finding"},
    {.name = NULL},
};

const struct command command_findings = {
    .name = "findings",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "trusts and permissions that are broader than they need to be",
    .help = "A finding says what a statement allows after denies, SCPs, RCPs, boundaries and conditions, and names the "
            "statement with file and line. The most severe come first; within a severity, those that the most "
            "dangerous callers can use, that lead to administrators of the most accounts, and that are most certain. "
            "JSON has the evidence, a call that succeeds and the patch; sarif is for code scanning, csv for "
            "spreadsheets, junit for dashboards, markdown for pull requests.\n\nAn ignore file accepts findings, one "
            "line for each. A line begins with the finding's ID, ID/CODE or fingerprint:\n  ID [ARN or account] [until "
            "YYYY-MM-DD] because REASON\n\n--top, --account, --ou and --role narrow what is shown and counted, also "
            "for --fail-on. A baseline written by a narrowed run holds the findings shown and those of the --baseline "
            "that was read. Text shows findings with one cause as one entry; --top 0 shows each "
            "finding.\n\nExamples:\n  rolechain findings --from exports/ --min-severity medium\n  rolechain findings "
            "-d roles.db --top 20 --ou Workloads/Production\n  rolechain findings --from exports/ --baseline "
            "known.json --fail-on high\n  rolechain findings --from exports/ -o findings.sarif",
    .options = options,
    .formats = FINDING_FORMATS,
    .reads_database = true,
    .run = run,
};
