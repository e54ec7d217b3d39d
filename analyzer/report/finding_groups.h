/*
 * finding_groups: findings that say the same of many roles, such as one that is in every account of an organization: a
 * reader needs to read them once.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDING_GROUPS_H
#define ROLECHAIN_ANALYZER_REPORT_FINDING_GROUPS_H

#include "analyzer/report/finding_report.h"

#define FINDING_GROUP_END SIZE_MAX

struct finding_group {
    size_t first, last, count; /* indexes of findings; see next */
};

struct finding_groups {
    struct finding_group *list; /* in the order of their first findings */
    size_t count;
    size_t *next; /* of each finding: the next of its group, or FINDING_GROUP_END */
};

/* Of those that stand: alike are findings of one kind and severity with the same words under the same conditions.
 * False: out of memory. */
bool finding_groups_make(const struct finding_report *report, struct finding_groups *groups);
void finding_groups_free(struct finding_groups *groups);

#endif
