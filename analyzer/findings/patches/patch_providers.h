/*
 * patch_providers: patches of policies that let non-administrators change an identity provider.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PROVIDERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_PROVIDERS_H

#include "analyzer/findings/patches/patches.h"

/* Offers the policy without the actions (ends in NULL) if no other policy allows any of them to these users and roles
 * of one account. is_gone: called during the trial. */
void patch_provider_editors(struct analysis *analysis, struct findings *findings, struct finding *finding,
                            const uint32_t *editors, uint32_t count, const char *const *actions,
                            bool (*is_gone)(struct analysis *analysis, const struct finding *finding));

#endif
