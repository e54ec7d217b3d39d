/*
 * kept_access: access that no patch may remove: of principals named by --keep, and of callers in the loaded CloudTrail
 * events. A patch that would remove such access is not offered.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_KEPT_ACCESS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_KEPT_ACCESS_H

#include "analyzer/analysis/analysis.h"
#include "graph/model/history.h"

struct findings;

/* Zero-initialise ({0}). */
struct kept_access {
    struct caller *callers; /* of --keep; malloc'ed */
    size_t count;
    struct history *history; /* read when it is first needed */
};

/* Resolves the names. An exit status: EXIT_YES, or an error was printed. */
int kept_access_read(struct analysis *analysis, const char *const *names, size_t count, struct kept_access *kept);
void kept_access_free(struct kept_access *kept);

/* findings->kept; if that is NULL, one that names nobody. */
struct kept_access *kept_access_of(struct findings *findings);

/* The history, read once; owned by kept_access_of. */
const struct history *kept_history(const struct analysis *analysis, struct findings *findings);

/* What is known about a provider's call from a token seen in the events. */
constraint kept_token(struct analysis *analysis, const struct caller *caller, const struct history_token *token);

/* Calls that must keep succeeding. */
struct kept_call {
    struct caller caller;
    uint32_t role;
    constraint access; /* the condition under which it succeeds */
    const char *why;   /* words: "named by --keep"; NULL: none */
};

struct kept_calls {
    struct kept_call *list; /* malloc'ed */
    size_t count, room;
};

/* Kept calls into the role, or by these users and roles (ascending), that succeed now. calls must be zeroed. */
void kept_calls_into(struct analysis *analysis, struct findings *findings, uint32_t role, struct kept_calls *calls);
void kept_calls_of(struct analysis *analysis, struct findings *findings, const uint32_t *principals, uint32_t count,
                   struct kept_calls *calls);
/* All calls by these users and roles into any role, according to the edges. False: there are more than `most`. */
bool kept_calls_all(struct analysis *analysis, const uint32_t *principals, uint32_t count, size_t most,
                    struct kept_calls *calls);
void kept_calls_free(struct kept_calls *calls);

/* The first call that no longer succeeds whenever it did before, with the model as it is now (see model_trial); NULL:
 * none. before, after: the two versions of the caller's identity policy that a trial changes; both MODEL_NONE: it
 * changes a trust policy. */
const struct kept_call *kept_calls_refused(struct analysis *analysis, const struct kept_calls *calls, uint32_t before,
                                           uint32_t after);

#endif
