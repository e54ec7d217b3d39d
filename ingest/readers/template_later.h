/*
 * template_later: values in a policy that are only known after deployment, if the rest of the policy does not depend on
 * them. In Principal, conditions and Resource such a value becomes the policy variable ${deployment.NAME}: an unknown
 * text that is the same in every call. Where policies allow no variables, the effect of the value stays open
 * (statement_later.h).
 */
#ifndef ROLECHAIN_INGEST_READERS_TEMPLATE_LATER_H
#define ROLECHAIN_INGEST_READERS_TEMPLATE_LATER_H

#include "ingest/readers/template_values.h"

/* Changes the result of template_document in place. Whole statements, Effect, and names of members stay unresolved. */
void template_put_off(const struct template_values *values, json_t *document);

#endif
