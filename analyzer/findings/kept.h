/*
 * kept: access that no patch takes away: of those whom --keep names, and of those whose calls the loaded CloudTrail
 * events hold. Most patches change nobody's access and pass; one that would is not offered.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_KEPT_H
#define ROLECHAIN_ANALYZER_FINDINGS_KEPT_H

#include "analyzer/analysis.h"
#include "graph/history.h"
#include <jansson.h>

/* Zero-initialise ({0}). */
struct kept {
    struct caller *callers; /* of --keep; malloc'ed */
    size_t count;
    struct history *history; /* read when the first patch is looked at */
};

/* Resolves the names. An exit status: EXIT_YES, or an error was printed. */
int kept_read(struct analysis *analysis, const char *const *names, size_t count, struct kept *kept);

/* Drops from an object of trust policies of the role, by style, those that refuse somebody who is kept a call that
 * succeeds now. *whom, *why: of one that was refused, in words that live as long as the model or kept; else unchanged.
 * False: out of memory. */
bool kept_check(struct analysis *analysis, struct kept *kept, uint32_t role, json_t *policies, const char **whom,
                const char **why);

void kept_free(struct kept *kept);

#endif
