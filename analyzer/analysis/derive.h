/*
 * derive: the answers that a load stores beside the data: edges (graph/edges/edges.h) and gaps. They are derived again
 * for what the load changed (ingest/store/changes.h), or for everything.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_DERIVE_H
#define ROLECHAIN_ANALYZER_ANALYSIS_DERIVE_H

#include "analyzer/command_line/progress.h"
#include "ingest/store/changes.h"
#include "ingest/store/store.h"

/* What was done. */
struct derivation {
    bool everything;
    size_t principals; /* number of users and roles that were derived */
    size_t edges;      /* number of edges between them */
};

/* Derives inside the caller's transaction. changes NULL: everything. progress NULL: not shown. False with *error
 * (malloc'ed). */
bool derive_answers(struct store *store, const struct changes *changes, struct progress *progress,
                    struct derivation *derivation, char **error);

#endif
