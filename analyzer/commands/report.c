#include "analyzer/analysis/administrators.h"
#include "analyzer/command_line/command_line.h"
#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/selection.h"
#include "analyzer/report/page/page.h"

#include <stdlib.h>

/* Severities point into the list of findings, so draw the picture before the list is sorted again. */
static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  struct finding_selection *selection)
{
    struct view view;
    struct page_limits limits = page_limits;
    int status = EXIT_INTERNAL;
    command_line_number(line, "principals", &limits.principals);
    administrators_want_whole(analysis);
    view_open(&view, analysis, analysis_edges(analysis));
    struct findings *findings = view_findings(&view);
    if (analysis_healthy(analysis)) {
        struct finding_report report = {.analysis = analysis, .findings = findings};
        size_t kept;
        progress_work(analysis->progress, "drawing");
        char *picture = page_picture(&view);
        finding_selection_apply(selection, analysis->model, findings, &report.standing, &kept);
        report.suppressed = findings->count - report.standing;
        findings->brief = findings->patches_unseen = false;
        if (analysis_can_answer(analysis)) {
            page_write(&view, &report, &limits, picture, output->stream);
            status = analysis_healthy(analysis) ? EXIT_YES : EXIT_INTERNAL;
        }
        free(picture);
    }
    view_close(&view);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct finding_selection selection;
    struct account_lists lists;
    if (output->terminal) {
        command_error("the report is not for a terminal; use --output FILE");
        return EXIT_USAGE;
    }
    if (!account_lists_read(line, analysis_time(), &lists))
        return EXIT_USAGE;
    if (!finding_selection_read(line, &selection)) {
        account_lists_free(&lists);
        return EXIT_USAGE;
    }
    int status = analysis_open(line, output, &analysis);
    if (status == EXIT_YES) {
        analysis.account_lists = &lists;
        status = analysis_end(&analysis, answer(&analysis, line, output, &selection));
    }
    finding_selection_free(&selection);
    account_lists_free(&lists);
    return status;
}

static const struct command_option options[] = {
    FINDING_IGNORE_OPTION,
    ACCOUNT_LIST_OPTIONS,
    {.name = "principals",
     .value = "N",
     .help = "with more users and roles than this, show only those that matter (default: 100000)",
     .kind = OPTION_NUMBER,
     .least = 1,
     .most = 1000000000},
    {.name = NULL},
};

const struct command command_report = {
    .name = "report",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "everything in one HTML file, to explore and to send",
    .help =
        "Overview, findings with patches, every role with its callers, principals, administrators, accounts, and "
        "what\n"
        "the answers do not cover. The file reads nothing from elsewhere and opens in any browser. The address of a\n"
        "place in it (report.html#role=ARN) can be sent to a colleague who has the file.\n\n"
        "Examples:\n  rolechain report --from exports/ -o report.html\n"
        "  rolechain report -d roles.db --ignore-file accepted.txt -o report.html",
    .options = options,
    .formats = "html",
    .reads_database = true,
    .run = run,
};
