/*
 * control_hops: chains with control in the middle: somebody becomes a role, the role surely becomes another principal
 * of its account without assuming it (graph/control/ways.h), and the chain goes on from there.
 *
 * Only hops that matter are there: from roles that somebody enters and that are no administrators (who takes over an
 * administrator is one) to users and roles from which chains lead to a target. Who controls the first of a chain and is
 * entered by nobody is in controllers.h.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROL_HOPS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROL_HOPS_H

#include "analyzer/findings/findings.h"

/* The edges with these hops, which live as long as the findings; NULL: there are none. entered: per node, whether
 * chains come there; targets: where they end. Both per node. */
struct edges *control_hops_add(struct analysis *analysis, struct findings *findings, const bool *entered,
                               const bool *targets);

/* Whether a hop of the chain, whose edges these are, is one of control; the last such hop. NULL: none is. */
const struct hop *control_hops_last(const struct edges *edges, const struct hop *hops, uint32_t count);

#endif
