/*
 * case_texts: the cases in tests/graph/cases, one after the other, as text. scenario.h describes their format.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_CASE_TEXTS_H
#define ROLECHAIN_TESTS_SUPPORT_CASE_TEXTS_H

#include <stdbool.h>

struct case_text {
    char *file;    /* name in the folder */
    char *title;   /* the text after "case" */
    char *body;    /* the lines below it */
    unsigned line; /* of the body */
};

struct case_texts {
    struct case_text *list;
    unsigned count, room;
};

/* All of them, in the order of files and lines. False: the folder or a file cannot be read. */
bool case_texts_read(struct case_texts *texts);
void case_texts_free(struct case_texts *texts);

#endif
