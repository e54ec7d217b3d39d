/*
 * chain_facts: what a finding says about the chain of roles that proves it.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CHAIN_FACTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CHAIN_FACTS_H

#include "analyzer/findings/findings.h"

/* "user x → role 111122223333/y → role z": account numbers where the account changes, and the kind of hop where it is
 * not an assumption. Lives with the findings. */
const char *chain_words(struct findings *findings, const struct analysis *analysis, const struct hop *hops,
                        uint32_t count);

/* Gives the finding the chain: as evidence the trust statement of each hop, last hop first; as elaboration the chain
 * and facts.chain (all names in order). The hops are copied. facts: other members for facts, or NULL; ownership passes
 * to the finding. */
void chain_attach(struct analysis *analysis, struct findings *findings, struct finding *finding, const struct hop *hops,
                  uint32_t count, json_t *facts);

/* The same for a chain that may contain hops of control (control_hops.h) while the analysis has those edges. plain: the
 * edges that it has otherwise. */
void chain_attach_wide(struct analysis *analysis, struct findings *findings, struct finding *finding,
                       const struct edges *plain, const struct hop *hops, uint32_t count, json_t *facts);

/* Whether the finding's chain contains a hop of control. */
bool chain_is_of_control(const struct finding *finding);

/* The elaboration that chain_attach sets, for rules that add to it. */
void chain_elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding);

/* The hops of its chain; if the chain contains control, only those after the last hop of control. */
const struct hop *chain_hops(const struct finding *finding, uint32_t *count);

#endif
