/*
 * gaps: data that answers depend on and that is missing: one gap for each kind (SCPs not in the export …), with a
 * sentence for people.
 *
 * Gaps are made of facts about single accounts (what each lacks), which are stored too: after a load that changed
 * little only the facts of the accounts that it touched are found again. Errors of the database are the store's.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_GAPS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_GAPS_H

#include "graph/model/model.h"

enum gap_kind {
    GAP_SCPS,      /* of accounts of which no SCP is known */
    GAP_SOME_SCPS, /* of accounts of which not all SCPs are known */
    GAP_RCPS,      /* the same of RCPs */
    GAP_SOME_RCPS,
    GAP_EXPORT,         /* accounts that were not exported */
    GAP_DETAILS,        /* accounts of which roles alone were */
    GAP_MEMBERSHIP,     /* accounts that the organization does not list */
    GAP_TRUST,          /* trust policies of roles */
    GAP_READABLE_TRUST, /* trust policies of which a part cannot be read */
    GAP_TRUSTED,        /* whom trust policies of templates name and only their deployment knows */
    GAP_PAGES,          /* of an export */
    GAP_DOCUMENTS,      /* of policies that are attached */
    GAP_PROVIDERS,      /* identity providers of accounts whose roles trust them */
    GAP_PEOPLE,         /* who is assigned to roles of Identity Center */
    GAP_WORKLOADS,      /* what runs with roles, of services of which some is known */
    GAP_SEARCH,         /* of this answer: a search that stopped at its bound; it is stored nowhere */
    GAP_KINDS,
};

/* The kind as a word, the same in every version: "scps", "export" … */
const char *gap_kind_word(enum gap_kind kind);

/* Sorted by sentence. */
struct gaps {
    size_t count;
    struct gap {
        enum gap_kind kind;
        const char *sentence; /* without a capital and a full stop */
    } list[GAP_KINDS];
};

/* Inserts another gap in the order of sentences; its sentence must live as long as the gaps. At most one of each kind.
 */
void gaps_add(struct gaps *gaps, enum gap_kind kind, const char *sentence);

/* Of the whole model; sentences live in its arena. */
void gaps_find(struct gaps *gaps, struct model *model);

/* Adds that not everyone is known who can become roles of Identity Center; people NULL: adds nothing. */
struct people;
void gaps_add_people(struct gaps *gaps, struct model *model, const struct people *people);

/* Adds that not all is known that runs with roles, where exports tell of some of it; edges NULL: nothing. */
struct edges;
void gaps_add_workloads(struct gaps *gaps, struct model *model, const struct edges *edges);

/* Reads the gaps that the load stored, since a part of the model does not show what the whole lacks. */
void gaps_read(struct gaps *gaps, struct store *store, struct arena *arena);

/* Writes facts and gaps into the model's store, inside the caller's transaction: those of a whole model; or, of a part
 * that touched_load gave, those of the changed accounts, while the facts of others stand. */
void gaps_store(struct model *model);
void gaps_refresh(struct model *model);

#endif
