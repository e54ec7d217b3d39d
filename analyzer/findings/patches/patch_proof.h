/*
 * patch_proof: applies a patch to the model for a trial, and checks the conditions of patches.h. If the patch is not
 * offered, the reason goes into the finding's fix.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PROOF_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PROOF_H

#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/patches/shut_out.h"
#include "graph/model/model_trial.h"

/* Somebody whom the new trust policy names, and when they get in by it. */
struct patch_named {
    struct caller caller;
    constraint after;
};

/* A patch while it is tried. */
struct patch_trying {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    const struct patch *patch;
    uint32_t role; /* of a trust policy; else MODEL_NONE */
    const char *text;
    struct model_trial trial;

    /* What it would do. */
    size_t found;                    /* how often the finding would still be there */
    const struct kept_call *refused; /* NULL: nobody who is kept */
    bool lost;                       /* who must stay would not get in */
    struct shut_out out;             /* of a trust policy */
    size_t dangers;                  /* see there; of a patch that opens */
    struct patch_named *named;       /* whom the policy would let in by name, see find_named; malloc'ed */
    size_t named_count, named_room;
};

/* Fills in what it would do; the caller sets what stands before that. False: it is not offered. */
bool patch_proved(struct patch_trying *trying);
void patch_trying_free(struct patch_trying *trying);

#endif
