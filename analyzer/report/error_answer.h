/*
 * error_answer: what explain --error and --event say of one error: what AWS says, what the exports say of the same
 * call, whether the two agree, and what to do where.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_ERROR_ANSWER_H
#define ROLECHAIN_ANALYZER_REPORT_ERROR_ANSWER_H

#include "analyzer/errors/aws_error.h"
#include "analyzer/report/explanation.h"

enum error_agreement {
    AGREEMENT_NONE,          /* the exports were not asked, see obstacle */
    AGREEMENT_DENIED,        /* they deny the call too, in the layer that AWS names, if it names one */
    AGREEMENT_OTHER_LAYER,   /* they deny it, but not in the layer that AWS names */
    AGREEMENT_IF,            /* they allow it under conditions, which the call did not meet */
    AGREEMENT_CONTRARY,      /* they allow it */
    AGREEMENT_ALLOWED,       /* AWS allowed the call, and so do they */
    AGREEMENT_ALLOWED_IF,    /* AWS allowed it, they do under conditions, which the call must have met */
    AGREEMENT_CONTRADICTION, /* AWS allowed it, they deny it */
};
/* As a word for JSON: none, denied, other-layer, conditional, contrary, allowed, allowed-if, contradiction. */
const char *error_agreement_word(enum error_agreement agreement);

struct error_answer {
    const struct aws_error *error;
    enum error_agreement agreement;
    const char *notes[4]; /* sentences without full stop on what was found in the exports; up to note_count */
    uint32_t note_count;
    const char *obstacle;            /* why the exports were not asked; NULL: they were, or need not be */
    struct explanation *explanation; /* of the call; NULL: it was not asked */
    bool permission_asked;           /* whether the caller may do something else than assume a role: */
    enum verdict permission;
    constraint residual; /* of that permission */
};

/* For people. `number` of `count` errors, from 1. */
void error_answer_print(struct analysis *analysis, struct output *output, const struct error_answer *answer,
                        uint32_t number, uint32_t count);

/* A member of the list "errors" of the answer explain-error. */
json_t *error_answer_json(struct analysis *analysis, const struct error_answer *answer);

#endif
