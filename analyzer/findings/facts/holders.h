/*
 * holders: users and roles with a certain permission, usually without administrators, who have every permission.
 *
 * Found through the distinct policies that allow it, so that the cost depends on the number of holders, not on the size
 * of the organization.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_HOLDERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_HOLDERS_H

#include "analyzer/analysis/analysis.h"

/* Whether an Allow statement of the document covers one of the actions (ends in NULL), whatever its resources. */
bool document_allows_any(const struct model *model, const struct model_document *document, const char *const *actions);

struct holders {
    uint32_t *principals; /* ascending, so by account; whether they hold the action: holder_may */
    uint32_t count;
    uint32_t *account_first; /* per model account: offset into principals; one entry more than there are accounts */
};

/* Principals that have a policy with an Allow for one of the actions (ends in NULL). administrators: include
 * administrators, some of whom may be administrators only because of this action. */
void holders_find(struct analysis *analysis, const char *const *actions, bool administrators, struct holders *holders);
void holders_free(struct holders *holders);

/* Whether the decision allows the principal the action on the resource (with these keys fixed) if the caller chooses
 * all unknown keys well. */
bool holder_may(struct analysis *analysis, uint32_t principal, const char *action, const char *resource,
                const struct fixed_key *fixed, uint32_t fixed_count);

#endif
