/*
 * condition_reading: one condition of one statement, evaluated for those whom the statement is about.
 *
 * Whom it is about: of an Allow in a trust policy those whom it names, of a Deny there those whom the policy allows; of
 * an identity policy a user and a role that have it; of SCPs and RCPs somebody of an account that they bind, and
 * anyone.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONDITION_READING_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONDITION_READING_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/findings/facts/policies.h"
#include "graph/decision/request.h"
#include "ingest/policy/context_key.h"

#define READING_CALLERS 300u /* no trust policy that IAM accepts names more: it has 4,096 characters */

struct condition_reading {
    struct analysis *analysis;
    struct arena *arena; /* scratch */
    const struct owned_policy *policy;
    const struct statement *statement;
    const struct statement_condition *condition;
    const struct context_key *about;        /* the condition's key */
    uint32_t role;                          /* trust policies; else MODEL_NONE */
    struct caller callers[READING_CALLERS]; /* see reading_find_callers */
    uint32_t caller_count;
    const struct caller *caller; /* the first for whom what was asked holds */
};

/* Fills in role and callers of a reading with analysis, arena, policy and statement. */
void reading_find_callers(struct condition_reading *reading);

/* A call of the caller, to assume the role if there is one. */
struct request reading_request(const struct condition_reading *reading, const struct caller *caller);

/* All conditions of the statement but one (NULL: all), for the caller, with what is certain of its calls. */
constraint reading_holds(const struct condition_reading *reading, const struct request *request,
                         const struct statement_condition *but);

/* Whether the caller can make a call without the condition's key for which all conditions hold, or all but this one. */
bool reading_holds_without_key(const struct condition_reading *reading, const struct caller *caller, bool this_one);

/* Whether something holds for one of the callers, or for each (and there are some); sets reading->caller. */
bool reading_some_caller(struct condition_reading *reading,
                         bool (*holds)(const struct condition_reading *, const struct caller *));
bool reading_every_caller(struct condition_reading *reading,
                          bool (*holds)(const struct condition_reading *, const struct caller *));

#endif
