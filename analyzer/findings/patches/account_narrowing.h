/*
 * account_narrowing: trust policies for exactly those principals of a trusted account that can use the trust, each
 * proved by deciding every principal of the account again.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_ACCOUNT_NARROWING_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_ACCOUNT_NARROWING_H

#include "analyzer/findings/patches/patches.h"

/* A longer list in a trust policy would not be read by anybody. */
#define NARROWING_LONGEST_LIST 10

/* The finding's statement trusts the account as a whole; able: principals of that account that get in by it, ascending.
 * Offers a trust policy for each style that changes nobody's access:
 *   principals  the account replaced by the list of ARNs
 *   condition   the account kept, with aws:PrincipalArn equal to one of them
 *   pattern     for longer lists: the account kept, with aws:PrincipalArn like a common prefix
 * False: no style does. */
bool narrowing_offer(struct analysis *analysis, struct findings *findings, struct finding *finding, const char *account,
                     const uint32_t *able, uint32_t able_count);

/* The same for a subset that must keep its access; others may lose theirs: nobody new gets in, and the kept principals
 * get in as before. */
bool narrowing_offer_for(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         const char *account, const uint32_t *kept, uint32_t kept_count);

#endif
