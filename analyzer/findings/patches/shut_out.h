/*
 * shut_out: who loses access to a role by a trust policy on trial: callers that can assume it today, whether named by
 * Principal or by conditions, and the roles through which an organization manages its accounts.
 *
 * Sources:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs.html,
 * https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_SHUT_OUT_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_SHUT_OUT_H

#include "analyzer/findings/findings.h"

struct shut_out {
    uint32_t role;
    uint32_t *who; /* nodes: who gets in today, and would not; outside parties first; malloc'ed */
    uint32_t count;
    bool more;             /* not everybody was asked */
    bool nobody;           /* nobody at all would get in */
    bool somebody_today;   /* somebody gets in today, but the role itself */
    const char *organizer; /* the account of which somebody would lose a way that the organization needs; or NULL */
};

/* Asked while the policy is tried; today: the role's own policy. */
void shut_out_find(struct analysis *analysis, uint32_t role, const struct policy_use *today, struct shut_out *out);

/* And when that is over: fills in somebody_today where it matters, which is where nobody would get in. */
void shut_out_compare(struct analysis *analysis, struct findings *findings, struct shut_out *out);

void shut_out_free(struct shut_out *out);

/* Those of `who` but the role itself: "role x, account y and 3 more"; NULL: nobody. Lives in the findings' arena. */
const char *shut_out_words(const struct analysis *analysis, struct findings *findings, const struct shut_out *out);

#endif
