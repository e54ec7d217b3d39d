#include "analyzer/report/change/change_report.h"
#include "analyzer/report/change/change_words.h"

#include "ingest/support/likeness.h"
#include <string.h>

/* ---- when to fail */

struct failing {
    bool gained, administrators, outsiders, findings;
    enum severity severity; /* for findings: at least this severe */
};

static bool read_severity(const char *word, enum severity *severity)
{
    for (int i = 0; severity_words[i] != NULL; i++)
        if (strcmp(severity_words[i], word) == 0) {
            *severity = (enum severity)i;
            return true;
        }
    return false;
}

static bool read_failing_word(const char *word, struct failing *failing)
{
    static const char *const words[] = {"gained", "gained-admin", "gained-outside", "findings"};
    bool *const flags[] = {&failing->gained, &failing->administrators, &failing->outsiders, &failing->findings};
    size_t length = strcspn(word, "=");
    enum severity severity = SEVERITY_INFO;
    for (size_t i = 0; i < 4; i++)
        if (strlen(words[i]) == length && strncmp(words[i], word, length) == 0) {
            bool good = word[length] == '\0' || (i == 3 && read_severity(word + length + 1, &severity));
            *flags[i] = true;
            if (i == 3)
                failing->severity = severity;
            if (good)
                return true;
        }
    const char *near = nearest_name_close(word, words, 4);
    command_error("diff: --fail-on takes gained, gained-admin, gained-outside or findings[=SEVERITY], not "
                  "\"%s\"%s%s%s",
                  word, near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
    return false;
}

static bool read_failing(const struct command_line *line, struct failing *failing)
{
    const char *const *words;
    size_t count = command_line_values(line, "fail-on", &words);
    *failing = (struct failing){.severity = SEVERITY_INFO};
    for (size_t i = 0; i < count; i++)
        if (!read_failing_word(words[i], failing))
            return false;
    if (failing->findings && command_line_has(line, "no-findings")) {
        command_error("diff: --fail-on findings needs the findings that --no-findings leaves out");
        return false;
    }
    return true;
}

static bool fails(const struct change *change, const struct failing *failing)
{
    struct change_totals gained = change_total(change, CHANGE_GAINED);
    bool found = false;
    for (size_t i = 0; i < change->opened_count; i++)
        found = found || change->findings[STATE_NEW].list[change->opened[i]].severity >= failing->severity;
    return (failing->gained && gained.count > 0) || (failing->administrators && gained.administrators > 0) ||
           (failing->outsiders && gained.outsiders > 0) || (failing->findings && found);
}

/* ---- the command */

static const struct {
    const char *name;
    void (*print)(const struct change_report *report, struct output *output);
} formats[] = {{"text", change_text_print},
               {"json", change_json_print},
               {"markdown", change_markdown_print},
               {"sarif", change_sarif_print}};

static void print(const struct change_report *report, struct output *output)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, output->format) == 0)
            formats[i].print(report, output);
}

static int answer(struct change *change, const struct command_line *line, struct output *output,
                  const char *const paths[STATES], const struct failing *failing)
{
    const struct change_report report = {.change = change,
                                         .paths = {paths[STATE_OLD], paths[STATE_NEW]},
                                         .all_pairs = command_line_has(line, "all-pairs"),
                                         .with_findings = !command_line_has(line, "no-findings")};
    if (!change_find(change, report.with_findings) || !analysis_can_answer(&change->states[STATE_NEW]))
        return EXIT_INTERNAL;
    int status = fails(change, failing) ? EXIT_NO : EXIT_YES;
    print(&report, output);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    const char *const *paths;
    struct change change;
    struct failing failing;
    command_line_arguments(line, &paths);
    if (!read_failing(line, &failing))
        return EXIT_USAGE;
    if (strcmp(output->format, "sarif") == 0 && command_line_has(line, "no-findings")) {
        command_error("diff: SARIF holds the findings that --no-findings leaves out");
        return EXIT_USAGE;
    }
    if (strcmp(paths[STATE_OLD], "-") == 0 && strcmp(paths[STATE_NEW], "-") == 0) {
        command_error("diff: standard input cannot be both OLD and NEW");
        return EXIT_USAGE;
    }
    int status = change_open(&change, line, output, paths);
    return change_end(&change, status == EXIT_YES ? answer(&change, line, output, paths, &failing) : status);
}

static const struct command_option options[] = {
    {.name = "fail-on",
     .value = "WHAT",
     .help = "exit with 1 if access was gained (gained), to an administrator role (gained-admin), by callers from "
             "outside (gained-outside), or findings were opened (findings, findings=SEVERITY)",
     .repeatable = true},
    {.name = "all-pairs", .help = "list every pair, cause, change and finding, not only the first"},
    {.name = "no-findings", .help = "compare access alone: findings take most of the time"},
    {.name = NULL},
};

const struct command command_diff = {
    .name = "diff",
    .arguments = "OLD NEW",
    .minimum_arguments = 2,
    .maximum_arguments = 2,
    .arguments_are_inputs = true,
    .arguments_are_databases = true,
    .summary = "who gained and lost access to which roles between two exports, and why",
    .help =
        "OLD and NEW are databases, or folders or files of exports. Access is compared directly and through chains, "
        "and\ngrouped by what caused the change: a statement, an attachment, a membership, an SCP, a new role … "
        "Conditions that\nbecame looser count as gained, stricter ones as lost. White space, Sids, the order of "
        "statements and file names do\nnot count. Users and roles are the same if their unique IDs are, so one "
        "that was deleted and created again is\nsaid to be. An account that only one of the two holds is not "
        "compared, unless the other one's list of the\norganization's accounts says that it is no member.\n\n"
        "SARIF holds the findings that were opened; markdown is for pull requests.\n\nExamples:\n  rolechain diff "
        "yesterday.db today.db\n  rolechain diff exports/main exports/branch --fail-on gained-admin -o diff.md",
    .options = options,
    .formats = "text,json,markdown,sarif",
    .run = run,
};
