#include "analyzer/findings/facts/strangers.h"

#include "analyzer/findings/facts/issuers.h"

#include <string.h>

enum standing standing_of(const struct model *model, const struct policy_use *trust, const struct caller *caller)
{
    const struct issuer *issuer;
    if (caller_is_known_later(caller))
        return STANDING_OURS;
    switch (caller->kind) {
    case CALLER_SERVICE:
        return STANDING_OURS;
    case CALLER_SAML_PROVIDER:
        return STANDING_SIGNS_IN;
    case CALLER_WEB_IDENTITY:
        issuer = issuer_find(model, trust, caller->name);
        return issuer->shared || issuer->unknown || issuer->rule == ISSUER_OF_POOLS ? STANDING_STRANGER
                                                                                    : STANDING_SIGNS_IN;
    case CALLER_ORGANIZATION:
        return model->organization != NULL && strcmp(model->organization, caller->text) == 0 ? STANDING_OURS
                                                                                             : STANDING_STRANGER;
    default:
        break;
    }
    if (caller->principal != MODEL_NONE)
        return STANDING_OURS;
    if (caller->account_index == MODEL_NONE)
        return STANDING_STRANGER;
    const struct model_account *account = &model->accounts[caller->account_index];
    return account->detail != ACCOUNT_NOT_EXPORTED || account->in_organization == FACT_YES ? STANDING_OURS
                                                                                           : STANDING_STRANGER;
}

const char *standing_words(const struct model *model, struct findings *findings, const struct policy_use *trust,
                           const struct caller *caller)
{
    const struct issuer *issuer;
    switch (caller->kind) {
    case CALLER_ANYONE:
        return "Anyone";
    case CALLER_ACCOUNT:
        return finding_text(findings, "Anyone in account %s whose own policies allow it", caller->text);
    case CALLER_SAML_PROVIDER:
        return finding_text(findings, "Anyone who signs in through SAML provider %s", caller->name);
    case CALLER_WEB_IDENTITY:
        issuer = issuer_find(model, trust, caller->name);
        return issuer->rule == ISSUER_OF_PODS ? finding_text(findings, "Pods of the cluster %s", caller->name)
                                              : finding_text(findings, "Anyone with a matching token of %s",
                                                             issuer->label != NULL ? issuer->label : caller->name);
    default:
        return finding_text(findings, "%s", caller->text);
    }
}
