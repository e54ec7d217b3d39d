/*
 * control_hops: chains with control in the middle: somebody becomes a role, that role can certainly become another
 * principal of its account without assuming it (graph/control/ways.h), and the chain goes on from there.
 *
 * Only hops that matter are built: from roles that somebody can enter and that are not administrators (taking over an
 * administrator makes them one) to users and roles from which a chain leads to a target. Principals with control that
 * nobody can enter are handled in controllers.h.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROL_HOPS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROL_HOPS_H

#include "analyzer/findings/findings.h"

/* The edges with these hops; they live as long as the findings. NULL: there are no such hops. entered: per node,
 * whether chains reach it; targets: per node, whether chains end there. */
struct edges *control_hops_add(struct analysis *analysis, struct findings *findings, const bool *entered,
                               const bool *targets);

/* The last hop of control in the chain; NULL: it has none. edges: those of the chain. */
const struct hop *control_hops_last(const struct edges *edges, const struct hop *hops, uint32_t count);

#endif
