/*
 * controllers: non-administrators that become a user or role without assuming it, by a way of graph/control/ways.h:
 * chains can begin with them too.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROLLERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_CONTROLLERS_H

#include "analyzer/findings/findings.h"

struct controller {
    uint32_t who;
    enum edge_kind kind;
    const struct control_how *by;
    bool sure; /* it takes no more than calls made the right way */
};

#define CONTROLLERS_SHOWN 5u

struct controllers {
    uint32_t over;
    struct controller list[CONTROLLERS_SHOWN]; /* sure ones first */
    uint32_t count;                            /* at most CONTROLLERS_SHOWN are listed */
    bool sure;                                 /* some are */
    bool more;                                 /* not all were asked: no steps are left (findings_spend) */
};

/* Over a node; outside parties have none. */
void controllers_find(struct analysis *analysis, struct findings *findings, uint32_t node,
                      struct controllers *controllers);

/* " Role x can become role y without assuming it: ACTIONS.", that not all were asked, or "". */
const char *controllers_words(struct findings *findings, const struct analysis *analysis,
                              const struct controllers *controllers);

/* [{"principal", "over", "kind", "actions", "verdict"}]. New reference. */
json_t *controllers_json(const struct analysis *analysis, const struct controllers *controllers);

#endif
