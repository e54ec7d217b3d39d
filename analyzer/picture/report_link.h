/*
 * report_link: where the boxes of a picture lead in the HTML report (flow.report): a box of one node to its page, one
 * of several to the list of its members, which the address names by codes, so that any picture of the same exports fits
 * any report of them. See state.js and members.js there.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_REPORT_LINK_H
#define ROLECHAIN_ANALYZER_PICTURE_REPORT_LINK_H

#include "analyzer/picture/parts.h"

/* More are not listed: the report has no more principals. */
#define REPORT_LINK_MEMBERS 100000u

/* Sets the addresses of the boxes of the parts from `from` on, which bear the names of the boxes. */
void report_link_boxes(const struct parts *parts, uint32_t from, struct flow *flow);

#endif
