/*
 * How people see a statement named: statement "Deployers" by its Sid; without one, 2nd statement, counted from 1. JSON
 * counts from 0.
 */
#ifndef ROLECHAIN_INGEST_POLICY_STATEMENT_NAME_H
#define ROLECHAIN_INGEST_POLICY_STATEMENT_NAME_H

#include "ingest/support/text.h"

#include <stdint.h>

/* sid "": none; position counts from 0. */
void statement_name_append(struct text *text, const char *sid, uint32_t position);

#endif
