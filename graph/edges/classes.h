/*
 * classes: groups of callers, and of roles, that no statement can tell apart. Edges are found and stored between
 * groups, never between all pairs of principals and roles.
 *
 *   permission class  users or roles of one account with the same identity policies, boundary and looked-at tags, whose
 *                     names the same patterns match (name_matches.h)
 *   profile           permission classes of any accounts that every role of another account answers the same
 *   role set          roles whose trust policies say the same (trust_contents.h) that answer every caller of another
 *                     account the same
 *   local set         those of a role set in one account: there they answer every caller of that account the same
 *
 * A decision about one member holds for all, with two limits. A profile, and a role set seen by a class of another
 * account, speak for callers of other accounts than the role's; in the role's own account more may be possible, never
 * less. And either side may look at the other more closely than these groups do: see role_detail and caller_detail.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_CLASSES_H
#define ROLECHAIN_GRAPH_EDGES_CLASSES_H

#include "graph/model/model.h"

/* A partition of some of the principals into blocks. */
struct partition {
    uint32_t count;
    uint32_t *of;      /* per principal: its block, or MODEL_NONE */
    uint32_t *first;   /* count + 1 offsets into members */
    uint32_t *members; /* principals by block, ascending in each */
};

/* partition_open starts with all principals in no block; partition_close completes it after `of` and `count` are filled
 * in. */
void partition_open(struct partition *partition, uint32_t principals);
void partition_close(struct partition *partition, uint32_t principals);
void partition_free(struct partition *partition);

/* How closely a role's policies distinguish callers with the same permissions. */
enum caller_detail { CALLER_BY_PROFILE, CALLER_BY_CLASS, CALLER_BY_NAME };

/* How closely a caller's policies and SCPs distinguish the roles of one role set: not at all; only by role_tags and by
 * which Resource patterns match; each role separately. */
enum role_detail { ROLE_BY_SET, ROLE_BY_PATTERN, ROLE_BY_ITSELF };

struct classes {
    struct partition permissions, profiles; /* of users and roles */
    struct partition role_sets;             /* of roles whose trust policy is known */
    struct partition local_sets;            /* of those roles, if a local set is neither one role nor the whole set */
    struct partition same_trusts;           /* of role sets: roles that share one trust document */
    /* Once there are control edges (control_groups.h): principals with the same control edges, and principals under the
     * same control; no block has only one member. */
    struct partition controllers, controlled;
    /* Once there are people (edges_people.h): groups of people with ways into roles. Not a partition: a person can be
     * in several, of[] is not used, and members are nodes. */
    struct partition people;
    uint32_t people_base;    /* the number of the first such group */
    uint8_t *role_details;   /* per permission class: enum role_detail */
    uint32_t *role_tags;     /* per role: equal numbers mean equal values of the tags that policies look at */
    uint8_t *caller_details; /* per role set: enum caller_detail */
    bool *strangers_alike;   /* per role set: callers that were not exported all get the same answer, too */
};

/* Whether the statement affects an action that assuming a role can need: sts:AssumeRole, TagSession,
 * SetSourceIdentity. */
bool classes_statement_bears(const struct statement *statement);

void classes_make(struct classes *classes, const struct model *model);
void classes_free(struct classes *classes);

#endif
