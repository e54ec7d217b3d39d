/*
 * name_errors: messages about names on the command line that are unknown or ambiguous (names.h). Every name they
 * suggest is one that will be accepted.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_NAME_ERRORS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_NAME_ERRORS_H

#include "analyzer/analysis/names.h"

/* Lists the candidates. */
void name_error_ambiguous(const char *name, const struct meaning *meaning);

/* Needs a lookup with a model. Says which part is unknown, the account or the name. */
void name_error_unknown(const struct lookup *lookup, const char *name, bool roles_only);

/* An ARN that is not in the model. */
void name_error_arn(const struct lookup *lookup, const char *arn, bool roles_only);

/* A user was given where a role is expected. */
void name_error_user(const char *arn);

/* Warns about an unknown service, since a mistyped one can become no role. */
void name_warn_service(const struct caller *caller);

#endif
