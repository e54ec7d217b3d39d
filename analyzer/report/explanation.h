/*
 * explanation: the answer of explain: the verdict with its reason or the chain that leads to the role, every policy
 * layer, and what would have to change.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_EXPLANATION_H
#define ROLECHAIN_ANALYZER_REPORT_EXPLANATION_H

#include "analyzer/report/chain_rows.h"
#include "graph/decision/remedy.h"

struct explanation {
    const struct decision_question *question;
    const struct decision *decision; /* from decision_explain */
    const struct remedy *remedies;
    uint32_t remedy_count;
    const struct chain_row *chain; /* set if only a chain leads to the role, or a chain leads there more surely than the
                                      direct call; else NULL */
    struct chain_rows rows;        /* owns that chain */
};

/* Decides the question; finds the necessary changes and the chain. The question and the arena must outlive it. */
void explanation_find(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct explanation *explanation);
void explanation_free(struct explanation *explanation);

/* For people. */
void explanation_print_text(struct analysis *analysis, struct output *output, const struct explanation *explanation);

/* In the form of the schema. */
void explanation_print_json(struct analysis *analysis, struct output *output, const struct explanation *explanation);

/* Puts the schema's members into an object. */
void explanation_put(struct analysis *analysis, json_t *object, const struct explanation *explanation);

#endif
