/*
 * patch_identity: patches of identity policies, for the rules that judge them (policies.h).
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_IDENTITY_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_IDENTITY_H

#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/patches/patches.h"

/* A patch in the making. */
struct identity_patch {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    struct patch patch; /* for the policy in the finding's first evidence and the holders in finding->about */
    json_t *policy;     /* as written, to be changed; owned, the same as patch.document */
    uint32_t position;  /* of the statement that identity_patch_part splits: finding->statement's */
    struct kept_calls kept;
};

/* For finding->statement. False: the policy is unknown, or only AWS can change it (finding->fix then says so); nothing
 * needs closing. */
bool identity_patch_open(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         struct identity_patch *patch);
/* The same for patches of that statement alone. Also false if IAM would refuse the policy whatever becomes of the
 * statement. */
bool identity_patch_open_part(struct analysis *analysis, struct findings *findings, struct finding *finding,
                              struct identity_patch *patch);
void identity_patch_close(struct identity_patch *patch);

/* Reads the policy again, to try another change. */
bool identity_patch_again(struct identity_patch *patch);

/* Sets patch->kept: the holders must keep every role that they can assume today. False: there are so many that checking
 * would take too long. */
bool identity_patch_keep_roles(struct identity_patch *patch);

/* The statement that allows this action and nothing else; for assuming a role, also the actions that belong to it. If
 * the statement in the policy allows more, it is split: the new statement goes behind the remaining one, *rest (NULL:
 * nothing remains). Borrowed. NULL: a wildcard that cannot be split. */
json_t *identity_patch_part(struct identity_patch *patch, const char *action, json_t **rest);

/* The list of strings in Resource. New reference. */
json_t *identity_resources(const json_t *statement);
/* Sets Resource to them, and removes NotResource. */
void identity_set_resources(json_t *statement, json_t *resources);

/* patch_offer; if no statement is left, finding->fix says to delete the policy. False: not proved, or longer than IAM
 * accepts. */
bool identity_patch_offer(struct identity_patch *patch, enum patch_style style);

#endif
