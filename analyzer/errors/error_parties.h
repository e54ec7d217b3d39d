/*
 * error_parties: finds the caller and the role of an error in the exports. Errors contain them as people paste them:
 * with accounts masked by a log, roles without their path, or something that is not a role at all. Each of these may be
 * the cause of the error.
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_ERROR_PARTIES_H
#define ROLECHAIN_ANALYZER_ERRORS_ERROR_PARTIES_H

#include "analyzer/analysis/analysis.h"

/* One party. Texts live in the given arena. */
struct error_party {
    const char *obstacle; /* why it was not found, a sentence without full stop; NULL: it was found */
    bool absent;          /* it does not exist in a completely exported account: AWS did not find it either */
    const char *note;     /* a sentence on how it was found; NULL: by its ARN */
};

/* text: an ARN, or a name if nothing else is known. *role is set if the role was found. */
struct error_party error_find_role(struct analysis *analysis, struct arena *arena, const char *text, uint32_t *role);

/* The same for the caller, which may also be a service, a provider or a unique id. A principal of an account that was
 * not exported counts as found, with unknown policies. */
struct error_party error_find_caller(struct analysis *analysis, struct arena *arena, const char *text,
                                     struct caller *caller);

#endif
