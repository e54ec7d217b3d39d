/*
 * outsiders: who is outside of whom: what --from-outside counts, and `outside` in rules.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_OUTSIDERS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_OUTSIDERS_H

#include "graph/decision/decision.h"

/* Whether the caller is outside the account of the role (or user); outside its organization, where membership of both
 * is known. Who signs in at an identity provider, or comes through an identity pool, comes from outside, whatever
 * account these are set up in; people of Identity Center do not. */
bool caller_is_outside(const struct model *model, const struct caller *caller, uint32_t role);

#endif
