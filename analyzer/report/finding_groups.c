#include "analyzer/report/finding_groups.h"

#include "ingest/support/intern.h"
#include "ingest/support/text.h"

#include <stdlib.h>

/* What is the same in all findings of a group. Fix is refined by elaboration, which is for those that are shown. */
static bool spell(struct text *key, const struct finding *finding)
{
    key->length = 0;
    text_format(key, "%s\n%s\n%d\n%d %u\n", finding->rule->id, finding->code, (int)finding->severity,
                finding->holds_under_conditions, finding->holds_under_conditions ? finding->holds_if : 0);
    text_append_string(key, finding->detail);
    return !key->failed;
}

static void append(struct finding_groups *groups, size_t group, size_t finding)
{
    struct finding_group *to = &groups->list[group];
    groups->next[finding] = FINDING_GROUP_END;
    if (to->count++ == 0)
        to->first = finding;
    else
        groups->next[to->last] = finding;
    to->last = finding;
}

bool finding_groups_make(const struct finding_report *report, struct finding_groups *groups)
{
    struct intern keys = {0};
    struct text key = {0};
    *groups = (struct finding_groups){.list = calloc(report->standing + 1, sizeof *groups->list),
                                      .next = calloc(report->standing + 1, sizeof *groups->next)};
    bool good = groups->list != NULL && groups->next != NULL;
    for (size_t i = 0; good && i < report->standing; i++) {
        uint32_t number = INTERN_NONE;
        if (spell(&key, &report->findings->list[i]))
            number = intern_add(&keys, key.data, key.length);
        good = number != INTERN_NONE;
        if (good)
            append(groups, number, i);
    }
    groups->count = keys.count;
    intern_free(&keys);
    text_free(&key);
    if (!good)
        finding_groups_free(groups);
    return good;
}

void finding_groups_free(struct finding_groups *groups)
{
    free(groups->list);
    free(groups->next);
    *groups = (struct finding_groups){0};
}
