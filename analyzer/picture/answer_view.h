/*
 * answer_view: the small picture of an answer of who-can, reach and paths: the chains of its rows, nothing else.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_ANSWER_VIEW_H
#define ROLECHAIN_ANALYZER_PICTURE_ANSWER_VIEW_H

#include "analyzer/picture/view.h"
#include "analyzer/report/chain_rows.h"

enum answer_shape {
    ANSWER_WHO_CAN, /* all chains end at `to`, which stands at the right; who is as near stands in one column */
    ANSWER_REACH,   /* all begin at `from`, at the left */
    ANSWER_PATHS,   /* from one to the other */
};

struct answer_picture {
    enum answer_shape shape;
    uint32_t from, to; /* nodes; MODEL_NONE: many */
    const struct chain_rows *rows;
};

void view_answer(struct view *view, const struct answer_picture *answer, struct flow *flow);

/* Whether the format is a picture. Pictures show administrators and findings, so the command must open the whole
 * analysis (analysis_open), not just what one question needs. */
bool answer_is_picture(const struct output *output);

/* Prints it. False: an error was printed. */
bool answer_print_picture(struct analysis *analysis, const struct answer_picture *answer, struct output *output);

#endif
