/*
 * answer_view: the small picture of an answer of who-can, reach or paths: only the chains of its rows.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_ANSWER_VIEW_H
#define ROLECHAIN_ANALYZER_PICTURE_ANSWER_VIEW_H

#include "analyzer/picture/view.h"
#include "analyzer/report/chain_rows.h"

enum answer_shape {
    ANSWER_WHO_CAN, /* all chains end at `to`, on the right; callers at the same distance share a column */
    ANSWER_REACH,   /* all chains begin at `from`, on the left */
    ANSWER_PATHS,   /* from one node to another */
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
