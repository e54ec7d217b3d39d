/*
 * chain_facts: a finding that one chain of roles shows.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CHAIN_FACTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CHAIN_FACTS_H

#include "analyzer/findings/findings.h"

/* "user x → role 111122223333/y → role z": accounts where they change, and how where it is not by assuming. Lives with
 * the findings. */
const char *chain_words(struct findings *findings, const struct analysis *analysis, const struct hop *hops,
                        uint32_t count);

/* Evidence becomes the trust statement of each hop, the last hop's first; the finding's elaboration: its chain and
 * facts.chain, all names in order. The hops are copied. facts: what stands in facts besides, or NULL; it is taken over.
 */
void chain_attach(struct analysis *analysis, struct findings *findings, struct finding *finding, const struct hop *hops,
                  uint32_t count, json_t *facts);

/* The same of a chain that may go over control (control_hops.h) while the analysis has those edges: plain are those
 * that it has otherwise. */
void chain_attach_wide(struct analysis *analysis, struct findings *findings, struct finding *finding,
                       const struct edges *plain, const struct hop *hops, uint32_t count, json_t *facts);

/* Whether it does. */
bool chain_is_of_control(const struct finding *finding);

/* That elaboration, for rules that add to it. */
void chain_elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding);

/* The hops of its chain, without those to the last one over control. */
const struct hop *chain_hops(const struct finding *finding, uint32_t *count);

#endif
