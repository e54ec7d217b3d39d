/*
 * What a permission class may assume, roughly: the patterns of its policies.
 */
#include "graph/edges/edges_inside.h"

#include "ingest/support/array.h"
#include <string.h>

/* Statements that allow it to assume roles come first, then all others that affect that. */
static void add_document_patterns(struct building *building, const struct policy_use *use, bool granting,
                                  struct reach_filter *filter)
{
    const struct model *model = building->model;
    if (use->document == MODEL_NONE) {
        filter->open = true;
        return;
    }
    const struct model_document *document = &model->documents[use->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken != NULL)
            continue;
        bool grants = statement->allow && statement_covers_sts(statement, STS_ASSUME_ROLE);
        if (granting != grants || !classes_statement_bears(statement))
            continue;
        filter->open = filter->open || statement->not_resource;
        for (uint32_t j = 0; j < statement->resource_count; j++) {
            if (statement->variables && strstr(statement->resources[j], "${") != NULL)
                filter->open = true;
            ARRAY_ADD(building->patterns, building->pattern_count, building->pattern_room, statement->resources[j]);
        }
    }
}

static const struct model_principal *first_of_class(const struct building *building, uint32_t class)
{
    const struct partition *permissions = &building->classes->permissions;
    return &building->model->principals[permissions->members[permissions->first[class]]];
}

static void make_filter(struct building *building, uint32_t class)
{
    const struct model *model = building->model;
    const struct model_principal *who = first_of_class(building, class);
    struct reach_filter *filter = &building->filters[class];
    *filter = (struct reach_filter){!who->identity_known, building->pattern_count, 0, 0};
    for (uint32_t i = 0; i < who->policy_count; i++)
        add_document_patterns(building, &model->uses[who->first_policy + i], true, filter);
    filter->count = building->pattern_count - filter->first;
    bool open = filter->open;
    for (uint32_t i = 0; i < who->policy_count; i++)
        add_document_patterns(building, &model->uses[who->first_policy + i], false, filter);
    for (int granting = 0; granting < 2 && who->boundary != NULL; granting++)
        add_document_patterns(building, who->boundary, granting != 0, filter);
    filter->all_count = building->pattern_count - filter->first;
    filter->open = open;
}

bool filter_may_assume_any(const struct reach_filter *filter)
{
    return filter->open || filter->count > 0;
}

void building_make_filters(struct building *building)
{
    for (uint32_t i = 0; i < building->classes->permissions.count; i++)
        make_filter(building, i);
}
