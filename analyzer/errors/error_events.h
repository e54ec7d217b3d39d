/*
 * error_events: calls to assume a role as CloudTrail recorded them, denied or not, and the output of aws sts
 * decode-authorization-message. Records can be wrapped in any of the usual ways: a file of a trail (Records),
 * lookup-events (Events), EventBridge (detail), lines of a log, a single record. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_ERROR_EVENTS_H
#define ROLECHAIN_ANALYZER_ERRORS_ERROR_EVENTS_H

#include "analyzer/errors/aws_error.h"

/* Adds the calls to assume a role, and every other denied call that names a role, in order; those that AWS allowed have
 * no form. False: it is not JSON; *problem (in the arena) says what is wrong and where. */
bool error_events_read(struct arena *arena, const char *text, size_t length, struct aws_errors *errors,
                       const char **problem);

#endif
