/*
 * pitfalls: tables of conditions that do something else than they look, and one walk over all policies that looks for
 * those of a table.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_PITFALLS_H
#define ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_PITFALLS_H

#include "analyzer/findings/facts/condition_callers.h"
#include "analyzer/findings/rules.h"

/* How the condition is corrected; what that does is decided again before it is proposed. */
enum mend {
    MEND_NONE,
    MEND_DEMAND_KEY,
    MEND_DROP_IF_EXISTS,
    MEND_ADD_IF_EXISTS,
    MEND_DROP_SET,
    MEND_ALL_VALUES,
    MEND_ANY_VALUE,
    MEND_LIKE
};

struct pitfall {
    enum finding_code code;
    bool (*is)(struct reading *reading); /* sets reading->caller */
    int steps;                           /* from the rule's severity */
    bool opens;                          /* one step up more if a trust lets somebody in so */
    const char *says;                    /* NULL: words */
    const char *(*words)(const struct reading *reading);
    const char *fix;
    enum mend mend;
};

/* A condition is reported for the first pitfall that it is. */
struct pitfalls {
    const struct pitfall *list;
    size_t count;
    /* For each statement before its conditions; NULL: nothing. */
    void (*statement)(struct reading *reading, const struct finding_rule *rule, struct findings *findings);
};

/* Looks at every statement that can be about assuming roles and is not AWS's own. The table must live on. */
void pitfalls_find(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfalls *table);

/* A finding about the reading's statement. */
struct finding *pitfall_add(struct reading *reading, const struct finding_rule *rule, struct findings *findings,
                            const char *subject);

/* finding->about: what its correction needs. */
struct pitfall_place {
    const struct pitfalls *table;
    const struct pitfall *pitfall;
    const struct policy_use *use;
    const struct statement *statement;
    const struct statement_condition *condition;
    const uint32_t *holders; /* of the policy; of a trust policy the role */
    uint32_t holder_count;
};

/* The policy (JSON) with the condition corrected. NULL: there is no correction. New reference. */
json_t *pitfall_mend(struct analysis *analysis, const struct pitfall_place *place);

/* Whether in the statement of the finding's place no condition on the same key is a pitfall of the table, as the policy
 * is now, see model_trial. */
bool pitfall_is_gone(struct analysis *analysis, const struct finding *finding);

#endif
