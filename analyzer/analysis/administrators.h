/*
 * administrators: who can grant any permission in an account, by evaluation, not by policy name. The definition is
 * in docs/decisions.md, "Administrators".
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_H

#include "analyzer/analysis/analysis.h"
#include "graph/control/control_rights.h"
#include "ingest/support/text.h"

enum administrator_how {
    ADMINISTRATOR_BY_POLICY,  /* its own permissions let it create principals with any policy, and become them */
    ADMINISTRATOR_BY_CONTROL, /* it can give itself these permissions, or take over somebody who has or can get them */
};

struct administrator {
    enum verdict verdict; /* DENIED: not an administrator; CONDITIONAL: under the residual */
    bool sure; /* the residual only depends on how the calls are made: no unknown facts, and no keys that limit what can
                  be granted */
    enum administrator_how how;
    const struct policy_use *use;    /* a policy that allows the first of its actions; NULL: unknown */
    const struct control_how *by;    /* its actions; NULL: not an administrator */
    const struct control_how *then;  /* BY_CONTROL: the actions of the change that follows; NULL: none */
    const struct model_group *group; /* BY_CONTROL: the group that it joins first; NULL: none */
    bool changes_itself;             /* BY_CONTROL: its first actions give permissions to itself */
    enum edge_kind kind;             /* BY_CONTROL: the kind of control */
    uint32_t through; /* BY_CONTROL: the user or role that it takes over or changes; MODEL_NONE: itself */
    constraint residual;
};

/* The result for a user or role in its own account, without chains of roles. Lives as long as the analysis. */
const struct administrator *administrators_get(struct analysis *analysis, uint32_t principal);

/* Whether the user or role certainly is an administrator. Permissions boundary and SCPs count; with conditions that
 * limit what can be granted (iam:PolicyARN, iam:PermissionsBoundary), or with unknown facts, the answer is no. */
bool administrators_has(struct analysis *analysis, uint32_t principal);

/* Call before many calls of administrators_get: administrators_has then uses their results instead of deciding
 * again. */
void administrators_want_whole(struct analysis *analysis);

/* Whether the node is an administrator or can become a role that is one. */
bool administrators_reached(struct analysis *analysis, uint32_t node);

/* The same, for a few nodes: it decides only about the accounts that the node's chains pass through. */
bool administrators_reached_by_few(struct analysis *analysis, uint32_t node);

/* Appends why it is an administrator: "policy AdministratorAccess of group admins"; by control: "iam:AddUserToGroup on
 * group editors, then iam:PutUserPolicy on itself". */
void administrators_tell(const struct model *model, const struct administrator *administrator, struct text *text);

/* For a trial (model_trial.h) that removes permissions from users and roles of the account. Between set_aside and
 * put_back, both within the trial, principals that lose permissions, or are administrators only through one that does,
 * are decided again; the others keep their results. Results from in between are invalid after put_back; do not call
 * administrators_reached there. */
struct account_administrators *administrators_set_aside(struct analysis *analysis, uint32_t account);
void administrators_put_back(struct analysis *analysis, uint32_t account, struct account_administrators *kept);

/* Frees the results so far; NULL: none. */
void administrators_free(struct administrators *cache);

#endif
