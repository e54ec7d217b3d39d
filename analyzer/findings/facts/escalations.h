/*
 * escalations: which rule reports that a principal can make itself administrator, so that nothing is reported twice.
 * Through policies and services: privilege-escalation. Through trust policies and identity providers:
 * trust-policy-editor and federated-provider-editor.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ESCALATIONS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ESCALATIONS_H

#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/findings.h"

/* Whether it is not an administrator by its own permissions, and the best known way is one of control. */
bool escalates(const struct administrator *who);

/* Whether that way leads over a trust policy or an identity provider. */
bool escalates_by_trust(const struct administrator *who);

/* Whether it certainly is an administrator, by its own permissions or in a way other than these two. */
bool is_administrator_otherwise(const struct administrator *who);

/* For a principal that escalates: "iam:CreateAccessKey on user x"; {"kind", "actions", "over": ARN}, where over is the
 * principal's own ARN if it changes itself. */
const char *escalation_words(struct findings *findings, const struct model *model, const struct administrator *who);
json_t *escalation_json(const struct model *model, uint32_t principal, const struct administrator *who);

#endif
