#include "tests/graph/control/same_edges.h"

#include "graph/control/control_edges.h"
#include "ingest/support/text.h"
#include <string.h>

static bool same_partition(const struct partition *a, const struct partition *b, uint32_t principals)
{
    if (a->count != b->count)
        return false;
    return a->count == 0 || (memcmp(a->of, b->of, principals * sizeof *a->of) == 0 &&
                             memcmp(a->first, b->first, ((size_t)a->count + 1) * sizeof *a->first) == 0 &&
                             memcmp(a->members, b->members, a->first[a->count] * sizeof *a->members) == 0);
}

static bool same_edge(const struct edge *a, const struct edge *b)
{
    bool words = a->how == NULL || b->how == NULL ? a->how == b->how : strcmp(a->how, b->how) == 0;
    return a->from == b->from && a->to == b->to && a->kind == b->kind && a->verdict == b->verdict &&
           a->residual == b->residual && words;
}

bool same_edges(const struct edges *expected, const struct edges *found, struct text *story)
{
    uint32_t principals = expected->model->principal_count;
    bool good = expected->group_count == found->group_count &&
                same_partition(&expected->classes.controllers, &found->classes.controllers, principals) &&
                same_partition(&expected->classes.controlled, &found->classes.controlled, principals);
    if (!good)
        text_append_string(story, "groups are others\n");
    good = good && expected->with_control == found->with_control && expected->edge_count == found->edge_count;
    for (uint32_t i = 0; good && i < expected->edge_count; i++) {
        const struct edge *edge = &expected->edges[i];
        good = same_edge(edge, &found->edges[i]);
        if (!good)
            text_format(story, "edge %u: %s from %x to %x, %s\n", (unsigned)i, edge_kind_word(edge->kind),
                        (unsigned)edge->from, (unsigned)edge->to, edge->how != NULL ? edge->how : "");
    }
    return good;
}
