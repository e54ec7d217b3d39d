/*
 * strangers: which callers come from outside, and how to name them. A partner's account is a stranger; people who sign
 * in through the account's own identity provider, and pods of a cluster, are not.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_STRANGERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_STRANGERS_H

#include "analyzer/findings/findings.h"

enum standing {
    STANDING_OURS,     /* in the export, in an account of the organization, or a service */
    STANDING_SIGNS_IN, /* has a token or an assertion of an identity provider that serves one customer */
    STANDING_STRANGER, /* anyone, in someone else's account, or on a platform that is open to everybody */
};

/* The standing of a caller that the trust policy (NULL: not relevant) lets in. An account that the export says nothing
 * about counts as someone else's. */
enum standing standing_of(const struct model *model, const struct policy_use *trust, const struct caller *caller);

/* The caller's name, for the beginning of a sentence: "Whoever signs in through the SAML provider Corp". In the
 * findings' arena. */
const char *standing_words(const struct model *model, struct findings *findings, const struct policy_use *trust,
                           const struct caller *caller);

#endif
