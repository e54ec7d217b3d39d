/*
 * drawn: pictures of a scenario.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_PICTURE_DRAWN_H
#define ROLECHAIN_TESTS_ANALYZER_PICTURE_DRAWN_H

#include "analyzer/picture/view.h"
#include "tests/support/scenario.h"

struct drawn {
    struct scenario scenario;
    struct analysis analysis;
    struct view view;
    struct flow flow;
};

/* The view is open, the flow empty. Fails the test if the scenario cannot be loaded. */
void drawn_open(struct drawn *drawn, const char *text);
void drawn_close(struct drawn *drawn);

/* The flow as "dot", "svg", "png", "pdf" or "mermaid"; malloc'ed. */
char *drawn_as(struct drawn *drawn, const char *format, size_t *length);

/* The box with that name; NULL: none. The arc between the boxes with these names. */
const struct flow_box *drawn_box(const struct drawn *drawn, const char *name);
const struct flow_arc *drawn_arc(const struct drawn *drawn, const char *from, const char *to);

#endif
