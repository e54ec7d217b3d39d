/*
 * same_grants: whether two versions of an identity policy say the same of assuming one role, so that whoever has it
 * gets into that role as before. It compares what stands there; true is proof, false is none.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SAME_GRANTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SAME_GRANTS_H

#include "graph/model/model.h"

#define SAME_GRANTS_MOST 32u

/* A version's statements that bear on roles. */
struct grants_version {
    const struct statement *list[SAME_GRANTS_MOST];
    uint32_t count;
};

struct same_grants {
    struct grants_version before, after;
    uint32_t twin[SAME_GRANTS_MOST]; /* of each of after: the one of before about the same resources; else: none */
    bool comparable;
};

/* before, after: documents of the model; MODEL_NONE: nothing is known of them. */
void same_grants_open(struct same_grants *grants, const struct model *model, uint32_t before, uint32_t after);

/* role: its ARN. */
bool same_grants_for(const struct same_grants *grants, const char *role);

#endif
