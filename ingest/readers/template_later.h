/*
 * template_later: values of a policy that only the deployment knows, where they leave the rest of it as it is. In
 * Principal, conditions and Resource such a value becomes the policy variable ${deployment.NAME}: a text that nobody
 * knows yet, but one and the same in every call. Where policies have no variables it stays open what it does
 * (statement_later.h).
 */
#ifndef ROLECHAIN_INGEST_READERS_TEMPLATE_LATER_H
#define ROLECHAIN_INGEST_READERS_TEMPLATE_LATER_H

#include "ingest/readers/template_values.h"

/* In place, in what template_document gave. A whole statement, its Effect, and names of members stay unresolved. */
void template_put_off(const struct template_values *values, json_t *document);

#endif
