/*
 * escalations: which rule reports that a principal can make itself administrator, so that none is reported twice: by
 * policies and services privilege-escalation, by trust policies and identity providers trust-policy-editor and
 * federated-provider-editor.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ESCALATIONS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ESCALATIONS_H

#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/findings.h"

/* It is none by its own permissions, and the way that is known best is one of control. */
bool escalates(const struct administrator *who);

/* That way leads over a trust policy or an identity provider. */
bool escalates_by_trust(const struct administrator *who);

/* Whether it surely is an administrator, by its own permissions or by another way than these two. */
bool is_administrator_otherwise(const struct administrator *who);

/* Of one who escalates: "iam:CreateAccessKey on user x"; {"kind", "actions", "over": ARN, itself if it changes itself}.
 */
const char *escalation_words(struct findings *findings, const struct model *model, const struct administrator *who);
json_t *escalation_json(const struct model *model, uint32_t principal, const struct administrator *who);

#endif
