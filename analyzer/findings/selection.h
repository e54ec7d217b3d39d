/*
 * selection: which findings are wanted, which somebody has accepted (suppressions.h), and which are known already: the
 * baseline, a JSON file of fingerprints with the words that a reviewer of its changes needs.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SELECTION_H
#define ROLECHAIN_ANALYZER_FINDINGS_SELECTION_H

#include "analyzer/findings/focus.h"
#include "analyzer/findings/suppressions.h"

struct finding_selection {
    enum severity least;
    const char *const *only, *const *skip; /* ids, or id/code */
    size_t only_count, skip_count;
    uint32_t top;  /* only so many, the most dangerous of what is new to the baseline; 0: all */
    bool whole;    /* --top 0: all were asked for */
    bool rewrites; /* a baseline is read and another written */
    struct finding_focus focus;
    size_t narrowed, cut; /* finding_selection_apply: left out by the focus, by top */
    bool reports;         /* what is of no use any more in the two files will be said */
    json_t *baseline;     /* fingerprints (or former ones), true once they were found; NULL: none */
    struct suppressions suppressions;
};

/* The option, for the commands that have it. */
#define FINDING_IGNORE_OPTION                                                                                          \
    {                                                                                                                  \
        .name = "ignore-file", .value = "FILE",                                                                        \
        .help = "leave out findings that this file accepts (default: .rolechainignore, if it exists)",                 \
        .kind = OPTION_INPUT, .usual = ".rolechainignore"                                                              \
    }

/* From --min-severity, --only, --skip, --top, --baseline and --ignore-file; .rolechainignore in the working folder if
 * the last is not given. False: an error was printed. */
bool finding_selection_read(const struct command_line *line, struct finding_selection *selection);
void finding_selection_free(struct finding_selection *selection);

/* Whether findings of the rule can be shown, or tell what is still of use in the two files: others need not run. */
bool finding_selection_needs(const struct finding_selection *selection, const struct finding_rule *rule);

/* Keeps the wanted ones: first those that stand, then those that are suppressed. *standing: how many those are; *kept:
 * how many follow at the end that are not wanted but stay in a baseline that is rewritten: they were known before, and
 * are still there. */
void finding_selection_apply(struct finding_selection *selection, const struct model *model, struct findings *findings,
                             size_t *standing, size_t *kept);

/* Gives up the last `kept`. */
void finding_selection_drop_kept(struct findings *findings, size_t kept);

/* After that: says on stderr which suppressions and entries of the baseline are of no use any more. */
void finding_selection_report(const struct finding_selection *selection);

/* Drops those of the first *standing that the baseline holds; returns how many. */
size_t finding_selection_hide_known(const struct finding_selection *selection, struct findings *findings,
                                    size_t *standing);

/* Writes the first `standing` and the last `kept` to a file, for --baseline; "-" is the stream. By resource, so that
 * what changes stands together. False: an error was printed. */
bool finding_baseline_write(const struct findings *findings, size_t standing, size_t kept, const char *path,
                            FILE *stream);

#endif
