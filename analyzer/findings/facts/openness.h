/*
 * openness: how open a trust statement is to strangers: principals in accounts of other AWS customers, with every
 * permission there. Also which RCPs alone keep them out of a role whose trust policy trusts anyone.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_OPENNESS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_OPENNESS_H

#include "analyzer/findings/findings.h"

enum openness {
    OPENNESS_CLOSED,
    OPENNESS_BOUND, /* under conditions that a stranger cannot meet freely, but that do not identify the caller */
    OPENNESS_WEAK,  /* under conditions that anyone can meet or guess */
    OPENNESS_OPEN,
};

/* With every policy as it is or, with whatever_rcps, as if no RCP applied to the role's account. *formula, if not NULL:
 * when it lets anyone in; CONSTRAINT_FALSE: never. */
enum openness openness_of(struct analysis *analysis, const struct trust_statement *at, bool whatever_rcps,
                          constraint *formula);

/* "Only the RCP perimeter (p-abc), attached to the root (r-xyz), keeps others out.": the RCPs that each make the
 * statement less open than it is without any; "" if none does. In the findings' arena. */
const char *openness_rcps(struct analysis *analysis, struct findings *findings, const struct trust_statement *at);

#endif
