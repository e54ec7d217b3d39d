/*
 * patch_identity: patches of identity policies, for the rules that judge them (policies.h).
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_IDENTITY_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_IDENTITY_H

#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/patches/patches.h"

/* One patch that is being made. */
struct identity_patch {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    struct patch patch; /* of the policy that is the finding's first evidence, for the holders in finding->about */
    json_t *policy;     /* as written, to be changed; owned, and patch.document */
    uint32_t position;  /* of the statement that identity_patch_part takes apart: finding->statement's */
    struct kept_calls kept;
};

/* For finding->statement. False: only AWS can change the policy, which finding->fix says then, or it is not known;
 * there is nothing to be closed. */
bool identity_patch_open(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         struct identity_patch *patch);
/* The same for patches of that statement alone. False, too: IAM would refuse the policy whatever becomes of it. */
bool identity_patch_open_part(struct analysis *analysis, struct findings *findings, struct finding *finding,
                              struct identity_patch *patch);
void identity_patch_close(struct identity_patch *patch);

/* Reads the policy again, for another way to change it. */
bool identity_patch_again(struct identity_patch *patch);

/* The holders must keep every role that they can assume today: patch->kept are those calls. False: so many that it
 * would take too long to ask. */
bool identity_patch_keep_roles(struct identity_patch *patch);

/* The statement that allows the action (and, of assuming roles, what belongs to that) and nothing else. Where the
 * statement in the policy allows more, it is one of its own, and stands after what is left of the other, which is *rest
 * (NULL: nothing). Borrowed. NULL: a wildcard that cannot be told apart. */
json_t *identity_patch_part(struct identity_patch *patch, const char *action, json_t **rest);

/* A list of the strings of Resource. New reference. */
json_t *identity_resources(const json_t *statement);
/* Puts them in place of Resource or NotResource. */
void identity_set_resources(json_t *statement, json_t *resources);

/* patch_offer; if no statement is left, says in finding->fix that the policy is to be deleted. False: it is not
 * proved, or would be longer than IAM takes. */
bool identity_patch_offer(struct identity_patch *patch, enum patch_style style);

#endif
