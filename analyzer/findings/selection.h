/*
 * selection: which findings are wanted, and which are known already.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SELECTION_H
#define ROLECHAIN_ANALYZER_FINDINGS_SELECTION_H

#include "analyzer/findings/findings.h"

struct finding_selection {
    enum severity least;
    const char *const *only, *const *skip; /* ids, or id/code */
    size_t only_count, skip_count;
    json_t *baseline; /* NULL: none */
};

/* From --min-severity, --only, --skip and --baseline. False: an error was printed. */
bool finding_selection_read(const struct command_line *line, struct finding_selection *selection);
void finding_selection_free(struct finding_selection *selection);

/* Keeps the wanted ones, whether the baseline holds them or not. */
void finding_selection_apply(const struct finding_selection *selection, struct findings *findings);

/* Drops those that the baseline holds; returns how many. */
size_t finding_selection_hide_known(const struct finding_selection *selection, struct findings *findings);

/* Writes the fingerprints to a file, for --baseline; "-" is the stream. False: an error was printed. */
bool finding_baseline_write(const struct findings *findings, const char *path, FILE *stream);

#endif
