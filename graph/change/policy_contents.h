/*
 * policy_contents: what policies say, as numbers that are equal in two states where the policies mean the same: without
 * white space and Sids, whatever the order of statements and of the values in a list.
 *
 * Only what bears on assuming roles and on IAM is looked at (table statement), and only of policies whose texts differ.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_POLICY_CONTENTS_H
#define ROLECHAIN_GRAPH_CHANGE_POLICY_CONTENTS_H

#include "graph/change/counterparts.h"
#include "ingest/support/intern.h"

struct policy_contents {
    const struct model *models[STATES];
    struct intern texts, statements, documents;
    struct policy_content {
        uint32_t text;        /* as it is stored; INTERN_NONE: a built-in copy */
        uint32_t content;     /* INTERN_NONE: not asked yet */
        uint32_t *positions;  /* per statement of the model's document: its number; NULL: not asked yet */
    } * documents_of[STATES]; /* per document of the model */
};

/* Reads the stores of both models. Failures are the stores'. */
void policy_contents_open(struct policy_contents *contents, const struct model *const models[STATES]);
void policy_contents_close(struct policy_contents *contents);

/* Whether the two documents (indexes; MODEL_NONE: not in the export) say the same. */
bool policy_contents_same(struct policy_contents *contents, uint32_t old, uint32_t new);

/* A number of what the document says. */
uint32_t policy_contents_of(struct policy_contents *contents, int state, uint32_t document);

/* The same of one of its statements. */
uint32_t policy_contents_statement(struct policy_contents *contents, int state, const struct statement *statement);

#endif
