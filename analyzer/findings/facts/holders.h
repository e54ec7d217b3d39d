/*
 * holders: users and roles with a certain permission; mostly non-administrators, since administrators have all of them.
 *
 * Found through the distinct policies that allow it, so that a question costs what its holders cost, not what an
 * organization has of principals.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_HOLDERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_HOLDERS_H

#include "analyzer/analysis/analysis.h"

/* Whether an Allow statement of the document covers one of the actions (ends in NULL), whatever its resources. */
bool document_allows_any(const struct model *model, const struct model_document *document, const char *const *actions);

struct holders {
    uint32_t *principals; /* ascending, so by account; may hold the action somewhere, see holder_may */
    uint32_t count;
    uint32_t *account_first; /* per model account: offset into principals, with one more than there are */
};

/* Who has a policy with an Allow for one of the actions (ends in NULL); administrators too: also who is an
 * administrator, perhaps by nothing but this. */
void holders_find(struct analysis *analysis, const char *const *actions, bool administrators, struct holders *holders);
void holders_free(struct holders *holders);

/* Whether it may do the action on the resource by evaluation (with these keys fixed), whatever is unknown chosen well
 * by the caller. */
bool holder_may(struct analysis *analysis, uint32_t principal, const char *action, const char *resource,
                const struct fixed_key *fixed, uint32_t fixed_count);

#endif
