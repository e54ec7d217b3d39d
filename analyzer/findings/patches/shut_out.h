/*
 * shut_out: who loses access to a role through a trust policy on trial: callers that can assume it today, named by
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
    uint32_t *who; /* nodes that get in today and no longer would; outside parties first; malloc'ed */
    uint32_t count;
    bool more;             /* not everybody was checked */
    bool nobody;           /* nobody at all would get in */
    bool somebody_today;   /* somebody other than the role itself gets in today */
    const char *organizer; /* the account that would lose access that the organization needs; or NULL */
};

/* Call during the trial; today: the role's own policy. */
void shut_out_find(struct analysis *analysis, uint32_t role, const struct policy_use *today, struct shut_out *out);

/* Call after the trial: fills in somebody_today if nobody would get in; otherwise it does not matter. */
void shut_out_compare(struct analysis *analysis, struct findings *findings, struct shut_out *out);

void shut_out_free(struct shut_out *out);

/* Everyone in `who` except the role itself: "role x, account y and 3 more"; NULL: nobody. Lives in the findings'
 * arena. */
const char *shut_out_words(const struct analysis *analysis, struct findings *findings, const struct shut_out *out);

#endif
