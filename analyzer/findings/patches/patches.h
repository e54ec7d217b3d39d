/*
 * patches: policies that close a finding, ready to paste. Each is proved by deciding again on a model that contains it.
 *
 * A patch is offered only if
 * - IAM would accept it (patch_accepted.h): principals that do not exist are left out;
 * - the finding's own rule, run again on the patched policy, no longer finds it;
 * - callers named by --keep, or seen in loaded CloudTrail events, keep their access (kept_access.h);
 * - the new trust policy gives nobody access that the old one did not; if that is its purpose, the new access causes no
 *   worse finding than the one it closes;
 * - somebody can still assume the role, or nobody can today (shut_out.h); a role that was used recently (last_use.h)
 *   must stay usable.
 *
 * It lists who loses access to the role. If only the owner knows a value (an external ID, a subject), the patch has a
 * placeholder in capitals and says what to put there.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCHES_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCHES_H

#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/findings.h"
#include "analyzer/findings/patches/patch_principals.h"
#include "analyzer/findings/patches/policy_json.h"
#include "analyzer/findings/rules.h"

/* Adds the reason why a patch is not offered to finding->fix, if patches are shown. */
void patch_not_offered(struct findings *findings, struct finding *finding, const char *sentence);

/* What a patch does to the policy: the name of its member in "patch" and "patch_notes". */
enum patch_style {
    PATCH_PRINCIPALS,
    PATCH_CONDITION,
    PATCH_PATTERN,
    PATCH_ORGANIZATION,
    PATCH_UNIT,
    PATCH_ACCOUNTS,
    PATCH_EXTERNAL_ID,
    PATCH_SUBJECT,
    PATCH_AUDIENCE,
    PATCH_MFA,
    PATCH_SOURCE,
    PATCH_RESOURCES,
    PATCH_OWN_ORGANIZATION,
    PATCH_CUT,
    PATCH_DENIED,
    PATCH_CORRECTED,
    PATCH_RENAMED,
    PATCH_ACTIONS,
    PATCH_REWRITTEN,
    PATCH_REMOVED,
    PATCH_CLOSED
};

/* A proposed policy. */
struct patch {
    enum patch_style style;
    json_t *document; /* the whole policy; the caller keeps it. NULL: no patch, nothing is offered */

    /* The policy to change. NULL: the trust policy that the finding is about (finding->at). */
    const struct policy_use *use;
    const uint32_t *holders; /* with use: the holders of that policy, ascending */
    uint32_t holder_count;
    struct kept_calls *keeps; /* with use: other calls that must keep succeeding; NULL: none */

    const char *fill_in; /* the placeholder to fill in, and what it is; NULL: none */
    const char *caveat;  /* a sentence in addition to those of the style; NULL: none */

    /* How it is proved that the finding is closed: closes, the caller has proved it; is_gone, called during the trial;
     * neither: the rule runs again. */
    bool closes;
    bool (*is_gone)(struct analysis *analysis, const struct finding *finding);
    const struct caller *stays; /* gets in today and must still get in somehow; NULL: nobody */
    /* Callers that pass with the value `was` of this key must pass with `becomes` instead. key NULL: no exchange */
    struct patch_exchange {
        const char *key, *was, *becomes; /* was NULL: no value */
    } exchange;
    bool opens; /* it admits the callers that the old policy was meant to admit but did not: stated as a caveat */
};

/* Proves it and adds it to finding->patch and finding->patch_notes. If it would remove access that must be kept,
 * finding->fix says so. False: it is not offered. */
bool patch_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch);

/* The command that shows who used the role. Lives in the findings' arena. */
const char *patch_lookup(const struct analysis *analysis, struct findings *findings, uint32_t role);

/* Whether the patch with that style, as printed, is a trust policy. */
bool patch_is_trust_policy(const struct finding *finding, const char *style);

/* Whether the rule would still find the finding's trust policy if it were this JSON text; true if that cannot be
 * decided. */
bool patch_finds(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                 const char *policy);

/* As patch_offer, but adds nothing: for fixes in words. */
bool patch_holds(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch);

/* ---- whole elaborations: each offers what its name says, on the trust policy. rules.h has those named in the
 * registry, among them
 *  patch_subject_away: without the principal in finding->subject (as written); without the statement, if no other
 *  principal is left in it
 *  patch_account_away, patch_vendor_away: the same for all principals of the account in finding->subject;
 *  patch_vendor_away for a vendor's account, which may be wanted */

/* Removes the statement; if it is the only one, the result is a policy that lets nobody in. */
finding_elaboration patch_statement_away;
/* As patch_subject_away for other principals of the finding's statement; caveat: a sentence, or NULL. */
void patch_principals_away(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct principals_meant *meant, const char *caveat);

/* For a trust policy that IAM would reject; see patch_grammar.c */
finding_elaboration patch_grammar;
/* See patch_services.c. */
finding_elaboration patch_pod_identity;

/* Replaces finding->subject by another ARN. opens: as in struct patch. */
void patch_offer_other_name(struct analysis *analysis, struct findings *findings, struct finding *finding,
                            const char *arn, bool opens);

/* The role's trust policy changed to require MFA of the users who enter it (entering: per node, see patch_chain.h),
 * while roles of their accounts still get in. NULL: none of them are users, or the statement cannot be split. New
 * reference; see patch_mfa.c. */
json_t *patch_mfa_demanded(struct analysis *analysis, uint32_t role, const bool *entering);

/* ---- building blocks: each changes a whole trust policy in place; false: not possible there */

bool patch_remove_statement(json_t *policy, uint32_t position);
/* A whole trust policy that lets nobody in. New reference. */
json_t *patch_locked_policy(void);

/* Whether the operator of a Condition requires something of a value: not negated, and not about whether the key is
 * present. */
bool patch_is_demand(const char *operator_name);
/* Removes what the statement requires of the key, also under IfExists or for a set of values; what it forbids stays.
 * Returns those values, an empty array if there are none; NULL: several operators require something of it. New
 * reference. */
json_t *patch_release(json_t *statement, const char *key);
/* Requires the values of the key (a list of one becomes a string) with the operator, in place of what was required
 * before. */
bool patch_demand(json_t *statement, const char *operator_name, const char *key, json_t *values);
bool patch_demand_one(json_t *statement, const char *operator_name, const char *key, const char *value);

/* The address that assertions are sent to in the partition, SAML:aud; NULL: unknown. */
const char *patch_sign_in_address(const char *partition);

/* Offers the trust policy with a condition added to the finding's statement. */
bool patch_offer_condition(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct patch *patch, const char *const *operators, const char *key,
                           const char *const *values, size_t value_count);

#endif
