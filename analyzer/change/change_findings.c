/*
 * Findings of both states, matched by fingerprint. Those of accounts that are not compared are left out.
 */
#include "analyzer/change/change_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- by fingerprint */

struct fingerprints {
    const char **list; /* sorted */
    size_t count;
};

static struct fingerprints fingerprints_of(const struct findings *findings)
{
    struct fingerprints fingerprints = {memory_zeroed(findings->count + 1, sizeof(char *)), findings->count};
    for (size_t i = 0; i < findings->count; i++)
        fingerprints.list[i] = findings->list[i].fingerprint;
    if (fingerprints.count > 1)
        qsort(fingerprints.list, fingerprints.count, sizeof *fingerprints.list, order_texts);
    return fingerprints;
}

static bool holds(const struct fingerprints *fingerprints, const struct finding *finding)
{
    const char *wanted = finding->fingerprint;
    return bsearch(&wanted, fingerprints->list, fingerprints->count, sizeof *fingerprints->list, order_texts) != NULL;
}

/* ---- by subject */

/* A position in one of the lists. */
struct about {
    const struct finding *finding;
    uint32_t place;
    bool paired;
};

struct abouts {
    struct about *list;
    size_t count, room;
};

static const char *resource_of(const struct finding *finding)
{
    return finding->resource_code != NULL ? finding->resource_code : finding->resource;
}

static const char *subject_of(const struct finding *finding)
{
    return finding->subject_code != NULL ? finding->subject_code : finding->subject;
}

static int compare_abouts(const struct finding *x, const struct finding *y)
{
    int order = strcmp(x->rule->id, y->rule->id);
    order = order != 0 ? order : strcmp(x->code, y->code);
    order = order != 0 ? order : strcmp(resource_of(x), resource_of(y));
    order = order != 0 ? order : strcmp(subject_of(x), subject_of(y));
    return order != 0 ? order : (x->severity > y->severity) - (x->severity < y->severity);
}

static int compare_for_sort(const void *a, const void *b)
{
    const struct about *x = a, *y = b;
    int order = compare_abouts(x->finding, y->finding);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* Findings without a match in the other state, sorted by what they are about. */
static struct abouts list_new(const struct change *change, int state)
{
    const struct model *const models[STATES] = {change->states[STATE_OLD].model, change->states[STATE_NEW].model};
    struct fingerprints others = fingerprints_of(&change->findings[!state]);
    struct abouts abouts = {.count = 0};
    for (size_t i = 0; i < change->findings[state].count; i++) {
        const struct finding *finding = &change->findings[state].list[i];
        bool compared = finding->account[0] == '\0' || counterparts_account(models, finding->account) == COMPARABLE;
        if (compared && !holds(&others, finding))
            ARRAY_ADD(abouts.list, abouts.count, abouts.room, (struct about){finding, (uint32_t)i, false});
    }
    if (abouts.count > 1)
        qsort(abouts.list, abouts.count, sizeof *abouts.list, compare_for_sort);
    free(others.list);
    return abouts;
}

/* Fingerprints include the statement. If the statement was edited but the finding is otherwise the same, it is neither
 * opened nor closed. */
static void pair_off(struct abouts *old, struct abouts *new)
{
    for (size_t i = 0, j = 0; i < old->count && j < new->count;) {
        int order = compare_abouts(old->list[i].finding, new->list[j].finding);
        if (order == 0)
            old->list[i].paired = new->list[j].paired = true;
        i += order <= 0;
        j += order >= 0;
    }
}

static void list_places(struct abouts *abouts, uint32_t **list, size_t *count, size_t *room)
{
    for (size_t i = 0; i < abouts->count; i++)
        if (!abouts->list[i].paired)
            ARRAY_ADD(*list, *count, *room, abouts->list[i].place);
    if (*count > 1)
        order_sort_numbers(*list, *count);
    free(abouts->list);
}

bool change_find_findings(struct change *change)
{
    for (int state = 0; state < STATES; state++) {
        struct findings *findings = &change->findings[state];
        *findings = (struct findings){.max_steps = FINDINGS_MAX_STEPS, .patches_unseen = true, .brief = true};
        if (!findings_compute(&change->states[state], findings))
            return false;
    }
    struct abouts old = list_new(change, STATE_OLD), new = list_new(change, STATE_NEW);
    pair_off(&old, &new);
    list_places(&new, &change->opened, &change->opened_count, &change->opened_room);
    list_places(&old, &change->closed, &change->closed_count, &change->closed_room);
    return true;
}
