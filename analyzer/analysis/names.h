/*
 * names: the meaning of a name on the command line: a full ARN, ACCOUNT/NAME, ALIAS/NAME, account name/NAME or a bare
 * name that is unique, each also with the path or "role/" or "user/" before the name. Callers can also be an account, a
 * service, an identity provider (with or without "saml-provider/" or "oidc-provider/"), a person of Identity Center (by
 * name or id, with or without "identitycenter:user/"), "anyone" or "*". The rules are the same for a model and for a
 * database without a loaded model.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_NAMES_H
#define ROLECHAIN_ANALYZER_ANALYSIS_NAMES_H

#include "graph/decision/decision.h"
#include "graph/model/lookup.h"

enum meaning_kind {
    MEANING_NONE,
    MEANING_PRINCIPAL,          /* texts[0]: the ARN of a user or role of that name */
    MEANING_CALLER,             /* texts[0]: a text for caller_parse, possibly the name itself */
    MEANING_SEVERAL_PRINCIPALS, /* texts: their ARNs */
    MEANING_SEVERAL_PROVIDERS,
};

/* Texts live in the lookup's arena, or as long as the data searched. */
struct meaning {
    enum meaning_kind kind;
    const char *const *texts;
    size_t count;
};

/* names_role never returns MEANING_CALLER, except for an ARN, whatever it stands for. */
struct meaning names_role(const struct lookup *lookup, const char *name);
struct meaning names_caller(const struct lookup *lookup, const char *name);

/* For looking up names in an analysis. */
struct analysis;
struct lookup analysis_lookup(struct analysis *analysis);

#endif
