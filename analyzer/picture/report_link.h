/*
 * report_link: where the boxes of a picture link to in the HTML report (flow.report): a box of one node to its page, a
 * box of several to a list of its members. The link names the members by codes, so that any picture fits any report of
 * the same exports. See state.js and members.js of the report.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_REPORT_LINK_H
#define ROLECHAIN_ANALYZER_PICTURE_REPORT_LINK_H

#include "analyzer/picture/parts.h"

/* More members are not listed: the report has no more principals either. */
#define REPORT_LINK_MEMBERS 100000u

/* Sets the links of the boxes that parts from `from` on are drawn as; boxes have the numbers of their parts. */
void report_link_boxes(const struct parts *parts, uint32_t from, struct flow *flow);

#endif
