/*
 * view: the pictures. Each answers a question, from the same edges, administrators and findings as the other commands.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_VIEW_H
#define ROLECHAIN_ANALYZER_PICTURE_VIEW_H

#include "analyzer/picture/family.h"
#include "analyzer/picture/flow.h"
#include "analyzer/picture/severities.h"

/* With more boxes than this, similar boxes are merged further, as far as possible. */
#define VIEW_BOXES 60u

struct view {
    struct analysis *analysis;
    const struct edges *edges;
    const struct model *model;
    bool *administrators;                  /* per node */
    struct severities severities;          /* see view_severities */
    struct families families;              /* of the names counted so far */
    const char **family_of[FAMILY_LEVELS]; /* per principal: cached; NULL: not computed yet */
    const char **unit_of;                  /* per account: cached; NULL: not computed yet */
    struct arena arena;
};

void view_open(struct view *view, struct analysis *analysis, const struct edges *edges);
void view_close(struct view *view);

/* The colours, and all findings; computed on first use, valid until view_close. If the database could not be read, an
 * error was printed (analysis_healthy). Callers that need both ask for the findings first. */
const struct severities *view_severities(struct view *view);
struct findings *view_findings(struct view *view);

/* Families depend on the names of the roles that are drawn: forget those of another view, then count each role. */
void view_forget_names(struct view *view);
void view_count_name(struct view *view, uint32_t role);
/* The role's family; lives with the view. */
const char *view_family(struct view *view, uint32_t role, enum family_level level);

/* The account's place in the organization (account_unit); lives with the view. */
const char *view_unit(struct view *view, uint32_t account);

/* Everything: who can assume which role. False, with an empty flow: it would have more than VIEW_BOXES boxes; with
 * whatever_size, boxes are merged further instead. */
bool view_principals(struct view *view, bool whatever_size, struct flow *flow);

/* The paths that matter: the shortest ones from people, outsiders, providers and services to the targets (per node;
 * NULL: administrators), and from outsiders into roles with critical and high findings. names: what the title calls the
 * targets; NULL: administrators. */
void view_paths(struct view *view, const bool *targets, const char *names, struct flow *flow);

/* One --focus: a principal or outside party, an account, or a unit. */
struct view_focus {
    const char *name;
    bool *members; /* per node */
    bool several;  /* it is an account or a unit, even if it has only one principal */
};

/* Everything within this many hops of the focus, in both directions; for accounts and units, what leads in from outside
 * them and out of them. */
void view_around(struct view *view, const struct view_focus *focus, uint32_t focus_count, uint32_t hops,
                 struct flow *flow);

/* Accounts by accounts: how many roles of the column's account the row's account can become, chains included. By units
 * if there are more than 1,000 accounts. */
void view_matrix(struct view *view, struct drawing *drawing);
/* One line per pair with a path: from_account, from_name, into_account, into_name, roles, administrators. */
void view_matrix_csv(struct view *view, FILE *stream);

/* Accounts in their units, and which ones reach directly into which; by units if there are more than 60. As a flow:
 * accounts and units as boxes, for other graph tools. */
void view_accounts(struct view *view, struct drawing *drawing);
void view_accounts_flow(struct view *view, struct flow *flow);

/* Who can make themselves administrator by control over IAM or over something that runs with a role, each with the
 * permission. */
void view_control(struct view *view, struct flow *flow);

#endif
