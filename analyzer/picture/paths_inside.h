/*
 * paths_inside: what the files of the view of paths share: paths_view.c (which ways), paths_parts.c (what is drawn
 * together), paths_words.c (what it is called).
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_PATHS_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_PATHS_INSIDE_H

#include "analyzer/picture/parts.h"
#include "analyzer/picture/shortest.h"
#include "analyzer/picture/view.h"

#define HOPS_MOST 4u      /* columns between the first and the last */
#define SOURCE_PARTS 256u /* told apart where roles are told by who comes to them */
#define REST "Other roles"

/* How much is drawn together, one try after the other. */
struct folding {
    enum family_level level;
    int least;       /* roles with a finding less bad than this are not told by their unit */
    bool by_caller;  /* roles that only outsiders enter are told by who enters */
    bool by_sources; /* roles are told by who comes to them and how bad that is, not by their names */
};

struct paths {
    struct view *view;
    const bool *targets;
    bool *sources, *open; /* per node; open: outsiders enter it by a high or critical finding */
    struct shortest ways;
    uint32_t *users_on_way, *users_of; /* per account */
    bool *named;                       /* per account: its users stand by themselves */
    uint32_t hops;                     /* columns between the first and the last */
    bool by_account;
    uint32_t wide;           /* families in more accounts than this are "in most accounts" */
    struct intern wide_keys; /* of families; see find_wide */
    const struct folding *folding;
    uint32_t *order, ordered; /* roles on the ways, the nearest first */
    struct sources {
        uint64_t words[SOURCE_PARTS / 64];
        uint32_t distance;
    } * group_sources;       /* per group of the edges, see add_end */
    struct sources services; /* the parts of services */
    struct parts parts;
    const uint32_t *becomes; /* per part of the try before: the part that it is told as, MODEL_NONE: the rest of its
                                column; NULL: there was none */
    const uint32_t *former;  /* per node: its part there */
};

/* Whether the role is a target that is reached; one of these that leads on nowhere, which stands in the last column; on
 * the way to one. */
bool paths_is_target(const struct paths *paths, uint32_t node);
bool paths_is_last(const struct paths *paths, uint32_t node);
bool paths_is_hop(const struct paths *paths, uint32_t node);

/* Fills in order, parts and folding. */
void paths_fold(struct paths *paths);

void paths_find_arcs(struct paths *paths, struct flow *flow);

/* All of the flow. within: per node: reached, be it through targets of its account. */
void paths_describe(struct paths *paths, const char *names, const bool *within, struct flow *flow);

#endif
