#include "analyzer/report/findings/finding_groups.h"

#include "ingest/support/intern.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The bare name at the end of an ARN, or the whole of what is none. */
static const char *bare_name(const char *resource)
{
    const char *slash = strrchr(resource, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : resource;
}

/* A full stop or comma belongs to a name only if it goes on behind it. */
static bool goes_on(const char *at)
{
    if (*at == '.' || *at == ',')
        at++;
    return isalnum((unsigned char)*at) || (*at != '\0' && strchr("_+=@-/:", *at) != NULL);
}

/* Where the name stands in the detail as a word; NULL: nowhere. */
static const char *find_name(const char *detail, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(detail, name); length > 0 && at != NULL; at = strstr(at + 1, name)) {
        bool begins = at == detail || (!isalnum((unsigned char)at[-1]) && strchr("_+=@-/:.", at[-1]) == NULL);
        if (begins && !goes_on(at + length))
            return at;
    }
    return NULL;
}

/* The detail with `words` instead of the first mention of the resource: by its ARN, or else by its bare name. */
static void reword(struct text *text, const struct finding *finding, const char *words)
{
    const char *detail = finding_judged_detail(finding);
    const char *mention = finding->resource, *at = find_name(detail, mention);
    if (at == NULL) {
        mention = bare_name(finding->resource);
        at = find_name(detail, mention);
    }
    if (at == NULL) {
        text_append_string(text, detail);
        return;
    }
    size_t before = text->length;
    text_append(text, detail, (size_t)(at - detail));
    text_append_string(text, words);
    text_append_string(text, at + strlen(mention));
    if (at == detail)
        text->data[before] = (char)toupper((unsigned char)text->data[before]);
}

/* What is the same in all findings of a group. Fix is refined by elaboration, which is for those that are shown. */
static void spell(struct text *key, const struct finding *finding)
{
    key->length = 0;
    text_format(key, "%s\n%s\n%d\n%d %u\n", finding->rule->id, finding->code, (int)finding->severity,
                finding->holds_under_conditions, finding->holds_under_conditions ? finding->holds_if : 0);
    reword(key, finding, "\n");
}

static void append(const struct finding_report *report, struct finding_groups *groups, size_t group, size_t finding)
{
    struct finding_group *to = &groups->list[group];
    const struct finding *list = report->findings->list;
    groups->next[finding] = FINDING_GROUP_END;
    if (to->count++ == 0)
        to->first = finding;
    else
        groups->next[to->last] = finding;
    to->last = finding;
    to->reworded = to->reworded || strcmp(list[to->first].detail, list[finding].detail) != 0;
}

#define ROLES_COUNTED 200

/* How many can use each of the roles, where elaboration says that of one. */
static void append_callers(struct text *text, const struct finding_report *report, const struct finding_groups *groups,
                           const struct finding_group *group)
{
    const struct finding *list = report->findings->list, *first = finding_report_at(report, group->first);
    uint32_t least = UINT32_MAX, most = 0, counted = 0;
    if (!first->counts_callers)
        return;
    for (size_t i = group->first; i != FINDING_GROUP_END && counted < ROLES_COUNTED; i = groups->next[i], counted++) {
        uint32_t callers = edges_count_callers(report->analysis->edges, list[i].at.role);
        least = callers < least ? callers : least;
        most = callers > most ? callers : most;
    }
    text_append_string(text, " Each");
    if (counted < group->count)
        text_format(text, " of the first %u", counted);
    text_format(text, " can be used by ");
    if (least < most)
        text_format(text, "%u to ", least);
    text_format(text, "%u users, roles and outside parties of the exports.", most);
}

const char *finding_group_detail(const struct finding_report *report, const struct finding_groups *groups,
                                 const struct finding_group *group)
{
    const struct finding *first = &report->findings->list[group->first];
    struct text text = {0};
    if (group->count == 1)
        return first->detail;
    if (group->reworded)
        reword(&text, first, "each of them");
    else
        text_append_string(&text, finding_judged_detail(first));
    append_callers(&text, report, groups, group);
    const char *detail = finding_text(report->findings, "%s", text.data);
    text_free(&text);
    return detail;
}

void finding_groups_make(const struct finding_report *report, struct finding_groups *groups)
{
    struct intern keys = {0};
    struct text key = {0};
    *groups = (struct finding_groups){.list = memory_zeroed(report->standing, sizeof *groups->list),
                                      .next = memory_zeroed(report->standing, sizeof *groups->next)};
    for (size_t i = 0; i < report->standing; i++) {
        spell(&key, &report->findings->list[i]);
        append(report, groups, intern_add(&keys, key.data, key.length), i);
    }
    groups->count = keys.count;
    intern_free(&keys);
    text_free(&key);
}

void finding_groups_free(struct finding_groups *groups)
{
    free(groups->list);
    free(groups->next);
    *groups = (struct finding_groups){0};
}
