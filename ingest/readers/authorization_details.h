/*
 * Shared by authorization_details.c and managed_policies.c: a file with policies and their versions is part of
 * authorization details, although it may be a last page without principals.
 */
#ifndef ROLECHAIN_INGEST_READERS_AUTHORIZATION_DETAILS_H
#define ROLECHAIN_INGEST_READERS_AUTHORIZATION_DETAILS_H

#include "ingest/readers/export_kind.h"

/* The first one is the kind of authorization details. */
extern const struct export_kind authorization_details_kinds[];

#endif
