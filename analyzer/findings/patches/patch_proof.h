/*
 * patch_proof: applies a patch to the model for a trial and checks the conditions of patches.h. If the patch is not
 * offered, finding->fix gets the reason.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PROOF_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PROOF_H

#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/patches/shut_out.h"
#include "graph/model/model_trial.h"

/* A caller that the new trust policy names, and the condition under which it gets in. */
struct patch_named {
    struct caller caller;
    constraint after;
};

/* A patch on trial. */
struct patch_trying {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    const struct patch *patch;
    uint32_t role; /* for a trust policy; else MODEL_NONE */
    const char *text;
    struct model_trial trial;

    /* The effect of the patch. */
    size_t found;                    /* how often the finding would still be there */
    const struct kept_call *refused; /* the first kept call that would fail; NULL: none */
    bool lost;                       /* a caller that must keep access would not get in */
    struct shut_out out;             /* for a trust policy */
    size_t dangers;                  /* for a patch that opens: how many dangerous findings there are with it */
    struct patch_named *named;       /* callers that the policy would let in by name, see find_named; malloc'ed */
    size_t named_count, named_room;
};

/* Fills in the effect; the caller sets the members before it. False: the patch is not offered. */
bool patch_proved(struct patch_trying *trying);
void patch_trying_free(struct patch_trying *trying);

#endif
