/*
 * grants: which statements together let a caller become a role.
 *
 * Each grant is sufficient by itself: a statement of the role's trust policy and, unless that one needs no permission,
 * a statement of one of the caller's identity policies. If one of the two is removed from every grant, the caller can
 * no longer become the role. Other requirements of a call (sts:TagSession, boundaries, SCPs) are not listed: removing
 * those may also end a grant, so this can report more grants than there are, never fewer.
 */
#ifndef ROLECHAIN_GRAPH_DECISION_GRANTS_H
#define ROLECHAIN_GRAPH_DECISION_GRANTS_H

#include "graph/decision/decision.h"

struct grant {
    const struct statement *trust;
    const struct policy_use *use;      /* the identity policy; NULL: none is needed, or none is in the export */
    const struct statement *statement; /* NULL although `use` is not: the policy's document is not in the export */
};

/* Zero-initialise; can be reused for further questions. */
struct grants {
    struct grant *list;
    uint32_t count, room;
    struct grant_candidates *candidates;
};

/* Fills in the grants for the question; none if the caller cannot become the role. */
void grants_find(struct evaluator *evaluator, const struct decision_question *question, struct grants *grants);
void grants_free(struct grants *grants);

#endif
