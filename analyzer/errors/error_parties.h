/*
 * error_parties: the caller and the role that an error names, found in the exports. Errors name them as people paste
 * them: with accounts that a log has masked, roles without their path, or something that is no role at all, and each of
 * these may be the reason of the error.
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_ERROR_PARTIES_H
#define ROLECHAIN_ANALYZER_ERRORS_ERROR_PARTIES_H

#include "analyzer/analysis/analysis.h"

/* One party. Texts live in the given arena. */
struct error_party {
    const char *obstacle; /* a sentence without full stop: why it was not found; NULL: it was */
    bool absent;          /* it was not found in a completely exported account: AWS did not find it either */
    const char *note;     /* a sentence on how it was found; NULL: by its ARN */
};

/* text: ARN, or a name where the rest is not known. *role is set where it was found. */
struct error_party error_find_role(struct analysis *analysis, struct arena *arena, const char *text, uint32_t *role);

/* The same for whoever calls: also services, providers, unique ids. Principals of accounts that were not exported are
 * found, with nothing known of their policies. */
struct error_party error_find_caller(struct analysis *analysis, struct arena *arena, const char *text,
                                     struct caller *caller);

#endif
