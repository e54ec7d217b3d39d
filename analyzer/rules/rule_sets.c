#include "analyzer/rules/rule_sets.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/rules/rule_names.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- every selector of the file */

typedef bool (*selector_visit)(const struct selector *selector, void *context);

static bool each_of(const struct selection *selection, selector_visit each, void *context)
{
    bool good = true;
    for (uint32_t i = 0; i < selection->count; i++)
        good = each(&selection->list[i], context) && good;
    for (uint32_t i = 0; i < selection->without_count; i++)
        good = each(&selection->without[i], context) && good;
    return good;
}

static bool each_selector(const struct rule_file *file, selector_visit each, void *context)
{
    bool good = true;
    for (uint32_t i = 0; i < file->definition_count; i++)
        good = each_of(&file->definitions[i].selection, each, context) && good;
    for (uint32_t i = 0; i < file->rule_count; i++) {
        good = each_of(&file->rules[i].from, each, context) && good;
        good = each_of(&file->rules[i].to, each, context) && good;
    }
    return good;
}

/* ---- callers that may not be named in any policy */

struct asking {
    struct rule_sets *sets;
    struct caller *list; /* without duplicates */
    uint32_t count, room;
    uint32_t *of; /* pairs: selector, index in the list */
    uint32_t pairs, pair_room;
    struct rule_callers found; /* of one selector */
};

static uint32_t place_of(struct asking *asking, const struct caller *caller)
{
    for (uint32_t i = 0; i < asking->count; i++)
        if (asking->list[i].kind == caller->kind && strcmp(asking->list[i].text, caller->text) == 0)
            return i;
    ARRAY_ADD(asking->list, asking->count, asking->room, *caller);
    return asking->count - 1;
}

static bool ask_selector(const struct selector *selector, void *context)
{
    struct asking *asking = context;
    asking->found.count = 0;
    if (!rule_names_callers(asking->sets->analysis, asking->sets->file->path, selector, &asking->found)) {
        asking->sets->selected[selector->number].asked = true;
        return false;
    }
    for (uint32_t i = 0; i < asking->found.count; i++) {
        uint32_t place = place_of(asking, &asking->found.list[i]);
        ARRAY_ADD(asking->of, asking->pairs, asking->pair_room, selector->number);
        ARRAY_ADD(asking->of, asking->pairs, asking->pair_room, place);
        asking->sets->selected[selector->number].asked = true;
    }
    return true;
}

static void add_node(struct selected *selected, uint32_t node)
{
    ARRAY_ADD(selected->nodes, selected->count, selected->room, node);
}

static bool ask_names(struct rule_sets *sets)
{
    struct asking asking = {.sets = sets};
    struct edges *edges = sets->analysis->edges;
    bool good = each_selector(sets->file, ask_selector, &asking);
    if (good)
        edges_of_callers(edges, asking.list, asking.count, edges->now, NULL);
    for (uint32_t i = 0; good && i < asking.pairs; i += 2) {
        const struct caller *caller = &asking.list[asking.of[i + 1]];
        bool own = caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION;
        uint32_t node = own ? caller->principal : edges_find_node(edges, caller);
        if (node != MODEL_NONE)
            add_node(&sets->selected[asking.of[i]], node);
    }
    free(asking.found.list);
    free(asking.list);
    free(asking.of);
    return good;
}

/* ---- members */

static void settle(struct selected *selected)
{
    uint32_t kept = 0;
    if (selected->count > 1)
        qsort(selected->nodes, selected->count, sizeof *selected->nodes, order_numbers);
    for (uint32_t i = 0; i < selected->count; i++)
        if (kept == 0 || selected->nodes[kept - 1] != selected->nodes[i])
            selected->nodes[kept++] = selected->nodes[i];
    selected->count = kept;
}

/* Keeps those in the list that are members of the set that the selector names. */
static void keep_scoped(const struct rule_sets *sets, const struct selector *selector, struct selected *selected)
{
    uint8_t *scope = rule_set_make(sets, &sets->file->definitions[selector->defined].selection, NULL);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < selected->count; i++)
        if (scope[selected->nodes[i]] == SET_ALWAYS)
            selected->nodes[kept++] = selected->nodes[i];
    selected->count = kept;
    free(scope);
}

static bool select_members(const struct selector *selector, void *context)
{
    struct rule_sets *sets = context;
    struct selected *selected = &sets->selected[selector->number];
    const struct model *model = sets->analysis->model;
    switch (selector->kind) {
    case SELECT_ANY:
    case SELECT_OUTSIDE:
        selected->all = selector->kind == SELECT_ANY;
        selected->outside = selector->kind == SELECT_OUTSIDE;
        return true;
    case SELECT_DEFINED:
        return true;
    case SELECT_ADMINISTRATORS:
        administrators_want_whole(sets->analysis);
        for (uint32_t i = 0; i < model->principal_count; i++)
            if (administrators_get(sets->analysis, i)->verdict != VERDICT_DENIED)
                add_node(selected, i);
        return true;
    default:
        rule_names_members(sets->analysis, sets->known, selector, selected);
    }
    settle(selected);
    if (selector->kind != SELECT_DEFINED && selector->defined != RULE_NONE)
        keep_scoped(sets, selector, selected);
    return selected->count > 0 || selected->asked || selector->optional ||
           rule_names_nothing(sets->file->path, selector);
}

bool rule_sets_open(struct rule_sets *sets, struct analysis *analysis, const struct rule_file *file)
{
    *sets = (struct rule_sets){.analysis = analysis, .file = file};
    sets->known = analysis_edges(analysis)->node_count;
    sets->selected = memory_zeroed((size_t)file->selector_count + 1, sizeof *sets->selected);
    bool good = ask_names(sets);
    return each_selector(file, select_members, sets) && good;
}

void rule_sets_close(struct rule_sets *sets)
{
    for (uint32_t i = 0; sets->selected != NULL && i < sets->file->selector_count; i++)
        free(sets->selected[i].nodes);
    free(sets->selected);
    *sets = (struct rule_sets){0};
}

/* ---- sets */

static void add_selector(const struct rule_sets *sets, const struct selector *selector, uint8_t *members, bool *unknown)
{
    const struct selected *selected = &sets->selected[selector->number];
    uint8_t mark = selected->all ? SET_ALWAYS : selected->outside ? SET_OUTSIDE : 0;
    if (selector->kind == SELECT_DEFINED) {
        uint8_t *named = rule_set_make(sets, &sets->file->definitions[selector->defined].selection, unknown);
        for (uint32_t i = 0; i < sets->analysis->edges->node_count; i++)
            members[i] |= named[i];
        free(named);
        return;
    }
    for (uint32_t i = 0; mark != 0 && i < sets->known; i++)
        members[i] |= mark;
    for (uint32_t i = 0; i < selected->count; i++)
        members[selected->nodes[i]] |= SET_ALWAYS;
    if (unknown != NULL)
        *unknown = *unknown || selected->unknown_tags;
}

uint8_t *rule_set_make(const struct rule_sets *sets, const struct selection *selection, bool *unknown_tags)
{
    uint32_t count = sets->analysis->edges->node_count;
    uint8_t *members = memory_zeroed((size_t)count + 1, sizeof *members);
    for (uint32_t i = 0; i < selection->count; i++)
        add_selector(sets, &selection->list[i], members, unknown_tags);
    if (selection->without_count == 0)
        return members;
    uint8_t *without = memory_zeroed((size_t)count + 1, sizeof *without);
    for (uint32_t i = 0; i < selection->without_count; i++)
        add_selector(sets, &selection->without[i], without, unknown_tags);
    for (uint32_t i = 0; i < count; i++)
        members[i] &= (uint8_t)~without[i];
    free(without);
    return members;
}
