#include "analyzer/report/rules/rule_report.h"

#include "samples_rules.h"
#include <string.h>

/* ---- the command */

static const struct {
    const char *format;
    void (*print)(const struct rule_report *report, struct output *output);
} formats[] = {
    {"text", rule_text_print},   {"json", rule_json_print},         {"junit", rule_junit_print},
    {"sarif", rule_sarif_print}, {"markdown", rule_markdown_print},
};

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const struct rule_file *file)
{
    struct rule_results results;
    const struct rule_report report = {analysis, file, &results, command_line_has(line, "strict")};
    int status = rules_check(analysis, file, &results) ? EXIT_YES : EXIT_USAGE;
    if (status == EXIT_YES && !analysis_can_answer(analysis))
        status = EXIT_INTERNAL;
    for (size_t i = 0; status == EXIT_YES && i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(output->format, formats[i].format) == 0)
            formats[i].print(&report, output);
    if (status == EXIT_YES && (results.broken > 0 || (report.strict && results.undecidable > 0)))
        status = EXIT_NO;
    rule_results_free(&results);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct rule_file file;
    const char *path = command_line_value(line, "rules");
    if (command_line_has(line, "example")) {
        fputs(samples_rules, output->stream);
        return EXIT_YES;
    }
    if (path == NULL) {
        command_error("check: --rules FILE is missing; `rolechain check --example` prints such a file");
        return EXIT_USAGE;
    }
    if (!rules_read(path, &file))
        return EXIT_USAGE;
    int status = analysis_open(line, output, &analysis);
    if (status == EXIT_YES)
        status = analysis_end(&analysis, answer(&analysis, line, output, &file));
    rule_file_free(&file);
    return status;
}

static const struct command_option options[] = {
    {.name = "rules", .value = "FILE", .help = "the rules; - is standard input", .kind = OPTION_INPUT},
    {.name = "strict", .help = "exit with 1 also if the exports cannot decide a rule"},
    {.name = "example", .help = "print a file of rules with comments"},
    {.name = NULL},
};

const struct command command_check = {
    .name = "check",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "whether rules about who may become whom hold, with the chains that break them",
    .help = "A rule a line: never A -> B, only A -> B, must A -> B, where A and B are accounts, organizational units, "
            "roles, tags, identity providers, administrators, outside … Chains of roles count. Each rule passes, is "
            "broken, with the shortest chains that break it, or is undecidable: something is not in the exports that "
            "could break it.\n\nExit status 1: a rule is broken.\n\nExamples:\n  rolechain check --rules rules.txt "
            "--from exports/\n  "
            "rolechain check --example > rules.txt",
    .options = options,
    .formats = "text,json,junit,sarif,markdown",
    .reads_database = true,
    .run = run,
};
