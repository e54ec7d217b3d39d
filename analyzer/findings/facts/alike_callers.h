/*
 * alike_callers: which users and roles a trust policy cannot tell apart, so that one answer serves many callers of one
 * permission class (graph/edges/classes.h). The classes are built from the policies in the database. This unit reads
 * the role's current policy, which may be one on trial (model_trial.h) with other names and conditions.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ALIKE_CALLERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ALIKE_CALLERS_H

#include "graph/edges/classes.h"
#include "ingest/support/intern.h"

/* One test by which the policy tells callers apart: is it this principal or, if `pattern` is not NULL, does its ARN
 * match. */
struct alike_test {
    uint32_t principal;
    const char *pattern;
};

struct alike_callers {
    const struct model *model;
    const struct partition *classes;
    uint32_t role;
    bool told_apart;          /* every caller is its own group */
    struct alike_test *tests; /* malloc'ed, as is marks */
    uint32_t test_count, test_room;
    char *marks;          /* the results of the tests for one caller */
    struct intern groups; /* the distinct marks seen so far */
    struct alike_plain {
        uint32_t account, group;
        bool known;
    } plain[4]; /* cache for callers that the policy does not name, whatever their permissions: their group by account
                 */
};

/* For the role's trust policy as it is in the model now; invalid once that changes. */
void alike_callers_open(struct alike_callers *alike, const struct model *model, const struct partition *classes,
                        uint32_t role);
void alike_callers_close(struct alike_callers *alike);

/* The number of the principal's group, from 0. A group's callers have the same permissions, and all get into the role
 * under the same condition. INTERN_NONE: the principal is its own group. */
uint32_t alike_callers_group(struct alike_callers *alike, uint32_t principal);

/* The same regardless of permissions: the statements of the trust policy admit all of a group under the same
 * conditions. */
uint32_t alike_callers_trusted(struct alike_callers *alike, uint32_t principal);

#endif
