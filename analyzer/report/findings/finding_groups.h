/*
 * finding_groups: findings with one cause, as one entry of a report: the same trust statement in many accounts, an
 * account or provider that many roles name, a policy with many holders. A cause is recognized by codes, documents and
 * subjects, never by words.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_GROUPS_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_GROUPS_H

#include "analyzer/report/findings/finding_report.h"
#include "ingest/support/text.h"

#define FINDING_GROUP_END SIZE_MAX

struct finding_group {
    enum finding_group_kind {
        GROUP_ALIKE, /* one finding; or several with the same kind, danger, conditions and text of the statement */
        GROUP_CAUSE, /* the same kind and the same subject, which may be each finding's own account */
        GROUP_REST,  /* the same kind; what remains after the worst of it */
    } kind;
    size_t first, last, count; /* indexes of findings; follow next */
    size_t accounts;           /* number of distinct accounts */
};

struct finding_groups {
    struct finding_group *list; /* ordered by their first findings */
    size_t count;
    size_t *next; /* per finding: the next one in its group, or FINDING_GROUP_END */
};

/* What to merge: nothing; findings that are alike; also, if there are many, findings with one cause and, after the
 * worst of a kind, the rest of that kind. */
enum finding_merge { MERGE_NOTHING, MERGE_ALIKE, MERGE_CAUSES };

/* Groups the findings that stand. */
void finding_groups_make(const struct finding_report *report, enum finding_merge merge, struct finding_groups *groups);

/* The text for the group: the detail of its first finding and, if it is counted, how many can use each of several
 * roles. Elaborates the first finding. Lives as long as the findings. */
const char *finding_group_detail(const struct finding_report *report, const struct finding_groups *groups,
                                 const struct finding_group *group);

/* The number of distinct accounts of the findings from `first` on: those linked by `next`, or if NULL all that follow
 * and stand. */
size_t finding_accounts_count(const struct finding_report *report, size_t first, const size_t *next);

/* "189 roles in 150 accounts" */
void finding_group_size(struct text *text, const struct finding_report *report, const struct finding_groups *groups,
                        const struct finding_group *group);

/* What all findings of a GROUP_CAUSE are about: "all for account 111122223333 (tooling)"; nothing if the kind already
 * says it. */
void finding_group_subject(struct text *text, const struct finding_report *report, const struct finding_group *group);

/* The options that list each finding of the group: "--only ID/CODE --top 0". */
void finding_group_listing(struct text *text, const struct finding_report *report, const struct finding_group *group);

void finding_groups_free(struct finding_groups *groups);

#endif
