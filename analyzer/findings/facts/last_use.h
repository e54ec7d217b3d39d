/*
 * last_use: when roles were last used, according to the export (RoleLastUsed: within 400 days, without saying by whom).
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_LAST_USE_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_LAST_USE_H

#include "graph/model/model.h"

/* A role that was not used for this long counts as unused. */
#define LAST_USE_LONG_AGO 90 /* days */

/* How far back IAM records use. */
#define LAST_USE_KEPT 400 /* days */

/* Whole days between two times in an export; 0 if one of them cannot be read or the second is earlier. */
unsigned last_use_days(const char *from, const char *to);

/* The newest time in the account's export: roughly when it was exported. "": unknown. */
const char *last_use_newest(const struct model *model, const struct model_account *account);

/* Whether the role was used shortly before the export. */
bool last_use_is_recent(const struct model *model, uint32_t role);

#endif
