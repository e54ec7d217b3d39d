/*
 * outsiders: who is outside of what, for --from-outside and for `outside` in rules.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_OUTSIDERS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_OUTSIDERS_H

#include "graph/decision/decision.h"

/* Whether the caller is outside the account of the role (or user) and, if both memberships are known, outside its
 * organization. Callers from an identity provider or an identity pool come from outside, whatever account that is set
 * up in; people of Identity Center do not. */
bool caller_is_outside(const struct model *model, const struct caller *caller, uint32_t role);

#endif
