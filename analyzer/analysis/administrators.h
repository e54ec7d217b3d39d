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
    ADMINISTRATOR_BY_POLICY,  /* its own permissions create principals with any policy, and become them */
    ADMINISTRATOR_BY_CONTROL, /* it can give itself these permissions, or take over somebody who has or can get them */
};

struct administrator {
    enum verdict verdict; /* DENIED: not an administrator; CONDITIONAL: under the residual */
    bool sure; /* the residual only depends on how the calls are made: no unknown facts, no keys that limit what can be
                  granted */
    enum administrator_how how;
    const struct policy_use *use;    /* a policy that allows the first of its actions; NULL: not known */
    const struct control_how *by;    /* its actions; NULL: it is none */
    const struct control_how *then;  /* BY_CONTROL: those of the change that follows; NULL: none */
    const struct model_group *group; /* BY_CONTROL: that it joins first; NULL: none */
    bool changes_itself;             /* BY_CONTROL: its first actions give itself permissions */
    enum edge_kind kind;             /* BY_CONTROL: which way */
    uint32_t through; /* BY_CONTROL: the user or role that it takes over or changes; MODEL_NONE: itself */
    constraint residual;
};

/* Of a user or role in its own account; chains of roles do not count. Lives as long as the analysis. */
const struct administrator *administrators_get(struct analysis *analysis, uint32_t principal);

/* Whether the user or role surely is one: permissions boundary and SCPs count; with conditions that limit what can be
 * granted (iam:PolicyARN, iam:PermissionsBoundary), or with unknown facts, it is not. */
bool administrators_has(struct analysis *analysis, uint32_t principal);

/* To be called before many questions to administrators_get: administrators_has then shares their work instead of
 * deciding again. */
void administrators_want_whole(struct analysis *analysis);

/* Whether the node is an administrator or can become a role that is one. */
bool administrators_reached(struct analysis *analysis, uint32_t node);

/* The same, for a few nodes: it decides only about the accounts that the node's chains pass through. */
bool administrators_reached_by_few(struct analysis *analysis, uint32_t node);

/* Why it is one: "policy AdministratorAccess of group admins"; by control: "iam:AddUserToGroup on group editors, then
 * iam:PutUserPolicy on itself". Appended. */
void administrators_tell(const struct model *model, const struct administrator *administrator, struct text *text);

/* For a trial (model_trial.h) that removes permissions from users and roles of the account: between set_aside and
 * put_back, both within the trial, those who lose some, or are administrators only through somebody who does, are
 * decided again; the others keep their results. Answers in between are invalid after put_back; administrators_reached
 * must not be called there. */
struct account_administrators *administrators_set_aside(struct analysis *analysis, uint32_t account);
void administrators_put_back(struct analysis *analysis, uint32_t account, struct account_administrators *kept);

/* The results so far; NULL: none. */
void administrators_free(struct administrators *cache);

#endif
