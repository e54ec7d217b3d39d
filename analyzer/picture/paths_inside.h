/*
 * paths_inside: shared by the files of the paths view: paths_view.c (which paths), paths_parts.c (what is drawn as one
 * box), paths_words.c (texts).
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_PATHS_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_PATHS_INSIDE_H

#include "analyzer/picture/parts.h"
#include "analyzer/picture/shortest.h"
#include "analyzer/picture/view.h"

#define HOPS_MOST 4u      /* columns between the first and the last one */
#define SOURCE_PARTS 256u /* limit of parts when roles are told apart by where their callers come from */
#define REST "Other roles"

/* How much is drawn together. Tried in turn, from fine to coarse. */
struct folding {
    enum family_level level;
    int least;       /* roles whose worst finding is below this severity are not told apart by unit */
    bool by_caller;  /* roles that only outsiders enter are told apart by who enters */
    bool by_sources; /* roles are told apart by their sources and severity, not by name */
};

struct paths {
    struct view *view;
    const bool *targets;
    bool *sources, *open; /* per node; open: outsiders can enter it, with a high or critical finding */
    struct shortest ways;
    uint32_t *users_on_way, *users_of; /* per account */
    bool *named;                       /* per account: its users get boxes of their own */
    uint32_t hops;                     /* columns between the first and the last one */
    bool by_account;
    uint32_t wide;           /* families in more accounts than this are shown as "in most accounts" */
    struct intern wide_keys; /* keys of families; see find_wide */
    const struct folding *folding;
    uint32_t *order, ordered; /* roles on the paths, nearest to the sources first */
    struct sources {
        uint64_t words[SOURCE_PARTS / 64];
        uint32_t distance;
    } * group_sources;       /* the parts that lead to each group of the edges, see add_end */
    struct sources services; /* the parts that are services */
    struct parts parts;
    const uint32_t *becomes; /* per part of the previous try: the part it is now drawn as; MODEL_NONE: the rest of its
                                column. NULL: first try */
    const uint32_t *former;  /* per node: its part in the previous try */
};

/* is_target: the role is a target that is reached. is_last: it is one from which no path leads on; it stands in the
 * last column. is_hop: it is on the way to a target. */
bool paths_is_target(const struct paths *paths, uint32_t node);
bool paths_is_last(const struct paths *paths, uint32_t node);
bool paths_is_hop(const struct paths *paths, uint32_t node);

/* Sets order, parts and folding. */
void paths_fold(struct paths *paths);

void paths_find_arcs(struct paths *paths, struct flow *flow);

/* Fills in the whole flow. within: per node, whether it is reached, also through targets of its own account. */
void paths_describe(struct paths *paths, const char *names, const bool *within, struct flow *flow);

#endif
