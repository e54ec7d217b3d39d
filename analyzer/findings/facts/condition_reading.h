/*
 * condition_reading: one condition of one statement, evaluated for the callers that the statement is about:
 * - an Allow in a trust policy: the principals it names;
 * - a Deny in a trust policy: the principals that the policy allows;
 * - an identity policy: one user and one role that have it;
 * - SCPs and RCPs: a principal of an account that they apply to, and anyone.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONDITION_READING_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONDITION_READING_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/findings/facts/policies.h"
#include "graph/decision/request.h"
#include "ingest/policy/context_key.h"

#define READING_CALLERS 300u /* IAM accepts no trust policy that names more: its limit is 4,096 characters */

struct condition_reading {
    struct analysis *analysis;
    struct arena *arena; /* scratch */
    const struct owned_policy *policy;
    const struct statement *statement;
    const struct statement_condition *condition;
    const struct context_key *about;        /* the condition's key */
    uint32_t role;                          /* whose trust policy it is; else MODEL_NONE */
    struct caller callers[READING_CALLERS]; /* see reading_find_callers */
    uint32_t caller_count;
    const struct caller *caller; /* the first for whom the last question was answered yes */
};

/* Fills in role and callers of a reading that has analysis, arena, policy and statement. */
void reading_find_callers(struct condition_reading *reading);

/* A call by the caller: an assumption of the role, if there is one. */
struct request reading_request(const struct condition_reading *reading, const struct caller *caller);

/* All conditions of the statement except `but` (NULL: all), for the caller, given what is certain about its calls. */
constraint reading_holds(const struct condition_reading *reading, const struct request *request,
                         const struct statement_condition *but);

/* Whether the caller can make a call without the condition's key that meets all conditions or, if this_one is false,
 * all but this one. */
bool reading_holds_without_key(const struct condition_reading *reading, const struct caller *caller, bool this_one);

/* Whether something holds for one of the callers, or for every one (false if there are none); sets reading->caller. */
bool reading_some_caller(struct condition_reading *reading,
                         bool (*holds)(const struct condition_reading *, const struct caller *));
bool reading_every_caller(struct condition_reading *reading,
                          bool (*holds)(const struct condition_reading *, const struct caller *));

#endif
