/*
 * Whom somebody of an account may reach with more permissions: everybody of the account, and the roles elsewhere whose
 * trust policies may admit it. Of the latter, those that nobody of the account can tell apart are one target: roles of
 * one set (classes.h) that the same patterns of the account's policies and SCPs match.
 */
#include "graph/control/control_gained_inside.h"

#include "graph/control/control_inside.h"
#include "graph/edges/classes.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* What the account's policies tell roles elsewhere by. */
struct telling {
    struct adding *work;
    bool by_tags, by_account, by_itself;
    uint32_t pattern_count;
};

/* ---- patterns */

/* The roles that may admit somebody of any account and that the pattern matches; found once for each pattern. */
static const struct pattern_hits *hits_of(struct adding *work, const char *pattern)
{
    struct gained *gained = work->gained;
    uint32_t known = gained->hit_patterns.count;
    uint32_t number = intern_add(&gained->hit_patterns, pattern, strlen(pattern));
    if (number < known)
        return &gained->hits[number];
    struct pattern_hits found = {gained->hit_count, 0};
    for (uint32_t i = 0; i < gained->open_count; i++)
        if (pattern_matches(pattern, work->model->principals[gained->open_to_all[i]].arn))
            ARRAY_ADD(gained->hit_roles, gained->hit_count, gained->hit_room, gained->open_to_all[i]);
    found.count = gained->hit_count - found.first;
    ARRAY_ADD(gained->hits, known, gained->hits_room, found);
    return &gained->hits[number];
}

static void mark(struct gained *gained, uint32_t role, uint32_t pattern)
{
    struct role_mark *of = &gained->marks[role];
    if (of->account != gained->account + 1)
        *of = (struct role_mark){gained->account + 1, 0};
    bool fresh;
    uint32_t *next = id_map_add(&gained->next_marks, (int64_t)of->mark << 32 | pattern, &fresh);
    if (fresh)
        *next = gained->next_marks.count;
    of->mark = *next;
}

static void mark_matched(struct telling *telling, const char *pattern)
{
    struct gained *gained = telling->work->gained;
    const struct model *model = telling->work->model;
    uint32_t number = telling->pattern_count++;
    if (strpbrk(pattern, "*?") == NULL) {
        uint32_t role = model_find_arn(model, pattern);
        if (role != MODEL_NONE)
            mark(gained, role, number);
        return;
    }
    const struct pattern_hits *hits = hits_of(telling->work, pattern);
    for (uint32_t i = 0; i < hits->count && hits->count < gained->open_count; i++)
        mark(gained, gained->hit_roles[hits->first + i], number);
    for (uint32_t i = 0; i < gained->admitting_count; i++)
        if (pattern_matches(pattern, model->principals[gained->admitting[i]].arn))
            mark(gained, gained->admitting[i], number);
}

static void look_at_statement(struct telling *telling, const struct statement *statement)
{
    if (statement->broken != NULL || statement->doubt != NULL || statement->resource_completions > 0) {
        telling->by_itself = true;
        return;
    }
    if (!classes_statement_bears(statement) && statement->sts_actions == 0)
        return;
    for (uint32_t i = 0; i < statement->condition_count; i++)
        if (statement->conditions[i].about->source == SOURCE_RESOURCE_TAG)
            telling->by_tags = true;
        else if (control_condition_is_of_resource(&statement->conditions[i]))
            telling->by_account = true;
    for (uint32_t i = 0; i < statement->resource_count; i++)
        if (statement->variables && strstr(statement->resources[i], "${") != NULL)
            telling->by_itself = true;
        else if (strcmp(statement->resources[i], "*") != 0)
            mark_matched(telling, statement->resources[i]);
}

static void look_at_policies(struct telling *telling, uint32_t first, uint32_t count)
{
    const struct model *model = telling->work->model;
    struct gained *gained = telling->work->gained;
    for (uint32_t i = first; i < first + count; i++) {
        uint32_t number = model->uses[i].document;
        if (number == MODEL_NONE || gained->looked_at[number] == gained->account + 1)
            continue;
        gained->looked_at[number] = gained->account + 1;
        const struct model_document *document = &model->documents[number];
        telling->by_itself = telling->by_itself || document->broken != NULL;
        for (uint32_t j = 0; j < document->statement_count; j++)
            look_at_statement(telling, &model->statements[document->first_statement + j]);
    }
}

/* Marks the roles elsewhere by what the account's policies and SCPs say of them. */
static void look_at_account(struct telling *telling)
{
    const struct model *model = telling->work->model;
    const struct model_account *account = &model->accounts[telling->work->gained->account];
    const struct model_guardrails *scps = &model->scps[telling->work->gained->account];
    for (uint32_t i = account->first_principal; i < account->first_principal + account->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        look_at_policies(telling, who->first_policy, who->policy_count);
        if (who->boundary != NULL)
            look_at_policies(telling, (uint32_t)(who->boundary - model->uses), 1);
    }
    for (uint32_t i = account->first_group; i < account->first_group + account->group_count; i++)
        look_at_policies(telling, model->groups[i].first_policy, model->groups[i].policy_count);
    for (uint32_t i = 0; i < scps->level_count; i++)
        look_at_policies(telling, scps->levels[i].first_policy, scps->levels[i].policy_count);
}

/* ---- targets */

static void add_named(uint32_t principal, void *context)
{
    struct gained *gained = context;
    ARRAY_ADD(gained->named, gained->named_count, gained->named_room, principal);
}

static void add_target(struct adding *work, uint32_t principal)
{
    struct gained *gained = work->gained;
    struct target target = {.principal = principal,
                            .looks = admissions_look(&gained->admissions, principal),
                            .first_named = gained->named_count};
    edge_end ends[EDGES_ENDS];
    for (uint32_t i = edges_targets(work->edges, principal, ends); i > 0; i--) {
        uint32_t first, last;
        edges_in(work->edges, ends[i - 1], &first, &last);
        target.entered = target.entered || first < last;
    }
    admissions_each_named(&gained->admissions, principal, add_named, gained);
    target.named_count = gained->named_count - target.first_named;
    if (target.named_count > 1)
        qsort(gained->named + target.first_named, target.named_count, sizeof *gained->named, order_numbers);
    ARRAY_ADD(gained->targets, gained->target_count, gained->target_room, target);
}

bool gained_is_named(const struct gained *gained, const struct target *target, uint32_t principal)
{
    return target->named_count > 0 && bsearch(&principal, gained->named + target->first_named, target->named_count,
                                              sizeof principal, order_numbers) != NULL;
}

/* What roles have in common that are one target. */
struct target_key {
    uint32_t set, tags, account, mark, itself;
};

static struct target_key key_of(const struct telling *telling, uint32_t role)
{
    const struct classes *classes = &telling->work->edges->classes;
    const struct role_mark *of = &telling->work->gained->marks[role];
    struct target_key key = {.set = classes->role_sets.of[role], .itself = MODEL_NONE};
    if (key.set == MODEL_NONE || telling->by_itself || classes->caller_details[key.set] == CALLER_BY_NAME)
        key.itself = role;
    if (telling->by_tags)
        key.tags = classes->role_tags[role];
    if (telling->by_account)
        key.account = telling->work->model->principals[role].account;
    if (of->account == telling->work->gained->account + 1)
        key.mark = of->mark;
    return key;
}

/* Roles whose trust policies may admit somebody of the account (MODEL_NONE: of any), ascending. */
static void list_admitting(struct gained *gained, uint32_t account, uint32_t **list, uint32_t *count, uint32_t *room)
{
    *count = 0;
    for (uint32_t i = admissions_first(&gained->admissions, account); i < gained->admissions.count; i++) {
        const struct admission *admission = &gained->admissions.list[i];
        if (admission->account != account)
            break;
        if (*count == 0 || (*list)[*count - 1] != admission->role)
            ARRAY_ADD(*list, *count, *room, admission->role);
    }
}

static void add_elsewhere(const struct telling *telling, uint32_t role, struct intern *keys)
{
    struct gained *gained = telling->work->gained;
    struct target_key key = key_of(telling, role);
    uint32_t known = keys->count, number = intern_add(keys, (const char *)&key, sizeof key);
    if (number == known)
        add_target(telling->work, role);
    ARRAY_ADD(gained->elsewhere, gained->elsewhere_count, gained->elsewhere_room,
              (struct elsewhere){role, gained->own_targets + number});
}

/* Both lists, merged. */
static void add_all_elsewhere(const struct telling *telling)
{
    struct gained *gained = telling->work->gained;
    const struct model_account *account = &telling->work->model->accounts[gained->account];
    struct intern keys = {.count = 0};
    for (uint32_t i = 0, j = 0; i < gained->open_count || j < gained->admitting_count;) {
        uint32_t open = i < gained->open_count ? gained->open_to_all[i] : MODEL_NONE,
                 admitting = j < gained->admitting_count ? gained->admitting[j] : MODEL_NONE;
        uint32_t role = open < admitting ? open : admitting;
        i += role == open;
        j += role == admitting;
        if (role - account->first_principal >= account->principal_count)
            add_elsewhere(telling, role, &keys);
    }
    intern_free(&keys);
}

void gained_find_targets(struct adding *work)
{
    struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[gained->account];
    struct telling telling = {.work = work};
    if (gained->marks == NULL) {
        gained->marks = memory_zeroed((size_t)work->model->principal_count + 1, sizeof *gained->marks);
        gained->looked_at = memory_zeroed((size_t)work->model->document_count + 1, sizeof *gained->looked_at);
        list_admitting(gained, MODEL_NONE, &gained->open_to_all, &gained->open_count, &gained->open_room);
    }
    id_map_free(&gained->next_marks);
    gained->next_marks = (struct id_map){.count = 0};
    list_admitting(gained, gained->account, &gained->admitting, &gained->admitting_count, &gained->admitting_room);
    gained->target_count = gained->elsewhere_count = 0;
    for (uint32_t i = 0; i < account->principal_count; i++)
        add_target(work, account->first_principal + i);
    gained->own_targets = gained->target_count;
    if (gained->open_count + gained->admitting_count > 0)
        look_at_account(&telling);
    add_all_elsewhere(&telling);
}

void gained_forget_targets(struct gained *gained)
{
    free(gained->targets);
    free(gained->named);
    free(gained->elsewhere);
    free(gained->open_to_all);
    free(gained->admitting);
    free(gained->marks);
    id_map_free(&gained->next_marks);
    free(gained->looked_at);
    intern_free(&gained->hit_patterns);
    free(gained->hits);
    free(gained->hit_roles);
}
