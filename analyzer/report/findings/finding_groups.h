/*
 * finding_groups: findings that have one cause, as one entry of a report: a trust that is written alike in many
 * accounts, an account or provider that many roles name, a policy that many hold. What is one cause is told by codes,
 * documents and subjects, never by words.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_GROUPS_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_GROUPS_H

#include "analyzer/report/findings/finding_report.h"
#include "ingest/support/text.h"

#define FINDING_GROUP_END SIZE_MAX

struct finding_group {
    enum finding_group_kind {
        GROUP_ALIKE, /* one finding; or several of one kind, danger and conditions, by the same statement of one text */
        GROUP_CAUSE, /* of one kind and about the same subject, which may be each one's own account */
        GROUP_REST,  /* of one kind; what is left behind the worst of it */
    } kind;
    size_t first, last, count; /* indexes of findings; see next */
    size_t accounts;           /* how many different ones */
};

struct finding_groups {
    struct finding_group *list; /* in the order of their first findings */
    size_t count;
    size_t *next; /* of each finding: the next of its group, or FINDING_GROUP_END */
};

/* What becomes one group: nothing; what is alike; and where findings are many, what has one cause, and behind the worst
 * of a kind the rest. */
enum finding_merge { MERGE_NOTHING, MERGE_ALIKE, MERGE_CAUSES };

/* Of those that stand. */
void finding_groups_make(const struct finding_report *report, enum finding_merge merge, struct finding_groups *groups);

/* What is said of the group: the detail of its first finding, and how many can use each of several roles where that is
 * counted. Elaborates the first. Lives as long as the findings. */
const char *finding_group_detail(const struct finding_report *report, const struct finding_groups *groups,
                                 const struct finding_group *group);

/* How many different accounts the findings are of, from the first on: those that `next` links, or NULL: all that follow
 * and stand. */
size_t finding_accounts_count(const struct finding_report *report, size_t first, const size_t *next);

/* "189 roles in 150 accounts" */
void finding_group_size(struct text *text, const struct finding_report *report, const struct finding_groups *groups,
                        const struct finding_group *group);

/* What the findings of a GROUP_CAUSE are all about: "all for account 111122223333 (tooling)"; nothing where the kind
 * says it.
 */
void finding_group_subject(struct text *text, const struct finding_report *report, const struct finding_group *group);

/* How to have each of the group by itself: "--only ID/CODE --top 0". */
void finding_group_listing(struct text *text, const struct finding_report *report, const struct finding_group *group);

void finding_groups_free(struct finding_groups *groups);

#endif
