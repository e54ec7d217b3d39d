/*
 * gaps: data that answers depend on and that is missing: one gap per kind (SCPs not in the export …), with a sentence
 * for people.
 *
 * Gaps are summed up from facts about single accounts (what is missing for each). These are stored too: after a load
 * that changed little, only the facts of the accounts it touched are computed again. Database errors are the store's.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_GAPS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_GAPS_H

#include "graph/model/model.h"

enum gap_kind {
    GAP_SCPS,      /* accounts for which no SCP is known */
    GAP_SOME_SCPS, /* accounts for which not all SCPs are known */
    GAP_RCPS,      /* the same for RCPs */
    GAP_SOME_RCPS,
    GAP_EXPORT,         /* accounts that were not exported */
    GAP_DETAILS,        /* accounts of which only roles were exported */
    GAP_MEMBERSHIP,     /* accounts that are not in the organization's list */
    GAP_TRUST,          /* trust policies of roles are missing */
    GAP_READABLE_TRUST, /* trust policies that cannot be read completely */
    GAP_TRUSTED,        /* principals in trust policies of templates that are only known after deployment */
    GAP_PAGES,          /* pages of an export */
    GAP_DOCUMENTS,      /* attached policies without a document */
    GAP_PROVIDERS,      /* identity providers of accounts whose roles trust them */
    GAP_PEOPLE,         /* assignments to roles of Identity Center */
    GAP_WORKLOADS,      /* what runs with roles, for services that are exported in part */
    GAP_SEARCH,         /* of this answer only: a search that stopped at its limit; never stored */
    GAP_KINDS,
};

/* The kind as a word; it never changes: "scps", "export" … */
const char *gap_kind_word(enum gap_kind kind);

/* Sorted by sentence. */
struct gaps {
    size_t count;
    struct gap {
        enum gap_kind kind;
        const char *sentence; /* without initial capital and full stop */
    } list[GAP_KINDS];
};

/* Inserts a gap in the order of sentences; its sentence must live as long as the gaps. At most one of each kind. */
void gaps_add(struct gaps *gaps, enum gap_kind kind, const char *sentence);

/* For the whole model; sentences live in its arena. */
void gaps_find(struct gaps *gaps, struct model *model);

/* Adds a gap if the callers of roles of Identity Center are not all known; people NULL: adds nothing. */
struct people;
void gaps_add_people(struct gaps *gaps, struct model *model, const struct people *people);

/* Adds a gap if the exports show only some of what runs with roles; edges NULL: adds nothing. */
struct edges;
void gaps_add_workloads(struct gaps *gaps, struct model *model, const struct edges *edges);

/* Reads the gaps that the load stored; a part of the model does not show what is missing from the whole. */
void gaps_read(struct gaps *gaps, struct store *store, struct arena *arena);

/* gaps_store writes facts and gaps of a whole model into its store, inside the caller's transaction. gaps_refresh does
 * so for a part from touched_load: it writes the facts of the changed accounts and keeps those of others. */
void gaps_store(struct model *model);
void gaps_refresh(struct model *model);

#endif
