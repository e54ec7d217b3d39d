/*
 * What authorization_details.c and managed_policies.c share: a file with policies and their versions is one of
 * authorization details, though it may be a last page without principals.
 */
#ifndef ROLECHAIN_INGEST_READERS_AUTHORIZATION_DETAILS_H
#define ROLECHAIN_INGEST_READERS_AUTHORIZATION_DETAILS_H

#include "ingest/readers/export_kind.h"

/* The first is that of authorization details. */
extern const struct export_kind authorization_details_kinds[];

#endif
