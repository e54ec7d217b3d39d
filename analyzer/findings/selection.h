/*
 * selection: which findings are wanted, which are accepted (suppressions.h), and which are already known: the baseline,
 * a JSON file of fingerprints with the texts that a reviewer of its diffs needs.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SELECTION_H
#define ROLECHAIN_ANALYZER_FINDINGS_SELECTION_H

#include "analyzer/findings/focus.h"
#include "analyzer/findings/suppressions.h"

struct finding_selection {
    enum severity least;
    const char *const *only, *const *skip; /* ids, or id/code */
    size_t only_count, skip_count;
    uint32_t top;  /* limit: the most dangerous of those that are not in the baseline; 0: all */
    bool whole;    /* --top 0: all were requested */
    bool rewrites; /* a baseline is read and written again */
    struct finding_focus focus;
    size_t narrowed, cut; /* set by finding_selection_apply: left out by the focus, by top */
    bool reports;         /* obsolete entries in the two files will be reported */
    json_t *baseline;     /* fingerprints (or former ones); true: found; NULL: no baseline */
    struct suppressions suppressions;
};

/* The option, for commands that take it. */
#define FINDING_IGNORE_OPTION                                                                                          \
    {                                                                                                                  \
        .name = "ignore-file", .value = "FILE",                                                                        \
        .help = "leave out findings that this file accepts (default: .rolechainignore, if it exists)",                 \
        .kind = OPTION_INPUT, .usual = ".rolechainignore"                                                              \
    }

/* Reads --min-severity, --only, --skip, --top, --baseline and --ignore-file (default: .rolechainignore in the working
 * directory). False: an error was printed. */
bool finding_selection_read(const struct command_line *line, struct finding_selection *selection);
void finding_selection_free(struct finding_selection *selection);

/* Whether the rule has to run: its findings can be shown, or show which entries of the two files are obsolete. */
bool finding_selection_needs(const struct finding_selection *selection, const struct finding_rule *rule);

/* Keeps the wanted findings: first those that stand, then those that are suppressed. *standing: how many stand. *kept:
 * how many follow at the end that are not wanted but stay in a baseline that is rewritten, because they were known
 * before and are still there. */
void finding_selection_apply(struct finding_selection *selection, const struct model *model, struct findings *findings,
                             size_t *standing, size_t *kept);

/* Drops the last `kept`. */
void finding_selection_drop_kept(struct findings *findings, size_t kept);

/* After finding_selection_apply: reports on stderr which suppressions and baseline entries are obsolete. */
void finding_selection_report(const struct finding_selection *selection);

/* Drops those of the first *standing that are in the baseline; returns how many. */
size_t finding_selection_hide_known(const struct finding_selection *selection, struct findings *findings,
                                    size_t *standing);

/* Writes the first `standing` and the last `kept` to a file, for --baseline; "-" is the stream. Sorted by resource, so
 * that related changes stay together. False: an error was printed. */
bool finding_baseline_write(const struct findings *findings, size_t standing, size_t kept, const char *path,
                            FILE *stream);

#endif
