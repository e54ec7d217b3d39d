/*
 * error_answer: the answer of explain --error and --event for one error: what AWS says, what the exports say about the
 * same call, whether the two agree, and what to change where.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_ERROR_ANSWER_H
#define ROLECHAIN_ANALYZER_REPORT_ERROR_ANSWER_H

#include "analyzer/errors/aws_error.h"
#include "analyzer/report/explanation.h"

enum error_agreement {
    AGREEMENT_NONE,          /* the exports were not consulted, see obstacle */
    AGREEMENT_DENIED,        /* they deny the call too, in the layer that AWS names, if it names one */
    AGREEMENT_OTHER_LAYER,   /* they deny it, but in another layer than AWS names */
    AGREEMENT_IF,            /* they allow it under conditions that the call did not meet */
    AGREEMENT_CONTRARY,      /* they allow it */
    AGREEMENT_ALLOWED,       /* AWS allowed the call, and they allow it */
    AGREEMENT_ALLOWED_IF,    /* AWS allowed it, and they allow it under conditions that the call must have met */
    AGREEMENT_CONTRADICTION, /* AWS allowed it, but they deny it */
};
/* As a word for JSON: none, denied, other-layer, conditional, contrary, allowed, allowed-if, contradiction. */
const char *error_agreement_word(enum error_agreement agreement);

struct error_answer {
    const struct aws_error *error;
    enum error_agreement agreement;
    const char *notes[4]; /* note_count sentences without full stop on what was found in the exports */
    uint32_t note_count;
    const char *obstacle;            /* why the exports were not consulted; NULL: they were, or it is not needed */
    struct explanation *explanation; /* of the call; NULL: not asked */
    bool permission_asked; /* the question was whether the caller may do something other than assume a role; then
                              permission and residual hold the answer */
    enum verdict permission;
    constraint residual; /* the conditions of that permission */
};

/* For people. This is error `number` of `count`, from 1. */
void error_answer_print(struct analysis *analysis, struct output *output, const struct error_answer *answer,
                        uint32_t number, uint32_t count);

/* An element of the list "errors" in the answer of explain-error. */
json_t *error_answer_json(struct analysis *analysis, const struct error_answer *answer);

#endif
