/*
 * alike_callers: which users and roles a trust policy cannot tell apart, so that of many callers of one permission
 * class (graph/edges/classes.h) one answer does. The classes know the policies of the database; this looks at the one
 * that the role has now, which may be one that is tried (model_trial.h), with names and conditions of its own.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ALIKE_CALLERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ALIKE_CALLERS_H

#include "graph/edges/classes.h"
#include "ingest/support/intern.h"

/* What the policy tells callers by: whether it is this one, or (`pattern` is not NULL) the ARN matches. */
struct alike_test {
    uint32_t principal;
    const char *pattern;
};

struct alike_callers {
    const struct model *model;
    const struct partition *classes;
    uint32_t role;
    bool told_apart;          /* each caller stands for itself */
    struct alike_test *tests; /* malloc'ed, like marks */
    uint32_t test_count, test_room;
    char *marks;          /* of one caller: how it does in them */
    struct intern groups; /* marks that were met */
    struct alike_plain {
        uint32_t account, group;
        bool known;
    } plain[4]; /* of those that it does not name, whatever their permissions are: by what they are */
};

/* For the role's trust policy as the model has it now; good until that changes. */
void alike_callers_open(struct alike_callers *alike, const struct model *model, const struct partition *classes,
                        uint32_t role);
void alike_callers_close(struct alike_callers *alike);

/* The number of the group of callers of its permissions that the principal is one of, from 0: all of them get into the
 * role under the same condition. INTERN_NONE: it stands for itself. */
uint32_t alike_callers_group(struct alike_callers *alike, uint32_t principal);

/* The same whatever its permissions are: by the statements of the trust policy, all of a group are let in under the
 * same conditions. */
uint32_t alike_callers_trusted(struct alike_callers *alike, uint32_t principal);

#endif
