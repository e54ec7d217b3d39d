/*
 * finding_groups: findings that say the same of many roles, such as one that is in every account of an organization: a
 * reader needs to read them once.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_GROUPS_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_GROUPS_H

#include "analyzer/report/findings/finding_report.h"

#define FINDING_GROUP_END SIZE_MAX

struct finding_group {
    size_t first, last, count; /* indexes of findings; see next */
    bool reworded;             /* details differ in the names of the resources */
};

struct finding_groups {
    struct finding_group *list; /* in the order of their first findings */
    size_t count;
    size_t *next; /* of each finding: the next of its group, or FINDING_GROUP_END */
};

/* Of those that stand: alike are findings of one kind and severity under the same conditions, with the same words but
 * for the name of the resource. */
void finding_groups_make(const struct finding_report *report, struct finding_groups *groups);

/* What all findings of the group say: the detail of one, or with "each of them" for its name, and how many can use the
 * roles where that is counted. Elaborates the first of several. Lives as long as the findings. */
const char *finding_group_detail(const struct finding_report *report, const struct finding_groups *groups,
                                 const struct finding_group *group);

void finding_groups_free(struct finding_groups *groups);

#endif
