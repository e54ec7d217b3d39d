/*
 * patches: policies that close a finding, ready to paste, each proved by deciding again on a model that has it.
 *
 * A patch is offered only if
 *   - IAM would accept it (patch_accepted.h): principals that do not exist are left out;
 *   - the finding's own rule, run again on the patched policy, no longer finds it;
 *   - callers named by --keep, or seen in loaded CloudTrail events, keep their access (kept_access.h);
 *   - the new trust policy gives nobody access that the old one did not; where that is its purpose, the new access
 * causes no worse finding than the one it closes;
 *   - somebody can still assume the role, or nobody can today (shut_out.h); a role that was used recently (last_use.h)
 * must stay usable. It lists who loses access to the role. Where only the owner knows a value (an external ID, a
 * subject), the patch has a word in capitals and says what to put there.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCHES_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCHES_H

#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/findings.h"
#include "analyzer/findings/patches/patch_principals.h"
#include "analyzer/findings/patches/policy_json.h"
#include "analyzer/findings/rules.h"

/* Adds a sentence to what is to be done about the finding, where patches are shown: why one is not offered. */
void patch_not_offered(struct findings *findings, struct finding *finding, const char *sentence);

/* What a patch does to the policy: the member of "patch" and "patch_notes" under which it is printed. */
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

/* A policy that is proposed. */
struct patch {
    enum patch_style style;
    json_t *document; /* the whole policy; stays the caller's. NULL: there is none, and nothing is offered */

    /* Which policy it is. NULL: the trust policy that the finding is about (finding->at). */
    const struct policy_use *use;
    const uint32_t *holders; /* with use: who has that policy, ascending */
    uint32_t holder_count;
    struct kept_calls *keeps; /* with use: calls that must go on succeeding too; NULL: none */

    const char *fill_in; /* what stands for something to be filled in, and what that is; NULL: nothing */
    const char *caveat;  /* a sentence besides those of the style; NULL: none */

    /* That it closes the finding is proved: by the caller; or by this, asked while it is tried. Neither: by the rule,
     * run again. */
    bool closes;
    bool (*is_gone)(struct analysis *analysis, const struct finding *finding);
    const struct caller *stays; /* who gets in and must go on doing so in some way; NULL: nobody in particular */
    /* Who passed the one value of this key is to pass the other from then on. key NULL: nothing like that */
    struct patch_exchange {
        const char *key, *was, *becomes; /* was NULL: nothing */
    } exchange;
    bool opens; /* it lets in whom the old one was to let in and did not: said as a caveat */
};

/* Proves it and adds it to finding->patch and finding->patch_notes; where it would take away what is kept, that is
 * added to finding->fix. False: it is not offered. */
bool patch_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch);

/* The command that shows who used the role. Lives in the findings' arena. */
const char *patch_lookup(const struct analysis *analysis, struct findings *findings, uint32_t role);

/* Whether the patch of that style, as it is printed, is a trust policy. */
bool patch_is_trust_policy(const struct finding *finding, const char *style);

/* Whether the rule finds the trust policy that the finding is about, were it this JSON text; true where that cannot be
 * told. */
bool patch_finds(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                 const char *policy);

/* The same, but nothing is added: for what is said in words. */
bool patch_holds(struct analysis *analysis, struct findings *findings, struct finding *finding,
                 const struct patch *patch);

/* ---- whole elaborations: they offer what the name says, on the trust policy. rules.h has those that rows of the
 * registry name, among them
 *   patch_subject_away: without the principal that finding->subject names as written; without the statement, if no
 *       other is left in it
 *   patch_account_away, patch_vendor_away: the same for all principals of the account whose number finding->subject is;
 *       of a vendor's, who may be wanted */

/* Without the statement; where it is the only one: one that lets nobody in. */
finding_elaboration patch_statement_away;
/* As patch_subject_away for other principals of the finding's statement; caveat: NULL, or a sentence. */
void patch_principals_away(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct principals_meant *meant, const char *caveat);

/* Of a trust policy that IAM would reject; see patch_grammar.c */
finding_elaboration patch_grammar;
/* See patch_services.c. */
finding_elaboration patch_pod_identity;

/* With another ARN in place of finding->subject. opens: as in struct patch. */
void patch_offer_other_name(struct analysis *analysis, struct findings *findings, struct finding *finding,
                            const char *arn, bool opens);

/* The role's trust policy, which demands MFA of the users who enter it (per node, see patch_chain.h) and goes on
 * letting in roles of their accounts. NULL: none of them are users, or it cannot be told apart. New reference; see
 * patch_mfa.c. */
json_t *patch_mfa_demanded(struct analysis *analysis, uint32_t role, const bool *entering);

/* ---- parts of them: each changes a whole trust policy in place; false: it cannot be done there */

bool patch_remove_statement(json_t *policy, uint32_t position);
/* A whole trust policy that lets nobody in. New reference. */
json_t *patch_locked_policy(void);

/* Whether the operator of a Condition demands something of a value: no negation, and not about whether the key is
 * there.
 */
bool patch_is_demand(const char *operator_name);
/* Takes away what the statement demands of the key, be it under IfExists or for a set of values; what it forbids stays.
 * Returns those values, an empty array for none; NULL: several operators demand something of it. New reference. */
json_t *patch_release(json_t *statement, const char *key);
/* Demands the values of the key (one string for a list of one) with the operator, in place of what is demanded of it.
 */
bool patch_demand(json_t *statement, const char *operator_name, const char *key, json_t *values);
bool patch_demand_one(json_t *statement, const char *operator_name, const char *key, const char *value);

/* Where assertions are sent to in the partition, SAML:aud; NULL: not known. */
const char *patch_sign_in_address(const char *partition);

/* Offers the trust policy with a condition demanded of the finding's statement. */
bool patch_offer_condition(struct analysis *analysis, struct findings *findings, struct finding *finding,
                           const struct patch *patch, const char *const *operators, const char *key,
                           const char *const *values, size_t value_count);

#endif
