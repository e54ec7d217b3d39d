/*
 * same_grants: whether two versions of an identity policy grant the same access to one role, so that their holders get
 * into that role as before. It compares the texts: true is proof, false proves nothing.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SAME_GRANTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SAME_GRANTS_H

#include "graph/model/model.h"

#define SAME_GRANTS_MOST 32u

/* The statements of one version that matter for assuming roles. */
struct grants_version {
    const struct statement *list[SAME_GRANTS_MOST];
    uint32_t count;
};

struct same_grants {
    struct grants_version before, after;
    uint32_t twin[SAME_GRANTS_MOST]; /* for each statement of after: the one of before about the same resources; out of
                                        range: none */
    bool comparable;
};

/* before, after: documents of the model; MODEL_NONE: unknown. */
void same_grants_open(struct same_grants *grants, const struct model *model, uint32_t before, uint32_t after);

/* role: its ARN. */
bool same_grants_for(const struct same_grants *grants, const char *role);

#endif
