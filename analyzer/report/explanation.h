/*
 * explanation: the answer of explain: the verdict with its reason or the chain that leads around it, every policy
 * layer, and what would have to change.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_EXPLANATION_H
#define ROLECHAIN_ANALYZER_REPORT_EXPLANATION_H

#include "analyzer/report/chain_rows.h"
#include "graph/decision/remedy.h"

struct explanation {
    const struct decision_question *question;
    const struct decision *decision; /* by decision_explain */
    const struct remedy *remedies;
    uint32_t remedy_count;
    const struct chain_row *chain; /* NULL unless only a chain leads to the role, or leads there more surely than the
                                      direct call */
    struct chain_rows rows;        /* where that chain lives */
};

/* Decides the question, and finds what would have to change and the chain. The question and the arena outlive it. */
void explanation_find(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct explanation *explanation);
void explanation_free(struct explanation *explanation);

/* For people. */
void explanation_print_text(struct analysis *analysis, struct output *output, const struct explanation *explanation);

/* The schema's form. */
void explanation_print_json(struct analysis *analysis, struct output *output, const struct explanation *explanation);

/* Its members, put into an object. */
void explanation_put(struct analysis *analysis, json_t *object, const struct explanation *explanation);

#endif
