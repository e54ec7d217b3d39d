/*
 * policy_contents: the meaning of policies as numbers, equal if policies of two states mean the same: white space,
 * Sids, the order of statements and the order of values in a list do not count.
 *
 * Only statements that matter for assuming roles and for IAM are read (table statement), and only of policies whose
 * texts differ.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_POLICY_CONTENTS_H
#define ROLECHAIN_GRAPH_CHANGE_POLICY_CONTENTS_H

#include "graph/change/counterparts.h"
#include "ingest/support/intern.h"

struct policy_contents {
    const struct model *models[STATES];
    struct intern texts, statements, documents;
    struct policy_content {
        uint32_t text;        /* as stored; INTERN_NONE: a built-in copy */
        uint32_t content;     /* INTERN_NONE: not computed yet */
        uint32_t *positions;  /* per statement of the model's document: its number; NULL: not computed yet */
    } * documents_of[STATES]; /* per document of the model */
};

/* Reads the stores of both models, which report their failures. */
void policy_contents_open(struct policy_contents *contents, const struct model *const models[STATES]);
void policy_contents_close(struct policy_contents *contents);

/* Whether the two documents (indexes; MODEL_NONE: not in the export) mean the same. */
bool policy_contents_same(struct policy_contents *contents, uint32_t old, uint32_t new);

/* The number for a document's meaning. */
uint32_t policy_contents_of(struct policy_contents *contents, int state, uint32_t document);

/* The number for the meaning of one of its statements. */
uint32_t policy_contents_statement(struct policy_contents *contents, int state, const struct statement *statement);

#endif
