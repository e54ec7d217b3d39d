/*
 * pitfalls: tables of conditions that do not do what they appear to, and one walk over all policies that looks for the
 * conditions of a table.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_PITFALLS_H
#define ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_PITFALLS_H

#include "analyzer/findings/facts/condition_reading.h"
#include "analyzer/findings/rules.h"

/* How the condition is corrected. The effect of the correction is decided again before it is proposed. */
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
    bool (*is)(struct condition_reading *reading); /* sets reading->caller */
    int steps;                                     /* relative to the rule's severity */
    bool opens;                                    /* one step higher if a trust lets somebody in because of it */
    const char *says;                              /* NULL: words */
    const char *(*words)(const struct condition_reading *reading);
    const char *fix;
    enum mend mend;
};

/* A condition is reported for the first pitfall that matches. */
struct pitfalls {
    const struct pitfall *list;
    size_t count;
    /* Called for each statement before its conditions; NULL: not called. */
    void (*statement)(struct condition_reading *reading, const struct finding_rule *rule, struct findings *findings);
};

/* Looks at every statement that can be about assuming roles and was not written by AWS. The table must stay valid. */
void pitfalls_find(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct pitfalls *table);

/* A finding about the reading's statement. */
struct finding *pitfall_add(struct condition_reading *reading, const struct finding_rule *rule,
                            struct findings *findings, const char *subject);

#endif
