/*
 * chain_ends: the roles at which chains that matter end: administrators, roles that can make themselves administrator,
 * and roles marked as sensitive.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CHAIN_ENDS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CHAIN_ENDS_H

#include "analyzer/findings/findings.h"

/* Per node: whether it is a role that certainly is an administrator or, with sensitive_too, is marked as sensitive. The
 * caller frees it. */
bool *chain_ends_mark(struct analysis *analysis, bool sensitive_too);

/* Whether the role can make itself administrator under conditions, is not marked, and no chain leads from it to an
 * administrator. */
bool chain_end_is_perhaps(struct analysis *analysis, uint32_t role);

/* "an administrator of its account" and the like. */
const char *chain_end_words(struct analysis *analysis, struct findings *findings, uint32_t role);

/* facts.control: the change of permissions, or the control over another, that makes the role an administrator. */
void chain_end_tell(struct analysis *analysis, uint32_t role, json_t *facts);

#endif
