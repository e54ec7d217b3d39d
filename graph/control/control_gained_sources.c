#include "graph/control/control_gained_inside.h"

#include "graph/control/control_inside.h"
#include "graph/edges/classes.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* What distinguishes principals that have any permission, as text; false: something particular to each of them. */
static bool describe(struct adding *work, struct control_rights *with, struct text *words)
{
    const struct model *model = work->model;
    struct admissions *admissions = &work->gained->admissions;
    const struct model_principal *who = &model->principals[with->principal];
    bool bounded = who->boundary != NULL && !with->gain.no_boundary, looks = false;
    if (who->credential != NULL || control_class_of(with) == MODEL_NONE)
        return false;
    if (bounded)
        admissions_sorts(admissions, who->boundary->document, false, &looks);
    text_format(words, "%u", (unsigned)control_class_of(with));
    for (uint32_t i = 0; i < who->policy_count && !looks; i++) {
        uint32_t number = model->uses[who->first_policy + i].document;
        if (admissions_sorts(admissions, number, true, &looks))
            text_format(words, " %u", (unsigned)number);
    }
    admissions_mark(admissions, who, words);
    return !looks;
}

static uint32_t find_sort(struct adding *work, struct control_rights *with)
{
    struct gained *gained = work->gained;
    struct text words = {0};
    uint32_t sort = NO_SORT, known = gained->sorts.count;
    if (describe(work, with, &words))
        sort = intern_add(&gained->sorts, words.data, words.length);
    text_free(&words);
    if (sort == known) {
        constraint *answers = memory_get(gained->target_count * sizeof *answers);
        memset(answers, 0xff, gained->target_count * sizeof *answers);
        ARRAY_REACH(gained->answers, sort, gained->answers_room);
        gained->answers[sort] = answers;
    }
    return sort;
}

/* Computed once for each, with and without boundary. */
static uint32_t sort_of(struct adding *work, struct control_rights *with)
{
    const struct decision_gain *gain = &with->gain;
    uint32_t first = work->model->accounts[work->gained->account].first_principal;
    struct actor *actor = &work->gained->actors[with->principal - first];
    if (!gain->any_permission || gain->group != NULL)
        return NO_SORT;
    if (!actor->sort_known[gain->no_boundary])
        actor->sorts[gain->no_boundary] = find_sort(work, with);
    actor->sort_known[gain->no_boundary] = true;
    return actor->sorts[gain->no_boundary];
}

/* Whether all that the statement says about a role is whether its ARN matches the patterns of Resource. */
static bool is_by_pattern(const struct statement *statement)
{
    bool by_pattern = statement->broken == NULL && !control_statement_is_of_each(statement);
    for (uint32_t i = 0; i < statement->condition_count && by_pattern; i++)
        by_pattern = !control_condition_is_of_resource(&statement->conditions[i]);
    return by_pattern;
}

static void add_patterns(struct gained *gained, const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->resource_count; i++)
        if (strcmp(statement->resources[i], "*") != 0)
            ARRAY_ADD(gained->patterns, gained->pattern_count, gained->pattern_room, statement->resources[i]);
}

/* What the policies' statements about assuming roles distinguish roles by; `granting`: policies that grant. */
static void look_at(struct adding *work, const struct policy_use *uses, uint32_t count, bool granting,
                    struct source *source)
{
    const struct model *model = work->model;
    struct role_looks *looks = &source->looks;
    for (uint32_t i = 0; i < count; i++) {
        if (uses[i].document >= model->document_count || model->documents[uses[i].document].broken != NULL) {
            looks->by_pattern = false;
            looks->grants = true;
            continue;
        }
        const struct model_document *document = &model->documents[uses[i].document];
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (statement->broken == NULL &&
                (statement->sts_actions == 0 || (granting && statement->allow && source->gain.any_permission)))
                continue;
            looks->grants = looks->grants || (granting && statement->allow);
            looks->by_pattern = looks->by_pattern && is_by_pattern(statement);
            add_patterns(work->gained, statement);
        }
    }
}

static void find_looks(struct adding *work, struct source *source)
{
    const struct model *model = work->model;
    const struct model_principal *who = &model->principals[source->actor->principal];
    const struct model_group *group = source->gain.group;
    const struct model_guardrails *scps = &model->scps[who->account];
    source->looks = (struct role_looks){.known = true,
                                        .by_pattern = true,
                                        .grants = source->gain.any_permission || !who->identity_known,
                                        .first = work->gained->pattern_count};
    look_at(work, &model->uses[who->first_policy], who->policy_count, true, source);
    if (group != NULL)
        look_at(work, &model->uses[group->first_policy], group->policy_count, true, source);
    if (who->boundary != NULL && !source->gain.no_boundary)
        look_at(work, who->boundary, 1, false, source);
    for (uint32_t i = 0; i < scps->level_count; i++)
        look_at(work, &model->uses[scps->levels[i].first_policy], scps->levels[i].policy_count, false, source);
    source->looks.count = work->gained->pattern_count - source->looks.first;
}

const struct role_looks *gained_looks(struct adding *work, struct source *source)
{
    if (!source->looks.known)
        find_looks(work, source);
    return &source->looks;
}

bool gained_mark(struct adding *work, struct source *source, const char *role, uint64_t *mark)
{
    const struct role_looks *looks = gained_looks(work, source);
    *mark = 0;
    if (!looks->by_pattern || looks->count > 64)
        return false;
    for (uint32_t i = 0; i < looks->count; i++)
        *mark |= (uint64_t)pattern_matches(work->gained->patterns[looks->first + i], role) << i;
    return true;
}

/* The first source with that sort and formula; `add`: add this one if there is none. */
static uint32_t teller(struct gained *gained, uint32_t sort, constraint formula, uint32_t add)
{
    bool fresh = false;
    int64_t key = (int64_t)sort << 32 | formula;
    uint32_t *known = add != NO_SORT ? id_map_add(&gained->tellers, key, &fresh) : id_map_find(&gained->tellers, key);
    if (known == NULL)
        return NO_SORT;
    *known = fresh ? add : *known;
    return *known;
}

/* An earlier source of its sort that is as sure, or has the same condition. */
static uint32_t told_by(struct gained *gained, uint32_t sort, constraint formula)
{
    if (sort == NO_SORT)
        return NO_SORT;
    uint32_t sure = teller(gained, sort, CONSTRAINT_TRUE, NO_SORT);
    uint32_t same = teller(gained, sort, formula, gained->source_count);
    same = same == gained->source_count ? NO_SORT : same;
    return sure < same ? sure : same;
}

static bool bears(struct adding *work, uint32_t number)
{
    const struct model_document *document = &work->model->documents[number];
    bool any = control_document(work->control, number)->bears;
    for (uint32_t i = 0; i < document->statement_count && !any; i++)
        any = classes_statement_bears(&work->model->statements[document->first_statement + i]);
    return any;
}

/* The group's policies about control or about assuming roles, as text. */
static void add_group(struct adding *work, const struct model_group *group, struct text *words)
{
    const struct model *model = work->model;
    for (uint32_t i = 0; i < group->policy_count; i++) {
        uint32_t number = model->uses[group->first_policy + i].document;
        if (number == MODEL_NONE || model->documents[number].broken != NULL) {
            text_format(words, " group %u", (unsigned)(group - model->groups));
            return;
        }
        if (bears(work, number))
            text_format(words, " %u", (unsigned)number);
    }
}

#define OF_GROUP ((uint32_t)1 << 30)

static uint32_t find_holder(struct adding *work, uint32_t principal, const struct decision_gain *gain)
{
    struct text words = {0};
    uint32_t actor = principal - work->model->accounts[work->gained->account].first_principal;
    uint32_t holder = actor * 4 + 2u * gain->any_permission + gain->no_boundary;
    if (gain->account_usable || gain->only_rcp != NULL)
        return HOLDER_NONE;
    if (gain->group != NULL)
        add_group(work, gain->group, &words);
    if (words.length > 0) {
        text_format(&words, " by %u", (unsigned)holder);
        holder = OF_GROUP + intern_add(&work->gained->holders, words.data, words.length);
    }
    text_free(&words);
    return holder;
}

uint32_t gained_holder(struct adding *work, struct source *source)
{
    if (source->holder == HOLDER_NOT_ASKED)
        source->holder = find_holder(work, source->actor->principal, &source->gain);
    return source->holder;
}

void gained_add_source(struct adding *work, struct control_rights *actor, struct decision_gain gain, constraint formula,
                       const struct control_how *by)
{
    struct gained *gained = work->gained;
    if (!control_possible(actor, formula))
        return;
    struct control_rights with = control_rights_with(actor, &gain);
    uint32_t sort = sort_of(work, &with);
    struct source source = {.actor = actor,
                            .rights = with,
                            .gain = gain,
                            .formula = formula,
                            .by = by,
                            .sort = sort,
                            .holder = HOLDER_NOT_ASKED,
                            .told_by = told_by(gained, sort, formula)};
    ARRAY_ADD(gained->sources, gained->source_count, gained->source_room, source);
}

const char *gained_how(struct adding *work, struct source *source)
{
    struct text text = {0};
    bool itself = source < work->gained->sources + work->gained->own_count;
    if (source->how == NULL) {
        text_format(&text, "%s for %s", source->by->actions, itself ? "itself" : source->actor->caller.name);
        source->how = control_edges_keep(work, text.data);
        text_free(&text);
    }
    return source->how;
}

struct control_rights *gained_actor(struct adding *work, uint32_t principal)
{
    uint32_t first = work->model->accounts[work->gained->account].first_principal;
    struct control_rights *actor = &work->gained->actors[principal - first].rights;
    if (actor->control == NULL)
        *actor = control_rights_of(work->control, principal);
    return actor;
}

const struct change *gained_changes(struct adding *work, struct control_rights *rights)
{
    struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[gained->account];
    if (gained->changes != NULL)
        return gained->changes;
    gained->changes = memory_zeroed(account->principal_count, sizeof *gained->changes);
    for (uint32_t i = 0; i < account->principal_count; i++) {
        struct change *change = &gained->changes[i];
        change->edits = control_edit_permissions(rights, account->first_principal + i, NULL, &change->how);
        change->lifts = control_lift_boundary(rights, account->first_principal + i, NULL, &change->lifts_how);
    }
    return gained->changes;
}

/* What it turns the other into, once it is the other. */
static void add_puppet(struct adding *work, uint32_t to, constraint become, const struct change *change)
{
    static const struct decision_gain any = {.any_permission = true}, lifted = {.no_boundary = true};
    const struct decision_gain both = {.any_permission = true, .no_boundary = true};
    struct control_rights *actor = gained_actor(work, to);
    constraint edits = constraint_and(work->pool, become, change->edits);
    gained_add_source(work, actor, any, edits, change->how);
    if (work->model->principals[to].boundary == NULL)
        return;
    const struct control_how *how = change->lifts_how;
    constraint lifts = constraint_or(work->pool, change->lifts, control_lift_boundary(actor, to, &any, &how));
    gained_add_source(work, actor, lifted, constraint_and(work->pool, become, change->lifts), change->lifts_how);
    gained_add_source(work, actor, both, constraint_and(work->pool, edits, lifts), how);
}

void gained_find_puppets(struct adding *work, struct control_rights *rights)
{
    const struct model_account *account = &work->model->accounts[work->gained->account];
    constraint *becomes = memory_zeroed(account->principal_count, sizeof *becomes);
    const struct change *changes = gained_changes(work, rights);
    for (uint32_t i = 0; i < account->principal_count; i++)
        becomes[i] = work->gained->assumes[i].residual;
    for (uint32_t i = 0; i < work->now->count; i++) {
        uint32_t at = work->now->edges[i].to - account->first_principal;
        if (at < account->principal_count)
            becomes[at] = constraint_or(work->pool, becomes[at], work->now->edges[i].formula);
    }
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct change *change = &changes[i];
        if (account->first_principal + i != rights->principal && becomes[i] != CONSTRAINT_FALSE &&
            (change->edits != CONSTRAINT_FALSE || change->lifts != CONSTRAINT_FALSE))
            add_puppet(work, account->first_principal + i, becomes[i], change);
    }
    free(becomes);
}
