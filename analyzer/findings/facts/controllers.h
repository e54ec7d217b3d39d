/*
 * controllers: non-administrators that can become a user or role without assuming it, in one of the ways of
 * graph/control/ways.h. Chains can begin with them too.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROLLERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROLLERS_H

#include "analyzer/findings/findings.h"

struct controller {
    uint32_t who;
    enum edge_kind kind;
    const struct control_how *by;
    bool sure; /* needs only calls made the right way */
};

#define CONTROLLERS_SHOWN 5u

struct controllers {
    uint32_t over;
    struct controller list[CONTROLLERS_SHOWN]; /* sure ones first */
    uint32_t count;                            /* all that were found; at most CONTROLLERS_SHOWN are listed */
    bool sure;                                 /* at least one of them is sure */
    bool more;                                 /* the search stopped: no steps left (findings_spend) */
};

/* For a node; outside parties have no controllers. */
void controllers_find(struct analysis *analysis, struct findings *findings, uint32_t node,
                      struct controllers *controllers);

/* A sentence such as " Role x can become role y without assuming it: ACTIONS.", one that says the search was
 * incomplete, or "". */
const char *controllers_words(struct findings *findings, const struct analysis *analysis,
                              const struct controllers *controllers);

/* [{"principal", "over", "kind", "actions", "verdict"}]. New reference. */
json_t *controllers_json(const struct analysis *analysis, const struct controllers *controllers);

#endif
