#include "analyzer/picture/view.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/picture/parts.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

void view_open(struct view *view, struct analysis *analysis, const struct edges *edges)
{
    const struct model *model = analysis->model;
    *view = (struct view){.analysis = analysis, .edges = edges, .model = model};
    view->administrators = memory_zeroed(edges->node_count, sizeof *view->administrators);
    for (uint32_t i = 0; i < model->principal_count; i++)
        view->administrators[i] = administrators_has(analysis, i);
    for (int level = 0; level < FAMILY_LEVELS; level++)
        view->family_of[level] = memory_zeroed(model->principal_count, sizeof(const char *));
    view->unit_of = memory_zeroed(model->account_count, sizeof(const char *));
}

static void find_severities(struct view *view, bool all)
{
    if (view->severities.analysis != NULL && (!all || view->severities.all))
        return;
    severities_close(&view->severities);
    severities_open(&view->severities, view->analysis, all);
}

const struct severities *view_severities(struct view *view)
{
    find_severities(view, false);
    return &view->severities;
}

struct findings *view_findings(struct view *view)
{
    find_severities(view, true);
    return &view->severities.findings;
}

void view_close(struct view *view)
{
    severities_close(&view->severities);
    families_free(&view->families);
    for (int level = 0; level < FAMILY_LEVELS; level++)
        free(view->family_of[level]);
    free(view->unit_of);
    free(view->administrators);
    arena_free(&view->arena);
    *view = (struct view){0};
}

void view_forget_names(struct view *view)
{
    families_free(&view->families);
    for (int level = 0; level < FAMILY_LEVELS; level++)
        memset(view->family_of[level], 0, view->model->principal_count * sizeof(const char *));
}

void view_count_name(struct view *view, uint32_t role)
{
    families_count(&view->families, view->model->principals[role].name);
}

const char *view_family(struct view *view, uint32_t role, enum family_level level)
{
    const char **family = &view->family_of[level][role];
    if (*family == NULL)
        *family = families_of(&view->families, &view->arena, view->model->principals[role].name, level);
    return *family;
}

const char *view_unit(struct view *view, uint32_t account)
{
    const char **unit = &view->unit_of[account];
    if (*unit == NULL)
        *unit = account_unit(&view->arena, view->model, account);
    return *unit;
}
