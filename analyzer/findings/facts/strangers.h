/*
 * strangers: callers from outside AWS or outside the exports, and how to name them: a partner's account is a stranger;
 * people who sign in through the account's own identity provider, and pods of a cluster, are not.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_STRANGERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_STRANGERS_H

#include "analyzer/findings/findings.h"

enum standing {
    STANDING_OURS,     /* of the exports, of an account of the organization, or a service */
    STANDING_SIGNS_IN, /* holds a token or an assertion of an identity provider that serves one customer */
    STANDING_STRANGER, /* anyone, of an account of others, or of a platform that all the world uses */
};

/* Where a caller stands whom the trust policy (NULL: none that matters) lets in. An account that the exports know
 * nothing of is one of others. */
enum standing standing_of(const struct model *model, const struct policy_use *trust, const struct caller *caller);

/* Who it is, at the beginning of a sentence: "Whoever signs in through the SAML provider Corp". In the findings'
 * arena. */
const char *standing_words(const struct model *model, struct findings *findings, const struct policy_use *trust,
                           const struct caller *caller);

#endif
